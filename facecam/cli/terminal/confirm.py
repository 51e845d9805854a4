"""Confirmation before something is gone for good."""

from __future__ import annotations

import contextlib
import sys

from facecam.core.errors import ConfigError


def confirmed(question: str) -> bool:
    """Whether somebody at the terminal says yes; the question goes to stderr, since stdout may be JSON.

    An answer from a pipe counts too; the question is not written there.

    Raises:
        ConfigError: nobody is there to answer.
    """
    there = sys.stdin.isatty()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # Where `input` writes the question.
            return input(f"{question} [y/N] " if there else "").strip().lower() in ("y", "yes")
    except EOFError:
        raise _nobody() from None


def require_terminal() -> None:
    """Refuse where nobody can be asked, and where a pipe would answer.

    Raises:
        ConfigError: it is so.
    """
    if not sys.stdin.isatty():
        raise _nobody()


def _nobody() -> ConfigError:
    return ConfigError("nobody is there to answer", hint="Add --yes to delete without being asked.")
