"""Published embedders and detectors: where they are, what they must be, on which terms."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Final, Literal

from facecam.core.errors import ConfigError
from facecam.core.home import ASSETS
from facecam.engine.models.custom import Normalization
from facecam.runtime.download import ManifestEntry

_MODELS = ASSETS / "models" / "published.toml"


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """A network its publisher offers to everybody.

    Attributes:
        file: the ONNX file, or the archive it is in, with size and SHA-256 as published.
        normalization: which constants it was trained with, on aligned chips of 112 px (ArcFace's frame).
        free: whether everybody may use it for anything.
        lineage: what it was trained on, as published.
        source: where all of this is said.
        title: what people read in lists.
        member: name of the ONNX file in the archive; None: it is no archive.
        member_sha256: of that file.
        detects: whether it finds faces; else it makes vectors of them.
        channels: which color it wants first.
    """

    file: ManifestEntry
    normalization: Normalization
    free: bool
    lineage: str
    source: str
    title: str
    member: str | None = None
    member_sha256: str | None = None
    detects: bool = False
    channels: Literal["RGB", "BGR"] = "RGB"

    @property
    def sha256(self) -> str:
        """Of the ONNX file."""
        return self.member_sha256 or self.file.sha256


PUBLISHED: Final = {
    name: PublishedModel(file=ManifestEntry(**values.pop("file")), **values)
    for name, values in tomllib.loads(_MODELS.read_text(encoding="utf-8")).items()
}


def published(name: str) -> PublishedModel:
    """The entry of a name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PUBLISHED:
        raise ConfigError(f"no published model is called {name!r}", hint=f"Names: {', '.join(PUBLISHED)}.")
    return PUBLISHED[name]
