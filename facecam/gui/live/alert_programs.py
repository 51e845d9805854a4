"""Programs of the desktop that show a notification or play a sound, where Qt has no way to either.

On Linux Qt shows notifications beside an icon of a system tray only, which GNOME has none of, and its beep is the
bell of X, which is silent on most computers and missing from Wayland.
"""

from __future__ import annotations

import array
import html
import json
import math
import os
import shutil
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer

from facecam.gui.theme.stylesheet import ICON_FOLDER

#: A program that does not end within this is given up.
_PATIENCE_MS = 10_000
#: The tone: frequencies one after the other, Hz; how long each is, s; samples per second; loudness, full is 1.
_TONES_HZ, _TONE_S, _RATE_HZ, _LOUDNESS = (880.0, 1174.7), 0.16, 22_050, 0.4
_FULL = 32_767
_NOTIFICATIONS = "org.freedesktop.Notifications"
#: Of `PipeWire`, `PulseAudio` and `ALSA`.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "--quiet"))


def notification_commands(text: str, source: str) -> list[list[str]]:
    """How the desktop is asked for a notification; empty where Qt can do it."""
    if not sys.platform.startswith("linux") or not _has_session_bus():
        return []
    # Written as GVariant wants it; the second line may hold markup.
    words = [json.dumps(one, ensure_ascii=False) for one in (text, html.escape(source, quote=False))]
    target = ["--session", "--dest", _NOTIFICATIONS, "--object-path", f"/{_NOTIFICATIONS.replace('.', '/')}"]
    icon = str(ICON_FOLDER / "facecam.svg")
    what = ["--method", f"{_NOTIFICATIONS}.Notify", "--", "facecam", "0", icon, *words, "[]", "{}", "-1"]
    return [["gdbus", "call", *target, *what]]


def _has_session_bus() -> bool:
    """Whether a desktop's bus is running: where none is, each question would start one that nobody ends."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bool(folder and Path(folder, "bus").exists())


def sound_commands(folder: Path) -> list[list[str]]:
    """How a short tone is played; empty where Qt's beep is heard.

    Args:
        folder: where the tone is written.
    """
    if not sys.platform.startswith("linux"):
        return []
    tone = folder / "facecam-alert.wav"
    write_tone(tone)
    return [[*player, str(tone)] for player in _PLAYERS]


def write_tone(path: Path) -> None:
    """Write two tones that fade, as a WAV file, 16 bit mono."""
    count = round(_TONE_S * _RATE_HZ)
    samples = array.array("h")
    for frequency_hz in _TONES_HZ:
        turn = 2 * math.pi * frequency_hz / _RATE_HZ
        samples.extend(
            round(_FULL * _LOUDNESS * math.sin(turn * one) * min(1.0, one / 200) * (1 - one / count))
            for one in range(count)
        )
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(samples.tobytes())


class FirstThatWorks(QObject):
    """Runs commands one after the other until one ends well; what they say is not passed on.

    Args:
        commands: programs with their words; those that are not installed are passed over.
        otherwise: called when none did it.
        parent: owner; ends the program that runs.
    """

    def __init__(
        self, commands: Sequence[Sequence[str]], otherwise: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._commands = [one for one in commands if shutil.which(one[0])]
        self._otherwise = otherwise
        self._process = QProcess(self)
        self._process.finished.connect(self._on_end)
        self._process.errorOccurred.connect(self._on_error)
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._process.kill)
        self._next()

    def stop(self) -> None:
        """End it; nothing is said any more."""
        self._commands, self._otherwise = [], lambda: None
        self._process.kill()
        self._process.waitForFinished(_PATIENCE_MS)

    def _next(self) -> None:
        if not self._commands:
            self._otherwise()
            self.deleteLater()
            return
        program, *words = self._commands.pop(0)
        self._process.start(program, words)
        self._patience.start()

    def _on_end(self, code: int, how: QProcess.ExitStatus) -> None:
        if code == 0 and how == QProcess.ExitStatus.NormalExit:
            self.deleteLater()
        else:
            self._next()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # The others end, too.
            self._next()
