"""Making, changing and revoking share links: what forms, programs and the command line ask for, checked once."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from pipeline.errors import NotFound
from storage.catalogue.courses import video
from storage.catalogue.drafts import draft
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.guests import end_guests
from storage.catalogue.sharing import Target, Terms, change_terms, link, share
from storage.catalogue.terms import CourseId, DraftId, LinkId, PersonId, Rights, VideoId
from web.desk import Limits
from web.language import N_
from web.passwords import kept_as
from web.problems import NotThis

Ticked = Annotated[bool, BeforeValidator(lambda value: value not in {"", "no", False, None})]
"""A box of a form, or a truth."""


class TermsGiven(BaseModel):
    """What a link lets its guests do, for so many days from now (0: as many as links last where nobody says).

    `password`: empty for none, or for the one that it has. `label`: for whom it is.
    """

    rights: Rights = "view"
    downloads: Ticked = False
    watermark: Ticked = False
    days: int = Field(default=0, ge=0, le=10_000)
    password: str = Field(default="", max_length=300)
    label: str = Field(default="", max_length=100)


class LinkGiven(TermsGiven):
    """A link that is wanted. `to`: the `course`, the latest draft of a `video`, or one `draft`; `of`: which of them."""

    to: Literal["course", "video", "draft"]
    of: UUID | None = None


class ChangeGiven(TermsGiven):
    """Other terms of a link. `forget`: it has no password any more."""

    forget: Ticked = False


def lent(catalogue: Catalogue, limits: Limits, course: CourseId, given: LinkGiven, by: PersonId) -> tuple[LinkId, str]:
    """A new link into a course, and its token, which is told only now (`address`).

    Raises:
        NotFound: what it is to lead to is not in the course.
        NotThis: its terms cannot be.
    """
    hashed = kept_as(given.password, limits) if given.password else None
    with catalogue.writing(by) as tx:
        return share(tx, _target(tx, course, given), by, _terms(given, limits, tx.now(), hashed))


def address(url: str, token: str) -> str:
    """The address of a link, where browsers reach the studio at `url`."""
    return f"{url}/r/{token}"


def change(catalogue: Catalogue, limits: Limits, link_id: LinkId, given: ChangeGiven, by: PersonId) -> None:
    """Gives a link other terms. With another password, whom it let in opens it again.

    Raises:
        NotThis: they cannot be.
    """
    hashed = kept_as(given.password, limits) if given.password else None
    with catalogue.writing(by) as tx:
        kept = None if given.forget else link(tx, link_id).terms.password
        change_terms(tx, link_id, _terms(given, limits, tx.now(), hashed or kept))
        if hashed is not None:
            end_guests(tx, link_id)


def _terms(given: TermsGiven, limits: Limits, now: datetime, password: str | None) -> Terms:
    days = given.days or limits.share_days
    if days > limits.share_days_most:
        long = N_("the link would last too long")
        raise NotThis(long, N_("choose a shorter time"), days=long)
    label = " ".join("".join(one if one.isprintable() else " " for one in given.label).split())
    ends = now + timedelta(days=days)
    return Terms(given.rights, ends, password, label, given.downloads, given.watermark)


def _target(tx: Transaction, course: CourseId, given: LinkGiven) -> Target:
    gone = NotFound(N_("there is no such thing here"), todo=N_("go back and look again"))
    if given.to == "course":
        return course, None, None
    if given.of is None:
        raise gone
    one = draft(tx, DraftId(given.of)) if given.to == "draft" else None
    of = one.video if one is not None else VideoId(given.of)
    if video(tx, of).course != course:
        raise gone
    if one is None:
        return None, of, None
    if one.state != "done":
        what = N_("this draft is not done")
        raise NotThis(what, N_("share it when it is done, or share the latest"), to=what)
    return None, None, one.id
