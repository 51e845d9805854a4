"""The audit trail: a line for each thing done, no names, never too large, never in the way."""

from __future__ import annotations

import json
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.core.events import Event, Notice
from facecam.gallery.storage import audit_trail
from facecam.gallery.storage.audit_trail import AuditLine, AuditTrail, mark_of, note_in_trail

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
ID = "0a6f2a5e-0000-4000-8000-000000000001"


def trail(folder: Path) -> AuditTrail:
    return AuditTrail(folder, now=lambda: NOW, user=lambda: "door")


def test_a_line_says_who_when_and_what_and_nobodys_name(tmp_path: Path) -> None:
    trail(tmp_path / "new").add("enroll", [ID])
    trail(tmp_path / "new").add("threshold", value=0.21, kind="own people")
    first, second = trail(tmp_path / "new").read()
    assert first == AuditLine(NOW, "door", "enroll", (mark_of(ID),))
    assert dict(second.details) == {"value": 0.21, "kind": "own people"} and second.people == ()
    content = (tmp_path / "new" / "audit.jsonl").read_bytes()
    assert (
        ID.encode() not in content
        and json.loads(content.splitlines()[0])["time"] == "2026-05-20T12:00:00+00:00"
    )
    assert os.name != "posix" or (tmp_path / "new" / "audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_mark_leads_back_to_nobody_and_is_always_the_same() -> None:
    assert len(mark_of(ID)) == 16 and mark_of(ID) == mark_of(ID) and ID[:8] not in mark_of(ID)
    assert mark_of("") == ""


@pytest.mark.skipif(audit_trail.pwd is None, reason="Windows has another list of users")
def test_the_user_is_the_one_of_the_system_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    monkeypatch.setenv("LOGNAME", "somebody else")
    AuditTrail(tmp_path).add("export", kind="people")
    assert AuditTrail(tmp_path).read()[0].user == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    assert audit_trail.user_name() == "987654", "a container without such a user"


def test_a_system_without_that_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_trail, "pwd", None)
    monkeypatch.setenv("LOGNAME", "grace")
    assert audit_trail.user_name() == "grace"


def test_what_was_cut_off_or_written_into_it_is_passed_over(tmp_path: Path) -> None:
    trail(tmp_path).add("enroll", [ID])
    with open(tmp_path / "audit.jsonl", "ab") as file:
        file.write(b'[1]\n{"time": 5}\n\xff\n{"time": "2026-05-20T12:00:00+00:00", "user": "x", "what"')
    trail(tmp_path).add("delete", [ID])
    assert [line.what for line in trail(tmp_path).read()] == ["enroll", "delete"]


def test_it_never_grows_beyond_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_trail, "MOST_BYTES", 1000)
    for number in range(100):
        trail(tmp_path).add("threshold", value=number)
    files = sorted(path for path in tmp_path.iterdir() if path.suffix == ".jsonl")
    assert [path.name for path in files] == ["audit-before.jsonl", "audit.jsonl"]
    assert all(path.stat().st_size <= 1000 for path in files)
    values = [line.details["value"] for line in trail(tmp_path).read()]
    assert values == list(range(100 - len(values), 100)) and len(values) > 8


def _write(folder: Path) -> None:
    for _ in range(20):
        AuditTrail(folder).add("enroll", [ID])


def test_several_processes_write_whole_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(AuditTrail(tmp_path).read()) == 60
    assert len((tmp_path / "audit.jsonl").read_text().splitlines()) == 60


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    assert AuditTrail(tmp_path / "nowhere").read() == () and not (tmp_path / "nowhere").exists()


def test_where_it_cannot_be_written_that_is_said_and_nothing_is_undone(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(DataError) as raised:
        AuditTrail(tmp_path).add("enroll", [ID])
    assert "audit.jsonl" in raised.value.message and raised.value.hint
    said: list[Event] = []
    note_in_trail(tmp_path, "enroll", [ID], said.append)
    (notice,) = said
    assert isinstance(notice, Notice) and "audit trail" in notice.text
