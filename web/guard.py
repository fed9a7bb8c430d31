"""What holds for every answer and every request, before any route: headers, hosts, sizes."""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.desk import Desk

LONGEST_ADDRESS = 8192
"""Bytes of path and query: those of a presigned link have under a thousand, nginx allows 8 KiB."""
MOST_HEADERS = 32768
"""Bytes of all headers: a browser sends under two thousand, nginx allows four times 8 KiB."""
SHARED = "/r/"
"""Addresses that are secrets themselves: where one goes from there is told nothing of them."""
FORM = 4096
"""Bytes that a form has around its file."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def policy(stores: Sequence[str]) -> str:
    """What a page may load: from here alone, and bytes of media from the store."""
    direct = " ".join(("'self'", *stores))
    media = f"{direct} blob:"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src {media} data:",
            f"media-src {media}",
            f"connect-src {direct}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """Around the whole app: refuses other hosts and bodies that are too large, and puts the headers on."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._hosts = {desk.site.host, desk.site.host.rpartition(":")[0] or desk.site.host}
        self._own_ports = desk.site.host.rpartition(":")[0] in LOOPBACK
        self._most = desk.limits.body_kb * 1024
        self._part = desk.limits.part_mb * 1024 * 1024
        self._file = desk.limits.note_file_mb * 1024 * 1024 + FORM
        self._headers = {
            "Content-Security-Policy": policy(desk.site.stores),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Robots-Tag": "noindex",  # nothing here is for search engines
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            **({"Strict-Transport-Security": "max-age=31536000"} if desk.site.secure else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(SHARED):
                    headers["Referrer-Policy"] = "no-referrer"
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        most = self._most_of(scope["path"])
        refused = self._refused(scope, most)
        if refused is not None:
            await PlainTextResponse(*refused)(scope, receive, sent)
            return
        await self._app(scope, _bounded(receive, most), sent)

    def _most_of(self, path: str) -> int:
        """Bytes that a body may have: more where files are sent."""
        if path.startswith("/parts/"):
            return self._part
        of_note = path.endswith("/files") and path.removeprefix("/api/v1").startswith("/notes/")
        return self._file if of_note else self._most

    def _refused(self, scope: Scope, most: int) -> tuple[str, int] | None:
        """What is told of a request that goes no further, and its status; None for one that does."""
        headers = Headers(scope=scope)
        if not self._known(headers.get("host", "")):
            return "this host is not known here", 421
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return f"wanted an address of at most {LONGEST_ADDRESS} letters", 414
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            return f"wanted at most {MOST_HEADERS} bytes of headers", 431
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > most:
            return f"wanted at most {most} bytes", 413
        return None

    def _known(self, host: str) -> bool:
        name = host.rpartition(":")[0] or host
        return host in self._hosts or name in self._hosts or (self._own_ports and name in LOOPBACK)


def _bounded(receive: Receive, most: int) -> Receive:
    """The body of a request, refused as soon as it is longer than allowed, whatever it said."""
    so_far = 0

    async def bounded() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise HTTPException(413, f"wanted at most {most} bytes")
        return message

    return bounded
