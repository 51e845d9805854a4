"""Preferences: what the window remembers between two starts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from facecam.core.home import shared_window_file, window_file
from facecam.core.private import make_private, make_private_folder, private_opener
from facecam.gui.theme.theme import ThemeName

_Value = TypeVar("_Value", bound=str | int | bool)
_log = logging.getLogger(__name__)
THEMES: Final = ("system", "light", "dark")
LANGUAGES: Final = ("system", "en", "de")
#: How long the pictures of unknown faces may be kept, minutes; 0: not at all.
UNKNOWN_MINUTES: Final = (0, 10, 60, 480)

#: How long somebody must have been away to be told of again, minutes.
ALERT_MINUTES: Final = (1, 5, 15, 60)


class _Kept(Generic[_Value]):
    """A preference: its key, and how its value is read."""

    def __init__(self, key: str, read: Callable[[Preferences, str], _Value]) -> None:
        self._key, self._read = key, read

    def __get__(self, owner: Preferences, kind: type) -> _Value:
        return self._read(owner, self._key)

    def __set__(self, owner: Preferences, value: _Value) -> None:
        owner.put(self._key, value)


def _flag(key: str, default: bool) -> _Kept[bool]:
    return _Kept(key, lambda kept, key: kept.flag(key, default))


def _text(key: str) -> _Kept[str]:
    return _Kept(key, lambda kept, key: kept.text(key, ""))


def _minutes(key: str, default: int, least: int) -> _Kept[int]:
    return _Kept(key, lambda kept, key: kept.number(key, default, least, 24 * 60))


class Preferences(QObject):
    """Typed and checked: whatever a damaged file holds, a sensible value comes back.

    Args:
        file: an `.ini`; None: the user's own.
    """

    changed = Signal(str)
    #: `system`, `light` or `dark`.
    theme = _Kept("theme", lambda kept, key: cast(ThemeName, kept.text(key, "system", THEMES)))
    #: `system`, `en` or `de`.
    language = _Kept("language", lambda kept, key: kept.text(key, "system", LANGUAGES))
    #: Whether the camera picture is shown mirrored.
    mirror = _flag("mirror", True)
    #: What Live showed last, as `open_source` takes it; empty: nothing yet.
    last_source = _text("last_source")
    #: How long pictures of unknown faces are kept in memory, minutes.
    unknown_minutes = _minutes("unknown_minutes", 10, 0)
    #: Whether Live writes down who was seen when.
    keep_log = _flag("keep_log", False)
    #: Whether the window asks what somebody who is enrolled agreed to.
    ask_consent = _flag("ask_consent", True)
    #: Whether Live shows frames per second, latency and stages.
    stage_panel = _flag("stage_panel", False)
    #: Of whom to be told: names, and whether of strangers too.
    alert_people, alert_strangers = _text("alerts.people"), _flag("alerts.strangers", False)
    #: How to be told.
    alert_desktop, alert_sound = _flag("alerts.desktop", False), _flag("alerts.sound", False)
    alert_command, alert_address = _text("alerts.command"), _text("alerts.address")
    #: How long somebody must have been away to be told of again, minutes.
    alert_minutes = _minutes("alerts.minutes", 5, 1)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(str(file or window_file()), QSettings.Format.IniFormat, self)
        self._keep_private()
        if file is None and not self._store.allKeys():
            self._take_over(QSettings(str(shared_window_file()), QSettings.Format.IniFormat))
        if self._store.status() != QSettings.Status.NoError:
            _log.warning("the remembered window settings are damaged; starting with the defaults")
            self._store.clear()

    def _take_over(self, earlier: QSettings) -> None:
        """Once: a home that was chosen had none of its own in older versions."""
        for key in earlier.allKeys():
            self._store.setValue(key, earlier.value(key))

    def _keep_private(self) -> None:
        """Qt makes the file with the rights all programs give, and keeps those it has."""
        path = Path(self._store.fileName())
        try:
            make_private_folder(path.parent)
            with open(path, "a", opener=private_opener):
                pass
        except OSError as error:
            _log.info("the window's settings cannot be kept: %s", error)
            return
        make_private(path)

    def text(self, key: str, default: str, allowed: tuple[str, ...] = ()) -> str:
        """A remembered word; `default` where it is missing or not one of `allowed`."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) and (not allowed or value in allowed) else default

    def flag(self, key: str, default: bool) -> bool:
        """A remembered yes or no."""
        return {"true": True, "false": False}.get(str(self._store.value(key, "")).lower(), default)

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A remembered whole number; `default` outside least…most."""
        try:
            value = int(str(self._store.value(key, default)))
        except ValueError:
            return default
        return value if least <= value <= most else default

    def state(self, key: str) -> QByteArray:
        """A remembered geometry or splitter state; empty where there is none."""
        value = self._store.value(f"state/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def put_state(self, key: str, value: QByteArray) -> None:
        """Remember a geometry or splitter state."""
        self._store.setValue(f"state/{key}", value)

    def put(self, key: str, value: str | int | bool) -> None:
        """Remember a value under a key of one's own (`live.panel`), and tell `changed`."""
        stored = str(value).lower() if isinstance(value, bool) else str(value)
        if self._store.value(key) == stored:
            return
        self._store.setValue(key, stored)
        self.changed.emit(key)

    def save(self) -> None:
        """Write now; Qt does so by itself at the end."""
        self._store.sync()
