"""Published embedders by name: from a local server with stand-ins."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facecam.cli.main import main
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError, WeightsError
from facecam.core.events import Cancelled, Event, Notice
from facecam.engine import components
from facecam.engine.models import custom
from facecam.engine.models import published as module
from facecam.engine.models.choice import models_to_choose
from facecam.engine.models.published import compared, detectors_compared, fetched_file, get_model
from facecam.engine.models.published_catalog import PUBLISHED, PublishedModel, published
from facecam.runtime.card import ModelCard
from facecam.runtime.download import ManifestEntry
from tests.engine.fixtures import Heads
from tests.engine.models.test_custom import here
from tests.engine.studio import mirrored, save
from tests.runtime.tiny import card_for, onnx_embedder, onnx_grid_detector, save_embedder
from tests.runtime.web import WebServer, broken_off, serving, whole

__all__ = ["here"]

CONTENT = onnx_embedder()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with serving(monkeypatch) as running:
        yield running


def put(settings: Settings, name: str, folder: Path, seed: int = 1) -> None:
    """A tiny model into `weights/`."""
    paths = save_embedder(folder / name, seed=seed)
    components.open_weights(settings).add(name, paths, card_for(name, paths))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(**files: bytes) -> bytes:
    """An archive of a fixed date, so that the same files make the same bytes whenever it is packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"pack/{name}"), content)
    return stream.getvalue()


def published_as(name: str, entry: ManifestEntry, network: bytes) -> PublishedModel:
    """A model whose file, or the archive it is in, is another."""
    inside = None if PUBLISHED[name].member is None else sha256(network)
    return replace(PUBLISHED[name], file=entry, member_sha256=inside)


