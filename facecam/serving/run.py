"""Start and end of the local service: socket, models, sources, broker."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from facecam.core.children import leave
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError, reason_of
from facecam.core.events import EventSink, repeating
from facecam.engine.diagnostics.retention import DailyRetention
from facecam.serving.access import read_or_make_token, require_loopback
from facecam.serving.events import EventHub, feeds_of, watching
from facecam.serving.mqtt import Broker, Publisher
from facecam.serving.pictures import PictureService
from facecam.serving.service import make_service

#: Connections that wait to be taken.
_BACKLOG = 64
#: Who is deleted is forgotten by the broker so soon.
_FORGET_EVERY_S = 2.0
#: Who does not read to the end is not waited for longer, and after that no picture that is being worked on.
_GOODBYE_S = 2
#: Who connects, or was answered, asks within this.
_HEAD_S = 10.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the service is.

    Attributes:
        address: to ask at, such as `http://127.0.0.1:8642`.
        token_file: its first line must be sent.
    """

    address: str
    token_file: Path


def _impatient(**options: Any) -> Any:
    """A connection that ends where nobody asks anything: else such ones would soon be all there can be."""
    protocol: Any = AutoHTTPProtocol(**options)

    loop = asyncio.get_running_loop()

    def look(before: Any) -> None:
        """At the newest request: one that was answered and is the newest still has no other after it."""
        newest, transport = protocol.cycle, protocol.transport
        if transport is None or transport.is_closing():
            return
        if newest is before and (newest is None or newest.response_complete):
            transport.close()
        else:
            loop.call_later(_HEAD_S, look, newest)

    loop.call_later(_HEAD_S, look, None)
    return protocol


class _Server(uvicorn.Server):
    """Ends streams of events, which never end by themselves, before it ends."""

    def __init__(self, hub: EventHub, pictures: PictureService, service: ASGIApp) -> None:
        config = uvicorn.Config(
            service,
            http=cast(Any, _impatient),
            log_config=None,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_GOODBYE_S,
        )
        super().__init__(config)
        self._hub, self._pictures = hub, pictures

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.end()
        self._pictures.end()
        # Who is not waited for any more is no fault of ours.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    sources: Sequence[str],
    token_file: Path,
    broker: Broker | None,
    on_event: EventSink,
    on_listening: Callable[[Listening], None],
) -> int:
    """Serve until interrupted.

    Args:
        settings: models, database, detector, threshold.
        host: an address of this computer.
        port: 0: any that is free.
        sources: watched for comings and goings.
        token_file: made if it is absent.
        broker: is told of them, too; None: nobody is.
        on_event: gets notices.
        on_listening: called once when the service can be asked.

    Returns:
        The exit code.

    Raises:
        ConfigError: the address is taken or others', or the broker does not answer.
        WeightsError: a model is missing or damaged.
        GalleryError: the database is unreadable or stale.
    """
    name = require_loopback(host)
    token = read_or_make_token(token_file)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_socket_at(name, port))
        pictures = PictureService(settings, on_event)
        stack.enter_context(_not_held_up_by(pictures))
        hub = EventHub()
        if broker is not None:
            publisher = Publisher(
                broker, settings.server or f"{platform.node()} {settings.database.resolve()}"
            )
            stack.callback(publisher.close)
            stack.enter_context(hub.listening(publisher))
            stack.enter_context(
                repeating(_FORGET_EVERY_S, lambda: _forget_gone(publisher, pictures), "facecam-mqtt")
            )
        feeds = feeds_of(settings, sources, on_event)
        server = _Server(hub, pictures, make_service(pictures, hub, feeds.all, token))
        if settings.deletes_what_is_old:
            stack.enter_context(DailyRetention(lambda: settings, on_event).looking())
        stack.enter_context(watching(feeds, hub))
        shown = f"[{name}]" if ":" in name else name
        on_listening(Listening(f"http://{shown}:{listener.getsockname()[1]}", token_file))
        server.run([listener])
    return 0


@contextlib.contextmanager
def _not_held_up_by(pictures: PictureService) -> Iterator[None]:
    """Python waits for its threads, and a picture may take a minute: it is given up, when all else was put away."""
    try:
        yield
    except KeyboardInterrupt as end:
        if not pictures.end(_GOODBYE_S):
            leave(128 + getattr(end, "number", signal.SIGINT))
        raise


def _forget_gone(publisher: Publisher, pictures: PictureService) -> None:
    # Of people who cannot be read nobody is known to be gone; whoever asks for a picture hears of it.
    with contextlib.suppress(FacecamError):
        publisher.forget_others(pictures.people)


def _socket_at(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        # Else an answer waits 40 ms for the acknowledgement of its own head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise ConfigError(
            f"nothing can listen at port {port}: {reason_of(error)}",
            hint="Another program may be there: choose another --port, or 0 for any.",
        ) from error
