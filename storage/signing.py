"""Signed links to a store that is a folder: what a browser may do, until when, under a signature it cannot make.

The same as S3's presigned links, for a store that has no server of its own: our web app serves them, and asks
`Signer.allowed` first.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
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
    """Makes and checks links. `base` is the path below which the web app serves them."""

    secret: bytes = field(repr=False)
    base: str = "/objects"

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
        return f"{self.base}/{quote(path)}?{urlencode(query)}"

    def allowed(self, method: str, link: str) -> Allowed:
        """What that link allows, when it is ours, unchanged, made for that method, and still lives.

        Raises:
            LinkRefused: one of these is not so.
        """
        parts = urlsplit(link)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(pairs)
        wanted: Method = "PUT" if method == "PUT" else "GET"
        path = unquote(parts.path.removeprefix(f"{self.base}/"))
        allowed = Allowed(wanted, path, query.get("download", ""))
        until, signature = query.get("until", ""), query.get("signature", "")
        ours = hmac.compare_digest(self._signature(allowed, until).encode(), signature.encode())
        if not ours or method != wanted or len(pairs) != len(query) or not parts.path.startswith(f"{self.base}/"):
            raise LinkRefused("this link is not one of ours, or was changed", todo="ask for a new one")
        if time.time() >= int(until):
            raise LinkRefused("this link has expired", todo="ask for a new one")
        return allowed

    def _signature(self, allowed: Allowed, until: str) -> str:
        text = f"{allowed.method}\0{allowed.path}\0{allowed.download}\0{until}"
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()
