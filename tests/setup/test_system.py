"""What the operating system must bring, and the command that gets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from facecam.core.extras import why_no_card
from facecam.setup import system
from facecam.setup.system import SetupError


@pytest.fixture(autouse=True)
def _a_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("facecam.setup.system.importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr(system, "_loads", lambda library: True)


class Apt:
    """Notes commands; fails at the one that contains `fails_at`."""

    def __init__(self, fails_at: str = "nothing") -> None:
        self.commands: list[str] = []
        self._fails_at = fails_at

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert options["env"]["DEBIAN_FRONTEND"] == "noninteractive"
        self.commands.append(" ".join(command))
        failed = self._fails_at in command
        return subprocess.CompletedProcess(command, int(failed), "", "\nE: no network\n\n" if failed else "")


def as_root(monkeypatch: pytest.MonkeyPatch, apt: Apt, *, root: bool = True) -> None:
    monkeypatch.setattr("facecam.setup.system.shutil.which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    monkeypatch.setattr("facecam.setup.system.subprocess.run", apt.run)


def test_when_all_is_there_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    apt = Apt()
    as_root(monkeypatch, apt)
    system.require_packages(pytest.fail)
    assert apt.commands == []


def test_missing_libraries_are_named_by_their_packages_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda library: False)
    monkeypatch.setattr("facecam.setup.system.importlib.util.find_spec", lambda name: None)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    missing = system._missing_packages()
    assert {"libgl1", "libglib2.0-0", "libegl1", "libxcb-cursor0", version} <= set(missing)
    assert missing == sorted(set(missing)), "glib brings two libraries and is named once"


def test_whoever_may_not_install_gets_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda library: library != "libGL.so.1")
    apt = Apt()
    as_root(monkeypatch, apt, root=False)
    with pytest.raises(SetupError, match="libgl1") as caught:
        system.require_packages(lambda text: None)
    assert "sudo apt-get install -y --no-install-recommends libgl1" in caught.value.hint
    assert apt.commands == []


def test_other_systems_get_the_names_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda library: False)
    monkeypatch.setattr("facecam.setup.system.shutil.which", lambda name: None)
    with pytest.raises(SetupError, match=r"libgl1, libglib2\.0-0"):
        system.require_packages(lambda text: None)


def test_root_gets_them_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda library: False)
    apt, said = Apt(), list[str]()
    as_root(monkeypatch, apt)
    missing = system._missing_packages()
    system.require_packages(said.append)
    assert apt.commands == [
        "apt-get update",
        f"apt-get install -y --no-install-recommends {' '.join(missing)}",
    ]
    assert said == [f"system packages: {', '.join(missing)}"]


@pytest.mark.parametrize("step", ["update", "install"])
def test_an_installation_that_fails_is_said_with_its_last_word(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(system, "_loads", lambda library: False)
    as_root(monkeypatch, Apt(step))
    with pytest.raises(SetupError, match="E: no network") as caught:
        system.require_packages(lambda text: None)
    assert caught.value.hint.startswith("Run: sudo apt-get update")


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_windows_and_macos_bring_everything(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, "platform", name)
    monkeypatch.setattr(system, "_loads", lambda library: False)
    system.require_packages(pytest.fail)


def test_this_python_is_new_enough() -> None:
    system.require_python()


@pytest.mark.parametrize(("version", "words"), [((3, 10, 14), "too old"), ((3, 15, 0), "too new")])
def test_a_python_without_wheels_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], words: str
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SetupError, match=words) as caught:
        system.require_python()
    assert "python3.1" in caught.value.hint


def on(
    monkeypatch: pytest.MonkeyPatch, name: str, machine: str, *, libc: str = "glibc 2.34", macos: str = "14.0"
) -> None:
    monkeypatch.setattr(sys, "platform", name)
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    monkeypatch.setattr("facecam.setup.system.platform.machine", lambda: machine)
    monkeypatch.setattr("facecam.setup.system.platform.libc_ver", lambda: tuple(libc.split(" ")))
    monkeypatch.setattr("facecam.setup.system.platform.mac_ver", lambda: (macos, ("", "", ""), machine))


@pytest.mark.parametrize(
    ("name", "machine", "libc", "macos"),
    [
        ("linux", "x86_64", "glibc 2.34", ""),
        ("linux", "x86_64", "glibc 3.0", ""),
        ("linux", "aarch64", "glibc 2.39", ""),
        ("win32", "AMD64", "", ""),
        ("darwin", "arm64", "", "14.0"),
        ("darwin", "arm64", "", "26.1.2"),
    ],
)
def test_platforms_with_wheels_are_fit(
    monkeypatch: pytest.MonkeyPatch, name: str, machine: str, libc: str, macos: str
) -> None:
    on(monkeypatch, name, machine, libc=libc, macos=macos)
    system.require_platform(pytest.fail)
    assert system._platform_fault() is None


@pytest.mark.parametrize(
    ("name", "machine", "libc", "macos", "words"),
    [
        ("linux", "x86_64", "glibc 2.31", "", "x86-64 with glibc 2.31"),
        ("linux", "aarch64", "glibc 2.36", "", "arm64 with glibc 2.36"),
        ("linux", "x86_64", " ", "", "without glibc"),
        ("linux", "armv7l", "glibc 2.41", "", "armv7l"),
        ("win32", "ARM64", "", "", "Windows on arm64"),
        ("darwin", "x86_64", "", "14.0", "Intel"),
        ("darwin", "arm64", "", "13.6.1", "macOS 13.6.1"),
        ("freebsd14", "amd64", "", "", "freebsd14"),
    ],
)
def test_others_are_refused_in_two_lines(
    monkeypatch: pytest.MonkeyPatch, name: str, machine: str, libc: str, macos: str, words: str
) -> None:
    on(monkeypatch, name, machine, libc=libc, macos=macos)
    with pytest.raises(SetupError, match=words) as caught:
        system.require_platform(pytest.fail)
    assert "glibc 2.34" in caught.value.hint and "Apple silicon" in caught.value.hint


def test_what_is_missing_under_the_newest_python_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, "linux", "x86_64")
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    said: list[str] = []
    system.require_platform(said.append)
    assert len(said) == 1 and "TensorFlow" in said[0]


def test_this_platform_is_fit() -> None:
    assert system._platform_fault() is None


def test_a_library_that_is_not_there_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert system._loads("libno-such-thing.so.9") is False


@pytest.mark.parametrize(
    ("name", "machine", "file", "version", "there"),
    [
        ("linux", "x86_64", "/proc/driver/nvidia/version", (3, 13), True),
        ("linux", "x86_64", "/usr/lib/wsl/lib/libcuda.so.1", (3, 11), True),
        ("linux", "x86_64", "", (3, 13), False),
        ("linux", "x86_64", "/dev/nvidia0", (3, 14), False),
        ("linux", "aarch64", "/dev/nvidia0", (3, 13), False),
        ("win32", "AMD64", "/dev/nvidia0", (3, 13), False),
        ("darwin", "arm64", "/dev/nvidia0", (3, 13), False),
    ],
)
def test_a_card_is_of_use_under_linux_with_its_driver(
    monkeypatch: pytest.MonkeyPatch, name: str, machine: str, file: str, version: tuple[int, int], there: bool
) -> None:
    """Set-up and doctor agree, WSL2 included."""
    monkeypatch.setattr(sys, "platform", name)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == file)
    assert system.nvidia_driver() is there
    assert (why_no_card() == "") is (there or version == (3, 14))
