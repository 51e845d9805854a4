"""`evaluate` as typed: results on stdout, the rest on stderr, exit codes that mean something."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from facecam.cli.main import main
from facecam.core.types import ImageArray
from facecam.engine.models.catalog import RECIPES

COHORT = next(recipe.values["cohort"] for recipe in RECIPES if recipe.name == "dlib-resnet")

NO_SUCH_PERSON = "Nobody/Nobody_0001"


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Its one JSON document."""
        assert self.out.count("\n") == 1
        return dict(json.loads(self.out))


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def album(portraits: dict[str, ImageArray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photos of each of three people, and a list in the form of View 1."""
    folder = tmp_path_factory.mktemp("album")
    for name, portrait in portraits.items():
        factor = 400 / portrait.shape[0]
        small = cv2.resize(portrait, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        dim = (small[:, ::-1] * 0.8).astype(np.uint8)
        (folder / "images" / name).mkdir(parents=True)
        for number, picture in ((1, small), (2, dim)):
            Image.fromarray(picture).save(folder / "images" / name / f"{name}_000{number}.png")
    names = list(portraits)
    same = "".join(f"{name}\t1\t2\n" for name in names)
    different = "".join(
        f"{one}\t1\t{other}\t2\n" for one, other in zip(names, names[1:] + names[:1], strict=True)
    )
    (folder / "pairs.txt").write_text(f"{len(names)}\n{same}{different}", encoding="utf-8")
    return folder


@pytest.fixture
def run(
    album: Path, weights: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs `evaluate` on the album; vectors are remembered from test to test."""
    monkeypatch.setattr("facecam.metrics.rates._RESAMPLES", 50)

    def run(*flags: str | Path, pairs: Path | None = None, cache: bool = True) -> Outcome:
        remember = ["--cache", str(album / "cache")] if cache else []
        where = ["--pairs", str(pairs or album / "pairs.txt"), "--images", str(album / "images")]
        code = main(["evaluate", *where, "--weights", str(weights), *remember, *map(str, flags)])
        return Outcome(code, *capsys.readouterr())

    return run


def test_the_figures_in_words(run: Run) -> None:
    outcome = run()
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0].startswith("dlib-resnet@") and "detector centerface, mirrored face added" in lines[0]
    assert lines[1].startswith("6 pairs measured: 3 same, 3 different")
    assert "AUC                 1.0000  95 %" in outcome.out
    assert "TAR at FAR 0.01     too few pairs: 3 of different people, 300 needed" in lines
    (in_use,) = (line.split() for line in lines if line.startswith("in use"))
    # threshold of scores on the card; all six pairs rightly judged by it
    assert in_use[2:] == [f"{COHORT.threshold:.4f}", "1.0000", "1.0000", "1.0000", "0.0000", "0.0000"]
    assert any(line.startswith("6 photos: ") and "found" in line for line in lines)


def test_the_figures_for_programs(run: Run) -> None:
    document = run("--json").document
    assert document["pairs"] == {
        "kind": "view1", "same": 3, "different": 3, "left_out": 0, "photo_with_itself": 0,
    }  # fmt: skip
    assert document["auc"]["value"] == 1.0 and 0 < document["auc"]["low"] < 1
    assert document["auc"]["interval"] == "wilson"
    assert [point["value"] for point in document["tar_at_far"]] == [None, None]
    in_use = document["operating_points"][0]
    assert in_use["rule"] == "in use" and math.isclose(in_use["cosine"], 1 - in_use["match_score"] / 2)
    assert in_use["accuracy"]["value"] == 1 and in_use["far"]["value"] == 0
    assert document["photos"]["without_face"] == document["photos"]["faults"] == []
    speed = document["speed"]
    assert speed["looked_at"] + speed["remembered"] == 6 and speed["total_s"] >= speed["photos_s"] > 0


def test_every_pair_of_a_folder_needs_no_list(run: Run) -> None:
    outcome = run(pairs=Path("all"))
    assert outcome.code == 0, outcome.err
    # 6 photos make 15 pairs, 3 of them of the same person.
    assert outcome.out.splitlines()[1].startswith("15 pairs measured: 3 same, 12 different; every pair")


def test_flags_reach_the_measurement(run: Run) -> None:
    document = run("--json", "--no-flip", "--subtract-mean", "--thresholds", "grid", "--limit", "4").document
    assert (document["flip"], document["subtract_mean"], document["thresholds"]) == (False, True, "grid")
    assert document["pairs"]["same"] == document["pairs"]["different"] == 2
    assert document["operating_points"][0]["rule"] == "best accuracy"


def test_cosine_turns_the_threshold_round(run: Run) -> None:
    lines = run("--measure", "cosine", "--threshold", "0.2").out.splitlines()
    assert any(line.split()[:3] == ["in", "use", "0.9000"] for line in lines)
    assert "cosine" in next(line for line in lines if line.startswith("threshold"))
    assert not any("squared_l2" in line for line in lines)


def test_a_second_run_remembers(run: Run) -> None:
    run()
    document = run("--json").document
    assert document["speed"]["looked_at"] == 0 and document["speed"]["remembered"] == 6


def test_without_a_cache_nothing_is_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.cli.evaluate.user_cache_folder", lambda: tmp_path / "cache")
    assert run("--no-cache", "--limit", "2", cache=False).code == 0 and not (tmp_path / "cache").exists()
    assert run("--limit", "2", cache=False).code == 0 and (tmp_path / "cache").exists()
    assert run("--no-cache").code == 2


def with_more(album: Path, tmp_path: Path, more: str) -> Path:
    names = sorted(path.name for path in (album / "images").iterdir() if "_" not in path.name)
    a, b = (f"{name}/{name}_0001" for name in names[:2])
    path = tmp_path / "list.txt"
    path.write_text(f"{a}\t{a[:-1]}2\t1\n{a}\t{b}\t0\n{a}\t{more}\t0\n", encoding="utf-8")
    return path


def test_missing_photos_are_listed_and_the_rest_is_measured(run: Run, album: Path, tmp_path: Path) -> None:
    pairs = with_more(album, tmp_path, NO_SUCH_PERSON)
    outcome = run(pairs=pairs)
    assert outcome.code == 1
    assert (
        outcome.err.splitlines()[0].endswith(f"{NO_SUCH_PERSON} is missing") and "1 LEFT OUT" in outcome.out
    )
    assert outcome.err.splitlines()[0].startswith("facecam: ") and outcome.err.splitlines()[1].startswith(
        "  "
    )
    assert "1 missing or unreadable" in outcome.out
    outcome = run("--json", pairs=pairs)
    assert outcome.code == 1
    assert [fault["photo"] for fault in outcome.document["photos"]["faults"]] == [NO_SUCH_PERSON]
    assert outcome.document["pairs"]["left_out"] == 1


def test_a_photo_without_a_face_is_listed_and_counts(run: Run, album: Path, tmp_path: Path) -> None:
    ramp = np.linspace(40, 200, 120)[None, :, None] * np.ones((90, 1, 3))
    Image.fromarray(ramp.astype(np.uint8)).save(album / "images" / "wall_.png")
    outcome = run("--no-cache", pairs=with_more(album, tmp_path, "wall_.png"), cache=False)
    assert outcome.code == 0
    assert "no face found, the middle taken: wall_.png" in outcome.err
    assert outcome.out.startswith("dlib") and "3 pairs measured: 1 same, 2 different" in outcome.out
    assert "photos without a face count" in outcome.out


def test_a_long_list_of_missing_photos_is_cut_short(run: Run, album: Path, tmp_path: Path) -> None:
    pairs = with_more(album, tmp_path, NO_SUCH_PERSON)
    first = pairs.read_text(encoding="utf-8").split("\t")[0]
    with pairs.open("a", encoding="utf-8") as file:
        file.writelines(f"{first}\tGone/{number}.png\t0\n" for number in range(30))
    outcome = run(pairs=pairs)
    assert outcome.err.count(" is missing") == 20 and "and 11 more" in outcome.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--limit", "0"], "'0'"),
        (["--measure", "l1"], "'l1'"),
        (["--images", "/nowhere"], "/nowhere"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--no-flop"], "--no-flip"),
    ],
)
def test_a_wrong_flag_is_two_lines_and_exit_2(run: Run, flags: list[str], words: str) -> None:
    outcome = run(*flags)
    assert outcome.code == 2 and not outcome.out
    assert words in outcome.err and len(outcome.err.splitlines()) == 2


