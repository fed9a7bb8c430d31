"""What of a video is used: which takes are circled, which version a cue shows; as forms and programs say it."""

from uuid import UUID

from storage.catalogue.casting import cast, resolved
from storage.catalogue.engine import Transaction
from storage.catalogue.filming import circle_take, takes
from storage.catalogue.terms import AssetId, CastingId, Policy, VersionId, VideoId
from web.given import CircleGiven, UseGiven
from web.language import N_
from web.problems import NotThis, not_here


def circle(tx: Transaction, video: VideoId, take: UUID, given: CircleGiven) -> None:
    """Circles a take of a video, or takes the circle away.

    Raises:
        NotFound: the video has no such take.
    """
    if take not in {one.id for one in takes(tx, video)}:
        raise not_here()
    circle_take(tx, take, circled=given.circled)


def use(tx: Transaction, video: VideoId, casting: CastingId, given: UseGiven) -> None:
    """Says which version of which asset a cue of a video uses.

    Raises:
        NotFound: the video has no such cue.
        NotThis: it says no version.
    """
    policy, version = wanted_version(given.uses)
    if casting not in {one.id for one in resolved(tx, video)}:
        raise not_here()
    cast(tx, casting, AssetId(given.asset), policy, version)


def wanted_version(uses: str) -> tuple[Policy, VersionId | None]:
    """The policy and version of what a form or program says a cue uses.

    Raises:
        NotThis: it says none of them.
    """
    if uses == "latest":
        return "latest", None
    if uses == "latest_approved":
        return "latest_approved", None
    try:
        return "pinned", VersionId(UUID(uses))
    except ValueError as error:
        raise NotThis(N_("no such version can be used"), uses=N_("choose one of the list")) from error
