"""Published embedders and detectors: where they are, what they must be, on which terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from facecam.core.errors import ConfigError
from facecam.engine.models.custom import Normalization
from facecam.runtime.download import ManifestEntry

_RESEARCH_ONLY: Final = "non-commercial research only (InsightFace, README of its model zoo)"


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


_INSIGHTFACE: Final = "https://github.com/deepinsight/insightface/releases/download/v0.7"
_INSIGHTFACE_ZOO: Final = "https://github.com/deepinsight/insightface/tree/master/model_zoo"
_OPENCV_ZOO: Final = "https://media.githubusercontent.com/media/opencv/opencv_zoo"
_BUFFALO_SC: Final = ManifestEntry(
    name="buffalo_sc.zip",
    url=f"{_INSIGHTFACE}/buffalo_sc.zip",
    size=14_969_382,
    sha256="57d31b56b6ffa911c8a73cfc1707c73cab76efe7f13b675a05223bf42de47c72",
    licence=_RESEARCH_ONLY,
)
_BUFFALO_L: Final = ManifestEntry(
    name="buffalo_l.zip",
    url=f"{_INSIGHTFACE}/buffalo_l.zip",
    size=288_621_354,
    sha256="80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f",
    licence=_RESEARCH_ONLY,
)
#: Sizes and hashes: of OpenCV Zoo its Git LFS pointers, of AuraFace Hugging Face's, of InsightFace the release page,
#: of EdgeFace's ONNX export, whose publisher lists none, what other programs that fetch it found.
PUBLISHED: Final[dict[str, PublishedModel]] = {
    "sface": PublishedModel(
        ManifestEntry(
            name="face_recognition_sface_2021dec.onnx",
            url=f"{_OPENCV_ZOO}/47534e27c9851bb1128ccc0102f1145e27f23f98/models/face_recognition_sface/"
            "face_recognition_sface_2021dec.onnx",
            size=38_696_353,
            sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            licence="Apache-2.0",
        ),
        normalization="none",
        free=True,
        lineage="SFace (Zhong et al. 2021), MobileFaceNet trained on CASIA-WebFace, VGGFace2 and MS-Celeb-1M",
        source="https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface",
        title="SFace",
    ),
    "auraface": PublishedModel(
        ManifestEntry(
            name="auraface_glintr100.onnx",
            url="https://huggingface.co/fal/AuraFace-v1/resolve/main/glintr100.onnx",
            size=260_694_151,
            sha256="a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60",
            licence="Apache-2.0",
        ),
        normalization="half",
        free=True,
        lineage="AuraFace v1 (fal), ResNet100 with ArcFace, trained on data its publisher calls commercially usable",
        source="https://huggingface.co/fal/AuraFace-v1",
        title="AuraFace",
    ),
    "w600k-mbf": PublishedModel(
        _BUFFALO_SC,
        normalization="half",
        free=False,
        lineage="InsightFace buffalo_sc, MobileFaceNet trained on WebFace600K",
        source=_INSIGHTFACE_ZOO,
        member="w600k_mbf.onnx",
        member_sha256="9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
        title="InsightFace MobileFaceNet",
    ),
    "w600k-r50": PublishedModel(
        _BUFFALO_L,
        normalization="half",
        free=False,
        lineage="InsightFace buffalo_l, ResNet50 trained on WebFace600K",
        source=_INSIGHTFACE_ZOO,
        member="w600k_r50.onnx",
        member_sha256="4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
        title="InsightFace ResNet50",
    ),
    "edgeface-s": PublishedModel(
        ManifestEntry(
            name="edgeface_s_gamma_05.onnx",
            url="https://github.com/yakhyo/edgeface-onnx/releases/download/weights/edgeface_s_gamma_05.onnx",
            size=14_805_514,
            sha256="b850767cf791bda585600b5c4c7d7432b2f998ccd862caae34ef1afa967d2e54",
            licence="CC BY-NC-SA 4.0: not for commercial use (Idiap Research Institute)",
        ),
        normalization="half",
        free=False,
        lineage="EdgeFace-S, gamma 0.5 (George et al. 2023, Idiap), as exported by yakhyo/edgeface-onnx",
        source="https://huggingface.co/Idiap/EdgeFace-S-GAMMA",
        title="EdgeFace-S",
    ),
    "yunet": PublishedModel(
        ManifestEntry(
            name="face_detection_yunet_2023mar.onnx",
            url=f"{_OPENCV_ZOO}/82b38c8f98e7b52aa171400f3e4c722352d0669f/models/face_detection_yunet/"
            "face_detection_yunet_2023mar.onnx",
            size=232_589,
            sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            licence="MIT",
        ),
        channels="BGR",
        normalization="none",
        free=True,
        lineage="YuNet (Wu, Peng and Yu 2023), trained on WIDER FACE",
        source="https://github.com/opencv/opencv_zoo/tree/main/models/face_detection_yunet",
        detects=True,
        title="YuNet: small and fast",
    ),
    "scrfd-500m": PublishedModel(
        _BUFFALO_SC,
        normalization="facenet",
        free=False,
        lineage="InsightFace buffalo_sc, SCRFD of 0.5 GFLOPs (Guo et al. 2022), trained on WIDER FACE",
        source=_INSIGHTFACE_ZOO,
        member="det_500m.onnx",
        member_sha256="5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a",
        detects=True,
        title="SCRFD, small",
    ),
    "scrfd-10g": PublishedModel(
        _BUFFALO_L,
        normalization="facenet",
        free=False,
        lineage="InsightFace buffalo_l, SCRFD of 10 GFLOPs (Guo et al. 2022), trained on WIDER FACE",
        source=_INSIGHTFACE_ZOO,
        member="det_10g.onnx",
        member_sha256="5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91",
        detects=True,
        title="SCRFD, large",
    ),
}


def published(name: str) -> PublishedModel:
    """The entry of a name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PUBLISHED:
        raise ConfigError(f"no published model is called {name!r}", hint=f"Names: {', '.join(PUBLISHED)}.")
    return PUBLISHED[name]
