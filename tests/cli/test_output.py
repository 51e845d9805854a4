"""What is printed: results on stdout, the rest on stderr, on any terminal."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from facecam.cli.terminal import output
from facecam.cli.terminal.output import Printer, json_lines, print_error, print_json, say, short
from facecam.core.errors import DataError
from facecam.core.events import Metrics, Notice, Progress

NAMES = "Ada, عائشة, 李雷, 👩‍🚀, \udcff"


def narrow(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_full_disk_is_told_with_the_file(lines: int) -> None:
    """What is said last must not be what closing the file has to say: that knows no path."""
    with (
        pytest.raises(DataError, match="could not write /dev/full") as caught,
        json_lines(Path("/dev/full")) as write,
    ):
        for line in range(lines):
            write({"line": line})
    assert "disk is full" in caught.value.hint


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_name_can_be_said_on_any_terminal(encoding: str) -> None:
    stream = narrow(encoding)
    say(NAMES, stream)
    assert written(stream).startswith(b"Ada, ")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_json_is_whole_on_any_terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe on Windows has the encoding cp1252, where 李 cannot be written as it is."""
    stream = narrow(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    for name in (NAMES.replace("\udcff", ""), "Jürgen"):
        print_json({"name": name})
        assert json.loads(written(stream).splitlines()[-1])["name"] == name


def test_json_refuses_what_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        print_json({"distance": float("inf")})


def test_an_error_is_two_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(DataError("no\rfile \x1b[31m", hint="look\nagain"))
    out, err = capsys.readouterr()
    assert out == "" and err == "facecam: no\\rfile \\x1b[31m\n  look\\nagain\n"


def test_a_notice_is_said_at_once_with_its_hint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printer, clock = Printer(), Clock()
    monkeypatch.setattr(output, "time", clock)
    for _ in range(2):  # As from each of those who look at the same damaged file.
        printer(Notice("the camera is lost", "Check the cable."))
    printer(Notice("it is back\nagain"))
    clock.now_s += 24 * 3600  # As from what looks every day.
    printer(Notice("it is back\nagain"))
    out, err = capsys.readouterr()
    back = "note: it is back\\nagain\n"
    assert out == "" and err == f"note: the camera is lost\n  Check the cable.\n{back}{back}"


def test_quick_stages_are_not_worth_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer()
    for done in range(4):
        printer(Progress("photos", done, 3))
    printer(Metrics("train", 1, {"loss": 0.1}))
    output.end_bar()
    assert capsys.readouterr() == ("", "")


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        self.now_s += 0.6
        return self.now_s


def test_a_long_stage_ends_with_a_line_in_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "time", Clock())
    printer = Printer()
    for done in range(6):
        printer(Progress("photos", done, 5))
    out, err = capsys.readouterr()
    assert out == "" and err == "photos: 5 of 5 in 3 s\n"


def test_a_long_stage_is_a_bar_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "time", Clock())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    printer = Printer()
    for done in (0, 1, 2, 3, 4):
        printer(Progress("photos", done, 0))
    printer(Notice("a word"))
    err = capsys.readouterr().err
    assert "\rphotos [" in err and "/?" in err and err.endswith("\nnote: a word\n")


def test_the_bar_can_be_drawn_where_blocks_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console of Windows with an older code page, or LC_ALL=C."""
    stream = narrow("ascii")
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(output, "time", Clock())
    monkeypatch.setattr(sys, "stderr", stream)
    printer = Printer()
    for done in range(6):
        printer(Progress("photos", done, 5))
    assert b"photos" in written(stream)


def test_a_long_name_is_cut_and_stays_on_its_line() -> None:
    assert short("Ada Lovelace") == "Ada Lovelace"
    assert short("x" * 300) == "x" * 39 + "…" and short("two\nlines") == "two\\nlines"
