"""Files that browsers load, under an address that changes when any of them does: they are kept for ever."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOREVER = "public, max-age=31536000, immutable"


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
    """Serves them, whatever digest an older page asks by; only under the present one are they kept for ever."""

    def __init__(self) -> None:
        super().__init__(directory=folder())

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file of that path, which begins with a digest."""
        asked, _, name = path.partition("/")
        answer = await super().get_response(name, scope)
        if answer.status_code == 200:
            answer.headers["Cache-Control"] = FOREVER if asked == tree_digest() else "no-cache"
        return answer
