"""HTTP interface of the local service."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from facecam import __version__
from facecam.core.errors import DataError, FacecamError
from facecam.engine.recognition.several import Station
from facecam.serving.access import MOST_DROPPED, PATIENCE_S, TokenGuard, drained
from facecam.serving.events import Event, EventHub
from facecam.serving.pictures import Overloaded, PictureService

#: Bytes of a picture.
MOST_BYTES: Final = 32_000_000
#: A silent stream says so this often, so that whoever listens knows it is there.
_HEARTBEAT_S: Final = 15.0
#: Events kept for a listener who does not read; then the oldest go.
_MOST_UNREAD: Final = 256
#: Nobody is told who asked for what, whatever the environment says.
_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_PICTURE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "description": "a picture file, up to 32 MB"}
            }
        },
    }
}


class _Unfinished(DataError):
    """A body that was not read to its end."""


def make_service(pictures: PictureService, hub: EventHub, feeds: Sequence[Station], token: str) -> TokenGuard:
    """The service as an ASGI application; nothing of it can be read without the token.

    Args:
        pictures: recognizes what is sent.
        hub: where changes in front of the sources are told.
        feeds: the sources watched.
        token: of whoever may ask.
    """
    # What is no request has its answer; the terminal is not told of each.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    # The documentation pages of FastAPI load scripts from elsewhere; ours is below.
    app = FastAPI(
        title="facecam",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # What cannot be asked is a fault with two lines, not an empty answer.
        telemetry=_NO_TELEMETRY,
    )

    @app.exception_handler(FacecamError)
    async def _fault(_: Request, error: FacecamError) -> JSONResponse:
        overloaded = isinstance(error, Overloaded)
        status = 503 if overloaded else 422 if isinstance(error, DataError) else 500
        headers = {"Retry-After": "1"} if overloaded else {}
        if isinstance(error, _Unfinished):
            headers["Connection"] = "close"
        return JSONResponse({"error": error.message, "hint": error.hint}, status, headers)

    @app.exception_handler(HTTPException)
    async def _refused(request: Request, refusal: HTTPException) -> JSONResponse:
        what = f"{request.method} {request.url.path} is nothing that can be asked: {refusal.detail}"
        hint = f"Ask for one of: {', '.join(app.openapi()['paths'])}; see /docs."
        return JSONResponse({"error": what, "hint": hint}, refusal.status_code, refusal.headers)

    @app.exception_handler(ClientDisconnect)
    async def _gone(_: Request, __: ClientDisconnect) -> Response:
        return Response(status_code=400)  # Nobody hears it, and it is no fault of ours.

    # The answer as it is: values by their annotation would be checked and copied first.
    @app.post("/recognize", summary="Who is in a picture", openapi_extra=_PICTURE_BODY)
    async def recognize(request: Request) -> JSONResponse:
        """Send the bytes of a picture file; every face comes back with `box`, `name` (null: nobody known),
        `probability` and what `facecam recognize --json` says besides."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(pictures.place())
            except Overloaded:
                await drained(request.receive)
                raise
            return JSONResponse(await pictures.recognize(await _body(request)))

    @app.get("/people", summary="Who is enrolled")
    def people() -> dict[str, list[str]]:
        """The names of everybody, in the order of the alphabet."""
        return {"people": pictures.people()}

    @app.get("/present", summary="Who is here now")
    async def present() -> dict[str, list[Event]]:
        """Of everybody in front of the sources watched, when they came."""
        return {"present": hub.present}

    @app.get("/status", summary="What is being watched")
    async def status() -> dict[str, Any]:
        """Version and sources; `fault` says why one ended."""
        sources = [
            {
                "source": feed.name,
                "running": feed.running,
                "fault": None if feed.fault is None else feed.fault.message,
            }
            for feed in feeds
        ]
        return {"version": __version__, "sources": sources}

    @app.get("/events", summary="Who comes and goes, as it happens", response_class=StreamingResponse)
    async def events(request: Request) -> StreamingResponse:
        """Server-sent events; JSON lines where `Accept: application/x-ndjson` asks for them."""
        lines = "ndjson" in request.headers.get("accept", "")
        return StreamingResponse(
            _streamed(hub, lines=lines),
            media_type="application/x-ndjson" if lines else "text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(_page(app.openapi()))

    return TokenGuard(app, token)


async def _body(request: Request) -> bytes:
    """The body, kept no further than pictures go, and no longer waited for than one takes to come.

    Raises:
        DataError: it is longer, empty, or does not come.
    """
    parts, size, is_over = [], 0, False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            async for part in request.stream():
                size += len(part)
                if size > MOST_DROPPED:
                    break
                if size <= MOST_BYTES:
                    parts.append(part)
                else:
                    parts.clear()
            else:
                is_over = True
    fault = DataError if is_over else _Unfinished
    if size > MOST_BYTES:
        raise fault(f"the picture is larger than {MOST_BYTES // 1_000_000} MB", hint="Send a smaller one.")
    if not is_over:
        raise fault(f"the picture did not come within {PATIENCE_S:.0f} s", hint="Send all of it at once.")
    if not size:
        raise DataError("the request has no picture", hint="Send the bytes of a picture file as the body.")
    return b"".join(parts)


async def _streamed(hub: EventHub, *, lines: bool) -> AsyncIterator[str]:
    unread: asyncio.Queue[Event | None] = asyncio.Queue(_MOST_UNREAD)
    loop = asyncio.get_running_loop()

    def put(event: Event | None) -> None:
        if unread.full():
            unread.get_nowait()
        unread.put_nowait(event)

    def hear(event: Event) -> None:
        loop.call_soon_threadsafe(put, event)

    with hub.listening(hear, at_end=lambda: put(None)) as present:
        for event in present:
            yield _line(event, lines)
        while True:
            try:
                event_or_end = await asyncio.wait_for(unread.get(), _HEARTBEAT_S)
            except TimeoutError:
                yield "\n" if lines else ": still here\n\n"
                continue
            if event_or_end is None:
                return
            yield _line(event_or_end, lines)


def _line(event: Event, lines: bool) -> str:
    text = json.dumps(event, ensure_ascii=False)
    return f"{text}\n" if lines else f"event: {event['kind']}\ndata: {text}\n\n"


def _page(document: dict[str, Any]) -> str:
    """The OpenAPI document for reading: no script, nothing from elsewhere."""
    parts = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            title = html.escape(f"{method.upper()} {path}")
            summary, words = (html.escape(operation.get(key, "")) for key in ("summary", "description"))
            parts.append(f"<h2><code>{title}</code></h2><p><b>{summary}.</b> {words}</p>")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>facecam</title>'
        f"<h1>facecam {html.escape(__version__)}</h1><p>The whole of it: <a href=openapi.json>openapi.json</a>.</p>"
        f"{''.join(parts)}</html>"
    )
