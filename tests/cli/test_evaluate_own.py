"""`evaluate --own`: the self-test in words and JSON, and what it refuses."""

from __future__ import annotations

import pytest

from facecam.core.config import Settings
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import EILEEN, JOE, mirrored, save


def test_own_people_are_tested_in_words_and_json(
    run: Run, heads: Heads, settings: Settings, enrolled: Enrol
) -> None:
    for name in (EILEEN, JOE):
        save(heads[name], settings.data / name / "a.png")
        save(mirrored(heads[name]), settings.data / name / "b.png")
    outcome = run("evaluate", "--own")
    assert outcome.code == 0
    assert "2 people were tested with 4 photos." in outcome.out
    document = run("evaluate", "--own", "--json").json()
    assert (document["people"], document["photos"], document["suggested"]) == (2, 4, None)
    assert document["in_use"]["fnir"]["value"] == 0 and document["applied"] is None
    assert len(document["curve"]["fpir"]) == len(document["curve"]["match_score"])
    (settings.data / JOE / "empty.png").touch()
    outcome = run("evaluate", "--own", "--json")
    what, hint, *_ = outcome.err.splitlines()
    assert outcome.code == 1 and "empty.png is empty" in what and hint.startswith("  ")
    assert outcome.json()["photos"] == 4 and outcome.json()["faults"][0]["message"] in what
    (settings.data / JOE / "empty.png").unlink()
    enrolled(JOE)
    message, _ = run("evaluate", "--own", "--apply").two_lines()
    assert "too few people" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "what to measure on"),
        (("--target", "0.1"), "--own"),
        (("--apply",), "--own"),
        (("--own", "--pairs", "list.txt"), "two kinds"),
        (("--own", "--target", "2"), "2.0"),
        (("--own",), "two people"),
        (("--own", "--limit", "5"), "--limit belongs to --pairs"),
        (("--own", "--no-flip"), "--no-flip does not belong to --own"),
        (("--own", "--cache", "here"), "--cache does not belong to --own"),
    ],
)
def test_what_own_cannot_mean_is_said(run: Run, arguments: tuple[str, ...], words: str) -> None:
    message, hint = run("evaluate", *arguments).two_lines()
    assert words in message and hint


def test_who_has_nobody_is_told_to_enroll_two(run: Run, settings: Settings, heads: Heads) -> None:
    _, hint = run("evaluate", "--own").two_lines()
    assert hint == "Enroll two people: python main.py enroll NAME PHOTO…"
    save(heads[EILEEN], settings.data / EILEEN / "a.png")
    _, hint = run("evaluate", "--own").two_lines()
    assert hint.startswith("Enroll somebody else")
