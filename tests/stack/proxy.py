"""Wires between a client and a server: one that flips bits, as a bad cable or a bad memory does; one that is cut."""

import contextlib
import re
import socket
import threading
from collections import Counter
from typing import Self

CLEAN = 200_000
"""Bytes that pass untouched after each flip: more than any header."""


class BadWire:
    """Relays TCP to a port of loopback. `upward` and `downward` are how many bytes are still to be damaged each way."""

    def __init__(self, port: int, *, upward: int = 0, downward: int = 0) -> None:
        self._port = port
        self._left = {"up": upward, "down": downward}
        self._lock = threading.Lock()
        self.parts: Counter[int] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for source, target, way in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._relay, args=(source, target, way), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, way: str) -> None:
        passed = 0
        with source, target:
            try:
                while data := bytearray(source.recv(1 << 16)):
                    with self._lock:
                        for number in re.findall(rb"^PUT [^ ]*partNumber=(\d+)", data, re.MULTILINE):
                            self.parts[int(number)] += 1
                        passed += len(data)
                        if self._left[way] and passed > CLEAN:
                            data[len(data) // 2] ^= 0x10
                            self._left[way] -= 1
                            passed = 0
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                return


class CutWire:
    """Relays TCP to a port of loopback, until it is cut; then nobody gets through, until it is mended.

    `down` counts the bytes that came from there.
    """

    def __init__(self, port: int) -> None:
        self.down = 0
        self._port = port
        self._whole = True
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Ends every connection, and lets no other through."""
        with self._lock:
            self._whole = False
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Lets connections through again."""
        self._whole = True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if not self._whole:
                    raise ConnectionRefusedError
                server = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, target in ((client, server), (server, client)):
                args = (source, target, source is server)
                threading.Thread(target=self._relay, args=args, daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, downward: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
                if downward:
                    with self._lock:
                        self.down += len(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open -= {source, target}
        source.close()
