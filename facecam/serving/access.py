"""Access to the local service: its token, and what is refused before anything is read."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from facecam.core.errors import ConfigError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.private import is_open_to_others, make_private

#: Characters a token has at least; ours have 43.
_LEAST: Final = 16
#: More than any token, bytes.
_MOST_BYTES: Final = 4096
#: A body has come by then: its place is wanted by others.
PATIENCE_S: Final = 30.0
#: So much of a body is read only to be dropped, bytes.
MOST_DROPPED: Final = 200_000_000
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")

Answer = tuple[int, str, str, tuple[tuple[bytes, bytes], ...]]
_UNKNOWN: Final[Answer] = (
    401,
    "the token is missing or wrong",
    "Send `Authorization: Bearer TOKEN`; a browser asks for it as the password.",
    ((b"www-authenticate", b'Basic realm="facecam", charset="UTF-8"'),),
)
_OTHER_ORIGIN: Final[Answer] = (403, "a page of another origin may not ask", "Ask from a program.", ())
_OTHER_HOST: Final[Answer] = (421, "this name is not the service's", "Ask for 127.0.0.1 or localhost.", ())


def read_or_make_token(file: Path) -> str:
    """The first line of a file; where there is none, a new token is written into it, for this user's eyes only.

    Raises:
        ConfigError: it holds no token, or one that can be guessed.
        DataError: it cannot be read or written.
    """
    with readable_os_errors("read", file):
        content = file.open("rb").read(_MOST_BYTES) if file.exists() else None
    if content is None:
        token = secrets.token_urlsafe(32)
        atomic_write(file, f"{token}\n".encode(), private=True)
        return token
    token = content.decode("utf-8", "replace").partition("\n")[0].strip()
    if len(token) < _LEAST or not token.isascii() or not token.isprintable():
        raise ConfigError(
            f"{printable(str(file))} holds no token of {_LEAST} plain characters or more",
            hint="Remove the file, and a new token is made.",
        )
    if is_open_to_others(file):
        make_private(file)
    return token


def require_loopback(host: str) -> str:
    """The address to listen at, which must be this computer's own.

    Raises:
        ConfigError: others could reach it.
    """
    name = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        own = ipaddress.ip_address(name).is_loopback
    except ValueError:
        own = False
    if not own:
        raise ConfigError(
            f"--host {printable(host)} could be reached by other computers",
            hint="Use 127.0.0.1, and a reverse proxy with TLS for other computers.",
        )
    return name


class TokenGuard:
    """Lets through whoever has the token, asks under our own name, and is no page of another origin.

    Args:
        app: what is guarded.
        token: as `Bearer`, or as the password of `Basic` with any user name, which is what browsers can send.
        hosts: names by which the service may be asked for, without port: another one is a page's that has had its
            name lead here.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Iterable[str] = LOOPBACK_NAMES) -> None:
        self._app, self._token, self._hosts = app, token.encode(), frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, send)
            return
        is_over = await drained(receive)
        status, error, hint, headers = refusal
        body = json.dumps({"error": error, "hint": hint}).encode()
        sent = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *headers,
            *([] if is_over else [(b"connection", b"close")]),
        ]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    def _refusal(self, headers: Headers) -> Answer | None:
        host = headers.get("host", "")
        name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        if name.lower() not in self._hosts:
            return _OTHER_HOST
        if any(origin.lower() != f"http://{host.lower()}" for origin in headers.getlist("origin")):
            return _OTHER_ORIGIN
        # What a page shows as a picture or a script has no origin; a browser that has the token would send it along.
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _OTHER_ORIGIN
        if not hmac.compare_digest(_given(headers.get("authorization", "")), self._token):
            return _UNKNOWN
        return None


async def drained(receive: Receive) -> bool:
    """Read and drop what is left of a body: who still sends would not hear the answer; whether it came to its end."""
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while size <= MOST_DROPPED:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return True
    return False


def _given(authorization: str) -> bytes:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return b""
    return b""
