"""Which command runs, what becomes of errors, and what the help says."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facecam import __version__
from facecam.cli import main as module
from facecam.cli import people, start
from facecam.cli.main import COMMANDS, main
from facecam.cli.terminal.flags import Parser
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Cancelled
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol
from tests.engine.studio import BARACK


def test_no_arguments_start_the_program(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "run", lambda arguments: 7)
    assert run(bare=True).code == 7


def test_the_overview_names_every_command_and_the_older_flags(run: Run) -> None:
    for flag in ("-h", "--help"):
        outcome = run(flag, bare=True)
        assert outcome.code == 0 and outcome.err == ""
        for command, (_, text) in COMMANDS.items():
            assert f"  {command} " in outcome.out and text in outcome.out
        assert "-t False" in outcome.out
    assert run("--version", bare=True).out == f"facecam {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    outcome = run(command, "--help", bare=True)
    assert outcome.code == 0 and "usage: main.py " + command in outcome.out


def actions_of_people() -> list[str]:
    parser = Parser("people")
    people.add_arguments(parser)
    (actions,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return list(actions.choices)


@pytest.mark.parametrize("action", actions_of_people())
def test_every_action_of_people_explains_itself(run: Run, action: str) -> None:
    outcome = run("people", action, "--help", bare=True)
    assert outcome.code == 0 and "--json" in outcome.out and "--database" in outcome.out


def test_the_older_flags_explain_themselves_as_the_overview_says(run: Run) -> None:
    """It says: see `python main.py -t --help`."""
    outcome = run("-t", "--help", bare=True)
    assert outcome.code == 0 and "--web_cam" in outcome.out


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("liev", "live"),
        ("recognise", "recognize"),
        ("enrol", "enroll"),
        ("docter", "doctor"),
        ("peple", "people"),
    ],
)
def test_a_misspelt_command_gets_the_right_one(run: Run, wrong: str, meant: str) -> None:
    message, hint = run(wrong, bare=True).two_lines()
    assert wrong in message and hint == f"Did you mean {meant}?"


def test_nonsense_gets_the_list_of_commands(run: Run) -> None:
    _, hint = run("xyzzy", bare=True).two_lines()
    assert all(command in hint for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["live", "--sorce", "0"], "--source"),
        (["live", "--jsn"], "--json"),
        (["live", "--max-frame=3"], "--max-frames"),
        (["recognize", "a.jpg", "--otput", "x"], "--output"),
        (["doctor", "--wieghts", "x"], "--weights"),
        (["people", "list", "--jsn"], "--json"),
        (["models", "verify", "--wieghts", "x"], "--weights"),
        (["people", "lisst"], "list"),
        (["models", "deplay", "x"], "deploy"),
        (["-t", "False", "--web_cma", "True"], "--web_cam"),
    ],
)
def test_a_misspelt_flag_or_action_gets_the_right_one(run: Run, arguments: list[str], meant: str) -> None:
    _, hint = run(*arguments, bare=True).two_lines()
    assert hint == f"Did you mean {meant}?"


def test_a_flag_of_another_action_is_not_meant_again(run: Run) -> None:
    _, hint = run("people", "merge", "a", "b", "--yes", bare=True).two_lines()
    assert hint == "See `python main.py people merge --help`."


def test_a_flag_before_the_action_is_the_commands(run: Run) -> None:
    _, hint = run("people", "--yes", "list", bare=True).two_lines()
    assert hint == "See `python main.py people --help`."


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["recognize", "-dash.jpg"], "write -- before -dash.jpg"),
        (["recognize", "a.jpg", "-dash.jpg"], "write -- before -dash.jpg"),
        (["enroll", "-x", "a.jpg"], "write -- before -x"),
        (["recognize", "a.jpg", "-no-such-file.jpg"], "See `python main.py recognize --help`"),
        (["enroll", "--nosuch"], "See `python main.py enroll --help`"),
        (["recognize", "a.jpg", "--output", ""], "See `python main.py recognize --help`"),
        (["-t", "maybe"], "See `python main.py -t --help`"),  # Not the help of the commands.
    ],
)
def test_a_name_with_a_dash_before_it_gets_its_cure(run: Run, arguments: list[str], cure: str) -> None:
    Path("-dash.jpg").touch()
    _, hint = run(*arguments, bare=True).two_lines()
    assert cure in hint


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("--threshold=0,5", "argument --threshold: '0,5' is no number: write it with a point"),
        ("--threshold=abc", "argument --threshold: 'abc' is no number"),
        ("--upsample=1.5", "argument --upsample: '1.5' is no whole number"),
    ],
)
def test_what_is_no_number_is_said_without_the_words_of_python(run: Run, flag: str, words: str) -> None:
    message, _ = run("recognize", "a.jpg", flag, bare=True).two_lines()
    assert message == words


@pytest.mark.parametrize("name", ["data", "database", "weights"])
def test_a_file_is_no_folder_of_the_program(run: Run, name: str) -> None:
    Path("file").touch()
    for named in ("file", "file/inside"):
        message, hint = run("people", "list", f"--{name}", named, bare=True).two_lines()
        assert message == f"--{name}: file is not a folder" and hint.startswith("Name a folder")


def test_a_database_is_on_no_web_server(run: Run, tmp_path: Path) -> None:
    address = "http://ada:secret@example.org/people"
    (file := tmp_path / "facecam.toml").write_text(f'database = "{address}"')
    for flags in (("--database", address), ("--config", str(file))):
        message, _ = run("people", "list", *flags, bare=True).two_lines()
        assert "no address of a PostgreSQL server" in message and "secret" not in message


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without an end")
@pytest.mark.parametrize(
    "arguments",
    [
        ["people", "list", "--config", "/dev/zero"],
        ["train", "--sweep", "/dev/zero"],
        ["evaluate", "--own", "--groups", "/dev/zero"],
    ],
)
def test_a_file_without_an_end_is_not_read_to_its_end(
    run: Run, settings: Settings, arguments: list[str]
) -> None:
    settings.data.mkdir()
    message, _ = run(*arguments).two_lines()
    assert "/dev/zero" in message and "MB" in message


LONG = "x" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["live", "--source", "no/such/film.mp4"],
        ["live", "--source", "two\nlines/film.mp4"],
        ["live", "--source", f"{LONG}.mp4"],
        ["live", "--source", "no such camera"],
        ["live", "--source", "~nosuchuser/film.mp4"],
        ["-t", "False", "--source", "~nosuchuser/film.mp4"],
        ["live", "--source", ""],
        ["live", "--source", "ftp://example.org/film"],
        ["live", "--every", "0"],
        ["live", "--max-frames", "-3"],
        ["live", "--detector", "dog"],
        ["live", "--threshold", "9"],
        ["live", "--threshold", "nan"],
        ["live", "--upsample", "1.5"],
        ["live", "--model", "nonesuch", "--source", "demo"],
        ["live", "--config", "none.toml"],
        ["recognize", "missing.jpg"],
        ["recognize", f"{LONG}.jpg"],
        ["recognize"],
        ["enroll", "Ada"],
        ["enroll", "Ada", "missing.jpg"],
        ["enroll", "Ada", f"{LONG}.jpg"],
        ["enroll", "Ada", "a\0b.jpg"],
        ["enroll", "two\nlines", "."],
        ["people"],
        ["people", "delete", "Nobody", "--yes"],
        ["people", "rename", "Nobody", "Somebody"],
        ["people", "merge", "Nobody", "Somebody"],
        ["people", "rebuild"],
        ["people", "import"],
        ["people", "import", "--npy", "none.npy"],
        ["people", "import", "--encodings", "none.npz"],
        ["people", "export", "out"],
        ["models", "deploy", "nonesuch"],
        ["models", "deploy", "../evil"],
        ["models", "remove", "nonesuch"],
        ["models", "calibrate", "nonesuch"],
        ["models", "add", "none.onnx"],
        ["models", "add", "none.onnx", "--input-size", "big"],
        ["models", "calibrate", "dlib-resnet", "--photos", "missing"],
        ["people", "check", "--data", "missing"],
        ["train", "--data", "missing"],
        ["train", "--show-noise", "--data", "missing"],
        ["-chde", "True", "--data", "missing"],
        ["train", "--preset", "missing.toml"],
        ["bench", "--clip", "none.mp4"],
        ["bench", "--clip", f"{LONG}.mp4"],
        ["bench", "--people", LONG],
        ["models", "add", f"{LONG}.onnx"],
        ["models", "calibrate", "dlib-resnet", "--photos", LONG],
        ["people", "list", "--data", LONG],
        ["people", "list", "--database", LONG],
        ["models", "list", "--weights", LONG],
        ["people", "export", LONG],
        ["live", "--config", LONG],
        ["-t", "False", "-wc", "False", "--source", LONG],
        ["-t", "False", "-wp", LONG],
        ["-chde", "True", "--data", LONG],
    ],
    ids=lambda arguments: " ".join(arguments)[:40],
)
def test_whatever_the_user_gets_wrong_is_two_lines(run: Run, enrolled: Enrol, arguments: list[str]) -> None:
    if arguments == ["people", "export", LONG]:
        enrolled(BARACK)
    run(*arguments, own_folders=True).two_lines()


def test_with_its_streams_closed_it_still_says_nothing_on_another(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", None)
        assert run("people", "rename", "Nobody", "Somebody").out == "", "no complaint among the results"
        sys.stderr.close()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        assert main(["--version"]) == 0
        sys.stdout.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ["cluster", ".", "--output", "a\0b"],
        ["embed", ".", "--output", "a\0b"],
        ["align", ".", "a\0b"],
        ["evaluate", "--pairs", "a\0b", "--images", "."],
        ["evaluate", "--own", "--plots", "a\0b"],
        ["people", "check", "--contact-sheet", "a\0b.html"],
        ["people", "import", "--npy", "a\0b.npy"],
        ["models", "export", "dlib-resnet", "--output", "a\0b.onnx"],
        ["classify", "train", ".", "--classifier", "a\0b.zip"],
        ["train", "--preset", "a\0b.toml"],
        ["live", "--json", "a\0b", "--source", "demo"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_path_no_system_can_have_is_refused_at_once(run: Run, arguments: list[str]) -> None:
    message, hint = run(*arguments).two_lines()
    assert "a\\x00b" in message and "NUL" in message and "Leave it out" in hint
    Path("facecam.toml").write_text('data = "a\\u0000b"', encoding="utf-8")
    message, _ = run("people", "list", bare=True).two_lines()
    assert "facecam.toml: data" in message and "NUL" in message


@pytest.mark.parametrize("flag", ["--data", "--weights", "--database"])
def test_a_folder_one_may_not_enter_is_two_lines(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    """Somebody else's home folder. (Stood in for: tests may run as root, who may enter anywhere.)"""
    locked = tmp_path / "locked"

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if isinstance(path, (str, Path)) and str(path).startswith(str(locked)):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *arguments, **options)

        return call

    for name in ("stat", "scandir", "listdir", "open"):
        monkeypatch.setattr(f"os.{name}", refusing(getattr(os, name)))
    command = ["models", "list"] if flag == "--weights" else ["people", "list"]
    message, _ = run(*command, flag, locked / "inner", own_folders=True).two_lines()
    assert "locked" in message


