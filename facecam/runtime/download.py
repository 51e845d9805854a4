"""Download of a file of the manifest: resumed, bounded, and verified before it is put in place."""

from __future__ import annotations

import bz2
import contextlib
import dataclasses
import hashlib
import io
import json
import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import urljoin, urlsplit

import filelock
import requests
from urllib3.exceptions import HTTPError  # What requests' own responses raise while being read.

from facecam.core.errors import ConfigError, WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.held_files import patiently
from facecam.core.paths import atomic_file, atomic_write, fsync, fsync_folder, readable_os_errors, sha256_file
from facecam.runtime.card import (
    FILE_NAME,
    SHA256,
    Fault,
    build,
    check_version,
    faults_of,
    read_json_object,
    require,
)

CHUNK_BYTES = 1 << 18
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
#: Further tries per address after the first.
RETRIES = 3
MAX_REDIRECTS = 5
PROGRESS_INTERVAL_S = 0.1
#: bzip2 adds at most about 1 % and a header to what it cannot compress.
BZ2_OVERHEAD_FACTOR, BZ2_OVERHEAD_BYTES = 1.01, 1 << 16

_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_CURE = "Check the network connection, or pass --mirror URL; what was received is kept and resumed."

_log = logging.getLogger(__name__)


class _Unfit(Exception):
    """This address will not give the file, however often it is asked."""


class _Broken(Exception):
    """It did not work this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """A file that can be fetched. The fields are described in `weights/README.md`.

    Attributes:
        name: the file's name as used, after decompression.
        url: where it is, http or https.
        mirrors: further addresses of the same bytes, tried in order.
        size: bytes of the file as used; more are refused.
        download_size: bytes that are transferred; None when unknown.
        sha256: 64 hex digits.
        sha256_of: whether `sha256` is that of the file as used (`decompressed`)
            or of the bytes that are transferred (`download`).
        compression: how the transferred bytes are packed.
        licence: terms of the file.

    Raises:
        ValueError: a value that cannot be meant; the message names the key.
    """

    name: str
    url: str
    mirrors: tuple[str, ...] = field(default=(), metadata={"optional_in_file": True})
    size: int
    download_size: int | None = None
    sha256: str
    sha256_of: Literal["decompressed", "download"] = "decompressed"
    compression: Literal["bz2"] | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        require(bool(FILE_NAME.fullmatch(self.name)), "name", "a plain file name", self.name)
        for url in (self.url, *self.mirrors):
            require(_is_web_address(url), "url", "an http or https address", url)
        if self.size <= 0 or (self.download_size is not None and self.download_size <= 0):
            raise Fault("size", "expected a number of bytes above 0")
        require(bool(SHA256.fullmatch(self.sha256)), "sha256", "64 lower-case hex digits", self.sha256)
        if self.compression is None and self.download_size not in (None, self.size):
            raise Fault("download_size", "expected `size` or null, because nothing is compressed")

    @property
    def transfer_size(self) -> int | None:
        """Bytes that are transferred, where that is known."""
        return self.size if self.compression is None else self.download_size

    @property
    def transfer_limit(self) -> int:
        """Bytes after which a transfer is refused."""
        if self.transfer_size is not None:
            return self.transfer_size
        return int(self.size * BZ2_OVERHEAD_FACTOR) + BZ2_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class _Manifest:
    format_version: int
    files: tuple[ManifestEntry, ...]


@dataclass(frozen=True, slots=True)
class _PartState:
    """Where the bytes of a `.part` came from; a validator proves that the server's file is the same."""

    url: str
    validator: str | None
    sha256: str


