"""A variational auto-encoder learns to draw what it was shown; stopped and continued it is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from facecam.core.errors import ConfigError, WeightsError
from facecam.core.events import CancelToken, ignore
from facecam.core.home import PROGRAM_FOLDER
from facecam.runtime.compiled import CompiledNetwork
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import find_preset
from facecam.training.data.chips import read_chip
from facecam.training.data.split import split
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.trainer.records import column, read_metrics
from facecam.training.worker import run_job
from tests.training.making import StopAfter, losses, people_of, plan

_OPTIONS: dict[str, object] = {
    "embedding_size": 64,
    "people_per_batch": 4,
    "photos_per_person": 3,
    "learning_rate": 2e-3,
    "arithmetic": "float32",
    "hold_out_share": 0.25,
    "min_photos": 2,
    "schedule": "constant",
}


def vae(**changes: object) -> TrainOptions:
    from dataclasses import replace

    return replace(find_preset("dfc-vae").options, **{**_OPTIONS, **changes})  # type: ignore[arg-type]


def planned(folder: Path, options: TrainOptions, weights: Path = PROGRAM_FOLDER / "weights") -> RunFolder:
    people = people_of(folder / "chips", people=8, photos=8, contrast=45, noise=15)
    run = plan(folder, options, chosen=split(people, options))
    write_json(run.job, {**read_json(run.job), "weights": str(weights)})
    return run


@pytest.mark.heavy
@pytest.mark.slow
def test_it_reconstructs_photos_it_has_not_seen_better_than_the_mean_face(tmp_path: Path) -> None:
    run = planned(tmp_path / "run", vae(epochs=5, hold_out="photo"))
    result = run_job(run, ignore, CancelToken())
    assert result["stopped"] is False and result["dimensions"] == 64
    rows = [row for row in read_metrics(run.metrics) if row["stage"] == "train"]
    for name in ("loss", "likeness"):
        values = column(rows, name)
        assert np.mean(values[-4:]) < 0.7 * np.mean(values[:4])
    assert min(column(rows, "divergence")[-4:]) > 1  # Something is said of each face.
    parts = run.read_split()
    seen, unseen = (
        np.stack([cv2.resize(read_chip(one.chip), (64, 64), interpolation=cv2.INTER_AREA) for one in samples])
        for samples in (parts.train, parts.held)
    )
    encode, decode = (CompiledNetwork(run.model / f"{name}.xml") for name in ("encoder", "decoder"))
    drawn = decode(encode(unseen.astype(np.float32))[0])[0]
    assert drawn.shape == unseen.shape and drawn.min() >= 0 and drawn.max() <= 255
    error, of_mean = (float(np.mean((unseen - one) ** 2)) for one in (drawn, seen.mean(axis=0)))
    assert error < 0.7 * of_mean


def small_judge(weights: Path) -> Any:
    """In place of ResNet50, whose graphs take most of the time: one map for each of its that is compared."""
    import keras

    from facecam.networks.autoencoder import COMPARED

    pictures = keras.Input((64, 64, 3))
    x = keras.layers.Rescaling(1 / 255)(pictures)
    start = keras.initializers.GlorotUniform(seed=1)  # The same in every sitting.
    maps = [keras.layers.Conv2D(4, 3, 2, kernel_initializer=start, name=name)(x) for name in COMPARED]
    judge = keras.Model(pictures, maps)
    judge.trainable = False
    return judge


@pytest.mark.heavy
def test_a_stopped_one_goes_on_as_if_it_never_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In half of the precision, in which the exported parts must not be left."""
    monkeypatch.setattr("facecam.training.trainer.trainer.export_network", lambda *_: None)
    monkeypatch.setattr("facecam.training.trainer.phase.likeness_judge", small_judge)
    options = vae(epochs=2, batches_per_epoch=3, arithmetic="mixed_bfloat16")
    whole, broken = (planned(tmp_path / name, options) for name in ("whole", "broken"))
    run_job(whole, ignore, CancelToken())
    cancel = CancelToken()
    assert run_job(broken, StopAfter(2, cancel), cancel)["stopped"]
    run_job(broken, ignore, CancelToken())
    np.testing.assert_allclose(losses(broken), losses(whole), rtol=1e-2)
    encode, decode = (CompiledNetwork(broken.model / f"{name}.xml") for name in ("encoder", "decoder"))
    latent = encode(np.full((2, 64, 64, 3), 100, np.float32))[0]
    assert latent.shape == (2, 64) and np.isfinite(decode(latent)[0]).all()


def test_what_it_needs_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="resnet50"):
        run_job(planned(tmp_path / "run", vae(), weights=tmp_path), ignore, CancelToken())
    for changes in ({"backbone": "resnet50"}, {"input_px": 96}, {"ema": True}, {"interpolation": "auto"}):
        with pytest.raises(ConfigError, match="--loss vae"):
            vae(**changes)
