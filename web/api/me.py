"""`/api/v1/me`: whose token it is, what it may do, and which Rushes answers."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter

from pipeline.errors import NotFound
from storage.catalogue.terms import Reach, Through
from web.rules import SIGNED_IN, may
from web.visitor import Who

router = APIRouter(prefix="/api/v1", tags=["me"])
API: Final = 1
"""Raised when a program of before would no longer be understood."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks, through what, how far that goes and how long it lasts; `rushes` is the version that answers."""

    name: str
    email: str | None
    language: str
    admin: bool
    through: Through
    label: str
    reach: Reach
    expires_at: datetime
    api: int
    rushes: str


@router.get("/me", dependencies=[may(SIGNED_IN)])
def me(visitor: Who) -> Me:
    """Who asks, and what with."""
    held = visitor.session
    if held is None:
        raise NotFound("nobody is signed in", todo="sign in, and try again")
    who = held.person
    return Me(
        name=who.name,
        email=who.email,
        language=who.language,
        admin=who.admin,
        through=held.through,
        label=held.label,
        reach=held.reach,
        expires_at=held.expires_at,
        api=API,
        rushes=version("rushes"),
    )
