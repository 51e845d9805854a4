"""A model as one file for other programs: a face chip in, a unit vector out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.embedding.embedder import Embedder
from facecam.engine import parts
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import CompiledNetwork, read_network
from facecam.runtime.onnx_convert import OnnxConverter
from facecam.runtime.onnx_file import onnx_bytes

ExportFormat = Literal["onnx", "openvino"]
FORMATS: Final[dict[str, str]] = {"onnx": ".onnx", "openvino": ".xml"}
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
    settings: Settings, name: str, kind: ExportFormat, output: Path | None = None, *, replace: bool = False
) -> Exported:
    """Write an embedder as one file that needs no card.

    The file takes chips float32 (N, S, S, 3), RGB 0…255, and returns unit
    vectors float32 (N, D): what the card says about normalising is put inside.

    Args:
        settings: where the models are.
        name: of the model.
        kind: `onnx` or `openvino`.
        output: the file; None: `<name>.onnx` or `<name>.xml` in the working folder.
        replace: an existing file may be replaced.

    Raises:
        ConfigError: the file exists, or ends otherwise than its kind.
        WeightsError: no such model, not an embedder, or it cannot be written in this form.
        DataError: the file cannot be written.
    """
    path = _target(name, kind, output, replace)
    card = parts.open_weights(settings).card(name)
    if card.task != "embedding":
        raise WeightsError(f"{name} finds faces, it does not embed them", hint="Name an embedding model.")
    original = parts.open_weights(settings).path(name) / card.file
    model = self_contained(read_network(original), card)
    _write(model, path, kind)
    difference = _difference(original, path, card)
    if not difference <= TOLERANCE:
        raise WeightsError(
            f"{printable(str(path))} gives other vectors than {name} (by {difference:.2g}) and must not be used",
            hint="Delete it, and export in the other format.",
        )
    return Exported(path, card.input.height, card.dimensions, difference)


def self_contained(model: ov.Model, card: ModelCard) -> ov.Model:
    """The network with everything around it that its card asks for: layout, normalisation, unit length."""
    model = model.clone()
    spec = card.input
    steps = ov.preprocess.PrePostProcessor(model)
    source = steps.input()
    source.tensor().set_element_type(ov.Type.f32).set_layout(ov.Layout("NHWC"))
    source.model().set_layout(ov.Layout(spec.layout))
    if not spec.normalised_inside:
        source.preprocess().mean(list(spec.mean)).scale(list(spec.std))
    model = steps.build()
    result = model.output(0).get_node().input_value(0)
    rows = ops.reshape(result, np.array([-1, card.dimensions], np.int64), special_zero=False)
    vectors = rows if card.unit_norm_inside else _unit(rows)
    whole = ov.Model([vectors], model.get_parameters(), card.name)
    whole.input(0).set_names({_INPUT})
    whole.output(0).set_names({_OUTPUT})
    whole.validate_nodes_and_infer_types()
    return whole


def _unit(rows: ov.Node) -> ov.Node:
    squares = ops.reduce_sum(ops.multiply(rows, rows), np.array([1], np.int64), keep_dims=True)
    return ops.divide(rows, ops.maximum(ops.sqrt(squares), np.array([[1e-12]], np.float32)))


def _target(name: str, kind: str, output: Path | None, replace: bool) -> Path:
    if kind not in FORMATS:
        raise ConfigError(f"there is no format {kind!r}", hint=f"Choose one of {', '.join(FORMATS)}.")
    ending = FORMATS[kind]
    path = output or Path(f"{name}{ending}")
    if path.suffix.lower() != ending:
        raise ConfigError(
            f"--output {printable(str(path))} does not end in {ending}", hint=f"{kind} files end so."
        )
    with readable_os_errors("write", path):
        if path.exists() and not replace:
            raise ConfigError(
                f"{printable(str(path))} exists already", hint="Name another --output, or add --replace."
            )
    return path


def _write(model: ov.Model, path: Path, kind: str) -> None:
    if kind == "onnx":
        atomic_write(path, onnx_bytes(OnnxConverter(model).graph()))
        return
    with readable_os_errors("write", path):
        path.parent.stat()
    try:
        ov.save_model(model, path, compress_to_fp16=False)
    except RuntimeError as error:
        raise DataError(
            f"could not write {printable(str(path))}", hint="Check the disk and the permissions, then repeat."
        ) from error


def _difference(original: Path, written: Path, card: ModelCard) -> float:
    """How far the file's vectors are from those the embedder makes of the same chips."""
    size = (_PROBES, card.input.height, card.input.width, 3)
    chips = np.random.default_rng(0).integers(0, 256, size).astype(np.uint8)
    wanted = Embedder(card, CompiledNetwork(original)).embed(list(chips)).vectors
    network = CompiledNetwork(written)
    found = np.concatenate([network(chip[None].astype(np.float32))[0] for chip in chips])
    return float(np.abs(found - wanted).max())
