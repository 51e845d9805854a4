"""Portraits of strangers from a server with stand-ins."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.core.types import ImageArray
from facecam.engine.models import portraits
from facecam.engine.models.portraits import Portraits, fetch_portraits
from tests.runtime.web import Answer, Handler, WebServer, broken_off, serving, status, whole

LISTED = ["A000001", "B000002", "C000003", "D000004"]
LIST = json.dumps([{"id": {"bioguide": one}, "name": {}} for one in (*LISTED, "../evil")]).encode()


def encoded(image: ImageArray) -> bytes:
    return bytes(cv2.imencode(".jpg", image[..., ::-1])[1])


@pytest.fixture
def face(portraits: dict[str, ImageArray]) -> ImageArray:
    return next(iter(portraits.values()))


class Site:
    """Answers by path; counts what was asked for."""

    def __init__(self, server: WebServer) -> None:
        self.server, self.asked = server, Counter[str]()
        self.answers: dict[str, list[Answer]] = {"legislators-current.json": [whole(LIST)]}
        server.give(self._answer)

    def _answer(self, handler: Handler) -> None:
        name = handler.path.rsplit("/", 1)[-1]
        self.asked[name] += 1
        answers = self.answers.get(name, [status(404)])
        (answers.pop(0) if len(answers) > 1 else answers[0])(handler)

    def portraits(self, **contents: bytes) -> None:
        for person, content in contents.items():
            self.answers[f"{person}.jpg"] = [whole(content)]

    def fetch(self, folder: Path, **others: object) -> Portraits:
        return fetch_portraits(Settings(), folder, site=self.server.url, pause_s=0.0, **others)  # type: ignore[arg-type]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serving(monkeypatch) as server:
        yield Site(server)


def test_only_pictures_with_one_face_are_kept_each_in_a_folder_of_its_own(
    site: Site, face: ImageArray, tmp_path: Path
) -> None:
    two = np.concatenate([face, face], axis=1)
    site.portraits(A000001=encoded(face), B000002=encoded(two), C000003=b"<html>no picture</html>")
    found = site.fetch(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*/*")) == ["A000001.jpg"]
    assert (found.people, found.fetched) == (1, 1)
    assert set(found.refused) == {"B000002", "C000003", "D000004"}
    assert found.refused["B000002"] == "2 faces" and found.refused["D000004"] == "no portrait"
    assert "facecam/" in site.server.requests[0][1]["User-Agent"]
    assert not any("evil" in path for path, _ in site.server.requests)


def test_what_has_come_or_was_refused_is_not_asked_for_again(
    site: Site, face: ImageArray, tmp_path: Path
) -> None:
    site.portraits(A000001=encoded(face))
    token = CancelToken()

    def stop_after_two(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        site.fetch(tmp_path, on_event=stop_after_two, cancel=token)
    before = dict(site.asked)
    again = site.fetch(tmp_path)
    assert again.people == 1
    assert all(site.asked[f"{one}.jpg"] == 1 for one in LISTED)
    assert sum(before.values()) == 3


def test_a_server_that_is_busy_or_breaks_off_is_asked_again(
    site: Site, face: ImageArray, tmp_path: Path
) -> None:
    content = encoded(face)
    site.answers["A000001.jpg"] = [status(503), broken_off(content, 1000), whole(content)]
    assert site.fetch(tmp_path).people == 1
    assert site.asked["A000001.jpg"] == 3
    assert (tmp_path / "A000001" / "A000001.jpg").read_bytes() == content


@pytest.mark.parametrize(
    "answer", [status(500), whole(b"{}"), whole(b"[" * 100_000), whole(b'[{"id": 3}]'), status(403)]
)
def test_without_a_list_it_says_so_and_keeps_what_is_there(
    site: Site, tmp_path: Path, answer: Answer
) -> None:
    (tmp_path / "A000001").mkdir()
    (tmp_path / "A000001" / "A000001.jpg").write_bytes(b"mine")
    site.answers["legislators-current.json"] = [answer]
    with pytest.raises(DataError) as caught:
        site.fetch(tmp_path)
    assert caught.value.hint
    assert (tmp_path / "A000001" / "A000001.jpg").read_bytes() == b"mine"


def test_more_than_a_portrait_can_have_is_not_taken(
    site: Site, face: ImageArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portraits, "_LARGEST_PORTRAIT", 1000)
    site.portraits(A000001=encoded(face))
    assert set(site.fetch(tmp_path).refused) == set(LISTED)
