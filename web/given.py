"""What forms and programs give for a video, as it is checked at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, Field

MOST = 2**31 - 1
"""Of numbers: what the databases keep."""
Numbered = Annotated[int, Path(ge=1, le=MOST)]
"""A number that stands in an address."""


class TextGiven(BaseModel):
    """A script as it is to be read or saved. `base`: the revision it was written from, 0 for none."""

    text: str = ""
    base: int = Field(0, ge=0, le=MOST)


class CircleGiven(BaseModel):
    """Whether a take is circled."""

    circled: bool


class UseGiven(BaseModel):
    """What a cue uses: `latest`, `latest_approved`, or the id of the version it is pinned to."""

    asset: UUID
    uses: str = Field(max_length=60)


class CueGiven(BaseModel):
    """A cue that is proposed, before the word of index `at` of a line."""

    line: str = Field(max_length=100)
    at: int = Field(0, ge=0, le=MOST)
    cue: str = Field(max_length=300)
    comment: str = Field("", max_length=2000)


class AnswerGiven(BaseModel):
    """Whether a proposal is taken; it is refused with an answer."""

    taken: bool
    answer: str = Field("", max_length=2000)
