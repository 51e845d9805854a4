"""A change of people, as it is written down before it is begun: enough to finish it or to take it back.

A change is files and a database. What it does to files before the database changes can be taken back; the database
changes in one step; what is left to do afterwards can be done again and again. So whoever finds the note of a change
that was cut off looks into the database, and then does the rest or takes the first part back: see `people_journal`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from facecam.core.errors import DataError
from facecam.core.paths import (
    atomic_write,
    delete_file,
    make_folder,
    possible,
    readable_os_errors,
    sweep_temporary,
)
from facecam.core.types import FloatArray, Identity
from facecam.engine.photos.library import NOTES_FOLDER, PERSON_FILE, REJECTED_FOLDER, PhotoLibrary
from facecam.engine.transactions import trash
from facecam.engine.transactions.packing import packed, unpacked
from facecam.engine.transactions.restoration import Restoration, unheld
from facecam.engine.visits.store import SightingFile
from facecam.gallery.gallery import Gallery

Kind = Literal[
    "enroll",
    "reject",
    "take back",
    "rename",
    "merge",
    "part",
    "delete",
    "undelete",
    "remove photo",
    "move",
    "take enrollment back",
]
#: Of vectors or of rejections: whose, and which.
Rows = tuple[Literal["vectors", "rejections"], str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """By what the database tells that it was changed; exactly one of these.

    Attributes:
        gone: id of somebody who is not there any more.
        there: id of somebody who is.
        named: id of somebody, and how they are called.
        holds, lacks: rows that somebody, by name or id, has or has not.
        noted: nothing in the database does: the note itself says so, True once the change counts.
    """

    gone: str = ""
    there: str = ""
    named: tuple[str, str] | None = None
    holds: Rows | None = None
    lacks: Rows | None = None
    noted: bool = False

    def __post_init__(self) -> None:
        for rows in filter(None, (self.holds, self.lacks)):
            if rows[2].ndim != 2:
                raise ValueError(f"expected vectors (N, D). Received: {rows[2].shape}")

    @property
    def is_told_by_note(self) -> bool:
        """Whether nothing in the database tells."""
        return not (self.gone or self.there or self.named or self.holds or self.lacks)

    def is_so(self, gallery: Gallery | None) -> bool:
        """Whether the database was changed."""
        people = {} if gallery is None else {one.id: one.name for one in gallery.identities}
        if self.gone or self.there:
            return self.there in people if self.there else self.gone not in people
        if self.named is not None:
            return people.get(self.named[0]) == self.named[1]
        if self.holds is not None:
            return _held(gallery, self.holds) == len(self.holds[2])
        if self.lacks is not None:
            return _held(gallery, self.lacks) == 0
        return self.noted


def _held(gallery: Gallery | None, rows: Rows) -> int:
    kind, who, wanted = rows
    known = [] if gallery is None else [one for one in gallery.identities if who in (one.id, one.name)]
    if gallery is None or not known or gallery.dimensions != wanted.shape[1]:
        return 0
    held = gallery.vectors_of(known[0]) if kind == "vectors" else gallery.rejections_of(known[0])
    return len(wanted) - int(unheld(wanted, held).sum())


@dataclass(frozen=True, slots=True, eq=False)
class PeopleChange:
    """What is changed. Paths lie in `data/`.

    Attributes:
        kind: what is done.
        who: whom it is done to; the id may be empty.
        done: by what the database tells.
        other: the second person, or the new name.
        claims: folders, what their `person.json` says before (None: there is none) and whom it names afterwards.
        made: files this change puts there.
        folders: folders that go again where nothing of the user's is in them, each with the name of its person;
            where something comes back, the folders that do.
        taken: the bin with what it takes away.
        note: for that bin, see `trash.settle`.
        discard: files that go once the database is changed.
        written: files that come then, with their content.
        visits: "forget" those of `who`, "hand over" to `other`, or "give back" those that were handed over by `who`.
        put_back: a bin whose content comes back, and what the database gets again.
        restoration: see `put_back`.
        at_once: what is taken away is not kept until the window closes.
        also: further people it is done to at the same time; the database changes once for all of them.
    """

    kind: Kind
    who: Identity
    done: Done
    other: Identity = Identity("", "")
    claims: tuple[tuple[Path, str | None, str], ...] = ()
    made: tuple[Path, ...] = ()
    folders: tuple[tuple[Path, str], ...] = ()
    taken: Path | None = None
    note: Mapping[str, Any] | None = None
    discard: tuple[Path, ...] = ()
    written: tuple[tuple[Path, bytes], ...] = ()
    visits: Literal["", "forget", "hand over", "give back"] = ""
    put_back: Path | None = None
    restoration: Restoration = Restoration()
    at_once: bool = False
    also: tuple[Identity, ...] = ()

    def __post_init__(self) -> None:
        texts = [
            self.kind,
            self.visits,
            *(text for one in (*self.people, self.other) for text in (one.id, one.name)),
        ]
        texts += [name for _, _, name in self.claims] + [name for _, name in self.folders]
        texts += [before for _, before, _ in self.claims if before is not None]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a name, an id or what to do is no text")
        if not isinstance(self.note, Mapping | None):
            raise TypeError("the note is no object")

    @property
    def people(self) -> tuple[Identity, ...]:
        """Whom it is done to."""
        return (self.who, *self.also)

    # ------------------------------------------------------------------ doing

    def claim(self, library: PhotoLibrary) -> None:
        """Before the database changes: give folders their new owner.

        Raises:
            DataError: one cannot be written; `take_back` mends that.
        """
        for folder, _, name in self.claims:
            if folder.is_dir():
                library.claim(folder, name)

    def finish(self, library: PhotoLibrary, visits: SightingFile) -> None:
        """After the database has changed: all the rest. Can be repeated.

        Raises:
            DataError: something cannot be written or deleted.
        """
        self.claim(library)
        for one in filter(lambda one: one.id, self.people):
            match self.visits:
                case "forget":
                    visits.forget(one)
                case "hand over":
                    visits.hand_over(one, self.other)
                case "give back":
                    visits.give_back(one)
        for path in self.discard:
            delete_file(path)
        for path, content in self.written:
            if path.parent.parent.is_dir() and not path.exists():
                make_folder(path.parent, private=True)
                atomic_write(path, content, private=True)
        if self.discard:
            self._remove_empty_folders()
        if self.taken is not None and self.taken.is_dir():
            trash.settle(self.taken, self.note)
            self._remove_empty_folders()
        self._sweep()

    def take_back(self, library: PhotoLibrary) -> None:
        """Where the database did not change: everything as it was. Can be repeated.

        Raises:
            DataError: something cannot be written or moved.
        """
        if self.taken is not None and self.taken.is_dir():
            trash.put_back(self.taken)
        for folder, before, _ in self.claims:
            if folder.is_dir():
                library.restore_claim(folder, before)
        for path in self.made:
            delete_file(path)
        self._sweep()
        self._remove_empty_folders()

    def _remove_empty_folders(self) -> None:
        for folder, name in self.folders:
            remove_folder_if_ours(folder, name)

    def _sweep(self) -> None:
        places = (
            *self.made,
            *(path for path, _ in self.written),
            *(one / PERSON_FILE for one, *_ in self.claims),
        )
        for folder in {path.parent for path in places} | {folder for folder, _ in self.folders}:
            sweep_temporary(folder)
            sweep_temporary(folder / NOTES_FOLDER)

    # ------------------------------------------------------------------ writing down

    def to_json(self, data: Path) -> dict[str, Any]:
        """As a document; paths are seen from `data`, which may be moved meanwhile."""

        def text(path: Path) -> str:
            return str(path.absolute().relative_to(data.absolute()))

        return {
            "kind": self.kind,
            "who": [self.who.id, self.who.name],
            "done": packed(self.done),
            "other": [self.other.id, self.other.name],
            "claims": [[text(folder), before, name] for folder, before, name in self.claims],
            "made": [text(path) for path in self.made],
            "folders": [[text(folder), name] for folder, name in self.folders],
            "taken": None if self.taken is None else text(self.taken),
            "note": None if self.note is None else dict(self.note),
            "discard": [text(path) for path in self.discard],
            "written": [[text(path), base64.b64encode(content).decode()] for path, content in self.written],
            "visits": self.visits,
            "put_back": None if self.put_back is None else text(self.put_back),
            "restoration": self.restoration.to_json(),
            "at_once": self.at_once,
            "also": [[one.id, one.name] for one in self.also],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any], data: Path) -> PeopleChange:
        """The reverse of `to_json`.

        Raises:
            DataError: it is no such document.
        """
        try:
            return cls._from_json(document, data.absolute())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"the note of a change of people is damaged: {error}", hint="") from error

    @classmethod
    def _from_json(cls, document: Mapping[str, Any], data: Path) -> PeopleChange:
        def path(text: str) -> Path:
            if Path(text).is_absolute() or ".." in Path(text).parts:
                raise ValueError(f"{text} lies outside")
            return possible(data / text)

        def perhaps(text: str | None) -> Path | None:
            return None if text is None else path(text)

        return cls(
            kind=document["kind"],
            who=Identity(*document["who"]),
            done=unpacked(document["done"], Done),
            other=Identity(*document["other"]),
            claims=tuple((path(folder), before, name) for folder, before, name in document["claims"]),
            made=tuple(map(path, document["made"])),
            folders=tuple((path(folder), name) for folder, name in document["folders"]),
            taken=perhaps(document["taken"]),
            note=document["note"],
            discard=tuple(map(path, document["discard"])),
            written=tuple((path(place), base64.b64decode(content)) for place, content in document["written"]),
            visits=document["visits"],
            put_back=perhaps(document["put_back"]),
            restoration=Restoration.from_json(document["restoration"]),
            at_once=document["at_once"] is True,
            also=tuple(Identity(*one) for one in document.get("also", ())),  # Absent before format 2.
        )


def remove_folder_if_ours(folder: Path, name: str) -> None:
    """Remove a person's folder unless it holds anything that making it did not put there.

    Raises:
        DataError: it cannot be deleted.
    """
    # The file with the name is written only where the folder could not be called that.
    ours = {NOTES_FOLDER} if folder.name == name else {NOTES_FOLDER, PERSON_FILE}
    rejected = folder / REJECTED_FOLDER
    with readable_os_errors("delete", folder):
        if not folder.is_dir() or folder.is_symlink():
            return
        if rejected.is_dir() and not any(rejected.iterdir()):
            rejected.rmdir()
        if {path.name for path in folder.iterdir()} - ours:
            return
        trash.delete(folder)
