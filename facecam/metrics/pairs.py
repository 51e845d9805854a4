"""Lists of pairs of photos of which it is known whether they show the same person."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.paths import printable, read_short, readable_os_errors
from facecam.vision.images.read import is_picture_name

PairsKind = Literal["view1", "view2", "list", "all"]

#: A million pairs.
_MOST_BYTES = 100_000_000
#: Where a photo lies there in several formats.
_PREFERRED_ENDINGS = (".jpg", ".jpeg", ".png")
_FORMS = "a header such as `10 300` or `500` (LFW), or lines `photo photo 0` or `photo photo 1`"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos.

    Attributes:
        first: path below the folder of photos, `/` between folders; for LFW
            lists without the ending, such as `Ada/Ada_0001`.
        second: the same for the other photo.
        same: whether they show one person.
        line: where it stands in its file, from 1.
        fold: the fold its file puts it in, from 0; None where the file has no folds.
    """

    first: str
    second: str
    same: bool
    line: int
    fold: int | None = None


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs of a file, in its order; at least one of the same and one of different people.

    Attributes:
        kind: `view2` has folds, `view1` lists all same pairs before all different ones, `all` is every pair of
            photos of a folder.
        pairs: see `Pair`.
    """

    kind: PairsKind
    pairs: tuple[Pair, ...]

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def is_same(self) -> NDArray[np.bool_]:
        """bool (N,), True for pairs of one person."""
        return np.array([pair.same for pair in self.pairs], np.bool_)

    @property
    def photos(self) -> tuple[str, ...]:
        """Every photo once, in the order of first mention."""
        return tuple(dict.fromkeys(name for pair in self.pairs for name in (pair.first, pair.second)))

    def limited(self, count: int) -> PairList:
        """At most `count` pairs, evenly spread over the file, in its proportion of same to different.

        One of each kind stays in any case.
        """
        is_same = self.is_same
        kinds = np.flatnonzero(is_same), np.flatnonzero(~is_same)
        counts = shares(count, *map(len, kinds))
        kept = (kind[spread(len(kind), share)] for kind, share in zip(kinds, counts, strict=True))
        return replace(self, pairs=tuple(self.pairs[index] for index in np.sort(np.concatenate([*kept]))))


def shares(count: int, same: int, different: int) -> tuple[int, int]:
    """How many of each kind are at most `count` pairs in the proportion of all, at least one of each."""
    if count >= same + different:
        return same, different
    count = max(2, count)
    kept = min(max(1, round(count * same / (same + different))), count - 1)
    return kept, count - kept


def spread(length: int, count: int) -> NDArray[np.intp]:
    """`count` places of a list, each from the middle of its share of it."""
    return ((np.arange(count) + 0.5) * length / max(1, count)).astype(np.intp)


def read_pairs(path: Path) -> PairList:
    """Read a list of pairs; its first line tells which kind it is.

    - View 2 of LFW: `10 300`, then for each of 10 folds 300 lines
      `name i j` and 300 lines `name i other j`.
    - View 1 of LFW: `500`, then 500 lines `name i j` and 500 lines `name i other j`.
    - Any other list: `photo photo 1` (same person) or `photo photo 0`, paths below the
      folder of photos.

    `name i` is the photo `name/name_000i`. Tabs or blanks stand between the
    fields; with tabs, names may hold blanks. Empty lines and lines beginning
    with `#` are skipped. (Format: Huang et al. 2007, Labeled Faces in the
    Wild, UMass Amherst TR 07-49, section V.)

    Raises:
        DataError: unreadable or malformed; the message names the line, the hint its cure.
    """
    source = _Source(path, _lines(path))
    if not source.lines:
        raise DataError(f"{source.name} holds no pairs", hint=f"It should hold {_FORMS}.")
    header = [number for number in map(_whole, source.lines[0].fields) if number is not None]
    if len(header) != len(source.lines[0].fields) or len(header) > 2:
        return _checked(source, PairList("list", tuple(_listed(source, line) for line in source.lines)))
    if len(header) == 1:
        return PairList("view1", _lfw_pairs(source, folds=1, count=header[0], numbered=False))
    if header[0] < 2:
        source.fail(source.lines[0], "the header promises fewer than 2 folds", "Write `10 300` or the like.")
    return PairList("view2", _lfw_pairs(source, folds=header[0], count=header[1], numbered=True))


class _Line(NamedTuple):
    number: int
    fields: list[str]


class _Source:
    """The lines of a file, and how to complain about one."""

    def __init__(self, path: Path, lines: list[_Line]) -> None:
        self.name, self.lines = printable(str(path)), lines

    def fail(self, line: _Line, problem: str, cure: str) -> NoReturn:
        raise DataError(f"{self.name}, line {line.number}: {problem}", hint=cure)


def _lines(path: Path) -> list[_Line]:
    with readable_os_errors("read the pairs", path):
        if path.exists() and not path.is_file():
            raise DataError(f"{printable(str(path))} is not a file", hint="Name the list of pairs itself.")
    content = read_short(path, _MOST_BYTES, "Name the list of pairs itself.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{printable(str(path))}, line {line}: not UTF-8 text", hint="Save the list as UTF-8."
        ) from error
    # Not splitlines(): it also breaks at characters that may stand in a name.
    numbered = enumerate(text.split("\n"), start=1)
    return [_Line(number, _fields(line)) for number, line in numbered if line.strip() and line[0] != "#"]


def _fields(line: str) -> list[str]:
    fields = line.split("\t") if "\t" in line.strip() else line.split()
    return [field.strip() for field in fields if field.strip()]


def _whole(text: str) -> int | None:
    """A whole number of up to nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _listed(source: _Source, line: _Line) -> Pair:
    if len(line.fields) != 3:
        problem = f"expected `photo photo 0|1`, found {len(line.fields)} fields"
        if line is source.lines[0]:
            source.fail(line, problem, f"The first line should be {_FORMS}.")
        source.fail(line, problem, "Put tabs between the fields where paths hold blanks.")
    first, second, label = line.fields
    if label not in ("0", "1"):
        source.fail(line, f"the label is {printable(label)!r}", "Write 1 for one person, 0 for two.")
    for name in (first, second):
        if "\0" in name:
            source.fail(line, "a path holds a NUL character", "Save the list as plain text.")
    if first == second and label == "0":
        source.fail(line, "one photo is said to show two people", "Correct the label or one of the paths.")
    return Pair(first, second, label == "1", line.number)


