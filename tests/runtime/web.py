"""A web server on 127.0.0.1 that misbehaves on command."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Gives each request the next answer; the last one again and again."""

    protocol_version = "HTTP/1.1"
    server: WebServer

    def do_GET(self) -> None:
        with self.server.guard:
            self.server.requests.append((self.path, dict(self.headers)))
            answers = self.server.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        # One answer per connection, so that breaking off means breaking off.
        self.close_connection = True
        answer(self)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def start(self, status: int, length: int | None = None, **headers: str) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    @property
    def first_byte(self) -> int:
        """Where the client wants to go on, 0 without a Range header."""
        return int(self.headers.get("Range", "bytes=0-")[6:-1])


class WebServer(ThreadingHTTPServer):
    """The server; `requests` holds (path, headers) of everything asked so far."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [status(404)]
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.guard = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Address, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def give(self, *answers: Answer) -> None:
        """Set what the next requests get."""
        self.answers = list(answers)

    def ranges(self) -> Sequence[str | None]:
        """The Range header of each request."""
        return [headers.get("Range") for _, headers in self.requests]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are what these tests are about."""


@contextlib.contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A server that runs, asked without a proxy."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with WebServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.stopping.set()
        server.shutdown()
        thread.join()


def whole(content: bytes, **headers: str) -> Answer:
    """The content, honouring Range unless If-Range says otherwise."""

    def answer(handler: Handler) -> None:
        first = handler.first_byte
        wanted = handler.headers.get("If-Range")
        if first >= len(content):
            handler.start(416, 0, Content_Range=f"bytes */{len(content)}")
        elif first and wanted in (None, headers.get("ETag"), headers.get("Last_Modified")):
            place = f"bytes {first}-{len(content) - 1}/{len(content)}"
            handler.start(206, len(content) - first, Content_Range=place, **headers)
            handler.wfile.write(content[first:])
        else:
            handler.start(200, len(content), **headers)
            handler.wfile.write(content)

    return answer


def without_ranges(content: bytes) -> Answer:
    """The content from its beginning, whatever was asked for."""

    def answer(handler: Handler) -> None:
        handler.start(200, len(content))
        handler.wfile.write(content)

    return answer


def broken_off(content: bytes, sent: int, **headers: str) -> Answer:
    """Promises everything and hangs up after `sent` bytes of the file."""

    def answer(handler: Handler) -> None:
        first = handler.first_byte
        place = {"Content_Range": f"bytes {first}-{len(content) - 1}/{len(content)}"} if first else {}
        handler.start(206 if first else 200, len(content) - first, **place, **headers)
        handler.wfile.write(content[first:sent])

    return answer


def chunked(content: bytes, *, endless: bool = False, finished: bool = True, size: int = 4096) -> Answer:
    """Without a length; endlessly, or without the mark of its end."""

    def answer(handler: Handler) -> None:
        handler.start(200, Transfer_Encoding="chunked")
        sent = 0
        while sent < len(content) or endless:
            piece = content[sent : sent + size] or bytes(size)
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
        if finished:
            handler.wfile.write(b"0\r\n\r\n")

    return answer


def until_closed(content: bytes) -> Answer:
    """Without a length; the end of the connection is the end of the file (HTTP/1.0)."""

    def answer(handler: Handler) -> None:
        handler.start(200, Connection="close")
        handler.wfile.write(content)

    return answer


def dripping(content: bytes, *, bytes_at_once: int, pause_s: float) -> Answer:
    """A few bytes at a time."""

    def answer(handler: Handler) -> None:
        handler.start(200, len(content))
        for begin in range(0, len(content), bytes_at_once):
            handler.wfile.write(content[begin : begin + bytes_at_once])
            handler.wfile.flush()
            if handler.server.stopping.wait(pause_s):
                return

    return answer


def status(number: int) -> Answer:
    """An error with a short page."""

    def answer(handler: Handler) -> None:
        handler.start(number, 5)
        handler.wfile.write(b"sorry")

    return answer


def redirect(location: str, *, body: bytes = b"") -> Answer:
    """To somewhere else; a `body` is sent for ever."""

    def answer(handler: Handler) -> None:
        handler.start(302, 1 << 40 if body else 0, Location=location)
        until_s = time.monotonic() + 60
        while body and time.monotonic() < until_s and not handler.server.stopping.is_set():
            handler.wfile.write(body)

    return answer


def lying(content: bytes, length: int) -> Answer:
    """The content under another length."""

    def answer(handler: Handler) -> None:
        handler.start(200, length)
        handler.wfile.write(content)

    return answer
