"""gallery.json: everything about a saved gallery that is not a vector."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facecam.core.json_text import parse_json
from facecam.core.types import ALIGNMENTS, Alignment, AlignmentCodes, Identity
from facecam.gallery.gallery import PLAIN_SCORE, Gallery, Person
from facecam.gallery.matching.distances import RULE_IN_USE

#: Raised by one whenever an older facecam could no longer read the files rightly.
#: 2: with rejections. An older facecam would name the faces that the user rejected.
#: 3: with vectors of another alignment than dlib's, or kept ones of other models, which an older one would lose.
#: The lowest version that fits is written.
FORMAT_VERSION = 3
_WITH_REJECTIONS = 2
_PLAIN = 1

_CHECKSUM_KEY = "document_sha256"
_RULE_KEY = "threshold_rule"
#: The rule of thresholds that were stored without one.
_FORMER_RULE = "k_nearest"
#: Between the rule and what its threshold is one of, where that is no distance. An older facecam does not know
#: such a rule, and so does not take a threshold of scores for one of distances.
_OF = " of "
#: More rows than any database: a number beyond it is nonsense, and asking for the memory would end the program.
_MOST_ROWS = 10_000_000


class BadDocument(ValueError):
    """gallery.json is not what `document_bytes` writes; the message says why."""


class NewerFormat(Exception):
    """gallery.json was written by a later facecam; the argument is its format version."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptEntry:
    """What gallery.json says about the kept vectors of one model: its id, D, and uint8 (rows,) alignments."""

    model_id: str
    dimensions: int
    alignments: AlignmentCodes


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What gallery.json says.

    Attributes:
        model_id: the embedder of the vectors.
        dimensions: values in a vector.
        people: everybody, in the order that owners.npy counts.
        vectors: rows in both .npy files.
        threshold: squared_l2 in (0, 4], or None.
        threshold_rule: the rule of matching it was found with; None without one.
        checksums: SHA-256 in hex by file name, of all .npy files.
        forgets_older: whether every older generation holds somebody who has been deleted.
        rejections: rows in the two .npy files of rejections; 0: there are no such files.
        alignments: uint8 (vectors,), of the rows of embeddings.npy; empty: all `dlib`.
        rejection_alignments: uint8 (rejections,), of the rows of rejections.npy; empty: all `dlib`.
        alignment: see `Gallery`.
        kept: the two .npy files of each other model, in their order.
    """

    model_id: str
    dimensions: int
    people: tuple[Person, ...]
    vectors: int
    threshold: float | None
    checksums: Mapping[str, str]
    forgets_older: bool
    alignments: AlignmentCodes
    rejection_alignments: AlignmentCodes
    alignment: Alignment = "dlib"
    rejections: int = 0
    threshold_rule: str | None = None
    kept: tuple[KeptEntry, ...] = ()

    @property
    def usable_threshold(self) -> float | None:
        """The threshold, unless it was found with another rule: there it means something else."""
        return usable_threshold(self.threshold, self.threshold_rule)

    @property
    def threshold_score(self) -> str:
        """What the threshold is one of: `squared_l2`, or the name of a `Cohort`."""
        return threshold_score(self.threshold_rule)


def usable_threshold(threshold: float | None, stored: str | None) -> float | None:
    """A stored threshold, unless its rule is another than the one in use."""
    rule = (stored or "").partition(_OF)[0]
    return threshold if rule == RULE_IN_USE else None


def threshold_score(stored: str | None) -> str:
    """What a threshold is one of, by what was stored as its rule."""
    return (stored or "").partition(_OF)[2] or PLAIN_SCORE


def threshold_rule(gallery: Gallery) -> str | None:
    """What is stored beside the threshold of a gallery; None without one."""
    if gallery.threshold is None:
        return None
    plain = gallery.threshold_score == PLAIN_SCORE
    return RULE_IN_USE if plain else f"{RULE_IN_USE}{_OF}{gallery.threshold_score}"


def document_bytes(gallery: Gallery, checksums: Mapping[str, str], *, forgets_older: bool) -> bytes:
    """gallery.json for `gallery`, UTF-8, with a checksum over itself."""
    document: dict[str, object] = {
        "format": _format(gallery),
        "model_id": gallery.model_id,
        "dimensions": gallery.dimensions,
        "threshold": gallery.threshold,
        "counts": _counts(gallery),
        "sha256": dict(checksums),
        "forgets_older": forgets_older,
        "people": [_person_entry(person) for person in gallery.people],
    }
    document.update(_alignment_entries(gallery))
    if gallery.kept:
        document["kept"] = [
            {
                "model_id": model_id,
                "dimensions": one.vectors.shape[1],
                "alignments": _runs(one.alignments),
            }
            for model_id, one in gallery.kept.items()
        ]
    if gallery.threshold is not None:
        document[_RULE_KEY] = threshold_rule(gallery)
    document[_CHECKSUM_KEY] = _checksum(document)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "surrogatepass")  # a consent typed in another encoding must not stop saving


def _format(gallery: Gallery) -> int:
    if gallery.alignments.any() or gallery.rejections.alignments.any() or gallery.kept:
        return FORMAT_VERSION
    return _WITH_REJECTIONS if len(gallery.rejections) else _PLAIN


def _alignment_entries(gallery: Gallery) -> dict[str, object]:
    """Left out where all is as dlib aligns, so that the file is the one an older facecam writes and reads."""
    entries: dict[str, object] = {}
    if gallery.alignment != "dlib":
        entries["alignment"] = gallery.alignment
    if gallery.alignments.any():
        entries["alignments"] = _runs(gallery.alignments)
    if gallery.rejections.alignments.any():
        entries["rejection_alignments"] = _runs(gallery.rejections.alignments)
    return entries


def _runs(codes: AlignmentCodes) -> list[list[object]]:
    """Rows that follow each other with one alignment, as its name and their number."""
    return [[ALIGNMENTS[code], len(list(rows))] for code, rows in itertools.groupby(codes.tolist())]


def _counts(gallery: Gallery) -> dict[str, int]:
    counts = {"people": len(gallery), "vectors": len(gallery.vectors)}
    # Left out where there are none, so that the file is the one an older facecam writes and reads.
    return {**counts, "rejections": len(gallery.rejections)} if len(gallery.rejections) else counts


def parse_document(content: bytes) -> Document:
    """Read gallery.json, believing nothing.

    Raises:
        NewerFormat: the format version is higher than `FORMAT_VERSION`.
        BadDocument: no JSON, another checksum, wrong types or values.
    """
    try:
        document = parse_json(content)
    except ValueError as error:
        raise BadDocument("it is not JSON") from error
    if not isinstance(document, dict):
        raise BadDocument("it is not a JSON object")
    version = _integer(document, "format")
    if version > FORMAT_VERSION:
        # Said even when the checksum differs: a later format may count it in another way.
        raise NewerFormat(version)
    if version < 1:
        raise BadDocument("its 'format' never existed")
    if document.pop(_CHECKSUM_KEY, None) != _checksum(document):
        raise BadDocument("it is not what was written (its checksum differs)")
    return _typed(document)


def _typed(document: dict[str, object]) -> Document:
    people = tuple(_person(entry) for entry in _list(document, "people"))
    counts = _object(document, "counts")
    if _integer(counts, "people") != len(people):
        raise BadDocument("its number of people is not what it says")
    checksums = _object(document, "sha256")
    vectors = _integer(counts, "vectors")
    rejections = _integer(counts, "rejections") if "rejections" in counts else 0
    return Document(
        model_id=_text(document, "model_id"),
        dimensions=_integer(document, "dimensions"),
        people=people,
        vectors=vectors,
        threshold=_number_or_none(document, "threshold"),
        checksums={name: _text(checksums, name) for name in checksums},
        forgets_older=document.get("forgets_older") is True,
        alignments=_codes(document, "alignments", vectors),
        rejection_alignments=_codes(document, "rejection_alignments", rejections),
        alignment=_alignment(document.get("alignment", "dlib")),
        rejections=rejections,
        threshold_rule=_threshold_rule(document),
        kept=tuple(map(_kept_entry, _list(document, "kept") if "kept" in document else [])),
    )


def _codes(document: Mapping[str, object], key: str, count: int | None) -> AlignmentCodes:
    """The alignment of each of `count` rows (None: of as many as it says); none where it says nothing."""
    if key not in document:
        return np.zeros(0, np.uint8)
    runs = [_run(run, key) for run in _list(document, key)]
    rows = sum(count for _, count in runs)
    if rows > _MOST_ROWS or (count is not None and rows != count):
        raise BadDocument(f"its '{key}' are not those of the rows there are")
    codes = np.array([code for code, _ in runs], np.uint8)
    return np.repeat(codes, [count for _, count in runs])


def _run(run: object, key: str) -> tuple[int, int]:
    match run:
        case [name, int(count)] if not isinstance(count, bool) and count > 0:
            return ALIGNMENTS.index(_alignment(name)), count
    raise BadDocument(f"its '{key}' are not pairs of alignment and number of rows")


def _alignment(name: object) -> Alignment:
    for alignment in ALIGNMENTS:
        if alignment == name:
            return alignment
    raise BadDocument("it names an alignment that never existed")


def _kept_entry(entry: object) -> KeptEntry:
    if not isinstance(entry, dict):
        raise BadDocument("what it says of kept vectors is not a JSON object")
    alignments = _codes(entry, "alignments", None)
    if not len(alignments):
        raise BadDocument("it says of kept vectors that there are none")
    return KeptEntry(_text(entry, "model_id"), _integer(entry, "dimensions"), alignments)


def _threshold_rule(document: dict[str, object]) -> str | None:
    if document.get("threshold") is None:
        return None
    return _text(document, _RULE_KEY) if _RULE_KEY in document else _FORMER_RULE


def _checksum(document: Mapping[str, object]) -> str:
    # Over the values, not the bytes: another indentation of the same document is no damage.
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _person_entry(person: Person) -> dict[str, object]:
    return {
        "id": person.identity.id,
        "name": person.identity.name,
        "created": person.created,
        "consent": person.consent,
    }


def _person(entry: object) -> Person:
    if not isinstance(entry, dict):
        raise BadDocument("a person in it is not a JSON object")
    consent = None if entry.get("consent") is None else _text(entry, "consent")
    identity = Identity(_text(entry, "id"), _text(entry, "name"))
    return Person(identity, _text(entry, "created"), consent)


def _text(document: Mapping[str, object], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str):
        raise BadDocument(f"its '{key}' is not a text")
    return value


def _integer(document: Mapping[str, object], key: str) -> int:
    value = document.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadDocument(f"its '{key}' is not a count")
    return value


def _number_or_none(document: Mapping[str, object], key: str) -> float | None:
    value = document.get(key)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadDocument(f"its '{key}' is not a number")
    return value


def _object(document: Mapping[str, object], key: str) -> dict[str, object]:
    value = document.get(key)
    if not isinstance(value, dict):
        raise BadDocument(f"its '{key}' is not a JSON object")
    return value


def _list(document: Mapping[str, object], key: str) -> list[object]:
    value = document.get(key)
    if not isinstance(value, list):
        raise BadDocument(f"its '{key}' is not a list")
    return value
