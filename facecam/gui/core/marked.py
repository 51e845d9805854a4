"""Marks a text for the translators where it is declared; it is translated where it is shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """`text` itself. The name is the one Qt's extraction tool looks for; Qt's own is declared as `object`."""
    return text
