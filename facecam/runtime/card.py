"""Model card: what a model is, beside its weights."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import math
import re
import types
import typing
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, Union

import numpy as np

from facecam.core.config import did_you_mean
from facecam.core.errors import ConfigError, WeightsError, reason_of
from facecam.core.paths import atomic_write
from facecam.core.types import Alignment, Match

FORMAT_VERSION = 1
CARD_FILE = "card.json"
#: Bytes. Larger JSON files are refused unread: no honest card comes near it.
MAX_JSON_BYTES = 1 << 20
#: Squared distance of opposite unit vectors.
MAX_SQUARED_L2 = 4.0
#: Vectors of a cohort at most.
MOST_COHORT = 100_000
#: Slope of the stand-in similarity of a model without `distance_to_probability`.
FALLBACK_EXPONENT = 4

_MODEL_NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]{0,63}")
_RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?|.*\.(json|part|tmp|lock)|.*\.")
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
SHA256 = re.compile(r"[0-9a-f]{64}")
_OPTIONAL = {"optional_in_file": True}
_TYPE_WORDS = {bool: "true or false", int: "a whole number", float: "a finite number", str: "text"}

T = TypeVar("T")


class Fault(ValueError):
    """A wrong value in a JSON file; the message names the key, not yet the file."""

    def __init__(self, key: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{key}: {problem}")
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSpec:
    """What a network wants to see: (x − mean) / std with x in 0…255, its colors in one order or the other.

    Attributes:
        height: px; 0 when any size will do (detectors only).
        width: px; 0 when any size will do (detectors only).
        channels: `RGB` or `BGR`.
        layout: `NHWC` or `NCHW`.
        mean: per channel in that order, in units of 0…255.
        std: per channel in that order, in units of 0…255, above 0.
        normalised_inside: the network subtracts and divides by itself, so it is given 0…255.
    """

    height: int
    width: int
    channels: Literal["RGB", "BGR"] = "RGB"
    layout: Literal["NHWC", "NCHW"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    normalised_inside: bool

    def __post_init__(self) -> None:
        for key, size_px in (("input.height", self.height), ("input.width", self.width)):
            require(0 <= size_px <= 4096, key, "between 0 and 4096 px", size_px)
        require(all(map(math.isfinite, self.mean)), "input.mean", "finite", self.mean)
        positive = all(math.isfinite(value) and value > 0 for value in self.std)
        require(positive, "input.std", "finite and above 0", self.std)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSpec:
    """A cohort of faces that belong to nobody, and what scores by it mean (see `gallery.cohort`).

    Attributes:
        file: the parameters of a Gaussian mixture, beside the card; the cohort is sampled from it.
        sha256: of that file.
        size: vectors sampled.
        seed: of the sampling.
        nearest: of them, how many nearest ones a face is compared with.
        weight: share of the mean cosine to these that is taken off, in (0, 1].
        components: Gaussians of the mixture.
        threshold: faces with a score below it match; None until calibrated.
        false_accept_rate: share of different people below `threshold` when it was measured.
        calibration: (false_accept_rate, score) pairs measured together with it.
        calibrated_on: which pairs the threshold was measured on.
        score_to_probability: (score, probability that it is the same person) knots, as
            `ModelCard.distance_to_probability`; or None.
        group_score: mean score below which two groups of faces are one person (see `gallery.linkage`);
            None: found by `calibration`.
        fitted_to: which faces the mixture was fitted to.
        licence: on which terms these were given.
        appended: how many values the model appends to vectors of those it was fitted to, 0 for faces of nobody in
            particular, as a head does.
    """

    file: str
    sha256: str
    size: int
    seed: int
    nearest: int
    weight: float
    components: int
    threshold: float | None = None
    false_accept_rate: float | None = None
    calibration: tuple[tuple[float, float], ...] = ()
    calibrated_on: str = ""
    score_to_probability: tuple[tuple[float, float], ...] | None = field(default=None, metadata=_OPTIONAL)
    group_score: float | None = field(default=None, metadata=_OPTIONAL)
    fitted_to: str
    licence: str
    appended: int = field(default=0, metadata=_OPTIONAL)

    def __post_init__(self) -> None:
        require(self.appended >= 0, "cohort.appended", "at least 0", self.appended)
        fit = FILE_NAME.fullmatch(self.file) and self.file.endswith(".npz")
        require(bool(fit), "cohort.file", "a plain file name ending in .npz", self.file)
        require(bool(SHA256.fullmatch(self.sha256)), "cohort.sha256", "64 lower-case hex digits", self.sha256)
        require(2 <= self.size <= MOST_COHORT, "cohort.size", f"from 2 to {MOST_COHORT}", self.size)
        require(0 <= self.seed < 1 << 32, "cohort.seed", "a number of 32 bits", self.seed)
        require(1 <= self.nearest < self.size, "cohort.nearest", "from 1 and below the size", self.nearest)
        require(0 < self.weight <= 1, "cohort.weight", "above 0 and at most 1", self.weight)
        require(self.components >= 1, "cohort.components", "at least 1", self.components)
        for key in ("fitted_to", "licence"):
            require(bool(getattr(self, key).strip()), f"cohort.{key}", "some words", getattr(self, key))
        _check_threshold(self, "cohort.")
        _check_knots(self.score_to_probability, "cohort.score_to_probability")
        _check_group(self.group_score, "cohort.group_score")


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessSpec:
    """What a network for liveness sees and says.

    Attributes:
        output: which of its values is that of a live face, from 0.
        activation: what makes a probability of the values: `softmax` over all, `sigmoid` of the one, or `none`.
        threshold: least probability of a live face.
        crop: side of the square around the face that it wants to see, in sides of the face's box.
    """

    output: int
    activation: Literal["softmax", "sigmoid", "none"]
    threshold: float
    crop: float

    def __post_init__(self) -> None:
        require(0 <= self.output < 1000, "liveness.output", "a place from 0", self.output)
        require(0 < self.threshold < 1, "liveness.threshold", "between 0 and 1", self.threshold)
        require(1 <= self.crop <= 5, "liveness.crop", "from 1 to 5", self.crop)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything that must be known to use a model, kept as `weights/<name>/card.json`.

    Attributes:
        name: folder name of the model, `[a-z0-9._-]`, 1 to 64 characters.
        title: what people read in lists.
        task: `embedding`, `detection`, `landmarks` or `liveness`.
        files: network files (`.xml` or `.onnx`) in the order they are run; the
            file says `file` when there is one and `files` when there are more.
        input: what the (first) network wants to see.
        chip: which crop of a face an embedder was trained on; None for detectors.
        chip_padding: room around the face of a dlib chip, as a fraction.
        chip_size_px: side of the chip before it is resized to the input.
        dimensions: length of the vector; 0 for detectors; for liveness how many values there are.
        unit_norm_inside: the network's vectors have L2 norm 1 already.
        threshold: faces closer than this squared_l2 match; None until calibrated.
        false_accept_rate: share of different people below `threshold` when it was measured.
        calibration: (false_accept_rate, squared_l2) pairs measured together with it.
        calibrated_on: which pairs the threshold was measured on.
        alignment: how the chips of both sides of these pairs were aligned; cards that do not say: `dlib`.
        alignment_thresholds: (alignment, alignment, squared_l2): the threshold of the same `false_accept_rate`
            where the two sides are aligned so; the order of the two does not matter, each pair once.
        distance_to_probability: (squared_l2, probability that it is the same
            person) knots, distances rising, probabilities falling; or None. As for pairs of which
            half are of one person: what stands beside a name is found from it by `gallery.naming_odds`.
        group_distance: mean squared_l2 below which two groups of faces are one person (see
            `gallery.linkage`), for vectors of `alignment`; None: found by `calibration`.
        cohort: what scores are normalised by; None: distances are compared as they are.
        liveness: see `LivenessSpec`; None for other tasks.
        licence: terms of the weights.
        lineage: where the weights come from and what they were trained on.
        source_sha256: of the original file, only when these weights are that
            file's numbers unchanged in another format; None for trained weights.
        sha256: file name → SHA-256 of every file the model needs.

    Raises:
        ValueError: a value that cannot be meant; the message names the key.
    """

    format_version: int = FORMAT_VERSION
    name: str
    title: str
    task: Literal["embedding", "detection", "landmarks", "liveness"]
    files: tuple[str, ...]
    input: InputSpec
    chip: Literal["dlib", "arcface"] | None = None
    chip_padding: float = field(default=0.25, metadata=_OPTIONAL)
    chip_size_px: int = field(default=150, metadata=_OPTIONAL)
    dimensions: int
    unit_norm_inside: bool
    threshold: float | None = None
    false_accept_rate: float | None = None
    calibration: tuple[tuple[float, float], ...] = ()
    calibrated_on: str = ""
    alignment: Alignment = field(default="dlib", metadata=_OPTIONAL)
    alignment_thresholds: tuple[tuple[Alignment, Alignment, float], ...] = field(
        default=(), metadata=_OPTIONAL
    )
    distance_to_probability: tuple[tuple[float, float], ...] | None = field(default=None, metadata=_OPTIONAL)
    group_distance: float | None = field(default=None, metadata=_OPTIONAL)
    cohort: CohortSpec | None = field(default=None, metadata=_OPTIONAL)
    liveness: LivenessSpec | None = field(default=None, metadata=_OPTIONAL)
    licence: str
    lineage: str
    source_sha256: str | None = None
    sha256: Mapping[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        check_model_name(self.name)
        for key in ("title", "licence", "lineage"):
            require(bool(getattr(self, key).strip()), key, "some words", getattr(self, key))
        _check_files(self)
        _check_task(self)
        _check_threshold(self)
        _check_knots(self.distance_to_probability)
        _check_group(self.group_distance, "group_distance")

    @property
    def file(self) -> str:
        """The main network file."""
        return self.files[0]

    @property
    def model_id(self) -> str:
        """Name and fingerprint: vectors of different ids are never compared.

        The fingerprint is that of the original weights, or else of the file
        holding the numbers (the `.bin` of an `.xml`, whose text only describes
        the layers and is the same for two trainings of one network).
        """
        digest = self.source_sha256 or self.sha256[network_files(self.file)[-1]]
        return f"{self.name}@{digest[:12]}"

    def fingerprint(self, file: str) -> str:
        """SHA-256 of each file of one of the networks, joined with `+`."""
        return "+".join(self.sha256[part] for part in network_files(file))

    def threshold_for(self, gallery: Alignment, probe: Alignment | None = None) -> float | None:
        """The threshold, squared_l2, between a face and enrolled vectors of some alignments.

        Args:
            gallery: of the enrolled vectors.
            probe: of the face; None: as the card was calibrated.

        Returns:
            As measured for the two; `threshold` where nobody measured them.
        """
        wanted = {gallery, probe or self.alignment}
        if wanted == {self.alignment}:
            return self.threshold
        measured = (
            squared_l2 for one, other, squared_l2 in self.alignment_thresholds if {one, other} == wanted
        )
        return next(measured, self.threshold)

    def percent(self, squared_l2: float) -> float:
        """How probable it is that a *pair* is one person where half of all pairs are, 0 to 100.

        Beside names stands `percent_of`, which knows how many are enrolled.
        Between the knots of `distance_to_probability` it is linear, outside
        them constant. Without knots a stand-in that is *not* a measured
        probability: 100 / (1 + (d / threshold)⁴), so that 0 gives 100 and the
        threshold 50; without a threshold the cosine, 100·(1 − d/2), at least 0.

        Args:
            squared_l2: distance, clipped to [0, 4]; inf (nobody to compare with) gives 0.
        """
        if math.isnan(squared_l2):
            raise ValueError("expected a distance. Received: nan")
        if math.isinf(squared_l2):
            return 0.0
        return _percent(squared_l2, self.distance_to_probability, self.threshold)

    def percent_of(self, match: Match) -> float:
        """What stands beside a name, 0 to 100: the probability of the match.

        Where nothing was measured, or a match does not have it: that of a
        pair, of its score where that decided, else of its distance.
        """
        if match.probability is not None:
            return 100.0 * match.probability
        if match.match_score is None or self.cohort is None:
            return self.percent(match.squared_l2)
        return self.percent_of_score(match.match_score)

    def percent_of_score(self, match_score: float) -> float:
        """The same as `percent` for a score; without a cohort it is taken for a distance."""
        if self.cohort is None or math.isinf(match_score):
            return self.percent(match_score)
        return _percent(match_score, self.cohort.score_to_probability, self.cohort.threshold)


def _percent(value: float, knots: tuple[tuple[float, float], ...] | None, threshold: float | None) -> float:
    distance = min(max(value, 0.0), MAX_SQUARED_L2)
    if knots:
        distances, probabilities = zip(*knots, strict=True)
        return 100.0 * float(np.interp(distance, distances, probabilities))
    if threshold is None:
        return 100.0 * max(0.0, 1.0 - distance / 2.0)
    return float(100.0 / (1.0 + (distance / threshold) ** FALLBACK_EXPONENT))


def network_files(file: str) -> tuple[str, ...]:
    """The files of one network: `model.xml` needs its `model.bin`, an `.onnx` only itself.

    Example:
        >>> network_files("model.xml")
        ('model.xml', 'model.bin')
    """
    return (file, f"{file.removesuffix('.xml')}.bin") if file.endswith(".xml") else (file,)


def check_model_name(name: str) -> str:
    """Return `name` if it is fit to be a folder of `weights/` on every system.

    Raises:
        ValueError: it is not.
    """
    safe = _MODEL_NAME.fullmatch(name) and not _RESERVED_NAMES.fullmatch(name)
    require(bool(safe), "name", "1 to 64 of a-z 0-9 . _ - and not a reserved name", name)
    return name


def require_model_name(name: str) -> None:
    """Refuse a name that was typed: no file is to blame.

    Raises:
        ConfigError: it is not fit.
    """
    try:
        check_model_name(name)
    except Fault as error:
        raise ConfigError(f"--name: {error}", hint="Use small letters, digits and dashes.") from error


def read_card(path: Path) -> ModelCard:
    """Read a card strictly.

    Raises:
        WeightsError: missing, unreadable, or a key is unknown, missing or
            wrong; the message names file and key.
    """
    with faults_of(path):
        return _card_from(read_json_object(path))


def write_card(card: ModelCard, path: Path) -> None:
    """Write a card so that `read_card` gives an equal one, whole or not at all.

    Raises:
        WeightsError: the card holds something its file cannot.
        DataError: the file cannot be written.
    """
    text = json.dumps(_plain(card), indent=2, ensure_ascii=False, allow_nan=False, default=_plain_number)
    with faults_of(path):
        # A card made in code with a wrong type would otherwise be found out only when it is needed.
        _card_from(parse_json_object(text))
    atomic_write(path, f"{text}\n".encode())


def _plain(card: ModelCard) -> dict[str, object]:
    values = dataclasses.asdict(card)
    files = values["files"]
    both = {"file": files[0]} if len(files) == 1 else {"files": files}
    return {
        key: value
        for old in values
        for key, value in (both if old == "files" else {old: values[old]}).items()
    }


def _plain_number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise Fault("card", f"expected plain values. Received: {type(value).__name__}")


def _card_from(values: dict[str, object]) -> ModelCard:
    check_version(values)
    if "file" in values:
        if "files" in values:
            raise Fault("files", "expected either `file` or `files`, not both")
        values = {("files" if key == "file" else key): value for key, value in values.items()}
        values["files"] = [values["files"]]
    return build(ModelCard, values)


def _check_files(card: ModelCard) -> None:
    for file, digest in card.sha256.items():
        fit = FILE_NAME.fullmatch(file) and not file.endswith((".json", ".part", ".tmp", "."))
        require(bool(fit), "sha256", "plain file names other than JSON", file)
        require(bool(SHA256.fullmatch(digest)), f"sha256.{file}", "64 lower-case hex digits", digest)
    require(0 < len(card.files) == len(set(card.files)), "file", "at least one file, each once", card.files)
    for file in card.files:
        require(file.endswith((".xml", ".onnx")), "file", "names ending in .xml or .onnx", file)
        missing = [needed for needed in network_files(file) if needed not in card.sha256]
        if missing:
            raise Fault("sha256", f"expected an entry for {missing[0]!r}, which {file!r} needs")
    if card.source_sha256 is not None:
        hexadecimal = SHA256.fullmatch(card.source_sha256)
        require(bool(hexadecimal), "source_sha256", "64 lower-case hex digits", card.source_sha256)


def _check_task(card: ModelCard) -> None:
    require(0 <= card.chip_padding <= 2, "chip_padding", "between 0 and 2", card.chip_padding)
    require(16 <= card.chip_size_px <= 1024, "chip_size_px", "between 16 and 1024 px", card.chip_size_px)
    if card.task == "liveness":
        require(card.liveness is not None, "liveness", "what the network says", card.liveness)
    if card.liveness is not None:
        fits = card.task == "liveness" and card.liveness.output < card.dimensions
        require(fits, "liveness.output", "one of the values of a network for liveness", card.liveness.output)
    if card.task not in ("embedding", "liveness"):
        return
    for key, size_px in (("input.height", card.input.height), ("input.width", card.input.width)):
        require(size_px > 0, key, "a size, because such a network has a fixed one", size_px)
    if card.task == "liveness":
        return
    require(card.chip is not None, "chip", "dlib or arcface, because this is an embedder", card.chip)
    require(2 <= card.dimensions <= 65536, "dimensions", "between 2 and 65536", card.dimensions)


def _check_threshold(card: ModelCard | CohortSpec, prefix: str = "") -> None:
    if card.threshold is not None:
        within = 0 < card.threshold <= MAX_SQUARED_L2
        require(within, f"{prefix}threshold", "above 0 and at most 4", card.threshold)
    rate = card.false_accept_rate
    if rate is not None:
        key = f"{prefix}false_accept_rate"
        require(card.threshold is not None, key, "null while threshold is null", rate)
        require(0 <= rate <= 1, key, "between 0 and 1", rate)
    if isinstance(card, ModelCard):
        _check_alignments(card)
    rates = [rate for rate, _ in card.calibration]
    require(all(0 <= rate <= 1 for rate in rates), f"{prefix}calibration", "rates between 0 and 1", rates)
    thresholds = [threshold for _, threshold in sorted(card.calibration)]
    within = all(0 <= threshold <= MAX_SQUARED_L2 for threshold in thresholds)
    rising = within and thresholds == sorted(thresholds)
    key = f"{prefix}calibration"
    require(rising, key, "thresholds in 0 to 4 that rise with the rate", card.calibration)


def _check_alignments(card: ModelCard) -> None:
    key, entries = "alignment_thresholds", card.alignment_thresholds
    pairs = [frozenset(entry[:2]) for entry in entries]
    require(len(set(pairs)) == len(pairs), key, "each pair of alignments once", entries)
    require(frozenset([card.alignment]) not in pairs, key, "pairs other than that of `threshold`", entries)
    within = all(0 < squared_l2 <= MAX_SQUARED_L2 for *_, squared_l2 in entries)
    require(within, key, "thresholds above 0 and at most 4", entries)
    require(card.threshold is not None or not entries, key, "none while threshold is null", entries)


def _check_knots(knots: tuple[tuple[float, float], ...] | None, key: str = "distance_to_probability") -> None:
    if knots is None:
        return
    require(len(knots) >= 2, key, "at least two knots, or null", knots)
    within = all(0 <= distance <= MAX_SQUARED_L2 and 0 <= probability <= 1 for distance, probability in knots)
    require(within, key, "distances in 0 to 4 and probabilities in 0 to 1", knots)
    falling = all(left[0] < right[0] and left[1] >= right[1] for left, right in itertools.pairwise(knots))
    require(falling, key, "distances rising and probabilities falling", knots)


def _check_group(limit: float | None, key: str) -> None:
    within = limit is None or 0 < limit <= MAX_SQUARED_L2
    require(within, key, "above 0 and at most 4, or null", limit)


def require(condition: bool, key: str, expected: str, received: object) -> None:
    """Raise `Fault` for a value of a key that is not what was expected."""
    if not condition:
        raise Fault(key, f"expected {expected}. Received: {_short(received)}")


# Strict reading of the small JSON files in weights/: cards, the manifest, the deployed name.


@contextlib.contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turn a `Fault` inside the block into a `WeightsError` that names the file."""
    try:
        yield
    except Fault as fault:
        hint = fault.hint or "Correct that key in the file, or make the file again."
        raise WeightsError(f"{path}: {fault}", hint=hint) from fault


def read_json_object(path: Path) -> dict[str, object]:
    """Read a JSON object of at most `MAX_JSON_BYTES`.

    Raises:
        WeightsError: missing or unreadable.
        Fault: too large, not JSON, or not an object; see `faults_of`.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_JSON_BYTES + 1)
    except FileNotFoundError as error:
        raise WeightsError(
            f"{path} is missing", hint="Run `python main.py models verify` to see what is there."
        ) from error
    except OSError as error:
        raise WeightsError(
            f"could not read {path}: {reason_of(error)}", hint="Check that you may read it."
        ) from error
    if len(content) > MAX_JSON_BYTES:
        raise Fault("file", f"larger than {MAX_JSON_BYTES} bytes")
    try:
        return parse_json_object(content.decode("utf-8-sig"))  # Windows editors put a mark in front.
    except UnicodeDecodeError as error:
        raise Fault("file", f"not UTF-8 text at byte {error.start}") from error


