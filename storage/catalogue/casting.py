"""Which version of which asset each cue of a script uses."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from pipeline.errors import Clash
from pipeline.footage import UNKNOWN, About
from pipeline.references import folded
from pipeline.script import CueName, LineId, Script
from pipeline.values import from_json
from storage.catalogue.current import last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.media import AssetRow, MediaRow, VersionRow
from storage.catalogue.tables.script import LineTextRow, RevisionRow, ScriptLineRow
from storage.catalogue.terms import AssetId, CastCue, CastingId, CourseId, MediaId, Policy, VersionId, VideoId

CAST: Mapping[CueName, CastCue] = {"show": "show", "music": "music", "sound": "sound"}


@dataclass(frozen=True, slots=True)
class Cast:
    """What a cue uses. `reference` is as the script writes it; `version` is None while nothing usable is there."""

    id: CastingId
    line: LineId
    cue: CastCue
    reference: str
    asset: AssetId | None
    policy: Policy
    version: VersionId | None
    number: int | None
    media: MediaId | None
    sha256: str | None
    object_name: str | None
    about: About


def version_used(when: ColumnElement[bool] | None = None) -> ScalarSelect[UUID]:
    """The id of the version that a casting uses, as part of a query.

    It is the highest number whose file is ready, and which the script's own wish (`@v3`) or else the policy allows.
    `when`: a condition on tables of the query around it, so that SQLite does not look before it has found those.
    """
    casting = CastingRow
    version, media = aliased(VersionRow), aliased(MediaRow)
    followed = or_(
        casting.policy == "latest",
        and_(casting.policy == "latest_approved", version.approval == "approved"),
        and_(casting.policy == "pinned", version.id == casting.pinned_id),
    )
    return (
        select(version.id)
        .join(media, media.id == version.media_id)
        .where(
            version.asset_id == casting.asset_id,
            media.state == "ready",
            or_(and_(casting.wanted > 0, version.number == casting.wanted), and_(casting.wanted == 0, followed)),
        )
        .order_by(version.number.desc())
        .limit(1)
        .where(true() if when is None else when)
        .correlate_except(version, media)
        .scalar_subquery()
    )


def version_of(tx: Transaction, casting_id: CastingId) -> VersionId | None:
    """The version that a casting now uses; None while nothing usable is there. One query."""
    found = tx.scalar(select(version_used()).select_from(CastingRow).where(CastingRow.id == casting_id))
    return None if found is None else VersionId(found)


def resolved(tx: Transaction, video_id: VideoId) -> tuple[Cast, ...]:
    """What every cue of the last revision uses, line by line. One query."""
    found = tx.execute(
        select(CastingRow, ScriptLineRow.name, VersionRow, MediaRow, AssetRow)
        .join(ScriptLineRow, ScriptLineRow.id == CastingRow.line_id)
        .outerjoin(VersionRow, VersionRow.id == version_used())
        .outerjoin(MediaRow, MediaRow.id == VersionRow.media_id)
        .outerjoin(AssetRow, AssetRow.id == CastingRow.asset_id)
        .where(CastingRow.video_id == video_id, CastingRow.gone_in_id.is_(None))
        .order_by(CastingRow.created_at, CastingRow.id)
    )
    return tuple(_cast(casting, LineId(name), version, media, asset) for casting, name, version, media, asset in found)


def about(asset: AssetRow) -> About:
    """What is known of an asset besides its files."""
    return from_json(About, {field.name: getattr(asset, field.name) for field in fields(About)})


def _cast(
    casting: CastingRow, line: LineId, version: VersionRow | None, media: MediaRow | None, asset: AssetRow | None
) -> Cast:
    return Cast(
        id=CastingId(casting.id),
        line=line,
        cue=casting.cue,
        reference=casting.reference if not casting.wanted else f"{casting.reference}@v{casting.wanted}",
        asset=None if casting.asset_id is None else AssetId(casting.asset_id),
        policy=casting.policy,
        version=None if version is None else VersionId(version.id),
        number=None if version is None else version.number,
        media=None if media is None else MediaId(media.id),
        sha256=None if media is None else media.sha256,
        object_name=None if media is None else media.object_name,
        about=UNKNOWN if asset is None else about(asset),
    )


def cues_using(asset: AssetId, *more: Any) -> Select[*tuple[Any, ...]]:
    """The cues of last scripts that use an asset.

    Columns: its row, the codes of course and video, the line's number, the number of the version used, then `more`.
    """
    return (
        select(CastingRow, CourseRow.code, VideoRow.code, LineTextRow.position, VersionRow.number, *more)
        .join(VideoRow, VideoRow.id == CastingRow.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(ScriptLineRow, ScriptLineRow.id == CastingRow.line_id)
        .outerjoin(
            LineTextRow,
            and_(LineTextRow.line_id == CastingRow.line_id, LineTextRow.revision_id == last_revision(VideoRow.id)),
        )
        .outerjoin(VersionRow, VersionRow.id == version_used())
        .where(CastingRow.asset_id == asset, CastingRow.gone_in_id.is_(None))
    )


def cast(
    tx: Transaction, casting_id: CastingId, asset: AssetId, policy: Policy = "latest", version: VersionId | None = None
) -> None:
    """Gives a cue an asset and a policy; `version` is the one it is pinned to.

    Raises:
        Clash: the asset is of another course, or the version of another asset, or pinned without a version.
    """
    found = row(tx, CastingRow, casting_id, lock=True)
    course = row(tx, VideoRow, found.video_id).course_id
    if row(tx, AssetRow, asset).course_id not in {None, course}:
        raise Clash("the asset is of another course", todo="choose one of this course, or of the studio")
    if (policy == "pinned") != (version is not None):
        raise Clash("a pinned cue names its version, and no other does", todo="name the version, or another policy")
    if version is not None and row(tx, VersionRow, version).asset_id != asset:
        raise Clash("the version is of another asset", todo="choose a version of this asset")
    before = version_of(tx, casting_id)
    found.asset_id, found.policy, found.pinned_id = asset, policy, version
    tx.flush()
    now = version_of(tx, casting_id)
    tx.tell(
        "casting.changed",
        casting_id,
        course=CourseId(course),
        video=VideoId(found.video_id),
        asset=asset,
        policy=policy,
        version=None if version is None else str(version),
        reference=found.reference,
        changes=before != now,
    )


def pin(tx: Transaction, video_id: VideoId) -> int:
    """Pins every cue of a video to the version that it now uses; how many are pinned by it.

    A cue that has no version yet goes on following, and one whose script names a version needs no pin.
    """
    free = [one for one in resolved(tx, video_id) if one.policy != "pinned" and "@v" not in one.reference]
    pinned = [(one.id, one.asset, one.version) for one in free]
    for casting_id, asset, version in pinned:
        if asset is not None and version is not None:
            cast(tx, casting_id, asset, "pinned", version)
    return sum(version is not None for _, _, version in pinned)


def unpin(tx: Transaction, video_id: VideoId) -> int:
    """Lets every pinned cue of a video use the latest version again; how many were pinned."""
    pinned = [(one.id, one.asset) for one in resolved(tx, video_id) if one.policy == "pinned"]
    for casting_id, asset in pinned:
        if asset is not None:
            cast(tx, casting_id, asset)
    return len(pinned)


def by_reference(casts: Iterable[Cast]) -> tuple[tuple[str, Cast], ...]:
    """The casting of each reference; where lines that write the same are cast differently, the rarer by `line:`."""
    of: defaultdict[str, list[Cast]] = defaultdict(list)
    for one in casts:
        of[one.reference].append(one)
    out: list[tuple[str, Cast]] = []
    for reference, some in of.items():
        usual = Counter(one.version for one in some).most_common(1)[0][0]
        out.append((reference, next(one for one in some if one.version == usual)))
        out += [(f"{one.line}:{reference}", one) for one in some if one.version != usual]
    return tuple(out)


def find_asset(tx: Transaction, course: CourseId, reference: str) -> AssetId | None:
    """The asset that a script of the course means by a name: its own before the studio's; None when none or several.

    A name without a folder means an asset in any folder, when there is just one.
    """
    key = folded(reference)
    ours: ColumnElement[bool] = or_(AssetRow.course_id == course, AssetRow.course_id.is_(None))
    exact = select(AssetRow).where(AssetRow.folded == key, ours).order_by(AssetRow.course_id.is_(None)).limit(1)
    if (found := tx.scalar(exact)) is not None:
        return AssetId(found.id)
    below = tx.scalars(select(AssetRow.id).where(AssetRow.folded.endswith(f"/{key}", autoescape=True), ours)).all()
    return AssetId(below[0]) if len(below) == 1 else None


Key = tuple[UUID, str, int]
"""A cue of a video: the row of its line, the asset as compared, the version the script wants."""


def recast(
    tx: Transaction,
    saved: RevisionRow,
    script: Script,
    parts: Mapping[LineId, tuple[LineId, ...]],
    rows: Mapping[LineId, UUID],
) -> None:
    """Castings for the cues of a new revision.

    A cue that stays, or goes with its words to another line (`parts`), keeps its casting; a new one gets the asset of
    its name; those of cues that are gone are kept aside.
    """
    course = CourseId(row(tx, VideoRow, saved.video_id).course_id)
    wanted: dict[Key, tuple[CastCue, str]] = {}
    for line in script.lines:
        for cue in line.cues:
            if cue.name in CAST:
                key = (rows[line.id], folded(cue.reference), cue.version or 0)
                wanted.setdefault(key, (CAST[cue.name], cue.reference))
    there = {
        (one.line_id, one.folded, one.wanted): one
        for one in tx.scalars(select(CastingRow).where(CastingRow.video_id == saved.video_id))
    }
    free = {key: one for key, one in there.items() if one.gone_in_id is None and key not in wanted}
    came_from = {rows[part]: rows[old] for old, some in reversed(tuple(parts.items())) for part in some}
    for key, (cue, reference) in wanted.items():
        own = there.get(key)
        if own is not None and own.gone_in_id is None:
            continue
        moved = _left_behind(key, free, came_from)
        if own is None:
            own = CastingRow(video_id=saved.video_id, line_id=key[0], cue=cue, folded=key[1], wanted=key[2])
            tx.add(own)
        own.reference, own.gone_in_id = reference, None
        if moved is not None:
            own.asset_id, own.policy, own.pinned_id = moved.asset_id, moved.policy, moved.pinned_id
        else:
            own.asset_id, own.policy, own.pinned_id = find_asset(tx, course, reference), "latest", None
    for one in free.values():
        one.gone_in_id = saved.id
    tx.flush()


def _left_behind(key: Key, free: Mapping[Key, CastingRow], came_from: Mapping[UUID, UUID]) -> CastingRow | None:
    """The casting that the same cue had before it went with its words to this line, or changed the version it wants."""
    for line in (key[0], came_from.get(key[0])):
        for other, casting in free.items():
            if other[:2] == (line, key[1]):
                return casting
    return None
