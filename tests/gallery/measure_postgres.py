"""Figures of the gallery on a server, for docs/BENCHMARKS.md: python -m tests.gallery.measure_postgres [VECTORS…].

A server of its own in a temporary folder, reached by a socket; vectors around centres, as `bench` makes them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from facecam.benchmark.gallery import _around, _unit
from facecam.core.types import FloatArray
from facecam.engine.components import MATCH_RULE
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.neighbors import EXACT_UP_TO
from facecam.gallery.postgres.nearest import ServerNeighbors
from facecam.gallery.postgres.store import PostgresStore
from tests.gallery.factories import embeddings, on_circle
from tests.servers import OwnServer

_EACH, _PROBES, _THRESHOLD = 5, 1000, 0.155
_ROUNDS = 100
_TIMES = 5


def main(sizes: list[int]) -> None:
    """Print one figure a line."""
    # As the system gives it to others: children of another user must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="facecam-measure-") as folder:
        server = OwnServer(Path(folder) / "data", safe=True)
        server.run(
            "ALTER SYSTEM SET shared_buffers = '1GB'",
            "ALTER SYSTEM SET maintenance_work_mem = '2GB'",
            "ALTER SYSTEM SET max_wal_size = '8GB'",
        )
        server.kill()
        server.start()
        try:
            followed(server, Path(folder))
            for size in sizes:
                matched(server, Path(folder), size)
        finally:
            server.stop()


def followed(server: OwnServer, folder: Path) -> None:
    """How soon another station has loaded a change, and how soon it is back after the server was killed."""
    address = server.new_database()
    one, other = (PostgresStore(address, folder / name, on_event=print) for name in ("one", "other"))
    one.update(lambda _: Gallery.empty("bench@0", 2))
    other.version()
    waits = []
    for number in range(_ROUNDS):
        who = f"person {number // 2}"
        if number % 2:
            one.update(lambda gallery, who=who: gallery.remove(who), forget=True)  # type: ignore[misc, union-attr]
        else:
            vectors = embeddings(on_circle(number), "bench@0")
            one.update(lambda gallery, who=who, new=vectors: gallery.add(who, new))  # type: ignore[misc, union-attr]
        acknowledged = time.perf_counter()
        while other.version() != one.version() or (other.load() or Gallery.empty("", 2)).knows(who) == bool(
            number % 2
        ):
            time.sleep(other.pause_s)
        waits.append(1e3 * (time.perf_counter() - acknowledged))
    say(f"seen and loaded by another station, {_ROUNDS} changes", waits, "ms")
    backs = []
    for _ in range(5):
        server.kill()
        time.sleep(1)
        server.start()
        started = time.perf_counter()
        while not stations_are_back(server, address):
            time.sleep(0.01)
        backs.append(time.perf_counter() - started)
        time.sleep(1)
    say("a killed server is up again: stations follow it after", backs, "s")


def stations_are_back(server: OwnServer, address: str) -> bool:
    """Whether somebody listens."""
    listening = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%gallery.revision,%' AND state = 'idle'"
    )
    return bool(server.run(listening, address=address)[0][0])


def matched(server: OwnServer, folder: Path, count: int) -> None:
    """One face against so many vectors: in memory, and through the index of the server; recall of the latter."""
    generator = np.random.default_rng(1)
    people = count // _EACH
    centers = _unit(generator.standard_normal((people, 128), np.float32))
    owners = np.arange(count, dtype=np.int32) // _EACH
    persons = tuple(Person.new(f"person {index}") for index in range(people))
    gallery = Gallery("bench@0", persons, _around(centers[owners], generator), owners)
    probes = _around(centers[:: max(1, people // _PROBES)][:_PROBES], generator)
    address = server.new_database()
    store = PostgresStore(address, folder / str(count))
    started = time.perf_counter()
    store.update(lambda _: gallery)
    say(f"{count:,} vectors: saved in one transaction", [time.perf_counter() - started], "s")
    started = time.perf_counter()
    loaded = PostgresStore(address, folder / f"{count} loaded").load()  # Who saved it has it already.
    assert loaded is not None
    say(f"{count:,} vectors: loaded", [time.perf_counter() - started], "s")
    known_elsewhere(store, PostgresStore(address, folder / f"{count} elsewhere"), gallery)
    exact = Matcher(gallery, _THRESHOLD, MATCH_RULE)
    say(f"{count:,} vectors: one face, all compared in memory", times(exact, probes[:200]), "ms")
    neighbors = ServerNeighbors(address, gallery, print)
    started = time.perf_counter()
    neighbors.open()
    while not neighbors.is_open:
        time.sleep(0.1)
    say(f"{count:,} vectors: index built", [time.perf_counter() - started], "s")
    quick = Matcher(gallery, _THRESHOLD, MATCH_RULE, index=neighbors)
    times(quick, probes)  # Into the memory of the server.
    before = server_cpu_s(server)
    waits = times(quick, probes)
    say(f"{count:,} vectors: one face through the server", waits, "ms")
    say("  of it processor time of the server", [1e3 * (server_cpu_s(server) - before) / len(probes)], "ms")
    same = [
        one.nearest == other.nearest
        for one, other in zip(quick.match(probes), exact.match(probes), strict=True)
    ]
    say(f"  the same person as in memory (recall@1, {len(same)} faces)", [float(np.mean(same))], "")


def known_elsewhere(store: PostgresStore, other: PostgresStore, gallery: Gallery) -> None:
    """What a change costs who makes it, and how long after it another station matches by it; all is as it was then."""
    other.load()
    somebody = gallery.people[len(gallery) // 2]
    changes: dict[str, Callable[[Any], Gallery]] = {
        "somebody new": lambda now: now.add("somebody new", gallery.embeddings_of(somebody)),
        "a name": lambda now: now.rename(somebody, "renamed"),
        "the name back": lambda now: now.rename("renamed", somebody.identity.name),
        "a deletion": lambda now: now.remove(now.people[-1]),
    }
    waits: dict[str, list[float]] = {name: [] for name in changes}
    busy: dict[str, list[float]] = {name: [] for name in changes}
    made: dict[str, list[float]] = {name: [] for name in changes}
    makes: dict[str, list[float]] = {name: [] for name in changes}
    for _ in range(_TIMES):
        for name, change in changes.items():
            started, own = time.perf_counter(), time.process_time()
            store.update(change, forget=name == "a deletion")
            made[name].append(time.perf_counter() - started)
            makes[name].append(time.process_time() - own)
            started, own = time.perf_counter(), time.process_time()
            while other.version() != store.version():
                time.sleep(other.pause_s)
            now = other.load()
            assert now is not None
            large = len(now.vectors) > EXACT_UP_TO
            Matcher(now, _THRESHOLD, MATCH_RULE, index=ServerNeighbors(other.address, now) if large else None)
            waits[name].append(time.perf_counter() - started)
            busy[name].append(time.process_time() - own)
    for name in changes:
        say(f"{len(gallery.vectors):,} vectors: {name}, made in", made[name], "s")
        say("  of it processor time of that station", makes[name], "s")
        say(f"{len(gallery.vectors):,} vectors: {name}, matched by elsewhere after", waits[name], "s")
        say("  of it processor time of that station", busy[name], "s")


def times(matcher: Matcher, probes: FloatArray) -> list[float]:
    """Of each face alone, ms."""
    found = []
    for probe in probes:
        started = time.perf_counter()
        matcher.match(probe[None])
        found.append(1e3 * (time.perf_counter() - started))
    return found


def server_cpu_s(server: OwnServer) -> float:
    """Processor time of all its connections."""
    total = 0.0
    for (process,) in server.run("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"):
        if (stat := Path(f"/proc/{process}/stat")).exists():
            user, system = stat.read_text().rpartition(")")[2].split()[11:13]
            total += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return total


def say(what: str, values: list[float], unit: str) -> None:
    """Median, and the slowest."""
    load = os.getloadavg()[0]
    line = f"{what}: median {np.median(values):.4g} {unit}, fastest tenth {np.quantile(values, 0.1):.4g}"
    sys.stdout.write(f"{line}, slowest {max(values):.4g} (load {load:.1f})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [50_000, 1_000_000])