def test_a_malformed_list_names_its_line(run: Run, tmp_path: Path) -> None:
    pairs = tmp_path / "bad.txt"
    pairs.write_text("2\nA\t1\t2\nA\t1\tB\t1\n")
    outcome = run("--json", pairs=pairs)
    assert outcome.code == 2 and not outcome.out
    what, cure = outcome.err.splitlines()
    assert "bad.txt, line 3: " in what and cure.startswith("  ")


def test_plots_are_drawn(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    document = run("--json", "--plots", tmp_path / "plots").document
    names = {"roc.png", "error-rates.png", "histogram.png", "false-accepts.png", "false-rejects.png"}
    names |= {"people-pca.png", "people-tsne.png"}
    assert {Path(file).name for file in document["plots"]} == names
    assert {file.name for file in (tmp_path / "plots").iterdir()} == names


def test_without_matplotlib_plots_are_refused_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    outcome = run("--plots", tmp_path / "plots")
    assert outcome.code == 2 and "pip install matplotlib" in outcome.err
    assert not outcome.out and not (tmp_path / "plots").exists()


def test_help_and_overview_know_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "evaluate" in capsys.readouterr().out
    with pytest.raises(SystemExit) as done:
        main(["evaluate", "--help"])
    assert done.value.code == 0
    out = capsys.readouterr().out
    assert all(flag in out for flag in ("--pairs", "--images", "--no-flip", "--plots", "--cache", "--limit"))
