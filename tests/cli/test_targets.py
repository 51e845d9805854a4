"""What is there already stays, unless `--overwrite` says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from facecam.cli.terminal.playback import PlaybackOptions, check_targets
from facecam.cli.terminal.targets import require_folder, require_free
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import free_name
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, mirrored, save

THERE = b"of the user"


def refused(*paths: Path, **how: object) -> str:
    with pytest.raises(ConfigError) as caught:
        require_free("--output", paths, **{"overwrite": False, **how})  # type: ignore[arg-type]
    return caught.value.message + " " + caught.value.hint


def test_one_rule_for_all_files(tmp_path: Path) -> None:
    there, free = tmp_path / "there.json", tmp_path / "free.json"
    there.write_bytes(THERE)
    require_free("--output", [free], overwrite=False)
    assert "there.json exists already" in refused(free, there)
    assert "--overwrite" in refused(there)
    require_free("--output", [there], overwrite=True)
    assert "something else" in refused(there, overwrite=True, endings=(".zip",))
    assert "is a folder" in refused(tmp_path, overwrite=True)


def test_a_file_is_no_folder_for_results(run: Run, tmp_path: Path) -> None:
    Path("file").write_bytes(THERE)
    for command in (
        ("embed", ".", "--output", "file"),
        ("align", ".", "file/inner"),
        ("cluster", ".", "--output", "file"),
        ("recognize", ".", "--output", "file"),
        ("people", "export", "file"),
        ("live", "--source", "demo", "--output", "file/out.mp4"),
    ):
        message, _ = run(*command).two_lines()
        assert message.endswith("file is not a folder"), "said before any photo is looked at"
    require_folder("--output", tmp_path / "new" / "one")
    assert Path("file").read_bytes() == THERE


def test_a_folder_that_cannot_be_written_to_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the tests may write everywhere."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(ConfigError, match=f"--output: you may not write into {tmp_path}"):
        require_folder("--output", tmp_path / "new" / "one")
    require_free("--output", [tmp_path / "file"], overwrite=False)  # Files tell when they are opened.


def test_a_link_to_nothing_is_something_and_a_stream_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere.json")
    assert "exists already" in refused(tmp_path / "link.json")
    os.mkfifo(tmp_path / "pipe.json")
    require_free("--output", [tmp_path / "pipe.json", Path(os.devnull)], overwrite=False)


def test_a_name_nobody_chose_is_a_free_one(tmp_path: Path) -> None:
    wanted = tmp_path / "demo.mp4"
    assert free_name(wanted) == wanted
    wanted.write_bytes(THERE)
    (tmp_path / "demo-2.mp4").symlink_to("nowhere")
    assert free_name(wanted) == tmp_path / "demo-3.mp4"


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (("live", "--source", "demo", "--no-show", "--max-frames", 1, "--output", "out.mp4"), "out.mp4"),
        (("live", "--source", "demo", "--no-show", "--max-frames", 1, "--json", "out.jsonl"), "out.jsonl"),
        (("start", "--demo", "--output", "out.mp4"), "out.mp4"),
        (("-t", "False", "--source", "demo", "--output", "out.mp4"), "out.mp4"),
        (("-t", "False", "-wc", "False", "--source", "photos", "--json", "out.jsonl"), "out.jsonl"),
        (("people", "export", "older"), "older/names_reference.txt"),
        (("people", "check", "--contact-sheet", "sheet.html"), "sheet.html"),
        (("embed", "photos", "--output", "vectors"), "vectors/label_strings.npy"),
        (("classify", "train", "photos", "--classifier", "mine.zip"), "mine.zip"),
        (("train", "--export-tfrecords", "records"), "records/info.csv"),
        (("evaluate", "--pairs", "p.txt", "--images", "photos", "--plots", "drawn"), "drawn/histogram.png"),
        (("evaluate", "--own", "--plots", "drawn"), "drawn/self-test.png"),
        (("models", "export", "dlib-resnet", "--output", "out.onnx"), "out.onnx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_command_writes_over_a_file_unasked(
    run: Run, enrolled: Enrol, heads: Heads, settings: Settings, command: tuple[object, ...], file: str
) -> None:
    """Said at once: nothing is written, not even the other files of the same command."""
    enrolled(EILEEN)
    settings.data.mkdir(exist_ok=True)
    save(heads[BARACK], Path("photos") / BARACK / "0.png")
    there = Path(file)
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(THERE)
    before = set(Path().rglob("*"))
    message, hint = run(*command).two_lines()
    assert message == f"{file} exists already" and hint == "Choose another name, or add --overwrite."
    assert there.read_bytes() == THERE and set(Path().rglob("*")) == before


def test_asked_to_it_replaces(run: Run, enrolled: Enrol, heads: Heads) -> None:
    enrolled(EILEEN)
    for name in (BARACK, EILEEN):
        save(mirrored(heads[name]), Path("photos") / name / "0.png")
    assert run("people", "export", "older").code == run("people", "export", "older", "--overwrite").code == 0
    assert run("embed", "photos", "--output", "vectors").code == 0
    assert "exists already" in run("embed", "photos", "--output", "vectors").err
    (Path("vectors") / "labels.npy").write_bytes(THERE)
    assert run("embed", "photos", "--output", "vectors", "--overwrite").code == 0
    assert np.load("vectors/labels.npy").shape == (2,)
    film = ("live", "--source", "demo", "--no-show", "--max-frames", 2, "--output", "out.mp4")
    assert run(*film).code == 0 and run(*film).code == 2 and run(*film, "--overwrite").code == 0


@pytest.mark.parametrize("output", ["in.mp4", "link.mp4", "hard.mp4", "below/../in.mp4"])
def test_the_film_that_is_played_is_never_recorded_over(tmp_path: Path, output: str) -> None:
    source = tmp_path / "in.mp4"
    source.write_bytes(b"film")
    (tmp_path / "below").mkdir()
    (tmp_path / "link.mp4").symlink_to(source)
    (tmp_path / "hard.mp4").hardlink_to(source)
    with pytest.raises(ConfigError, match="being played"):
        check_targets(PlaybackOptions(str(source), output=tmp_path / output, overwrite=True))
    check_targets(PlaybackOptions(str(source), output=tmp_path / "other.mp4"))
    assert source.read_bytes() == b"film"
