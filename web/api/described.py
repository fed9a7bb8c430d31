"""`/api/v1/openapi.json`: what the API can do, for programs."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute

from web.problems import MEDIA_TYPE
from web.rules import SIGNED_IN, may, rule_of

router = APIRouter(prefix="/api/v1")

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457): what was wanted and found, what to do, and a code that stays.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "todo"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "todo": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "parts": {"type": "array", "items": {"type": "integer"}},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}
REFUSED: Final[dict[str, Any]] = {
    "description": "Refused, or not to be had now; `code` says which.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
TOKEN: Final[dict[str, Any]] = {"type": "http", "scheme": "bearer", "description": "A token made on one's own page."}


@router.get("/openapi.json", dependencies=[may(SIGNED_IN)], include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """The API in OpenAPI's form."""
    return described(request.app)


def described(made: FastAPI) -> dict[str, Any]:
    """The API in OpenAPI's form, with what the framework does not know: our errors, and who is let in how."""
    found = made.openapi()
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = {"token": TOKEN}
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    open_to_all = {(route.path, method) for route in _public(made) for method in route.methods or ()}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"] |= {"4XX": REFUSED, "503": REFUSED, "507": REFUSED}
            if (path, method.upper()) not in open_to_all:
                operation["security"] = [{"token": []}]
    return found


def _public(made: FastAPI) -> list[APIRoute]:
    """The routes that want nobody to be signed in."""
    ruled = [(route, rule_of(route)) for route in made.routes if isinstance(route, APIRoute)]
    return [route for route, rule in ruled if rule is not None and rule.public]
