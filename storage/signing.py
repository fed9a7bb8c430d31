"""Signed links to a store that is a folder: what a browser may do, until when, under a signature it cannot make.

The same as S3's presigned links, for a store that has no server of its own: our web app serves them, and asks
`Signer.allowed` first.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pipeline.errors import LinkRefused

Method = Literal["GET", "PUT"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a link allows: `path` is a key (GET), or an upload's id and a part's number (PUT)."""

    method: Method
    path: str
    download: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and checks links. The web app serves what is read below `base`, and takes parts below `parts`."""

    secret: bytes = field(repr=False)
    base: str = "/objects"
    parts: str = "/parts"

    def link(self, method: Method, path: str, seconds: int, download: str = "") -> str:
        """A link, without a host, that allows one method on one path for so long.

        Raises:
            ValueError: it would live for less than a second or more than 7 days, S3's limit.
        """
        if not 1 <= seconds <= 7 * 24 * 3600:
            raise ValueError(f"a link of {seconds} seconds")
        until = str(int(time.time()) + seconds)
        signature = self._signature(Allowed(method, path, download), until)
        query = {"until": until, "signature": signature} | ({"download": download} if download else {})
        return f"{self._base(method)}/{quote(path)}?{urlencode(query)}"

    def allowed(self, method: str, link: str) -> Allowed:
        """What that link allows, when it is ours, unchanged, made for that method, and still lives.

        Raises:
            LinkRefused: one of these is not so.
        """
        parts = urlsplit(link)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(pairs)
        wanted: Method = "PUT" if method == "PUT" else "GET"
        base = f"{self._base(wanted)}/"
        path = unquote(parts.path.removeprefix(base))
        allowed = Allowed(wanted, path, query.get("download", ""))
        until, signature = query.get("until", ""), query.get("signature", "")
        ours = hmac.compare_digest(self._signature(allowed, until).encode(), signature.encode())
        if not ours or method != wanted or len(pairs) != len(query) or not parts.path.startswith(base):
            raise LinkRefused("this link is not one of ours, or was changed", todo="ask for a new one")
        if time.time() >= int(until):
            raise LinkRefused("this link has expired", todo="ask for a new one")
        return allowed

    def _base(self, method: Method) -> str:
        return self.parts if method == "PUT" else self.base

    def _signature(self, allowed: Allowed, until: str) -> str:
        text = f"{allowed.method}\0{allowed.path}\0{allowed.download}\0{until}"
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


def kept_secret(path: Path) -> bytes:
    """The secret that links are signed with, kept in a file that only its owner reads, made at first.

    Raises:
        OSError: it can be neither read nor written.
    """
    while not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        scratch.touch(0o600)
        scratch.write_bytes(secrets.token_bytes(32))
        try:
            path.hardlink_to(scratch)  # whole, and of the first who made one
        except FileExistsError:
            continue
        finally:
            scratch.unlink()
    return path.read_bytes()
