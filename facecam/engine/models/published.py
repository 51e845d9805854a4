"""Published embedders by name: fetched from their publishers, checked, added, calibrated, and compared."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.events import CancelToken, EventSink, Notice, ignore
from facecam.engine import components
from facecam.engine.evaluation.open_set import self_test
from facecam.engine.evaluation.open_set_report import SelfTestOptions, SelfTestReport
from facecam.engine.models.custom import NewModel, Normalization, add_model
from facecam.runtime.card import ModelCard
from facecam.runtime.download import ManifestEntry, download

#: Below `weights/`: what was fetched stays, so that adding a model again fetches nothing.
_FOLDER: Final = "published"
_RESEARCH_ONLY: Final = "non-commercial research only (InsightFace, README of its model zoo)"


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """A network its publisher offers to everybody.

    Attributes:
        file: the ONNX file, or the archive it is in, with size and SHA-256 as published.
        member: name of the file in the archive; None: it is no archive.
        sha256: of the ONNX file.
        normalization: which constants it was trained with, on aligned RGB chips of 112 px (ArcFace's frame).
        free: whether everybody may use it for anything.
        lineage: what it was trained on, as published.
        source: where all of this is said.
    """

    file: ManifestEntry
    sha256: str
    normalization: Normalization
    free: bool
    lineage: str
    source: str
    member: str | None = None


_INSIGHTFACE: Final = "https://github.com/deepinsight/insightface/releases/download/v0.7"
_INSIGHTFACE_ZOO: Final = "https://github.com/deepinsight/insightface/tree/master/model_zoo"
_OPENCV_ZOO: Final = (
    "opencv/opencv_zoo/47534e27c9851bb1128ccc0102f1145e27f23f98/models/face_recognition_sface"
)
#: Sizes and hashes: of OpenCV Zoo its Git LFS pointer, of AuraFace Hugging Face's, of InsightFace the release page.
PUBLISHED: Final[dict[str, PublishedModel]] = {
    "sface": PublishedModel(
        ManifestEntry(
            name="face_recognition_sface_2021dec.onnx",
            url=f"https://media.githubusercontent.com/media/{_OPENCV_ZOO}/face_recognition_sface_2021dec.onnx",
            size=38_696_353,
            sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            licence="Apache-2.0",
        ),
        sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
        normalization="none",
        free=True,
        lineage="SFace (Zhong et al. 2021), MobileFaceNet trained on CASIA-WebFace, VGGFace2 and MS-Celeb-1M",
        source="https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface",
    ),
    "auraface": PublishedModel(
        ManifestEntry(
            name="auraface_glintr100.onnx",
            url="https://huggingface.co/fal/AuraFace-v1/resolve/main/glintr100.onnx",
            size=260_694_151,
            sha256="a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60",
            licence="Apache-2.0",
        ),
        sha256="a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60",
        normalization="half",
        free=True,
        lineage="AuraFace v1 (fal), ResNet100 with ArcFace, trained on data its publisher calls commercially usable",
        source="https://huggingface.co/fal/AuraFace-v1",
    ),
    "w600k-mbf": PublishedModel(
        ManifestEntry(
            name="buffalo_sc.zip",
            url=f"{_INSIGHTFACE}/buffalo_sc.zip",
            size=14_969_382,
            sha256="57d31b56b6ffa911c8a73cfc1707c73cab76efe7f13b675a05223bf42de47c72",
            licence=_RESEARCH_ONLY,
        ),
        sha256="9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
        normalization="half",
        free=False,
        lineage="InsightFace buffalo_sc, MobileFaceNet trained on WebFace600K",
        source=_INSIGHTFACE_ZOO,
        member="w600k_mbf.onnx",
    ),
    "w600k-r50": PublishedModel(
        ManifestEntry(
            name="buffalo_l.zip",
            url=f"{_INSIGHTFACE}/buffalo_l.zip",
            size=288_621_354,
            sha256="80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f",
            licence=_RESEARCH_ONLY,
        ),
        sha256="4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
        normalization="half",
        free=False,
        lineage="InsightFace buffalo_l, ResNet50 trained on WebFace600K",
        source=_INSIGHTFACE_ZOO,
        member="w600k_r50.onnx",
    ),
}


def get_model(
    settings: Settings,
    name: str,
    *,
    accept_licence: bool = False,
    photos: Path | None = None,
    replace_existing: bool = False,
    mirror: str | None = None,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> ModelCard:
    """Fetch a published embedder, put it into `weights/` and calibrate it. The model in use stays in use.

    Args:
        settings: where `weights/` and `data/` are, and the detector.
        name: one of `PUBLISHED`.
        accept_licence: the user keeps to its terms, where these do not allow everything.
        photos: folders of people to calibrate on; None: the user's `data/`.
        replace_existing: a model of that name may be replaced.
        mirror: address of a folder that holds the same file.
        on_event: gets progress and notices.
        cancel: stops within a chunk of the download, or between photos.

    Raises:
        ConfigError: no such model, or its terms were not accepted.
        WeightsError: it cannot be fetched, is not what was published, or the name is taken.
    """
    model = published(name)
    if not model.free and not accept_licence:
        raise ConfigError(
            f"{name} may be used on terms: {model.file.licence}",
            hint=f"Read {model.source}; if you keep to them, add --accept-licence.",
        )
    store = components.open_weights(settings)
    if name in store.names() and not replace_existing:
        raise WeightsError(f"there is a model {name} already", hint="Add --replace, or use the one there.")
    fetched = settings.weights / _FOLDER / model.file.name
    download(model.file, fetched, on_event=on_event, cancel=cancel, mirror=mirror)
    new = NewModel(
        name=name,
        normalization=model.normalization,
        chip="arcface",
        licence=model.file.licence,
        lineage=f"{model.lineage}; {model.source}",
    )
    with tempfile.TemporaryDirectory(dir=fetched.parent) as folder:
        file = fetched if model.member is None else _extracted(fetched, model, Path(folder))
        return add_model(
            settings,
            file,
            new,
            calibrate_on=photos,
            replace_existing=replace_existing,
            on_event=on_event,
            cancel=cancel,
        )


def published(name: str) -> PublishedModel:
    """The entry of a name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PUBLISHED:
        raise ConfigError(f"no published model is called {name!r}", hint=f"Names: {', '.join(PUBLISHED)}.")
    return PUBLISHED[name]


def compared(
    settings: Settings,
    names: Sequence[str],
    photos: Path | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> dict[str, SelfTestReport]:
    """How well models know people, each photo looked up with itself left out; empty with too few people.

    Args:
        settings: weights and detector.
        names: of the models.
        photos: folders of people; None: the user's `data/`.
        on_event: gets progress, and a notice where nothing can be compared.
        cancel: stops between photos.
    """
    reports = {}
    for name in names:
        tried = replace(settings, model=name, data=photos or settings.data, threshold=None)
        try:
            reports[name] = self_test(
                tried, SelfTestOptions(remember=photos is None), on_event=on_event, cancel=cancel
            )
        except DataError as error:
            on_event(Notice(f"the models were not compared: {error.message}", error.hint))
            return {}
    return reports


def _extracted(archive: Path, model: PublishedModel, folder: Path) -> Path:
    """The network out of its archive, whose SHA-256 was checked; the network's is checked, too.

    Raises:
        WeightsError: it is not in there, or is another one.
    """
    target = folder / str(model.member)
    try:
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
            (inside,) = [one for one in opened.namelist() if Path(one).name == model.member]
            content = opened.read(inside)
    except (zipfile.BadZipFile, ValueError) as error:
        raise WeightsError(
            f"{archive.name} holds no {model.member}", hint="Remove it and repeat; it is fetched again."
        ) from error
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise WeightsError(
            f"{model.member} in {archive.name} is not the published one", hint="Use another --mirror."
        )
    target.write_bytes(content)
    return target
