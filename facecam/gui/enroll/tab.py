"""Enroll tab: who is known, how somebody becomes known, and one person's photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QWidget

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Progress
from facecam.core.types import Identity
from facecam.engine.people.list import RosterEntry
from facecam.engine.people.person_page import PersonPage, PhotoCard
from facecam.gui.core.context import AppContext
from facecam.gui.core.drops import dropped_paths, is_film
from facecam.gui.core.jobs import no_job
from facecam.gui.enroll.add_pane import AddPane
from facecam.gui.enroll.changes import Changes
from facecam.gui.enroll.dialogs.photo_dialog import PhotoDialog
from facecam.gui.enroll.dialogs.split_dialog import SplitDialog
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.lists.people_model import PeopleModel, face_key, key_of
from facecam.gui.enroll.lists.photo_grid import PhotoModel
from facecam.gui.enroll.pages.people_pane import PeoplePane
from facecam.gui.enroll.pages.person_pane import PersonPane
from facecam.gui.enroll.service import EnrollRequest
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets import shortcuts
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.layouts import vertical
from facecam.gui.widgets.look_dialog import show
from facecam.gui.widgets.name_dialog import PersonNameDialog
from facecam.gui.widgets.thumbnail import Thumbnail

_SPLITTER_KEY = "enroll.splitter"
_ROOMY_PX = 1100


class EnrollTab(QWidget):
    """Three panes: people, adding, person.

    Args:
        context: what all tabs share.
        service: the door to the engine.
    """

    def __init__(self, context: AppContext, service: EngineEnrollService) -> None:
        super().__init__()
        self._context, self._service = context, service
        self._entry: RosterEntry | None = None
        self._new_name, self._wanted_key = "", ""
        self._stale = False
        self._roster_job, self._page_job = no_job(), no_job()
        self._recovered = self._page_is_old = False
        self._faces: FaceCache[RosterEntry] = FaceCache(context, service.person_face, self, face_key)
        self._photo_faces: FaceCache[Path] = FaceCache(context, service.photo_face, self)
        self.people = PeoplePane(PeopleModel(self._faces, self))
        self.adding = AddPane(context, service, self._names)
        rejected: FaceCache[Path] = FaceCache(context, service.small_picture, self)
        self.person = PersonPane(PhotoModel(self._photo_faces, self), rejected)
        self.changes = Changes(context, service, lambda: self.people.model.everybody, self)
        self._arrange()
        self._connect()
        self._add_shortcuts()
        self.setAcceptDrops(True)
        self._show_chosen()

    # ------------------------------------------------------------------ for the window

    def activate(self, **what: object) -> None:
        """The tab is shown.

        Args:
            person: id or name of somebody to show.
            new: begin with somebody new; a text is the suggested name.
        """
        if not self._recovered:
            self._recovered = True
            self._context.run(lambda on_event, cancel: self._service.recover(), owner=self)
        self.reload()
        self.adding.look_for_cameras()
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.people.view.setFocus()  # So that the tab's keys work at once.
        if isinstance(who := what.get("person"), str):
            self._wanted_key = who
        if (new := what.get("new")) is not None:
            self.begin_new(new if isinstance(new, str) else "")

    def deactivate(self) -> None:
        """Another tab is shown: the camera is needed there."""
        if self.adding.runner.running:
            self.adding.cancel()
            self._context.show_notice(
                self.tr("The photos were stopped."), self.tr("Start the camera again when you are back.")
            )

    @property
    def clearance_px(self) -> int:
        """Height of the buttons at the lower edge of the pages, which messages leave free."""
        return 7 * GRID_PX

    def shut_down(self) -> None:
        """The window closes: what was removed is deleted for good.

        Not while something still runs, which may be using it: the next start tidies up.
        """
        if self._moved:
            self._context.preferences.put_state(_SPLITTER_KEY, self._splitter.saveState())
        self.adding.runner.shut_down()
        if any(job.running for job in self._context.jobs):
            return
        try:
            self._service.close()
        except FacecamError as error:
            self._context.show_error(error)

    def reload(self) -> None:
        """Read who is there."""
        if self._roster_job.pending:
            self._stale = True
            return
        self._roster_job = self._context.run(
            lambda on_event, cancel: self._service.roster(on_event),
            done=self._on_roster,
            ended=self._on_roster_ended,
            owner=self,
        )

    def begin_new(self, suggestion: str = "") -> None:
        """Ask for a name; photos are then for that person."""
        if not self.adding.busy:
            self.adding.ask_name(lambda name: None, suggestion)

    # ------------------------------------------------------------------ who is chosen

    def _names(self) -> list[str]:
        return [entry.name for entry in self.people.model.everybody]

    def _on_roster(self, entries: tuple[RosterEntry, ...]) -> None:
        self.people.show_people(entries)
        by_key = {key_of(entry): entry for entry in entries}
        by_name = {entry.name: entry for entry in entries}
        wanted = by_key.get(self._wanted_key) or by_name.get(self._wanted_key.removeprefix("name:"))
        if wanted is None and self._entry is not None:
            wanted = by_key.get(key_of(self._entry)) or by_name.get(self._entry.name)
        if wanted is None and self._new_name:
            wanted = by_name.get(self._new_name)
        self._wanted_key = ""
        self._choose(wanted)

    def _on_roster_ended(self) -> None:
        if self._stale:
            self._stale = False
            self.reload()

    def _on_chosen(self, entry: RosterEntry) -> None:
        self._new_name = ""
        self._choose(entry)

    def _choose(self, entry: RosterEntry | None) -> None:
        same = entry is not None and self._entry is not None and key_of(entry) == key_of(self._entry)
        unchanged = same and entry == self._entry and not self._page_is_old
        self._entry, self._page_is_old = entry, False
        if entry is not None:
            self._new_name = ""
        self.people.choose(key_of(entry) if entry else "")
        if not unchanged:
            self._show_chosen(keep_photos=same)

    def _on_named(self, name: str) -> None:
        """A name was typed: somebody known is chosen, somebody new is awaited."""
        known = self._by_name.get(name)
        self._new_name = "" if known else name
        self._choose(known)
        self._show_target()

    def _show_target(self) -> None:
        name = self._entry.name if self._entry else self._new_name
        anybody = bool(self.people.model.everybody)
        self.adding.set_target(name, new=self._entry is None, anybody=anybody)

    def _show_chosen(self, *, keep_photos: bool = False) -> None:
        self._show_target()
        self._page_job.cancel()
        if self._entry is None:
            self.person.show_nobody(self._new_name)
            return
        self.person.show_entry(self._entry, ask_consent=self._context.preferences.ask_consent)
        self._show_face()
        if not keep_photos:
            self.person.photos.set_cards(())
        self._load_page(self._entry)

    def _load_page(self, entry: RosterEntry) -> None:
        self._page_job = self._context.run(
            lambda on_event, cancel: self._service.page(entry.identity, on_event, cancel),
            done=lambda page: self._on_page(entry, page),
            on_event=lambda event: self._on_page_event(entry, event),
            owner=self,
        )

    def _on_page(self, entry: RosterEntry, page: PersonPage) -> None:
        if self._entry is not None and key_of(entry) == key_of(self._entry):
            self.person.show_page(page)
            self.person.alike.show_people(entry.name, page.alike, self._portray)
            self._show_face()

    def _on_page_event(self, entry: RosterEntry, event: Event) -> None:
        if isinstance(event, Progress) and entry == self._entry:
            self.person.show_loading(event.done, event.total)

    def _show_face(self) -> None:
        if self._entry is not None:
            self._faces.show(self.person.face, self._entry, self.person.face.set_pixmap)

    def _portray(self, thumb: Thumbnail, name: str) -> None:
        thumb.set_pixmap(None)
        if (entry := self._by_name.get(name)) is not None:
            self._faces.show(thumb, entry, thumb.set_pixmap)

    def _portray_on_button(self, button: QPushButton, name: str) -> None:
        if (entry := self._by_name.get(name)) is not None:
            self._faces.show(button, entry, lambda pixmap: button.setIcon(QIcon(pixmap or QPixmap())))

    @property
    def _by_name(self) -> dict[str, RosterEntry]:
        return {entry.name: entry for entry in self.people.model.everybody}

    def _dress(self, dialog: PersonNameDialog, photos: Sequence[Path]) -> None:
        """Give a question for a name everybody's portrait, in the order in which photos look like them."""
        people = dialog.people

        def show(names: Sequence[str]) -> None:
            by_name = self._by_name
            for name in names:
                if name in by_name and (portrait := self._faces.get(by_name[name])) is not None:
                    people.show_portrait(name, portrait)

        people.portraits_wanted.connect(show)
        self._faces.ready.connect(people.ask_for_portraits)
        if photos and self.people.model.everybody:
            self._context.run(
                lambda on_event, cancel: self._service.likely(photos, cancel),
                done=people.show_likeness,
                failed=lambda error: None,  # What is wrong with the photos is said when they are added.
                owner=dialog,
            )

    # ------------------------------------------------------------------ what happened

    def _on_enrolled(self, identity: Identity | None) -> None:
        if identity is not None:
            self._wanted_key = identity.id or identity.name
        self._context.people_changed.emit()

    def _on_changed(self, identity: Identity | None) -> None:
        if self._entry is not None:
            self._faces.forget(self._entry)  # The portrait may be another one.
        if identity is None:
            self._entry = None
        else:
            self._wanted_key = identity.id or identity.name
        self._page_is_old = True  # What the list says of the person may be the same.
        self._context.people_changed.emit()

    def _on_several(self, entries: Sequence[RosterEntry]) -> None:
        """Nobody's page is shown while several people are chosen."""
        self._page_job.cancel()
        self._entry = None
        if entries:
            self.person.show_several([entry.name for entry in entries])
        else:
            self.person.show_nobody()
        self._show_target()

    def _on_enroll_all(self, entries: Sequence[RosterEntry]) -> None:
        if entries and not self.adding.busy:
            self.adding.enrolling.enroll([EnrollRequest(one.name, one.photos) for one in entries])

    def _on_photos_dropped(self, target: RosterEntry, photos: Sequence[Path]) -> None:
        if self._entry is not None and key_of(target) != key_of(self._entry):
            self.changes.move(self._entry, photos, target.identity)

    def _on_deed(self, deed: str, cards: Sequence[PhotoCard]) -> None:
        """What is to be done with photos of the chosen person."""
        entry, photos = self._entry, [card.path for card in cards]
        if entry is None:
            return
        if deed == "photo_open":
            self._open_photo(entry, photos[0])
        elif deed == "photo_face":
            self._on_face_wanted(photos[0])
        elif deed == "photo_portrait":
            self._faces.forget(entry)
            self.changes.set_portrait(entry, photos[0])
        elif deed == "photo_move":
            self.changes.ask_and_move(entry, photos)
        elif deed == "photo_right":
            self.changes.confirm(entry.identity, photos)
        elif deed == "photo_remove":
            self.changes.remove_photos(entry, cards)

    def _ask_to_split(self, identity: Identity, groups: Sequence[Sequence[Path]]) -> None:
        dialog = SplitDialog(identity.name, groups, self._names(), self._photo_faces, self)
        everything = [photo for group in groups for photo in group]
        dialog.right.clicked.connect(lambda: self.changes.confirm(identity, everything))
        show(dialog, lambda: self.changes.split(identity, dialog.parts))

    def _on_face_wanted(self, photo: Path) -> None:
        if self._entry is not None and not self.adding.busy:
            self.adding.enrolling.choose_face(self._entry.name, photo)

    def _on_everything_changed(self) -> None:
        self._faces.clear()
        self._photo_faces.clear()
        self._entry = None
        self.reload()

    def _with_entry(self, do: Callable[[RosterEntry], None]) -> None:
        if self._entry is not None:
            do(self._entry)

    def _open_photo(self, entry: RosterEntry, photo: Path) -> None:
        photos = [card.path for card in self.person.photos.cards]
        dialog = PhotoDialog(self._context, self._service, entry.name, photos, photo, self)
        dialog.face_wanted.connect(self._on_face_wanted)
        dialog.open()

    # ------------------------------------------------------------------ drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if dropped_paths(event) and not self.adding.busy:
            event.acceptProposedAction()
            self.adding.add.set_lit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self.adding.add.set_lit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """They are to be added. They are copied, whatever the other program proposes."""
        self.adding.add.set_lit(False)
        paths = dropped_paths(event)
        if paths and not self.adding.busy:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if any(map(is_film, paths)):  # Whose faces these are is asked, of photos among them too.
                self.adding.naming.look(paths, self._names())
            else:
                self.adding.add_paths(paths)

    # ------------------------------------------------------------------ set-up

    def _arrange(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        for number, (pane, least_px) in enumerate(
            ((self.people, 208), (self.adding, 320), (self.person, 232))
        ):
            pane.setMinimumWidth(least_px)
            self._splitter.addWidget(pane)
            self._splitter.setCollapsible(number, False)
        self._splitter.setStretchFactor(1, 1)
        state = self._context.preferences.state(_SPLITTER_KEY)
        self._moved = not state.isEmpty() and self._splitter.restoreState(state)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        vertical(self, self._splitter, margins=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As long as nobody moved them, the side panes take their share of the width."""
        super().resizeEvent(event)
        self._make_room()
        if not self._moved:
            width = self.width()
            left, right = min(max(208, round(width * 0.22)), 300), min(max(240, width // 4), 344)
            self._splitter.setSizes([left, width - left - right, right])

    def _make_room(self) -> None:
        """In a small window the camera's picture needs the room of the person's page."""
        guiding = self.adding.currentWidget() is self.adding.guide
        self.person.setVisible(not guiding or self.width() >= _ROOMY_PX)

    def _on_splitter_moved(self) -> None:
        self._moved = True

    def _connect(self) -> None:
        people, person, changes = self.people, self.person, self.changes
        people.chosen.connect(self._on_chosen)
        people.new.clicked.connect(lambda: self.begin_new(""))
        people.rename_wanted.connect(changes.rename)
        people.several_chosen.connect(self._on_several)
        people.enroll_wanted.connect(self._on_enroll_all)
        people.photos_dropped.connect(self._on_photos_dropped)
        people.merge_wanted.connect(lambda entries: changes.merge(*entries))
        people.delete_wanted.connect(lambda entries: changes.delete(*entries))
        people.undo.clicked.connect(changes.undo)
        changes.undo_changed.connect(people.set_undo)
        changes.changed.connect(self._on_changed)
        person.edit.clicked.connect(lambda: self._with_entry(changes.rename))
        person.agree.clicked.connect(lambda: self._with_entry(changes.consent))
        person.merge.clicked.connect(lambda: self._with_entry(changes.merge))
        person.delete.clicked.connect(lambda: self._with_entry(changes.delete))
        person.enroll.clicked.connect(lambda: self._with_entry(lambda entry: self._on_enroll_all([entry])))
        person.deed_wanted.connect(self._on_deed)
        person.mixed.look_wanted.connect(
            lambda groups: self._with_entry(lambda entry: self._ask_to_split(entry.identity, groups))
        )
        person.alike.merge_wanted.connect(
            lambda other: self._with_entry(lambda entry: changes.join(other, entry.identity))
        )
        person.alike.two_wanted.connect(
            lambda other: self._with_entry(lambda entry: changes.say_two(entry.identity, other))
        )
        person.rejected.accept_wanted.connect(
            lambda pictures: self._with_entry(lambda entry: changes.accept_faces(entry, pictures))
        )
        self.adding.enrolling.recorded.connect(changes.record_enrollment)
        self.adding.result.split_wanted.connect(self._ask_to_split)
        self.adding.result.undo.clicked.connect(changes.undo_enrollment)
        self.adding.currentChanged.connect(self._make_room)
        self.adding.enrolled.connect(self._on_enrolled)
        self.adding.target_named.connect(self._on_named)
        self.adding.result.merge_wanted.connect(changes.join)
        self.adding.result.two_wanted.connect(changes.say_two)
        self.adding.naming.page.portray = self._portray_on_button
        self.adding.dress = self.changes.dress = self._dress
        self._context.people_changed.connect(self.reload)
        self._context.erased.connect(lambda: self._on_named(""))  # Whose photos were awaited is erased, too.
        self._context.model_changed.connect(self._on_everything_changed)
        self._context.settings_changed.connect(self._on_everything_changed)

    def _add_shortcuts(self) -> None:
        for entry, do in (
            ("enroll.new", self.begin_new),
            ("enroll.search", self._search),
            ("enroll.undo", self.changes.undo),
            ("enroll.merge", lambda: self._with_chosen(self.changes.merge)),
            ("enroll.files", self.adding.choose_files),
        ):
            shortcuts.install(self, entry, do)

    def _with_chosen(self, do: Callable[..., None]) -> None:
        if self.people.entries:
            do(*self.people.entries)

    def _search(self) -> None:
        self.people.search.setFocus()
        self.people.search.selectAll()
