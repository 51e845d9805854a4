"""A camera that speaks RTSP (RFC 2326): Motion JPEG (RFC 2435) in the connection itself, with outages on demand."""

from __future__ import annotations

import socket
import struct
import threading
import time
from types import TracebackType
from typing import Literal, Self, get_args

import cv2
import numpy as np

#: `gone`: its port is closed. `silent`: it takes connections and says nothing. `frozen`: it answers, and sends nothing.
Outage = Literal["gone", "silent", "frozen"]
OUTAGES: tuple[Outage, ...] = get_args(Outage)
_FPS = 25
_CLOCK_HZ = 90_000
_PAYLOAD_BYTES = 1200
_WIDTH_PX, _HEIGHT_PX = 64, 48


class RtspCamera:
    """Serves a moving picture on a port of 127.0.0.1 until it is left."""

    def __init__(self) -> None:
        self._frames = [_jpeg(number) for number in range(10)]
        self._outage: Outage | None = None
        self._left = threading.Event()
        self._open: list[socket.socket] = []
        self._forgotten: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._port = 0
        self._listen()
        self.address = f"rtsp://127.0.0.1:{self._port}/live"

    def fail(self, outage: Outage) -> None:
        """Begin an outage."""
        self._outage = outage
        if outage == "gone":
            self._close()

    def recover(self) -> None:
        """End it; connections made meanwhile stay without an answer."""
        was, self._outage = self._outage, None
        if was == "gone":
            self._listen()
        else:
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._close()
        for thread in self._threads:
            thread.join(60)

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

    def _start(self, work: object, given: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(given,), daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # Wakes the thread that waits for connections.
        self._listener.close()
        self._drop()

    def _drop(self) -> None:
        """Nothing is said on the connections there are any more; the ports of a camera that is gone are closed."""
        connections, self._open = self._open, []
        for one in connections if self._outage == "gone" or self._left.is_set() else ():
            one.close()
        self._forgotten.extend(connections)  # Open for whoever waits at the other end.

    def _accept(self, listener: socket.socket) -> None:
        while not self._left.is_set():
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            self._open.append(connection)
            if self._outage != "silent":
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            while (request := _request(connection)) is not None and self._speaks(connection):
                answer, plays = _answer(request, self.address)
                connection.sendall(answer)
                if plays:
                    self._play(connection)
        except OSError:
            return  # The other end has gone.

    def _speaks(self, connection: socket.socket) -> bool:
        return connection in self._open and self._outage != "silent" and not self._left.is_set()

    def _play(self, connection: socket.socket) -> None:
        number, sequence = 0, 0
        while self._speaks(connection):
            if self._outage is None:
                for packet in _packets(*self._frames[number % len(self._frames)], number, sequence):
                    connection.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                    sequence += 1
            number += 1
            time.sleep(1 / _FPS)


def _request(connection: socket.socket) -> dict[str, str] | None:
    """The lines of a request: its first word under "", the others by their name; None at the end."""
    text = b""
    while b"\r\n\r\n" not in text:
        piece = connection.recv(4096)
        if not piece:
            return None
        text += piece
    first, *lines = text.decode().split("\r\n")
    return {"": first.split()[0], **dict(line.split(": ", 1) for line in lines if ": " in line)}


def _answer(request: dict[str, str], address: str) -> tuple[bytes, bool]:
    """(what is said, whether pictures follow)."""
    lines, body = [f"CSeq: {request['CSeq']}", "Session: 1"], ""
    if request[""] == "OPTIONS":
        lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER")
    elif request[""] == "DESCRIBE":
        body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track\r\n"
        lines += [
            "Content-Type: application/sdp",
            f"Content-Base: {address}/",
            f"Content-Length: {len(body)}",
        ]
    elif request[""] == "SETUP":
        lines.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
    return ("\r\n".join(["RTSP/1.0 200 OK", *lines, "", body])).encode(), request[""] == "PLAY"


def _jpeg(number: int) -> tuple[bytes, bytes]:
    """(tables of quantization, scan) of a picture with a bar that moves."""
    picture = np.full((_HEIGHT_PX, _WIDTH_PX, 3), 90, np.uint8)
    picture[:, 5 * number : 5 * number + 8] = 200
    file = cv2.imencode(".jpg", picture)[1].tobytes()
    tables, place = b"", 2
    while file[place + 1] != 0xDA:
        length = int.from_bytes(file[place + 2 : place + 4], "big")
        if file[place + 1] == 0xDB:
            part = file[place + 4 : place + 2 + length]
            tables += b"".join(part[start + 1 : start + 65] for start in range(0, len(part), 65))
        place += 2 + length
    return tables, file[place + 2 + int.from_bytes(file[place + 2 : place + 4], "big") : -2]


def _packets(tables: bytes, scan: bytes, number: int, sequence: int) -> list[bytes]:
    """A picture in RTP: 4:2:0, with its own tables in the first packet."""
    stamp = number * _CLOCK_HZ // _FPS & 0xFFFFFFFF
    packets: list[bytes] = []
    for start in range(0, len(scan), _PAYLOAD_BYTES):
        piece = scan[start : start + _PAYLOAD_BYTES]
        last = start + len(piece) == len(scan)
        place = (sequence + len(packets)) & 0xFFFF
        head = struct.pack(">BBHII", 0x80, 26 | last << 7, place, stamp, 1)
        head += struct.pack(">IBBBB", start, 1, 255, _WIDTH_PX // 8, _HEIGHT_PX // 8)
        if start == 0:
            head += struct.pack(">BBH", 0, 0, len(tables)) + tables
        packets.append(head + piece)
    return packets
