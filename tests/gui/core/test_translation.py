"""German is complete, fresh and fits; the engine's words are translated too."""

from __future__ import annotations

import dataclasses
import importlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from facecam.engine.models.catalog import RECIPES
from facecam.engine.models.published_catalog import PUBLISHED
from facecam.engine.places import ROOT
from facecam.engine.runs.trained_on import TrainedOn
from facecam.gui.core import translation as translate
from facecam.gui.core.option_values import VALUES, option_value
from facecam.gui.core.translation import (
    FOLDER,
    engine_messages,
    engine_text,
    filled,
    language_for,
    option_title,
    sentence,
    short_figure,
)
from facecam.gui.core.window_words import without_commands

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


def test_texts_are_spelt_as_in_britain() -> None:
    """The catalog's language is en_GB; names in code, and commands, are American."""
    american = re.compile(r"\b(recogniz|normaliz|optimiz|minimiz|colors?\b|gray\b|neighbor)", re.IGNORECASE)
    found = [
        source
        for _, source in sources(FOLDER / "facecam_de.ts")
        if american.search(re.sub("`.*?`", "", source))
    ]
    assert found == []


def test_every_text_of_the_code_is_in_the_catalog(tmp_path: Path) -> None:
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
    # Commands are said otherwise in a window, flags and distances are called otherwise, and so are two models.
    odd = ("--", "squared_l2", "dlib-resnet", "resnet50", "{}")
    whole = [text for text in engine_messages() if not any(word in text for word in odd)]
    plain = [text for text in whole if without_commands(text) == text]
    assert len(plain) > 300
    for text in (*plain, "there is no model 'x' in /tmp/w"):
        assert engine_text(text) == text


def test_what_presets_and_training_settings_say_is_declared_for_translation() -> None:
    from facecam.training.config.options import TrainOptions
    from facecam.training.config.preset import presets

    said = {text for preset in presets() for text in (preset.title, preset.description)}
    for field in dataclasses.fields(TrainOptions):
        said |= {field.metadata["help"], field.metadata["group"]}
    assert said - set(engine_messages()) == set()
    titles = {field.name.replace("_", " ").capitalize() for field in dataclasses.fields(TrainOptions)}
    assert titles - set(engine_messages()) == set()


def test_what_the_engine_says_keeps_its_holes_in_german() -> None:
    lines = (FOLDER / "engine_de.txt").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    assert len(said) == 2 * len(engine_messages()), "one is damaged, or there twice"
    assert list(engine_messages()) == said[::2]


def test_the_settings_of_a_training_have_german_names(qapp: QApplication) -> None:
    from facecam.training.config.options import TrainOptions

    translate.install(qapp, "de")
    assert option_title("learning_rate") == "Lernrate"
    assert option_title("batch_size") == "Stapelgröße"
    # Names of methods and of programs are the same in both languages.
    same = {
        "Backbone",
        "Gamma",
        "Momentum",
        "Epsilon",
        "Tensorboard",
        "Wandb",
        "Interpolation",
        "Name",
        "Xla",
    }
    names = [field.name for field in dataclasses.fields(TrainOptions)]
    assert {option_title(name) for name in names} & {
        name.replace("_", " ").capitalize() for name in names
    } <= same


@pytest.mark.parametrize("declared", ["training.config.options.TrainOptions", "core.config.Settings"])
def test_what_can_be_chosen_has_words_in_both_languages(qapp: QApplication, declared: str) -> None:
    module, _, kind = f"facecam.{declared}".rpartition(".")
    fields = dataclasses.fields(getattr(importlib.import_module(module), kind))
    chosen = {one.name: set(one.metadata["choices"]) for one in fields if one.metadata["choices"]}
    assert {name: set(VALUES[name]) for name in chosen} == chosen
    translate.install(qapp, "de")
    said = [words for name in chosen for words in VALUES[name].values()]
    german = {words: QCoreApplication.translate("SettingEditor", words) for words in said}
    # What is the same in both is a name: of a network, a method, a format of numbers.
    assert [
        one for one, other in german.items() if one == other and re.search("^[a-z]+ |^[a-z]{4,}$", one)
    ] == []
    assert option_value("wrong_labels", '"leave_out"') == "weglassen"
    assert option_value("refine: mining", "semi_hard") == "halbschwere (semi-hard)"
    assert (option_value("augment", "true"), option_value("margin", "0.2")) == ("ja", "0.2")


