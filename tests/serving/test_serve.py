"""The local service as other programs see it: over sockets, with a real server."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import uvicorn
from PIL import Image

from facecam.cli.main import main
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import ignore
from facecam.engine.recognition.several import Station
from facecam.serving import pictures as picture_queue
from facecam.serving.access import read_or_make_token, require_loopback
from facecam.serving.events import EventHub, _tell_changes, feeds_of, watching
from facecam.serving.mqtt import Broker as Address
from facecam.serving.mqtt import Publisher, person_topic
from facecam.serving.pictures import PictureService
from facecam.serving.run import _not_held_up_by, _Server, serve
from facecam.serving.service import MOST_BYTES, make_service
from tests.engine.fixtures import enrolled, faces, heads, models_opened_once, studio
from tests.serving.broker import Broker

__all__ = ["enrolled", "faces", "heads", "models_opened_once", "studio"]

EILEEN, BARACK = "Eileen Collins", "Barack Obama"
TOKEN = "a token of more than sixteen characters"


class Served:
    """A running service and who asks it."""

    def __init__(self, settings: Settings, hub: EventHub, feeds: list[Station]) -> None:
        self.pictures = PictureService(settings, ignore)
        service = make_service(self.pictures, hub, feeds, TOKEN)
        self._server = _Server(hub, self.pictures, service)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=[[self._socket]])
        self._thread.start()

    def ask(self, path: str, content: bytes | None = None, **headers: str) -> requests.Response:
        sent = {"Authorization": f"Bearer {TOKEN}", **headers}
        method = "GET" if content is None else "POST"
        return requests.request(method, self.address + path, data=content, headers=sent, timeout=60)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture
def hub() -> EventHub:
    return EventHub()


@pytest.fixture
def served(settings: Settings, enrolled: Callable[..., Any], hub: EventHub) -> Iterator[Served]:
    enrolled(EILEEN)
    running = Served(settings, hub, [])
    yield running
    running.close()


def test_what_is_old_is_looked_for_as_long_as_it_serves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[bool] = []

    def during(*_: object) -> None:
        seen.append(any(thread.name == "facecam-retention" for thread in threading.enumerate()))

    monkeypatch.setattr(uvicorn.Server, "run", during)
    for days in (None, 7):
        serve(
            replace(settings, keep_visits_days=days),
            host="127.0.0.1",
            port=0,
            sources=[],
            token_file=tmp_path / "token",
            broker=None,
            on_event=ignore,
            on_listening=lambda _: None,
        )
    assert seen == [False, True]


def png(picture: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "png")
    return stream.getvalue()


def test_a_picture_is_recognized_and_a_change_of_people_followed(
    served: Served, heads: dict[str, Any], enrolled: Callable[..., Any]
) -> None:
    answer = served.ask("/recognize", png(heads[EILEEN])).json()
    height, width = heads[EILEEN].shape[:2]
    assert (answer["width"], answer["height"]) == (width, height)
    assert [face["name"] for face in answer["faces"]] == [EILEEN] and answer["faces"][0]["probability"] > 0.9
    assert [face["name"] for face in served.ask("/recognize", png(heads[BARACK])).json()["faces"]] == [None]
    enrolled(BARACK)
    assert until(lambda: served.ask("/people").json() == {"people": [BARACK, EILEEN]})
    assert [face["name"] for face in served.ask("/recognize", png(heads[BARACK])).json()["faces"]] == [BARACK]


@pytest.mark.parametrize(
    "path", ["/people", "/present", "/status", "/events", "/docs", "/openapi.json", "/nothing"]
)
@pytest.mark.parametrize(
    "given", ["", "Bearer wrong", "Bearer", "Basic !!", "Basic bWU6d3Jvbmc=", "Digest x"]
)
def test_nothing_can_be_read_without_the_token(served: Served, path: str, given: str) -> None:
    answer = served.ask(path, Authorization=given)
    assert answer.status_code == 401 and set(answer.json()) == {"error", "hint"}
    assert EILEEN not in answer.text and TOKEN not in answer.text


def test_a_browser_may_send_the_token_as_a_password_and_reads_what_there_is(served: Served) -> None:
    answer = requests.get(served.address + "/docs", auth=("anybody", TOKEN), timeout=60)
    assert answer.status_code == 200 and "/recognize" in answer.text and "<script" not in answer.text
    document = served.ask("/openapi.json").json()
    assert set(document["paths"]) == {"/recognize", "/people", "/present", "/status", "/events"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_origins_and_names_that_lead_here_are_refused(
    served: Served, headers: dict[str, str]
) -> None:
    answer = served.ask("/people", **headers)
    assert answer.status_code in (400, 403, 421) and EILEEN not in answer.text


@pytest.mark.parametrize(
    ("path", "content", "status"), [("/nothing", None, 404), ("/people/", None, 404), ("/people", b"x", 405)]
)
def test_what_cannot_be_asked_is_answered_as_every_other_fault(
    served: Served, path: str, content: bytes | None, status: int
) -> None:
    answer = served.ask(path, content)
    assert answer.status_code == status and set(answer.json()) == {"error", "hint"}
    assert path in answer.json()["error"] and "/recognize" in answer.json()["hint"]
    assert status != 405 or answer.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\n", bytes(MOST_BYTES + 1)],
    ids=["empty", "text", "cut", "huge"],
)
def test_what_is_no_picture_is_refused_in_two_lines(served: Served, content: bytes) -> None:
    answer = served.ask("/recognize", content)
    assert answer.status_code == 422 and answer.json()["error"] and answer.json()["hint"]
    assert served.ask("/people").status_code == 200


def test_more_than_the_queue_takes_is_refused_at_once(
    served: Served, heads: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_queue, "MOST_WAITING", 2)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: served.ask("/recognize", png(heads[EILEEN])), range(24)))
    codes = {answer.status_code for answer in answers}
    assert codes == {200, 503}
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["Retry-After"] == "1" and "waiting" in refused.json()["error"]
    assert served.ask("/recognize", png(heads[EILEEN])).status_code == 200


def test_a_picture_that_came_as_the_service_ended_is_answered(
    served: Served, heads: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has come to its end: no more of it is waited for."""
    monkeypatch.setattr("facecam.serving.access.PATIENCE_S", 600.0)
    served.pictures.end()
    refused = served.ask("/recognize", png(heads[EILEEN]))
    assert refused.status_code == 503 and "ending" in refused.json()["error"]


