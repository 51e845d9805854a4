"""German is complete, fresh and fits; the engine's words are translated too."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from facecam.engine.places import ROOT
from facecam.gui import engine_words, translate
from facecam.gui.translate import FOLDER, engine_text, language_for

_HOLE = re.compile(r"\{[a-z_]*(?::[^}]*)?\}|%n")


def messages(file: Path) -> list[tuple[str, ElementTree.Element]]:
    found = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        found += [(context.findtext("name", ""), message) for message in context.iter("message")]
    return found


def sources(file: Path) -> set[tuple[str, str]]:
    return {(context, message.findtext("source", "")) for context, message in messages(file)}


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_text_is_unfinished(language: str) -> None:
    missing = []
    for context, message in messages(FOLDER / f"facecam_{language}.ts"):
        translation = message.find("translation")
        assert translation is not None
        forms = [one.text for one in translation.iter("numerusform")] or [translation.text]
        if translation.get("type") or not all(forms):
            missing.append(f"{context}: {message.findtext('source')}")
    assert missing == []


def test_translations_keep_the_places_to_be_filled_and_the_line_breaks() -> None:
    for context, message in messages(FOLDER / "facecam_de.ts"):
        source = message.findtext("source", "")
        translation = message.find("translation")
        assert translation is not None
        for form in [one.text for one in translation.iter("numerusform")] or [translation.text]:
            text = form or ""
            wanted, got = set(_HOLE.findall(source)), set(_HOLE.findall(text))
            # "1 Person" need not say %n.
            assert got <= wanted and wanted - got <= {"%n"}, f"{context}: {source!r} → {text!r}"
            assert source.count("\n") == text.count("\n"), f"{context}: {source!r}"


def test_every_text_of_the_code_is_in_the_catalogue(tmp_path: Path) -> None:
    """`make translations` was run after the last change of a text."""
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists():
        pytest.skip(f"{tool.name} is not beside this Python")
    shutil.copy(FOLDER / "facecam_de.ts", tmp_path / "new.ts")
    command = [str(tool), "-extensions", "py", "facecam/gui", "-locations", "none", "-no-obsolete", "-silent"]
    subprocess.run([*command, "-ts", str(tmp_path / "new.ts")], cwd=ROOT, check=True, capture_output=True)
    assert sources(tmp_path / "new.ts") - sources(FOLDER / "facecam_de.ts") == set()


def test_the_window_speaks_german_when_asked(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    assert QCoreApplication.translate("SettingsDialog", "Settings") == "Einstellungen"
    assert QCoreApplication.translate("StatusLine", "%n person(s)", "", 1) == "1 Person"
    assert QCoreApplication.translate("StatusLine", "%n person(s)", "", 12) == "12 Personen"
    translate.install(qapp, "en")
    assert QCoreApplication.translate("SettingsDialog", "Settings") == "Settings"
    assert QCoreApplication.translate("StatusLine", "%n person(s)", "", 1) == "1 person"
    assert QCoreApplication.translate("StatusLine", "%n person(s)", "", 0) == "0 people"


def test_the_engines_words_in_german(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    assert engine_text("Check the spelling of the path.") == "Prüfen Sie die Schreibweise des Pfads."
    made = engine_text("there is no model 'x' in /tmp/w")
    assert made == "Es gibt kein Modell 'x' in /tmp/w"
    assert engine_text("never heard of") == "never heard of"
    assert engine_text("") == ""


def test_in_english_the_engines_words_stay_as_they_are(qapp: QApplication) -> None:
    translate.install(qapp, "en")
    for text in (*engine_words.FIXED, "there is no model 'x' in /tmp/w"):
        assert engine_text(text) == text


def test_languages_without_a_catalogue_are_english() -> None:
    assert (language_for("de"), language_for("en"), language_for("fr")) == ("de", "en", "en")
