"""What forms and programs give for a video, as it is checked at the door."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, Field, field_validator

from storage.catalogue.terms import Drafting, PersonId, Stage

MOST = 2**31 - 1
"""Of numbers: what the databases keep."""
Numbered = Annotated[int, Path(ge=1, le=MOST)]
"""A number that stands in an address."""
Since = Annotated[int | None, Query(ge=1, le=MOST)]
"""The number of the draft that another is compared with."""


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
    """A cue that is proposed, before the word of index `at` of a line; its range ends before the word of `until`."""

    line: str = Field(max_length=100)
    at: int = Field(0, ge=0, le=MOST)
    until: int | None = Field(None, ge=0, le=MOST)
    cue: str = Field(max_length=300)
    comment: str = Field("", max_length=2000)


class FramingGiven(BaseModel):
    """The framing from a line on: its id, or `auto` for what the cut chooses."""

    framing: str = Field(max_length=40)


class PlanGiven(BaseModel):
    """Where a video stands, and whether it is drafted by itself."""

    stage: Stage
    drafting: Drafting


class DueGiven(BaseModel):
    """When a stage is due and who answers for it; empty for nobody and no day."""

    due: date | None = None
    owner: UUID | None = None

    @property
    def person(self) -> PersonId | None:
        """Who answers."""
        return None if self.owner is None else PersonId(self.owner)

    @field_validator("due", "owner", mode="before")
    @classmethod
    def _nothing(cls, value: object) -> object:
        """What an empty field of a form sends."""
        return None if value == "" else value


class AnswerGiven(BaseModel):
    """Whether a proposal is taken; it is refused with an answer."""

    taken: bool
    answer: str = Field("", max_length=2000)


class AboutGiven(BaseModel):
    """What somebody says of an asset. `alpha`: how its colour is stored, empty: as it is found to be."""

    alternative: str = Field("", max_length=2000)
    licence: str = Field("", max_length=500)
    source: str = Field("", max_length=500)
    alpha: Literal["", "straight", "premultiplied"] = ""
