"""What became of the photos just added, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from facecam.gui.enroll.lists.face_loader import FaceCache
from facecam.gui.enroll.words import plain_detail, reason_help, reason_word, translate

if TYPE_CHECKING:
    from facecam.engine.photos.quality import PhotoVerdict, Reason

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
            "blurred": "other face",
            "turned away": "other face",
        }
        return cures.get(self.verdict.reason, "") if self.stays else ""


class VerdictModel(QAbstractListModel):
    """Rows of photos.

    Args:
        pictures: gives small pictures of them.
        parent: owner.
    """

    def __init__(self, pictures: FaceCache[Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self._rows: list[VerdictRow] = []
        self._several = False
        self._place: dict[tuple[str, Path], int] = {}
        pictures.ready.connect(self._on_picture)

    @property
    def rows(self) -> Sequence[VerdictRow]:
        """All rows."""
        return self._rows

    @property
    def several_people(self) -> bool:
        """Whether the photos are of more than one person."""
        return self._several

    def begin(self, rows: Iterable[tuple[str, Path]]) -> None:
        """Photos that are about to be looked at: (person, photo)."""
        self.beginResetModel()
        self._rows = [VerdictRow(path, person) for person, path in rows]
        self._several = len({row.person for row in self._rows}) > 1
        self._place = {(row.person, row.path): number for number, row in enumerate(self._rows)}
        self.endResetModel()

    def judge(self, person: str, verdicts: Iterable[PhotoVerdict], *, final: bool) -> None:
        """Verdicts that have come; new photos get new rows."""
        for verdict in verdicts:
            number = self._place.get((person, verdict.path))
            if number is None:
                number = self._append(VerdictRow(verdict.path, person, stays=False))
            self._rows[number] = replace(self._rows[number], verdict=verdict, final=final)
            self.dataChanged.emit(self.index(number), self.index(number))

    def has(self, person: str, photo: Path) -> bool:
        """Whether there is a row of this photo for this person."""
        return (person, photo) in self._place

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """A photo's values."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.path.name}: {headline(row)} {advice(row)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            detail = plain_detail(row.verdict.detail) if row.verdict else ""
            return "\n".join(filter(None, (str(row.path), headline(row), advice(row), detail)))
        return row if role == ROW_ROLE else None

    def _append(self, row: VerdictRow) -> int:
        number = len(self._rows)
        self.beginInsertRows(_NOWHERE, number, number)
        self._rows.append(row)
        self._place[(row.person, row.path)] = number
        self.endInsertRows()
        return number

    def _on_picture(self, key: object) -> None:
        for number, row in enumerate(self._rows):
            if row.path == key:
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
