"""Files that browsers load, under an address that changes when any of them does: they are kept for ever."""

import gzip
import hashlib
from functools import cache
from importlib import resources
from pathlib import Path, PurePath
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOREVER: Final = "public, max-age=31536000, immutable"
PRESSED: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""Files that gzip makes smaller, and what they are."""


def folder() -> Path:
    """Where they lie."""
    return Path(str(resources.files("web"))) / "static"


@cache
def tree_digest() -> str:
    """The digest of all of them, names and bytes. One for all, so that modules import each other by relative names."""
    whole = hashlib.sha256()
    for path in sorted(folder().rglob("*")):
        if path.is_file():
            name = path.relative_to(folder()).as_posix().encode()
            whole.update(len(name).to_bytes(4) + name + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def static(name: str) -> str:
    """The address of a file."""
    return f"/static/{tree_digest()}/{name}"


class Statics(StaticFiles):
    """Serves them, whatever digest an older page asks by; only under the present one are they kept for ever.

    What a page cannot be drawn without comes from memory, pressed once: the review room wants 46 such files, and with
    a look at the disk for each they took a fifth of a second of this process before the film had its turn.
    """

    def __init__(self) -> None:
        super().__init__(directory=folder())
        paths = [path for path in folder().rglob("*") if path.suffix in PRESSED]
        self._pressed = {
            path.relative_to(folder()).as_posix(): gzip.compress(path.read_bytes(), mtime=0) for path in paths
        }

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file of that path, which begins with a digest."""
        asked, _, name = path.partition("/")
        answer = self._at_once(name, scope) or await super().get_response(name, scope)
        if answer.status_code == 200:
            answer.headers["Cache-Control"] = FOREVER if asked == tree_digest() else "no-cache"
        return answer

    def _at_once(self, name: str, scope: Scope) -> Response | None:
        pressed, takes = self._pressed.get(name), Headers(scope=scope).get("accept-encoding", "")
        if pressed is None or "gzip" not in takes or scope["method"] != "GET":
            return None
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(pressed, 200, headers, PRESSED[PurePath(name).suffix])
