"""Videos that are drafted again by themselves: what marks them, when they are due, and what their drafts say."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.footage import About
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.spans import Span
from pipeline.values import Key, as_json, digest
from storage.catalogue.assets import add_version, approve_version, describe_asset
from storage.catalogue.casting import by_reference, cast, pin, resolved, unpin
from storage.catalogue.courses import change_course, set_drafting, set_stage
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, draft, drafts, fail_draft, keep_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import Declared, expect_file, file_arrived, file_ready
from storage.catalogue.filming import Filed, add_rush, add_take, circle_take, drop_rush, marks, match_rush, rushes
from storage.catalogue.following import BATCH, CAUSE_MOST, bounded, due, follow, follow_styles
from storage.catalogue.log import unread
from storage.catalogue.scripts import revision
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.terms import VideoId
from tests.stack.studio import Studio, rendered
from tests.unit.test_lines import ONE, TWO
from workers.following import styled as shipped

FARM = shelf.farm()
QUIET, LONGEST = timedelta(seconds=FARM.quiet_seconds), timedelta(seconds=FARM.longest_wait_seconds)
SECOND = timedelta(seconds=1)


def styled(name: str, rate: Fraction, size: Size) -> Key | None:
    return digest(name) if rate == 25 else digest([name, as_json(rate)])


def other(name: str, rate: Fraction, size: Size) -> Key | None:
    return digest(f"{name}, another")


def now(studio: Studio) -> datetime:
    with studio.catalogue.reading() as tx:
        return tx.now()


def followed(studio: Studio, at: datetime | None = None) -> list[VideoId]:
    at = at or now(studio)
    with studio.catalogue.writing() as tx:
        return list(follow(tx, FARM, at))


def asked(studio: Studio, at: datetime | None = None) -> list[Drafted]:
    at = at or now(studio) + LONGEST
    with studio.catalogue.writing() as tx:
        return list(due(tx, styled, at))


def film(studio: Studio, name: str = "A001.mov", kind: str = "camera") -> None:
    media = studio.ready_file()
    with studio.catalogue.writing() as tx:
        add_rush(tx, studio.video, media, Filed(name, kind=kind))  # type: ignore[arg-type]


def made(studio: Studio, one: Drafted) -> None:
    """The draft done, its manifest pinning what the catalogue would use now."""
    with studio.catalogue.writing() as tx:
        source = revision(tx, one.video, shelf.framings()).script.source
        attached = [(name, used.sha256) for name, used in by_reference(resolved(tx, one.video))]
        whole = rendered(source, attached)[0]
        filmed = [{"name": rush.filed.name, "digest": rush.file.sha256} for rush in rushes(tx, one.video)]
        pinned = {"footage": {"marks": as_json(marks(tx, one.video))}}
        manifest = {**whole.manifest, "rushes": filmed, "pinned": pinned}
        keep_draft(tx, one.id, Rendered(manifest, whole.timeline, whole.keys, whole.report))


def drafted(studio: Studio) -> None:
    """A draft by hand that shows all there is, and nothing unread."""
    with studio.catalogue.writing() as tx:
        one = ask_draft(tx, studio.video, "asked by hand")
    made(studio, one)
    followed(studio)
    assert waits(studio) == (None, None)


def waits(studio: Studio) -> tuple[datetime | None, datetime | None]:
    with studio.catalogue.reading() as tx:
        found = tx.get(VideoRow, studio.video)
        assert found is not None
        return found.changed_at, found.draft_after


def cause(studio: Studio) -> str | None:
    """What a draft by itself says, None when there is none."""
    followed(studio)
    found = asked(studio)
    for one in found:
        made(studio, one)
    return found[0].cause if found else None


@pytest.fixture
def studio(catalogue: Catalogue) -> Studio:
    """A video with a script that shows `collect`, filmed and drafted."""
    one = Studio(catalogue)
    one.write(f"[show collect] {ONE}")
    film(one)
    one.send(one.asset("collect"))
    drafted(one)
    return one


def test_a_version_that_its_cues_use_is_followed(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        (own,) = resolved(tx, studio.video)
    assert own.asset is not None
    start = now(studio)
    second = studio.send(own.asset)
    assert followed(studio, start) == [studio.video]
    assert waits(studio) == (start, start + QUIET)
    assert asked(studio, start + QUIET - SECOND) == []
    (one,) = asked(studio, start + QUIET)
    assert (one.number, one.cause) == (2, "asset `collect` version 2")
    assert waits(studio) == (None, None)
    assert followed(studio) == []
    assert asked(studio) == []
    made(studio, one)
    with studio.catalogue.writing() as tx:
        approve_version(tx, second.id, "approved")
    assert cause(studio) is None  # it is used already, whatever is thought of it


def test_approvals_count_where_a_cue_waits_for_them(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        (own,) = resolved(tx, studio.video)
        assert own.asset is not None
        cast(tx, own.id, own.asset, "latest_approved")
    assert cause(studio) == "casting of `collect`"
    second = studio.send(own.asset)
    assert cause(studio) is None
    for approval, said in (("approved", "approved"), ("rejected", "rejected"), ("waiting", None)):
        with studio.catalogue.writing() as tx:
            approve_version(tx, second.id, approval)  # type: ignore[arg-type]
        assert cause(studio) == (said and f"asset `collect` version 2 {said}")
    with studio.catalogue.writing() as tx:
        approve_version(tx, second.id, "approved")
        approve_version(tx, second.id, "rejected")
    assert followed(studio) == [studio.video]
    assert asked(studio) == []  # undone before anything was drafted
    assert waits(studio) == (None, None)


def test_a_version_that_no_cue_would_use_marks_nothing(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        assert pin(tx, studio.video) == 1
        assert pin(tx, studio.video) == 0
        (own,) = resolved(tx, studio.video)
    assert followed(studio) == []  # pinned to what it used: nothing changes
    assert own.asset is not None
    studio.send(own.asset)
    studio.send(studio.asset("another"))
    with studio.catalogue.writing() as tx:
        add_version(tx, own.asset, expect_file(tx, Declared("late.mov")).id)
    assert followed(studio) == []
    with studio.catalogue.writing() as tx:
        assert unpin(tx, studio.video) == 1
        assert unpin(tx, studio.video) == 0
    assert cause(studio) == "casting of `collect`"


def test_a_file_counts_when_it_is_ready(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        (own,) = resolved(tx, studio.video)
        assert own.asset is not None
        late = [expect_file(tx, Declared(name, 4)).id for name in ("v.mov", "A002.mov")]
        add_version(tx, own.asset, late[0])
        add_rush(tx, studio.video, late[1], Filed("A002.mov"))
    assert followed(studio) == []
    with studio.catalogue.writing() as tx:
        for media in late:
            file_arrived(tx, media, 4)
            file_ready(tx, media, digest(str(media)))
    assert cause(studio) == "asset `collect` version 2; rush `A002.mov`"


def test_rushes_and_takes_are_followed(studio: Studio) -> None:
    film(studio, "A002.mov")
    assert cause(studio) == "rush `A002.mov`"
    with studio.catalogue.writing() as tx:
        first, second = (one.id for one in rushes(tx, studio.video))
        take = add_take(tx, first, "01", 1, Span(0, 50))
    assert cause(studio) is None  # nobody chose it
    for circled in (True, False):
        with studio.catalogue.writing() as tx:
            circle_take(tx, take, circled=circled)
            circle_take(tx, take, circled=circled)
        assert cause(studio) == f"take 01/1 {'circled' if circled else 'uncircled'}"
    with studio.catalogue.writing() as tx:
        match_rush(tx, first, "02")
    assert cause(studio) == "rush `A001.mov` matched to shot 02"
    with studio.catalogue.writing() as tx:
        match_rush(tx, first, "02")
    assert cause(studio) is None
    with studio.catalogue.writing() as tx:
        drop_rush(tx, second)
    assert cause(studio) == "rush `A002.mov` removed"
    film(studio, "S001.wav", "recorder")
    assert cause(studio) == "rush `S001.wav`"


def test_what_was_undone_is_not_drafted(studio: Studio) -> None:
    film(studio, "A002.mov")
    with studio.catalogue.writing() as tx:
        drop_rush(tx, rushes(tx, studio.video)[-1].id)
    studio.write(f"[show collect] {TWO}")
    studio.write(f"[show collect] {ONE}")
    assert followed(studio) == [studio.video]
    assert asked(studio) == []
    assert waits(studio) == (None, None)
    studio.write(f"[show collect] {TWO}")
    followed(studio)
    (under_way,) = asked(studio)
    studio.write(f"[show collect] {ONE}")
    followed(studio)
    (again,) = asked(studio)  # the one under way shows what was undone
    with studio.catalogue.reading() as tx:
        assert draft(tx, under_way.id).superseded_by == again.id


def test_the_course_is_followed_where_it_decides(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        change_course(tx, studio.course, rate=Fraction(30))
    assert cause(studio) == "rate of the course"
    with studio.catalogue.writing() as tx:
        change_course(tx, studio.course, style="vertical", size=Size(1280, 720))
        change_course(tx, studio.course)
    followed(studio)
    (one,) = asked(studio)
    assert one.cause == "style of the course; size of the course"
    studio.write(f"---\nstyle: course\n---\n\n[show collect] {ONE}")
    drafted(studio)
    with studio.catalogue.writing() as tx:
        change_course(tx, studio.course, style="course")
    assert followed(studio) == []  # the script names its own


def test_another_style_of_the_same_name_is_followed_once(studio: Studio) -> None:
    start = now(studio)

    def look() -> list[VideoId]:
        with studio.catalogue.writing() as tx:
            assert follow_styles(tx, styled, FARM, start) == ()
            assert follow_styles(tx, lambda *_: None, FARM, start) == ()
            return list(follow_styles(tx, other, FARM, start))

    assert look() == [studio.video]
    assert look() == []
    with studio.catalogue.writing() as tx:
        (one,) = due(tx, other, start + QUIET)
    assert one.cause == "style `course`"
    assert look() == []  # a draft of it is on its way
    with studio.catalogue.writing() as tx:
        fail_draft(tx, one.id, "no such font")
    assert look() == []  # and is not tried for ever


def test_a_style_is_pinned_at_the_rate_and_size_of_the_course() -> None:
    style = replace(shelf.style("course"), rate=Fraction(25), size=Size(640, 360))
    assert shipped("course", Fraction(25), Size(640, 360)) == digest(style)
    assert shipped("no such style", Fraction(25), Size(640, 360)) is None


def test_a_paused_video_remembers_and_is_due_when_it_goes_on(studio: Studio) -> None:
    def turn(drafting: str) -> None:
        with studio.catalogue.writing() as tx:
            set_drafting(tx, studio.video, drafting)  # type: ignore[arg-type]

    start = now(studio)
    studio.write(f"[show collect] {TWO}")
    followed(studio, start)
    turn("paused")
    assert waits(studio) == (start, None)
    studio.write(f"[show collect] {ONE} {TWO}")
    followed(studio, start + SECOND)
    assert waits(studio) == (start, None)
    assert asked(studio) == []
    turn("automatic")
    (one,) = asked(studio, now(studio))
    assert one.cause == "script revision 2; script revision 3"
    turn("paused")
    turn("automatic")
    assert waits(studio) == (None, None)


def test_only_what_can_be_shown_and_is_not_published_is_drafted(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    film(studio)
    assert followed(studio) == []  # no script
    studio.video = studio.another_video()
    studio.write(ONE)
    assert followed(studio) == []  # nothing to show
    film(studio, "S001.wav", "recorder")
    assert followed(studio) == []  # nor to see
    film(studio)
    assert followed(studio) == [studio.video]
    with catalogue.writing() as tx:
        set_stage(tx, studio.video, "published")
    assert asked(studio) == []
    studio.write(TWO)
    assert followed(studio) == []
    with catalogue.writing() as tx:
        set_stage(tx, studio.video, "review")
    assert [one.cause for one in asked(studio)] == ["rush `A001.mov`"]
    studio.video = studio.another_video()
    studio.write(ONE)
    with catalogue.writing() as tx:
        ask_draft(tx, studio.video, "asked by hand")
    assert followed(studio) == []
    studio.write(TWO)
    assert cause(studio) == "script revision 2"  # it was drafted before, of slates


def test_a_draft_by_hand_has_what_changed_before_it(studio: Studio) -> None:
    studio.write(f"[show collect] {TWO}")
    followed(studio)
    assert waits(studio) != (None, None)
    with studio.catalogue.writing() as tx:
        ask_draft(tx, studio.video, "asked by hand")
    assert waits(studio) == (None, None)
    assert asked(studio) == []
    studio.write(f"[show collect] {ONE}")
    with studio.catalogue.writing() as tx:
        ask_draft(tx, studio.video, "asked by hand")
    assert followed(studio) == []  # read after the draft was asked for, but told before
    assert cause(studio) is None


def test_the_log_is_read_to_its_end_and_once(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        for number in range(BATCH + 3):
            tx.tell("video.due", studio.video, video=studio.video, stage="motion", number=number)
    studio.write(f"[show collect] {TWO}")
    assert followed(studio) == [studio.video]
    with studio.catalogue.reading() as tx:
        assert {one.kind for one in unread(tx, "following")} == {"video.changed"}
    assert followed(studio) == []
    with studio.catalogue.reading() as tx:
        assert unread(tx, "following") == ()


def test_of_several_who_look_at_once_one_asks(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE)
    film(studio)
    start = now(studio)

    def look(number: int) -> int:
        del number
        return len(followed(studio, start))

    def ask(number: int) -> int:
        del number
        return len(asked(studio, start + LONGEST))

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(look, range(12))) == 1
        assert sum(threads.map(ask, range(12))) == 1
    with catalogue.reading() as tx:
        assert len(drafts(tx, studio.video)) == 1


def test_another_video_that_uses_the_asset_is_drafted_too(studio: Studio) -> None:
    first, studio.video = studio.video, studio.another_video()
    studio.write(f"[show collect v1] {ONE}", f"[show collect] {TWO}")
    film(studio)
    drafted(studio)
    with studio.catalogue.reading() as tx:
        asset = next(one.asset for one in resolved(tx, first))
    assert asset is not None
    studio.send(asset)
    assert set(followed(studio)) == {first, studio.video}
    assert {one.cause for one in asked(studio)} == {"asset `collect` version 2"}


def test_what_is_said_of_an_asset_is_drafted_and_said_again_it_is_no_news(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        asset = next(one.asset for one in resolved(tx, studio.video))
    assert asset is not None
    for _ in range(2):
        with studio.catalogue.writing() as tx:
            assert describe_asset(tx, asset, licence="CC0 1.0", loops=True) == About("CC0 1.0", loops=True)
    assert followed(studio) == [studio.video]
    assert [one.cause for one in asked(studio)] == ["licence, loops of asset `collect`"]
    with studio.catalogue.reading() as tx:
        assert {one.about.licence for one in resolved(tx, studio.video) if one.asset == asset} == {"CC0 1.0"}


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=120), max_size=40))
def test_a_cause_is_one_line_of_bounded_length(causes: list[str]) -> None:
    said = bounded(causes)
    assert 0 < len(said) <= max(CAUSE_MOST, 20)
    if sum(len(one) + 2 for one in causes) <= CAUSE_MOST and causes:
        assert said == "; ".join(causes)


@settings(max_examples=8, deadline=None)
@given(
    gaps=st.lists(st.sampled_from([0, 1, 2, 5, 6, 7, 9, 10, 11, 30, 130]), min_size=1, max_size=30),
    step=st.integers(1, 7),
    late=st.integers(0, 3),
)
def test_a_burst_of_changes_is_one_draft(shared: Studio, gaps: list[int], step: int, late: int) -> None:
    """Whenever things change, and however often the log is looked at.

    A draft comes after the last change; never two within the quiet time; none later than the longest wait after the
    first change that it shows.
    """
    shared.video = shared.another_video()
    shared.write(ONE)
    with shared.catalogue.writing() as tx:
        ask_draft(tx, shared.video, "asked by hand")
    start = now(shared)
    followed(shared, start)
    changed = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    seen: list[tuple[int, int]] = []  # when each draft was asked for, and of which revision
    for second in range(changed[-1] + FARM.longest_wait_seconds + step + 1):
        for number in [n for n, at in enumerate(changed) if at == second]:
            shared.write(f"{ONE} {number}.")
        if second % step == late % step:
            at = start + timedelta(seconds=second)
            followed(shared, at)
            seen += [(second, one.number) for one in asked(shared, at) if one.video == shared.video]
    times = [at for at, _ in seen]
    assert times[-1] >= changed[-1]
    assert all(after - before >= FARM.quiet_seconds for before, after in itertools.pairwise(times))
    shown = 0
    for at in times:
        within = [one for one in changed[shown:] if one <= at]
        assert within, "a draft that shows nothing new"
        assert at - within[0] <= FARM.longest_wait_seconds + 2 * step
        shown += len(within)
    assert shown == len(changed)
    with shared.catalogue.reading() as tx:
        assert len(drafts(tx, shared.video)) == 1 + len(times)
