"""Large sets of photos: gone on with after a crash, each photo looked at once; shared out to workers."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Notice, Progress, ignore
from facecam.engine import components
from facecam.engine.faces import face_shards
from facecam.engine.faces.face_shards import FaceShards
from facecam.engine.faces.photo_embeddings import PhotoFaces
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.tools.shard_workers import _plain_faults, read_on_workers
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, mirrored, nobody, save, side_by_side

Open = Callable[..., FaceShards]


@pytest.fixture
def photos(heads: Heads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Seven in shards of two: faces, two of them, none, and one that is no picture."""
    monkeypatch.setattr(face_shards, "SHARD_PHOTOS", 2)
    both = side_by_side(heads[EILEEN], heads[BARACK])
    pictures = [heads[EILEEN], nobody(), both, heads[BARACK], mirrored(heads[EILEEN]), both]
    paths = [save(picture, tmp_path / f"{place}.png") for place, picture in enumerate(pictures)]
    (tmp_path / "6.png").write_bytes(b"no picture")
    return [*paths, tmp_path / "6.png"]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    look = PhotoReader.look

    def noting(self: PhotoReader, photo: Path, *rest: object, **more: object) -> object:
        names.append(photo.name)
        return look(self, photo, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(PhotoReader, "look", noting)
    return names


@pytest.fixture
def shards(settings: Settings, tmp_path: Path) -> Open:
    def open_shards(on_event: Callable[[Event], None] = ignore, *, every_face: bool = True) -> FaceShards:
        embedder = components.open_embedder(settings)
        return FaceShards(settings, embedder, tmp_path / "parts", every_face=every_face, on_event=on_event)

    return open_shards


def broken_off_after(photos: int) -> Callable[[Event], None]:
    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.done == photos:
            raise KeyboardInterrupt

    return on_event


def same(first: PhotoFaces, second: PhotoFaces) -> bool:
    return (
        first.faces == second.faces
        and np.array_equal(first.vectors, second.vectors)
        and first.without_face == second.without_face
        and [(path, str(fault)) for path, fault in first.faults]
        == [(path, str(fault)) for path, fault in second.faults]
    )


def test_a_run_that_is_broken_off_is_gone_on_with(
    shards: Open, photos: list[Path], looked_at: list[str], tmp_path: Path
) -> None:
    whole = shards().read(photos)
    assert [(face.path.name, face.face, face.faces) for face in whole.faces][1:3] == [
        ("2.png", 1, 2),
        ("2.png", 2, 2),
    ]
    shards().remove()
    assert not (tmp_path / "parts").exists()
    with pytest.raises(KeyboardInterrupt):
        shards(broken_off_after(5)).read(photos)
    looked_at.clear()
    said: list[Event] = []
    again = shards(said.append).read(photos)
    assert same(again, whole)
    assert sorted(looked_at) == ["4.png", "5.png", "6.png"]
    assert [event.text for event in said if isinstance(event, Notice)] == [
        "4 photos are known from a run that was broken off"
    ]
    counts = [event.done for event in said if isinstance(event, Progress) and event.stage == "photos"]
    assert counts == [5, 6, 7]


def test_what_changed_or_was_damaged_is_looked_at_again(
    shards: Open, photos: list[Path], heads: Heads, looked_at: list[str], tmp_path: Path
) -> None:
    whole = shards().read(photos)
    save(heads[BARACK], photos[0])
    for file in (tmp_path / "parts").iterdir():
        content = file.read_bytes()
        if b"no picture" not in content and len(whole.faces) and content.count(b"[") == 5:
            file.write_bytes(content[:-4] + b"\0\0\0\0")
    looked_at.clear()
    changed = shards().read(photos)
    assert {"0.png", "1.png"} <= set(looked_at)
    assert np.array_equal(changed.vectors[0], whole.vectors[-1]) is False
    assert np.array_equal(changed.vectors[1:], whole.vectors[1:])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that nobody survives")
def test_two_workers_find_the_same_though_one_is_killed(
    settings: Settings, shards: Open, photos: list[Path], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    alone = shards(every_face=False).read(photos)
    shards(every_face=False).remove()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        (victim, *_) = client.run(os.getpid).values()
        killed: list[int] = []

        def kill_once(event: Event) -> None:
            if isinstance(event, Progress) and not killed:
                killed.append(victim)
                os.kill(victim, signal.SIGKILL)

        found = read_on_workers(
            settings,
            shards(every_face=False),
            photos,
            scheduler=cluster.scheduler_address,
            workers=0,
            on_event=kill_once,
        )
        assert killed and victim not in client.run(os.getpid).values()
    assert same(found, alone)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="knows no rights of this kind")
def test_no_other_user_of_this_computer_reaches_its_workers(
    settings: Settings, shards: Open, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reaches a scheduler can run anything in the name of whoever started it, and read what it is sent."""
    distributed = pytest.importorskip("distributed")
    real, clusters, refused = distributed.LocalCluster, list[Any](), list[str]()

    def made(**wanted: Any) -> Any:
        clusters.append(real(**wanted))
        return clusters[-1]

    def intrude(event: Event) -> None:
        if refused:
            return
        address = clusters[0].scheduler_address
        strangers = {"tcp": None, "tls": distributed.Security.temporary()}
        for way, security in strangers.items():
            with pytest.raises(OSError):
                distributed.Client(f"{way}://{address.split('://')[1]}", security=security, timeout=2)
            refused.append(way)
        places = [Path(one["local_directory"]) for one in clusters[0].scheduler_info["workers"].values()]
        assert places and all(
            any(stat.S_IMODE(above.stat().st_mode) == 0o700 for above in one.parents) for one in places
        )

    monkeypatch.setattr(distributed, "LocalCluster", made)
    found = read_on_workers(
        settings, shards(every_face=False), photos, scheduler=None, workers=1, on_event=intrude
    )
    assert refused == ["tcp", "tls"] and len(found.faces)


def test_a_scheduler_that_does_not_answer_is_said(
    settings: Settings, shards: Open, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("facecam.engine.tools.shard_workers._CONNECT_S", 0.5)
    with pytest.raises(ConfigError, match="answers at tcp://127.0.0.1:9") as refused:
        read_on_workers(settings, shards(), photos, scheduler="tcp://127.0.0.1:9", workers=0, on_event=ignore)
    assert "dask scheduler" in refused.value.hint


@pytest.mark.slow
def test_a_scheduler_that_ends_meanwhile_is_said(
    settings: Settings, shards: Open, photos: list[Path], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:

        def end(event: Event) -> None:
            if isinstance(event, Progress):
                cluster.close()

        address = cluster.scheduler_address
        with pytest.raises(DataError, match="the scheduler of Dask is lost"):
            read_on_workers(
                settings, shards(every_face=False), photos, scheduler=address, workers=0, on_event=end
            )


def test_workers_that_end_while_they_start_are_said(
    settings: Settings, photos: list[Path], shards: Callable[..., FaceShards], monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")

    def fails(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(distributed, "LocalCluster", fails)
    with pytest.raises(DataError, match="did not start: Nanny") as raised:
        read_on_workers(settings, shards(), photos, scheduler=None, workers=2, on_event=ignore)
    assert "Repeat" in raised.value.hint


def test_a_scheduler_that_is_killed_is_said() -> None:
    """As against one that ends by itself, it says no more."""
    comm = pytest.importorskip("distributed.comm")
    with pytest.raises(DataError, match="the scheduler of Dask is lost") as lost, _plain_faults():
        raise comm.CommClosedError("in <TCP (closed)>: Stream is closed")
    assert "Start it anew" in lost.value.hint


def test_a_scheduler_without_facecam_is_said() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ConfigError, match="deserialization") as caught, _plain_faults():
        raise RuntimeError("Error during deserialization of the task graph. This frequently\noccurs if …")
    assert "same facecam" in caught.value.hint and "\n" not in caught.value.message
