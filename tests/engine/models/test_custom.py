"""Bringing one's own embedder: the card is written, the threshold measured or said to be missing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, FacecamError, GalleryError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Notice
from facecam.core.types import Box, Detection, ImageArray
from facecam.engine import components
from facecam.engine.faces.face_finder import FaceFinder, main_face
from facecam.engine.models.cohorts import CohortOptions, make_cohort
from facecam.engine.models.custom import NewModel, add_model, calibrate_model, deploy
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.scoring import open_cohort
from facecam.runtime.card import CARD_FILE
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, save
from tests.runtime.tiny import card_for, onnx_embedder, save_embedder


class WholePicture:
    """Takes every picture for one face."""

    name = "hog"

    def detect(self, image: ImageArray) -> list[Detection]:
        points = np.array([(65, 45), (50, 45), (15, 45), (30, 45), (40, 70)], np.float32)
        return [Detection(Box(0, 20, 80, 100), 1.0, points)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Folders of our own, in which every picture is a face."""
    monkeypatch.setattr(components, "open_detector", lambda settings: WholePicture())
    return replace(
        Settings(),
        weights=tmp_path / "weights",
        data=tmp_path / "data",
        database=tmp_path / "database",
    )


def crowd(folder: Path, people: int, photos: int = 1, shades: int = 8) -> Path:
    """People of random colours, each photo in a shade of its own."""
    rng = np.random.default_rng(1)
    for person in range(people):
        own = rng.integers(20, 235, 3)
        for photo in range(photos):
            color = (own + rng.integers(-shades, shades + 1, 3)).clip(0, 255).astype(np.uint8)
            save(np.full((100, 80, 3), color, np.uint8), folder / f"p{person:02}" / f"{photo}.png")
    return folder


def onnx(folder: Path, name: str = "My Net v2.onnx", **options: object) -> Path:
    path = folder / name
    path.write_bytes(onnx_embedder(**options))  # type: ignore[arg-type]
    return path


def test_what_the_file_says_goes_into_the_card(here: Settings, tmp_path: Path) -> None:
    events: list[Event] = []
    card = add_model(here, onnx(tmp_path), NewModel(licence="Apache-2.0"), on_event=events.append)
    assert (card.name, card.title, card.chip) == ("my-net-v2", "My Net v2", "arcface")
    assert (card.input.layout, card.input.height, card.input.width, card.dimensions) == ("NCHW", 112, 112, 5)
    assert (card.licence, card.threshold, card.unit_norm_inside) == ("Apache-2.0", None, False)
    assert components.open_weights(here).card("my-net-v2") == card
    notices = [event for event in events if isinstance(event, Notice)]
    assert (
        "has no threshold" in notices[-1].text
        and "0 people" in notices[-1].text
        and "calibrate" in notices[-1].hint
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("w600k_r50.onnx", "w600k_r50"),
        ("Größe 3.onnx", "gr-e-3"),
        ("李雷.onnx", "model"),
        ("..onnx", "model"),
    ],
)
def test_any_file_name_makes_a_model_name(here: Settings, tmp_path: Path, file: str, name: str) -> None:
    assert add_model(here, onnx(tmp_path, file), NewModel()).name == name


def test_the_users_own_words_win(here: Settings, tmp_path: Path) -> None:
    new = NewModel(name="mine", normalization="imagenet", chip="dlib", lineage="from a friend")
    card = add_model(here, onnx(tmp_path), new)
    assert (card.name, card.chip, card.lineage) == ("mine", "dlib", "from a friend")
    assert card.input.mean == pytest.approx((123.675, 116.28, 103.53))
    assert not card.input.normalised_inside


def test_the_constants_of_a_network_that_wants_blue_first_are_in_its_order(
    here: Settings, tmp_path: Path
) -> None:
    card = add_model(here, onnx(tmp_path), NewModel(normalization="imagenet", channels="BGR"))
    assert card.input.channels == "BGR"
    assert card.input.mean == pytest.approx((103.53, 116.28, 123.675))
    assert components.open_weights(here).card(card.name) == card


def test_other_sizes_are_taken_for_dlib_chips_and_open_ones_must_be_given(
    here: Settings, tmp_path: Path
) -> None:
    assert (
        add_model(here, onnx(tmp_path, "a.onnx", image_shape=("N", 160, 160, 3)), NewModel()).chip == "dlib"
    )
    path = onnx(tmp_path, "b.onnx", image_shape=("N", 3, "H", "W"))
    with pytest.raises(WeightsError) as caught:
        add_model(here, path, NewModel())
    assert "input-size" in caught.value.hint
    assert add_model(here, path, NewModel(input_size=(96, 112))).input.height == 96


