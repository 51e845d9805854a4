"""Consent on the command line: recorded with date and purpose, shown, exported, withdrawn."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.enrollment import consent
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, save

PURPOSE = "the door of the workshop"
TODAY = "2028-02-29"


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the hour: midnight may come between two commands."""

    class Today(date):
        today = classmethod(lambda cls: cls.fromisoformat(TODAY))

    monkeypatch.setattr(consent, "date", Today)


@pytest.fixture
def agreed(run: Run, heads: Heads, studio: Path) -> Path:
    """Barack, who agreed; his photo."""
    photo = save(heads[BARACK], studio / "a.png")
    assert run("enroll", BARACK, photo, "--consent", PURPOSE).code == 0
    return photo


def test_consent_is_kept_with_todays_date_and_shown_everywhere(run: Run, agreed: Path) -> None:
    as_document = {"given": TODAY, "purpose": PURPOSE}
    assert run("people", "show", BARACK, "--json").json()["consent"] == as_document
    assert run("people", "list", "--json").json()[0]["consent"] == as_document
    assert f"consent: {PURPOSE} ({TODAY})" in run("people", "list").out
    shown = run("people", "show", BARACK).out
    assert f"{PURPOSE} ({TODAY})" in shown and "photos     1" in shown


def test_more_photos_leave_it_as_it_is(run: Run, heads: Heads, studio: Path, agreed: Path) -> None:
    other = save(heads[BARACK][:, ::-1], studio / "b.png")
    assert f"Consent: {PURPOSE} ({TODAY})." in run("enroll", BARACK, other).out


def test_without_it_nothing_is_asked_and_it_is_noted_as_not_recorded(
    run: Run, heads: Heads, studio: Path
) -> None:
    outcome = run("enroll", BARACK, save(heads[BARACK], studio / "a.png"))
    assert outcome.code == 0 and "Consent: not recorded." in outcome.out
    assert run("people", "show", BARACK, "--json").json()["consent"] is None
    assert "consent: not recorded" in run("people", "list").out


@pytest.mark.parametrize("text", ["", "   ", "two\nlines", "x" * 501])
def test_a_consent_that_says_nothing_is_refused_before_the_work(
    run: Run, heads: Heads, studio: Path, text: str
) -> None:
    photo = save(heads[BARACK], studio / "a.png")
    message, hint = run("enroll", BARACK, photo, "--consent", text).two_lines()
    assert "consent" in message and hint
    assert run("people", "list", "--json").json() == []


def test_noting_it_later(run: Run, enrolled: Enrol, heads: Heads, settings: Settings) -> None:
    enrolled(BARACK)
    assert run("people", "consent", BARACK, PURPOSE).out == f"{BARACK}: consent: {PURPOSE} ({TODAY})\n"
    document = run("people", "consent", BARACK, "the choir", "--json").json()
    assert document["consent"] == {"given": TODAY, "purpose": "the choir"}
    save(heads[EILEEN], settings.data / EILEEN / "a.png")
    message, hint = run("people", "consent", EILEEN, PURPOSE).two_lines()
    assert "not enrolled" in message and "rebuild" in hint
    message, hint = run("people", "consent", "Barak Obama", PURPOSE).two_lines()
    assert BARACK in hint


def test_words_of_an_older_version_stay_as_they_are(run: Run, enrolled: Enrol, settings: Settings) -> None:
    gallery = enrolled(BARACK).with_consent(BARACK, "drawn, and agreed")
    components.open_store(settings).update(lambda _: gallery)
    document = run("people", "show", BARACK, "--json").json()
    assert document["consent"] == {"given": "", "purpose": "drawn, and agreed"}


def test_it_is_exported_and_survives_renaming_and_a_rebuild(run: Run, agreed: Path, tmp_path: Path) -> None:
    assert run("people", "rename", BARACK, "=Barack").code == 0
    assert run("people", "rebuild").code == 0
    assert run("people", "export", tmp_path / "out").code == 0
    with open(tmp_path / "out" / "consent_reference.csv", encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["consent_given"], row["consent_purpose"]) == ("'=Barack", TODAY, PURPOSE)


def test_withdrawing_deletes_for_good_with_a_receipt(
    run: Run, agreed: Path, settings: Settings, tmp_path: Path
) -> None:
    (person,) = components.open_store(settings).load().identities  # type: ignore[union-attr]
    moment = datetime.now().astimezone()
    SightingFile(settings.database).append(Sighting(1, person, moment, moment, 90.0, "0"))
    receipt = tmp_path / "receipt.json"
    document = run("people", "withdraw", BARACK, "--yes", "--json", "--receipt", receipt).json()
    assert document == json.loads(receipt.read_text())
    assert document["id"] == person.id and document["deleted"].startswith("20")
    removed = document["removed"]
    assert (removed["photos"], removed["other_files"], removed["visits"]) == (1, 0, 1) and removed[
        "vectors"
    ] >= 1
    assert (
        document["stays"] == {"models": [], "runs": [], "exports": [], "perhaps": [], "fitted": []}
        and not document["resumed"]
    )
    left = [
        path for folder in (settings.data, settings.database) for path in folder.rglob("*") if path.is_file()
    ]
    assert left and not any(BARACK.encode() in path.read_bytes() for path in left)
    message, _ = run("people", "withdraw", BARACK, "--yes").two_lines()
    assert message == "nobody is enrolled yet"


def test_exports_are_named_in_the_receipt_and_stay(run: Run, agreed: Path, settings: Settings) -> None:
    """Before 0.5 they lay beside the database unless told otherwise."""
    assert run("people", "export", "out").code == 0
    for one in Path("out").iterdir():
        one.rename(settings.database / one.name)
    outcome = run("people", "withdraw", BARACK, "--yes")
    assert outcome.code == 0 and "deleted for good" in outcome.out
    assert str(settings.database / "consent_reference.csv") in outcome.out
    assert (settings.database / "names_reference.txt").is_file()


def test_withdrawing_asks_unless_told_not_to(run: Run, agreed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.cli.actions.people_consent.confirmed", lambda question: False)
    outcome = run("people", "withdraw", BARACK)
    assert outcome.code == 0 and "Nothing was deleted." in outcome.err
    assert len(run("people", "list", "--json").json()) == 1


def test_a_receipt_replaces_nothing_unasked(run: Run, agreed: Path, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text("mine")
    message, hint = run(
        "people", "withdraw", BARACK, "--yes", "--receipt", tmp_path / "receipt.json"
    ).two_lines()
    assert "exists already" in message and "--overwrite" in hint
    assert len(run("people", "list", "--json").json()) == 1
