"""`evaluate --limits`: a table, JSON, and flags that belong elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.engine.evaluation import quality_limits
from facecam.engine.evaluation.degradation import Spoiling
from tests.cli.conftest import Run
from tests.engine.fixtures import Heads
from tests.engine.studio import save


@pytest.fixture
def people(heads: Heads, tmp_path: Path) -> Path:
    for name, image in heads.items():
        save(image, tmp_path / "people" / name / "a.png")
        save(image[:, ::-1], tmp_path / "people" / name / "b.png")
    return tmp_path / "people"


def test_a_table_and_the_same_as_json(run: Run, people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_limits, "SPOILINGS", (Spoiling("size", 100, "face 100 px wide"),))
    outcome = run("evaluate", "--limits", people)
    assert outcome.code == 0 and "6 photos of 3 people; accepted below squared_l2" in outcome.out
    (line,) = (line for line in outcome.out.splitlines() if line.startswith("face 100 px wide"))
    assert line.split()[4] == "1.000" and "1.000 (" in line
    assert "|yaw| 0 to 0.2, against frontal" in outcome.out
    document = run("evaluate", "--limits", people, "--limit", 4, "--json").json()
    assert document["photos"] == 4 and document["people"] == 2
    plain, large, *turned = document["rows"]
    assert plain["kind"] == "as it is" and large["value"] == 100 and len(turned) == 7
    assert large["found"]["value"] == 1 and large["against_good"]["tar"]["value"] == 1
    assert large["among_themselves"]["same"] == 4 and large["fit"] == 1 and large["medians"]["size_px"] > 80
    (next(people.iterdir()) / "empty.png").touch()
    outcome = run("evaluate", "--limits", people, "--json")
    what, hint, *_ = outcome.err.splitlines()
    assert outcome.code == 1 and "empty.png is empty" in what and hint.startswith("  ")
    assert outcome.json()["left_out"][0]["message"] in what


def test_what_cannot_be_meant_is_said_in_two_lines(run: Run, people: Path, tmp_path: Path) -> None:
    cases: tuple[tuple[tuple[object, ...], str], ...] = (
        (("--limits", tmp_path / "none"), "does not exist"),
        (("--limits", people, "--identify", people), "--identify and --limits are two kinds of measuring"),
        (("--limits", people, "--subtract-mean"), "--subtract-mean belongs to --pairs"),
        (("--limits", people, "--photos", "2"), "--photos belongs to --identify"),
        (("--limits", people, "--plots", "plots"), "--plots does not go with --limits"),
        (("--identify", people, "--limit", "3"), "--limit belongs to --pairs"),
    )
    for arguments, words in cases:
        complaint, _ = run("evaluate", *arguments).two_lines()
        assert words in complaint, (arguments, complaint)