def test_of_two_patterns_that_fit_the_one_with_more_words_is_taken(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    assert engine_text("/w/a.bin is missing") == "/w/a.bin fehlt"
    # Parts are translated too: the inner message is one of its own.
    made = engine_text(
        "no comparison with the model in use: a test needs two people with a usable photo each"
    )
    assert made.startswith("Kein Vergleich") and made.endswith("mit je einem brauchbaren Foto")


def test_sentences_begin_with_a_capital_unless_with_a_name() -> None:
    assert sentence("there is no camera 7") == "There is no camera 7"
    for text in ("dlib-resnet is missing", "/tmp/x is empty", "Ada is here", "", "--upsample is 9"):
        assert sentence(text) == text


def test_languages_without_a_catalog_are_english() -> None:
    assert (language_for("de"), language_for("en"), language_for("fr")) == ("de", "en", "en")


def test_the_sentence_of_a_comparison_is_german_to_its_numbers(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    said = (
        "On 4 photos of 2 people it was not trained on (it takes 24 of 8), quick-1 is not to be compared with "
        "dlib-resnet: area under the ROC curve 1.0000 (0.5101 to 1.0000) against area under the ROC curve 0.9000."
    )
    shown = engine_text(said)
    assert (
        shown.startswith("Auf 4 Fotos von 2 Personen") and "0,5101 bis 1,0000" in shown and "0,9000" in shown
    )
    assert not re.search(r"\b(photos|people|against|curve)\b", shown)
    other = engine_text(
        "On 30 photos of 9 people it was not trained on, a-1 is better than b-1: 97.1% (95.0% to 98.2%) of the "
        "same-person pairs accepted at 1 % false accepts, area 0.9912 against 90.0% of the same-person pairs accepted "
        "at 1 % false accepts, area 0.9812."
    )
    assert "97,1 %" in other and "besser als b-1" in other and "accepted" not in other
    strangers = engine_text(
        "Of 107 photos of 8 people who played strangers 0.0% (0.0% to 3.5%) get a name from quick-1, 1.9% (0.0% to "
        "4.2%) from dlib-resnet; of 81 new photos of known people 0.0% (0.0% to 4.5%) and 0.0% (0.0% to 4.5%) are "
        "missed. Where 2.8% of the strangers get one, 0.0% and 0.0% are missed: no sure difference."
    )
    assert strangers == (
        "Von 107 Fotos von 8 Personen, die Fremde spielten, bekommen 0,0 % (0,0 % bis 3,5 %) einen Namen von quick-1, "
        "1,9 % (0,0 % bis 4,2 %) von dlib-ResNet; von 81 neuen Fotos Bekannter werden 0,0 % (0,0 % bis 4,5 %) und "
        "0,0 % (0,0 % bis 4,5 %) verfehlt. Wo 2,8 % der Fremden einen bekommen, werden 0,0 % und 0,0 % verfehlt: kein "
        "sicherer Unterschied."
    )
    assert "99,1 % der Fotos" in engine_text(
        "With the threshold in use, 0.152, 99.1 % of the photos get the right name (95 % sure: 97.2 % to 100 %)."
    )


def test_no_sentence_is_half_english(qapp: QApplication) -> None:
    """A short pattern takes no longer sentence that has no German: that is shown whole, as the engine says it."""
    translate.install(qapp, "de")
    odd = "the folder of photos Xyz does not exist"
    assert engine_text(odd) == odd
    assert (
        engine_text("the folder /photos of the/sea does not exist")
        == "Den Ordner /photos of the/sea gibt es nicht"
    )


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("could not read /a/b: Permission denied", "/a/b konnte nicht gelesen werden: Keine Berechtigung"),
        ("1 of 1 photo of Ada cannot be used now", "1 von 1 Foto von Ada ist jetzt nicht zu gebrauchen"),
        (
            "Photos of Ada were used to train a-1, b-2: what was learnt stays in the weights.",
            "Mit Fotos von Ada wurden a-1, b-2 trainiert: Was daraus gelernt wurde, bleibt in den Gewichten.",
        ),
        (
            "It is put in use by itself only where strangers show no harm (`models strangers` fetches some). "
            "The safe way: --preset quick",
            "Von selbst wird es nur benutzt, wo Fremde keinen Schaden zeigen: Unter Weitere Einstellungen holt ein "
            "Knopf Gesichter von Fremden. Der sichere Weg: „Schnell“.",
        ),
    ],
)
def test_what_a_window_seldom_says_is_german_too(qapp: QApplication, said: str, german: str) -> None:
    translate.install(qapp, "de")
    assert engine_text(said) == german


