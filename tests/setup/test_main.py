"""`python3 -m facecam.setup GOAL`: prepare, then do it; two lines where it cannot."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facecam.setup import __main__ as module
from facecam.setup import bundle, environment
from facecam.setup.system import SetupError

#: What set-up was told of the libraries for an NVIDIA card.
chosen: list[bool | None] = []


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run; the environment is there already."""
    commands: list[list[str]] = []
    chosen.clear()
    monkeypatch.setattr(environment, "prepare", lambda report, cuda: chosen.append(cuda) or False)

    def call(command: list[str], cwd: Path) -> int:
        assert command[0] == str(environment.PYTHON) and cwd == environment.ROOT
        commands.append(command[1:])
        return 0

    monkeypatch.setattr("facecam.setup.__main__.subprocess.call", call)
    return commands


def test_run_starts_the_program(called: list[list[str]]) -> None:
    assert module.main(["run"]) == 0
    assert module.main(["run", "live", "--source", "demo"]) == 0
    assert called == [["-m", "facecam", "start"], ["-m", "facecam", "live", "--source", "demo"]]


def test_test_runs_the_tests_without_a_display(
    called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert module.main(["test", "tests/core"]) == 0
    assert called == [["-m", "pytest", "tests/core"]]


def test_the_processes_of_tests_share_compiled_modules(
    called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing may be written beside the modules, they lie in the virtual environment."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert module.main(["test"]) == 0
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert Path(os.environ["PYTHONPYCACHEPREFIX"]).parent == environment.FOLDER


def test_prepare_is_the_goal_without_words(called: list[list[str]]) -> None:
    assert module.main([]) == module.main(["prepare"]) == 0 and called == []


def test_the_libraries_for_a_card_can_be_declined_and_wanted_again(called: list[list[str]]) -> None:
    assert module.main([]) == module.main(["prepare", "--cpu"]) == module.main(["--gpu"]) == 0
    assert chosen == [None, False, True] and called == []


class Making:
    """Stands in for the process that makes the bundle."""

    def __init__(self, code: int = 0) -> None:
        self.code, self.killed = code, False

    def wait(self) -> int:
        return self.code

    def kill(self) -> None:
        self.killed = True


def test_check_stops_at_the_first_fault(called: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    making = Making()
    monkeypatch.setattr(bundle, "begin", lambda: making)
    assert module.main(["check"]) == 0
    assert [" ".join(command[:3]) for command in called][:2] == ["-m ruff check", "-m ruff format"]
    assert called[-1][:2] == ["-m", "pytest"]
    called.clear()
    making.code = 4
    assert module.main(["check"]) == module.main(["bundle"]) == 4 and "pytest" not in str(called)
    monkeypatch.setattr("facecam.setup.__main__.subprocess.call", lambda command, cwd: 3)
    making.killed = False
    assert module.main(["check"]) == 3 and making.killed


def test_the_bundle_is_made_by_a_pyinstaller_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(bundle, "_TOOL", tmp_path / "tool")
    monkeypatch.setattr(bundle.subprocess, "call", lambda command: asked.append(command) or 0)
    monkeypatch.setattr(bundle.subprocess, "Popen", lambda command, **how: (command, how))
    command, how = bundle.begin()
    assert "--no-warn-conflicts" in asked[0], "its list is complete without what is not installed"
    assert asked[0][-1].startswith("pyinstaller-hooks-contrib==") and command[1:3] == ["-m", "PyInstaller"]
    assert how["env"]["PYTHONPATH"] == str(tmp_path / "tool") and Path(command[-1]).is_file()
    monkeypatch.setattr(bundle.subprocess, "call", lambda command: 1)
    with pytest.raises(SetupError, match="PyInstaller"):
        bundle.begin()


def test_the_exit_code_is_the_programs(called: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.setup.__main__.subprocess.call", lambda command, cwd: 5)
    assert module.main(["run"]) == 5


def test_an_unknown_goal_is_two_lines_before_anything_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        environment, "prepare", lambda report, cuda: pytest.fail("not before the goal is known")
    )
    assert module.main(["fly"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 2 and "'fly'" in err and "run, test" in err


def test_a_fault_is_two_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(report: Callable[[str], None], cuda: bool | None) -> bool:
        report("packages")
        raise SetupError("pip failed", "Check the connection.")

    monkeypatch.setattr(environment, "prepare", failing)
    assert module.main(["run"]) == 2
    assert capsys.readouterr() == ("", "[set-up] packages\nfacecam: pip failed\n  Check the connection.\n")


def test_ctrl_c_while_the_program_runs_shows_no_traceback(
    called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program itself ends cleanly on Ctrl-C; set-up, waiting for it, gets the same signal."""

    def interrupted(command: list[str], cwd: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("facecam.setup.__main__.subprocess.call", interrupted)
    try:
        code = module.main(["run"])
    except KeyboardInterrupt:
        pytest.fail("a traceback is all the user would see of it")
    assert code in (0, 130)


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    for file in Path(environment.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("facecam.setup"), (file.name, name)
