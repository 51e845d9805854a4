"""Several sources at once: a tile each, one of them large, none of them any other's misfortune."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from facecam.core.errors import CameraError
from facecam.core.types import Box
from facecam.engine.live.view import SeenFace
from facecam.gui.live import more_sources
from facecam.gui.live.controller import RunState
from facecam.gui.live.engine_service import LiveRequest
from facecam.gui.live.video.tile_row import SourceTile
from facecam.gui.theme.palette import DARK
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, FakeRun, face, known, view, visitor
from tests.gui.sight import button, from_qimage, in_sight, words


@pytest.fixture
def two(live: LiveStudio) -> tuple[FakeRun, FakeRun]:
    """Camera 0 is large, b.mp4 is in a tile."""
    first = live.watch("0")
    live.tab.bar.add.chosen.emit("/films/b.mp4")
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2 and live.run.started == 1)
    return first, live.run


def tiles(live: LiveStudio) -> list[SourceTile]:
    return in_sight(live.tab, SourceTile)


def shown_in(live: LiveStudio, run: FakeRun, tile: SourceTile) -> None:
    given = view(known(), here=[visitor(ADA)])
    run.give(given)
    live.qtbot.waitUntil(lambda: tile.stage.view is given)


def test_a_further_source_has_a_tile_that_says_who_is_there_and_how_fast(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    (tile,) = tiles(live)
    assert not two[0].stopped, "what is large goes on"
    shown_in(live, two[1], tile)
    assert "b.mp4" in words(tile) and "24 pictures/s · Ada" in words(tile)
    assert live.tab.bar.source.accessibleName() == "Source: 0"


def test_a_click_makes_it_large_and_nothing_is_opened_or_ended(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    (tile,) = tiles(live)
    shown_in(live, two[1], tile)
    small, large = tile.stage.view, live.tab.stage.view
    live.qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert (live.tab.stage.view, tile.stage.view) == (small, large)
    assert live.tab.controller.run is two[1] and len(live.service.runs) == 2
    assert not two[0].stopped and not two[1].stopped
    assert "b.mp4" in live.tab.bar.source.toolTip() and "0" in words(tile)
    live.tab.controller.toggle_pause()
    assert two[1].paused and not two[0].paused, "the bar is for the large one"
    shown_in(live, two[0], tile)
    two[1].resume()
    live.give(view(known()))  # of b.mp4, the newest run


def test_views_that_came_while_they_changed_places_are_not_lost(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    (tile,) = tiles(live)
    shown_in(live, two[1], tile)
    last = view(known())
    two[0].give(last)
    live.qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    live.qtbot.waitUntil(lambda: tile.stage.view is last)
    shown_in(live, two[0], tile)


def test_one_that_is_lost_or_cannot_be_opened_is_said_in_its_tile_and_the_other_goes_on(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    (tile,) = tiles(live)
    shown_in(live, two[1], tile)
    two[1].state = "lost"
    live.qtbot.waitUntil(lambda: "Lost" in words(tile))
    assert live.state == "playing" and not live.messages
    live.service.open_error = CameraError("camera 3 is busy", hint="Close other programs that use it.")
    live.tab.bar.add.chosen.emit("3")
    live.qtbot.waitUntil(lambda: any("Camera 3 is busy" in words(one) for one in tiles(live)))
    shown = view(known())
    two[0].give(shown)
    live.qtbot.waitUntil(lambda: live.tab.stage.view is shown)


def test_a_tile_is_closed_and_what_was_watched_comes_back_with_the_tab(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    live.tab.deactivate()
    live.qtbot.waitUntil(lambda: two[0].stopped == 1 and two[1].stopped == 1)
    live.tab.activate()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 4)
    assert {one.source for one in live.service.requests[2:]} == {"0", "/films/b.mp4"}
    (tile,) = tiles(live)
    button(tile, "Close b.mp4").click()
    live.qtbot.waitUntil(lambda: sum(run.stopped for run in live.service.runs) == 3)
    assert not tiles(live) and not live.tab.tiles.isVisible()
    live.tab.more.start()
    assert not tiles(live), "and is forgotten"


def test_the_same_is_not_watched_twice(live: LiveStudio, two: tuple[FakeRun, FakeRun]) -> None:
    live.tab.bar.add.chosen.emit("/films/b.mp4")
    assert "b.mp4 is watched already" in live.told().text and len(tiles(live)) == 1


def test_what_holds_for_one_holds_for_all(live: LiveStudio, two: tuple[FakeRun, FakeRun]) -> None:
    live.tab.bar.threshold.changed.emit(0.12)
    assert [run.threshold for run in two] == [0.12, 0.12], "one strictness"
    live.context.people_changed.emit()
    assert all(run.hurried for run in two), "one gallery"
    live.tab.settings._on_detector("blaze")
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 4)
    assert set(live.service.requests[2:]) == {
        LiveRequest("0", "blaze"),
        LiveRequest("/films/b.mp4", "blaze"),
    }
    live.qtbot.waitUntil(lambda: two[0].stopped == 1 and two[1].stopped == 1)
    live.context.erased.emit()
    live.qtbot.waitUntil(lambda: ("forget everybody",) in live.service.done)
    assert all(tile.stage.view is None for tile in tiles(live)) and live.tab.stage.view is None


def test_how_many_this_computer_carries_is_said(
    live: LiveStudio, two: tuple[FakeRun, FakeRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tile,) = tiles(live)
    shown_in(live, two[1], tile)
    monkeypatch.setattr(more_sources, "SETTLED_AFTER_S", 0.0)
    live.tab.more._say_pace()
    assert words(live.tab.tiles).endswith("2 sources, 24 to 24 pictures a second each.")
    for run in two:
        slow = view(known())
        object.__setattr__(slow, "frames_per_s", 3.0)
        run.give(slow)
    live.qtbot.waitUntil(lambda: live.tab.stage.view.frames_per_s == tile.stage.view.frames_per_s == 3.0)
    live.tab.more._say_pace()
    assert "more than this computer carries: about 1 at once" in words(live.tab.tiles)
    monkeypatch.setattr(more_sources, "SETTLED_AFTER_S", 10.0)
    live.tab.more._changed_s = time.monotonic()
    live.tab.more._say_pace()
    assert "carries" not in words(live.tab.tiles), "not before it has settled"


def test_a_tile_says_what_its_source_does_though_its_picture_is_drawn_anew(
    live: LiveStudio, two: tuple[FakeRun, FakeRun]
) -> None:
    (tile,) = tiles(live)
    tile.show_state(RunState("ended"))
    tile.show_view(view(known()))
    assert "Over" in words(tile) and "pictures/s" not in words(tile)
    tile.show_state(RunState("playing"))
    tile.show_paused(True)
    tile.show_view(view(known()))
    assert "Paused" in words(tile) and "pictures/s" not in words(tile)
    tile.show_paused(False)
    tile.show_view(view(known()))
    assert "24 pictures/s" in words(tile)


def test_in_a_tile_names_cover_no_face(live: LiveStudio, two: tuple[FakeRun, FakeRun]) -> None:
    (tile,) = tiles(live)

    def filled(color: str, *faces: SeenFace) -> int:
        """Pixels of that color: a box is an outline, a plate is filled."""
        tile.show_view(view(*faces))
        pixels = from_qimage(tile.stage.grab().toImage())
        return int((pixels == QColor(color).getRgb()[:3]).all(axis=2).sum())

    ada, stranger = known(left=20), face("unknown", left=220, track=2)
    above = replace(stranger, box=Box(40, 5, 110, 58))
    alone = filled(DARK.accent, ada)
    assert filled(DARK.accent, ada, above) > alone - 200, "there is room elsewhere"
    covered = tile.stage.frame_to_widget().mapRect(QRectF(40, 5, 70, 53)).toRect().adjusted(3, 3, -3, -3)
    shown = from_qimage(tile.stage.grab(covered).toImage())
    assert not (shown == QColor(DARK.accent).getRgb()[:3]).all(axis=2).any(), "the name covers no other face"
    around = (Box(0, 0, 640, 58), Box(0, 142, 640, 480), Box(102, 58, 640, 142), Box(0, 58, 18, 142))
    crowd = [replace(stranger, box=box, track_id=3 + number) for number, box in enumerate(around)]
    assert alone > filled(DARK.accent, ada, *crowd) + 200, "it would cover another face"
    assert filled(DARK.unknown, stranger) < 400, "the box says it"
