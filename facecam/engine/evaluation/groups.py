"""Groups of people, read from a file, and an evaluation's figures for each of them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.paths import printable, read_short
from facecam.engine.evaluation.identification import IdentifyReport
from facecam.engine.evaluation.open_set_report import SelfTestReport
from facecam.engine.evaluation.verification import EvaluationReport, ScoredPair
from facecam.metrics.groups import Group, Outcomes, by_group

#: Ages from which a band begins, and its name.
AGE_BANDS: Final = (
    (0, "under 18"),
    (18, "18 to 29"),
    (30, "30 to 44"),
    (45, "45 to 59"),
    (60, "60 and over"),
)
_COLUMNS: Final = ("person", "group", "born", "photo", "year")
_MOST_BYTES: Final = 20_000_000
_FIRST_YEAR: Final = 1800
_DELIMITERS: Final = (",", ";", "\t")
_HINT = (
    "Write a CSV file with the columns person,group and, if known, born (a year) and year (of the photos); "
    "photo names one of them."
)

Dimension = Literal["group", "age"]


@dataclass(frozen=True, slots=True)
class PeopleGroups:
    """What a file says of people.

    Attributes:
        group_of: person → group.
        born: person → year of birth, where known.
        taken: person → year of their photos, where known.
        photo_taken: (person, file name) → year of one photo.
    """

    group_of: dict[str, str] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    photo_taken: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The groups, in the order of the file."""
        return tuple(dict.fromkeys(self.group_of.values()))

    def age_band(self, person: str, photo: str) -> str | None:
        """The band of a person's age in a photo (its file name); None where a year is not known."""
        born = self.born.get(person)
        year = self.photo_taken.get((person, photo), self.taken.get(person))
        if born is None or year is None or year < born:
            return None
        return next(name for start, name in reversed(AGE_BANDS) if year - born >= start)


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """Figures by group.

    Attributes:
        groups: dimension → its groups, those without any trial left out.
        not_listed: measured people whom the file does not name.
        not_measured: people of the file who were not measured.
    """

    groups: Mapping[Dimension, tuple[Group, ...]]
    not_listed: tuple[str, ...]
    not_measured: tuple[str, ...]


# ---------------------------------------------------------------------- the file


