"""Maps of people as pictures in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from facecam.core.errors import DependencyError
from facecam.core.events import EventSink, Notice, ignore
from facecam.metrics.plots import curves
from facecam.metrics.plots.people_map import LEAST_PHOTOS, MOST_FOR_TSNE, MapOfPeople, draw_people, project

#: What `write_maps` writes into its folder.
MAPS: Final = ("people-pca.png", "people-tsne.png")
_METHODS: Final = {"pca": "PCA", "tsne": "t-SNE"}


def write_maps(
    faces: MapOfPeople,
    folder: Path,
    on_event: EventSink = ignore,
    words: Callable[[str], str] | None = None,
) -> list[Path]:
    """Draw people by PCA and t-SNE, each photo a dot, each person a colour; returns the files.

    Args:
        faces: see `most_photographed`.
        folder: exists.
        on_event: hears why a map is missing.
        words: see `curves.save`.

    Raises:
        DataError: the folder cannot be written.
    """
    if len(faces.vectors) < LEAST_PHOTOS:
        on_event(Notice("no map of people: nobody has two photos, or there are fewer than three"))
        return []
    files = []
    for name, kind in zip(MAPS, _METHODS, strict=True):
        if kind == "tsne" and len(faces.vectors) > MOST_FOR_TSNE:
            on_event(Notice(f"no t-SNE map: {len(faces.vectors):,} photos would take minutes"))
            continue
        try:
            points = project(faces.vectors, kind)
        except DependencyError as error:
            on_event(Notice(f"no t-SNE map: {error.message}", error.hint))
            continue
        curves.save(draw_people(points, faces.people, _title(faces, kind)), folder / name, words=words)
        files.append(folder / name)
    return files


def _title(faces: MapOfPeople, kind: str) -> str:
    shown = len(set(faces.people))
    who = (
        f"{shown} people"
        if not faces.left_out
        else f"the {shown} most photographed of {shown + faces.left_out:,} people"
    )
    return f"{_METHODS[kind]}: {len(faces.vectors):,} photos of {who}; each dot a photo, each colour a person"
