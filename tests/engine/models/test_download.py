"""Fetching the original weights: what the manifest names, verified, from a mirror, resumable."""

from __future__ import annotations

import bz2
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.engine.models.download import fetch_weights
from facecam.engine.places import MANIFEST
from facecam.runtime import download
from facecam.runtime.dlib_files import KNOWN_SHA256
from facecam.runtime.download import load_manifest
from tests.runtime.web import WebServer, broken_off, serving, whole

CONTENT = hashlib.shake_256(b"weights").digest(50_000)
PACKED = bz2.compress(CONTENT)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with serving(monkeypatch) as running:
        yield running


def manifest_in(folder: Path, url: str, **changes: Any) -> Path:
    entry: dict[str, Any] = {
        "name": "tiny.dat",
        "url": f"{url}/tiny.dat.bz2",
        "mirrors": [],
        "size": len(CONTENT),
        "download_size": None,
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "sha256_of": "decompressed",
        "compression": "bz2",
        "licence": "CC0-1.0",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.json"
    path.write_text(json.dumps({"format_version": 1, "files": [{**entry, **changes}]}), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries are tested where the tries are made."""
    monkeypatch.setattr(download, "RETRIES", 0)


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return replace(Settings(), weights=tmp_path / "weights")


def test_files_come_unpacked_and_verified_and_only_once(here: Settings, server: WebServer) -> None:
    server.give(whole(PACKED))
    manifest_in(here.weights, server.url)
    (path,) = fetch_weights(here)
    assert path == here.weights / "dlib" / "tiny.dat" and path.read_bytes() == CONTENT
    assert fetch_weights(here) == [path] and len(server.requests) == 1


def test_a_mirror_is_asked_instead(here: Settings, server: WebServer, tmp_path: Path) -> None:
    server.give(whole(PACKED))
    manifest = manifest_in(tmp_path / "elsewhere", "http://127.0.0.1:9")
    (path,) = fetch_weights(here, mirror=server.url, manifest=manifest)
    assert path.read_bytes() == CONTENT
    assert server.requests[0][0].endswith("tiny.dat.bz2")


def test_other_content_is_refused_and_leaves_nothing_to_be_used(here: Settings, server: WebServer) -> None:
    server.give(whole(bz2.compress(b"something else entirely")))
    manifest_in(here.weights, server.url)
    with pytest.raises(WeightsError) as caught:
        fetch_weights(here)
    assert caught.value.hint and not (here.weights / "dlib" / "tiny.dat").exists()


def test_what_came_before_a_break_is_not_fetched_again(here: Settings, server: WebServer) -> None:
    server.give(broken_off(PACKED, len(PACKED) // 2))
    manifest_in(here.weights, server.url)
    with pytest.raises(WeightsError):
        fetch_weights(here)
    server.give(whole(PACKED))
    (path,) = fetch_weights(here)
    assert path.read_bytes() == CONTENT


def test_no_connection_is_said(here: Settings) -> None:
    manifest_in(here.weights, "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match=r"127\.0\.0\.1") as caught:
        fetch_weights(here)
    assert caught.value.hint


def test_the_shipped_manifest_names_all_files_with_their_published_checksums() -> None:
    assert {entry.name: entry.sha256 for entry in load_manifest(MANIFEST)} == KNOWN_SHA256
