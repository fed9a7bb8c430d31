"""Drafts: asked for, rendered, kept with everything they were made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import defer

from pipeline.changes import Change, Shown, changes, line_digests
from pipeline.errors import Clash, NotFound
from pipeline.hearing import mix_of
from pipeline.segments import pieces
from pipeline.timeline import Slate, Timeline
from pipeline.values import Key, as_json, digest, from_json
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import next_number, row
from storage.catalogue.scripts import line_rows
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftInputRow, DraftLineRow, DraftRow, SegmentRow
from storage.catalogue.tables.media import MediaRow, VersionRow
from storage.catalogue.tables.script import RevisionRow
from storage.catalogue.terms import CourseId, DraftId, DraftState, InputKind, RevisionId, VersionId, VideoId

UNDER_WAY: tuple[DraftState, ...] = ("waiting", "rendering")
_LIGHT = (defer(DraftRow.manifest), defer(DraftRow.timeline), defer(DraftRow.report))
"""What lists of drafts do without: megabytes a draft."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of a video, and how it stands. `style`: the one it was asked for in, empty for the script's own."""

    id: DraftId
    video: VideoId
    number: int
    state: DraftState
    cause: str
    style: str
    revision: RevisionId
    frames: int | None
    error: str
    superseded_by: DraftId | None
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A draft as it came out: its manifest (`pipeline.manifest`), timeline, segments' keys, and report.

    It is kept with a clip for each segment: long clips are several (`pipeline.segments.pieces`).
    """

    manifest: Mapping[str, Any]
    timeline: Timeline
    keys: tuple[Key, ...]
    report: Mapping[str, Any]


def ask_draft(
    tx: Transaction,
    video_id: VideoId,
    cause: str,
    *,
    revision: RevisionId | None = None,
    style: str = "",
    least: int = 1,
) -> Drafted:
    """The next draft of a video, of its last script or the one named. Those still under way are superseded by it.

    What changed of the video before is in it: nothing is due any more. `style`: another than the script's own.
    `least`: the lowest number it may have, where drafts were made that the catalogue does not know.

    Raises:
        NotFound: the video has no script.
    """
    video = row(tx, VideoRow, video_id, lock=True)
    last = select(RevisionRow.id).filter_by(video_id=video_id).order_by(RevisionRow.number.desc()).limit(1)
    of = revision or tx.scalar(last)
    if of is None:
        raise NotFound(f"{video.title}: there is no script to draft", todo="save a script first")
    number = max(least, next_number(tx, DraftRow.number, DraftRow.video_id == video_id))
    asked = DraftRow(video_id=video_id, number=number, cause=cause, style=style, revision_id=of, asked_by_id=tx.by)
    tx.add(asked)
    tx.flush()
    tx.execute(
        update(DraftRow)
        .where(DraftRow.video_id == video_id, DraftRow.state.in_(UNDER_WAY), DraftRow.id != asked.id)
        .values(state="superseded", superseded_by_id=asked.id)
    )
    video.changed_at = video.draft_after = None
    tx.tell("draft.asked", asked.id, course=CourseId(video.course_id), video=video_id, number=number, cause=cause)
    return as_drafted(asked)


def start_draft(tx: Transaction, draft_id: DraftId) -> None:
    """It is being rendered."""
    found = _under_way(tx, draft_id)
    found.state = "rendering"
    tx.tell("draft.started", draft_id, course=_course(tx, found), video=VideoId(found.video_id), number=found.number)


def keep_draft(tx: Transaction, draft_id: DraftId, rendered: Rendered) -> None:
    """It is done: its segments, lines and inputs are kept, and never change.

    Raises:
        Clash: it was superseded, or is done.
    """
    found = _under_way(tx, draft_id)
    shown = Shown(pieces(rendered.timeline), rendered.keys)
    found.state, found.done_at, found.error = "done", moment(), ""
    found.frames, found.digest = rendered.timeline.frames, _digest(rendered.manifest)
    found.manifest, found.report = dict(rendered.manifest), dict(rendered.report)
    found.timeline = as_json(shown.timeline)
    tx.flush()
    lines = line_rows(tx, VideoId(found.video_id))
    tx.add_all(_segments(draft_id, shown, {str(name): one for name, one in lines.items()}))
    tx.add_all(
        DraftLineRow(draft_id=draft_id, line_id=lines[line], start=span.start, stop=span.stop, digest=key)
        for line, (span, key) in line_digests(shown, mix_of(rendered.manifest)).items()
        if line in lines
    )
    tx.add_all(_inputs(tx, found, rendered.manifest))
    tx.flush()
    tx.tell(
        "draft.done",
        draft_id,
        course=_course(tx, found),
        video=VideoId(found.video_id),
        number=found.number,
        frames=found.frames,
    )


def _digest(manifest: Mapping[str, Any]) -> Key:
    """Names what a whole draft shows and sounds like."""
    return digest({"segments": manifest["segments"], "sound": manifest.get("sound", "")})


def _segments(draft_id: DraftId, shown: Shown, lines: Mapping[str, Any]) -> list[SegmentRow]:
    out: list[SegmentRow] = []
    for number, (clip, span) in enumerate(zip(shown.timeline.clips, shown.timeline.spans(), strict=True)):
        slate = _slate(shown.timeline.slates, span.start, span.stop)
        line = clip.line or next((word.line for word in clip.words), "")
        out.append(
            SegmentRow(
                draft_id=draft_id,
                position=number,
                line_id=lines.get(line),
                key=shown.keys[number],
                start=span.start,
                frames=span.frames,
                missing="" if slate is None else slate.kind,
                what="" if slate is None else slate.what,
            )
        )
    return out


def _slate(slates: Sequence[Slate], start: int, stop: int) -> Slate | None:
    """What stands in for something missing in these frames; a take before an asset."""
    there = [slate for slate in slates if slate.frame < stop and start < slate.frame + slate.frames]
    return min(there, key=lambda slate: slate.kind != "take", default=None)


def _inputs(tx: Transaction, draft: DraftRow, manifest: Mapping[str, Any]) -> list[DraftInputRow]:
    script, style = manifest["script"], manifest["style"]
    pins: dict[tuple[InputKind, str], str] = {
        ("script", ""): script["digest"],
        ("style", style["name"]): style["digest"],
    }
    pins |= {("rush", one["name"]): one["digest"] for one in manifest["rushes"]}
    pins |= {("asset", one["reference"]): one["digest"] for one in manifest["assets"]}
    versions = tx.execute(
        select(MediaRow.sha256, VersionRow.id)
        .join(VersionRow, VersionRow.media_id == MediaRow.id)
        .join(CastingRow, CastingRow.asset_id == VersionRow.asset_id)
        .where(CastingRow.video_id == draft.video_id, MediaRow.sha256.in_(pins.values()))
        .order_by(VersionRow.number)
    )
    of = {sha256: VersionId(version) for sha256, version in versions}
    return [
        DraftInputRow(
            draft_id=draft.id,
            kind=kind,
            reference=name,
            digest=sha256,
            version_id=of.get(sha256) if kind == "asset" else None,
        )
        for (kind, name), sha256 in pins.items()
    ]


def fail_draft(tx: Transaction, draft_id: DraftId, error: str) -> None:
    """It could not be made, and why."""
    found = _under_way(tx, draft_id)
    found.state, found.error, found.done_at = "failed", error, moment()
    tx.tell(
        "draft.failed",
        draft_id,
        course=_course(tx, found),
        video=VideoId(found.video_id),
        number=found.number,
        error=error,
    )


def _under_way(tx: Transaction, draft_id: DraftId) -> DraftRow:
    found = row(tx, DraftRow, draft_id, lock=True)
    if found.state not in UNDER_WAY:
        raise Clash(f"draft {found.number} is {found.state}", todo="go on with the last one that was asked for")
    return found


def draft(tx: Transaction, draft_id: DraftId) -> Drafted:
    """The draft of that id.

    Raises:
        NotFound: there is none.
    """
    return as_drafted(row(tx, DraftRow, draft_id))


def draft_numbered(tx: Transaction, video_id: VideoId, number: int) -> Drafted:
    """The draft of that number.

    Raises:
        NotFound: there is none.
    """
    found = tx.scalar(select(DraftRow).filter_by(video_id=video_id, number=number))
    if found is None:
        last = next_number(tx, DraftRow.number, DraftRow.video_id == video_id) - 1
        raise NotFound(f"the video has no draft {number}", todo=f"it has {last}" if last else "draft it first")
    return as_drafted(found)


def drafts(tx: Transaction, video_id: VideoId) -> tuple[Drafted, ...]:
    """Every draft of a video, first to last. One query."""
    found = tx.scalars(select(DraftRow).filter_by(video_id=video_id).order_by(DraftRow.number).options(*_LIGHT))
    return tuple(as_drafted(one) for one in found)


def watchable(known: Sequence[Drafted]) -> Drafted | None:
    """The last of these that can be watched."""
    return next((one for one in reversed(known) if one.state == "done"), None)


def last_draft(tx: Transaction, video_id: VideoId) -> Drafted | None:
    """The draft of a video that was asked for last; None when none was."""
    wanted = select(DraftRow).filter_by(video_id=video_id).order_by(DraftRow.number.desc()).limit(1)
    found = tx.scalar(wanted.options(*_LIGHT))
    return found and as_drafted(found)


def last_report(tx: Transaction, video_id: VideoId) -> Mapping[str, Any]:
    """The report (`pipeline.report`) of a video's last draft that is done; empty when there is none. One query."""
    wanted = select(DraftRow.report).filter_by(video_id=video_id, state="done").order_by(DraftRow.number.desc())
    return tx.scalar(wanted.limit(1)) or {}


