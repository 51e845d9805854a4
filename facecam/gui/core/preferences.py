"""Preferences: what the window remembers between two starts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from facecam.core.home import shared_window_file, window_file
from facecam.core.private import make_private, make_private_folder, private_opener
from facecam.gui.theme.theme import ThemeName

_log = logging.getLogger(__name__)
THEMES: Final = ("system", "light", "dark")
LANGUAGES: Final = ("system", "en", "de")
#: How long the pictures of unknown faces may be kept, minutes; 0: not at all.
UNKNOWN_MINUTES: Final = (0, 10, 60, 480)

#: How long somebody must have been away to be told of again, minutes.
ALERT_MINUTES: Final = (1, 5, 15, 60)


class Preferences(QObject):
    """Typed and checked: whatever a damaged file holds, a sensible value comes back.

    Args:
        file: an `.ini`; None: the user's own.
    """

    changed = Signal(str)

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

    @property
    def theme(self) -> ThemeName:
        """`system`, `light` or `dark`."""
        return cast(ThemeName, self.text("theme", "system", THEMES))

    @theme.setter
    def theme(self, value: ThemeName) -> None:
        self.put("theme", value)

    @property
    def language(self) -> str:
        """`system`, `en` or `de`."""
        return self.text("language", "system", LANGUAGES)

    @language.setter
    def language(self, value: str) -> None:
        self.put("language", value)

    @property
    def mirror(self) -> bool:
        """Whether the camera picture is shown mirrored."""
        return self.flag("mirror", True)

    @mirror.setter
    def mirror(self, value: bool) -> None:
        self.put("mirror", value)

    @property
    def last_source(self) -> str:
        """What Live showed last, as `open_source` takes it; empty: nothing yet."""
        return self.text("last_source", "")

    @last_source.setter
    def last_source(self, value: str) -> None:
        self.put("last_source", value)

    @property
    def unknown_minutes(self) -> int:
        """How long pictures of unknown faces are kept in memory, minutes."""
        return self.number("unknown_minutes", 10, 0, 24 * 60)

    @unknown_minutes.setter
    def unknown_minutes(self, value: int) -> None:
        self.put("unknown_minutes", value)

    @property
    def keep_log(self) -> bool:
        """Whether Live writes down who was seen when."""
        return self.flag("keep_log", False)

    @keep_log.setter
    def keep_log(self, value: bool) -> None:
        self.put("keep_log", value)

    @property
    def ask_consent(self) -> bool:
        """Whether the window asks what somebody who is enrolled agreed to."""
        return self.flag("ask_consent", True)

    @ask_consent.setter
    def ask_consent(self, value: bool) -> None:
        self.put("ask_consent", value)

    @property
    def alert_minutes(self) -> int:
        """How long somebody must have been away to be told of again, minutes."""
        return self.number("alerts.minutes", 5, 1, 24 * 60)

    @property
    def stage_panel(self) -> bool:
        """Whether Live shows frames per second, latency and stages."""
        return self.flag("stage_panel", False)

    @stage_panel.setter
    def stage_panel(self, value: bool) -> None:
        self.put("stage_panel", value)

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
