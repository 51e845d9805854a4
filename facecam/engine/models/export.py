"""A model as one file for other programs: a face chip in, a unit vector out."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, WeightsError
from facecam.core.events import EventSink, Progress, ignore
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.types import FloatArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.models.export_lite import lite_file
from facecam.networks.ir import layers
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import CompiledNetwork, read_network
from facecam.runtime.onnx_convert import OnnxConverter
from facecam.runtime.onnx_file import onnx_bytes
from facecam.runtime.plain_operations import unit_rows

ExportFormat = Literal["onnx", "openvino", "litert"]
FORMATS: Final[dict[str, str]] = {"onnx": ".onnx", "openvino": ".xml", "litert": ".tflite"}
#: Largest difference of a vector's value between the model and the exported file.
TOLERANCE: Final = 1e-4
_PROBES = 3
_INPUT, _OUTPUT = "chips", "unit_vectors"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: the file; an `.xml` has its `.bin` beside it.
        side_px: side of the chips it wants.
        dimensions: length of its vectors.
        difference: largest difference of a value from the model's own vectors, on random pictures.
    """

    path: Path
    side_px: int
    dimensions: int
    difference: float


def export_model(
    settings: Settings,
    name: str,
    kind: ExportFormat,
    output: Path | None = None,
    *,
    replace: bool = False,
    on_event: EventSink = ignore,
) -> Exported:
    """Write an embedder as one file that needs no card.

    The file takes chips float32 (N, S, S, 3), RGB 0…255, and returns unit
    vectors float32 (N, D): what the card says about normalising is put inside.
    A `litert` file takes one chip at a time, N = 1.

    Args:
        settings: where the models are.
        name: of the model.
        kind: `onnx`, `openvino`, or `litert` (formerly TensorFlow Lite).
        output: the file; None: `<name>.onnx`, `.xml` or `.tflite` in the working folder.
        replace: an existing file may be replaced.
        on_event: hears that `litert` is begun, which takes half a minute and more.

    Raises:
        ConfigError: the file exists, or ends otherwise than its kind.
        WeightsError: no such model, not an embedder, or it cannot be written in this form; nothing is written.
        DataError: the file cannot be written.
    """
    path = _target(name, kind, output, replace)
    card = components.open_weights(settings).card(name)
    if card.task != "embedding":
        raise WeightsError(f"{name} makes no vectors of faces", hint="Name an embedding model.")
    original = components.open_weights(settings).path(name) / card.file
    model = self_contained(read_network(original), card)
    if kind == "litert":
        on_event(Progress("conversion to litert", 0, 1))
    chips = _chips(card)
    contents, found = _made(model, kind, chips)
    difference = _difference(found, Embedder(card, CompiledNetwork(original)), chips)
    if not difference <= TOLERANCE:
        raise WeightsError(
            f"as {kind}, {name} gives other vectors (by {difference:.2g}): nothing was written",
            hint="Export in another format.",
        )
    for ending, content in contents.items():
        atomic_write(path.with_suffix(ending) if ending != FORMATS[kind] else path, content)
    return Exported(path, card.input.height, card.dimensions, difference)


def self_contained(model: ov.Model, card: ModelCard) -> ov.Model:
    """The network with everything around it that its card asks for: layout, normalisation, unit length."""
    model = model.clone()
    spec = card.input
    steps = ov.preprocess.PrePostProcessor(model)
    source = steps.input()
    source.tensor().set_element_type(ov.Type.f32).set_layout(ov.Layout("NHWC"))
    source.model().set_layout(ov.Layout(spec.layout))
    if spec.channels == "BGR":
        source.preprocess().reverse_channels()
    if not spec.normalised_inside:
        source.preprocess().mean(list(spec.mean)).scale(list(spec.std))
    model = steps.build()
    result = model.output(0).get_node().input_value(0)
    rows = ops.reshape(result, np.array([-1, card.dimensions], np.int64), special_zero=False)
    vectors = (
        rows if card.unit_norm_inside else unit_rows(rows.output(0), ops.constant(np.array([1], np.int64)))
    )
    whole = ov.Model([vectors], model.get_parameters(), card.name)
    whole.input(0).set_names({_INPUT})
    whole.output(0).set_names({_OUTPUT})
    whole.validate_nodes_and_infer_types()
    return whole


def _target(name: str, kind: str, output: Path | None, replace: bool) -> Path:
    if kind not in FORMATS:
        raise ConfigError(f"there is no format {kind!r}", hint=f"Choose one of {', '.join(FORMATS)}.")
    ending = FORMATS[kind]
    path = output or Path(f"{name}{ending}")
    if path.suffix.lower() != ending:
        raise ConfigError(
            f"--output {printable(path)} does not end in {ending}", hint=f"{kind} files end so."
        )
    for file in (path, path.with_suffix(".bin")) if kind == "openvino" else (path,):
        with readable_os_errors("write", file):
            file.parent.stat()
            if os.path.lexists(file) and not replace:
                raise ConfigError(
                    f"{printable(file)} exists already", hint="Choose another name, or add --overwrite."
                )
    return path


def _made(model: ov.Model, kind: str, chips: FloatArray) -> tuple[dict[str, bytes], FloatArray]:
    """What the files hold, by ending, and the vectors they give; tried before anything is put in place."""
    if kind == "litert":
        content, vectors = lite_file(model, chips)
        return {FORMATS[kind]: content}, vectors
    with tempfile.TemporaryDirectory(prefix="facecam-") as made:
        path = Path(made) / f"model{FORMATS[kind]}"
        if kind == "onnx":
            atomic_write(path, onnx_bytes(OnnxConverter(model).graph()))
        else:
            layers.save(model, path)
        network = CompiledNetwork(path)
        vectors = np.concatenate([network(chip[None])[0] for chip in chips])
        endings = (".bin", ".xml") if kind == "openvino" else (FORMATS[kind],)
        return {ending: path.with_suffix(ending).read_bytes() for ending in endings}, vectors


def _chips(card: ModelCard) -> FloatArray:
    size = (_PROBES, card.input.height, card.input.width, 3)
    return np.random.default_rng(0).integers(0, 256, size).astype(np.float32)


def _difference(found: FloatArray, embedder: Embedder, chips: FloatArray) -> float:
    """How far the file's vectors are from those the embedder makes of the same chips."""
    return float(np.abs(found - embedder.embed(list(chips.astype(np.uint8))).vectors).max())
