"""Files at rest: sealed where a folder says so, opened for whoever has the key, and never half."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from facecam.core import vault
from facecam.core.encryption import at_rest, data_keys, sealing, unlocking
from facecam.core.errors import ConfigError, DataError
from facecam.core.paths import append, atomic_file, atomic_write, sha256_file
from facecam.core.vault import Lock

PHRASE = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE, raising=False)
    data_keys.forget_keys()
    unlocking.ask_with(None)
    yield
    data_keys.forget_keys()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a database that is encrypted, and `data` that belongs to it."""
    for name in ("database", "data"):
        (tmp_path / name).mkdir()
    vault.create(tmp_path / "database", [tmp_path / "database", tmp_path / "data"], Lock(PHRASE))
    key_file = tmp_path / "database" / data_keys.KEY_FILE
    (tmp_path / "data" / data_keys.POINTER_FILE).write_bytes(data_keys.pointer(key_file, tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize("size", [0, 1, sealing.CHUNK - 1, sealing.CHUNK, 2 * sealing.CHUNK + 5])
def test_what_is_written_is_sealed_and_read_again(home: Path, size: int) -> None:
    content, file = random.Random(size).randbytes(size), home / "data" / "a" / "b.bin"
    file.parent.mkdir()
    atomic_write(file, content, private=True)
    assert at_rest.is_sealed_file(file) and (size < 20 or content[:20] not in file.read_bytes())
    assert at_rest.read_bytes(file) == content
    with at_rest.open_file(file) as opened:
        assert opened.seek(0, os.SEEK_END) == size
    (home / "plain").write_bytes(content)
    assert sha256_file(file) == sha256_file(home / "plain")


def test_a_stream_is_sealed_too(home: Path) -> None:
    with atomic_file(home / "data" / "x", private=True) as file:
        for number in range(1000):
            file.write(f"{number:05d}\n".encode())
    assert at_rest.read_text(home / "data" / "x").splitlines()[999] == "00999"


def test_only_private_files_of_these_folders_are_sealed(home: Path) -> None:
    for file, private in ((home / "elsewhere", True), (home / "data" / "export.csv", False)):
        atomic_write(file, b"plain", private=private)
        assert file.read_bytes() == b"plain" == at_rest.read_bytes(file)


def test_no_two_sealed_files_are_alike(home: Path) -> None:
    for name in "ab":
        atomic_write(home / "data" / name, b"the same", private=True)
    one, other = ((home / "data" / name).read_bytes() for name in "ab")
    assert one != other and one[42:] != other[42:]


def test_lines_are_added_to_a_sealed_file_and_to_one_that_was_plain(home: Path) -> None:
    file = home / "database" / "log.jsonl"
    append(home / "plain.jsonl", b"one\n")
    append(home / "plain.jsonl", b"two\n")
    assert (home / "plain.jsonl").read_bytes() == b"one\ntwo\n"
    file.write_bytes(b"before\n")
    append(file, b"after\n")
    assert at_rest.is_sealed_file(file) and at_rest.read_bytes(file) == b"before\nafter\n"


def test_every_changed_bit_and_every_cut_is_noticed(home: Path) -> None:
    file = home / "data" / "x"
    atomic_write(file, b"Ada Lovelace", private=True)
    good = file.read_bytes()
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1 << place % 8
        file.write_bytes(bad)
        if place < len(data_keys.MAGIC):
            assert at_rest.read_bytes(file) == bytes(
                bad
            )  # No sealed file of ours: whoever reads it sees nonsense.
        else:
            with pytest.raises((OSError, ConfigError)):
                at_rest.read_bytes(file)
    for length in range(len(data_keys.MAGIC), len(good)):
        file.write_bytes(good[:length])
        with pytest.raises((OSError, ConfigError)):
            at_rest.read_bytes(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names, as on POSIX")
def test_a_pipe_is_read_as_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"a = 1\n" * 100,)).start()
    assert at_rest.read_text(tmp_path / "pipe") == "a = 1\n" * 100


def test_a_tampered_file_is_said_in_two_lines(home: Path) -> None:
    file = home / "data" / "x"
    atomic_write(file, b"Ada", private=True)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(DataError) as raised:
        sha256_file(file)
    assert "changed by somebody" in raised.value.message and "backup" in raised.value.hint


def test_without_the_key_nothing_is_read_and_nothing_overwritten(home: Path) -> None:
    file = home / "data" / "x"
    atomic_write(file, b"Ada", private=True)
    before = file.read_bytes()
    data_keys.forget_keys()
    with pytest.raises(ConfigError) as raised:
        at_rest.read_bytes(file)
    assert "passphrase" in raised.value.message and "FACECAM_PASSPHRASE" in raised.value.hint
    with pytest.raises(ConfigError):
        atomic_write(file, b"another", private=True)
    assert file.read_bytes() == before and sorted(path.name for path in file.parent.iterdir()) == [
        data_keys.POINTER_FILE,
        "x",
    ]


def test_a_lost_key_file_is_said_and_nothing_is_written_plain(home: Path) -> None:
    file = home / "data" / "x"
    atomic_write(file, b"Ada", private=True)
    (home / "database" / data_keys.KEY_FILE).unlink()
    data_keys.forget_keys()
    for work in (lambda: at_rest.read_bytes(file), lambda: atomic_write(file, b"y", private=True)):
        with pytest.raises(ConfigError) as raised:
            work()
        assert data_keys.KEY_FILE in raised.value.message and data_keys.POINTER_FILE in raised.value.hint
    assert at_rest.is_sealed_file(file)


def test_a_folder_that_was_made_again_is_still_encrypted(home: Path) -> None:
    (home / "data" / data_keys.POINTER_FILE).unlink()
    data_keys.enter(home / "database")
    atomic_write(home / "data" / "x", b"Ada", private=True)
    assert at_rest.is_sealed_file(home / "data" / "x")


def test_the_caches_are_those_of_the_key(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert data_keys.cache_part() == ""
    data_keys.enter(home / "database")
    part = data_keys.cache_part()
    cache = tmp_path_factory.mktemp("cache") / part / "chips"
    cache.mkdir(parents=True)
    atomic_write(cache / "a.png", b"a chip", private=True)
    assert part.startswith(data_keys.CACHE_PREFIX) and at_rest.is_sealed_file(cache / "a.png")


def test_a_child_is_handed_the_key_and_hands_it_to_nobody(home: Path) -> None:
    from facecam.core.children import command_of, environment_for
    from tests.core.at_rest_child import run_child

    atomic_write(home / "data" / "x", b"Ada", private=True)
    told = run_child(command_of("tests.core.at_rest_child", str(home / "data" / "x")), at_rest.for_child())
    assert told == "Ada True"
    assert data_keys.KEYS_VARIABLE not in environment_for()


def test_the_same_name_is_veiled_the_same_and_tells_nothing(home: Path) -> None:
    one, other = at_rest.veiled(home / "data", "Ada"), at_rest.veiled(home / "data", "Eve")
    assert one == at_rest.veiled(home / "data", "Ada") != other and len(one) == 16
    assert at_rest.veiled(home, "Ada") == ""


def test_no_key_is_looked_for_where_a_name_would_lead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that has no such paths refuses even to look."""
    looked: list[Path] = []
    monkeypatch.setattr(data_keys, "key_file_of", looked.append)
    assert at_rest.veiled(tmp_path, "Ü:ni/../code") == "" and looked == [tmp_path]
