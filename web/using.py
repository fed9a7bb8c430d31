"""Which version of an asset a cue uses, as forms and programs say it."""

from uuid import UUID

from storage.catalogue.terms import Policy, VersionId
from web.language import N_
from web.problems import NotThis


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
