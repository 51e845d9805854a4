"""Portraits of strangers everybody may use: the official ones of the members of the US Congress, in the public domain.

`unitedstates/images` has one of each member at a predictable address, by size and Bioguide ID;
`unitedstates/congress-legislators` lists who is a member.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from facecam import __version__
from facecam.core.closing import Closable
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore, progressing
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, make_folder, printable
from facecam.core.words import counted
from facecam.engine.faces.face_finder import FaceFinder
from facecam.engine.places import STRANGERS_FOLDER
from facecam.vision.images.read import picture_from_bytes

#: Base of the addresses of both projects.
SITE: Final = "https://unitedstates.github.io"
_LIST, _PORTRAIT = "congress-legislators/legislators-current.json", "images/congress/450x550/{}.jpg"
#: Bytes; the list has some 1.5 million, a portrait less than 100,000.
_LARGEST_LIST, _LARGEST_PORTRAIT = 1 << 25, 1 << 22
_BIOGUIDE_ID = re.compile(r"[A-Z]\d{6}")
_TIMEOUT_S = (10.0, 30.0)
_TRIES, _LONGEST_WAIT_S = 4, 60.0
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_USER_AGENT = f"facecam/{__version__} (photos of strangers for a test of face recognition; one at a time)"
_REFUSED_FILE = "refused.json"
_CURE = "Check the network connection and ask again: what has come is kept."


@dataclass(frozen=True, slots=True)
class Portraits:
    """What is there now.

    Attributes:
        folder: holds a folder per person, fit for `--stranger-photos` and `--generic-faces`.
        people: with a portrait.
        fetched: of them now, not before.
        refused: why there is none, by Bioguide ID: not there, no picture, not one face.
    """

    folder: Path
    people: int
    fetched: int
    refused: dict[str, str]


def fetch_portraits(
    settings: Settings,
    folder: Path = STRANGERS_FOLDER,
    *,
    count: int | None = None,
    site: str = SITE,
    pause_s: float = 0.25,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> Portraits:
    """Fetch the portraits that are not there yet, one after the other; each is looked at before it is kept.

    Args:
        settings: which detector.
        folder: to be filled.
        count: people at most, always the same ones; None: all, some 540.
        site: another server of the same files.
        pause_s: between two requests; after a failure more.
        on_event: hears `Progress("portraits", …)` and notices.
        cancel: stops at once; what has come stays and is not fetched again.

    Raises:
        DataError: no connection, an answer that is no list, or a folder that cannot be written.
        Cancelled: stopped.
    """
    finder, refused = FaceFinder(settings), _refused(folder)
    with _Server(site, pause_s, on_event, cancel) as server:
        wanted = _members(server.get(_LIST, _LARGEST_LIST), site)[:count]
        fetched = 0
        for person in progressing(wanted, "portraits", on_event, cancel):
            target = folder / person / f"{person}.jpg"
            if target.is_file() or person in refused:
                continue
            content = server.get(_PORTRAIT.format(person), _LARGEST_PORTRAIT)
            why = _fault(content, person, finder)
            if why or content is None:
                refused[person] = why
                atomic_write(folder / _REFUSED_FILE, json.dumps(refused, indent=1).encode())
                continue
            make_folder(target.parent)
            atomic_write(target, content)
            fetched += 1
    there = sum((folder / person / f"{person}.jpg").is_file() for person in wanted)
    return Portraits(folder, there, fetched, {one: refused[one] for one in wanted if one in refused})


def _members(content: bytes | None, site: str) -> list[str]:
    """Bioguide IDs, in an order that mixes states and parties."""
    known: set[str] = set()
    with contextlib.suppress(ValueError, TypeError, KeyError):
        known = {str(entry["id"]["bioguide"]) for entry in parse_json(content or b"")}
    known = {one for one in known if _BIOGUIDE_ID.fullmatch(one)}
    if not known:
        raise DataError(f"{printable(site)} sent no list of members of Congress", hint=_CURE)
    return sorted(known, key=lambda one: hashlib.sha256(one.encode()).digest())


def _fault(content: bytes | None, person: str, finder: FaceFinder) -> str:
    """Why a portrait is of no use; "" where it is."""
    if content is None:
        return "no portrait"
    try:
        found = finder.find(picture_from_bytes(content, f"{person}.jpg"))
    except DataError as fault:
        return fault.message
    return "" if len(found.detections) == 1 else counted(len(found.detections), "face")


def _refused(folder: Path) -> dict[str, str]:
    make_folder(folder)
    file = folder / _REFUSED_FILE
    try:
        found = parse_json(file.read_bytes()) if file.is_file() else {}
        return {str(person): str(why) for person, why in found.items()}
    except (OSError, ValueError, AttributeError):
        return {}  # Damaged: they are asked for again.


class _Unfetched(Exception):
    """It did not work this time; `wait_s` is what the server wants."""

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class _Server(Closable):
    """Asks one thing after the other, slowly, and again where that may help."""

    def __init__(self, site: str, pause_s: float, on_event: EventSink, cancel: CancelToken) -> None:
        self._site, self._pause_s = site.rstrip("/"), pause_s
        self._on_event, self._cancel = on_event, cancel
        self._session = requests.Session()
        self._session.headers["User-Agent"] = _USER_AGENT

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def get(self, path: str, most_bytes: int) -> bytes | None:
        """The content of a file of the site, cut off after `most_bytes`; None where there is none.

        Raises:
            DataError: it does not come.
        """
        why: Exception = _Unfetched("")
        for number in range(_TRIES):
            self._cancel.check()
            try:
                content = self._received(f"{self._site}/{path}", most_bytes)
            except _Unfetched as broken:
                why = broken
                wait_s = max(broken.wait_s, (self._pause_s or 0.01) * 4 ** (number + 1))
                self._on_event(Notice(f"{path}: {broken}; trying again"))
                self._cancel.wait(min(wait_s, _LONGEST_WAIT_S))
                continue
            self._cancel.wait(self._pause_s)
            return content
        raise DataError(f"could not fetch {printable(self._site)}/{path}: {why}", hint=_CURE)

    def _received(self, url: str, most_bytes: int) -> bytes | None:
        with _as_broken(), self._session.get(url, stream=True, timeout=_TIMEOUT_S) as answer:
            if answer.status_code == 404:
                return None
            if answer.status_code in _TRY_AGAIN:
                wait = answer.headers.get("Retry-After", "")
                wait_s = float(wait) if wait.isdecimal() else 0.0
                raise _Unfetched(f"the server answered {answer.status_code}", wait_s)
            if answer.status_code != 200:
                raise DataError(f"{printable(url)}: the server answered {answer.status_code}", hint=_CURE)
            content = bytearray()
            for chunk in answer.iter_content(1 << 16):
                self._cancel.check()
                content += chunk
                if len(content) > most_bytes:
                    return bytes(content[:most_bytes])
            announced = answer.headers.get("Content-Length", "")
            plain = "Content-Encoding" not in answer.headers and announced.isdecimal()
            if plain and len(content) != int(announced):
                raise _Unfetched("the connection broke off")
            return bytes(content)


@contextlib.contextmanager
def _as_broken() -> Iterator[None]:
    try:
        yield
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema) as error:
        raise DataError(f"not a web address: {error}", hint="Such as https://example.org.") from error
    except requests.exceptions.RequestException as error:
        raise _Unfetched(f"no answer ({type(error).__name__})") from error
