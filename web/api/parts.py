"""`/parts`: where a browser puts the parts of a file when the store is a folder. The link is the right."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.errors import NotFound
from storage.folder_store import FolderStore
from web.desk import Desk
from web.language import N_
from web.problems import NotThis
from web.rules import SIGNED_LINK, may
from web.visitor import desk_of

router = APIRouter()


@router.put("/parts/{upload}/{number}", dependencies=[may(SIGNED_LINK)], status_code=204, include_in_schema=False)
async def put_part(
    request: Request, desk: Annotated[Desk, Depends(desk_of)], content_md5: Annotated[str, Header()] = ""
) -> Response:
    """Takes one part; sent again, it replaces what was sent."""
    store = desk.store
    if not isinstance(store, FolderStore):
        raise NotFound(N_("there is no such page here"), todo=N_("go back and look again"))
    link = f"{request.url.path}?{request.url.query}"
    name, _, number = store.signer.allowed("PUT", link).path.partition("/")
    await run_in_threadpool(_put, store, name, int(number), await request.body(), _hex(content_md5))
    return Response(status_code=204)


def _put(store: FolderStore, name: str, number: int, data: bytes, md5: str) -> None:
    upload = store.upload(name)
    if len(data) != upload.length(number):
        raise NotThis(N_("this part is not as long as it should be"), N_("send it again"))
    store.put_part(upload, number, data, md5=md5)


def _hex(content_md5: str) -> str:
    """The MD5 that a sender declares, in hex; empty when none.

    Raises:
        NotThis: it is none.
    """
    try:
        return base64.b64decode(content_md5, validate=True).hex()
    except binascii.Error as error:
        raise NotThis(N_("this is no MD5"), N_("send it again")) from error