@pytest.mark.parametrize("flatten_to", [(1, 5), (1, -1)])
def test_one_that_says_any_number_of_pictures_and_takes_one_is_refused(
    here: Settings, tmp_path: Path, flatten_to: tuple[int, int]
) -> None:
    with pytest.raises(WeightsError) as caught:
        add_model(here, onnx(tmp_path, flatten_to=flatten_to), NewModel(name="mine"))
    assert "takes only one at a time" in caught.value.message and "nothing has changed" in caught.value.hint
    assert "mine" not in components.open_weights(here).names()
    path = onnx(tmp_path, image_shape=(1, 3, 112, 112), flatten_to=flatten_to)
    assert add_model(here, path, NewModel(name="mine")).dimensions == 5


def test_a_name_that_is_taken_is_not_overwritten_unasked(here: Settings, tmp_path: Path) -> None:
    add_model(here, onnx(tmp_path), NewModel(name="mine"))
    other = onnx(tmp_path, "other.onnx", dimensions=7)
    with pytest.raises(WeightsError) as caught:
        add_model(here, other, NewModel(name="mine"))
    assert caught.value.hint and components.open_weights(here).card("mine").dimensions == 5
    assert add_model(here, other, NewModel(name="mine"), replace_existing=True).dimensions == 7


def test_a_card_that_cannot_be_read_may_be_replaced(here: Settings, tmp_path: Path) -> None:
    path = onnx(tmp_path)
    add_model(here, path, NewModel(name="mine"))
    card = components.open_weights(here).path("mine") / CARD_FILE
    card.write_text("no card")
    with pytest.raises(WeightsError, match="already"):
        add_model(here, path, NewModel(name="mine"))
    assert add_model(here, path, NewModel(name="mine"), replace_existing=True).name == "mine"


def test_one_that_was_cut_off_while_it_measured_is_gone_on_with(here: Settings, tmp_path: Path) -> None:
    path, cancel = onnx(tmp_path), CancelToken()
    crowd(here.data, 3)
    cancel.cancel()
    with pytest.raises(Cancelled):
        add_model(here, path, NewModel(name="mine"), cancel=cancel)
    assert add_model(here, path, NewModel(name="mine")).name == "mine"
    with pytest.raises(WeightsError):
        add_model(here, path, NewModel(name="mine", licence="another"))


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x80\x04\x95pickle"])
def test_what_is_no_embedder_is_refused_and_leaves_nothing(
    here: Settings, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(FacecamError) as caught:
        add_model(here, path, NewModel())
    assert caught.value.hint and components.open_weights(here).names() == []
    with pytest.raises(FacecamError):
        add_model(here, tmp_path / "missing.onnx", NewModel())


def test_bad_words_are_refused(here: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="zscore"):
        add_model(here, onnx(tmp_path), NewModel(normalization="zscore"))  # type: ignore[arg-type]
    for name in ("../evil", "A B", ""):
        with pytest.raises(FacecamError) as caught:
            add_model(here, onnx(tmp_path), NewModel(name=name, licence="MIT"))
        assert caught.value.hint
    assert not (tmp_path / "evil").exists()


# ---------------------------------------------------------------------- calibration


@pytest.fixture
def tiny(here: Settings, tmp_path: Path) -> Settings:
    """A four-dimensional embedder of mean colours."""
    paths = save_embedder(tmp_path / "made")
    components.open_weights(here).add("tiny", paths, card_for("tiny", paths))
    return here


def test_the_threshold_lets_the_wanted_share_of_strangers_pass(tiny: Settings) -> None:
    """64 people with one photo each are 2016 pairs: just enough for 1 in 200."""
    crowd(tiny.data, 64)
    card = calibrate_model(tiny, "tiny")
    assert card.false_accept_rate == 0.005 and card.threshold is not None
    assert "2016 different pairs" in card.calibrated_on
    assert dict(card.calibration)[0.005] == card.threshold
    assert components.open_weights(tiny).card("tiny") == card
    distances = np.sort(_distances(tiny))
    share = float((distances < card.threshold).mean())
    assert share == pytest.approx(0.005, abs=0.001)


def test_the_probability_shown_to_people_is_measured_along(tiny: Settings) -> None:
    """64 people with two photos each: 64 pairs of one person and 8064 of different ones."""
    crowd(tiny.data, 64, 2)
    card = calibrate_model(tiny, "tiny")
    assert card.distance_to_probability is not None and card.threshold is not None
    assert card.percent(0.0) > 90 and card.percent(4.0) == 0
    assert card.percent(card.threshold / 2) >= card.percent(card.threshold * 2)


def _distances(settings: Settings) -> np.ndarray:
    embedder = components.open_embedder(replace(settings, model="tiny"))
    chips = []
    for path in sorted(settings.data.rglob("*.png")):
        image = read_picture(path)
        chips.append(embedder.chip(image, WholePicture().detect(image)[0]))
    vectors = embedder.embed(chips, mirror=True).vectors
    rows, columns = np.triu_indices(len(vectors), 1)
    distances: np.ndarray = (2 - 2 * vectors @ vectors.T)[rows, columns]
    return distances


def of_no_use(folder: Path, kind: str) -> None:
    crowd(folder, 1 if kind == "one person" else 64, 1 if kind == "copies" else 2)
    first = (folder / "p00" / "0.png").read_bytes()
    for path in folder.glob("*/*.png"):
        if kind in ("copies", "unreadable"):
            path.write_bytes(first if kind == "copies" else f"no picture {path}".encode())
        if kind == "mixed" and path.name == "1.png":  # Everybody's second photo is the next one's.
            path.rename(folder / f"p{(int(path.parent.name[1:]) + 1) % 64:02}" / "2.png")
    if kind == "empty":
        shutil.rmtree(folder)
        folder.mkdir()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", "photos of 0 people"),
        ("one person", "photos of 1 person"),
        ("copies", "photos of 1 person, copies counted once"),
        ("unreadable", "128 of them cannot be read"),
        ("mixed", "hardly more alike"),
    ],
)
def test_photos_of_no_use_are_said_and_the_card_stays(tiny: Settings, kind: str, words: str) -> None:
    of_no_use(tiny.data, kind)
    before = components.open_weights(tiny).card("tiny")
    with pytest.raises(DataError, match=words) as refused:
        calibrate_model(tiny, "tiny")
    assert refused.value.message.startswith("tiny has no threshold: ") and refused.value.hint
    assert components.open_weights(tiny).card("tiny") == before


