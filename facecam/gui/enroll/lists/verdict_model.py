"""Verdict model: what became of the photos just added, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from facecam.engine.photos.quality import PhotoVerdict, Reason
from facecam.gui.core.translation import filled
from facecam.gui.enroll.words import plain_detail, reason_help, reason_word, translate
from facecam.gui.widgets.face_cache import FaceCache

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
Cure = Literal["", "choose face", "draw face", "other face", "use anyway"]
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A photo, for whom it is, and what became of it (None: not looked at yet)."""

    path: Path
    person: str
    verdict: PhotoVerdict | None = None
    #: The report has the last word; until then a verdict is a first impression.
    final: bool = False
    #: Whether the file stays: photos the camera just took are gone when they were judged.
    stays: bool = True

    @property
    def cure(self) -> Cure:
        """What the user can do about it here."""
        if self.verdict is None or not self.final:
            return ""
        if self.verdict.reason == "unlike the others" and self.verdict.box:
            return "use anyway"
        cures: dict[Reason, Cure] = {
            "several faces": "choose face",
            "no face": "draw face",
            "good": "other face",
            "too small": "other face",
            "cut off": "other face",
            "blurred": "other face",
            "turned away": "other face",
        }
        return cures.get(self.verdict.reason, "") if self.stays else ""


@dataclass(frozen=True, slots=True)
class PersonHeading:
    """Above the photos of one of several people."""

    person: str


class VerdictModel(QAbstractListModel):
    """Rows of photos, person by person; where there are several, each has a heading.

    Args:
        pictures: gives small pictures of them.
        parent: owner.
    """

    def __init__(self, pictures: FaceCache[Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pictures = pictures
        #: What stands in the list, from top to bottom.
        self.lines: list[VerdictRow | PersonHeading] = []
        self._place: dict[tuple[str, Path], int] = {}
        pictures.ready.connect(self._on_picture)

    @property
    def rows(self) -> Sequence[VerdictRow]:
        """All photos."""
        return [line for line in self.lines if isinstance(line, VerdictRow)]

    def tally(self, person: str) -> tuple[int, int]:
        """How many photos of somebody are used, and how many there are."""
        verdicts = [row.verdict for row in self.rows if row.person == person]
        return sum(verdict is not None and verdict.used for verdict in verdicts), len(verdicts)

    def begin(self, rows: Iterable[tuple[str, Path]]) -> None:
        """Photos that are about to be looked at: (person, photo)."""
        self.beginResetModel()
        photos: dict[str, list[Path]] = {}
        for person, path in rows:
            photos.setdefault(person, []).append(path)
        self.lines = []
        for person, paths in photos.items():
            self.lines += [PersonHeading(person)] if len(photos) > 1 else []
            self.lines += [VerdictRow(path, person) for path in paths]
        self._place = {
            (line.person, line.path): number
            for number, line in enumerate(self.lines)
            if isinstance(line, VerdictRow)
        }
        self.endResetModel()

    def judge(self, person: str, verdicts: Iterable[PhotoVerdict], *, final: bool) -> None:
        """Verdicts that have come; new photos get new rows."""
        for verdict in verdicts:
            number = self._place.get((person, verdict.path))
            if number is None:
                number = self._append(VerdictRow(verdict.path, person, stays=False))
            row = self.lines[number]
            assert isinstance(row, VerdictRow)
            self.lines[number] = replace(row, verdict=verdict, final=final)
            self.dataChanged.emit(self.index(number), self.index(number))
        self._on_tally(person)

    def has(self, person: str, photo: Path) -> bool:
        """Whether there is a row of this photo for this person."""
        return (person, photo) in self._place

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """A photo's values."""
        if not index.isValid():
            return None
        row = self.lines[index.row()]
        if isinstance(row, PersonHeading):
            if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
                return f"{row.person}: {self.tally_words(row.person)}"
            return row if role == ROW_ROLE else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.path.name}: {headline(row)} {advice(row)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            detail = plain_detail(row.verdict.detail) if row.verdict else ""
            return "\n".join(filter(None, (str(row.path), headline(row), advice(row), detail)))
        return row if role == ROW_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if index.isValid() and isinstance(self.lines[index.row()], PersonHeading):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def tally_words(self, person: str) -> str:
        """`Photos used: 3 of 5`."""
        return filled(translate("enroll", "Photos used: %1 of %2"), *self.tally(person))

    def _on_tally(self, person: str) -> None:
        for number, line in enumerate(self.lines):
            if isinstance(line, PersonHeading) and line.person == person:
                self.dataChanged.emit(self.index(number), self.index(number))

    def _append(self, row: VerdictRow) -> int:
        number = len(self.lines)
        self.beginInsertRows(_NOWHERE, number, number)
        self.lines.append(row)
        self._place[(row.person, row.path)] = number
        self.endInsertRows()
        return number

    def _on_picture(self, key: object) -> None:
        for number, row in enumerate(self.lines):
            if isinstance(row, VerdictRow) and row.path == key:
                self.dataChanged.emit(self.index(number), self.index(number))


def headline(row: VerdictRow) -> str:
    """The verdict in words."""
    if row.verdict is None:
        return translate("enroll", "Waiting…")
    if row.verdict.used and not row.final:
        return translate("enroll", "Looked at")
    return reason_word(row.verdict.reason)


def advice(row: VerdictRow) -> str:
    """What to do; empty where there is nothing to do."""
    if row.verdict is None or (row.verdict.reason == "several faces" and not row.final):
        return ""
    from facecam.engine.photos.quality import ONE_PICTURE

    if ONE_PICTURE in row.verdict.detail:
        return translate("enroll", "The file holds more pictures: save them as files of their own.")
    return reason_help(row.verdict.reason)


def cure_words(cure: Cure) -> str:
    """The words on the button of a row."""
    words: dict[Cure, str] = {
        "": "",
        "choose face": translate("enroll", "Choose face…"),
        "draw face": translate("enroll", "Show face…"),
        "other face": translate("enroll", "Other face…"),
        "use anyway": translate("enroll", "Same person"),
    }
    return words[cure]
