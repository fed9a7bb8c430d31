"""The facts that a video waits for, each a query that stands on its own: what is lacking, who owes it, until when.

Every query gives the same columns, so that all are asked at once: of one video, or of all those in which a person owes
something.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from pipeline.copies import COPY_KINDS
from storage.catalogue.answering import PERSON, going, theirs
from storage.catalogue.casting import version_used
from storage.catalogue.current import last_done, last_number, last_revision
from storage.catalogue.hints import Few
from storage.catalogue.tables.casting import CastingRow, ProposalRow
from storage.catalogue.tables.course import CourseRow, DueRow, VideoRow
from storage.catalogue.tables.draft import DraftLineRow, DraftRow, SegmentRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, RushRow, VersionRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.tables.review import NoteRow, VerdictRow
from storage.catalogue.tables.script import RevisionRow, ScriptLineRow
from storage.catalogue.terms import Stage

Code = Literal[
    "no-script",
    "no-rush",
    "line-untold",
    "asset-unknown",
    "asset-unsent",
    "asset-unready",
    "asset-failed",
    "asset-unapproved",
    "version-lacking",
    "rush-unready",
    "rush-failed",
    "note-open",
    "job-failed",
    "draft-failed",
    "no-draft",
    "verdict-missing",
    "change-wanted",
    "proposal-open",
    "stage-due",
]
CODES: tuple[Code, ...] = get_args(Code)

Subject = Literal["video", "line", "casting", "rush", "note", "job", "draft", "proposal"]
"""What a fact leads to, for a link."""

Column = SQLColumnExpression[Any]

NOTHING = cast(null(), Uuid())


Of = Literal["video", "person"]
"""Of which videos facts are asked: the one bound as `video`, or those in which the one bound as `person` owes."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The columns of one fact. `query` starts from the videos; `owner` and `stage` say who owes it.

    `own` is who owes it by name; nobody by name, and it is whoever answers for the stage of the video.
    `unless`: when it is owed by stage all the same; `perhaps`: what must hold for that, and is known sooner.
    `named`: there always is someone by name. `counted`: `many` counts the rows that are alike in everything else.
    """

    query: Select[*tuple[Any, ...]]
    code: Column
    subject: Subject
    subject_id: Column
    stage: Stage | Column
    own: Column | None = None
    unless: ColumnElement[bool] | None = None
    perhaps: ColumnElement[bool] | None = None
    named: bool = False
    due: Column | None = None
    line: Column = NOTHING
    what: Column = literal("", Text())  # noqa: RUF009 (a value, shared as such)
    detail: Column = literal("", Text())  # noqa: RUF009
    many: Column = literal(1, Integer())  # noqa: RUF009
    counted: bool = False


def asked(fact: Fact, of: Of) -> Iterator[Select[*tuple[Any, ...]]]:
    """The fact as queries with the common columns. Of a person it takes two: what is theirs by stage, what by name."""
    owed = aliased(DueRow)
    staged = fact.query.outerjoin(owed, and_(owed.video_id == VideoRow.id, owed.stage == fact.stage))
    if of == "video":
        yield _columns(fact, staged.where(VideoRow.id == bindparam("video", type_=Uuid())), owed.owner_id, owed.due)
        return
    owes = theirs().c
    by_stage = fact.query.join(theirs(), and_(owes.video_id == VideoRow.id, Few(owes.stage == fact.stage)))
    if fact.own is None:
        yield _columns(fact, by_stage, owes.owner_id, owes.due)
        return
    unless = false() if fact.unless is None else fact.unless
    if not fact.named:
        nobody = by_stage.where(or_(fact.own.is_(None), unless))
        if fact.perhaps is not None:
            nobody = nobody.where(or_(fact.own.is_(None), fact.perhaps))
        yield _columns(fact, nobody, owes.owner_id, owes.due)
    yield _columns(fact, staged.where(fact.own == PERSON, ~unless, going()), owed.owner_id, owed.due)


def _columns(fact: Fact, query: Select[*tuple[Any, ...]], owner: Column, due: Column) -> Select[*tuple[Any, ...]]:
    columns: tuple[Column, ...] = (
        cast(fact.code, String(24)).label("code"),
        VideoRow.id.label("video_id"),
        _owner(fact, owner).label("owner_id"),
        (due if fact.due is None else func.coalesce(fact.due, due)).label("due"),
        fact.line.label("line_id"),
        cast(fact.what, Text()).label("what"),
        cast(fact.detail, Text()).label("detail"),
        literal(fact.subject, Text()).label("subject"),
        fact.subject_id.label("subject_id"),
        fact.many.label("many"),
    )
    found: Select[*tuple[Any, ...]] = query.with_only_columns(*columns, maintain_column_froms=True)
    return found.group_by(*columns[:-1]) if fact.counted else found


def _owner(fact: Fact, by_stage: Column) -> Column:
    if fact.own is None:
        return by_stage
    by_name = func.coalesce(fact.own, by_stage)
    return by_name if fact.unless is None else case((fact.unless, by_stage), else_=by_name)


def facts() -> tuple[Fact, ...]:
    """Everything that keeps a video from being done."""
    return (*_writing(), *_filming(), *_cues(), *_reviewing(), *_working())


def errands() -> tuple[Fact, ...]:
    """What keeps no video, and waits for someone all the same."""
    suggested = Fact(
        select(VideoRow.id).join(ProposalRow, and_(ProposalRow.video_id == VideoRow.id, ProposalRow.state == "open")),
        literal("proposal-open"),
        "proposal",
        ProposalRow.id,
        "script",
        line=ProposalRow.line_id,
        what=ProposalRow.cue,
        detail=ProposalRow.comment,
    )
    reached = Fact(select(VideoRow.id), literal("stage-due"), "video", VideoRow.id, VideoRow.stage, what=VideoRow.stage)
    return suggested, reached


def _writing() -> Iterator[Fact]:
    written = select(RevisionRow.id).where(RevisionRow.video_id == VideoRow.id).exists()
    filmed = select(RushRow.id).where(RushRow.video_id == VideoRow.id, RushRow.kind == "camera").exists()
    yield Fact(select(VideoRow.id).where(~written), literal("no-script"), "video", VideoRow.id, "script")
    yield Fact(select(VideoRow.id).where(written, ~filmed), literal("no-rush"), "video", VideoRow.id, "filmed")


def _filming() -> Iterator[Fact]:
    yield Fact(
        select(VideoRow.id)
        .join(SegmentRow, SegmentRow.draft_id == last_done(VideoRow.id))
        .join(ScriptLineRow, ScriptLineRow.id == SegmentRow.line_id)
        .where(SegmentRow.missing == literal_column("'take'"), ScriptLineRow.gone_in_id.is_(None)),
        literal("line-untold"),
        "line",
        SegmentRow.line_id,
        "filmed",
        line=SegmentRow.line_id,
        many=func.count(SegmentRow.position),
        counted=True,
    )
    yield Fact(
        select(VideoRow.id)
        .join(RushRow, RushRow.video_id == VideoRow.id)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(MediaRow.state != literal_column("'ready'")),
        case((MediaRow.state.in_(("failed", "missing")), "rush-failed"), else_="rush-unready"),
        "rush",
        RushRow.id,
        "filmed",
        own=MediaRow.sender_id,
        what=RushRow.name,
        detail=MediaRow.cause,
    )


def _cues() -> Iterator[Fact]:
    last, newest, file = aliased(VersionRow), aliased(VersionRow), aliased(MediaRow)
    newest_id = (
        select(last.id)
        .where(last.asset_id == CastingRow.asset_id)
        .order_by(last.number.desc())
        .limit(1)
        .correlate(CastingRow)
        .scalar_subquery()
    )
    # which version is used is only asked of those that are left when video and asset are known
    found = and_(CastingRow.video_id == VideoRow.id, CastingRow.asset_id == AssetRow.id)
    query = (
        select(VideoRow.id)
        .join(CastingRow, CastingRow.video_id == VideoRow.id)
        .outerjoin(AssetRow, AssetRow.id == CastingRow.asset_id)
        .outerjoin(newest, newest.id == newest_id)
        .outerjoin(file, file.id == newest.media_id)
        .where(CastingRow.gone_in_id.is_(None), version_used(found).is_(None))
    )
    ready = file.state == "ready"
    waits = and_(CastingRow.policy == "latest_approved", CastingRow.wanted == 0, ready)
    code = case(
        (CastingRow.asset_id.is_(None), "asset-unknown"),
        (newest.id.is_(None), "asset-unsent"),
        (file.state.in_(("failed", "missing")), "asset-failed"),
        (~ready, "asset-unready"),
        (waits, "asset-unapproved"),
        else_="version-lacking",
    )
    named = case(
        (CastingRow.wanted > 0, CastingRow.reference + "@v" + cast(CastingRow.wanted, Text())),
        else_=CastingRow.reference,
    )
    yield Fact(
        query,
        code,
        "casting",
        CastingRow.id,
        "motion",
        own=AssetRow.owner_id,
        unless=func.coalesce(waits, false()),  # who makes an asset does not approve it
        perhaps=CastingRow.policy == "latest_approved",
        due=AssetRow.due,
        line=CastingRow.line_id,
        what=named,
        detail=case((waits, cast(newest.number, Text())), else_=func.coalesce(file.cause, "")),
    )


def _reviewing() -> Iterator[Fact]:
    taker = aliased(ScriptLineRow)
    yield Fact(
        select(VideoRow.id)
        .join(NoteRow, and_(NoteRow.video_id == VideoRow.id, NoteRow.state == "open"))
        .outerjoin(taker, taker.id == NoteRow.line_id)
        .where(NoteRow.blocks, NoteRow.parent_id.is_(None)),
        literal("note-open"),
        "note",
        NoteRow.id,
        "draft",
        own=NoteRow.owner_id,
        line=func.coalesce(taker.merged_into_id, NoteRow.line_id),
        what=NoteRow.body,
    )
    course = aliased(CourseRow)  # its own: that the course goes on is asked beside it
    decided = (
        select(VerdictRow.id)
        .where(
            VerdictRow.line_id == DraftLineRow.line_id,
            VerdictRow.digest == DraftLineRow.digest,
            or_(VerdictRow.person_id == MembershipRow.person_id, course.verdicts == literal_column("'first'")),
        )
        .exists()
    )
    yield Fact(
        select(VideoRow.id)
        .join(course, course.id == VideoRow.course_id)
        .join(MembershipRow, and_(MembershipRow.course_id == VideoRow.course_id, MembershipRow.role == "reviewer"))
        .join(DraftRow, DraftRow.id == last_done(VideoRow.id))
        .join(DraftLineRow, DraftLineRow.draft_id == DraftRow.id)
        .where(VideoRow.stage == "review", ~decided),
        literal("verdict-missing"),
        "draft",
        DraftRow.id,
        "review",
        own=MembershipRow.person_id,
        named=True,
        what=cast(DraftRow.number, Text()),
        many=func.count(DraftLineRow.line_id),
        counted=True,
    )
    yield from _changes_wanted()


def _changes_wanted() -> Iterator[Fact]:
    """Verdicts for a change that hold: on the last draft, and not followed by another of the same person."""
    later = aliased(VerdictRow)
    withdrawn = select(later.id).where(
        later.person_id == VerdictRow.person_id, later.digest == VerdictRow.digest, later.id > VerdictRow.id
    )
    query = (
        select(VideoRow.id)
        .join(VerdictRow, and_(VerdictRow.video_id == VideoRow.id, VerdictRow.decision == "change"))
        .join(DraftRow, DraftRow.id == last_done(VideoRow.id))
        .join(PersonRow, PersonRow.id == VerdictRow.person_id)
    )
    shown = select(DraftLineRow.draft_id).where(
        DraftLineRow.draft_id == DraftRow.id,
        DraftLineRow.line_id == VerdictRow.line_id,
        DraftLineRow.digest == VerdictRow.digest,
    )
    on_line = query.where(shown.exists(), ~withdrawn.where(later.line_id == VerdictRow.line_id).exists())
    on_draft = query.where(
        VerdictRow.line_id.is_(None),
        VerdictRow.digest == DraftRow.digest,
        ~withdrawn.where(later.line_id.is_(None)).exists(),
    )
    for found in (on_line, on_draft):
        yield Fact(
            found,
            literal("change-wanted"),
            "draft",
            DraftRow.id,
            "draft",
            line=VerdictRow.line_id,
            what=VerdictRow.comment,
            detail=PersonRow.name,
        )


def _working() -> Iterator[Fact]:
    yield Fact(
        select(VideoRow.id).join(
            JobRow,
            and_(JobRow.video_id == VideoRow.id, JobRow.state == "failed", JobRow.kind.not_in(COPY_KINDS)),
        ),
        literal("job-failed"),
        "job",
        JobRow.id,
        "draft",
        what=JobRow.kind,
        detail=JobRow.cause,
    )
    yield Fact(
        select(VideoRow.id)
        .join(DraftRow, and_(DraftRow.video_id == VideoRow.id, DraftRow.number == last_number(VideoRow.id)))
        .where(DraftRow.state == "failed"),
        literal("draft-failed"),
        "draft",
        DraftRow.id,
        "draft",
        what=cast(DraftRow.number, Text()),
        detail=DraftRow.error,
    )
    drafted = select(DraftRow.id).where(
        DraftRow.video_id == VideoRow.id, DraftRow.state.in_(("waiting", "rendering", "done", "failed"))
    )
    yield Fact(
        select(VideoRow.id).where(last_revision(VideoRow.id).is_not(None), ~drafted.exists()),
        literal("no-draft"),
        "video",
        VideoRow.id,
        "draft",
    )
