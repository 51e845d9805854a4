"""Tabs: how each of the three is made, and what the window asks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtWidgets import QWidget

from facecam.gui.core.context import AppContext, TabName
from facecam.gui.core.marked import QT_TRANSLATE_NOOP


class Tab(Protocol):
    """What every tab can do; tabs are widgets too."""

    def activate(self, **what: object) -> None:
        """It is shown now; `what` comes from `AppContext.go_to`."""

    def deactivate(self) -> None:
        """Another tab is shown now."""

    def shut_down(self) -> None:
        """The program ends: stop threads and processes and wait for them."""


@dataclass(frozen=True, slots=True)
class TabPlan:
    """A tab before it is made.

    Attributes:
        name: as `go_to` calls it.
        title: in the tab bar.
        tip: what it is for.
        make: makes it, in the GUI thread.
        modules: what it imports; imported beforehand in a thread, since that takes longest.
    """

    name: TabName
    title: str
    tip: str
    make: Callable[[AppContext], QWidget]
    modules: tuple[str, ...]


def _make_enroll(context: AppContext) -> QWidget:
    from facecam.gui.enroll.engine_service import EngineEnrollService
    from facecam.gui.enroll.tab import EnrollTab

    return EnrollTab(context, EngineEnrollService(lambda: context.settings))


def _make_train(context: AppContext) -> QWidget:
    from facecam.gui.train.engine_service import EngineTrainService
    from facecam.gui.train.tab import TrainTab

    return TrainTab(context, EngineTrainService(lambda: context.settings))


def _make_live(context: AppContext) -> QWidget:
    from facecam.gui.live.engine_service import EngineLiveService
    from facecam.gui.live.tab import LiveTab

    return LiveTab(context, EngineLiveService(lambda: context.settings))


PLANS = (
    TabPlan(
        "enroll",
        QT_TRANSLATE_NOOP("Tabs", "Enroll"),
        QT_TRANSLATE_NOOP("Tabs", "Make people known, by camera or from photos"),
        _make_enroll,
        ("facecam.gui.enroll.engine_service", "facecam.gui.enroll.tab"),
    ),
    TabPlan(
        "train",
        QT_TRANSLATE_NOOP("Tabs", "Train"),
        QT_TRANSLATE_NOOP("Tabs", "Fine-tune the network on your people"),
        _make_train,
        ("facecam.gui.train.engine_service", "facecam.gui.train.tab"),
    ),
    TabPlan(
        "live",
        QT_TRANSLATE_NOOP("Tabs", "Live"),
        QT_TRANSLATE_NOOP("Tabs", "Recognise people in live video"),
        _make_live,
        ("facecam.gui.live.engine_service", "facecam.gui.live.tab"),
    ),
)


def as_tab(widget: QWidget) -> Tab:
    """The same object, with the members of a tab."""
    return cast(Tab, widget)