class _Session(requests.Session):
    """A session that leaves redirects to us: requests would read their bodies, however long."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def load_manifest(path: Path) -> list[ManifestEntry]:
    """Read a manifest of files to fetch strictly.

    Raises:
        WeightsError: missing, or a key is unknown, missing or wrong; the message names it.
    """
    with faults_of(path):
        values = read_json_object(path)
        check_version(values)
        entries = build(_Manifest, values).files
        names = [entry.name for entry in entries]
        if len(set(names)) != len(names):
            raise Fault("files", "expected each name once")
        return list(entries)


def download(
    entry: ManifestEntry,
    target: Path,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
    session: requests.Session | None = None,
    mirror: str | None = None,
    backoff_s: float = 1.0,
) -> bool:
    """Fetch a file unless it is there already.

    What is received goes to `TARGET.part` and is resumed there the next time;
    only bytes with the right size and SHA-256 ever get the name `target`.

    Args:
        entry: what to fetch.
        target: where the file as used is to be.
        on_event: hears `Progress("download NAME", bytes, total)` and notices.
        cancel: stops within one chunk; what was received is kept.
        session: to use instead of a fresh one (proxies, certificates).
        mirror: base address; the file's name in `entry.url` is appended to it,
            and no other address is asked.
        backoff_s: pause before the first further try, doubled for each one after.

    Returns:
        Whether anything was fetched.

    Raises:
        WeightsError: no address gave the file.
        DataError: it cannot be written, as when the disk is full.
        ConfigError: `mirror` is not a web address.
        Cancelled: `cancel` was set.
    """
    urls = [_mirrored(entry.url, mirror)] if mirror else [entry.url, *entry.mirrors]
    with _locked(target, on_event, cancel):
        if _is_there(entry, target):
            # Left by a process that was killed after it had given the file its name; needed by nobody.
            with contextlib.suppress(OSError):
                for file in filter(Path.is_file, _parts_of(target)):
                    file.unlink()
            return False
        with contextlib.nullcontext(session) if session else _Session() as used:
            assert used is not None
            _Transfer(entry, target, on_event, cancel, used, backoff_s).run(urls)
    return True


def _parts_of(target: Path) -> tuple[Path, Path]:
    """(what was received so far, where it came from)."""
    part = target.with_name(f"{target.name}.part")
    return part, part.with_name(f"{part.name}.json")


def _is_there(entry: ManifestEntry, target: Path) -> bool:
    if not target.is_file() or target.stat().st_size != entry.size:
        return False
    if entry.compression is not None and entry.sha256_of == "download":
        return False  # Nothing is known by which to recognise the decompressed file.
    return sha256_file(target) == entry.sha256


@contextlib.contextmanager
def _locked(target: Path, on_event: EventSink, cancel: CancelToken) -> Iterator[None]:
    """Hold `target` for this process, so that two of them do not write one `.part`."""
    lock = filelock.FileLock(target.with_name(f".{target.name}.lock"))
    with readable_os_errors("write in", target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        waiting = False
        while not lock.is_locked:
            cancel.check()
            try:
                lock.acquire(timeout=0.2)
            except filelock.Timeout:
                if not waiting:
                    on_event(Notice(f"waiting for another program that is fetching {target.name}"))
                waiting = True
    try:
        yield
    finally:
        lock.release()


class _Transfer:
    """One file on its way to `target`."""

    def __init__(
        self,
        entry: ManifestEntry,
        target: Path,
        on_event: EventSink,
        cancel: CancelToken,
        session: requests.Session,
        backoff_s: float,
    ) -> None:
        self.entry, self.target, self.session = entry, target, session
        self.on_event, self.cancel, self.backoff_s = on_event, cancel, backoff_s
        self.part, self.state_file = _parts_of(target)
        # Bytes of two answers were put together, so a wrong checksum need not be the server's fault.
        self._pieced = False
        self._reported_at_s = 0.0

    def run(self, urls: Sequence[str]) -> None:
        """Try the addresses in turn until the file is in place."""
        reasons = []
        for url in urls:
            try:
                self._fetch(url)
                return
            except _Unfit as reason:
                _log.info("%s: %s", _shown(url), reason)
                reasons.append(f"{_shown(url)}: {reason}")
        raise WeightsError(f"could not download {self.entry.name}: {'; '.join(reasons)}", hint=_CURE)

    def _fetch(self, url: str) -> None:
        for tries_left in range(RETRIES, -1, -1):
            try:
                self._receive(url)
                self._install()
                return
            except _Broken as reason:
                _log.info("%s: %s", _shown(url), reason)
                if not tries_left:
                    raise _Unfit(f"{reason}, {RETRIES + 1} times") from reason
                pause_s = self.backoff_s * 2.0 ** (RETRIES - tries_left)
                self.on_event(Notice(f"{self.entry.name}: {reason}; trying again in {pause_s:.0f} s"))
                self.cancel.wait(pause_s)

    def _receive(self, url: str) -> None:
        """Bring `.part` to its full length."""
        self.cancel.check()
        offset = self._resumable()
        if offset and offset == self.entry.transfer_size:
            return
        with self._answer(url, offset) as response:
            if response.status_code == 416 and self._is_whole(response, offset):
                return
            offset = self._accepted_offset(response, offset)
            total = self._announced(response, offset)
            if not offset:
                self._remember(url, response)
            self._append(response, offset, total)

    def _resumable(self) -> int:
        """Bytes of `.part` worth keeping."""
        state = self._state()
        size = self.part.stat().st_size if self.part.is_file() else 0
        if size > self.entry.transfer_limit or (state and state.sha256 != self.entry.sha256):
            self._drop()
            return 0
        self._pieced = self._pieced or size > 0
        return size

    @contextlib.contextmanager
    def _answer(self, url: str, offset: int) -> Iterator[requests.Response]:
        """The final response to a request for the bytes from `offset` on."""
        headers = {"Accept-Encoding": "identity"}
        state = self._state()
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if state and state.url == url and state.validator:
                headers["If-Range"] = state.validator
        for _ in range(MAX_REDIRECTS + 1):
            with _request_errors():
                response = self.session.get(
                    url,
                    headers=headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                )
            with contextlib.closing(response):
                if not response.is_redirect:
                    yield response
                    return
                url = _redirected(url, response)
            self.cancel.check()
        raise _Unfit("it redirects in circles")

    def _is_whole(self, response: requests.Response, offset: int) -> bool:
        """Whether a refused range means that nothing is left to send."""
        if offset and _content_range(response)[1] == offset:
            return True
        self._drop()
        raise _Broken("the server's file is shorter than what was received before")

    def _accepted_offset(self, response: requests.Response, offset: int) -> int:
        status = response.status_code
        if status == 200:
            if "text/html" in response.headers.get("Content-Type", ""):
                raise _Unfit("it sends a web page, perhaps the login page of the network")
            self._pieced = False  # The whole file is coming, whatever was asked for.
            return 0
        if status == 206:
            if _content_range(response)[0] == offset:
                return offset
            self._drop()
            raise _Broken("the server sent another range than the one asked for")
        words = f"the server answered {status} {response.reason or ''}".rstrip()
        raise _Broken(words) if status in _TRY_AGAIN else _Unfit(words)

    def _announced(self, response: requests.Response, offset: int) -> int | None:
        """Bytes of the whole transfer according to the server, if it says so."""
        length = response.headers.get("Content-Length", "")
        total = offset + int(length) if length.isdecimal() and len(length) < 19 else None
        if response.status_code == 206:
            total = _content_range(response)[1] or total
        known = self.entry.transfer_size
        if total is not None and (total > self.entry.transfer_limit or (known and total != known)):
            raise _Unfit(
                f"its file has {total} bytes, expected {known or f'at most {self.entry.transfer_limit}'}"
            )
        return total or known

    def _append(self, response: requests.Response, offset: int, total: int | None) -> None:
        done = offset
        self._report(done, total, force=True)
        with readable_os_errors("write", self.part):
            file = open(self.part, "ab" if offset else "wb", buffering=0)
        with file:
            while chunk := _next_chunk(response):
                done += len(chunk)
                if done > self.entry.transfer_limit:
                    break
                self._write(file, chunk)
                self._report(done, total)
                self.cancel.check()
        if done > self.entry.transfer_limit:
            self._drop()
            raise _Unfit(f"it sends more than {self.entry.transfer_limit} bytes")
        if total is not None and done < total:
            raise _Broken(f"the connection ended after {done} of {total} bytes")
        self._report(done, done, force=True)

    def _install(self) -> None:
        """Verify `.part` and give it its name."""
        if self.entry.compression is None or self.entry.sha256_of == "download":
            self._require(sha256_file(self.part))
        if self.entry.compression is None:
            with readable_os_errors("write", self.target):
                with open(self.part, "rb+") as file:
                    fsync(file.fileno())
                patiently(os.replace, self.part, self.target)
                fsync_folder(self.target.parent)
        else:
            self._decompress()
        self._drop()

    def _decompress(self) -> None:
        with atomic_file(self.target) as file:
            digest = self._unpack_into(file)
            if self.entry.sha256_of == "decompressed":
                self._require(digest)

    def _unpack_into(self, file: BinaryIO) -> str:
        digest, size = hashlib.sha256(), 0
        with bz2.open(self.part, "rb") as packed:
            while block := self._next_block(packed):
                self.cancel.check()
                size += len(block)
                if size > self.entry.size:
                    packed.close()  # Windows deletes no file that is open.
                    self._refuse(f"unpacks to more than {self.entry.size} bytes")
                digest.update(block)
                file.write(block)
        if size != self.entry.size:
            self._refuse(f"unpacks to {size} bytes, expected {self.entry.size}")
        return digest.hexdigest()

    def _next_block(self, packed: bz2.BZ2File) -> bytes:
        try:
            return packed.read(CHUNK_BYTES)
        except EOFError:
            self._pieced = True  # A server that names no length may have been cut off unnoticed.
            packed.close()
            self._refuse("is no complete bzip2 file")
        except OSError as error:
            if error.errno is not None:
                raise  # The disk's fault, not the file's.
            packed.close()
            self._refuse(f"is no bzip2 file ({error})")
        return b""

    def _require(self, digest: str) -> None:
        if digest != self.entry.sha256:
            self._refuse(f"has SHA-256 {digest[:12]}…, expected {self.entry.sha256[:12]}…")

    def _refuse(self, problem: str) -> None:
        """Forget what was received, because it is not the file; a fresh start may help if it was pieced."""
        pieced, self._pieced = self._pieced, False
        self._drop()
        raise _Broken(f"what it sent {problem}") if pieced else _Unfit(f"what it sent {problem}")

    def _drop(self) -> None:
        with readable_os_errors("remove", self.part):
            patiently(self.part.unlink, missing_ok=True)
            self.state_file.unlink(missing_ok=True)

    def _state(self) -> _PartState | None:
        if not self.state_file.is_file():
            return None
        try:
            with faults_of(self.state_file):
                return build(_PartState, read_json_object(self.state_file))
        except WeightsError as error:
            _log.info("resuming without knowing the server's version: %s", error)
            return None

    def _remember(self, url: str, response: requests.Response) -> None:
        etag = response.headers.get("ETag", "")
        # If-Range takes no weak tags (RFC 9110, 13.1.5).
        strong = etag if etag.startswith('"') else response.headers.get("Last-Modified")
        state = _PartState(url, strong, self.entry.sha256)
        # In this order a kill in between leaves no bytes that the note is not about.
        with readable_os_errors("remove", self.part):
            self.part.unlink(missing_ok=True)
        atomic_write(self.state_file, json.dumps(dataclasses.asdict(state)).encode())

    def _write(self, file: io.FileIO, chunk: bytes) -> None:
        # Only this is a disk error: requests' errors are OSErrors too.
        with readable_os_errors("write", self.part):
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.write(rest) :]

    def _report(self, done: int, total: int | None, *, force: bool = False) -> None:
        now_s = time.monotonic()
        if force or now_s - self._reported_at_s >= PROGRESS_INTERVAL_S:
            self._reported_at_s = now_s
            self.on_event(Progress(f"download {self.entry.name}", done, total or 0))


def _next_chunk(response: requests.Response) -> bytes:
    """What has arrived, at most `CHUNK_BYTES`; empty at the end.

    `read1` returns as soon as there is anything, so that a server which
    drips cannot hold off a stop; undecoded, so that what is counted and
    hashed is what was sent.
    """
    try:
        return bytes(response.raw.read1(CHUNK_BYTES, decode_content=False) or b"")
    except (HTTPError, OSError) as error:
        raise _Broken("the connection broke off") from error


@contextlib.contextmanager
def _request_errors() -> Iterator[None]:
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise _Unfit("its certificate was not accepted") from error
    except requests.exceptions.ProxyError as error:
        raise _Broken("the proxy does not answer") from error
    except requests.exceptions.Timeout as error:
        raise _Broken("it does not answer in time") from error
    except requests.exceptions.ConnectionError as error:
        raise _Broken("no connection") from error
    except (requests.exceptions.RequestException, ValueError) as error:
        raise _Unfit(f"the address cannot be asked ({type(error).__name__})") from error


def _redirected(url: str, response: requests.Response) -> str:
    with contextlib.suppress(ValueError):
        target = urljoin(url, response.headers["Location"])
        if _is_web_address(target):
            return target
    raise _Unfit("it redirects to something that is no web address")


def _content_range(response: requests.Response) -> tuple[int | None, int | None]:
    """(first byte, size of the whole file) of a Content-Range header, as far as it says."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if not match:
        return None, None
    first, total = match.groups()
    return (int(first) if first else None), (int(total) if total != "*" else None)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _mirrored(url: str, mirror: str) -> str:
    if not _is_web_address(mirror):
        raise ConfigError(
            f"--mirror: expected an http or https address. Received: {mirror!r}",
            hint="Give the folder the files are in, such as https://example.org/models/.",
        )
    return f"{mirror.rstrip('/')}/{urlsplit(url).path.rsplit('/', 1)[-1]}"


def _shown(url: str) -> str:
    """An address without user name, password and query, for messages."""
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return f"{parts.scheme}://{host}{parts.path}"