def begin_sending(served: Served, size: int, token: str = TOKEN) -> socket.socket:
    """A client that has told what it will send, and no more."""
    host, port = served.address.removeprefix("http://").split(":")
    client = socket.create_connection((host, int(port)))
    lines = f"POST /recognize HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    client.sendall(f"{lines}Content-Length: {size}\r\n\r\nhalf of it".encode())
    return client


def taken(served: Served, places: int) -> bool:
    return until(lambda: served.pictures._waiting == places)


def until(there: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not there() and time.monotonic() < end:
        time.sleep(0.01)
    return there()


def test_who_does_not_send_all_has_a_place_for_a_while_only(
    served: Served, heads: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else any number of them would have their bytes kept."""
    monkeypatch.setattr(picture_queue, "MOST_WAITING", 2)
    clients = [begin_sending(served, 1000) for _ in range(2)]
    assert taken(served, 2)
    assert served.ask("/recognize", png(heads[EILEEN])).status_code == 503
    assert served.ask("/people").status_code == 200
    for client in clients:
        client.close()
    assert taken(served, 0)
    monkeypatch.setattr("facecam.serving.service.PATIENCE_S", 0.1)
    client = begin_sending(served, 1000)
    assert b"422" in client.recv(1000).partition(b"\r\n")[0]
    client.close()
    assert served.ask("/recognize", png(heads[EILEEN])).status_code == 200


def test_who_hangs_up_or_sends_no_request_is_no_news_for_the_terminal(
    served: Served, heads: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    begin_sending(served, 1000).close()
    assert until(lambda: served.ask("/people").status_code == 200) and taken(served, 0)
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"hello\r\n\r\n")
        assert b"400" in client.recv(1000)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")] == []


def events_of(response: requests.Response, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in response.iter_lines():
        if line.startswith((b"data: ", b"{")):
            found.append(json.loads(line.removeprefix(b"data: ")))
        if len(found) == count:
            break
    return found


def test_a_body_without_end_is_answered_and_its_connection_closed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (("service", "MOST_BYTES"), ("service", "MOST_DROPPED"), ("access", "MOST_DROPPED")):
        monkeypatch.setattr(f"facecam.serving.{module}.{name}", 1000)
    for token, status in ((TOKEN, b"422"), ("wrong", b"401")):
        client = begin_sending(served, 1_000_000, token)
        client.sendall(bytes(2000))
        with client.makefile("rb") as stream:
            answer = stream.read()
        assert status in answer.partition(b"\r\n")[0] and b"connection: close" in answer.lower()
        client.close()
    monkeypatch.setattr("facecam.serving.service.MOST_DROPPED", 10_000)
    refused = served.ask("/recognize", bytes(2000))
    assert refused.status_code == 422 and "larger" in refused.json()["error"]
    assert "close" not in refused.headers.get("connection", "")


def test_who_connects_and_asks_nothing_is_not_kept(
    settings: Settings, enrolled: Callable[..., Any], hub: EventHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.serving.run._HEAD_S", 0.1)
    enrolled(EILEEN)
    served = Served(settings, hub, [])
    for asked, begun in ((b"", b""), (b"", b"POST /recog"), (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"G")):
        with socket.create_connection(("127.0.0.1", int(served.address.rpartition(":")[2]))) as client:
            client.settimeout(60)
            client.sendall(asked)
            while asked and not (answer := client.recv(10_000)).endswith(b"}"):
                assert answer
            client.sendall(begun)
            assert client.recv(1000) == b""
    served.close()


def test_whoever_is_not_done_is_given_up_at_the_end(
    served: Served, heads: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that does not read, one that does not send, a picture in work and one that waits for its turn."""
    began, go_on = threading.Event(), threading.Event()
    recognize = served.pictures._pictures.recognize

    def held(image: Any) -> Any:
        began.set()
        assert go_on.wait(60)
        return recognize(image)

    monkeypatch.setattr(served.pictures._pictures, "recognize", held)
    clients = [begin_sending(served, 1000) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        for _ in range(2):
            pool.submit(served.ask, "/recognize", png(heads[EILEEN]))
        assert began.wait(60) and until(lambda: served.pictures._at_work == 2)
        served.close()
        ended: list[int] = []
        monkeypatch.setattr("facecam.serving.run.leave", ended.append)
        monkeypatch.setattr("facecam.serving.run._GOODBYE_S", 0.01)
        with pytest.raises(KeyboardInterrupt), _not_held_up_by(served.pictures):
            raise KeyboardInterrupt
        assert ended == [130]
        go_on.set()
        assert until(lambda: served.pictures.end())
        with pytest.raises(KeyboardInterrupt), _not_held_up_by(served.pictures):
            raise KeyboardInterrupt
    assert ended == [130] and not [one for one in caplog.records if one.name.startswith("uvicorn")]
    for client in clients:
        client.close()


@pytest.mark.parametrize("kind", ["text/event-stream", "application/x-ndjson"])
def test_who_comes_and_goes_is_told_as_it_happens(served: Served, hub: EventHub, kind: str) -> None:
    came = {"kind": "came", "name": EILEEN, "source": "0"}
    hub.tell(came)
    with requests.get(
        served.address + "/events",
        headers={"Authorization": f"Bearer {TOKEN}", "Accept": kind},
        stream=True,
        timeout=60,
    ) as response:
        assert response.headers["Content-Type"].startswith(kind)
        telling = threading.Timer(0.2, lambda: hub.tell({**came, "kind": "left"}))
        telling.start()
        assert [event["kind"] for event in events_of(response, 2)] == ["came", "left"]
    assert served.ask("/present").json() == {"present": []}


def test_a_stream_of_events_ends_with_the_service(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """To its last byte: cut off, whoever listens would take it for a fault, and so would the log."""
    with requests.get(
        served.address + "/events", headers={"Authorization": f"Bearer {TOKEN}"}, stream=True, timeout=60
    ) as response:
        closing = threading.Timer(0.2, served.close)
        closing.start()
        assert list(response.iter_lines()) == []
        closing.join()
    assert not caplog.records


def test_a_source_tells_who_was_there(
    settings: Settings, enrolled: Callable[..., Any], heads: dict[str, Any], studio: Path
) -> None:
    enrolled(EILEEN)
    for number, name in enumerate((EILEEN, EILEEN, BARACK)):
        (studio / f"{number}.png").write_bytes(png(heads[name]))
    hub, heard = EventHub(), list[dict[str, Any]]()
    feeds = feeds_of(settings, [str(studio)], ignore)
    with hub.listening(heard.append):
        _tell_changes(feeds, hub)
    kinds = [(event["kind"], event["name"]) for event in heard]
    assert ("came", EILEEN) in kinds and ("left", EILEEN) in kinds and ("came", None) in kinds
    assert kinds.count(("came", EILEEN)) == kinds.count(("left", EILEEN)) == 1 and not hub.present


def test_a_source_that_cannot_be_opened_is_said_and_the_rest_goes_on(
    settings: Settings,
    enrolled: Callable[..., Any],
    heads: dict[str, Any],
    studio: Path,
    tmp_path: Path,
    hub: EventHub,
) -> None:
    enrolled(EILEEN)
    (studio / "0.png").write_bytes(png(heads[EILEEN]))
    notices, heard = list[Any](), list[dict[str, Any]]()
    feeds = feeds_of(settings, [str(tmp_path / "nothing.mp4"), str(studio)], notices.append)
    with hub.listening(heard.append):
        _tell_changes(feeds, hub)
    lost, other = feeds.all
    assert not lost.running and lost.fault is not None and "nothing.mp4" in lost.fault.message
    assert [notice.text for notice in notices] == [f"{lost.name}: {lost.fault.message}"]
    assert other.fault is None and [event["kind"] for event in heard] == ["came", "left"]


def test_whoever_is_here_has_left_when_nobody_looks_any_more(
    settings: Settings, enrolled: Callable[..., Any], heads: dict[str, Any], studio: Path, hub: EventHub
) -> None:
    enrolled(EILEEN)
    (studio / "0.png").write_bytes(png(heads[EILEEN]))
    came, heard = threading.Event(), list[str]()
    with hub.listening(lambda event: (heard.append(event["kind"]), came.set())):
        with watching(feeds_of(settings, [str(studio)], ignore), hub):
            assert came.wait(60)
        assert heard == ["came", "left"] and not hub.present


def test_the_broker_is_told_and_home_assistant_finds_the_people() -> None:
    broker = Broker()
    publisher = Publisher(Address("127.0.0.1", broker.port, "me", "secret"), "here")
    came = {"kind": "came", "name": EILEEN, "source": "0"}
    for event in (
        came,
        {**came, "source": "1"},
        {**came, "kind": "left"},
        {**came, "source": "1", "kind": "left"},
    ):
        publisher(event)
    publisher.close()
    broker.close()
    ident = person_topic(EILEEN)
    assert broker.topics(f"facecam/person/{ident}/state") == ["ON", "ON", "ON", "OFF"], (
        "seen by two, left by both"
    )
    found = json.loads(broker.topics(f"homeassistant/binary_sensor/facecam/{ident}/config")[0])
    assert found["name"] == EILEEN and found["state_topic"] == f"facecam/person/{ident}/state"
    assert (
        broker.topics("facecam/status") == ["online", "offline"] and len(broker.topics("facecam/event")) == 4
    )
    assert b"me" in broker.connects[0] and b"secret" in broker.connects[0]


def test_the_broker_forgets_whoever_is_deleted_also_of_an_earlier_run() -> None:
    broker = Broker()

    def told(topic: str, *names: str, people: str = "here") -> Publisher:
        publisher = Publisher(Address("127.0.0.1", broker.port, topic=topic), people)
        for name in names:
            publisher({"kind": "came", "name": name, "source": "0"})
        return publisher

    def announced() -> list[str]:
        return [
            json.loads(text)["name"] for topic, text in broker.retained.copy().items() if "config" in topic
        ]

    told("facecam", "Ada", "Eve", "").close()
    told("yard", "Hal").close()
    told("facecam", "Zoe", people="another computer's").close()
    publisher = told("facecam", "Jim")
    deadline = time.monotonic() + 60
    while set(announced()) != {"Eve", "Hal", "Zoe", "somebody unknown"} and time.monotonic() < deadline:
        publisher.forget_others(lambda: ["Eve"])
        time.sleep(0.01)
    publisher({"kind": "left", "name": "Eve", "source": "0"})
    publisher.close()
    broker.close()
    assert set(announced()) == {"Eve", "Hal", "Zoe", "somebody unknown"}, (
        "what other stations announce is theirs"
    )
    assert f"facecam/person/{person_topic('Ada')}/state" not in broker.retained
    assert broker.retained[f"facecam/person/{person_topic('Eve')}/state"] == "OFF"


def test_a_broker_that_comes_back_is_told_anew_who_is_here() -> None:
    broker = Broker()
    publisher = Publisher(Address("127.0.0.1", broker.port), "here")
    came = {"kind": "came", "name": EILEEN, "source": "0"}
    for event in (came, {**came, "name": BARACK}):
        publisher(event)
    states = {name: f"facecam/person/{person_topic(name)}/state" for name in (EILEEN, BARACK)}
    assert until(lambda: set(states.values()) <= broker.retained.keys())
    broker.vanish()
    publisher({**came, "kind": "left"})
    assert until(lambda: set(states.values()) <= broker.retained.keys())
    assert until(lambda: [broker.retained[one] for one in states.values()] == ["OFF", "ON"])
    assert f"homeassistant/binary_sensor/facecam/{person_topic(EILEEN)}/config" in broker.retained
    assert broker.topics("facecam/status") == ["online"]
    publisher.close()
    broker.close()


def test_two_stations_with_topics_of_their_own_announce_two_sensors_of_somebody() -> None:
    broker = Broker()
    for topic in ("facecam", "yard"):
        publisher = Publisher(Address("127.0.0.1", broker.port, topic=topic), "here")
        publisher({"kind": "came", "name": EILEEN, "source": "0"})
        publisher.close()
    broker.close()
    found = [json.loads(text) for topic, text in broker.retained.items() if topic.endswith("/config")]
    assert sorted(one["state_topic"].partition("/")[0] for one in found) == ["facecam", "yard"]
    assert len({one["unique_id"] for one in found}) == 2
    devices = [one["device"]["identifiers"] for one in found]
    assert not set(devices[0]) & set(devices[1]), "what shares one is one device"
    assert all(one["origin"]["name"] == "facecam" for one in found)


def test_what_an_older_version_announced_goes_to_the_device_of_its_station_and_leaves_no_other() -> None:
    """Home Assistant gives a sensor to another device only after it was gone."""
    broker, older = Broker(), ["facecam", f"facecam_{person_topic('here')}"]
    discovery = "homeassistant/binary_sensor/facecam"
    announced = {}
    for topic, ident in (("facecam", person_topic(EILEEN)), ("yard", person_topic(f"yard/{EILEEN}"))):
        state = f"{topic}/person/{person_topic(EILEEN)}/state"
        config = {"name": EILEEN, "state_topic": state, "device": {"identifiers": older}}
        announced[topic] = f"{discovery}/{ident}/config"
        broker.retained[announced[topic]] = json.dumps(config)
    for _ in range(2):
        publisher = Publisher(Address("127.0.0.1", broker.port), "here")
        assert until(
            lambda: older != json.loads(broker.retained[announced["facecam"]])["device"]["identifiers"]
        )
        publisher.close()
    broker.close()
    gone, again = broker.topics(announced["facecam"])
    (device,) = json.loads(again)["device"]["identifiers"]
    assert not gone and device not in older
    assert json.loads(broker.retained[announced["yard"]])["device"]["identifiers"] == older, (
        "another station's"
    )
    assert broker.retained[f"facecam/person/{person_topic(EILEEN)}/state"] == "OFF"


def test_a_broker_that_refuses_is_said() -> None:
    broker = Broker(refuse=True)
    with pytest.raises(ConfigError) as caught:
        Publisher(Address("127.0.0.1", broker.port, "me", "a wrong one"), "here")
    broker.close()
    assert "refuses" in caught.value.message and "FACECAM_MQTT_PASSWORD" in caught.value.hint
    assert "a wrong one" not in caught.value.message + caught.value.hint


def test_no_broker_is_said_in_two_lines() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConfigError) as caught:
        Publisher(Address("127.0.0.1", port), "here")
    assert str(port) in caught.value.message and "--mqtt" in caught.value.hint


def test_a_token_is_made_once_for_nobody_else_and_a_weak_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    token = read_or_make_token(file)
    assert len(token) == 43 and read_or_make_token(file) == token and file.stat().st_mode & 0o077 == 0
    file.chmod(0o644)
    assert read_or_make_token(file) == token and file.stat().st_mode & 0o077 == 0
    for weak in (b"", b"short\n", b"\xff" * 40, "ä".encode() * 40):
        file.write_bytes(weak)
        with pytest.raises(ConfigError):
            read_or_make_token(file)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org", ""])
def test_other_computers_are_not_listened_to(host: str) -> None:
    with pytest.raises(ConfigError) as caught:
        require_loopback(host)
    assert "other computers" in caught.value.message
    assert require_loopback("localhost") == "127.0.0.1" and require_loopback("[::1]") == "::1"


def test_the_command_says_what_is_wrong(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        folders = ["--database", str(settings.database), "--data", str(settings.data)]
        token = ["--token-file", str(tmp_path / "token")]
        assert main(["serve", "--port", str(port), "--weights", str(settings.weights), *folders, *token]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and str(port) in lines[0] and "--port" in lines[1]


def test_an_empty_gallery_names_nobody(settings: Settings, heads: dict[str, Any]) -> None:
    running = Served(settings, EventHub(), [])
    try:
        answer = running.ask("/recognize", png(heads[EILEEN])).json()
        assert [face["name"] for face in answer["faces"]] == [None]
        assert running.ask("/recognize", png(np.zeros((80, 60, 3), np.uint8))).json()["faces"] == []
    finally:
        running.close()


def test_a_source_that_names_nothing_is_two_lines_before_anything_is_served(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [f"--{name}={getattr(settings, name)}" for name in ("data", "database", "weights")]
    assert main(["serve", "--port", "0", "--source", "demo", "--source", "nope", *folders]) == 2
    what, hint = capsys.readouterr().err.splitlines()[-2:]
    assert "nope is no file, folder, address or camera" in what and "camera" in hint


def test_a_source_named_twice_is_refused(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [f"--{name}={getattr(settings, name)}" for name in ("data", "database", "weights")]
    assert main(["serve", "--port", "0", "--source", "demo", "--source", "demo", *folders]) == 2
    assert "named twice" in capsys.readouterr().err.splitlines()[-2]
