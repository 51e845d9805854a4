"""Questions before something changes that matters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from facecam.engine.people.deletion_plan import DeletionPlan
from facecam.engine.people.list import RosterEntry
from facecam.gui.core.translation import engine_text, filled
from facecam.gui.enroll.lists.people_model import folded, key_of, summary_of
from facecam.gui.enroll.words import photos_in_words, translate
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.consent_line import ConsentLine
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.layouts import fill
from facecam.gui.widgets.look_dialog import Question
from facecam.gui.widgets.search_line import SearchLine


def deletion_question(plans: Sequence[DeletionPlan], parent: QWidget | None = None) -> Question:
    """Says what deleting one person, or many, takes away."""
    photos, vectors = sum(plan.photos for plan in plans), sum(plan.vectors for plan in plans)
    others = sum(plan.other_files for plan in plans)
    lines, found = [translate("enroll", "This will be removed:")], photos_in_words(photos)
    if len(plans) == 1:
        title = filled(translate("enroll", "Delete %1?"), short(plans[0].identity.name))
        folders = ", ".join(str(folder) for folder in plans[0].folders)
        found = filled(translate("enroll", "%1 in %2"), found, folders)
    else:
        title = translate("enroll", "Delete %n people?", "", len(plans))
        lines.append("• " + listed([plan.identity.name for plan in plans]))
    if photos:
        lines.append("• " + found)
    if others:
        lines.append("• " + translate("enroll", "%n other files in these folders", "", others))
    if vectors:
        text = translate("enroll", "%n face vectors, in every saved copy of the database", "", vectors)
        lines.append("• " + text)
    lines += [what_stays(plan) for plan in plans if plan.stays.text][:3]
    return Question(title, [*lines, _until_closed()], translate("enroll", "&Delete"), parent=parent)


def _until_closed() -> str:
    return translate(
        "enroll", "Until the window is closed it can be taken back; then it is deleted for good."
    )


def what_stays(plan: DeletionPlan) -> str:
    """What a training has learnt from the person's photos, and how to delete that; empty if there is nothing."""
    return f"{engine_text(plan.stays.text)} {engine_text(plan.stays.hint)}".strip()


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row, the last of many left out."""
    shown = ", ".join(map(short, names[:most]))
    more = translate("enroll", "… and %n more", "", len(names) - most) if len(names) > most else ""
    return " ".join(filter(None, (shown, more)))


def removal_question(name: str, files: Sequence[str], known: bool, parent: QWidget | None = None) -> Question:
    """Says what removing photos takes away."""
    lines = [listed(files)]
    if known:
        lines.append(filled(translate("enroll", "What is known of %1 by it is removed too."), short(name)))
    lines.append(_until_closed())
    title = translate("enroll", "Remove this photo of %1?")
    if len(files) > 1:
        title = translate("enroll", "Remove %n photos of %1?", "", len(files))
    title = filled(title, short(name))
    return Question(title, lines, translate("enroll", "&Remove"), parent=parent)


class GroupsQuestion(Question):
    """A folder of folders: everybody of their own, or all photos of one person?

    Args:
        groups: name and number of photos of each folder.
        target: the person chosen now, or empty.
        parent: owner.
        ask_consent: whether it is asked what those who are new agreed to.

    Attributes:
        consent: the answer.
    """

    def __init__(
        self,
        groups: Sequence[tuple[str, int]],
        target: str,
        parent: QWidget | None = None,
        *,
        ask_consent: bool = False,
    ) -> None:
        title = translate("enroll", "Enroll %n people, each by the name of the folder?", "", len(groups))
        shown = [f"• {short(name)}: {photos_in_words(count)}" for name, count in groups[:8]]
        if len(groups) > 8:
            shown.append(translate("enroll", "… and %n more", "", len(groups) - 8))
        super().__init__(title, shown, translate("enroll", "&Enroll all"), "primary", parent)
        self.one_person = False
        words = translate("enroll", "All photos are of &one person")
        if target:
            words = filled(translate("enroll", "All photos are of %1"), short(target))
        self.one_button = push_button(words, kind="plain")
        self.one_button.clicked.connect(self._on_one)
        self.consent = ConsentLine(ask_consent, many=True)
        self.body.addWidget(self.consent)
        self.body.addWidget(self.one_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.accept_button.setDefault(True)
        self.accept_button.setFocus()

    def _on_one(self) -> None:
        self.one_person = True
        self.accept()


class _PersonQuestion(Question):
    """Which person? A list to search in.

    Args:
        title: the question.
        text: what will happen.
        others: whom to choose from.
        parent: owner.
    """

    def __init__(
        self, title: str, text: str, others: Sequence[RosterEntry], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, [text], translate("enroll", "&Merge"), "primary", parent)
        self._others = {key_of(other): other for other in others}
        self.search = SearchLine()
        self.search.list_wanted.connect(self._go_to_list)
        self.search.setPlaceholderText(translate("enroll", "Search"))
        self.search.setAccessibleName(translate("enroll", "Search people"))
        self.search.textChanged.connect(self._fill)
        self.people = QListWidget()
        self.people.setAccessibleName(translate("enroll", "People"))
        self.people.itemSelectionChanged.connect(self._look)
        self.people.itemDoubleClicked.connect(self.accept)
        self.people.setMinimumHeight(220)
        self.body.setSpacing(GRID_PX)
        fill(self.body, self.search, (self.people, 1))
        self.accept_button.setDefault(True)
        self.search.setFocus()
        self._fill()

    @property
    def other(self) -> RosterEntry | None:
        """The chosen person."""
        items = self.people.selectedItems()
        return self._others.get(items[0].data(Qt.ItemDataRole.UserRole)) if items else None

    def _fill(self) -> None:
        self.people.clear()
        words = folded(self.search.text()).split()
        for key, other in self._others.items():
            if all(word in folded(other.name) for word in words):
                item = QListWidgetItem(f"{short(other.name)}  ·  {summary_of(other)}")
                item.setData(Qt.ItemDataRole.UserRole, key)
                item.setToolTip(other.name)
                self.people.addItem(item)
        self._look()

    def _go_to_list(self) -> None:
        if self.people.count():
            self.people.setCurrentRow(0)
            self.people.setFocus()

    def _look(self) -> None:
        self.accept_button.setEnabled(self.other is not None)


class MergeQuestion(_PersonQuestion):
    """With whom? A list to search in.

    Args:
        entry: who is to be joined with somebody.
        others: everybody else.
        parent: owner.
    """

    def __init__(
        self, entry: RosterEntry, others: Sequence[RosterEntry], parent: QWidget | None = None
    ) -> None:
        title = filled(translate("enroll", "Who is the same person as %1?"), short(entry.name))
        text = translate(
            "enroll", "All photos and all that is known of %1 go to the person you choose, whose name stays."
        )
        super().__init__(title, filled(text, short(entry.name)), others, parent)


class KeptQuestion(_PersonQuestion):
    """Which of the chosen people stays, when all become one?

    Args:
        entries: the chosen people.
        parent: owner.
    """

    def __init__(self, entries: Sequence[RosterEntry], parent: QWidget | None = None) -> None:
        title = translate("enroll", "Make %n people one: whose name stays?", "", len(entries))
        text = translate(
            "enroll", "All photos and all that is known of the others go to the person you choose."
        )
        super().__init__(title, text, entries, parent)
        self.people.setCurrentRow(0)


def short(name: str) -> str:
    """A name fit for a sentence."""
    shown = " ".join(name.split())
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
