"""`evaluate --identify` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.cli.main import main
from facecam.core.types import ImageArray
from facecam.engine.models.catalog import RECIPES
from tests.cli.test_evaluate import album

COHORT = next(recipe.values["cohort"] for recipe in RECIPES if recipe.name == "dlib-resnet")

__all__ = ["album"]


def evaluate(album: Path, weights: Path, *flags: str | Path) -> int:
    remember = ["--weights", weights, "--cache", album / "cache"]
    return main(["evaluate", *map(str, [*flags, *remember])])


def test_the_figures_in_words(album: Path, weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = evaluate(album, weights, "--identify", album / "images", "--photos", "1,5", "--trials", "1")
    out, err = capsys.readouterr()
    assert code == 0, err
    lines = out.splitlines()
    assert lines[1] == "3 people, 1 drawing; the nearest person counts, however far"
    assert lines[4].split()[:5] == ["1", "3", "3", "1.0000", "1.0000"]
    assert "different photos)" in lines[4]
    in_use = f"1 photo each, at the threshold in use ({COHORT.threshold:.4f}): 1.0000"
    assert any(line.startswith(in_use) for line in lines)
    assert any(line.startswith("5 photos each: 3 people with too few photos left out: ") for line in lines)
    assert "0 of 3 people have 5 photos" in err


def test_one_document_and_an_unreadable_photo(
    portraits: dict[str, ImageArray], weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, portrait in list(portraits.items())[:2]:
        (tmp_path / "set" / name).mkdir(parents=True)
        for number, picture in enumerate((portrait[::2, ::2], portrait[::2, ::-2])):
            Image.fromarray(np.ascontiguousarray(picture)).save(tmp_path / "set" / name / f"{number}.png")
    (tmp_path / "set" / name / "broken.png").write_bytes(b"")
    code = evaluate(tmp_path, weights, "--identify", tmp_path / "set", "--photos", "1", "--json")
    out, err = capsys.readouterr()
    document = json.loads(out)
    what, hint, *_ = err.splitlines()
    assert (
        code == 1 and what.startswith("facecam: ") and "broken.png is empty" in what and hint.startswith("  ")
    )
    assert document["people"] == 2 and len(document["photos"]["faults"]) == 1
    (result,) = document["results"]
    assert result["enrolled"] == 1 and result["rank_one"]["value"] == 1 and result["cumulative"] == [1, 1]
    assert len(result["rank_one"]["trials"]) == 10 and result["confused"] == []


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--photos", "1"], "--photos belongs to --identify"),
        (["--own", "--trials", "2"], "--trials belongs to --identify"),
        (["--identify", "nowhere"], "the folder nowhere does not exist"),
        (["--identify", __file__], "is not a folder"),
        (["--identify", ".", "--own"], "--own and --identify are two kinds of measuring"),
        (["--identify", ".", "--images", "."], "--images belongs to --pairs"),
        (["--identify", ".", "--subtract-mean"], "--subtract-mean belongs to --pairs"),
        (["--identify", ".", "--measure", "cosine"], "--measure belongs to --pairs"),
        (["--identify", ".", "--thresholds", "grid"], "--thresholds belongs to --pairs"),
        (["--identify", ".", "--photos", "2,2"], "--photos 2,2 cannot be meant"),
        (["--identify", ".", "--photos", "1,x"], "--photos"),
        (["--identify", ".", "--photos", ""], "--photos"),
    ],
)
def test_what_cannot_be_meant_is_said(
    flags: list[str], words: str, tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = evaluate(tmp_path, weights, *flags)
    except SystemExit as refused:
        code = int(refused.code or 0)
    assert code == 2
    assert words in capsys.readouterr().err
