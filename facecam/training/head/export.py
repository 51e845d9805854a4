"""A frozen model and a head as one network that Live uses like any other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from facecam.core.errors import DataError, WeightsError, reason_of
from facecam.core.paths import cure_of, printable, sha256_file
from facecam.runtime.card import ModelCard, network_files
from facecam.runtime.compiled import read_network
from facecam.training.head.head import Head

NETWORK_FILE: Final = "model.xml"
_HEAD_LINEAGE: Final = "a head trained on the user's photos on top of"


def to_openvino(head: Head, base: Path, target: Path) -> tuple[Path, ...]:
    """Append a head to an embedding network: chip → unit vector of `head.dimensions` values.

    Args:
        head: trained on the vectors of `base`.
        base: `.xml` or `.onnx` of the frozen model, one output (N, D) of any norm.
        target: the `.xml` to write; its `.bin` goes beside it.

    Returns:
        The files written.

    Raises:
        WeightsError: `base` is no network or gives vectors of another length.
        DataError: the files cannot be written.
    """
    model = read_network(base)
    _check_output(model, head, base)
    vector = _flat_unit(model.outputs[0].get_node().input_value(0), head.input_dimensions)
    result = ops.result(vector if head.is_identity else _with_code(vector, head))
    composed = ov.Model([result], model.get_parameters(), f"{model.friendly_name}_head")
    return _save(composed, target)


def head_card(base: ModelCard, head: Head, *, name: str, title: str, files: Mapping[str, Path]) -> ModelCard:
    """The card of a composed model.

    Threshold and calibration are those of the frozen model until the head's own were measured. At that threshold
    fewer strangers get a name, since a head leaves them where they are and moves known people away from everybody
    else; but more known people are missed, too.

    Args:
        base: card of the frozen model.
        head: the head.
        name: folder of the new model in `weights/`.
        title: what people read in lists.
        files: name in the model's folder → file, from `to_openvino`.
    """
    network = next(file for file in files if file.endswith(".xml"))
    return replace(
        base,
        name=name,
        title=title,
        files=(network,),
        dimensions=head.dimensions,
        unit_norm_inside=True,
        # Fitted to the vectors before the head, which leaves those of strangers as they are.
        cohort=base.cohort
        and replace(base.cohort, appended=base.cohort.appended + head.codes.shape[1], group_score=None),
        alignment_thresholds=(),  # So were these measured.
        group_distance=None,  # And so was this: the head draws people together.
        lineage=f"{_HEAD_LINEAGE} {base.name}: {base.lineage}",
        source_sha256=None,
        sha256={file: sha256_file(path) for file, path in files.items()},
    )


def _check_output(model: ov.Model, head: Head, base: Path) -> None:
    shape = model.outputs[0].get_partial_shape() if len(model.outputs) == 1 else None
    values = 0
    if shape is not None and shape.rank.is_static and all(one.is_static for one in list(shape)[1:]):
        values = int(np.prod([one.get_length() for one in list(shape)[1:]]))
    if values != head.input_dimensions:
        raise WeightsError(
            f"{printable(str(base))} does not give vectors of {head.input_dimensions} values",
            hint="Use the model whose vectors the head was trained on.",
        )


def _flat_unit(output: ov.Output, dimensions: int) -> ov.Node:
    flat = ops.reshape(output, _constant(np.array([-1, dimensions], np.int64)), special_zero=False)
    return ops.normalize_l2(flat, _constant(np.array([1], np.int64)), eps=1e-12, eps_mode="max")


def _with_code(vector: ov.Node, head: Head) -> ov.Node:
    """The same as `Head.apply`; nobody is one more column, with logit 0 and a code of zeros."""
    middle = head.centers.mean(axis=0, dtype=np.float64)
    # Differences to the middle are small numbers: in reduced precision the large common part would swallow
    # what tells people apart.
    offsets = head.sharpness * (head.centers.astype(np.float64) @ middle - head.similarity)
    columns = np.concatenate([head.sharpness * head.centers, np.zeros((1, head.input_dimensions))]).T
    codes = np.concatenate([head.gain * head.codes, np.zeros((1, head.codes.shape[1]))])
    centered = ops.subtract(vector, _constant(middle[None].astype(np.float32)))
    logits = ops.add(
        ops.matmul(centered, _constant(columns.astype(np.float32)), False, False),
        _constant(np.append(offsets, 0.0)[None].astype(np.float32)),
    )
    code = ops.matmul(ops.softmax(logits, 1), _constant(codes.astype(np.float32)), False, False)
    both = ops.concat([vector, code], 1)
    return ops.normalize_l2(both, _constant(np.array([1], np.int64)), eps=1e-12, eps_mode="max")


def _constant(values: NDArray[Any]) -> ov.Node:
    return ops.constant(values)


def _save(model: ov.Model, target: Path) -> tuple[Path, ...]:
    files = tuple(target.with_name(name) for name in network_files(target.name))
    try:
        # Full precision: half precision would move vectors of strangers, which stay as they are otherwise.
        ov.save_model(model, target, compress_to_fp16=False)
    except (RuntimeError, OSError) as error:
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
        cause = error if isinstance(error, OSError) else OSError(os.strerror(5))
        raise DataError(
            f"could not write {printable(str(target))}: {reason_of(error)}", hint=cure_of(cause)
        ) from error
    return files