def read_groups(path: Path) -> PeopleGroups:
    """Read a CSV file of people and their groups.

    Its first line names the columns: `person` (as their folder is called) and `group`; `born` and `year` are years;
    a line with `photo` gives the year of that photo alone. A person may have several lines, with one group.

    Raises:
        DataError: unreadable or malformed; the message names the line.
    """
    content = read_short(path, _MOST_BYTES, _HINT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{_name(path)} is not UTF-8 text", hint="Save it as CSV in UTF-8.") from None
    return _Reader(path).read(text)


@dataclass(slots=True)
class _Reader:
    path: Path
    found: PeopleGroups = field(default_factory=PeopleGroups)

    def read(self, text: str) -> PeopleGroups:
        lines = io.StringIO(text, newline=None)  # Old Macs end them otherwise.
        first = lines.readline()
        lines.seek(0)
        # Strict: of a quotation mark that is not closed all the rest would be one group.
        rows = csv.reader(lines, delimiter=max(_DELIMITERS, key=first.count), strict=True)
        try:
            header = [cell.strip().lower() for cell in next(rows, [])]
            self._check(header)
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    self._take(header, cells, rows.line_num)
        except csv.Error as error:
            raise self._fault(rows.line_num, str(error)) from error
        if not self.found.group_of:
            raise DataError(f"{_name(self.path)} names nobody", hint=_HINT)
        self._check_years()
        return self.found

    def _check_years(self) -> None:
        """A photo is not older than the person: one of the years is wrong, and the age band with it."""
        of_photos = ((person, year) for (person, _), year in self.found.photo_taken.items())
        for person, year in (*self.found.taken.items(), *of_photos):
            born = self.found.born.get(person, year)
            if year < born:
                what = f"{printable(person)} was born in {born}, and a photo is of {year}"
                raise DataError(f"{_name(self.path)}: {what}", hint="One of the years is wrong.")

    def _check(self, header: Sequence[str]) -> None:
        unknown = [name for name in header if name not in _COLUMNS]
        missing = [name for name in ("person", "group") if name not in header]
        if unknown or missing or len(set(header)) < len(header):
            wrong = f"has no column {missing[0]}" if missing else "names its columns otherwise"
            raise DataError(f"{_name(self.path)} {wrong}", hint=_HINT)

    def _take(self, header: Sequence[str], cells: Sequence[str], line: int) -> None:
        if len(cells) != len(header):
            raise self._fault(line, f"{len(cells)} values for {len(header)} columns")
        row = {
            name: unicodedata.normalize("NFC", cell.strip()) for name, cell in zip(header, cells, strict=True)
        }
        person, group = row["person"], row["group"]
        if not person or not group:
            raise self._fault(line, "a person and a group belong in every line")
        if self.found.group_of.setdefault(person, group) != group:
            raise self._fault(line, f"{printable(person)} is in another group above")
        born, year = self._year(row.get("born", ""), line), self._year(row.get("year", ""), line)
        if born is not None and self.found.born.setdefault(person, born) != born:
            raise self._fault(line, f"{printable(person)} was born in another year above")
        photo = Path(row.get("photo", "").replace("\\", "/")).name
        if year is not None and photo and self.found.photo_taken.setdefault((person, photo), year) != year:
            raise self._fault(line, f"{printable(photo)} of {printable(person)} is of another year above")
        if year is not None and not photo and self.found.taken.setdefault(person, year) != year:
            raise self._fault(line, f"the photos of {printable(person)} are of another year above")

    def _year(self, text: str, line: int) -> int | None:
        if not text:
            return None
        # Only figures: `int` would take ` 1_9` and Arabic ones too.
        latest = datetime.now(UTC).year + 1  # Somewhere it is next year already.
        if len(text) == 4 and text.isascii() and text.isdigit() and _FIRST_YEAR <= int(text) <= latest:
            return int(text)
        raise self._fault(line, f"{printable(text[:20])!r} is no year")

    def _fault(self, line: int, what: str) -> DataError:
        return DataError(f"{_name(self.path)}, line {line}: {what}", hint=_HINT)


def _name(path: Path) -> str:
    return printable(str(path))


# ---------------------------------------------------------------------- trials of the kinds of evaluation


@dataclass(frozen=True, slots=True)
class _Side:
    """One photo of a trial."""

    person: str
    photo: str


def fairness_of_pairs(report: EvaluationReport, groups: PeopleGroups) -> FairnessReport:
    """FNMR, FMR and accuracy at the operating point by group.

    A pair belongs to a group when both of its people do: strangers of the same group are harder to tell apart than
    any two strangers, and that is the figure that counts.
    """
    threshold = report.points[0].threshold
    sides = [_sides(one) for one in report.scored]
    same = np.array([one.pair.same for one in report.scored], np.bool_)
    accepted = np.array([one.score < threshold for one in report.scored], np.bool_)
    kinds = (
        ("fnmr", ~accepted, same, True),
        ("fmr", accepted, ~same, True),
        ("accuracy", accepted == same, np.ones(len(same), np.bool_), False),
    )
    return _fairness(sides, kinds, groups)


def _sides(one: ScoredPair) -> tuple[_Side, ...]:
    return tuple(_Side(path.parent.name, path.name) for path in (one.first, one.second))


def fairness_of_identification(
    report: IdentifyReport, groups: PeopleGroups, index: int = 0
) -> FairnessReport:
    """Shares by group for one of `results`: the nearest is right; named rightly, wrongly, not at all in use."""
    result = report.results[index]
    rows = result.lookup_rows.tolist()
    sides = [(_Side(report.people[report.owners[row]], report.paths[row].name),) for row in rows]
    everything = np.ones(len(rows), np.bool_)
    kinds = [("rank_one", result.lookup_right, everything, False)]
    if result.lookup_named is not None:
        named, right = result.lookup_named, result.lookup_right
        kinds += [
            ("named_rightly", named & right, everything, False),
            ("named_wrongly", named & ~right, everything, True),
            ("not_named", ~named, everything, True),
        ]
    return _fairness(sides, kinds, groups)


def fairness_of_own(report: SelfTestReport, groups: PeopleGroups) -> FairnessReport:
    """FNIR and FPIR at the threshold in use by group: the person missed, and the stranger taken for somebody."""
    looked_up = report.looked_up
    sides = [(_Side(one.person, one.photo.name),) for one in looked_up]
    known = np.array([one.missed is not None for one in looked_up], np.bool_)
    missed = np.array([bool(one.missed) for one in looked_up], np.bool_)
    accepted = np.array([one.accepted for one in looked_up], np.bool_)
    everything = np.ones(len(looked_up), np.bool_)
    return _fairness(sides, (("fnir", missed, known, True), ("fpir", accepted, everything, True)), groups)


_Kind = tuple[str, NDArray[np.bool_], NDArray[np.bool_], bool]


def _fairness(
    sides: Sequence[tuple[_Side, ...]], kinds: Sequence[_Kind], groups: PeopleGroups
) -> FairnessReport:
    measured = {_nfc(side.person) for trial in sides for side in trial}
    names: dict[Dimension, tuple[str, ...]] = {
        "group": groups.names,
        "age": tuple(name for _, name in AGE_BANDS),
    }
    found: dict[Dimension, tuple[Group, ...]] = {}
    for dimension, known in names.items():
        labels = [_label(dimension, trial, groups) for trial in sides]
        outcomes = [_outcomes(kind, sides, labels) for kind in kinds]
        there = by_group([name for name in known if name in labels], outcomes)
        if there:
            found[dimension] = there
    return FairnessReport(
        found,
        tuple(sorted(measured - set(groups.group_of))),
        tuple(sorted(set(groups.group_of) - measured)),
    )


def _outcomes(kind: _Kind, sides: Sequence[tuple[_Side, ...]], labels: Sequence[str | None]) -> Outcomes:
    figure, hits, counted, are_errors = kind
    rows = np.flatnonzero(counted)
    people = [tuple(side.person for side in sides[row]) for row in rows.tolist()]
    return Outcomes(figure, hits[rows], people, [labels[row] for row in rows.tolist()], are_errors)


def _label(dimension: Dimension, trial: tuple[_Side, ...], groups: PeopleGroups) -> str | None:
    labels = {
        groups.group_of.get(_nfc(side.person))
        if dimension == "group"
        else groups.age_band(_nfc(side.person), _nfc(side.photo))
        for side in trial
    }
    return labels.pop() if len(labels) == 1 else None


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
