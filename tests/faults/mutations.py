"""Mutations of files: bits turned, pieces cut, doubled and moved, numbers blown up, JSON values of other kinds."""

from __future__ import annotations

import json
import random
import re
from typing import Any

_ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, -1e308, 10**400, "", "x" * 300, "\ud800", "\0", "../..", [], {}, [[]], [None], {"a": []},
)  # fmt: skip

_HEADER_BYTES = 256


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Another content, made from `content` by one to three changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(_CHANGES)(content, rng)
    return content


def mutated_at_its_beginning(content: bytes, rng: random.Random) -> bytes:
    """The same for formats with headers: every second time only there, where sizes and kinds are stated."""
    if rng.random() < 0.5:
        return mutated(content, rng)
    return mutated(content[:_HEADER_BYTES], rng) + content[_HEADER_BYTES:]


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return b"\0"
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 8, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def _remove(content: bytes, rng: random.Random) -> bytes:
    first, last = sorted(rng.randint(0, len(content)) for _ in range(2))
    return content[:first] + content[last:]


def _double(content: bytes, rng: random.Random) -> bytes:
    first, last = sorted(rng.randint(0, len(content)) for _ in range(2))
    return content[:last] + content[first:]


def _noise(content: bytes, rng: random.Random) -> bytes:
    place = rng.randint(0, len(content))
    return content[:place] + rng.randbytes(rng.choice((1, 4, 64))) + content[place:]


def _number(content: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d+(?:\.\d+)?", content))
    if not found:
        return _flip(content, rng)
    one = rng.choice(found)
    number = rng.choice((b"-1", b"0", b"1e999", b"NaN", b"9" * 400, b"65535", b"4294967296", b"0.5", b"''"))
    return content[: one.start()] + number + content[one.end() :]


def _json(content: bytes, rng: random.Random) -> bytes:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _number(content, rng)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict | list):
            for key in value if isinstance(value, dict) else range(len(value)):
                places.append((value, key))
                walk(value[key])

    walk(document)
    if not places or rng.random() < 0.1:
        document = rng.choice(_ODD_VALUES)
    else:
        owner, key = rng.choice(places)
        if rng.random() < 0.25:
            del owner[key]
        else:
            owner[key] = rng.choice(_ODD_VALUES)
    return json.dumps(document).encode()


def _other(content: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        (b"", b"\xff\xfe", b"[" * 100_000, b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"{}", b"[]", b"null")
    )


_CHANGES = (_flip, _flip, _cut, _remove, _double, _noise, _number, _json, _json, _json, _other)
