"""Objects of the store as browsers get them: what is ours to show, and what others sent, which is only ever saved."""

from typing import Final
from urllib.parse import quote

from starlette.responses import FileResponse, RedirectResponse, Response

from storage import keys
from storage.catalogue.drafts import Drafted
from storage.folder_store import FolderStore
from storage.objects import File
from web.desk import Desk

INERT: Final = "sandbox; default-src 'none'"
"""The policy of what others sent: whatever it holds, it runs nothing, and nothing here is within its reach."""
SHOWN: Final = {".mp4": "video/mp4", ".m4a": "audio/mp4", ".jpg": "image/jpeg", ".png": "image/png"}
"""What is shown: kinds that we make ourselves, and that no browser runs."""
LINKED: Final = 6 * 3600
"""Seconds that a link to the store lasts."""


def files_of(desk: Desk, drafted: Drafted) -> dict[str, File]:
    """The files of a draft by name, asked of the store at once; none while it is not done."""
    whole = desk.store.whole(keys.draft(str(drafted.video), drafted.number)) if drafted.state == "done" else None
    return {one.name: one for one in whole.files} if whole is not None else {}


def shown(desk: Desk, key: str, size: int, *, apart: bool = False) -> Response:
    """A picture, film or sound that we made; films come from the store itself, by range. `apart`: to be saved.

    Browsers keep it for a day: the addresses of what may change say which it is of.
    """
    name = key.rpartition("/")[2]
    kind = SHOWN.get(name[name.rfind(".") :], "application/octet-stream")
    headers = {"Content-Security-Policy": INERT, "Cache-Control": "private, max-age=86400"}
    if apart:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    if isinstance(desk.store, FolderStore):
        return FileResponse(desk.store.source(key, LINKED), media_type=kind, headers=headers)
    if kind.startswith(("video/", "audio/")):
        return RedirectResponse(desk.store.link(key, LINKED, download=name if apart else ""), 302)
    return Response(desk.store.read(key, 0, size) if size else b"", media_type=kind, headers=headers)


def attached(data: bytes, kind: str, name: str) -> Response:
    """What we write ourselves, to be saved under a name."""
    headers = {
        "Content-Security-Policy": INERT,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=kind, headers=headers)


def saved_as(desk: Desk, key: str, name: str) -> Response:
    """What somebody sent, byte for byte, to be saved under its name; never shown, whatever it is."""
    if not isinstance(desk.store, FolderStore):
        return RedirectResponse(desk.store.link(key, LINKED, download=name), 302)
    headers = {
        "Content-Security-Policy": INERT,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    return FileResponse(desk.store.source(key, LINKED), media_type="application/octet-stream", headers=headers)
