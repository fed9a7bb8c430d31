"""Sending to webhooks: to the public network alone, to the very number that was looked at, and never further."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from pipeline.presets import Telling
from storage.addresses import AddressRefused, Receiver, of_everyone, receiver


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: its status, None when there was none, and the beginning of its answer, or why not."""

    status: int | None
    said: str

    @property
    def well(self) -> bool:
        """Whether it took what was sent (Standard Webhooks: 2xx; a redirect is not followed, and is none)."""
        return self.status is not None and 200 <= self.status < 300


def posted(url: str, body: str, headers: Mapping[str, str], numbers: Telling, *, private: bool) -> Answer:
    """Sends a body by POST, once; what came of it. `private`: our own network may be sent to.

    Nothing is followed, no proxy asked, and no more of an answer read than is shown.
    """
    try:
        to = receiver(url, private=private)
        with _connected(to, numbers, private=private) as connection:
            connection.request("POST", to.target, body.encode(), {"Host": to.shown, **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(numbers.answer_bytes).decode("utf-8", "replace"))
    except AddressRefused as error:
        return Answer(None, error.message)
    except ssl.SSLCertVerificationError as error:
        return Answer(None, f"its certificate is not to be trusted: {error.verify_message}")
    except TimeoutError:
        return Answer(None, "it did not answer in time")
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, f"it could not be reached ({type(error).__name__})")


@contextlib.contextmanager
def _connected(to: Receiver, numbers: Telling, *, private: bool) -> Generator[http.client.HTTPConnection]:
    """A connection to the number that was checked: a name that leads elsewhere a moment later makes no difference.

    It is cut when the answer takes too long, however slowly bytes drip in.
    """
    number = _number(to, private=private)
    plain = socket.create_connection((number, to.port), numbers.connect_seconds)
    connection = http.client.HTTPConnection(to.host, to.port)
    connection.sock = plain
    late = threading.Event()

    def cut() -> None:
        late.set()
        with contextlib.suppress(OSError):
            plain.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(numbers.answer_seconds, cut)
    clock.start()
    try:
        if to.secure:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=to.host)
        connection.sock.settimeout(numbers.answer_seconds)
        yield connection
        if late.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        clock.cancel()
        connection.close()
        plain.close()


def _number(to: Receiver, *, private: bool) -> str:
    """The number of a host; of several, all must be allowed, for which of them is used is anybody's guess.

    Raises:
        AddressRefused: one of them is our own network's.
        OSError: it has none.
    """
    found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    numbers = [str(one[4][0]).partition("%")[0] for one in found]
    if not private and not all(of_everyone(ipaddress.ip_address(one)) for one in numbers):
        raise AddressRefused("its name leads into the studio's own network", todo="name a public address")
    return numbers[0]