def test_a_clean_stop_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for stop in (KeyboardInterrupt, Cancelled):

        def stopped(*_: Any, stop: type[BaseException] = stop) -> int:
            raise stop

        monkeypatch.setattr(people, "run", stopped)
        outcome = run("people", "list")
        assert (outcome.code, outcome.out, outcome.err) == (130, "", "stopped\n")


def test_an_error_of_ours_from_anywhere_is_two_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> int:
        raise DataError("the disk\nis full", hint="Free\nsome space.")

    monkeypatch.setattr(people, "run", failing)
    assert run("people", "list").two_lines() == ("the disk\\nis full", "Free\\nsome space.")


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "run", lambda arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["people", "list"])


def test_modules_of_commands_exist_and_are_alike() -> None:
    for file, _ in COMMANDS.values():
        loaded = importlib.import_module(f"facecam.cli.{file}")
        assert loaded.__doc__ and callable(loaded.add_arguments) and callable(loaded.run)
    assert Path(module.__file__).parent.joinpath("actions", "legacy.py").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
@pytest.mark.parametrize(
    "words", [["people", "list"], ["people", "list", "--json"], ["people", "--help"], ["--version"]]
)
def test_an_answer_that_cannot_be_written_is_no_success(
    words: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [f"--{name}={getattr(settings, name)}" for name in ("data", "database", "weights")]
    full = open("/dev/full", "w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", full)
    assert main([*words, *(places if "list" in words else [])]) == 2
    assert capsys.readouterr().err.startswith("facecam: the answer could not be written")
    with contextlib.suppress(OSError):
        full.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
def test_what_accompanies_an_answer_may_be_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a note would take back the change it is about, and an error have another code."""
    full = open("/dev/full", "w", encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", full)
    places = [f"--{name}={getattr(settings, name)}" for name in ("data", "database", "weights")]
    assert main(["people", "rename", "Nobody", "Else", *places]) == 2
    assert main(["people", "list", *places]) == 0 and capsys.readouterr().out
    with contextlib.suppress(OSError):
        full.close()
