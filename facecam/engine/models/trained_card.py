"""The card of a network that was trained here."""

from __future__ import annotations

from pathlib import Path

from facecam.core.paths import sha256_file
from facecam.runtime.card import InputSpec, ModelCard, network_files

NETWORK_FILE = "model.xml"
#: What every backbone but dlib's subtracts and divides by inside.
_MEAN, _STD = (127.5, 127.5, 127.5), (128.0, 128.0, 128.0)


def deployable_card(
    name: str,
    folder: Path,
    *,
    title: str,
    side_px: int,
    dimensions: int,
    lineage: str,
    licence: str,
) -> ModelCard:
    """The card of an exported backbone, without threshold yet: `models calibrate` finds one.

    Args:
        name: of the model, fit to be a folder of `weights/`.
        folder: with `model.xml` and `model.bin`.
        title: what people read in lists.
        side_px: side of its input.
        dimensions: length of its vectors.
        lineage: where the weights come from.
        licence: terms of the weights.

    Raises:
        DataError: a file is missing or unreadable.
    """
    return ModelCard(
        name=name,
        title=title,
        task="embedding",
        files=(NETWORK_FILE,),
        input=InputSpec(
            height=side_px, width=side_px, layout="NHWC", mean=_MEAN, std=_STD, normalised_inside=True
        ),
        chip="dlib",
        dimensions=dimensions,
        unit_norm_inside=True,
        licence=licence,
        lineage=lineage,
        sha256={file: sha256_file(folder / file) for file in network_files(NETWORK_FILE)},
    )
