"""What version 0.3.0 wrote opens, says once what has to be done again, and loses nothing by it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings, load_settings
from facecam.core.events import Event, Notice
from facecam.core.types import ALIGNMENTS
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.people import directory
from facecam.engine.people.withdrawal import plan_for
from facecam.engine.recognition import gallery_alignment
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.training_jobs import history
from facecam.gallery.gallery import Gallery
from facecam.runtime.card import read_card
from facecam.training.run.folder import RunFolder
from facecam.vision.images.read import read_picture

WRITTEN = Path(__file__).parents[1] / "fixtures" / "v0_3_0"
RUN = "2026-11-29-quick-1"
ADA, BOB, CY = "Drawn Ada", "Drawn Bob", "Imported Cy"


@pytest.fixture
def home(tmp_path: Path, weights: Path) -> Path:
    """A copy of what was written, with today's models beside it."""
    folder = tmp_path / "home"
    shutil.copytree(WRITTEN, folder)
    for model in weights.iterdir():
        (folder / "weights" / model.name).symlink_to(model)
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    places = {name: home / name for name in ("weights", "data", "database")}
    return replace(load_settings({}, file=home / "facecam.toml"), detector="hog", **places)


@pytest.fixture
def moved_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos are aligned by the detector's own landmarks and by dlib's, as far as anybody can tell."""
    monkeypatch.setattr(gallery_alignment, "OWN_LANDMARKS", frozenset({"hog"}))
    monkeypatch.setattr(Embedder, "alignment_of", lambda *_: "five+dlib")


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def alignments(gallery: Gallery, name: str) -> set[str]:
    return {ALIGNMENTS[code] for code in gallery.embeddings_of(name).alignments.tolist()}


def told(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def test_the_settings_hold(settings: Settings) -> None:
    assert (settings.threshold, settings.upsample, settings.model) == (0.14, 1, "dlib-resnet")


def test_the_database_opens_and_may_be_written_for_the_version_that_made_it(settings: Settings) -> None:
    events: list[Event] = []
    store = components.open_store(settings, events.append)
    gallery = store.load()
    assert gallery is not None and not events
    assert [one.name for one in gallery.identities] == [ADA, BOB, CY]
    assert gallery.counts().tolist() == [3, 3, 2] and gallery.threshold == 0.12
    assert gallery.find(ADA).consent == "drawn, and agreed" and len(gallery.rejections_of(ADA)) == 1
    assert not gallery.alignments.any() and gallery.alignment == "dlib"
    before = json.loads((WRITTEN / "database" / "gen-000005" / "gallery.json").read_bytes())
    store.update(lambda current: current or gallery)
    assert json.loads((settings.database / "gen-000006" / "gallery.json").read_bytes()) == before


@pytest.mark.usefixtures("moved_up")
def test_faces_are_recognized_and_what_has_to_be_done_is_said_once(settings: Settings) -> None:
    events: list[Event] = []
    recognizer = PictureRecognizer(replace(settings, upsample=0), events.append)
    (face,) = recognizer.recognize(read_picture(next((settings.data / BOB).glob("*.jpg"))))
    assert face.match is not None and face.match.identity is not None and face.match.identity.name == BOB
    assert told(events) == [gallery_alignment.OUTDATED.text]


@pytest.mark.usefixtures("moved_up")
def test_it_is_made_anew_and_nobody_and_nothing_is_lost(settings: Settings) -> None:
    settings = replace(settings, upsample=0)
    before, events = gallery_of(settings), list[Event]()
    rebuilt, left_out = directory.rebuild(settings, on_event=events.append)
    assert left_out == [] and sorted(one.id for one in rebuilt.identities) == sorted(
        one.id for one in before.identities
    )
    assert rebuilt.find(ADA) == before.find(ADA), "date and consent too"
    assert [alignments(rebuilt, name) for name in (ADA, BOB, CY)] == [{"five+dlib"}, {"five+dlib"}, {"dlib"}]
    assert rebuilt.vectors_of(CY).tobytes() == before.vectors_of(CY).tobytes()
    assert len(rebuilt.rejections_of(ADA)) == 1
    assert rebuilt.threshold is None and [text for text in told(events) if "0.120" in text]
    again: list[Event] = []
    directory.list_people(settings, again.append)
    assert not told(again)


def test_runs_are_listed_compared_and_cleaned(settings: Settings) -> None:
    (run,) = history.runs(settings)
    assert (run.folder.name, run.state, run.model, run.people, run.photos) == (
        RUN,
        "finished",
        "quick-1",
        2,
        6,
    ), "those trained on, and those kept aside"
    assert run.gate is not None and history.compare_runs(settings, [RUN]).same_data
    stays = plan_for(settings, BOB).stays
    assert (stays.models, stays.runs) == (("quick-1",), ()), "what it learnt is in its model"
    directory.delete_person(settings, BOB)
    document = RunFolder(run.folder).data.read_text(encoding="utf-8")
    assert BOB not in document and ADA in document


def test_a_card_without_a_word_on_it_is_of_dlibs_alignment(home: Path) -> None:
    card = read_card(home / "weights" / "quick-1" / "card.json")
    assert card.name == "quick-1" and card.threshold == 0.1552
