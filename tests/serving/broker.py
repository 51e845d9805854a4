"""An MQTT broker that knows enough to be published to (MQTT 3.1.1, sections 3.1 to 3.4, 3.8, 3.9 and 3.14)."""

from __future__ import annotations

import contextlib
import fnmatch
import socket
import threading


class Broker:
    """Keeps what is published, and who asked to come in."""

    def __init__(self, refuse: bool = False) -> None:
        self.published: list[tuple[str, str, bool]] = []
        self.connects: list[bytes] = []
        #: What whoever subscribes is told first.
        self.retained: dict[str, str] = {}
        self._refuse, self._connections = refuse, list[socket.socket]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No thread stays: closing alone wakes none that waits for somebody to come."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def vanish(self) -> None:
        """As if it were started again, without what it knew."""
        self.retained.clear()
        self.published.clear()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def topics(self, topic: str) -> list[str]:
        return [text for name, text, _ in self.published if name == topic]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
            except OSError:
                return
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while head := stream.read(1):
                size, shift = 0, 0
                while (byte := stream.read(1)[0]) & 128:
                    size, shift = size + ((byte & 127) << shift), shift + 7
                body = stream.read(size + (byte << shift))
                kind, flags = head[0] >> 4, head[0] & 15
                if kind == 1:
                    self.connects.append(body)
                    connection.sendall(b"\x20\x02\x00" + (b"\x05" if self._refuse else b"\x00"))
                elif kind == 3:
                    length = int.from_bytes(body[:2], "big")
                    topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
                    if flags & 6:
                        connection.sendall(b"\x40\x02" + rest[:2])
                        rest = rest[2:]
                    self.published.append((topic, rest.decode(), bool(flags & 1)))
                    if flags & 1 and rest:
                        self.retained[topic] = rest.decode()
                    elif flags & 1:
                        self.retained.pop(topic, None)
                elif kind == 8:
                    wanted = body[4 : 4 + int.from_bytes(body[2:4], "big")].decode().replace("+", "*")
                    connection.sendall(b"\x90\x03" + body[:2] + b"\x00")
                    for topic in fnmatch.filter(list(self.retained), wanted):
                        name, content = topic.encode(), self.retained[topic].encode()
                        told = len(name).to_bytes(2, "big") + name + content
                        size = bytes([len(told) & 127 | 128, len(told) >> 7])
                        connection.sendall(b"\x31" + size + told)
                elif kind == 12:
                    connection.sendall(b"\xd0\x00")
                elif kind == 14:
                    return
