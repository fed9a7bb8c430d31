"""A wire between a client and a server that flips bits: what a bad cable or a bad memory does."""

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
