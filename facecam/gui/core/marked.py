"""Marks for translators: a text is declared here or there, and translated where it is shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """`text` itself. The name is the one Qt's extraction tool looks for; Qt's own is declared as `object`."""
    return text