def test_the_card_says_nothing_of_the_folder(tiny: Settings, tmp_path: Path) -> None:
    """It may be named after somebody, and nobody takes it out of a card when they are deleted."""
    folder = crowd(tmp_path / "Ada Lovelace", 64, 2)
    card = calibrate_model(tiny, "tiny", folder)
    assert "of 64 people" in card.calibrated_on
    assert "Lovelace" not in (components.open_weights(tiny).path("tiny") / CARD_FILE).read_text("utf-8")


def test_two_people_are_too_few_and_it_is_said(tiny: Settings) -> None:
    crowd(tiny.data, 2, 3)
    before = components.open_weights(tiny).card("tiny")
    with pytest.raises(DataError, match="9 pairs") as refused:
        calibrate_model(tiny, "tiny")
    assert refused.value.hint and components.open_weights(tiny).card("tiny") == before
    with pytest.raises(WeightsError, match="no threshold yet") as caught:
        components.threshold_of(tiny, components.open_weights(tiny).card("tiny"))
    assert "models calibrate tiny --photos" in caught.value.hint


def test_bad_photos_are_passed_over(tiny: Settings) -> None:
    crowd(tiny.data, 3)
    (tiny.data / "p00" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    events: list[Event] = []
    with pytest.raises(DataError, match="3 pairs"):
        calibrate_model(tiny, "tiny", on_event=events.append)
    assert any(isinstance(one, Notice) and one.text.startswith("1 photo of 4") for one in events)


def test_a_calibration_can_be_cancelled_and_the_model_stays(tiny: Settings) -> None:
    crowd(tiny.data, 3)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        calibrate_model(tiny, "tiny", cancel=cancel)
    assert components.open_weights(tiny).names() == ["tiny"]


def test_a_model_that_gives_everybody_the_same_vector_is_said(here: Settings, tmp_path: Path) -> None:
    """All distances are 0: no threshold tells anybody apart."""
    crowd(here.data, 64)
    events: list[Event] = []
    path = onnx(tmp_path, image_shape=("N", 112, 112, 3))
    try:
        card = add_model(here, path, NewModel(name="collapsed", normalization="none"), on_event=events.append)
    except FacecamError as error:
        assert error.hint
    else:
        assert card.threshold is None and [event for event in events if isinstance(event, Notice)]


# ---------------------------------------------------------------------- deploying


def test_deploying_makes_it_the_model_in_use_and_the_database_stale(
    tiny: Settings, enrolled: Enrol, settings: Settings
) -> None:
    card = deploy(tiny, "tiny")
    assert components.open_weights(tiny).deployed() == "tiny"
    enrolled(BARACK)
    mixed = replace(settings, weights=tiny.weights, threshold=0.1)
    with pytest.raises(GalleryError, match=card.model_id):
        PictureRecognizer(mixed)


def test_only_sound_embedders_can_be_deployed(settings: Settings, tiny: Settings) -> None:
    for name, wanted in (("nonesuch", "nonesuch"), ("../x", "name")):
        with pytest.raises(WeightsError, match=wanted):
            deploy(tiny, name)
    (tiny.weights / "tiny" / "model.bin").write_bytes(b"damaged")
    with pytest.raises(WeightsError):
        deploy(tiny, "tiny")
    assert not (tiny.weights / "deployed.json").exists()


def test_a_detector_cannot_be_deployed(settings: Settings) -> None:
    before = components.open_weights(settings).deployed()
    with pytest.raises(WeightsError, match="makes no vectors"):
        deploy(settings, "dlib-mmod")
    assert components.open_weights(settings).deployed() == before


# ---------------------------------------------------------------------- a stranger's network


def test_a_published_network_joins_in(
    settings: Settings, shared_data: Path, heads: Heads, tmp_path: Path
) -> None:
    """MobileFaceNet from elsewhere tells the six people of the clip apart, and wants a threshold."""
    own = replace(settings, weights=tmp_path / "weights")
    file = shared_data / "models" / "MobileFaceNet.onnx"
    card = add_model(own, file, NewModel(normalization="imagenet", licence="Apache-2.0"))
    assert (card.dimensions, card.chip, card.threshold) == (128, "arcface", None)
    embedder = components.open_embedder(replace(own, model=card.name))
    finder = FaceFinder(settings)
    chips, owners = [], []
    for photo in sorted((shared_data / "clips" / "people").glob("*/*")):
        found = finder.find(read_picture(photo, max_side_px=500))
        chips.append(embedder.chip(found.image, main_face(found.detections, found.image)))
        owners.append(photo.parent.name)
    vectors = embedder.embed(chips, mirror=True).vectors
    distances = 2 - 2 * vectors @ vectors.T
    same = np.equal.outer(owners, owners)
    assert len(owners) == 12 and distances[same].max() < distances[~same].min()
    with pytest.raises(WeightsError, match="no threshold"):
        PictureRecognizer(replace(own, model=card.name))
    assert PictureRecognizer(replace(own, model=card.name, threshold=1.0)).recognize(heads[BARACK])


def faces_file(folder: Path, count: int) -> Path:
    """Pictures of one random color each, all different."""
    rng = np.random.default_rng(2)
    for index in range(count):
        save(np.full((100, 80, 3), rng.integers(0, 255, 3, np.uint8), np.uint8), folder / f"{index:04}.png")
    return folder


def test_a_model_gets_a_cohort_from_faces_and_thresholds_for_its_scores(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.metrics.mixture.FACES_PER_COMPONENT", 40)
    folder = faces_file(tmp_path / "faces", 90)
    options = CohortOptions((folder,), "colors", "none needed", components=1)
    card = make_cohort(tiny, "tiny", options)
    spec = card.cohort
    assert spec is not None and spec.components == 1 and spec.threshold is None
    assert spec.fitted_to == "colors (90 faces)" and spec.licence == "none needed"
    assert open_cohort(tiny, card) is None  # Nobody knows yet what its scores mean.
    crowd(tiny.data, 64, 2)
    calibrated = calibrate_model(tiny, "tiny")
    assert calibrated.cohort is not None and calibrated.cohort.threshold is not None
    assert calibrated.threshold is not None and calibrated.cohort.sha256 == spec.sha256
    assert components.open_weights(tiny).card("tiny") == calibrated
    assert open_cohort(tiny, calibrated) is not None


def test_a_calibration_on_many_people_brings_a_cohort_if_it_helps(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.metrics.mixture.FACES_PER_COMPONENT", 50)
    crowd(tiny.data, 64, 2)
    for helping in (False, True):
        monkeypatch.setattr("facecam.engine.models.custom.helps", lambda *_, helping=helping: helping)
        card = calibrate_model(tiny, "tiny")
        assert (card.cohort is not None) == helping == (open_cohort(tiny, card) is not None)


def test_too_few_faces_make_no_cohort_and_the_model_stays(here: Settings, tmp_path: Path) -> None:
    card = add_model(here, onnx(tmp_path), NewModel(name="net"))
    folder = faces_file(tmp_path / "faces", 3)
    with pytest.raises(DataError, match="3 faces in 3 pictures are too few"):
        make_cohort(here, "net", CohortOptions((folder,)))
    with pytest.raises(ConfigError, match="does not exist"):
        make_cohort(here, "net", CohortOptions((tmp_path / "nowhere",)))
    assert components.open_weights(here).card("net") == card


def test_more_components_than_faces_support_are_refused(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.metrics.mixture.FACES_PER_COMPONENT", 10)
    add_model(here, onnx(tmp_path), NewModel(name="net"))
    with pytest.raises(ConfigError, match="--components is 9"):
        make_cohort(here, "net", CohortOptions((faces_file(tmp_path / "faces", 25),), components=9))
