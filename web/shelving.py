"""Assets as pages and API tell them: what is shown of each, what checks say, whether its preview is there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipeline.errors import PipelineError
from pipeline.footage import Media
from pipeline.previews import MOVING, OF_RUSHES, SOUND, STILL, VALUE
from pipeline.saying import probe_sentence
from pipeline.values import Key
from pipeline.words import Words
from storage.catalogue.assets import describe_asset
from storage.catalogue.engine import Transaction
from storage.catalogue.library import (
    Kept,
    Sent,
    Shelved,
    Use,
    Wanted,
    asset_kept,
    latest_files,
    library,
    uses,
    versions_sent,
)
from storage.catalogue.previews import seen
from storage.catalogue.terms import AssetId, AssetKind
from web.desk import Desk
from web.given import AboutGiven
from web.language import N_
from web.sending import refuse_studios
from web.visitor import Visitor

KINDS: Final[dict[AssetKind, str]] = {
    "motion": N_("animation"),
    "still": N_("still picture"),
    "music": N_("music"),
    "sound": N_("sound"),
    "logo": N_("logo"),
    "font": N_("font"),
}
"""Kinds of assets, as people call them."""
MOST: Final = 4096
"""Bytes that are read of what a preview says: it is a line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as it is shown. `film`, `picture`, `sound`: the names of its preview's files, empty where none is.

    `remarks` are sentences of the checks; `waits`: its preview is still being made. `guess`: what its alpha is taken
    for, where people are to say; only of the last version.
    """

    sent: Sent
    film: str
    picture: str
    sound: str
    remarks: tuple[str, ...]
    guess: Literal["", "straight", "premultiplied"] = ""

    @property
    def waits(self) -> bool:
        """Whether a preview is to come."""
        there = self.film or self.picture or self.sound
        return not there and self.sent.state == "ready" and self.sent.media is not None

    @property
    def seconds(self) -> float | None:
        """How long it lasts; None for what does not move or sound, and pictures that take the film's rate."""
        media = self.sent.media
        if media is None or media.kind == "still":
            return None
        if media.duration:
            return float(media.duration)
        return float(media.frames / media.rate) if media.rate and media.frames else None


@dataclass(frozen=True, slots=True)
class OnShelf:
    """An asset of the library, and what is shown of the last version of it."""

    of: Shelved
    last: Shown | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An asset with all its versions, last to first, and where it is used. `changes`: whoever asks may change it."""

    of: Kept
    versions: tuple[Shown, ...]
    uses: tuple[Use, ...]
    changes: bool


def shelf(tx: Transaction, wanted: Wanted, words: Words) -> tuple[tuple[OnShelf, ...], bool]:
    """One page of the library, and whether more follow. Two queries."""
    found, more = library(tx, wanted)
    last = [one.last for one in found if one.last is not None]
    made = seen(tx, latest_files(last))
    return tuple(OnShelf(one, shown(one.last, made, words) if one.last is not None else None) for one in found), more


def opened(tx: Transaction, desk: Desk, visitor: Visitor, asset: AssetId, words: Words) -> Opened:
    """An asset as its page tells it. Four queries.

    Raises:
        NotFound: there is none.
    """
    kept = asset_kept(tx, asset)
    versions = versions_sent(tx, asset)
    made = seen(tx, latest_files(versions))
    used = uses(tx, asset, None if visitor.admin else visitor.courses)
    theirs = kept.course_id is not None and visitor.may(kept.course_id, "director", "writer", "motion")
    told = [shown(one, made, words) for one in versions]
    if told and not kept.about.alpha:
        told[0] = replace(told[0], guess=_guess(desk, made.get(versions[0].preview or Key(""), {})))
    return Opened(kept, tuple(told), used, visitor.admin or theirs)


def _guess(desk: Desk, made: Mapping[str, str]) -> Literal["", "straight", "premultiplied"]:
    """What a preview says of the alpha; nothing while it cannot be read."""
    if VALUE not in made:
        return ""
    try:
        return json.loads(desk.store.read(made[VALUE], 0, MOST))["value"]["guess"]
    except (PipelineError, ValueError, KeyError):
        return ""


def shown(sent: Sent, made: Mapping[Key, Mapping[str, str]], words: Words) -> Shown:
    """A version, with what was made to show it."""
    there: Mapping[str, str] = made.get(sent.preview, {}) if sent.preview is not None else {}
    film, picture, sound = (name if name in there else "" for name in (MOVING, STILL, SOUND))
    return Shown(sent, film, picture, sound, remarks(sent.media, words))


def remarks(media: Media | None, words: Words) -> tuple[str, ...]:
    """What the checks say of a file, as `rushes probe` says it."""
    if media is None:
        return ()
    return tuple(probe_sentence(code, words) for code in media.remarks if code not in OF_RUSHES)


def described(desk: Desk, visitor: Visitor, asset: AssetId, given: AboutGiven) -> None:
    """Keeps what somebody says of an asset.

    Raises:
        NotThis: it is the whole studio's and not theirs.
    """
    said = {name: " ".join(value.split()) for name, value in given.model_dump().items()}
    with desk.catalogue.writing(visitor.id) as tx:
        refuse_studios(tx, visitor, asset)
        describe_asset(tx, asset, **said)
    desk.wake()
