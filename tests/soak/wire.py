"""The line to a database server that others use too: for those at its end the server is gone while it is cut."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: what was not sent is thrown away, and the other end is told at once."""


class Wire:
    """Hands on every byte between `port` and the server, until `cut`; `mend` takes connections again."""

    def __init__(self, host: str, server_port: int, port: int) -> None:
        self._server, self.port = (host, server_port), port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening: socket.socket | None = None
        self.mend()

    def mend(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port), reuse_port=False, backlog=100)
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        """Every connection is reset, and the next ones are refused."""
        if self._listening is not None:
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        with self._lock:
            for each in self._open:
                _reset(each)
            self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
                far = socket.create_connection(self._server)
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with self._lock:
            self._open -= {one, other}
        _reset(one)
        _reset(other)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()