def report_of(tx: Transaction, draft_id: DraftId) -> Mapping[str, Any]:
    """The report (`pipeline.report`) of a draft; empty while it has none.

    Raises:
        NotFound: there is no such draft.
    """
    return row(tx, DraftRow, draft_id).report or {}


def manifest_of(tx: Transaction, draft_id: DraftId) -> dict[str, Any]:
    """The manifest of a draft that is done.

    Raises:
        Clash: it is not done.
    """
    found = row(tx, DraftRow, draft_id)
    if found.manifest is None:
        raise Clash(f"draft {found.number} is {found.state}; it has no manifest", todo="name a draft that is done")
    return found.manifest


def every_manifest(tx: Transaction) -> tuple[tuple[VideoId, int, dict[str, Any]], ...]:
    """The manifest of every draft that is done: its video, its number, and what it pins."""
    done = select(DraftRow.video_id, DraftRow.number, DraftRow.manifest).where(DraftRow.state == "done")
    found = tx.execute(done.order_by(DraftRow.id))
    return tuple((VideoId(video_id), number, manifest or {}) for video_id, number, manifest in found)


def under_way(tx: Transaction) -> bool:
    """True while any draft waits or is rendered."""
    return tx.scalar(select(DraftRow.id).where(DraftRow.state.in_(UNDER_WAY)).limit(1)) is not None


