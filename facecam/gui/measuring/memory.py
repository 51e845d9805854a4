"""Memory soak: Live plays a film for hours, which pass as fast as faces can be recognized."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from facecam.benchmark.live_memory import LoopedClip, MemoryLog, SoakReport
from facecam.core.config import Settings
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER
from facecam.gui.app.tabs import PLANS, TabPlan
from facecam.gui.core.context import AppContext
from facecam.gui.measuring.response import demo_window, pass_time

_BETWEEN_S = 0.2


def soak_window(
    settings: Settings, film_minutes: float, on_look: Callable[[float], None] = lambda seconds: None
) -> SoakReport:
    """Play the demo clip over and over in Live, unpaced, and watch the memory.

    Args:
        settings: models.
        film_minutes: at the clip's own speed.
        on_look: told the seconds of film, about once per 10 s of it.

    Raises:
        DependencyError: the window did not get ready.
        FacecamError: the demo material or a model is missing.
    """
    film = LoopedClip(Demo(DEMO_FOLDER).clip, film_minutes * 60)
    with demo_window(settings, _plans_over(film)) as window:
        window.show_tab("live", {"source": "demo"})
        return _watch(film, on_look)


def _plans_over(film: LoopedClip) -> tuple[TabPlan, ...]:
    def make(context: AppContext) -> QWidget:
        from facecam.gui.live.engine_service import EngineLiveService
        from facecam.gui.live.tab import LiveTab

        return LiveTab(
            context, EngineLiveService(lambda: context.settings, frames_of=lambda source, on_event: film)
        )

    return tuple(replace(plan, make=make) if plan.name == "live" else plan for plan in PLANS)


def _watch(film: LoopedClip, on_look: Callable[[float], None]) -> SoakReport:
    while not film.seconds:
        pass_time(_BETWEEN_S)
    log = MemoryLog(film)
    while not film.ended:
        pass_time(_BETWEEN_S)
        if log.look():
            on_look(film.seconds)
    return log.report()
