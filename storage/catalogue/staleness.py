"""What is stale in a video's last draft, and which videos a new version of an asset makes stale."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Text, Uuid, and_, case, cast, literal, or_, select
from sqlalchemy.orm import aliased

from pipeline.changes import segments_showing
from pipeline.saying import line_called
from pipeline.script import Script
from pipeline.timeline import Filmed, Timeline
from pipeline.values import Key, from_json
from pipeline.words import Words
from storage.catalogue.casting import resolved, version_used
from storage.catalogue.current import last_done, last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.log import events
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftInputRow, DraftRow, SegmentRow
from storage.catalogue.tables.farm import EventRow
from storage.catalogue.tables.media import MediaRow, RushRow, TakeRow, VersionRow
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import AssetId, DraftId, VideoId

Because = Literal["line", "asset", "rush", "take", "style"]
How = Literal["new", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Stale:
    """One thing that is no longer as the last draft had it, and what of that draft shows it.

    `what`: the line's id, the asset as the script calls it, the rush's name, the shot and take, the style's name.
    `segments`: which of the draft's segments, from 0; a new thing may show in none of them. `captions`: other words.
    """

    draft: DraftId
    number: int
    because: Because
    how: How
    what: str
    segments: tuple[int, ...]
    captions: bool = False


@dataclass(frozen=True, slots=True)
class StaleVideo:
    """A video whose last draft does not show the version of an asset that its cues now use."""

    video: VideoId
    course: str
    code: str
    draft: DraftId
    number: int


def stale(tx: Transaction, video_id: VideoId, style: Key | None = None) -> tuple[Stale, ...]:
    """What is stale in the last draft of a video that is done; nothing when it has none.

    `style`: the digest of its style as it now is, None when that is not asked. A constant number of queries.
    """
    draft = tx.scalar(select(DraftRow).where(DraftRow.id == last_done(literal(video_id, Uuid()))))
    if draft is None or draft.timeline is None or draft.manifest is None:
        return ()
    pinned = {
        (one.kind, one.reference): one.digest
        for one in tx.scalars(select(DraftInputRow).where(DraftInputRow.draft_id == draft.id))
    }
    old = _Old(draft, from_json(Timeline, draft.timeline), {kind: {} for kind in ("script", "style", "rush", "asset")})
    for (kind, reference), digest in pinned.items():
        old.pinned[kind][reference] = digest
    found = [*_lines(tx, old, video_id), *_assets(tx, old, video_id), *_rushes(tx, old, video_id), *_takes(tx, old)]
    if style is not None and style not in old.pinned["style"].values():
        name = next(iter(old.pinned["style"]), "")
        found.append(old.stale("style", "changed", name, tuple(range(len(old.timeline.clips)))))
    return tuple(found)


def sentence(one: Stale, script: Script | None, words: Words) -> str:
    """What is stale in words; lines are called as `script`, the last one, numbers them."""
    what = line_called(one.what, script, words) if one.because == "line" else one.what
    subject = words.say(f"asked.because.{one.because}", what=what)
    how = words.say(f"asked.how.{one.how}")
    return words.say("asked.stale", subject=subject, how=how, n=len(one.segments), draft=one.number)


@dataclass(frozen=True, slots=True)
class _Old:
    """The last draft, with the digests that it pins by kind and name."""

    row: DraftRow
    timeline: Timeline
    pinned: dict[str, dict[str, str]]

    def stale(
        self, because: Because, how: How, what: str, segments: tuple[int, ...], *, captions: bool = False
    ) -> Stale:
        return Stale(DraftId(self.row.id), self.row.number, because, how, what, segments, captions)

    def made_of(self, where: str, name: str, field: str) -> frozenset[Key]:
        """The keys under which an input shows in the timeline."""
        listed = (self.row.manifest or {}).get(where, ())
        key = "conformed" if where == "rushes" else "normal"
        return frozenset(Key(one[key]) for one in listed if one[field] == name)


def _lines(tx: Transaction, old: _Old, video_id: VideoId) -> Iterator[Stale]:
    then, now = aliased(LineTextRow), aliased(LineTextRow)
    last = last_revision(literal(video_id, Uuid()))
    rows = tx.execute(
        select(ScriptLineRow.name, then.digest, then.text, now.digest, now.text)
        .outerjoin(then, and_(then.line_id == ScriptLineRow.id, then.revision_id == old.row.revision_id))
        .outerjoin(now, and_(now.line_id == ScriptLineRow.id, now.revision_id == last))
        .where(ScriptLineRow.video_id == video_id, or_(then.line_id.is_not(None), now.line_id.is_not(None)))
        .order_by(now.position, then.position)
    ).all()
    shown: dict[str, list[int]] = {}
    for number, clip in enumerate(old.timeline.clips):
        for line in dict.fromkeys(name for name in (clip.line, *(word.line for word in clip.words)) if name):
            shown.setdefault(line, []).append(number)
    for name, before, text_before, after, text_after in rows:
        if before != after:
            segments = tuple(shown.get(name, ()))
            yield old.stale("line", _how(before, after), name, segments, captions=text_before != text_after)


def _assets(tx: Transaction, old: _Old, video_id: VideoId) -> Iterator[Stale]:
    now = {one.reference: one.sha256 for one in resolved(tx, video_id)}
    slates = tx.execute(
        select(SegmentRow.what, SegmentRow.position).where(
            SegmentRow.draft_id == old.row.id, SegmentRow.missing == "asset"
        )
    ).all()
    for name, how in _differences(old.pinned["asset"], now):
        keys = old.made_of("assets", name, "reference")
        waited = {position for what, position in slates if what == name}
        segments = tuple(sorted({*segments_showing(old.timeline, keys), *waited}))
        yield old.stale("asset", how, name, segments)


def _rushes(tx: Transaction, old: _Old, video_id: VideoId) -> Iterator[Stale]:
    rows = tx.execute(
        select(RushRow.name, MediaRow.sha256)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(RushRow.video_id == video_id, RushRow.kind == "camera", MediaRow.state == "ready")
        .order_by(RushRow.card, RushRow.name)
    ).all()
    # the same file under another name is the same rush
    pinned, now = old.pinned["rush"], {sha: name for name, sha in rows}
    for name, sha in pinned.items():
        if sha not in now:
            again = any(name == other for other in now.values())
            segments = segments_showing(old.timeline, old.made_of("rushes", name, "name"))
            yield old.stale("rush", "changed" if again else "gone", name, segments)
    for sha, name in now.items():
        if sha not in pinned.values() and name not in pinned:
            yield old.stale("rush", "new", name, ())


def _takes(tx: Transaction, old: _Old) -> Iterator[Stale]:
    """Takes that were marked, or chosen by the director, since the draft was asked for.

    Their segments are those that show another take of the same shot, as far as takes are known: they may change.
    """
    since = select(EventRow).where(
        EventRow.video_id == old.row.video_id, EventRow.kind.startswith("take."), EventRow.at > old.row.created_at
    )
    marked = dict.fromkeys(
        (str(one.details["shot"]), int(one.details["number"])) for one in events(tx, since.order_by(EventRow.id))
    )
    known = tx.execute(
        select(TakeRow.shot, RushRow.card, RushRow.name, TakeRow.start, TakeRow.stop)
        .join(RushRow, RushRow.id == TakeRow.rush_id)
        .where(TakeRow.video_id == old.row.video_id, TakeRow.shot.in_({shot for shot, _ in marked}))
    ).all()
    for shot, number in marked:
        places = [("/".join(filter(None, (card, name))), a, b) for of, card, name, a, b in known if of == shot]
        shown = tuple(
            position
            for position, clip in enumerate(old.timeline.clips)
            if isinstance(clip.picture, Filmed)
            and any(
                clip.picture.rush == rush and clip.picture.span.start < stop and start < clip.picture.span.stop
                for rush, start, stop in places
            )
        )
        yield old.stale("take", "changed", f"{shot}/{number}", shown)


def _differences(before: Mapping[str, str], now: Mapping[str, str | None]) -> Iterator[tuple[str, How]]:
    for name in dict.fromkeys((*before, *now)):
        was, there = before.get(name), now.get(name)
        if was != there:
            yield name, _how(was, there)


def _how(was: str | None, now: str | None) -> How:
    return "new" if was is None else "gone" if now is None else "changed"


def stale_videos(tx: Transaction, asset: AssetId) -> tuple[StaleVideo, ...]:
    """The videos whose last draft shows another version of an asset than its cues now use. One query.

    A video that was never drafted is not stale: it waits for its first draft.
    """
    called = case(
        (CastingRow.wanted > 0, CastingRow.reference + "@v" + cast(CastingRow.wanted, Text())),
        else_=CastingRow.reference,
    )
    used: type[MediaRow] = aliased(MediaRow)
    pinned = aliased(DraftInputRow)
    rows = tx.execute(
        select(VideoRow.id, CourseRow.code, VideoRow.code, DraftRow.id, DraftRow.number)
        .join(CastingRow, CastingRow.video_id == VideoRow.id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(DraftRow, DraftRow.id == last_done(VideoRow.id))
        .outerjoin(VersionRow, VersionRow.id == version_used())
        .outerjoin(used, used.id == VersionRow.media_id)
        .outerjoin(pinned, and_(pinned.draft_id == DraftRow.id, pinned.kind == "asset", pinned.reference == called))
        .where(
            CastingRow.asset_id == asset,
            CastingRow.gone_in_id.is_(None),
            used.sha256.is_distinct_from(pinned.digest),
        )
        .distinct()
        .order_by(CourseRow.code, VideoRow.code)
    )
    return tuple(
        StaleVideo(VideoId(video), course, code, DraftId(draft), number) for video, course, code, draft, number in rows
    )