def test_a_number_alone_is_written_as_people_write_it(qapp: QApplication) -> None:
    """At the axes of plots, and in settings, where it is typed again."""
    translate.install(qapp, "de")
    assert [engine_text(one) for one in ("0.4", "−0.25", "97.1%", "12", "dlib-0.6")] == [
        "0,4", "−0,25", "97,1 %", "12", "dlib-0.6",
    ]  # fmt: skip
    assert [short_figure(one) for one in (0.0003, 2000, 12.5)] == ["0,0003", "2000", "12,5"]


def test_titles_of_the_models_are_german(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    for title in (str(one.values["title"]) for one in RECIPES):
        assert engine_text(title) != title and engine_text(title).split(":")[0] == title.split(":")[0]
    trained = engine_text("dlib-ResNet: dlib's face recognition network, with a head for 8 people")
    assert trained == "dlib-ResNet: das Netz von dlib zur Gesichtserkennung, mit einer Schicht für 8 Personen"
    assert engine_text("resnet50 trained on 61 people") == "ResNet50, trainiert mit 61 Personen"


def test_a_model_has_one_name_in_the_window(qapp: QApplication) -> None:
    translate.install(qapp, "en")
    assert engine_text("quick-1 is kept in weights/; dlib-resnet stays in use.").endswith(
        "dlib-ResNet stays in use."
    )
    assert engine_text("resnet50 is missing.") == "ResNet50 is missing."
    for path in (
        "/w/dlib-resnet/model.xml is missing",
        "dlib-resnet.zip is missing",
        "my-dlib-resnet is missing",
    ):
        assert engine_text(path) == path


def test_what_a_deleted_person_leaves_behind_is_said_in_whole_sentences(qapp: QApplication) -> None:
    left = TrainedOn("Ada", ("quick-1",), ("20260101-quick-1",), "quick-1")
    translate.install(qapp, "en")
    assert engine_text(left.hint) == (
        "Earlier runs in Train deletes its records; the model is a folder where the models are kept: Settings, "
        "Folders. The model quick-1 is in use: train again or deploy another one first."
    )
    translate.install(qapp, "de")
    assert "delete" not in engine_text(left.hint) and "Das Modell quick-1 ist im Einsatz" in engine_text(
        left.hint
    )


def test_an_update_that_replaces_the_files_leaves_the_words_of_a_running_window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that was mapped, and got shorter, the next word would be a SIGBUS."""
    file = Path(shutil.copy(FOLDER / "facecam_de.qm", tmp_path))
    monkeypatch.setattr(translate, "FOLDER", tmp_path)
    translate.install(qapp, "de")
    file.write_bytes(b"")
    assert QCoreApplication.translate("Tabs", "Enroll") == "Aufnehmen"


@pytest.fixture
def messages_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Takes the place of the engine's sentences."""

    def forget() -> None:
        for read in (engine_messages, translate._compiled):
            read.cache_clear()

    file = tmp_path / "engine_de.txt"
    monkeypatch.setattr(translate, "_MESSAGES", file)
    forget()
    yield file
    forget()


def test_without_the_engines_sentences_the_window_goes_on_in_english(
    qapp: QApplication, messages_file: Path
) -> None:
    translate.install(qapp, "de")
    assert engine_text("/w/a.bin is missing") == "/w/a.bin is missing"
    assert option_title("learning_rate") == "Learning rate"


def test_a_damaged_line_takes_no_other_sentence_with_it(qapp: QApplication, messages_file: Path) -> None:
    translate.install(qapp, "de")
    lines = [
        *("{} is missing", "    {} fehlt", "one without German", "Repeat.", "    Noch einmal."),
        *(
            "    German of nothing",
            " ",
            "{} is in {}",
            "    {} verlor ein Loch",
            "a \udcff",
            "    b",
            "the end",
        ),
    ]
    messages_file.write_text("\n".join(lines), encoding="utf-8", errors="surrogateescape")
    assert engine_text("/w/a is missing") == "/w/a fehlt" and engine_text("Repeat.") == "Noch einmal."
    for damaged in ("one without German", "a is in b", "the end"):
        assert engine_text(damaged) == damaged


def test_where_models_come_from_and_their_terms_are_german(qapp: QApplication) -> None:
    translate.install(qapp, "de")
    lineages = [str(one.values["lineage"]) for one in RECIPES] + [one.lineage for one in PUBLISHED.values()]
    terms = {str(one.values["licence"]) for one in RECIPES} | {one.file.licence for one in PUBLISHED.values()}
    sentences = [*lineages, *(one for one in terms if len(one.split()) > 2)]
    assert [one for one in sentences if engine_text(one) == one] == []
    sface = PUBLISHED["sface"]
    assert engine_text(f"{sface.lineage}; {sface.source}") == f"{engine_text(sface.lineage)}; {sface.source}"


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (
            "could not download a.onnx: https://example.org/a.onnx: no connection, 4 times",
            "a.onnx konnte nicht geholt werden: https://example.org/a.onnx: keine Verbindung, 4-mal",
        ),
        (
            "a.onnx: no connection; trying again in 4 s",
            "a.onnx: keine Verbindung; nächster Versuch in 4 s",
        ),
        (
            "The loss has stayed at 0.2 for 300 steps, which is its value when all faces look alike: the network is "
            "not learning.",
            "Der Verlust steht bei 0,2, seit 300 Schritten: Das ist sein Wert, wenn alle Gesichter gleich aussehen; "
            "das Netz lernt nicht.",
        ),
        (
            "a head trained on the user's photos on top of dlib-resnet: added by the user; training data unknown",
            "eine Schicht, trainiert mit den Fotos des Benutzers, auf dlib-ResNet: vom Benutzer hinzugefügt; "
            "Trainingsdaten unbekannt",
        ),
        ("in use: FAR 0.0133, TAR 1.0000", "im Einsatz: FAR 0,0133, TAR 1,0000"),
        ("different people (2,701 pairs)", "verschiedene Personen (2.701 Paare)"),
        (
            "the address of an alert, at example.org, answers with error 404",
            "Die Adresse einer Nachricht, bei example.org, antwortet mit Fehler 404",
        ),
    ],
)
def test_what_goes_on_in_the_background_is_said_in_german(qapp: QApplication, said: str, german: str) -> None:
    translate.install(qapp, "de")
    assert engine_text(said) == german


def test_values_are_put_into_a_text_as_they_are() -> None:
    """Also a name that looks like a place for another one."""
    assert filled("%1 is %2 now", "%2 & %1", "Eve") == "%2 & %1 is Eve now"
    assert filled("Is this %1? (%2 %)", "Ada", 93) == "Is this Ada? (93 %)"
