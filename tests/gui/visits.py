"""What is done in the window from end to end: each visit is a generator of steps, see `hand.Script`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER
from facecam.gui.core.images import to_qimage
from facecam.gui.enroll.dialogs.questions import GroupsQuestion
from facecam.gui.enroll.dialogs.split_dialog import SplitDialog
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.conftest import SHARED_DATA
from tests.gui.hand import Hand, Steps, dialog, say

PORTRAITS = Demo(DEMO_FOLDER).portraits()
CLIP = Demo(DEMO_FOLDER).clip
#: The clip shows one portrait after the other, this many frames each, and all of them at the end.
_SCENE_FRAMES, _EVERY_FRAMES = 60, 7
MANY = 60


def looks(folder: Path) -> dict[str, list[Path]]:
    """Photos of the demo people, written into a folder: frames of the clip, by name."""
    from facecam.vision.sources.open import open_source

    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[Path]] = {portrait.name: [] for portrait in PORTRAITS}
    with closing(open_source(str(CLIP))) as clip:
        while (frame := clip.read(timeout_s=5)) is not None:
            scene = frame.index // _SCENE_FRAMES
            if scene < len(PORTRAITS) and frame.index % _EVERY_FRAMES == 0:
                path = folder / f"img_{frame.index:04d}.png"
                to_qimage(frame.image).save(str(path))
                made[PORTRAITS[scene].name].append(path)
    return made


def names_in(window: Any) -> list[str]:
    """Who is enrolled, in the list of people."""
    return [entry.name for entry in window.current_tab.people.model.everybody]


def seen_in(window: Any) -> set[str]:
    """Who stands in *Now here*."""
    return {row.rpartition(", ")[0] for row in window.current_tab.side.here.names}


def first(window: Any, folder: Path) -> Steps:
    """Everybody of the demo is enrolled from files, then seen."""
    yield "the window is ready", lambda: window.ready
    hand = Hand()
    for portrait in PORTRAITS:
        yield from _enroll(window, hand, portrait.name, [portrait.path])
    assert len(list((folder / "data").iterdir())) == 3
    yield from second(window, folder)


def second(window: Any, folder: Path) -> Steps:
    """Everybody is seen, in a new process too."""
    yield "ready to watch", lambda: window.ready
    window.context.go_to("live", source="demo")
    seen: set[str] = set()
    wanted = {portrait.name for portrait in PORTRAITS}

    def everybody() -> bool:
        nonlocal seen
        seen |= seen_in(window)
        return wanted <= seen

    yield "saw everybody", everybody
    assert not seen - wanted - {"Unknown faces"}, seen


def objects(window: Any, folder: Path) -> Steps:
    """Faces are objects: named in a paused film, split, grouped, taken back, and tried with another model."""
    hand = Hand()
    yield "empty and ready", lambda: window.ready
    yield from _name_in_a_paused_film(window, hand)
    threshold = _threshold(window)
    album = looks(folder / "album")
    yield from _split_a_mixed_folder(window, hand, album)
    yield from _name_groups(window, hand, folder / "album")
    yield from _enroll_many_and_undo(window, hand, folder, threshold)
    yield from _try_a_model(window, hand)


# ---------------------------------------------------------------------- parts


def _enroll(window: Any, hand: Hand, name: str, photos: list[Path]) -> Steps:
    window.context.go_to("enroll")
    tab = window.current_tab
    yield f"room for {name}", lambda: not tab.adding.busy
    tab.begin_new()
    yield f"asked who {name} is", lambda: dialog(PersonNameDialog)
    hand.type(dialog(PersonNameDialog).line, name)
    yield f"named {name}", lambda: dialog(PersonNameDialog) is None
    hand.drop(tab, photos)
    yield f"enrolled {name}", lambda: name in names_in(window) and not tab.adding.busy


def _threshold(window: Any) -> float:
    return float(window.current_tab.controller.run.recommended_threshold)


def _name_in_a_paused_film(window: Any, hand: Hand) -> Steps:
    """The film stands still, a face is clicked and named, the film goes on: the name is there."""
    window.context.go_to("live", source=str(CLIP))
    tab, who = window.current_tab, PORTRAITS[1].name
    unknown = lambda: [face for face in _faces(tab) if face.state == "unknown" and len(face.samples) > 1]  # noqa: E731
    yield "a face in the film", lambda: tab.film_bar.isVisible() and _faces(tab)
    tab.controller.seek(4.2)  # The second portrait; what is shown until then is the first one's.
    yield (
        "an unknown face in the film",
        lambda: tab.stage.view.frame.captured_at >= 4.2 and unknown() and tab.controller.run.appearances,
    )
    hand.click(tab.bar.pause)
    yield "the film is paused", lambda: tab.controller.paused and _faces(tab)
    face = max(_faces(tab), key=lambda one: len(one.samples))
    spot = tab.stage.frame_to_widget().map(QPoint(*map(round, face.box.center)))
    hand.click(tab.stage, spot)
    yield "the menu of the face", lambda: isinstance(QApplication.activePopupWidget(), QMenu)
    menu: Any = QApplication.activePopupWidget()
    naming = menu.actions()[0]
    hand.click(menu, menu.actionGeometry(naming).center())
    yield "asked whose face it is", lambda: dialog(FaceNameDialog)
    hand.type(dialog(FaceNameDialog).line, who)
    yield (
        "the face of the paused film has its name",
        lambda: any(one.identity is not None and one.identity.name == who for one in _faces(tab)),
    )
    assert tab.controller.paused


def _faces(tab: Any) -> tuple[Any, ...]:
    return tab.stage.view.faces if tab.stage.view is not None else ()


def _split_a_mixed_folder(window: Any, hand: Hand, album: dict[str, list[Path]]) -> Steps:
    """Photos of two people under one name: it is said, and split."""
    one, other = PORTRAITS[0].name, PORTRAITS[2].name
    yield from _enroll(window, hand, one, album[one][:4] + album[other][:4])
    tab = window.current_tab
    yield "two people are noticed", lambda: tab.adding.result.mixed.isVisible()
    hand.click(tab.adding.result.mixed.look)
    yield "the groups side by side", lambda: dialog(SplitDialog)
    asked = dialog(SplitDialog)
    assert len(asked.lines) == 2
    # Whose group it is, a person sees; the script knows it by the photos.
    for line, group in zip(asked.lines, asked._groups, strict=True):
        is_one = group[0].read_bytes() in {path.read_bytes() for path in album[one]}
        line.setText(one if is_one else other)
    hand.click(asked.accept_button)
    yield "a mixed folder is two people", lambda: {one, other} <= set(names_in(window))


def _name_groups(window: Any, hand: Hand, unsorted: Path) -> Steps:
    """A folder of unsorted photos: yes to the names offered, no to one of them."""
    tab = window.current_tab
    hand.choose_in_dialog(unsorted)
    tab.adding.name_faces("folder")
    page = tab.adding.naming.page
    yield "the faces are grouped", lambda: len(page.rows) >= 3 and page.rows[-1].yes.isVisible()
    hand.click(page.all_yes)
    assert {name for name, _ in page.named} == {portrait.name for portrait in PORTRAITS}
    page.rows[-1].answer(False)
    hand.click(page.rows[-1].yes, QPoint(8, page.rows[-1].yes.height() // 2))
    assert len(page.named) == 3, "no, and yes again"
    hand.click(page.enroll)
    yield "groups are named by yes and no", lambda: not tab.adding.busy and tab.adding.result.done.isVisible()


def _enroll_many_and_undo(window: Any, hand: Hand, folder: Path, before: float) -> Steps:
    """A folder of 60 people is enrolled; Live asks for more likeness; one undo, and they are gone."""
    people = sorted((SHARED_DATA / "people-set").glob("*/"))[:MANY]
    if len(people) < MANY:
        say("  (no folder of 60 people here: not enrolled, not taken back)")
        return
    many = folder / "many"
    for person in people:
        shutil.copytree(person, many / person.name, ignore=_but_three)
    known = set(names_in(window))
    tab = window.current_tab
    hand.drop(tab, [many])
    yield "asked about 60 people", lambda: dialog(GroupsQuestion)
    hand.click(dialog(GroupsQuestion).accept_button)
    yield (
        "60 people are enrolled",
        lambda: not tab.adding.busy and len(names_in(window)) >= len(known) + MANY - 6,
    )
    window.context.go_to("live", source="demo")
    yield (
        "watched by 60 people more",
        lambda: _run_of(window) is not None and _run_of(window).people > MANY - 6,
    )
    assert _threshold(window) < before, "the more people, the stricter"
    say(f"    threshold {before:.3f} for one person, {_threshold(window):.3f} for {_run_of(window).people}")
    window.context.go_to("enroll")
    hand.click(window.current_tab.people.undo)
    yield "60 people are taken back by one undo", lambda: set(names_in(window)) == known


def _but_three(folder: str, names: list[str]) -> list[str]:
    return sorted(names)[3:] if Path(folder).parent.name == "people-set" else []


def _run_of(window: Any) -> Any:
    return window.current_tab.controller.run


def _try_a_model(window: Any, hand: Hand) -> Steps:
    """A quick training, and its model beside the one in use on the running film; then it is not taken."""
    hand.choose_tab(window, "train")
    tab = window.current_tab
    start = tab.side.start.start_button
    yield "a training can start", lambda: start.isEnabled() and tab.side.start.estimate_s > 0
    hand.click(start)
    yield "a model was trained", lambda: tab.controller.state == "finished"
    model = tab.controller.outcome.model
    hand.click(tab.run_view.result.try_button)
    live = window.current_tab
    yield "the source runs for the trial", lambda: live.controller.active or live.no_picture.isVisible()
    yield (
        "both models name the faces side by side",
        lambda: (
            live.trial.ready and live.trial.stage.view is not None and len(live.trial.stage.view.faces) > 0
        ),
    )
    assert live.stage.isVisible() and live.trial.stage.isVisible() and model in live.trial.bar.words.text()
    hand.click(live.trial.bar.end)
    yield "a model was tried live and not taken", lambda: not live.trial.stage.isVisible()


VISITS: dict[str, Callable[[Any, Path], Steps]] = {"first": first, "second": second, "objects": objects}
