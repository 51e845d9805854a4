"""Rejections that are given up, because a face turned out to be the person after all, and given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import Embeddings, FloatArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.enrollment.rejections import kept_pictures
from facecam.engine.photos.library import PhotoLibrary
from facecam.gallery.gallery import SAME_FACE_SQUARED_L2, Gallery, Who

#: A file that was deleted, and what was in it.
Picture = tuple[Path, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class GivenUp:
    """What was given up, so that it can be given back.

    Attributes:
        rejections: unit vectors, K ≥ 0, and the model that made them.
        pictures: files that were deleted, and what was in them.
    """

    rejections: Embeddings
    pictures: Sequence[Picture] = ()

    def restored(self, gallery: Gallery, who: Who) -> Gallery:
        """`gallery` with the rejections of a person again; vectors of another model mean nothing there.

        Raises:
            GalleryError: there is no such person.
        """
        if gallery.model_id != self.rejections.model_id:
            return gallery
        new = self.rejections.without(gallery.rejections_of(who))
        return gallery.reject(who, new) if len(new) else gallery


def given_up(before: Gallery, after: Gallery, who: Who) -> Embeddings:
    """The rejections of a person that `before` has and `after` has not.

    Raises:
        GalleryError: there is no such person.
    """
    return before.rejected_of(who).without(after.rejections_of(who))


def pictures_near(
    library: PhotoLibrary,
    name: str,
    embedder: Embedder,
    vectors: FloatArray,
    squared_l2: float,
    on_event: EventSink = ignore,
) -> list[Path]:
    """Kept pictures of faces that are not a person, of which `squared_l2` to one of `vectors` (n, D) is smaller."""
    paths, embeddings = kept_pictures(library, name, embedder, on_event)
    if not paths or not len(vectors):
        return []
    nearest = unit_squared_l2(embeddings.vectors, vectors).min(axis=1)
    return [path for path, distance in zip(paths, nearest, strict=True) if distance < squared_l2]


def pictures_taken_back(
    settings: Settings,
    library: PhotoLibrary,
    gallery: Gallery,
    who: Who,
    names: Sequence[str],
    on_event: EventSink = ignore,
) -> list[Path]:
    """After a merge: pictures saying that one is not the other, which a rebuild must not bring back.

    Args:
        settings: models.
        library: with the pictures of both.
        gallery: after the merge.
        who: the person both are now.
        names: of both.
        on_event: gets notices of pictures that cannot be read, or not compared for lack of a model.
    """
    if sum(len(library.rejected_of(name)) for name in names) == len(gallery.rejections_of(who)):
        return []
    embedder = embedder_of(settings, gallery, on_event)
    if embedder is None:
        return []
    vectors = gallery.vectors_of(who)
    near = (pictures_near(library, name, embedder, vectors, SAME_FACE_SQUARED_L2, on_event) for name in names)
    return [path for paths in near for path in paths]


def embedder_of(settings: Settings, gallery: Gallery, on_event: EventSink = ignore) -> Embedder | None:
    """The model in use, if it made the gallery; None, with a notice, where pictures cannot be compared with it."""
    try:
        embedder = components.open_embedder(settings)
        gallery.require_model(embedder.card.model_id)
    except FacecamError as fault:
        on_event(Notice(f"pictures of rejected faces are left as they are: {fault.message}", fault.hint))
        return None
    return embedder
