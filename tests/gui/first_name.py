"""Clicks and seconds from the first start to the first right name, on ways a newcomer may take.

Counted is each press of a mouse button, a double click in a dialog for files as one; typing a name is not. Who has a
camera sees Live begin by itself: where a way needs one, the demo clip stands in for it, as the source watched last.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton

from facecam.gui.app.welcome import WelcomePage
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.hand import Hand, Steps, dialog, say
from tests.gui.visits import CLIP, PORTRAITS, looks, seen_in

#: At most so many clicks.
AIMS = {"demo": 1, "files": 4, "film": 4, "unsorted": 5}
_WHO = PORTRAITS[0]


def demo(window: Any, folder: Path, hand: Hand) -> Steps:
    """The demo with people of its own."""
    hand.click(_welcome_button(window, "demo"))
    yield (
        "a right name in the demo",
        lambda: _live(window) and seen_in(window) & {one.name for one in PORTRAITS},
    )


def files(window: Any, folder: Path, hand: Hand) -> Steps:
    """Somebody is enrolled from a photo."""
    window.context.preferences.last_source = "demo"
    hand.click(_welcome_button(window, "first person"))
    yield (
        "the first tab",
        lambda: window.current_tab is not None and window.current_tab.adding.add.files.isVisible(),
    )
    hand.choose_in_dialog(_WHO.path)
    hand.click(window.current_tab.adding.add.files)
    yield from _named(hand, _WHO.name)
    tab = window.current_tab
    yield "enrolled from a file", lambda: not tab.adding.busy and tab.adding.result.done.isVisible()
    hand.choose_tab(window, "live")
    yield "a right name from a file", lambda: _WHO.name in seen_in(window)


def film(window: Any, folder: Path, hand: Hand) -> Steps:
    """Somebody is named in a film."""
    hand.choose_tab(window, "live")
    tab = window.current_tab
    yield "no camera", lambda: tab.no_picture.file.isVisible()
    hand.choose_in_dialog(CLIP)
    hand.click(tab.no_picture.file)
    rows = lambda: [one for one in tab.side.tray._rows.values() if one._name.isVisible()]  # noqa: E731
    yield "somebody unknown in the film", rows
    hand.click(rows()[0]._name)
    yield "asked who is in the film", lambda: dialog(FaceNameDialog)
    hand.type(dialog(FaceNameDialog).line, _WHO.name)
    yield "a right name in a film", lambda: _WHO.name in seen_in(window)


def unsorted(window: Any, folder: Path, hand: Hand) -> Steps:
    """A folder of photos of several people, in no order."""
    looks(folder / "unsorted")
    hand.begun_s += hand.seconds  # Making the photos is not the newcomer's time.
    window.context.preferences.last_source = "demo"
    hand.click(_welcome_button(window, "first person"))
    yield (
        "the first tab again",
        lambda: window.current_tab is not None and window.current_tab.adding.add.naming.isVisible(),
    )
    tab = window.current_tab
    hand.choose_in_dialog(folder / "unsorted")
    hand.click(tab.adding.add.naming)
    page = tab.adding.naming.page
    yield "grouped", lambda: page.rows and page.enroll.isVisible()
    row = page.rows[0]
    name = next(one.name for one in PORTRAITS if _is_of(row, one.name, folder / "unsorted"))
    hand.type(row.line, name)
    hand.click(page.enroll)
    yield "a group is enrolled", lambda: not tab.adding.busy and tab.adding.result.done.isVisible()
    hand.choose_tab(window, "live")
    yield "a right name from unsorted photos", lambda: name in seen_in(window)


def _is_of(row: Any, name: str, folder: Path) -> bool:
    """Whether the first photo of a group shows somebody: the clip shows one portrait after the other."""
    number = int(row.group.faces[0].path.stem.removeprefix("img_"))
    return PORTRAITS[number // 60].name == name


def _named(hand: Hand, name: str) -> Steps:
    yield "asked who it is", lambda: dialog(PersonNameDialog)
    hand.type(dialog(PersonNameDialog).line, name)


def _live(window: Any) -> bool:
    return hasattr(window.current_tab, "side") and hasattr(window.current_tab.side, "here")


def _welcome_button(window: Any, words: str) -> QPushButton:
    [page] = window.findChildren(WelcomePage)
    [button] = [one for one in page.findChildren(QPushButton) if words in one.text().replace("&", "")]
    return button


WAYS: dict[str, Callable[[Any, Path, Hand], Steps]] = {
    "demo": demo,
    "files": files,
    "film": film,
    "unsorted": unsorted,
}


def measured(way: str) -> Callable[[Any, Path], Steps]:
    """A visit that goes one way and says what it took."""

    def visit(window: Any, folder: Path) -> Steps:
        hand = Hand()
        yield f"{way}: the window is there", lambda: window.ready and window.findChildren(WelcomePage)
        yield from WAYS[way](window, folder, hand)
        say(f"{way}: {hand.clicks} clicks (aim: {AIMS[way]}), {hand.seconds:.1f} s")
        assert hand.clicks <= AIMS[way]

    return visit
