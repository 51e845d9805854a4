"""What `freeze` in the options leaves to learn."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from facecam.training.config.options import TrainOptions
from facecam.training.trainer import network as networks
from facecam.training.trainer.network import Network


@pytest.fixture(scope="module")
def network() -> Network:
    from facecam.networks.dlib_resnet import build_dlib_resnet

    model = build_dlib_resnet()
    return Network(model, model, 150, "")


def learning(network: Network, **options: str) -> set[str]:
    """Layers of dlib-ResNet that learn."""
    network.prepare(TrainOptions(backbone="dlib-resnet", **options))  # type: ignore[arg-type]
    return {layer.name for layer in network.single.layers if layer.trainable_weights}


def test_early_leaves_the_last_stage_and_the_embedding(network: Network) -> None:
    last = {"block13_first_conv", "block13_second_conv", "embedding"}
    assert learning(network, freeze="early", batch_norm="frozen") == last
    norms = {"block13_first_affine", "block13_second_affine"}
    assert learning(network, freeze="early", batch_norm="train") == last | norms


def test_backbone_leaves_the_embedding_and_none_everything(network: Network) -> None:
    assert learning(network, freeze="backbone", batch_norm="frozen") == {"embedding"}
    assert len(learning(network, freeze="none", batch_norm="train")) == 59


def test_shipped_start_weights_are_found_from_another_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a training there begins with random weights."""
    file = tmp_path / "program" / "weights" / "resnet50" / "weights.npz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    monkeypatch.setattr(networks, "PROGRAM_FOLDER", tmp_path / "program")
    assert networks._start_of(TrainOptions(backbone="resnet50"), tmp_path / "weights") == "resnet50"
