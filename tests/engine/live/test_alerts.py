"""Alerts: told once when somebody comes, not again while they stay; commands without a shell, faults said once."""

from __future__ import annotations

import http.server
import json
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.core.types import Identity
from facecam.engine.live import alert_actions
from facecam.engine.live.alert_actions import AlertMessenger, AlertTargets, filled, post_json, run_command
from facecam.engine.live.alerts import Alert, AlertRule, AlertWatch
from tests.engine.fakes import eventually
from tests.engine.live.test_film_transport import result

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class Clocked:
    """A watch that is shown frames every 0.1 s of a fake clock."""

    def __init__(self, rule: AlertRule) -> None:
        self.watch, self.now_s = AlertWatch(rule, lambda: NOON), 0.0
        self.told: list[str] = []

    def see(self, *who: str | None, for_s: float) -> list[str]:
        before = len(self.told)
        for _ in range(round(for_s / 0.1)):
            alerts = self.watch.update(result(self.now_s, *who), self.now_s, "camera 0")
            self.told += [one.identity.name if one.identity else "?" for one in alerts]
            self.now_s += 0.1
        return self.told[before:]


def test_a_chosen_person_is_told_of_once_while_they_stay() -> None:
    seen = Clocked(AlertRule("Ada; Grace", pause_s=60))
    assert seen.see("Eve", None, for_s=3) == []
    assert seen.see("Ada", for_s=2) == ["Ada"]
    assert seen.see("Ada", "Grace", for_s=600) == ["Grace"]
    assert seen.see(for_s=59) == [] and seen.see("Ada", for_s=2) == [], "back within the pause"
    assert seen.see(for_s=61) == [] and seen.see("Ada", for_s=2) == ["Ada"]


def test_strangers_are_told_of_as_one_and_not_for_a_glimpse() -> None:
    seen = Clocked(AlertRule(strangers=True, pause_s=10))
    assert seen.see(None, for_s=0.8) == [] and seen.see("Ada", for_s=1) == []
    assert seen.see(None, None, for_s=3) == ["?"]
    assert seen.see(None, for_s=30) == []


def test_nobody_chosen_means_nothing_is_told() -> None:
    assert not AlertWatch(AlertRule()).wants_anything and not AlertWatch(AlertRule(" ; ")).wants_anything
    assert AlertWatch(AlertRule("ada")).wants_anything
    seen = Clocked(AlertRule())
    assert seen.see("Ada", None, for_s=5) == []


# ---------------------------------------------------------------------- commands

ADA = Alert(Identity("1", 'Ada "; rm -rf ~ $(x)'), NOON, "camera 0")


def test_a_name_is_one_word_of_the_command_whatever_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "told.json"
    script = tmp_path / "tell.py"
    script.write_text(
        "import json, os, sys\njson.dump([sys.argv[2:], os.environ['FACECAM_NAME']], open(sys.argv[1], 'w'))"
    )
    run_command(
        AlertTargets(f'"{sys.executable}" "{script}" "{out}" hello "{{name}} came" {{event}} $HOME'), ADA
    )
    assert ADA.identity is not None
    name = ADA.identity.name
    assert json.loads(out.read_text()) == [["hello", f"{name} came", "person", "$HOME"], name]


def test_a_name_that_looks_like_a_place_holder_is_not_filled_in_again() -> None:
    alert = Alert(Identity("1", "{source}"), NOON, "camera 0")
    assert filled(["{name}", "{other}"], alert) == ["{source}", "{other}"]
    assert filled(["{name}"], Alert(None, NOON, "x")) == ["unknown"]


def test_a_command_of_windows_keeps_backslashes_and_apostrophes(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = AlertTargets('"C:\\Users\\Pat O\'Hara\\tell.exe" {name} C:\\it\'s\\log.txt ""')
    with monkeypatch.context() as patched:
        patched.setattr(os, "name", "nt")
        words = targets.words()
    assert words == ["C:\\Users\\Pat O'Hara\\tell.exe", "{name}", "C:\\it's\\log.txt", ""]


@pytest.mark.parametrize("program", ["C:\\tell.bat", "tell.CMD", "tell.bat. "])
def test_no_name_is_a_command_for_a_batch_file(program: str) -> None:
    alert = Alert(Identity("1", 'Ada"&calc&%PATH%'), NOON, "http://cam/?a=1&b=2")
    assert filled([program, "a&b", "{name} {source}"], alert) == [
        program,
        "a&b",
        "Ada  calc  PATH  http://cam/?a=1 b=2",
    ]


@pytest.mark.parametrize(
    "command, what",
    [("/no/such/program", "cannot be started"), (f'"{sys.executable}" -c "raise SystemExit(3)"', "code 3")],
)
def test_a_command_that_does_not_work_says_so(command: str, what: str) -> None:
    with pytest.raises(DataError, match=what) as failed:
        run_command(AlertTargets(command), ADA)
    assert failed.value.hint


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_actions, "TIMEOUT_S", 0.3)
    with pytest.raises(DataError, match="did not end"):
        run_command(AlertTargets(f'"{sys.executable}" -c "import time; time.sleep(60)"'), ADA)


@pytest.mark.parametrize(
    "targets",
    [
        AlertTargets('say "hello'),
        AlertTargets(address="ftp://x/y"),
        AlertTargets(address="example"),
        AlertTargets(address="http://"),
    ],
)
def test_what_cannot_be_meant_is_refused(targets: AlertTargets) -> None:
    with pytest.raises(ConfigError) as refused:
        targets.check()
    assert refused.value.hint


# ---------------------------------------------------------------------- addresses


class Receiver(http.server.BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[str, dict[str, object]]]] = []
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, json.loads(body)))
        self.send_response(self.answer)
        if self.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.got, Receiver.answer = [], 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/door"
    server.shutdown()
    server.server_close()


def test_an_address_gets_who_when_and_where_and_no_picture(receiver: str) -> None:
    post_json(AlertTargets(address=receiver), ADA)
    ((path, body),) = Receiver.got
    assert path == "/door" and ADA.identity is not None
    assert body == {
        "event": "person",
        "name": ADA.identity.name,
        "time": "2026-05-01T12:00:00+00:00",
        "source": "camera 0",
    }


@pytest.mark.parametrize("answer, what", [(500, "error 500"), (302, "error 302")])
def test_an_address_that_answers_with_an_error_says_so(receiver: str, answer: int, what: str) -> None:
    Receiver.answer = answer
    with pytest.raises(DataError, match=what):
        post_json(AlertTargets(address=receiver), ADA)
    assert len(Receiver.got) == 1, "nothing is sent on to another place"


def test_faults_are_said_once_until_it_works_again(receiver: str) -> None:
    said: list[FacecamError] = []
    messenger = AlertMessenger(AlertTargets("/no/such/program", receiver), said.append)
    messenger.tell(ADA)
    messenger.tell(ADA)
    assert eventually(lambda: len(Receiver.got) == 2), "the address is told though the command fails"
    Receiver.answer = 500
    messenger.tell(ADA)
    messenger.tell(ADA)
    assert eventually(lambda: len(Receiver.got) == 4)
    assert eventually(lambda: len(said) == 2)
    messenger.close()
    assert eventually(lambda: not any(one.name == "facecam-alerts" for one in threading.enumerate()))
    assert [("command" in one.message, "500" in one.message) for one in said] == [
        (True, False),
        (False, True),
    ]


def test_nothing_wanted_starts_nothing() -> None:
    before = threading.active_count()
    AlertMessenger(AlertTargets(), lambda error: None).tell(ADA)
    assert threading.active_count() == before and os.environ.get("FACECAM_NAME") is None
