"""The card of a network that was trained here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facecam.core.paths import sha256_file
from facecam.runtime.card import InputSpec, ModelCard, network_files

NETWORK_FILE = "model.xml"


def trained_card(
    name: str, folder: Path, result: Mapping[str, Any], chip_padding: float, lineage: str, licence: str
) -> ModelCard:
    """The card of an exported network, without threshold yet.

    Args:
        name: of the model, fit to be a folder of `weights/`.
        folder: with `model.xml` and `model.bin`.
        result: what the training process said: `side_px`, `mean`, `std`, `dimensions`, `title`.
        chip_padding: of the chips it was trained on.
        lineage: where the weights come from.
        licence: terms of the weights.

    Raises:
        DataError: a file is missing or unreadable.
    """
    return ModelCard(
        name=name,
        title=result["title"],
        task="embedding",
        files=(NETWORK_FILE,),
        input=InputSpec(
            height=result["side_px"],
            width=result["side_px"],
            layout="NHWC",
            mean=tuple(result["mean"]),
            std=tuple(result["std"]),
            normalised_inside=True,
        ),
        chip="dlib",
        chip_padding=chip_padding,
        dimensions=result["dimensions"],
        unit_norm_inside=True,
        licence=licence,
        lineage=lineage,
        sha256={file: sha256_file(folder / file) for file in network_files(NETWORK_FILE)},
    )
