"""Downloads from a server that breaks off, lies, drips and goes in circles."""

from __future__ import annotations

import bz2
import errno
import hashlib
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress
from facecam.core.home import ASSETS
from facecam.runtime import download as module
from facecam.runtime.download import ManifestEntry, download, load_manifest
from tests.runtime.web import (
    Handler,
    WebServer,
    broken_off,
    chunked,
    dripping,
    lying,
    redirect,
    serving,
    status,
    until_closed,
    whole,
    without_ranges,
)

CONTENT = hashlib.shake_256(b"weights").digest(600_000)
HALF = 300_000
PACKED = bz2.compress(CONTENT[:200_000] + bytes(400_000))
UNPACKED = CONTENT[:200_000] + bytes(400_000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with serving(monkeypatch) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "numbers.dat"


@pytest.fixture
def entry(server: WebServer) -> ManifestEntry:
    return ManifestEntry(
        name="numbers.dat", url=f"{server.url}/files/numbers.dat", size=len(CONTENT), sha256=sha256(CONTENT)
    )


@pytest.fixture
def packed_entry(server: WebServer) -> ManifestEntry:
    return ManifestEntry(
        name="numbers.dat",
        url=f"{server.url}/files/numbers.dat.bz2",
        size=len(UNPACKED),
        sha256=sha256(UNPACKED),
        compression="bz2",
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(entry: ManifestEntry, target: Path, **options: Any) -> bool:
    return download(entry, target, **{"backoff_s": 0.001, **options})


def refusal(entry: ManifestEntry, target: Path, **options: Any) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        fetch(entry, target, **options)
    assert "numbers.dat" in caught.value.message
    assert "--mirror" in caught.value.hint
    return caught.value


def part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def visible(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if not path.name.endswith(".lock"))


def put_part(target: Path, content: bytes) -> None:
    target.parent.mkdir(exist_ok=True)
    part_of(target).write_bytes(content)


def test_a_file_arrives_once(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(whole(CONTENT))
    events: list[Event] = []
    assert fetch(entry, target, on_event=events.append)
    assert target.read_bytes() == CONTENT
    assert visible(target) == ["numbers.dat"]
    assert events[0] == Progress("download numbers.dat", 0, len(CONTENT))
    assert events[-1] == Progress("download numbers.dat", len(CONTENT), len(CONTENT))
    assert not fetch(entry, target)
    assert len(server.requests) == 1


def test_what_a_killed_process_left_beside_the_file_goes(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    part_of(target).with_name(f"{target.name}.part.json").write_text("{}")
    assert not fetch(entry, target) and visible(target) == [target.name]


def test_a_packed_file_of_unknown_length(
    server: WebServer, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(chunked(PACKED))
    events: list[Event] = []
    assert fetch(packed_entry, target, on_event=events.append)
    assert target.read_bytes() == UNPACKED
    assert visible(target) == ["numbers.dat"]
    assert events[0] == Progress("download numbers.dat", 0, 0)
    assert not fetch(packed_entry, target)


def test_a_packed_file_known_by_what_is_transferred(
    server: WebServer, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(whole(PACKED))
    known = replace(packed_entry, sha256=sha256(PACKED), sha256_of="download", download_size=len(PACKED))
    assert fetch(known, target)
    assert target.read_bytes() == UNPACKED
    refusal(replace(known, sha256="0" * 64), target)
    assert target.read_bytes() == UNPACKED


def test_the_bytes_sent_are_the_file_whatever_they_are_called(
    server: WebServer, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(whole(PACKED, Content_Encoding="gzip"))
    assert fetch(packed_entry, target)
    assert server.requests[0][1]["Accept-Encoding"] == "identity"


def test_a_broken_download_goes_on_where_it_stopped(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(
        broken_off(CONTENT, HALF, ETag='"v1"'),
        broken_off(CONTENT, HALF + 1000, ETag='"v1"'),
        whole(CONTENT, ETag='"v1"'),
    )
    events: list[Event] = []
    assert fetch(entry, target, on_event=events.append)
    assert target.read_bytes() == CONTENT
    assert server.ranges() == [None, f"bytes={HALF}-", f"bytes={HALF + 1000}-"]
    assert server.requests[2][1]["If-Range"] == '"v1"'
    assert sum(isinstance(event, Notice) for event in events) == 2
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)


def test_the_next_start_goes_on_too(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(broken_off(CONTENT, HALF), status(404))
    refusal(entry, target)
    assert part_of(target).read_bytes() == CONTENT[:HALF]
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    assert server.ranges()[-1] == f"bytes={HALF}-"
    assert visible(target) == ["numbers.dat"]


def test_a_chunked_answer_without_end_mark_is_a_broken_one(
    server: WebServer, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(chunked(PACKED[:100_000], finished=False), whole(PACKED))
    assert fetch(packed_entry, target)
    assert server.ranges() == [None, "bytes=100000-"]


def test_a_silent_break_is_found_while_unpacking(
    server: WebServer, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(until_closed(PACKED[:100_000]), whole(PACKED))
    assert fetch(packed_entry, target)
    assert server.ranges() == [None, None]


def test_a_server_that_ignores_ranges_starts_again(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(broken_off(CONTENT, HALF), without_ranges(CONTENT))
    assert fetch(entry, target)
    assert server.ranges() == [None, f"bytes={HALF}-"]
    assert target.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_starts_again(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    old = bytes(len(CONTENT))
    server.give(broken_off(old, HALF, ETag='"old"'), whole(CONTENT, ETag='"new"'))
    assert fetch(entry, target)
    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 2


def test_weak_tags_are_no_proof_but_dates_are(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    headers = {"ETag": 'W/"v1"', "Last_Modified": date}
    server.give(broken_off(CONTENT, HALF, **headers), whole(CONTENT, **headers))
    assert fetch(entry, target)
    assert server.requests[1][1]["If-Range"] == date


def test_pieces_that_do_not_fit_are_fetched_anew(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    put_part(target, bytes(HALF))
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    assert server.ranges() == [f"bytes={HALF}-", None]
    assert target.read_bytes() == CONTENT


def test_the_part_of_another_file_is_dropped(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(broken_off(CONTENT, HALF), status(404))
    refusal(replace(entry, sha256="0" * 64), target)
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    assert server.ranges()[-1] is None


@pytest.mark.parametrize("left", ["whole", "too long", "whole but packed"])
def test_a_part_with_nothing_left_to_send(
    server: WebServer, entry: ManifestEntry, packed_entry: ManifestEntry, target: Path, left: str
) -> None:
    put_part(target, {"whole": CONTENT, "too long": CONTENT + b"!", "whole but packed": PACKED}[left])
    server.give(whole(PACKED if left == "whole but packed" else CONTENT))
    assert fetch(packed_entry if left == "whole but packed" else entry, target)
    # The first is recognised by its size; the last gets 416, which says that it is whole.
    assert server.ranges() == {"whole": [], "too long": [None]}.get(left, [f"bytes={len(PACKED)}-"])


def test_a_refused_range_that_proves_nothing_starts_again(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    put_part(target, CONTENT[:HALF])
    server.give(status(416), whole(CONTENT))
    assert fetch(entry, target)
    assert server.ranges() == [f"bytes={HALF}-", None]


def test_another_range_than_asked_for_is_not_used(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    def shifted(handler: Handler) -> None:
        handler.start(206, 10, Content_Range=f"bytes 0-9/{len(CONTENT)}")
        handler.wfile.write(CONTENT[:10])

    put_part(target, CONTENT[:HALF])
    server.give(shifted, whole(CONTENT))
    assert fetch(entry, target)
    assert target.read_bytes() == CONTENT
    assert server.ranges() == [f"bytes={HALF}-", None]


def test_wrong_bytes_never_get_the_name(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"what was there")
    server.give(whole(CONTENT[::-1]))
    assert "SHA-256" in refusal(entry, target).message
    assert len(server.requests) == 1
    assert visible(target) == ["numbers.dat"]
    assert target.read_bytes() == b"what was there"


def test_a_damaged_file_is_fetched_again(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(CONTENT[::-1])
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("length", [len(CONTENT) - 1, len(CONTENT) + 1, 1 << 50])
def test_another_length_than_declared_is_refused_unread(
    server: WebServer, entry: ManifestEntry, target: Path, length: int
) -> None:
    server.give(lying(b"", length))
    assert f"its file has {length} bytes, expected {len(CONTENT)}" in refusal(entry, target).message
    assert visible(target) == []


def test_an_endless_answer_is_cut_off(
    server: WebServer, entry: ManifestEntry, packed_entry: ManifestEntry, target: Path
) -> None:
    server.give(chunked(b"", endless=True))
    assert f"more than {len(CONTENT)} bytes" in refusal(entry, target).message
    assert "sends more than" in refusal(packed_entry, target).message
    assert visible(target) == []


def test_a_bomb_is_not_unpacked(server: WebServer, packed_entry: ManifestEntry, target: Path) -> None:
    server.give(whole(bz2.compress(bytes(30_000_000))))
    assert "unpacks to more than" in refusal(packed_entry, target).message
    assert visible(target) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PACKED[:-100_000], "no complete bzip2 file"),
        (b"no bzip2 at all" * 100, "no bzip2 file"),
        (bz2.compress(UNPACKED[:-1]), "unpacks to 599999 bytes, expected 600000"),
        (bz2.compress(UNPACKED[::-1]), "SHA-256"),
    ],
)
def test_bad_packages(
    server: WebServer, packed_entry: ManifestEntry, target: Path, content: bytes, words: str
) -> None:
    server.give(whole(content))
    assert words in refusal(packed_entry, target).message
    assert visible(target) == []


def test_a_bad_package_is_closed_before_it_goes(
    server: WebServer, packed_entry: ManifestEntry, target: Path, windows: None
) -> None:
    for content in (PACKED[:-100_000], b"no bzip2 at all" * 100):
        server.give(whole(content))
        assert "bzip2" in refusal(packed_entry, target).message
        assert visible(target) == []


def test_a_package_of_several_streams(server: WebServer, packed_entry: ManifestEntry, target: Path) -> None:
    server.give(whole(bz2.compress(UNPACKED[:1000]) + bz2.compress(UNPACKED[1000:])))
    assert fetch(packed_entry, target)
    assert target.read_bytes() == UNPACKED


def test_a_missing_file_is_asked_for_at_the_mirrors(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(status(404), status(403), whole(CONTENT))
    mirrors = (f"{server.url}/second", f"{server.url}/third")
    assert fetch(replace(entry, mirrors=mirrors), target)
    assert [path for path, _ in server.requests] == ["/files/numbers.dat", "/second", "/third"]


def test_the_reason_of_every_address_is_given(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(status(404), status(410))
    secret = f"http://user:word@127.0.0.1:{server.server_address[1]}/second?key=hidden"
    message = refusal(replace(entry, mirrors=(secret,)), target).message
    assert f"{server.url}/files/numbers.dat: the server answered 404" in message
    assert f"{server.url}/second: the server answered 410" in message
    assert "word" not in message and "hidden" not in message


def test_a_troubled_server_is_asked_again(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(status(500), status(503), status(429), whole(CONTENT))
    assert fetch(entry, target)
    assert len(server.requests) == 4


def test_but_not_for_ever(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(status(503))
    assert "answered 503 Service Unavailable, 4 times" in refusal(entry, target).message
    assert len(server.requests) == 4


def test_pauses_grow(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(status(500))
    started_s = time.monotonic()
    refusal(entry, target, backoff_s=0.02)
    assert time.monotonic() - started_s >= 0.02 + 0.04 + 0.08


def test_nobody_there(target: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/numbers.dat"
        message = refusal(ManifestEntry(name="numbers.dat", url=url, size=1, sha256="0" * 64), target).message
    assert "no connection, 4 times" in message


def test_no_answer_in_time(
    server: WebServer, entry: ManifestEntry, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_TIMEOUT_S", 0.05)

    def silent(handler: Handler) -> None:
        handler.server.stopping.wait(1)

    server.give(silent)
    assert "does not answer in time, 4 times" in refusal(entry, target).message


def test_redirects_are_followed(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(redirect("/elsewhere"), redirect(f"{server.url}/here"), whole(CONTENT))
    assert fetch(entry, target)
    assert [path for path, _ in server.requests] == ["/files/numbers.dat", "/elsewhere", "/here"]


def test_but_not_in_circles(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(redirect("/files/numbers.dat"))
    assert "redirects in circles" in refusal(entry, target).message
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher:x", "//[/"])
def test_nor_to_what_is_no_web_address(
    server: WebServer, entry: ManifestEntry, target: Path, location: str
) -> None:
    server.give(redirect(location))
    assert "no web address" in refusal(entry, target).message


def test_the_page_sent_along_with_a_redirect_is_not_read(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(redirect("/here", body=bytes(1 << 16)), whole(CONTENT))
    started_s = time.monotonic()
    assert fetch(entry, target)
    assert time.monotonic() - started_s < 30


def test_the_login_page_of_a_hotel_is_not_the_file(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    put_part(target, CONTENT[:HALF])
    server.give(lambda handler: handler.start(200, 0, Content_Type="text/html; charset=utf-8"))
    assert "web page" in refusal(entry, target).message
    assert part_of(target).read_bytes() == CONTENT[:HALF]


def test_a_stop_is_honoured_while_it_drips_and_keeps_what_came(
    server: WebServer, entry: ManifestEntry, target: Path
) -> None:
    server.give(dripping(CONTENT, bytes_at_once=100, pause_s=0.01))
    cancel = CancelToken()

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.done:
            cancel.cancel()

    with pytest.raises(Cancelled):
        fetch(entry, target, cancel=cancel, on_event=on_event)
    assert not target.exists()
    received = part_of(target).read_bytes()
    assert 0 < len(received) < HALF, "a minute's dripping is not waited for"
    assert received == CONTENT[: len(received)]
    server.give(whole(CONTENT))
    assert fetch(entry, target)
    assert server.ranges()[-1] == f"bytes={len(received)}-"


def test_a_stop_is_honoured_during_a_pause(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(status(500))
    cancel = CancelToken()

    def on_event(event: Event) -> None:
        assert isinstance(event, Notice)
        cancel.cancel()

    started_s = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(entry, target, cancel=cancel, on_event=on_event, backoff_s=60.0)
    assert time.monotonic() - started_s < 30


def test_a_full_disk_is_said_and_keeps_what_came(
    server: WebServer, entry: ManifestEntry, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SmallDisk(io.FileIO):
        def write(self, content: Any) -> int:
            room = HALF - self.tell()
            if not room:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(content[:room])

    def small(path: Path, mode: str, **_: Any) -> SmallDisk:
        return SmallDisk(path, mode)

    server.give(whole(CONTENT))
    with monkeypatch.context() as patched, pytest.raises(DataError) as caught:
        patched.setattr(module, "open", small, raising=False)
        fetch(entry, target)
    assert "disk is full" in caught.value.hint
    assert part_of(target).read_bytes() == CONTENT[:HALF]
    assert fetch(entry, target)
    assert server.ranges() == [None, f"bytes={HALF}-"]


def test_a_full_disk_while_unpacking_keeps_the_package(
    server: WebServer, packed_entry: ManifestEntry, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        if part_of(target).exists() and part_of(target).stat().st_size == len(PACKED):
            raise OSError(errno.ENOSPC, "No space left on device")

    server.give(whole(PACKED))
    with monkeypatch.context() as patched, pytest.raises(DataError) as caught:
        patched.setattr("os.fsync", no_space)
        fetch(packed_entry, target)
    assert "disk is full" in caught.value.hint
    assert visible(target) == ["numbers.dat.part", "numbers.dat.part.json"]
    assert part_of(target).read_bytes() == PACKED


def test_a_folder_that_cannot_be_made(entry: ManifestEntry, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError):
        fetch(entry, tmp_path / "file" / "numbers.dat")


def test_two_programs_fetch_it_once(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(dripping(CONTENT, bytes_at_once=100_000, pause_s=0.03))
    results: list[bool] = []
    events: list[Event] = []

    def work() -> None:
        results.append(fetch(entry, target, on_event=events.append))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert len(server.requests) == 1
    assert target.read_bytes() == CONTENT


def test_waiting_for_another_program_can_be_stopped(entry: ManifestEntry, target: Path) -> None:
    cancel = CancelToken()
    events: list[Event] = []

    def on_event(event: Event) -> None:
        events.append(event)
        cancel.cancel()

    with module._locked(target, events.append, CancelToken()), pytest.raises(Cancelled):
        fetch(entry, target, cancel=cancel, on_event=on_event)
    assert events == [Notice("waiting for another program that is fetching numbers.dat")]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_mirror_is_asked_instead_and_alone(
    server: WebServer, packed_entry: ManifestEntry, target: Path, slash: str
) -> None:
    server.give(whole(PACKED))
    away = replace(packed_entry, url="http://away.invalid/deep/folder/numbers.dat.bz2?version=1")
    assert fetch(away, target, mirror=f"{server.url}/own{slash}")
    assert [path for path, _ in server.requests] == ["/own/numbers.dat.bz2"]


@pytest.mark.parametrize("mirror", ["own", "file:///tmp", "ftp://a/b", "http://", "http://a:x/"])
def test_a_mirror_must_be_a_web_address(entry: ManifestEntry, target: Path, mirror: str) -> None:
    with pytest.raises(ConfigError, match="--mirror"):
        fetch(entry, target, mirror=mirror)


def test_the_proxy_of_the_environment_is_used(
    server: WebServer, entry: ManifestEntry, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.give(whole(CONTENT))
    assert fetch(replace(entry, url="http://away.invalid/numbers.dat"), target)
    assert [path for path, _ in server.requests] == ["http://away.invalid/numbers.dat"]


def test_a_session_can_be_given(server: WebServer, entry: ManifestEntry, target: Path) -> None:
    server.give(redirect("/here"), whole(CONTENT))
    with requests.Session() as session:
        session.headers["X-Key"] = "k"
        assert fetch(entry, target, session=session)
    assert [headers["X-Key"] for _, headers in server.requests] == ["k", "k"]


# The manifest.


def test_the_manifest_that_is_shipped() -> None:
    entries = load_manifest(ASSETS / "models" / "manifest.json")
    assert [(entry.name, entry.size) for entry in entries] == [
        ("dlib_face_recognition_resnet_model_v1.dat", 22466066),
        ("mmod_human_face_detector.dat", 729940),
        ("shape_predictor_5_face_landmarks.dat", 9150489),
    ]
    assert all(entry.url.endswith(f"/{entry.name}.bz2") for entry in entries)
    assert {(entry.compression, entry.sha256_of, entry.download_size) for entry in entries} == {
        ("bz2", "decompressed", None)
    }


FIELDS: dict[str, Any] = {
    "name": "a.dat",
    "url": "https://example.org/a.dat",
    "size": 5,
    "download_size": None,
    "sha256": "0" * 64,
    "sha256_of": "decompressed",
    "compression": None,
    "licence": "CC0-1.0",
}


def manifest_fault(tmp_path: Path, files: list[dict[str, Any]]) -> WeightsError:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"format_version": 1, "files": files}))
    with pytest.raises(WeightsError) as caught:
        load_manifest(path)
    assert str(path) in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "file:///etc/passwd"}, "url: expected an http or https address"),
        ({"mirrors": ["ftp://a/b"]}, "url: expected an http or https address"),
        ({"mirrors": "https://a/b"}, "files[0].mirrors: expected a list"),
        ({"name": "../a"}, "name: expected a plain file name"),
        ({"size": 0}, "size: expected"),
        ({"size": None}, "files[0].size: expected a whole number"),
        ({"download_size": 4}, "download_size: expected `size` or null"),
        ({"sha256": "F" * 64}, "sha256: expected 64"),
        ({"compression": "zip"}, "files[0].compression: expected bz2"),
    ],
)
def test_wrong_entries_are_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    assert words in manifest_fault(tmp_path, [{**FIELDS, **change}]).message


def test_keys_of_the_manifest_are_checked(tmp_path: Path) -> None:
    assert manifest_fault(tmp_path, [{**FIELDS, "shar256": ""}]).hint == "Did you mean files[0].sha256?"
    assert (
        "sha256: missing key"
        in manifest_fault(
            tmp_path, [{key: value for key, value in FIELDS.items() if key != "sha256"}]
        ).message
    )
    assert "each name once" in manifest_fault(tmp_path, [FIELDS, FIELDS]).message