def parse_json_object(text: str) -> dict[str, object]:
    """Parse JSON without NaN, infinities or repeated keys.

    Raises:
        Fault: it is anything else than such an object.
    """
    try:
        values = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except Fault:
        raise
    except (ValueError, RecursionError) as error:
        raise Fault("file", f"not valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise Fault("file", f"expected a JSON object. Received: {_short(values)}")
    return values


def check_version(values: Mapping[str, object]) -> None:
    """Raise `Fault` unless the file's `format_version` is ours; a missing one is found by `build`."""
    version = values.get("format_version", FORMAT_VERSION)
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise Fault(
            "format_version",
            f"expected {FORMAT_VERSION}. Received: {_short(version)}",
            hint="The file was made by another version of facecam: update facecam.",
        )


def build(kind: type[T], values: object, prefix: str = "", *, strict: bool = True) -> T:
    """Make a dataclass from a JSON object whose keys are its fields.

    Every field must be there unless its metadata say `optional_in_file`. Not `strict`: unless it has a default, and
    what is no field is passed over.

    Raises:
        Fault: a key is unknown, missing, or of the wrong type.
    """
    if not isinstance(values, dict):
        raise Fault(prefix.rstrip(".") or "file", f"expected an object. Received: {_short(values)}")
    hints = typing.get_type_hints(kind)
    if strict:
        _check_keys(kind, values, prefix)
    known = {key: value for key, value in values.items() if key in hints}
    try:
        return kind(
            **{key: _convert(value, hints[key], prefix + key, strict) for key, value in known.items()}
        )
    except TypeError as error:  # Something is missing.
        raise Fault(prefix.rstrip(".") or "file", str(error)) from error


def _check_keys(kind: type, values: Mapping[str, object], prefix: str) -> None:
    fields = {item.name: item for item in dataclasses.fields(kind)}
    for key in values:
        if key not in fields:
            hint = did_you_mean(key, fields, f"Known keys: {', '.join(fields)}.", prefix=prefix)
            raise Fault(_short(prefix + key), "unknown key", hint=hint)
    for name, item in fields.items():
        if name not in values and not item.metadata.get("optional_in_file"):
            raise Fault(prefix + name, "missing key", hint=f"Add `{prefix}{name}` to the file.")


def _convert(value: object, expected: Any, key: str, strict: bool) -> object:
    origin, inner = typing.get_origin(expected), typing.get_args(expected)
    if origin in (Union, types.UnionType):
        wanted = next(kind for kind in inner if kind is not type(None))
        return None if value is None else _convert(value, wanted, key, strict)
    if origin is Literal:
        require(value in inner, key, " or ".join(map(str, inner)), value)
        return value
    if origin is tuple:
        return _convert_tuple(value, inner, key, strict)
    if origin is not None and issubclass(origin, Mapping):
        require(isinstance(value, dict), key, "an object", value)
        pairs = typing.cast(dict[str, object], value).items()
        # JSON's keys are texts.
        return {inner[0](name): _convert(item, inner[1], f"{key}.{name}", strict) for name, item in pairs}
    if dataclasses.is_dataclass(expected):
        return build(typing.cast(type, expected), value, f"{key}.", strict=strict)
    return _convert_scalar(value, expected, key)


def _convert_tuple(value: object, inner: tuple[Any, ...], key: str, strict: bool) -> tuple[object, ...]:
    require(isinstance(value, list), key, "a list", value)
    items = typing.cast(list[object], value)
    kinds = [inner[0]] * len(items) if inner[-1] is Ellipsis else list(inner)
    require(len(items) == len(kinds), key, f"{len(kinds)} values", value)
    paired = zip(items, kinds, strict=True)
    return tuple(_convert(item, kind, f"{key}[{index}]", strict) for index, (item, kind) in enumerate(paired))


def _convert_scalar(value: object, expected: type, key: str) -> object:
    accepted = (int, float) if expected is float else expected
    # JSON's true is no number, though Python's True is an int.
    right = isinstance(value, accepted) and (expected is bool or not isinstance(value, bool))
    require(right, key, _TYPE_WORDS[expected], value)
    if isinstance(value, str):
        # Control characters of a stranger's card would reach the terminal.
        shown = all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in value)
        require(shown, key, "text without control characters", value)
    return _finite(value, key) if expected is float else value


def _finite(value: Any, key: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    require(math.isfinite(number), key, _TYPE_WORDS[float], value)
    return number


def _refuse_constant(word: str) -> object:
    raise Fault("file", f"expected finite numbers. Received: {word}")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise Fault(_short(repeated), "this key occurs twice")
    return values


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
