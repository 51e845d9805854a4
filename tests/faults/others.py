"""What is done to anything else of the user's: models, settings, limits, exports, another database."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock

import pytest

from facecam.core.parameter_file import save_settings
from facecam.engine import components
from facecam.engine.models.published_catalog import PUBLISHED
from facecam.engine.visits.store import SightingFile
from tests.faults.scenarios import Scenario, command
from tests.faults.stage import REAL_EMBEDDER, picture, save
from tests.faults.world import PEOPLE, World
from tests.runtime.tiny import onnx_embedder
from tests.runtime.web import serving, whole


@contextlib.contextmanager
def networks() -> Iterator[None]:
    """While the block runs, vectors are made by networks in `weights/`, not on the stage."""
    with mock.patch.object(components, "open_embedder", REAL_EMBEDDER):
        yield


def _made(world: World) -> object:
    """Everything in the folder `out`, by name and content."""
    out = world.root / "out"
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def _moved(world: World) -> object:
    """Who is in the other database, by id, with vectors and visits."""
    database = world.root / "other"
    gallery = components.open_store(replace(world.settings, database=database)).load()
    people = (
        []
        if gallery is None
        else [(one.identity, gallery.vectors_of(one).tolist()) for one in gallery.people]
    )
    return people, sorted(SightingFile(database).lines())


def _anywhere(world: World) -> object:
    """Who is in this database or the other."""
    places = (world.settings.database, world.root / "other")
    galleries = [components.open_store(replace(world.settings, database=place)).load() for place in places]
    return {
        (one.identity, gallery.vectors_of(one).tobytes())
        for gallery in galleries
        if gallery
        for one in gallery.people
    }


def _limit(world: World) -> object:
    gallery = components.open_store(world.settings).load()
    return None if gallery is None else (gallery.threshold, gallery.threshold_score)


def _write_settings(world: World) -> int:
    save_settings(world.root / "facecam.toml", {"detector": "hog", "threshold": 0.4})
    return 0


def _settings_before(world: World) -> None:
    (world.root / "facecam.toml").write_text('# mine\ndetector = "cnn"\nupsample = 2\n')


def _network(world: World) -> None:
    (world.originals / "mine.onnx").write_bytes(onnx_embedder(("N", 3, 150, 150), seed=2))


def _crowd(world: World) -> None:
    """As many people as a threshold needs, and a network in use."""
    _network_added(world)
    for number in range(64):
        save(world.originals / "crowd" / str(number) / "a.png", picture(number % 6, number))


def _network_added(world: World) -> None:
    _network(world)
    with networks():
        assert command("models", "add", "{root}/originals/mine.onnx")(world) == 1  # Not calibrated.


def _networks(*words: str) -> Callable[[World], int]:
    def run(world: World) -> int:
        with networks():
            return command(*words)(world)

    return run


def _get(world: World) -> int:
    """A published network comes from a server of our own, in an archive, unless it is there."""
    network, stream = onnx_embedder(("N", 3, 150, 150), seed=3), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("pack/w600k_mbf.onnx"), network)
    content = stream.getvalue()
    with pytest.MonkeyPatch.context() as patch, serving(patch) as web:
        web.give(whole(content))
        url, sha256 = f"{web.url}/pack.zip", hashlib.sha256(content).hexdigest()
        model = PUBLISHED["w600k-mbf"]
        file = replace(model.file, url=url, size=len(content), sha256=sha256)
        inside = hashlib.sha256(network).hexdigest()
        patch.setitem(PUBLISHED, "w600k-mbf", replace(model, file=file, member_sha256=inside))
        photos = "--photos", "{root}/originals/crowd"
        rc = _networks("models", "get", "w600k-mbf", "--accept-licence", "--model", "mine", *photos)(world)
    store = components.open_weights(world.settings)
    got = "w600k-mbf" in store.names() and store.card("w600k-mbf").threshold is not None
    return 0 if got else rc  # What was measured is not fetched again.


def _models(world: World) -> object:
    """Every file of `weights/` by name and content, but locks and what the next change there sweeps away."""
    folder = world.root / "weights"
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        str(name): path.read_bytes()
        for name, path in files.items()
        if path.suffix != ".lock" and not name.parts[0].startswith(".removed-")
    }


#: What changes something of the user's that is not people.
OTHERS = (
    Scenario("people export", command("people", "export", "{root}/out", "--overwrite"), (), result=_made),
    Scenario("people move", command("people", "move", "--to", "{root}/other"), (), result=_moved),
    Scenario(
        "people move, remove source",
        command("people", "move", "--to", "{root}/other", "--remove-source"),
        PEOPLE,
        stepwise=True,
        repeatable=False,
        result=_anywhere,
    ),
    Scenario(
        "cluster into folders",
        command("cluster", "{root}/originals", "--output", "{root}/out"),
        (),
        result=_made,
    ),
    Scenario(
        "evaluate own, apply",
        command("evaluate", "--own", "--apply", "--strangers", "0.5", "--target", "0.5"),
        (),
        result=_limit,
    ),
    Scenario(
        "settings",
        _write_settings,
        (),
        prepare=_settings_before,
        result=lambda world: (world.root / "facecam.toml").read_bytes(),
    ),
    Scenario(
        "models add",
        _networks("models", "add", "{root}/originals/mine.onnx"),
        (),
        prepare=_network,
        result=_models,
    ),
    Scenario("models get", _get, (), prepare=_crowd, result=_models),
    Scenario(
        "models calibrate",
        _networks("models", "calibrate", "mine", "--photos", "{root}/originals/crowd"),
        (),
        prepare=_crowd,
        result=_models,
    ),
    Scenario(
        "models deploy", _networks("models", "deploy", "mine"), (), prepare=_network_added, result=_models
    ),
    Scenario(
        "models remove",
        _networks("models", "remove", "mine", "--yes"),
        (),
        prepare=_network_added,
        repeatable=False,
    ),
)
