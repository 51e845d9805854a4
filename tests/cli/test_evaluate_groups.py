"""`evaluate --groups` with each kind of measuring, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facecam.cli.main import main
from facecam.core.config import Settings
from tests.cli.conftest import Run
from tests.cli.test_evaluate import album
from tests.engine.fixtures import Heads
from tests.engine.studio import EILEEN, JOE, mirrored, save

__all__ = ["album"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "groups.csv"
    path.write_text(
        "person,group,born,year\nEileen Collins,women,1956,1996\nBarack Obama,men,1961,2012\nJoe Biden,men,1942,2013\n",
        encoding="utf-8",
    )
    return path


def evaluate(album: Path, weights: Path, *flags: str | Path) -> int:
    return main(["evaluate", *map(str, [*flags, "--weights", weights, "--cache", album / "cache"])])


def test_pairs_by_group_in_words_and_json(
    album: Path, weights: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--pairs", album / "pairs.txt", "--images", album / "images", "--groups", file]
    assert evaluate(album, weights, *flags) == 0
    out = capsys.readouterr().out
    assert "by group, at match_score" in out and "by age" in out
    assert "women: 1 person" in out and "TOO SMALL TO TELL: 1 person, 8 needed" in out
    assert evaluate(album, weights, *flags, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    women, men = document["groups"]["by"]["group"]
    assert women["figures"]["fnmr"]["trials"] == 1 and women["figures"]["fmr"]["value"] is None
    assert women["figures"]["fmr"]["too_small"] == "no trial"
    # Of the pairs of different people one is of two men; the others belong to no group.
    assert men["figures"]["fmr"]["trials"] == 1 and men["figures"]["accuracy"]["value"] == 1
    assert document["groups"]["not_listed"] == []


def test_identification_by_group(
    album: Path, weights: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--identify", album / "images", "--photos", "1", "--trials", "2", "--groups", file]
    assert evaluate(album, weights, *flags) == 0
    assert "by group, 1 photo each" in capsys.readouterr().out
    assert evaluate(album, weights, *flags, "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["groups"]
    men = next(group for group in one["by"]["group"] if group["name"] == "men")
    assert one["enrolled"] == 1 and men["people"] == 2
    assert men["figures"]["rank_one"]["value"] == 1 and men["figures"]["rank_one"]["trials"] == 4
    shares = [men["figures"][name]["value"] for name in ("named_rightly", "named_wrongly", "not_named")]
    assert sum(shares) == pytest.approx(1)


def test_own_people_by_group(run: Run, heads: Heads, settings: Settings, file: Path) -> None:
    for name in (EILEEN, JOE):
        save(heads[name], settings.data / name / "a.png")
        save(mirrored(heads[name]), settings.data / name / "b.png")
    outcome = run("evaluate", "--own", "--groups", str(file))
    assert outcome.code == 0 and "by group, at the threshold in use" in outcome.out
    document = run("evaluate", "--own", "--groups", str(file), "--json").json()
    by_name = {group["name"]: group for group in document["groups"]["by"]["group"]}
    assert by_name["women"]["figures"]["fnir"]["trials"] == 2
    assert by_name["men"]["figures"]["fpir"]["people"] == 1
    assert document["groups"]["not_measured"] == ["Barack Obama"]


def test_bad_files_and_other_kinds_are_refused(
    album: Path, weights: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = file.with_name("bad.csv")
    bad.write_text("person,group\nAda\n", encoding="utf-8")
    assert evaluate(album, weights, "--identify", album / "images", "--groups", bad) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert evaluate(album, weights, "--limits", album / "images", "--groups", file) == 2
    assert "--groups does not go with --limits" in capsys.readouterr().err
