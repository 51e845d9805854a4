"""Person pane, right: one person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from facecam.engine.people.list import RosterEntry
from facecam.engine.people.person_page import PersonPage, PhotoCard
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import listed
from facecam.gui.enroll.lists.photo_grid import PhotoGrid, PhotoModel, verdict_line
from facecam.gui.enroll.pages.alike_card import AlikeCard
from facecam.gui.enroll.pages.mixed_card import MixedCard
from facecam.gui.enroll.pages.pose_row import PoseRow
from facecam.gui.enroll.pages.rejected_card import RejectedCard
from facecam.gui.enroll.words import photos_in_words, standing_help, standing_word
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import ElidedLabel, label, set_role
from facecam.gui.widgets.layouts import below, beside, held, stacked, vertical
from facecam.gui.widgets.thumbnail import Thumbnail

_FACE_PX = 56


class PersonPane(QWidget):
    """Name, poses, photos, and what can be done with them.

    Args:
        photos: the model of the grid.
        rejected: gives the kept pictures of rejected faces.
    """

    #: One of `PHOTO_DEEDS`, and the cards it is for.
    deed_wanted = Signal(str, object)

    def __init__(self, photos: PhotoModel, rejected: FaceCache[Path]) -> None:
        super().__init__()
        self.photos = photos
        self.face = Thumbnail(_FACE_PX, round=True)
        self.name = ElidedLabel("", "heading")
        self.summary = label(role="muted", wrap=True)
        self.consent = label(role="muted", wrap=True)
        self.poses = PoseRow()
        self.grid = PhotoGrid(photos)
        self.detail = label(role="muted", wrap=True)
        self._make_buttons()
        self.mixed = MixedCard()
        self.alike = AlikeCard()
        self.rejected = RejectedCard(rejected)
        self.facts = label(role="muted", wrap=True)
        self._connect()
        self._nobody = EmptyState(
            "person", self.tr("Nobody chosen"), self.tr("Choose somebody in the list to see their photos.")
        )
        self._stack = stacked(self._nobody, self._page())
        vertical(self, self._stack, margins=0)

    def show_nobody(self, new_name: str = "") -> None:
        """Nobody is chosen, or somebody is about to be enrolled."""
        if new_name:
            self._nobody.set_text(new_name, self.tr("Not enrolled yet: take photos or add some."))
        else:
            self._nobody.set_text(
                self.tr("Nobody chosen"), self.tr("Choose somebody in the list to see their photos.")
            )
        self._stack.setCurrentIndex(0)
        self.photos.set_cards(())

    def show_several(self, names: Sequence[str]) -> None:
        """Several people are chosen."""
        self._nobody.set_text(
            self.tr("%n people chosen", "", len(names)),
            self.tr("Delete them with Del, or make them one person with Ctrl+M.") + f"\n{listed(names)}",
        )
        self._stack.setCurrentIndex(0)
        self.photos.set_cards(())

    def show_entry(self, entry: RosterEntry, *, ask_consent: bool = True) -> None:
        """Show what the list knows; the page comes when the photos were looked at.

        Args:
            entry: the person.
            ask_consent: whether it is worth a word that no consent was recorded.
        """
        self._stack.setCurrentIndex(1)
        self.mixed.show_groups(())
        for part in (self.alike, self.rejected, self.facts):
            part.hide()
        self.name.setText(" ".join(entry.name.split()))
        self.name.setAccessibleName(entry.name)
        words = [photos_in_words(len(entry.photos)), standing_word(entry.standing)]
        self.summary.setText(" · ".join(words if entry.photos else words[1:]))
        self.summary.setToolTip(standing_help(entry.standing))
        wanting = entry.standing in ("not enrolled", "other model", "few photos")
        set_role(self.summary, "unknown" if wanting else "muted")
        self.enroll.setVisible(not entry.vectors and bool(entry.photos))
        self.merge.setVisible(True)
        self._show_consent(entry, ask_consent)

    def _show_consent(self, entry: RosterEntry, ask_consent: bool) -> None:
        if entry.consent is None:
            self.consent.setText(self.tr("Consent: not recorded"))
        else:
            self.consent.setText(filled(self.tr("Agreed to: %1"), entry.consent.text))
        shown = bool(entry.identity.id) and (entry.consent is not None or ask_consent)
        for part in (self.consent, self.agree):
            part.setVisible(shown)

    def show_loading(self, done: int, total: int) -> None:
        """How far the photos were looked at."""
        if done < total:
            text = self.tr("Looking at the photos: %1 of %2")
            self.detail.setText(filled(text, done, total))
            self.detail.setVisible(True)

    def show_page(self, page: PersonPage) -> None:
        """Show the photos with their verdicts."""
        self.photos.set_cards(page.photos)
        self.poses.show_poses(page.poses)
        self.mixed.show_groups(page.groups)
        self.rejected.show_pictures(page.rejected)
        self.facts.setText("\n".join(filter(None, (self._in_use(page), self._seen(page)))))
        self.facts.setVisible(bool(self.facts.text()))
        if page.groups:
            # Whoever is several people is not known "very well".
            words = (photos_in_words(len(page.photos)), self.tr("several people?"))
            self.summary.setText(" · ".join(words))
            set_role(self.summary, "unknown")
        waiting = any(card.note.reason == "good" and not card.known for card in page.photos)
        self.enroll.setVisible(waiting or not page.vectors)
        self._on_card(None)

    def _in_use(self, page: PersonPage) -> str:
        """By how many of the photos the person is known, and how many come from films."""
        parts = []
        if page.photos and page.vectors:
            parts.append(filled(self.tr("Photos in use: %1 of %2"), page.in_use, len(page.photos)))
        if page.from_films:
            parts.append(self.tr("%n taken while watching", "", page.from_films))
        return " · ".join(parts)

    def _seen(self, page: PersonPage) -> str:
        """When and where somebody was seen, where a log is kept."""
        if not page.visits:
            return ""
        last = page.visits[-1]
        text = self.tr("Seen %n times, last on %1 (%2)", "", len(page.visits))
        if len(page.visits) == 1:
            text = self.tr("Seen once, on %1 (%2)")
        when = QLocale().toString(QDateTime(last.came), QLocale.FormatType.ShortFormat)
        return filled(text, when, last.source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the buttons stand one below the other."""
        super().resizeEvent(event)
        needed = self.merge.sizeHint().width() + self.delete.sizeHint().width() + 5 * GRID_PX
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._bottom.setDirection(across if self.width() >= needed else down)

    # ------------------------------------------------------------------ inside

    def _make_buttons(self) -> None:
        self.edit = IconButton("edit", self.tr("Rename (F2)"))
        self.agree = IconButton("edit", self.tr("Note what this person agreed to…"))
        self.merge = push_button(
            self.tr("&Merge…"), self.tr("Make this person and another one the same person"), icon="merge"
        )
        self.delete = push_button(
            self.tr("&Delete…"), self.tr("Delete this person (Del)"), icon="delete", kind="danger"
        )
        self.enroll = push_button(
            self.tr("&Enroll from these photos"),
            self.tr("Make this person known by the photos that are there"),
            kind="primary",
        )
        self.right = IconButton("check", self.tr("It is right: this is the person (R)"))
        self.which = IconButton("person", self.tr("Choose or draw the face in the chosen photo…"))
        self.move_button = IconButton("merge", self.tr("Move to somebody else… (M)"))
        self.remove = IconButton("delete", self.tr("Remove the chosen photo… (Del)"))

    def _connect(self) -> None:
        self.which.clicked.connect(lambda: self._on_deed("photo_face"))
        self.remove.clicked.connect(lambda: self._on_deed("photo_remove"))
        self.grid.deed_wanted.connect(self._on_deed)
        self.grid.card_chosen.connect(self._on_card)
        self.grid.doubleClicked.connect(lambda: self._on_deed("photo_open"))
        self.move_button.clicked.connect(lambda: self._on_deed("photo_move"))
        self.right.clicked.connect(lambda: self._on_deed("photo_right"))

    def _page(self) -> QWidget:
        top = Qt.AlignmentFlag.AlignTop
        consent = beside((self.consent, 1), (self.agree, 0, top), spacing=4)
        deeds = ((one, 0, top) for one in (self.right, self.which, self.move_button, self.remove))
        chosen = beside((self.detail, 1), *deeds, spacing=GRID_PX)
        self._bottom = beside(self.merge, 0, self.delete, spacing=GRID_PX)
        above = (self._head(), consent, self.facts, self.poses, self.enroll, self.mixed, self.alike)
        parts = (*above, (self.grid, 1), self.rejected, chosen, self._bottom)
        return held(below(*parts, margins=2 * GRID_PX, spacing=GRID_PX))

    def _head(self) -> QHBoxLayout:
        words = below(0, beside((self.name, 1), self.edit, spacing=4), self.summary, 0, spacing=0)
        return beside(self.face, (words, 1), spacing=12)

    def _on_card(self, card: PhotoCard | None) -> None:
        cards = self.grid.chosen_cards
        self.remove.setVisible(card is not None)
        self.which.setVisible(len(cards) == 1)
        self.move_button.setVisible(card is not None)
        self.right.setVisible(any(one.unlike for one in cards))
        if len(cards) > 1:
            self.detail.setText(self.tr("%n photos chosen", "", len(cards)))
        elif card is None:
            troubled = sum(one.note.reason != "good" for one in self.photos.cards)
            self.detail.setText(self.tr("%n photos need a look", "", troubled) if troubled > 1 else "")
            if troubled == 1:
                self.detail.setText(self.tr("1 photo needs a look"))
        else:
            self.detail.setText(f"{card.path.name}\n{verdict_line(card)}")
        self.detail.setVisible(bool(self.detail.text()))

    def _on_deed(self, deed: str) -> None:
        if self.grid.chosen_cards:
            self.deed_wanted.emit(deed, self.grid.chosen_cards)