def manifest_draft(tx: Transaction, video_id: VideoId, manifest: Mapping[str, Any]) -> int | None:
    """The number of the first draft of a video of the same segments and sound; None when there is none."""
    wanted = select(DraftRow.number).filter_by(video_id=video_id, digest=_digest(manifest)).order_by(DraftRow.number)
    return tx.scalar(wanted.limit(1))


def shown(tx: Transaction, draft_id: DraftId) -> Shown:
    """A draft that is done, as drafts are compared.

    Raises:
        Clash: it is not done.
    """
    found = row(tx, DraftRow, draft_id)
    if found.timeline is None or found.manifest is None:
        raise Clash(f"draft {found.number} is {found.state}; there is nothing to see", todo="name a draft that is done")
    keys = tuple(Key(key) for key in found.manifest["segments"])
    return Shown(from_json(Timeline, found.timeline), keys)


def rate_of(tx: Transaction, draft_id: DraftId) -> Fraction:
    """Frames a second of a draft. One query.

    Raises:
        Clash: it is not done.
    """
    return Fraction(_of_timeline(tx, draft_id, DraftRow.timeline["rate"].as_string())[0])


def size_of(tx: Transaction, draft_id: DraftId) -> tuple[int, int]:
    """Width and height of a draft's picture, in pixels. One query.

    Raises:
        Clash: it is not done.
    """
    size = DraftRow.timeline["size"]
    width, height = _of_timeline(tx, draft_id, size["width"].as_integer(), size["height"].as_integer())
    return width, height


def _of_timeline(tx: Transaction, draft_id: DraftId, *wanted: ColumnElement[Any]) -> Sequence[Any]:
    """Parts of a draft's timeline, which the database takes out of it: that of half an hour is megabytes."""
    found = tx.execute(select(*wanted).where(DraftRow.id == draft_id, DraftRow.digest.is_not(None))).one_or_none()
    if found is None or found[0] is None:
        raise Clash("this draft is not done; there is nothing to see", todo="name a draft that is done")
    return found


def changed(tx: Transaction, before: DraftId, after: DraftId) -> tuple[Change, ...]:
    """What changed from one draft of a video to another. Two queries.

    Raises:
        Clash: one of them is not done.
    """
    return changes(shown(tx, before), shown(tx, after))


def _course(tx: Transaction, found: DraftRow) -> CourseId:
    return CourseId(row(tx, VideoRow, found.video_id).course_id)


def as_drafted(found: DraftRow) -> Drafted:
    """A row as a value."""
    return Drafted(
        id=DraftId(found.id),
        video=VideoId(found.video_id),
        number=found.number,
        state=found.state,
        cause=found.cause,
        style=found.style,
        revision=RevisionId(found.revision_id),
        frames=found.frames,
        error=found.error,
        superseded_by=None if found.superseded_by_id is None else DraftId(found.superseded_by_id),
        created_at=found.created_at,
        done_at=found.done_at,
    )
