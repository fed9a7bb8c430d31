"""Addresses that people give us to send to: which may be, so that nobody reaches our own network through us (SSRF)."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.errors import PipelineError

LONGEST = 500
"""Characters of an address at most."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(PipelineError):
    """An address that nothing is sent to."""

    code = "not-this"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where something is sent: `target` is path and query."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def shown(self) -> str:
        """Host, and port where one was written, for people; the path may hold a secret."""
        usual = 443 if self.secure else 80
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"


def receiver(url: str, *, private: bool) -> Receiver:
    """Where an address leads. `private`: our own network may be sent to, and plain HTTP.

    Raises:
        AddressRefused: it is no such address, or one that nothing is sent to; names are looked up only when it is sent.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _refused("this is no address") from error
    host = (parts.hostname or "").rstrip(".")
    if len(url) > LONGEST or not host or not url.strip().isascii() or any(one.isspace() for one in url.strip()):
        raise _refused("this is no address")
    if parts.scheme not in ({"https", "http"} if private else {"https"}):
        raise _refused("the address begins otherwise than with https")
    if parts.username is not None or parts.password is not None:
        raise _refused("the address has a name or a password before the host")
    if not private:
        refuse_own(host)
    secure = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(secure, host, port or (443 if secure else 80), target)


def refuse_own(host: str) -> None:
    """Refuses a host that is our own network by its very name or number.

    Raises:
        AddressRefused: it is.
    """
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host:
            raise _own() from None
        return
    if not of_everyone(number):
        raise _own()


def of_everyone(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a number is of the public network, also where one is wrapped in another.

    >>> [of_everyone(ipaddress.ip_address(one)) for one in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo and number.teredo[1])
        if number in _NAT64:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inner is not None and not of_everyone(inner):
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _refused(what: str) -> AddressRefused:
    return AddressRefused(what, todo="write an address such as https://chat.example.org/hooks/rushes")


def _own() -> AddressRefused:
    return AddressRefused(
        "the address leads into the studio's own network",
        todo="name a public one, or have the admin of the machines set RUSHES_WEBHOOKS_PRIVATE",
    )
