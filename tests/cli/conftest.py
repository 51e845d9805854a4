"""The command line, run in this process, in an empty folder, on folders of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from facecam.cli.main import main
from facecam.core.config import Settings
from tests.engine.fixtures import enrolled, faces, heads, models_opened_once, studio

__all__ = ["enrolled", "faces", "heads", "models_opened_once", "studio"]


@dataclass(frozen=True)
class Outcome:
    """What a command did: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on stdout; fails if anything else is there."""
        assert len(self.out.splitlines()) == 1, self.out
        return json.loads(self.out)

    def json_lines(self) -> list[Any]:
        """One JSON document per line of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    def two_lines(self) -> tuple[str, str]:
        """The complaint and the cure; fails unless that is all that was said."""
        assert self.code == 2 and self.out == "", self
        lines = self.err.splitlines()
        assert len(lines) == 2 and lines[0].startswith("facecam: ") and lines[1].startswith("  "), self.err
        assert len(lines[0]) > 12 and len(lines[1]) > 5
        return lines[0].removeprefix("facecam: "), lines[1].strip()


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder, and no display."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the folders of `settings`: `run("people", "list")`; `bare=True` adds no folders.

    `own_folders=True` leaves out those that the arguments name themselves.
    """
    folders = {"--data": settings.data, "--database": settings.database, "--weights": settings.weights}

    def run_command(*arguments: object, bare: bool = False, own_folders: bool = False) -> Outcome:
        named = [str(one) for one in arguments] if own_folders else []
        added = [part for flag, path in folders.items() if flag not in named for part in (flag, path)]
        capsys.readouterr()
        try:
            code = main([str(one) for one in [*arguments, *([] if bare else added)]])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return run_command
