"""Sealed files: opened by the passphrase alone; what was changed, cut off or rearranged is refused."""

from __future__ import annotations

import io
import random
import subprocess
import sys

import pytest

from facecam.core.encryption import sealing
from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.engine.places import ROOT
from facecam.engine.tools.sealed_file import MAGIC, SealedReader, SealedWriter

PHRASE = "four words nobody guesses"
#: Magic, header.
HEAD = 17 + 3 + 16 + 16 + 7
SMALL = 64


@pytest.fixture(autouse=True)
def _quick_and_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setattr(sealing, "CHUNK", SMALL)


def sealed(content: bytes, phrase: str = PHRASE, step: int = 37) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, phrase)
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
    writer.seal()
    return file.getvalue()


def opened(content: bytes, phrase: str = PHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(content), phrase, "mine.facecam")
    read = reader.read()
    reader.finish()
    return read


@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 5 * SMALL, 1000])
def test_what_went_in_comes_out(size: int) -> None:
    content = random.Random(size).randbytes(size)
    assert opened(sealed(content)) == content
    reader = SealedReader(io.BytesIO(sealed(content)), PHRASE, "x")
    pieces = []
    while piece := reader.read(13):
        pieces.append(piece)
    assert b"".join(pieces) == content and all(len(piece) == 13 for piece in pieces[:-1])


def test_nothing_of_the_content_is_to_be_seen_and_no_two_are_alike() -> None:
    content = b"Ada Lovelace " * 20
    one, other = sealed(content), sealed(content)
    assert b"Ada Lovelace" not in one and one[HEAD:] != other[HEAD:]


def test_another_passphrase_opens_nothing() -> None:
    for phrase in ("four words nobody guesse", "", "Four words nobody guesses", "ü" * 9):
        with pytest.raises(ConfigError) as raised:
            opened(sealed(b"x"), phrase)
        assert "passphrase" in raised.value.message and raised.value.hint


def test_any_script_will_do() -> None:
    assert opened(sealed(b"x", "пароль из слов \udcff"), "пароль из слов \udcff") == b"x"


@pytest.mark.parametrize("phrase", ["", "short", "1234567"])
def test_a_short_passphrase_seals_nothing(phrase: str) -> None:
    with pytest.raises(ConfigError) as raised:
        SealedWriter(io.BytesIO(), phrase)
    assert "letters" in raised.value.message


def test_every_changed_bit_is_noticed() -> None:
    content = random.Random(1).randbytes(3 * SMALL + 7)
    good = sealed(content)
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1 << place % 8
        with pytest.raises(FacecamError):
            opened(bytes(bad))


def test_every_cut_is_noticed() -> None:
    good = sealed(random.Random(2).randbytes(3 * SMALL + 7))
    for length in range(len(good)):
        with pytest.raises(DataError) as raised:
            opened(good[:length])
        assert raised.value.message and raised.value.hint


def test_chunks_cannot_be_exchanged_repeated_left_out_or_added() -> None:
    good = sealed(random.Random(3).randbytes(4 * SMALL))
    head, body = good[:HEAD], good[HEAD:]
    size = SMALL + 16
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert len(chunks) == 4
    for order in ([1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 2, 3, 3], [3]):
        with pytest.raises(DataError):
            opened(head + b"".join(chunks[number] for number in order))
    other = sealed(random.Random(4).randbytes(4 * SMALL))
    with pytest.raises(FacecamError):
        opened(good[: HEAD + size] + other[HEAD + size :])


def test_a_file_cannot_ask_for_all_memory() -> None:
    bad = bytearray(sealed(b"x"))
    bad[len(MAGIC)] = 40
    with pytest.raises(DataError):
        opened(bytes(bad))


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "no backup"), (b"PK\x03\x04", "no backup"), (b"facecam sealed 9\n", "newer"), (MAGIC, "cut off")],
)
def test_other_files_are_refused_in_words(content: bytes, word: str) -> None:
    with pytest.raises(DataError) as raised:
        opened(content)
    assert word in raised.value.message and "mine.facecam" in raised.value.message


def test_the_cost_in_use_is_not_the_one_of_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert sealing.COST == (17, 8, 1) and sealing.CHUNK == 1 << 20


def test_without_the_package_it_is_said_what_to_do() -> None:
    script = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from facecam.cli.main import main\n"
        "print(main(['backup', '/nowhere/x', '--passphrase-file', '/nowhere/y']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "2\n" and "cryptography" in done.stderr and "make setup" in done.stderr
    assert len(done.stderr.splitlines()) == 2
