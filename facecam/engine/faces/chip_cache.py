"""Chip cache of trainings: from `data/` to face chips, once per photo, with warnings about the photos."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from facecam import __version__
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.words import counted, listed
from facecam.engine import components
from facecam.engine.faces.photo_reader import readers_of_threads
from facecam.engine.faces.thread_map import ordered_photo_map
from facecam.engine.faces.user_caches import CHIPS
from facecam.engine.photos.chosen_faces import key_of_digest
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.places import user_cache_folder
from facecam.training.data.chips import ChipStore, forget_chips, sweep_chips
from facecam.training.data.sample import Sample
from facecam.vision.images.align import DLIB_CHIP, ChipSpec, face_chip
from facecam.vision.images.read import read_picture

DIGESTS_FILE = "digests.json"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photo that cannot be trained on, and why."""

    person: str
    photo: Path
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PreparedPhotos:
    """Every usable photo of everybody as a chip.

    Attributes:
        people: name → photos with their chips; the same picture counts once per person.
        left_out: photos without face or unreadable.
        copies: photos left out because the person has the very same file twice.
    """

    people: Mapping[str, tuple[Sample, ...]]
    left_out: tuple[LeftOut, ...]
    copies: int


def chip_store(settings: Settings, chip: ChipSpec = DLIB_CHIP) -> ChipStore:
    """The cache of such chips for these settings, in the user's cache folder."""
    key = {
        "program": __version__,
        "detector": settings.detector,
        "upsample": settings.upsample,
        "min_face_px": settings.min_face_px,
        "face": "the person's",
        "fallback": components.has_detector(settings, components.CENTERFACE_MODEL),
        "chip": asdict(chip),
    }
    return ChipStore(_chips_folder(), key)


def prepare_photos(
    settings: Settings,
    chip: ChipSpec = DLIB_CHIP,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> PreparedPhotos:
    """Make a chip of the person's face of every photo in `data/`; what was made before is taken from the cache.

    Args:
        settings: where the photos are, and which detector.
        chip: which square of the face.
        on_event: gets `Progress("prepare", photos done, photos)`.
        cancel: stops between photos; what was made stays.

    Raises:
        DataError: `data/` is unreadable, or the disk with the cache is full.
    """
    library = PhotoLibrary(settings.data, on_event).people()
    photos = [(name, photo) for name, paths in library.items() for photo in paths]
    people: dict[str, dict[str, Sample]] = {name: {} for name in library}
    left_out: list[LeftOut] = []
    copies = 0
    with closing(_ChipMaker(settings, chip).make(photos, on_event, cancel)) as made:
        for outcome in made:
            if isinstance(outcome, LeftOut):
                left_out.append(outcome)
            elif outcome.digest in people[outcome.person]:
                copies += 1
            else:
                people[outcome.person][outcome.digest] = outcome
    found = {name: tuple(samples.values()) for name, samples in people.items()}
    return PreparedPhotos(found, tuple(left_out), copies)


def chips_of_faces(
    settings: Settings,
    photos: Sequence[Path],
    chip: ChipSpec,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> list[Path]:
    """Chips of photos of nobody in particular; those without a face are left out."""
    with closing(
        _ChipMaker(settings, chip).make([("", photo) for photo in photos], on_event, cancel)
    ) as made:
        return [outcome.chip for outcome in made if isinstance(outcome, Sample)]


def forget_prepared(digests: Iterable[str], folder: Path | None = None) -> int:
    """Delete the chips of photos by their SHA-256, as when their person is deleted; returns how many there were.

    Their paths, which hold the person's name, are forgotten too.

    Args:
        digests: 64 hex digits each.
        folder: of the chips; None: the one in use.

    Raises:
        DataError: one cannot be deleted.
    """
    gone, folder = set(digests), folder or _chips_folder()
    sweep_chips(folder)
    remembered = PhotoDigests(folder / DIGESTS_FILE)
    remembered.forget(gone)
    remembered.save()
    return forget_chips(folder, gone)


def prepared_once(folders: Iterable[Path]) -> frozenset[str]:
    """SHA-256 of photos that a training looked at in these folders, and that somebody deleted since."""
    return PhotoDigests(_chips_folder() / DIGESTS_FILE).once_in(folders)


def _chips_folder() -> Path:
    return user_cache_folder().parent / CHIPS


class _ChipMaker:
    """Looks at photos with a pool of threads, in order."""

    def __init__(self, settings: Settings, chip: ChipSpec) -> None:
        self._spec = chip
        self.store = chip_store(settings, chip)
        self._digests = PhotoDigests(self.store.folder.parent / DIGESTS_FILE)
        self._marks, self._readers = readers_of_threads(settings)

    def make(
        self, photos: Collection[tuple[str, Path]], on_event: EventSink, cancel: CancelToken
    ) -> Generator[Sample | LeftOut]:
        """Each photo (person, file) with its chip, or why there is none."""
        try:
            with closing(ordered_photo_map(self._chip, photos, cancel)) as made:
                for done, (name, outcome) in enumerate(made, start=1):
                    yield replace(outcome, person=name)
                    on_event(Progress("prepare", done, len(photos)))
        finally:
            self._digests.save()

    def _chip(self, photo: Path) -> Sample | LeftOut:
        """Of somebody whose name is not known here."""
        try:
            digest = self._digests.of(photo)
            seen = self._marks.digest_seen(photo, digest)
            sample = Sample("", photo, digest, self.store.path(seen))
            if self.store.has_chip(seen):
                return sample
            if self.store.is_faceless(seen):
                return _faceless(photo)
            image = read_picture(photo)
        except DataError as fault:
            return LeftOut("", photo, "unreadable", fault.message)
        looker = self._readers.here()
        look = looker.look(photo, image, key=key_of_digest(digest))
        if not look.found.detections:
            self.store.add_faceless(seen)
            return _faceless(photo)
        face = looker.main(photo, look)
        self.store.add(seen, face_chip(look.found.image, face, self._spec))
        return sample


def _faceless(photo: Path) -> LeftOut:
    return LeftOut("", photo, "no face", f"{photo.name}: no face was found")


def say_what_is_left_out(prepared: PreparedPhotos, on_event: EventSink) -> None:
    """One notice for all photos that cannot be used; `people check` names each."""
    if prepared.left_out:
        names = listed((one.photo.name for one in prepared.left_out), 3)
        on_event(
            Notice(
                f"{counted(len(prepared.left_out), 'photo')} cannot be used: {names}",
                "Each with its reason: python main.py people check",
            )
        )
