"""Workers of a Dask cluster that look at shards of photos: where one computer ends."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.errors import ConfigError, DataError, DependencyError, FacecamError
from facecam.core.events import EventSink, Progress
from facecam.core.extras import how_to_add
from facecam.core.paths import printable
from facecam.engine import components
from facecam.engine.faces.face_shards import FaceShards, shards_of
from facecam.engine.faces.photo_embeddings import PhotoFaces

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_S = 10
_SAME = "Every computer needs the same facecam, models, settings and --precision, and the photos under the same path."


def read_on_workers(
    settings: Settings,
    own: FaceShards,
    photos: Sequence[Path],
    *,
    scheduler: str | None,
    workers: int,
    on_event: EventSink,
) -> PhotoFaces:
    """The main face of each photo, looked at by the workers of a cluster: what `FaceShards.read` gives.

    Each shard is a task that leaves a file; Dask starts a worker that died anew and gives its task to another.

    Args:
        settings: the same for all; their folders are to be there on every computer.
        own: the shards, in a folder that every computer can write to.
        photos: files.
        scheduler: address of a cluster that is there, such as `tcp://10.0.0.1:8786`; None: one of this computer.
        workers: of the latter.
        on_event: gets `Progress("photos", …)` and notices.

    Raises:
        DependencyError: Dask is not installed.
        ConfigError: nobody answers, a worker works with something else, or the people are encrypted.
        DataError: a shard ends every worker that tries it, or the files of the shards do not come here.
    """
    if data_keys.key_file_of(settings.database) is not None:
        raise ConfigError(
            "the people are encrypted, and their key stays on this computer",
            hint="Leave out --scheduler and --workers.",
        )
    shards, done = list(shards_of(photos)), 0
    settings, folder = _everywhere(settings), own.folder.absolute()
    names: dict[int, str] = {}
    with _cluster(scheduler, workers) as client, _plain_faults():
        from distributed import as_completed

        tasks = {
            client.submit(make_shard, settings, _absolute(shard), folder, own.key, pure=False): place
            for place, shard in enumerate(shards)
        }
        for task in as_completed(tasks):
            names[tasks[task]] = task.result()
            done += len(shards[tasks[task]])
            on_event(Progress("photos", done, len(photos)))
    parts = [own.load(names[place], shard) for place, shard in enumerate(shards)]
    if any(part is None for part in parts):
        raise DataError(
            f"what the workers wrote is not in {printable(str(folder))}",
            hint="--output has to be a folder that all computers share, under the same path.",
        )
    return PhotoFaces.joined([part for part in parts if part is not None])


def make_shard(settings: Settings, shard: Sequence[Path], folder: Path, key: str) -> str:
    """The task of a worker: look at a shard, unless it is there already; returns the name of its file.

    Raises:
        ConfigError: vectors made here would not be those that are asked for.
    """
    shards = _of_worker(settings, folder)
    if shards.key != key:
        raise ConfigError(f"a worker makes other vectors: {shards.key} instead of {key}", hint=_SAME)
    return shards.make(shard)


@functools.lru_cache(maxsize=1)
def _of_worker(settings: Settings, folder: Path) -> FaceShards:
    # A task after the other, with the models of the first.
    return FaceShards(settings, components.open_embedder(settings), folder, every_face=False)


def _everywhere(settings: Settings) -> Settings:
    """The same for processes that work in another folder."""
    values = {one.name: getattr(settings, one.name) for one in dataclasses.fields(settings)}
    paths: dict[str, Any] = {
        name: value.absolute() for name, value in values.items() if isinstance(value, Path)
    }
    return dataclasses.replace(settings, **paths)


def _absolute(shard: Sequence[Path]) -> list[Path]:
    return [photo.absolute() for photo in shard]


@contextlib.contextmanager
def _cluster(scheduler: str | None, workers: int) -> Iterator[Client]:
    try:
        from distributed import Client, LocalCluster, Security
    except ImportError as error:
        raise DependencyError(
            "Dask, which shares work out, is not installed",
            hint=how_to_add("cluster"),
        ) from error
    # What it says of a lost connection, with tracebacks, is said in two lines.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        place: LocalCluster | str | None = scheduler
        if place is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="facecam-"))
            try:
                place = stack.enter_context(
                    # Whoever reaches a scheduler can run anything on its workers: other users of this computer
                    # reach its address, and have no certificate.
                    LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        dashboard_address=None,
                        protocol="tls://",
                        security=Security.temporary(),
                        local_directory=folder,
                        silence_logs=logging.CRITICAL,
                    )
                )
            except (OSError, RuntimeError) as error:
                raise DataError(
                    f"the workers did not start: {_first_line(error)}",
                    hint="Repeat the command; where there is too little memory, with fewer --workers.",
                ) from error
        try:
            client = stack.enter_context(Client(place, timeout=_CONNECT_S))
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"no scheduler of Dask answers at {scheduler}: {_first_line(error)}",
                hint="Start one with `dask scheduler`, workers with `dask worker ADDRESS --nthreads 1`.",
            ) from error
        yield client


@contextlib.contextmanager
def _plain_faults() -> Iterator[None]:
    """What a worker fails by, in two lines."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except FacecamError:
        raise
    except KilledWorker as error:
        raise DataError(
            f"one shard ended every worker that tried it: {_first_line(error)}",
            hint="Look at their logs: often there is too little memory. What is done is kept; repeat the command.",
        ) from error
    except (FutureCancelledError, CommClosedError) as error:
        raise DataError(
            f"the scheduler of Dask is lost: {_first_line(error)}",
            hint="Start it anew and repeat the command: what is done is kept.",
        ) from error
    except (
        ImportError,
        AttributeError,
        TypeError,
        RuntimeError,
    ) as error:  # Also of a scheduler without facecam.
        raise ConfigError(f"a worker cannot do its task: {_first_line(error)}", hint=_SAME) from error


def _first_line(error: Exception) -> str:
    return printable((str(error).strip() or type(error).__name__).splitlines()[0])
