"""Further sources beside the large one: a controller and a tile each, one gallery, one strictness."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.engine.live.session import LiveSession
from facecam.engine.recognition.several import SETTLED_AFTER_S, carried
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import figure
from facecam.gui.live.bar.source_menu import short_name
from facecam.gui.live.bar_settings import BarSettings
from facecam.gui.live.controller import LiveController
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.video.tile_row import SourceTile, TileRow
from facecam.gui.live.video.video_view import LiveStage

#: How often the pace of all is looked at.
INTERVAL_MS = 1000
_REMEMBERED = "live.more_sources"


class MoreSources(QObject):
    """Adds, closes and enlarges sources; says how many this computer carries.

    Args:
        context: preferences and messages.
        service: opens sources.
        settings: how they are watched.
        large: watches the source shown large.
        stage: shows it.
        row: of the others.
    """

    #: Another source is large now.
    enlarged = Signal()

    def __init__(
        self,
        context: AppContext,
        service: EngineLiveService,
        settings: BarSettings,
        large: LiveController,
        stage: LiveStage,
        row: TileRow,
    ) -> None:
        super().__init__(row)
        self._context, self._service, self._settings = context, service, settings
        self._large, self._stage, self._row = large, stage, row
        self._tiles: dict[SourceTile, LiveController] = {}
        self._changed_s = 0.0
        self._look = QTimer(self, interval=INTERVAL_MS)
        self._look.timeout.connect(self._say_pace)

    @property
    def tiles(self) -> tuple[SourceTile, ...]:
        """From left to right."""
        return tuple(self._tiles)

    def runs(self) -> Iterator[LiveSession]:
        """Those that are open in tiles."""
        return (one.run for one in self._tiles.values() if one.run is not None)

    def add(self, source: str) -> None:
        """Watch one more, unless it is watched already."""
        if source in self._sources():
            self._context.show_notice(self.tr("{name} is watched already.").format(name=self._name(source)))
            return
        self._open(source)
        self._remember()

    def start(self) -> None:
        """Watch again what was watched when the tab was shown last, in this session or before."""
        for tile, controller in self._tiles.items():
            if not controller.active and controller.request is not None:
                self._watch(tile, controller.request.source)
        for source in self._context.preferences.text(_REMEMBERED, "").splitlines():
            if source not in self._sources():
                self._open(source)

    def restart(self) -> None:
        """Begin all anew: they are to be watched in another way."""
        for tile, controller in self._tiles.items():
            if controller.active and controller.request is not None:
                self._watch(tile, controller.request.source)

    def stop(self) -> None:
        """Let go of all; the tiles stay."""
        self._look.stop()
        for tile, controller in self._tiles.items():
            controller.stop()
            tile.stage.show_view(None)

    def shut_down(self) -> None:
        """The program ends."""
        self._look.stop()
        for controller in self._tiles.values():
            controller.shut_down()

    def use_threshold(self, squared_l2: float | None) -> None:
        """All go by the same."""
        for run in self.runs():
            run.use_threshold(squared_l2)

    def close(self, tile: SourceTile) -> None:
        """Watch one less."""
        controller = self._tiles.pop(tile)
        controller.stop()
        controller.deleteLater()
        self._row.remove(tile)
        self._remember()
        if self._tiles:
            self._settle()
        else:
            self._look.stop()

    def enlarge(self, tile: SourceTile) -> None:
        """Show a tile large, and what was large in its place, unless one of them opens; nothing is opened or ended."""
        small = self._tiles[tile]
        self._exchange_pictures(tile)  # First: newer ones may wait already.
        if small.request is None or not self._large.exchange(small):
            self._exchange_pictures(tile)
            return
        if small.run is not None:
            small.run.try_model(None)  # A trial is seen on the large one.
        self._large.play_at(1.0)
        self._show_source(tile)
        tile.show_state(small.state)
        if small.request is None:
            self.close(tile)  # Nothing was large.
        self._remember()
        self.enlarged.emit()

    def _exchange_pictures(self, tile: SourceTile) -> None:
        shown, large = tile.stage.view, self._stage.view
        tile.stage.show_view(large)
        self._stage.show_view(shown)

    def _open(self, source: str) -> None:
        tile, controller = SourceTile(self._name(source)), LiveController(self._context, self._service, self)
        self._tiles[tile] = controller
        tile.stage.size_changed.connect(controller.show_at)
        tile.closed.connect(lambda: self.close(tile))
        controller.state_changed.connect(tile.show_state)
        controller.view_changed.connect(tile.show_view)
        controller.paused_changed.connect(tile.show_paused)
        controller.run_changed.connect(lambda: self._make_strict(controller))
        tile.chosen.connect(lambda: self.enlarge(tile))
        self._row.add(tile)
        self._watch(tile, source)

    def _watch(self, tile: SourceTile, source: str) -> None:
        self._tiles[tile].start(self._settings.request(source))
        self._show_source(tile)
        self._settle()

    def _show_source(self, tile: SourceTile) -> None:
        request = self._tiles[tile].request
        if request is not None:
            tile.show_name(self._name(request.source))
            tile.stage.set_mirrored(self._settings.mirrors(request.source))

    def _make_strict(self, controller: LiveController) -> None:
        if controller.run is not None:
            self._settings.make_strict(controller.run)

    def _settle(self) -> None:
        self._changed_s = time.monotonic()
        self._row.say_pace("")
        self._look.start()

    def _name(self, source: str) -> str:
        return self.tr("Demo clip") if source == "demo" else short_name(source, self._settings.cameras)

    def _sources(self) -> list[str]:
        all_ = (self._large, *self._tiles.values())
        return [one.request.source for one in all_ if one.request is not None]

    def _remember(self) -> None:
        kept = [one.request.source for one in self._tiles.values() if one.request is not None]
        self._context.preferences.put(_REMEMBERED, "\n".join(kept))

    # --- how many this computer carries

    def _rates(self) -> list[float]:
        """Pictures a second of those that play; a folder goes at a pace of its own."""
        shown = [(self._large, self._stage), *((one, tile.stage) for tile, one in self._tiles.items())]
        return [
            stage.view.frames_per_s
            for one, stage in shown
            if one.run is not None and one.state.kind == "playing" and not one.paused
            if stage.view is not None and one.run.pictures is None
        ]

    def _say_pace(self) -> None:
        rates = self._rates()
        if time.monotonic() - self._changed_s < SETTLED_AFTER_S or len(rates) < 2:
            self._row.say_pace("")
            return
        most = carried(rates)
        words = self.tr("%n sources, {slowest} to {fastest} pictures a second each.", "", len(rates)).format(
            slowest=figure(min(rates), 0), fastest=figure(max(rates), 0)
        )
        if most is not None:
            words += " " + self.tr(
                "That is more than this computer carries: about %n at once. "
                "Close one, or choose “Large faces, fastest” below.",
                "",
                most,
            )
        self._row.say_pace(words, warning=most is not None)
