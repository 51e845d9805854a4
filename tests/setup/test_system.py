"""What the operating system must bring, and the command that gets it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.extras import why_no_card
from facecam.setup import system
from facecam.setup.system import Machine, SetupError

#: A Debian on which everything is there.
DEBIAN = Machine(
    system="linux",
    processor="x86_64",
    libc=("glibc", "2.34"),
    macos="",
    python=(3, 13, 0),
    is_root=True,
    has_apt=True,
    loads=lambda library: True,
    has_module=lambda name: True,
    has_file=lambda path: False,
    run=lambda command: (0, ""),
)
BARE = replace(DEBIAN, loads=lambda library: False, has_module=lambda name: False)


class Apt:
    """Notes commands; fails at the one that contains `fails_at`."""

    def __init__(self, fails_at: str = "nothing") -> None:
        self.commands: list[str] = []
        self._fails_at = fails_at

    def run(self, command: list[str]) -> tuple[int, str]:
        self.commands.append(" ".join(command))
        return (1, "\nE: no network\n\n") if self._fails_at in command else (0, "")


def unheard(text: str) -> None:
    """What is reported does not matter here."""


def test_when_all_is_there_nothing_is_run() -> None:
    apt = Apt()
    system.require_packages(replace(DEBIAN, run=apt.run), pytest.fail)
    assert apt.commands == []


def test_whoever_may_not_install_gets_the_command() -> None:
    apt = Apt()
    machine = replace(DEBIAN, is_root=False, run=apt.run, loads=lambda library: library != "libGL.so.1")
    with pytest.raises(SetupError, match="libgl1") as caught:
        system.require_packages(machine, unheard)
    assert "sudo apt-get install -y --no-install-recommends libgl1" in caught.value.hint
    assert apt.commands == []


def test_other_systems_get_the_names_too() -> None:
    with pytest.raises(SetupError, match=r"libgl1, libglib2\.0-0"):
        system.require_packages(replace(BARE, has_apt=False), unheard)


def test_root_gets_what_is_missing_installed_each_package_once() -> None:
    apt, said = Apt(), list[str]()
    system.require_packages(replace(BARE, run=apt.run), said.append)
    assert apt.commands[0] == "apt-get update" and len(apt.commands) == 2
    start = "apt-get install -y --no-install-recommends "
    assert apt.commands[1].startswith(start)
    packages = apt.commands[1].removeprefix(start).split(" ")
    assert {"libgl1", "libglib2.0-0", "libegl1", "libxcb-cursor0", "python3.13-venv"} <= set(packages)
    assert packages == sorted(set(packages)), "glib brings two libraries and is named once"
    assert said == [f"system packages: {', '.join(packages)}"]


@pytest.mark.parametrize("step", ["update", "install"])
def test_an_installation_that_fails_is_said_with_its_last_word(step: str) -> None:
    with pytest.raises(SetupError, match="E: no network") as caught:
        system.require_packages(replace(BARE, run=Apt(step).run), unheard)
    assert caught.value.hint.startswith("Run: sudo apt-get update")


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_windows_and_macos_bring_everything(name: str) -> None:
    system.require_packages(replace(BARE, system=name), pytest.fail)


@pytest.mark.parametrize(("version", "words"), [((3, 10, 14), "too old"), ((3, 15, 0), "too new")])
def test_a_python_without_wheels_is_refused(version: tuple[int, ...], words: str) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        system.require_python(replace(DEBIAN, python=version))
    assert "python3.1" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "processor", "libc", "macos"),
    [
        ("linux", "x86_64", "glibc 2.34", ""),
        ("linux", "x86_64", "glibc 3.0", ""),
        ("linux", "aarch64", "glibc 2.39", ""),
        ("win32", "AMD64", " ", ""),
        ("darwin", "arm64", " ", "14.0"),
        ("darwin", "arm64", " ", "26.1.2"),
    ],
)
def test_platforms_with_wheels_are_fit(name: str, processor: str, libc: str, macos: str) -> None:
    system.require_platform(of(name, processor, libc, macos), pytest.fail)


@pytest.mark.parametrize(
    ("name", "processor", "libc", "macos", "words"),
    [
        ("linux", "x86_64", "glibc 2.31", "", "x86-64 with glibc 2.31"),
        ("linux", "aarch64", "glibc 2.36", "", "arm64 with glibc 2.36"),
        ("linux", "x86_64", " ", "", "without glibc"),
        ("linux", "armv7l", "glibc 2.41", "", "armv7l"),
        ("win32", "ARM64", " ", "", "Windows on arm64"),
        ("darwin", "x86_64", " ", "14.0", "Intel"),
        ("darwin", "arm64", " ", "13.6.1", "macOS 13.6.1"),
        ("freebsd14", "amd64", " ", "", "freebsd14"),
    ],
)
def test_others_are_refused_in_two_lines(
    name: str, processor: str, libc: str, macos: str, words: str
) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        system.require_platform(of(name, processor, libc, macos), pytest.fail)
    assert "glibc 2.34" in caught.value.hint and "Apple silicon" in caught.value.hint


def of(name: str, processor: str, libc: str, macos: str) -> Machine:
    library, version = libc.split(" ")
    return replace(DEBIAN, system=name, processor=processor, libc=(library, version), macos=macos)


def test_what_is_missing_under_the_newest_python_is_said() -> None:
    said: list[str] = []
    system.require_platform(replace(DEBIAN, python=(3, 14, 0)), said.append)
    assert len(said) == 1 and "TensorFlow" in said[0]


def test_this_machine_is_fit_and_looked_at_truly() -> None:
    mine = system.this_machine()
    system.require_python(mine)
    system.require_platform(mine, unheard)
    assert not mine.loads("libno-such-thing.so.9") and not mine.has_module("no_such_module")
    command = "import os, sys; sys.exit(os.environ['DEBIAN_FRONTEND'])"
    assert mine.run([sys.executable, "-c", command]) == (1, "noninteractive\n")


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
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == file)
    asked = replace(
        DEBIAN, system=name, processor=machine, python=(*version, 0), has_file=lambda path: path == file
    )
    assert system.nvidia_driver(asked) is there
    assert (why_no_card() == "") is (there or version == (3, 14))
