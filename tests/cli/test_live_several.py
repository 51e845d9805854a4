"""`live` with several sources: each its own tracks, all of them in the lines, one that fails no harm to the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import Frame, FrameResult
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.vision.draw.tiles import tiled
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, save


def albums(heads: Heads, studio: Path) -> tuple[str, str]:
    """A folder with Eileen twice, and one with Barack."""
    for place in ("one/0.png", "one/1.png"):
        save(heads[EILEEN], studio / place)
    save(heads[BARACK], studio / "two" / "0.png")
    return str(studio / "one"), str(studio / "two")


def test_every_line_says_its_source(run: Run, enrolled: Enrol, heads: Heads, studio: Path) -> None:
    enrolled(EILEEN)
    first, second = albums(heads, studio)
    outcome = run("live", "--source", first, "--source", second, "--no-show", "--json", "-")
    seen = sorted((line["source"], line["faces"][0]["name"] or "") for line in outcome.json_lines())
    assert outcome.code == 0 and seen == [(first, EILEEN), (first, EILEEN), (second, "")]


def test_words_name_the_source_and_the_end_counts(
    run: Run, enrolled: Enrol, heads: Heads, studio: Path
) -> None:
    enrolled(EILEEN)
    first, second = albums(heads, studio)
    outcome = run("live", "--source", first, "--source", second, "--no-show")
    assert any(line.startswith(first) and "+ Eileen Collins" in line for line in outcome.out.splitlines())
    assert f"{first}: 2 frames" in outcome.err and f"{second}: 1 frame" in outcome.err


def test_what_one_source_is_told_several_are_told_once(run: Run, heads: Heads, studio: Path) -> None:
    first, second = albums(heads, studio)
    outcome = run("live", "--source", first, "--source", second, "--no-show", "--live-challenge")
    assert outcome.err.count("nobody is enrolled") == 1
    assert outcome.err.count("--live-challenge has no effect by itself") == 1


def test_what_several_sources_cannot_do_is_said(run: Run, heads: Heads, studio: Path) -> None:
    first, second = albums(heads, studio)
    both = ("live", "--source", first, "--source", second, "--no-show")
    assert "--output" in run(*both, "--output", studio / "a.mp4").two_lines()[0]
    assert "twice" in run("live", "--source", first, "--source", first, "--no-show").two_lines()[0]
    assert "nothing.mp4" in run(*both, "--source", studio / "nothing.mp4").two_lines()[0]


def test_a_source_that_fails_is_in_the_exit_code(
    run: Run, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = StreamRecognizer.process
    ending: list[Exception] = [DataError("it is torn", hint="Plug it in."), ZeroDivisionError("oh")]

    def failing(self: StreamRecognizer, frame: Frame) -> FrameResult:
        if frame.index == 1:
            raise ending[0]
        return process(self, frame)

    monkeypatch.setattr(StreamRecognizer, "process", failing)
    first, second = albums(heads, studio)
    outcome = run("live", "--source", first, "--source", second, "--no-show")
    assert outcome.code == 1 and f"{first}: it is torn" in outcome.err and f"{second}: 1 frame" in outcome.err
    del ending[0]
    with pytest.raises(ZeroDivisionError):
        run("live", "--source", first, "--source", second, "--no-show")


def test_tiles_keep_the_shape_of_each_picture() -> None:
    wide, tall = np.full((90, 160, 3), 200, np.uint8), np.full((200, 100, 3), 100, np.uint8)
    wall = tiled([wide, None, tall], (160, 90))
    assert wall.shape == (180, 320, 3)
    assert (wall[:90, :160] == 200).all() and not wall[:90, 160:].any()
    lit = wall[90:, :160].any(axis=(0, 2)).nonzero()[0]
    assert lit.size == 45 and abs(int(lit[0]) - 57) <= 1
