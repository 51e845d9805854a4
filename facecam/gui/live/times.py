"""Times of day and durations as people read them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale, QTime


def clock(moment: datetime) -> str:
    """The time of day in the way of the language, with seconds."""
    time = QTime(moment.hour, moment.minute, moment.second)
    return QLocale().toString(time, "HH:mm:ss")


def duration(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def minutes_text(minutes: int) -> str:
    """`10 minutes`, `1 hour`; 0 is `not kept`."""
    if minutes == 0:
        return QCoreApplication.translate("LiveTimes", "not kept")
    if minutes % 60 == 0:
        return QCoreApplication.translate("LiveTimes", "%n hour(s)", "", minutes // 60)
    return QCoreApplication.translate("LiveTimes", "%n minute(s)", "", minutes)
