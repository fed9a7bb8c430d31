"""`/api/v1/openapi.json`: what the API can do, for programs."""

from typing import Any

from fastapi import APIRouter, Request

from web.rules import SIGNED_IN, may

router = APIRouter(prefix="/api/v1")


@router.get("/openapi.json", dependencies=[may(SIGNED_IN)], include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """The API in OpenAPI's form."""
    return request.app.openapi()