@pytest.fixture
def stand_in(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> PublishedModel:
    """A free model of one file, called `sface`, and one in an archive on terms, called `w600k-mbf`."""
    for name, content in (
        ("sface", CONTENT),
        ("w600k-mbf", zipped(**{"w600k_mbf.onnx": CONTENT, "other": b"x"})),
    ):
        entry = replace(
            PUBLISHED[name].file, url=f"{web.url}/{name}", size=len(content), sha256=sha256(content)
        )
        monkeypatch.setitem(PUBLISHED, name, published_as(name, entry, CONTENT))
    web.give(whole(CONTENT))
    return PUBLISHED["sface"]


def test_a_model_is_fetched_once_added_with_its_terms_and_changes_nothing(
    here: Settings, stand_in: PublishedModel, web: WebServer, tmp_path: Path
) -> None:
    put(here, "in-use", tmp_path)
    components.open_weights(here).deploy("in-use")
    card = get_model(here, "sface")
    assert (card.name, card.chip, card.licence, card.input.normalised_inside) == (
        "sface", "arcface", "Apache-2.0", True,
    )  # fmt: skip
    assert card.title == stand_in.title
    assert stand_in.source in card.lineage and components.open_weights(here).deployed() == "in-use"
    get_model(here, "sface", replace_existing=True)
    get_model(here, "sface")  # Not measured yet: it may have been cut off, and goes on.
    assert len(web.requests) == 1
    components.open_weights(here).renew_card(replace(card, threshold=0.5))
    with pytest.raises(WeightsError) as caught:
        get_model(here, "sface")
    assert "--replace" in caught.value.hint


def test_terms_are_accepted_before_anything_is_fetched(
    here: Settings, stand_in: PublishedModel, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError) as caught:
        get_model(here, "w600k-mbf")
    assert "non-commercial" in caught.value.message and "--accept-licence" in caught.value.hint
    assert not web.requests
    web.give(whole(zipped(**{"w600k_mbf.onnx": CONTENT, "other": b"x"})))
    meanwhile: list[str] = []

    def adding(settings: Settings, *given: Any, **named: Any) -> ModelCard:
        meanwhile.extend(path.name for path in (here.weights / "published").iterdir() if path.is_dir())
        return custom.add_model(settings, *given, **named)

    monkeypatch.setattr(module, "add_model", adding)
    card = get_model(here, "w600k-mbf", accept_licence=True)
    assert card.dimensions == 5 and "non-commercial" in card.licence
    assert not meanwhile, "it would stay there if this were killed"


def test_another_file_than_the_published_one_is_refused(
    here: Settings, stand_in: PublishedModel, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.give(whole(b"x" * len(CONTENT)))
    monkeypatch.setattr(
        module, "download", lambda *given, **named: _download(*given, **{**named, "backoff_s": 0.0})
    )
    with pytest.raises(WeightsError):
        get_model(here, "sface")
    other = zipped(**{"w600k_mbf.onnx": b"another network"})
    entry = replace(PUBLISHED["w600k-mbf"].file, size=len(other), sha256=sha256(other))
    monkeypatch.setitem(PUBLISHED, "w600k-mbf", replace(PUBLISHED["w600k-mbf"], file=entry))
    web.give(whole(other))
    with pytest.raises(WeightsError) as caught:
        get_model(here, "w600k-mbf", accept_licence=True)
    assert "not the published one" in caught.value.message
    assert not components.open_weights(here).names()


_download = module.download


def test_models_are_compared_on_peoples_photos_or_it_is_said_why_not(
    settings: Settings, heads: Heads, tmp_path: Path
) -> None:
    for name, picture in heads.items():
        for number, shown in enumerate((picture, mirrored(picture))):
            save(shown, tmp_path / "people" / name / f"{number}.png")
    reports = compared(settings, ["dlib-resnet", "resnet50"], tmp_path / "people")
    assert list(reports) == ["dlib-resnet", "resnet50"]
    assert all((report.people, report.photos) == (3, 6) for report in reports.values())
    assert reports["dlib-resnet"].model_id != reports["resnet50"].model_id
    events: list[Event] = []
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    assert compared(settings, ["dlib-resnet"], nobody, on_event=events.append) == {}
    assert any(isinstance(event, Notice) and "not compared" in event.text for event in events)


def test_every_entry_can_be_meant_and_an_unknown_name_is_said() -> None:
    for model in PUBLISHED.values():
        assert model.file.url.startswith("https://") and model.source.startswith("https://")
        assert (model.member is None) == (model.sha256 == model.file.sha256)
    with pytest.raises(ConfigError) as caught:
        published("nothing")
    assert "sface" in caught.value.hint


@pytest.fixture
def detector(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A stand-in for YuNet that the server gives, and the terms of another one."""
    content = onnx_grid_detector((1, 1, 4, 10))
    entry = replace(
        PUBLISHED["yunet"].file, url=f"{web.url}/yunet", size=len(content), sha256=sha256(content)
    )
    monkeypatch.setitem(PUBLISHED, "yunet", replace(PUBLISHED["yunet"], file=entry))
    return content


def test_a_detector_is_fetched_tried_used_and_compared(
    settings: Settings, detector: bytes, web: WebServer, heads: Heads, tmp_path: Path
) -> None:
    for name, picture in heads.items():
        save(picture, tmp_path / "people" / name / "0.png")
    web.give(broken_off(detector, 500, ETag='"a"'), whole(detector, ETag='"a"'))
    here = replace(settings, weights=tmp_path / "weights")
    shutil.copytree(settings.weights, here.weights)
    with pytest.raises(WeightsError) as caught:
        components.open_detector(replace(here, detector="yunet"))
    assert "not here yet" in caught.value.message and "models get yunet" in caught.value.hint
    card = get_model(here, "yunet")
    assert (card.task, card.licence, card.input.height) == ("detection", "MIT", 0)
    assert web.ranges()[1] == "bytes=500-", "what had come was not fetched again"
    assert components.open_detector(replace(here, detector="yunet")).name == "yunet"
    reports = detectors_compared(here, ["centerface", "yunet"], tmp_path / "people")
    assert (
        reports["centerface"].found == reports["centerface"].photos == reports["yunet"].photos == len(heads)
    )


@pytest.mark.parametrize("name", ["sface", "yunet"])
def test_a_network_of_zeros_is_refused_and_nothing_is_left_of_it(
    here: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    zeros = onnx_grid_detector((1, 1, 4, 10), zeros=True) if name == "yunet" else onnx_embedder(zeros=True)
    entry = replace(PUBLISHED[name].file, url=f"{web.url}/{name}", size=len(zeros), sha256=sha256(zeros))
    monkeypatch.setitem(PUBLISHED, name, replace(PUBLISHED[name], file=entry))
    web.give(whole(zeros))
    with pytest.raises(WeightsError) as caught:
        get_model(here, name)
    assert "answers the same" in caught.value.message and "nothing has changed" in caught.value.hint
    assert not components.open_weights(here).names()


def test_half_a_download_is_gone_on_with(
    here: Settings, stand_in: PublishedModel, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = len(CONTENT) // 2
    monkeypatch.setattr(
        module, "download", lambda *given, **named: _download(*given, **{**named, "backoff_s": 0.0})
    )
    web.give(broken_off(CONTENT, half, ETag='"a"'))
    with pytest.raises(FacecamError) as caught:
        get_model(here, "sface")
    assert caught.value.hint and not components.open_weights(here).names()
    web.give(whole(CONTENT, ETag='"a"'))
    assert get_model(here, "sface").name == "sface"
    assert web.ranges()[0] is None and web.ranges()[-1] == f"bytes={half}-"


def test_removing_it_on_the_command_line_removes_what_was_fetched(
    here: Settings, stand_in: PublishedModel, tmp_path: Path
) -> None:
    put(here, "in-use", tmp_path)
    components.open_weights(here).deploy("in-use")
    get_model(here, "sface")
    file = fetched_file(here, "sface")
    assert file is not None and file.is_file()
    assert main(["models", "remove", "sface", "--yes", "--weights", str(here.weights)]) == 0
    assert not file.exists() and components.open_weights(here).names() == ["in-use"]


def test_stopping_while_it_is_calibrated_leaves_nothing(
    here: Settings, stand_in: PublishedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: object, **named: object) -> None:
        raise Cancelled

    monkeypatch.setattr(custom, "calibrate_model", stopped)
    with pytest.raises(Cancelled):
        get_model(here, "sface")
    assert not components.open_weights(here).names()


def test_a_model_without_its_file_is_left_out_of_the_choice(tmp_path: Path) -> None:
    settings = replace(Settings(), weights=tmp_path)
    put(settings, "whole", tmp_path / "one")
    put(settings, "broken", tmp_path / "two")
    (tmp_path / "broken" / "model.bin").unlink()
    assert [one.name for one in models_to_choose(settings) if one.here] == ["whole"]
