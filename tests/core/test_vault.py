"""The vault: a data key that a passphrase or the keyring opens, and nothing else."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from facecam.core import vault
from facecam.core.encryption import data_keys, sealing, unlocking
from facecam.core.errors import ConfigError, DependencyError, FacecamError
from facecam.core.vault import Lock

PHRASE, OTHER = "four words nobody guesses", "another four words, please"


class FakeKeyring:
    """A keyring in memory."""

    def __init__(self, priority: float = 1) -> None:
        self.priority, self.kept = priority, dict[tuple[str, str], str]()

    def get_password(self, service: str, account: str) -> str | None:
        return self.kept.get((service, account))

    def set_password(self, service: str, account: str, secret: str) -> None:
        self.kept[service, account] = secret

    def delete_password(self, service: str, account: str) -> None:
        del self.kept[service, account]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE, raising=False)
    _start_anew()
    yield
    _start_anew()


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    fake = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: fake))
    return fake


def _start_anew() -> None:
    """As another process would."""
    data_keys.forget_keys()
    unlocking.ask_with(None)


def _file(database: Path) -> Path:
    return database / data_keys.KEY_FILE


def test_a_passphrase_opens_it_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    assert key.secret.hex() not in _file(tmp_path).read_text() and PHRASE not in _file(tmp_path).read_text()
    assert _file(tmp_path).stat().st_mode & 0o77 == 0
    for wrong in ("", "four words nobody guesse", PHRASE.upper()):
        _start_anew()
        unlocking.ask_with(lambda what, wrong=wrong: wrong)
        with pytest.raises(ConfigError) as raised:
            unlocking.unlock(_file(tmp_path))
        assert "not the passphrase" in raised.value.message and raised.value.hint
    _start_anew()
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, PHRASE)
    assert unlocking.unlock(_file(tmp_path)) == key


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    before = _file(tmp_path).read_bytes()
    with pytest.raises(ConfigError):
        vault.create(tmp_path, [tmp_path], Lock(OTHER))
    assert _file(tmp_path).read_bytes() == before


def test_nobody_is_asked_twice_for_what_was_refused(tmp_path: Path) -> None:
    vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    _start_anew()
    asked: list[str] = []
    unlocking.ask_with(lambda what: asked.append(what) or "wrong words")  # type: ignore[func-returns-value]
    for _ in range(3):
        with pytest.raises(ConfigError):
            unlocking.unlock(_file(tmp_path))
    assert len(asked) == 1 and str(tmp_path) in asked[0]
    unlocking.ask_with(lambda what: PHRASE)
    assert unlocking.unlock(_file(tmp_path)).secret
    unlocking.ask_with(None)
    assert unlocking.unlock(_file(tmp_path)).secret, "once is enough"


def test_a_file_that_is_named_counts_more_than_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, OTHER)
    _start_anew()
    unlocking.ask_with(lambda what: PHRASE)
    with pytest.raises(ConfigError):
        unlocking.unlock(_file(tmp_path))
    unlocking.ask_with(lambda what: PHRASE, is_person=False)
    assert unlocking.unlock(_file(tmp_path)) == key


def test_another_passphrase_is_another_wrap_of_the_same_key(tmp_path: Path) -> None:
    key = vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    vault.change_lock(tmp_path, Lock(OTHER))
    _start_anew()
    with pytest.raises(ConfigError):
        unlocking.unlock_with(tmp_path, PHRASE)
    unlocking.unlock_with(tmp_path, OTHER)
    assert data_keys.known(key.id) == key


def test_the_keyring_keeps_it_and_forgets_it(tmp_path: Path, ring: FakeKeyring) -> None:
    key = vault.create(tmp_path, [tmp_path], Lock())
    _start_anew()
    assert not unlocking.wants_passphrase(tmp_path) and unlocking.unlock(_file(tmp_path)) == key
    assert all(key.secret.hex() not in secret for secret in ring.kept.values())
    vault.change_lock(tmp_path, Lock(PHRASE))
    assert not ring.kept
    _start_anew()
    assert unlocking.wants_passphrase(tmp_path)
    unlocking.unlock_with(tmp_path, PHRASE)
    vault.change_lock(tmp_path, Lock())
    assert len(ring.kept) == 1
    vault.remove(tmp_path)
    assert not ring.kept and not _file(tmp_path).exists()


def test_what_the_keyring_lost_is_said(tmp_path: Path, ring: FakeKeyring) -> None:
    vault.create(tmp_path, [tmp_path], Lock())
    for kept, word in (({}, "no longer"), (dict.fromkeys(ring.kept, "bm90IHRoZSBrZXk="), "does not fit")):
        _start_anew()
        ring.kept = dict(kept)
        with pytest.raises(ConfigError) as raised:
            unlocking.unlock(_file(tmp_path))
        assert word in raised.value.message and raised.value.hint


def test_a_keyring_that_is_locked_says_how_to_read_what_is_encrypted(
    tmp_path: Path, ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.create(tmp_path, [tmp_path], Lock())
    _start_anew()

    def refuse(*_: str) -> str:
        raise RuntimeError("Failed to unlock the collection!")

    monkeypatch.setattr(ring, "get_password", refuse)
    with pytest.raises(ConfigError) as raised:
        unlocking.unlock(_file(tmp_path))
    assert "Failed to unlock" in raised.value.message and "unlock the keyring" in raised.value.hint


def test_without_a_keyring_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(DependencyError) as missing:
        vault.create(tmp_path, [tmp_path], Lock())
    assert "passphrase" in missing.value.hint

    class Broken(FakeKeyring):
        def get_password(self, service: str, account: str) -> str | None:
            raise RuntimeError("no D-Bus here")

    for chosen in (FakeKeyring(priority=0), Broken()):
        monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda chosen=chosen: chosen))
        with pytest.raises(ConfigError) as raised:
            vault.create(tmp_path, [tmp_path], Lock())
        assert "keyring" in raised.value.message and "passphrase" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_never_answers_is_not_waited_for_without_end(
    tmp_path: Path, ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.create(tmp_path, [tmp_path], Lock())
    monkeypatch.setattr(unlocking, "KEYRING_S", 0.05)
    released = threading.Event()
    for name in ("get_password", "get_keyring"):
        owner = ring if name == "get_password" else sys.modules["keyring"]
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, lambda *_: released.wait(30))
            _start_anew()
            with pytest.raises(ConfigError) as raised:
                unlocking.unlock(_file(tmp_path))
            assert (
                "did not answer within" in raised.value.message and "unlock the keyring" in raised.value.hint
            )
    released.set()
    _start_anew()
    assert unlocking.unlock(_file(tmp_path)).secret


def test_a_keyring_that_keeps_nothing_is_not_believed(
    tmp_path: Path, ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring, "set_password", lambda *_: None)
    with pytest.raises(ConfigError) as raised:
        vault.create(tmp_path, [tmp_path], Lock())
    assert "refused" in raised.value.message and not _file(tmp_path).exists()


@pytest.mark.parametrize("phrase", ["short", "1234567"])
def test_a_short_passphrase_is_refused(tmp_path: Path, phrase: str) -> None:
    with pytest.raises(ConfigError):
        vault.create(tmp_path, [tmp_path], Lock(phrase))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_is_two_lines_whatever_is_wrong(tmp_path: Path) -> None:
    vault.create(tmp_path, [tmp_path], Lock(PHRASE))
    good = json.loads(_file(tmp_path).read_text())
    wrap = good["wrap"]
    bad = [
        {**good, "format": 2},
        {**good, "key_id": "00"},
        {**good, "state": "perhaps"},
        {**good, "wrap": {**wrap, "cost": [60, 8, 1]}},
        {**good, "wrap": {**wrap, "cost": "x"}},
        {**good, "wrap": {**wrap, "salt": 5}},
        {**good, "wrap": {**wrap, "key": "00" * 48}},
        {**good, "wrap": {**wrap, "kind": "passphrase", "nonce": ""}},
        {**good, "wrap": []},
        {**good, "wrap": {}},
        {key: value for key, value in good.items() if key != "places"},
    ]
    texts = [json.dumps(one) for one in bad] + ["", "[]", "{", "\udcff", json.dumps(good)[:200]]
    for text in texts:
        _start_anew()
        _file(tmp_path).write_bytes(text.encode("utf-8", "surrogateescape"))
        unlocking.ask_with(lambda what: PHRASE)
        with pytest.raises(FacecamError) as raised:
            unlocking.unlock(_file(tmp_path))
        assert raised.value.message and raised.value.hint


def test_the_cost_in_use_is_not_the_one_of_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert sealing.COST == (17, 8, 1)
