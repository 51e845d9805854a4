"""Naming page: who is it, for each group of faces; yes or no for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QLineEdit,
    QPushButton,
    QWidget,
)

from facecam.gallery.names import alike, only_match
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.words import photos_in_words
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.consent_line import ConsentLine
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, held, scrolling, vertical
from facecam.gui.widgets.name_dialog import MAX_LETTERS, tidy_name
from facecam.gui.widgets.progress import ProgressBar
from facecam.gui.widgets.thumbnail import Thumbnail

if TYPE_CHECKING:
    from facecam.engine.faces.photo_embeddings import PhotoFace
    from facecam.engine.tools.face_groups import FaceGroupToName, FacesToName, Likeness

_FACE_PX, _FACES_SHOWN, _AT_ONCE = 56, 5, 40
_PORTRAIT_PX = 28
#: Whoever looks less like a group is not offered.
_LEAST_PERCENT = 25
#: Has a button show somebody, by name.
Portray = Callable[[QPushButton, str], None]


class GroupRow(Card):
    """A group of faces, a line for the name, and a box: yes, that is who it is.

    Args:
        group: the faces.
        names: everybody's.
        faces: gives pictures of the faces.
        portray: has buttons show whom it may be.
    """

    changed = Signal()
    #: By the keyboard; the next one may be asked for.
    answered = Signal()

    def __init__(
        self, group: FaceGroupToName, names: Sequence[str], faces: FaceCache[PhotoFace], portray: Portray
    ) -> None:
        super().__init__(margin_px=GRID_PX)
        self.group, self._names = group, list(names)
        self._faces, self._portray = faces, portray
        self.yes = QCheckBox(self.tr("Yes"))
        self.yes.setToolTip(self.tr("Enroll this person with these faces"))
        self.line = QLineEdit(group.suggestion)
        self.line.setMaxLength(MAX_LETTERS)
        self.line.setPlaceholderText(self.tr("Who is it?"))
        self.line.setAccessibleName(self.tr("Name of this person"))
        self.line.setToolTip(self.tr("A name, or the first letters of somebody known (Return)"))
        self._set_completer()
        self.line.textEdited.connect(self._on_typed)
        self.line.returnPressed.connect(self._on_return)
        self.yes.toggled.connect(self.changed)
        self._arrange()

    @property
    def name(self) -> str:
        """Who it is; empty as long as nobody said yes."""
        typed = tidy_name(self.line.text())
        if not self.yes.isChecked() or not typed:
            return ""
        return typed if typed in self._names else next(iter(alike(typed, self._names)), typed)

    def answer(self, yes: bool) -> None:
        """Yes or no to the name that stands there."""
        self.yes.setChecked(yes and bool(tidy_name(self.line.text())))

    def _set_completer(self) -> None:
        likely = [one.name for one in self.group.likely]
        rest = [name for name in self._names if name not in likely]
        completer = QCompleter([*likely, *rest], self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(lambda text: self.yes.setChecked(True))
        self.line.setCompleter(completer)

    def _arrange(self) -> None:
        thumbs = map(self._thumb, self.group.faces[:_FACES_SHOWN])
        count = label(photos_in_words(len(self.group.faces)), "muted")
        self.body.addLayout(beside(*thumbs, 1, count, spacing=4))
        if words := self._question():
            self.body.addWidget(label(words, wrap=True))
        self.body.addLayout(beside((self.line, 1), self.yes, spacing=GRID_PX))
        self.offers = {one.name: self._offer(one) for one in self.group.likely if self._is_likely(one)}
        if self.offers:
            self.body.addWidget(held(FlowLayout(*self.offers.values(), spacing_px=4)))

    def _thumb(self, face: PhotoFace) -> Thumbnail:
        thumb = Thumbnail(_FACE_PX)
        thumb.setToolTip(face.path.name)
        self._faces.show(thumb, face, thumb.set_pixmap)
        return thumb

    def _is_likely(self, one: Likeness) -> bool:
        return one.percent >= _LEAST_PERCENT or (self.group.is_known and one == self.group.likely[0])

    def _offer(self, one: Likeness) -> QPushButton:
        """Somebody known whom the group looks like, to be chosen by a click."""
        words = f"{short(one.name)} · {one.percent:.0f} %"
        button = push_button(words, filled(self.tr("It is %1"), one.name), kind="plain")
        button.setIconSize(QSize(_PORTRAIT_PX, _PORTRAIT_PX))
        self._portray(button, one.name)
        button.clicked.connect(lambda: self._take(one.name))
        return button

    def _take(self, name: str) -> None:
        self.line.setText(name)
        self.answer(True)
        self.changed.emit()

    def _question(self) -> str:
        if self.group.written:
            text = self.tr("A photo program wrote “%1” into these photos.")
            return filled(text, short(self.group.written))
        if self.group.is_known and self.group.likely:
            best = self.group.likely[0]
            return filled(self.tr("Is this %1? (%2 %)"), short(best.name), f"{best.percent:.0f}")
        return ""

    def _on_typed(self, text: str) -> None:
        self.yes.setChecked(bool(tidy_name(text)))
        self.changed.emit()

    def _on_return(self) -> None:
        """The only one who can be meant is taken, instead of making a twin."""
        typed = tidy_name(self.line.text())
        if match := only_match(typed, self._names):
            self.line.setText(match)
        self.answer(True)
        self.changed.emit()
        self.answered.emit()


class NamingPage(QWidget):
    """The groups, the most frequent first.

    Args:
        faces: gives pictures of the faces.

    Attributes:
        portray: has buttons show whom it may be.
    """

    def __init__(self, faces: FaceCache[PhotoFace]) -> None:
        super().__init__()
        self._faces = faces
        self.portray: Portray = lambda button, name: None
        self.rows: list[GroupRow] = []
        self._waiting: list[FaceGroupToName] = []
        self._names: list[str] = []
        self.title = label(role="heading", wrap=True)
        self.summary = label(role="muted", wrap=True)
        self.progress = ProgressBar(self.tr("Photos looked at"))
        self.consent = ConsentLine(True, many=True)
        self._ask_consent = False
        self._make_buttons()
        self._list = below(spacing=GRID_PX)
        self._arrange()

    @property
    def named(self) -> list[tuple[str, FaceGroupToName]]:
        """The groups to which somebody said yes, each with the name."""
        return [(row.name, row.group) for row in self.rows if row.name]

    def consent_of(self, name: str) -> str | None:
        """What was written of all who are new; None for somebody known, see `ConsentLine.note`."""
        return None if name in self._names else self.consent.note

    def begin(self, where: str) -> None:
        """Faces are about to be grouped."""
        self._clear()
        self.title.setText(filled(self.tr("Looking for faces in %1"), short(where)))
        self.summary.setText("")
        self.progress.show_progress()
        self._running(True)

    def show_progress(self, done: int, total: int) -> None:
        """How far the photos were looked at."""
        self.progress.show_progress(done, total)
        if total:
            self.summary.setText(filled(self.tr("Photos looked at: %1 of %2"), done, total))

    def show_groups(self, found: FacesToName, names: Sequence[str], *, ask_consent: bool = False) -> None:
        """Show what was found; names that are likely, or written into the photos, wait for a yes.

        Args:
            found: the groups.
            names: everybody's, to choose from.
            ask_consent: whether it is asked what those who are new agreed to.
        """
        self._clear()
        self._ask_consent = ask_consent
        self.consent.clear()
        self._waiting, self._names = list(found.groups), list(names)
        self.title.setText(self.tr("Who are these %n people?", "", len(found.groups)))
        parts = [photos_in_words(found.photos)]
        if found.without_face:
            parts.append(self.tr("%n without a face", "", found.without_face))
        if found.unreadable:
            parts.append(self.tr("%n unreadable", "", found.unreadable))
        if found.unfit:
            parts.append(
                self.tr(
                    "%n person(s) left out: too small, cut off or blurred to be enrolled", "", found.unfit
                )
            )
        self.summary.setText(" · ".join(parts))
        self._running(False)
        self._show_some()

    # ------------------------------------------------------------------ inside

    def _make_buttons(self) -> None:
        self.all_yes = push_button(
            self.tr("&Yes to all names"), self.tr("Say yes wherever a name stands"), icon="check"
        )
        self.all_no = push_button(self.tr("N&o to all"), self.tr("Enroll nobody of these"), kind="plain")
        self.more = push_button(self.tr("Show &more"), self.tr("Show people with fewer photos"), kind="plain")
        self.cancel = push_button(self.tr("Cancel"), self.tr("Back without enrolling anybody (Esc)"))
        self.enroll = push_button(" ", self.tr("Make these people known"), kind="primary")
        self.all_yes.clicked.connect(lambda: self._answer_all(True))
        self.all_no.clicked.connect(lambda: self._answer_all(False))
        self.more.clicked.connect(self._show_some)

    def _arrange(self) -> None:
        more = (self.more, 0, Qt.AlignmentFlag.AlignLeading)
        self._scroll = scrolling(held(below(self._list, more, 1, margins=(0, 0, GRID_PX, 0))))
        answers = beside(self.all_yes, self.all_no, 1, spacing=GRID_PX)
        buttons = beside(1, self.cancel, self.enroll, spacing=GRID_PX)
        parts = (self.title, self.summary, self.progress, answers, (self._scroll, 1), self.consent, buttons)
        vertical(self, *parts, margins=2 * GRID_PX, spacing=GRID_PX)

    def _running(self, running: bool) -> None:
        self.progress.setVisible(running)
        for button in (self.all_yes, self.all_no, self.enroll):
            button.setVisible(not running)
        if running:
            self.more.hide()
            self.consent.hide()

    def _clear(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows, self._waiting = [], []
        self._faces.clear()

    def _show_some(self) -> None:
        some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for group in some:
            row = GroupRow(group, self._names, self._faces, self.portray)
            row.changed.connect(self._look)
            row.answered.connect(partial(self._go_on, row))
            self.rows.append(row)
            self._list.addWidget(row)
        self.more.setVisible(bool(self._waiting))
        self._look()

    def _go_on(self, row: GroupRow) -> None:
        """To the name of the next group; behind the last to the button that enrolls."""
        place = self.rows.index(row) + 1
        if place == len(self.rows):
            self._show_some()
        if place == len(self.rows):
            self.enroll.setFocus()
            return
        line = self.rows[place].line
        line.setFocus()
        line.selectAll()
        self._scroll.ensureWidgetVisible(self.rows[place])

    def _answer_all(self, yes: bool) -> None:
        for row in self.rows:
            row.answer(yes)

    def _look(self) -> None:
        names = {name for name, _ in self.named}
        count = len(names)
        self.consent.set_wanted(self._ask_consent and not names <= {*self._names})
        self.enroll.setText(
            self.tr("&Enroll %n people", "", count) if count != 1 else self.tr("&Enroll 1 person")
        )
        self.enroll.setEnabled(count > 0)
        self.all_yes.setEnabled(any(tidy_name(row.line.text()) for row in self.rows))
