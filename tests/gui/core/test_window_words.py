"""No sentence of the window holds a command, a flag or the name of a distance, in either language."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtWidgets import QApplication

from facecam.engine.places import ROOT
from facecam.gui.core import translation
from facecam.gui.core.translation import FOLDER, engine_text
from facecam.gui.core.window_words import without_commands

#: Packages whose sentences no window shows.
_OTHERS = ("cli", "gui", "setup", "library", "benchmark")
#: What would have to be typed, or is a word of the programming.
_TERMINAL = re.compile(
    r"main\.py|facecam\.setup|pip install|make setup|\bsudo\b|\bffmpeg\b|\[train\]|(?<![\w-])--[a-z]|squared_l2"
    r"|(?<![\w-])(?:models|people|runs|classify) "
    r"(?:add|calibrate|check|cohort|list|merge|prepare|rebuild|remove|train|verify|withdraw)(?![\w-])"
    r"|`(?:enroll|train|evaluate|recognize)\b"
)


@cache
def said() -> list[str]:
    """All messages and hints of errors and notices that the window may show, holes filled with X."""
    found: set[str] = set()
    for file in (ROOT / "facecam").rglob("*.py"):
        if file.relative_to(ROOT / "facecam").parts[0] in _OTHERS:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(_arguments(node))
    return sorted(found)


def _arguments(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    for keyword in call.keywords:
        if keyword.arg == "hint":
            yield from _texts(keyword.value)
    if name.endswith("Error") or name == "Notice":
        for argument in call.args:
            yield from _texts(argument)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def test_enough_sentences_are_found_to_mean_something() -> None:
    texts = said()
    assert len(texts) > 600 and sum(bool(_TERMINAL.search(text)) for text in texts) > 80


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_of_the_engine_is_shown_with_a_command(qapp: QApplication, language: str) -> None:
    translation.install(qapp, language)
    wrong = {text: engine_text(text) for text in said() if _TERMINAL.search(engine_text(text))}
    assert wrong == {}


def test_no_text_of_the_window_itself_holds_one() -> None:
    wrong = []
    for context in ElementTree.parse(FOLDER / "facecam_de.ts").getroot().iter("context"):
        for message in context.iter("message"):
            texts = [message.findtext("source", ""), message.findtext("translation", "")]
            # What belongs to the engine is looked at above, as it is shown.
            if context.findtext("name") == "engine":
                texts = [engine_text(one) for one in texts]
            wrong += [text for text in texts if _TERMINAL.search(text)]
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Rebuild it again: python main.py people rebuild", "Rebuild the gallery."),
        ("They stay in data/. See each with `python main.py people check`.",
         "They stay in data/. Enroll shows everybody and each photo."),
        ("Train one first: python main.py classify train", "Train one first."),
        ("Check the spelling of the path.", "Check the spelling of the path."),
        ("a.jpg is unlike Ada: squared_l2 0.31 to Ada's other photos", "a.jpg is unlike Ada"),
    ],
)  # fmt: skip
def test_a_cure_is_said_in_the_windows_way(typed: str, shown: str) -> None:
    assert without_commands(typed) == shown


def test_flags_are_called_as_the_settings_are(qapp: QApplication) -> None:
    translation.install(qapp, "de")
    text = engine_text("Take a lower --learning-rate, whoever says --unheard-of.")
    assert text == "Take a lower „Lernrate“, whoever says „Unheard of“."


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "typed",
    [
        "Run `python main.py doctor`.",
        "Make it with `python main.py people rebuild`.",
        "See the runs with `python main.py runs list`.",
        "Put photos into data/<person>/ or use `enroll NAME PHOTO…`.",
    ],
)
def test_no_cure_is_lost_where_the_window_has_a_way(qapp: QApplication, language: str, typed: str) -> None:
    translation.install(qapp, language)
    assert engine_text(typed)
