"""The menu of models: each by one name, the one that runs and cards give it too."""

from __future__ import annotations

from facecam.engine.diagnostics.overview import ModelInfo
from facecam.gui.app.header import _model_words


def info(name: str, title: str) -> ModelInfo:
    return ModelInfo(name, title, "embedding", "CC0-1.0", "", False)


def test_what_was_trained_here_goes_by_its_own_name() -> None:
    models = (
        info("dlib-resnet", "dlib-ResNet: dlib's face recognition network"),
        info("fine-tune-1", "dlib-resnet trained on 10 people"),
        info("quick-1", "dlib-ResNet: dlib's face recognition network, with a head for 10 people"),
        info("sface", "SFace"),
    )
    assert [_model_words(one, models) for one in models] == ["dlib-ResNet", "fine-tune-1", "quick-1", "SFace"]
