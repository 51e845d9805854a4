"""Download of the original weights the manifest names."""

from __future__ import annotations

from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import EventSink, ignore
from facecam.engine.places import MANIFEST
from facecam.runtime.dlib_files import DOWNLOAD_FOLDER, KNOWN_SHA256, find_dlib_file
from facecam.runtime.download import ManifestEntry, download, load_manifest


def fetch_weights(
    settings: Settings,
    *,
    mirror: str | None = None,
    manifest: Path | None = None,
    on_event: EventSink = ignore,
) -> list[Path]:
    """Fetch every file of the manifest that is not there yet, verified; returns the paths of all.

    Args:
        settings: where `weights/` is.
        mirror: base URL used instead of the manifest's.
        manifest: `weights/manifest.json` where there is one, else the shipped one, unless given.
        on_event: gets progress.

    Raises:
        WeightsError: no connection, or what came is not what the manifest says.
        DataError: disk full or no permission.
    """
    own = settings.weights / "manifest.json"
    entries = load_manifest(manifest or (own if own.is_file() else MANIFEST))
    folder = settings.weights / DOWNLOAD_FOLDER
    found = []
    for entry in entries:
        there = _in_package(entry, settings.weights)
        if there is None:
            download(entry, folder / entry.name, on_event=on_event, mirror=mirror)
        found.append(there or folder / entry.name)
    return found


def _in_package(entry: ManifestEntry, weights: Path) -> Path | None:
    """The same file, fetched already or part of an installed package: without a connection that has to do."""
    if KNOWN_SHA256.get(entry.name) != entry.sha256:
        return None
    try:
        return find_dlib_file(entry.name, weights)
    except WeightsError:
        return None