def _checked(source: _Source, pairs: PairList) -> PairList:
    for same, words in ((True, "of the same person"), (False, "of different people")):
        if same not in (pair.same for pair in pairs.pairs):
            raise DataError(
                f"{source.name} holds no pair {words}",
                hint="A measurement needs both: lines ending in 1 and lines ending in 0.",
            )
    return pairs


def _lfw_pairs(source: _Source, *, folds: int, count: int, numbered: bool) -> tuple[Pair, ...]:
    header, body = source.lines[0], source.lines[1:]
    if count < 1:
        source.fail(header, "the header promises no pairs", "Write how many pairs of each kind follow.")
    promised = folds * 2 * count
    if len(body) < promised:
        problem = f"the file ends after {len(body)} of the {promised} pairs that its header promises"
        source.fail(source.lines[-1], problem, "Fetch the whole file, or correct the numbers in its header.")
    if len(body) > promised:
        problem = f"more lines than the {promised} pairs that the header promises"
        source.fail(body[promised], problem, "Correct the numbers in the first line.")
    pairs = []
    for index, line in enumerate(body):
        fold, place = divmod(index, 2 * count)
        pair = _same_people(source, line) if place < count else _different_people(source, line)
        pairs.append(replace(pair, fold=fold if numbered else None))
    return tuple(pairs)


def _same_people(source: _Source, line: _Line) -> Pair:
    if len(line.fields) != 3:
        problem = f"expected `name i j` (the same person twice), found {len(line.fields)} fields"
        source.fail(line, problem, "Check the order and the header; put tabs around names that hold blanks.")
    name, first, second = line.fields
    return Pair(_photo(source, line, name, first), _photo(source, line, name, second), True, line.number)


def _different_people(source: _Source, line: _Line) -> Pair:
    if len(line.fields) != 4:
        problem = f"expected `name i other j` (two people), found {len(line.fields)} fields"
        source.fail(line, problem, "Check the order and the header; put tabs around names that hold blanks.")
    name, first, other, second = line.fields
    if name == other:
        problem = f"{printable(name)} twice where two different people are expected"
        source.fail(line, problem, "Correct one of the names, or move the pair to those of one person.")
    return Pair(_photo(source, line, name, first), _photo(source, line, other, second), False, line.number)


def _photo(source: _Source, line: _Line, name: str, number: str) -> str:
    index = _whole(number)
    if not index:
        problem = f"{printable(number)!r} is not the number of a photo"
        source.fail(line, problem, "Write a whole number from 1, with tabs around names that hold blanks.")
    if name in (".", "..") or set(name) & set("/\\\0"):
        source.fail(line, f"{printable(name)!r} is not a person's name", "Write the name of a folder.")
    return f"{name}/{name}_{index:04d}"


@dataclass(frozen=True, slots=True)
class Located:
    """Where photos are.

    Attributes:
        found: name in the list → file.
        missing: names without a file, in the order of the list.
    """

    found: Mapping[str, Path]
    missing: tuple[str, ...]


def locate(names: Iterable[str], folder: Path) -> Located:
    """Find the photos of a list below `folder`; one named without its ending is found with any.

    Every folder is read once. Names match in any Unicode normal form: some
    systems store `é` as two characters.
    """
    folders: dict[Path, dict[str, str]] = {}
    found: dict[str, Path] = {}
    missing: list[str] = []
    for name in names:
        path = folder / name
        if path.parent not in folders:
            folders[path.parent] = _files(path.parent)
        file = folders[path.parent].get(unicodedata.normalize("NFC", path.name))
        if file is None:
            missing.append(name)
        else:
            found[name] = path.parent / file
    return Located(found, tuple(missing))


def _files(folder: Path) -> dict[str, str]:
    """Name → file, with and without the ending; empty where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return {}  # Its photos are then reported missing, each by name.
    # Later entries replace earlier ones: the preferred endings come last, whole names after stems.
    names.sort(key=_preference, reverse=True)
    stems = {Path(name).stem: name for name in names if is_picture_name(name)}
    known = stems | {name: name for name in names}
    return {unicodedata.normalize("NFC", key): name for key, name in known.items()}


def _preference(name: str) -> tuple[int, str]:
    ending = Path(name).suffix.lower()
    place = _PREFERRED_ENDINGS.index(ending) if ending in _PREFERRED_ENDINGS else len(_PREFERRED_ENDINGS)
    return place, name


def same_photo_twice(pairs: Sequence[Pair]) -> int:
    """How many pairs compare a photo with itself: they are easy and flatter the figures."""
    return sum(pair.first == pair.second for pair in pairs)
