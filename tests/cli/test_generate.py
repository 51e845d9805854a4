"""`generate` on the command line, with a model made for it: a face stands for its mean color, and is drawn as that."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import openvino.opset13 as ops
import pytest

from facecam.core.config import Settings
from facecam.core.paths import sha256_file
from facecam.engine.components import open_weights
from facecam.runtime.card import InputSpec, ModelCard
from facecam.vision.images.read import read_picture
from tests.cli.conftest import Outcome, Run
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, exposed, nobody, save

_PX = 64


@pytest.fixture
def generate(run: Run, settings: Settings, tmp_path: Path) -> Run:
    """`generate` with a `weights/` of its own, in which the model `colors` is."""
    weights = tmp_path / "weights"
    shutil.copytree(settings.weights / "dlib", weights / "dlib")
    chips = ops.parameter([-1, _PX, _PX, 3], np.float32)
    color = ops.reduce_mean(chips, ops.constant([1, 2]), keep_dims=False)
    unit = ops.normalize_l2(color, ops.constant([1]), 1e-9, "add")
    latent = ops.parameter([-1, 3], np.float32)
    spread = ops.reshape(latent, ops.constant([-1, 1, 1, 3]), special_zero=False)
    drawn = ops.multiply(spread, ops.constant(np.ones((1, _PX, _PX, 3), np.float32)))
    for name, result, given in (
        ("model", unit, chips),
        ("encoder", color, chips),
        ("decoder", drawn, latent),
    ):
        ov.save_model(ov.Model([result], [given]), tmp_path / f"{name}.xml", compress_to_fp16=False)
    files = {name: tmp_path / name for name in ("model.xml", "model.bin")}
    card = ModelCard(
        name="colors",
        title="Colors",
        task="embedding",
        files=("model.xml",),
        input=InputSpec(
            height=_PX, width=_PX, layout="NHWC", mean=(0, 0, 0), std=(1, 1, 1), normalised_inside=True
        ),
        chip="dlib",
        dimensions=3,
        unit_norm_inside=True,
        licence="none",
        lineage="made for a test",
        sha256={name: sha256_file(path) for name, path in files.items()},
    )
    store = open_weights(replace(settings, weights=weights))
    store.add("colors", files, card)
    for part in ("encoder", "decoder"):
        for ending in ("xml", "bin"):
            source = tmp_path / f"{part}.{ending}"
            (store.path("colors") / source.name).write_bytes(source.read_bytes())

    def run_it(kind: str, *arguments: object) -> Outcome:
        return run("generate", kind, "colors", *arguments, "--weights", weights, own_folders=True)

    return run_it


@pytest.fixture
def photos(heads: Heads, studio: Path) -> list[Path]:
    """Barack and Eileen as they are, and both darkened."""
    for name in (BARACK, EILEEN):
        save(heads[name], studio / "bright" / f"{name}.png")
        save(exposed(heads[name], 0.6), studio / "dark" / f"{name}.png")
    return sorted((studio / "bright").iterdir())


def cells(path: str) -> np.ndarray:
    """The faces of a sheet, (R, C, S, S, 3)."""
    image = read_picture(Path(path))
    return image.reshape(len(image) // _PX, _PX, -1, _PX, 3).swapaxes(1, 2)


def test_faces_beside_their_reconstructions(generate: Run, photos: list[Path]) -> None:
    outcome = generate("reconstruct", *photos, "--output", "sheet.png", "--json")
    told = {"kind": "reconstruct", "output": "sheet.png", "rows": 2, "without_face": [], "unreadable": []}
    assert outcome.code == 0 and outcome.json() == told
    drawn = cells("sheet.png")
    assert drawn.shape == (2, 2, _PX, _PX, 3)
    for face, made in drawn:
        assert np.ptp(face) > 100 and np.ptp(made, axis=(0, 1)).max() == 0
        assert made[0, 0] == pytest.approx(face.mean(axis=(0, 1)), abs=1)


def test_from_one_face_to_another(generate: Run, photos: list[Path]) -> None:
    assert generate("interpolate", *photos, "--steps", "5").code == 0
    (row,) = cells("faces.png")
    shades = row[:, 0, 0].astype(float)
    assert len(row) == 5 and shades[2] == pytest.approx((shades[0] + shades[4]) / 2, abs=1)
    message, _ = generate("interpolate", photos[0], "--output", "one.png").two_lines()
    assert message == "one face leads nowhere"


def test_what_two_folders_differ_in_is_added(generate: Run, photos: list[Path]) -> None:
    folder = photos[0].parent.parent
    flags = ["--with", folder / "dark", "--without", folder / "bright", "--strength", "1", "--steps", "3"]
    assert generate("attribute", photos[0], *flags).code == 0
    (row,) = cells("faces.png")
    shades = row[:, 0, 0].astype(float).mean(axis=1)
    assert shades[0] > shades[1] + 10 > shades[2] + 20


def test_a_photo_without_a_face_is_named_and_the_rest_is_drawn(
    generate: Run, photos: list[Path], studio: Path
) -> None:
    save(nobody(), studio / "wall.png")
    outcome = generate("reconstruct", studio / "wall.png", photos[0])
    assert (
        outcome.code == 0
        and "no face: " in outcome.err
        and "wall.png" in outcome.err
        and len(cells("faces.png")) == 1
    )
    outcome = generate("reconstruct", studio / "wall.png", "--output", "x.png")
    assert outcome.code == 2 and "no face was found in 1 photo" in outcome.err and not Path("x.png").exists()
    both = ["--with", studio / "wall.png", "--without", photos[1], "--output", "x.png"]
    outcome = generate("attribute", studio / "wall.png", photos[0], *both)
    assert outcome.code == 2 and "no face was found in 1 photo" in outcome.err, "of those with it"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["attribute", "."], "--with"),
        (["reconstruct", ".", "--with", "."], "--with"),
        (["reconstruct", "gone.jpg"], "gone.jpg does not exist"),
        (["reconstruct", ".", "--output", "faces.txt"], "no picture"),
        (["attribute", ".", "--with", ".", "--without", ".", "--strength", "nan"], "--strength"),
    ],
)
def test_what_cannot_be_meant_is_said(generate: Run, arguments: list[str], words: str) -> None:
    message, hint = generate(*arguments).two_lines()
    assert words in message and hint


def test_a_model_that_draws_nothing(run: Run) -> None:
    message, hint = run("generate", "reconstruct", "dlib-resnet", ".").two_lines()
    assert "draws no faces" in message and "dfc-vae" in hint
