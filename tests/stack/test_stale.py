"""What a change makes stale, where assets are used, what happened; on both databases."""

from datetime import timedelta

from pipeline.spans import Span
from pipeline.timeline import Filmed
from pipeline.values import Key, digest
from storage.catalogue.assets import Wanted, add_asset, add_version, approve_version, videos_following
from storage.catalogue.casting import cast, resolved
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.drafts import ask_draft, changed, drafts
from storage.catalogue.drafts import shown as drafted
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import Declared, expect_file, file_arrived, file_failed
from storage.catalogue.filming import Filed, add_rush, add_take, circle_take
from storage.catalogue.history import history, uses
from storage.catalogue.staleness import Stale, stale, stale_videos
from storage.catalogue.terms import AssetId, VideoId
from tests.stack.counting import counted
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE, THREE, TWO


def found(studio: Studio, style: Key | None = None) -> list[tuple[str, str, str]]:
    return [(one.because, one.how, one.what) for one in everything(studio, style)]


def everything(studio: Studio, style: Key | None = None) -> tuple[Stale, ...]:
    with studio.catalogue.reading() as tx:
        # the rushes of these drafts are made up: they are in no catalogue
        return tuple(one for one in stale(tx, studio.video, style) if one.because != "rush" or one.how == "new")


def test_a_draft_that_was_just_made_is_not_stale(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    assert everything(studio) == ()
    asset = studio.asset("collect")
    studio.send(asset)
    studio.write(f"[show collect] {ONE}", TWO)
    assert everything(studio) == ()
    studio.draft()
    assert everything(studio) == ()
    assert found(studio, digest("course")) == []


def test_a_line_that_changed_makes_its_segments_stale(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE, TWO, THREE)
    studio.draft()
    new = studio.write(ONE, TWO.replace("chiffre", "nombre"), "Une phrase nouvelle, tout à fait autre.").script
    told = {one.what: one for one in everything(studio)}
    gone = next(name for name, one in told.items() if one.how == "gone")
    assert {name: (one.because, one.how, one.captions) for name, one in told.items()} == {
        new.lines[1].id: ("line", "changed", True),
        new.lines[2].id: ("line", "new", True),
        gone: ("line", "gone", True),
    }
    assert told[new.lines[1].id].segments
    assert told[gone].segments
    assert not set(told[gone].segments) & set(told[new.lines[1].id].segments)
    assert told[new.lines[2].id].segments == ()


def test_a_cue_alone_leaves_the_captions_as_they_were(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    (line,) = studio.write(ONE).script.lines
    studio.draft()
    studio.write(f"[frame close] {ONE}")
    assert [(one.what, one.how, one.captions) for one in everything(studio)] == [(line.id, "changed", False)]


def test_an_asset_that_came_or_changed_is_told(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    studio.write(f"[show collect] {ONE}", TWO)
    studio.draft()
    studio.send(asset)
    assert found(studio) == [("asset", "new", "collect")]
    studio.draft()
    studio.send(asset, "second")
    assert found(studio) == [("asset", "changed", "collect")]
    studio.write(ONE, TWO)
    assert ("asset", "gone", "collect") in found(studio)


def test_takes_rushes_and_styles_are_told(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE)
    studio.draft()
    media = studio.ready_file()
    with catalogue.writing() as tx:
        rush = add_rush(tx, studio.video, media, Filed("A002.mov"))
        take = add_take(tx, rush, "01", 2, Span(0, 100))
        circle_take(tx, take, circled=True)
    assert found(studio, digest("another style")) == [
        ("rush", "new", "A002.mov"),
        ("take", "changed", "01/2"),
        ("style", "changed", "course"),
    ]
    style = everything(studio, digest("another style"))[-1]
    with catalogue.reading() as tx:
        frames = drafts(tx, studio.video)[-1].frames
    assert frames
    assert style.segments == tuple(range(len(style.segments)))


def test_a_circled_take_names_the_segments_that_show_another_of_its_shot(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE, TWO)
    made = studio.draft()
    with catalogue.reading() as tx:
        pictures = [clip.picture for clip in drafted(tx, made.id).timeline.clips]
    filmed = [(number, one) for number, one in enumerate(pictures) if isinstance(one, Filmed)]
    stop = filmed[0][1].span.stop
    card, _, name = filmed[0][1].rush.rpartition("/")
    media = studio.ready_file()
    with catalogue.writing() as tx:
        rush = add_rush(tx, studio.video, media, Filed(name, card))
        add_take(tx, rush, "01", 1, Span(0, stop))
        add_take(tx, rush, "02", 1, Span(10_000_000, 10_000_001))
        again = add_take(tx, rush, "01", 2, Span(10_000_000, 10_000_100))
        circle_take(tx, again, circled=True)
    takes = {one.what: one.segments for one in everything(studio) if one.because == "take"}
    showing = tuple(number for number, one in filmed if one.rush == filmed[0][1].rush and one.span.start < stop)
    assert showing
    assert takes == {"01/1": showing, "02/1": (), "01/2": showing}


def _video(studio: Studio, policy: str, asset: AssetId, pinned: object = None) -> VideoId:
    video = studio.another_video()
    studio.write(f"[show shared] {ONE}", video=video)
    with studio.catalogue.writing() as tx:
        (own,) = resolved(tx, video)
        cast(tx, own.id, asset, policy, pinned)  # type: ignore[arg-type]
    studio.draft(video)
    return video


def test_a_new_version_makes_exactly_the_videos_that_follow_it_stale(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with catalogue.writing() as tx:
        asset = add_asset(tx, None, Wanted("shared", "motion"))
        other = add_course(tx, Course("C2", "Un autre cours"))
        chapter = add_chapter(tx, add_part(tx, other, "1"), "1")
        elsewhere = add_video(tx, chapter, "V1", "Ailleurs")
    first = studio.send(asset)
    with catalogue.writing(studio.people["director"]) as tx:
        approve_version(tx, first.id, "approved")
    studio.write(f"[show shared] {ONE}", video=elsewhere)
    studio.draft(elsewhere)
    latest = _video(studio, "latest", asset)
    approved = _video(studio, "latest_approved", asset)
    pinned = _video(studio, "pinned", asset, first.id)
    undrafted = studio.another_video()
    studio.write(f"[show shared] {ONE}", video=undrafted)
    unrelated = studio.another_video()
    studio.write(ONE, video=unrelated)
    studio.draft(unrelated)

    def now_stale() -> set[VideoId]:
        with counted(catalogue) as sent, catalogue.reading() as tx:
            told = {one.video for one in stale_videos(tx, asset)}
        assert len(sent) == 1
        return told

    assert now_stale() == set()
    second = studio.send(asset)
    assert now_stale() == {latest, elsewhere}
    with catalogue.writing(studio.people["director"]) as tx:
        approve_version(tx, second.id, "approved")
    assert now_stale() == {latest, elsewhere, approved}
    for video in (latest, elsewhere, approved):
        studio.draft(video)
    assert now_stale() == set()
    with catalogue.writing() as tx:  # a version that is not ready is followed by nobody
        add_version(tx, asset, expect_file(tx, Declared("a.mov")).id)
    assert now_stale() == set()
    with catalogue.reading() as tx:
        assert set(videos_following(tx, asset)) == {latest, elsewhere, approved, pinned, undrafted}


def test_where_an_asset_is_used(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    studio.send(asset)
    studio.send(asset)
    script = studio.write(ONE, f"[show collect] {TWO}", f"[show Collect v1] {THREE}").script
    with counted(catalogue) as sent, catalogue.reading() as tx:
        told = uses(tx, asset)
    assert len(sent) == 1
    assert [(one.course, one.video_code, one.line, one.number, one.reference, one.version) for one in told] == [
        ("C1", "V1", script.lines[1].id, 2, "collect", 2),
        ("C1", "V1", script.lines[2].id, 3, "Collect@v1", 1),
    ]
    studio.write(ONE, TWO)
    with catalogue.reading() as tx:
        assert uses(tx, asset) == ()


def test_the_history_of_a_video_has_its_files_and_assets(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    other = studio.asset("other")
    studio.write(f"[show collect] {ONE}")
    studio.send(asset)
    studio.send(other)
    with catalogue.writing(studio.people["director"]) as tx:
        media = expect_file(tx, Declared("A001.mov", 5)).id
        add_rush(tx, studio.video, media, Filed("A001.mov"))
        file_arrived(tx, media, 5)
        file_failed(tx, media, "no picture")
    studio.draft()
    with counted(catalogue) as sent, catalogue.reading() as tx:
        told = history(tx, studio.video)
        assert history(tx, studio.video, 2, told[1].event.id) == told[2:4]
    assert len(sent) == 2
    assert [(one.event.kind, one.by_name) for one in reversed(told)] == [
        ("video.added", ""),
        ("asset.added", ""),
        ("script.saved", "Writer"),
        ("file.expected", ""),
        ("file.arrived", ""),
        ("file.ready", ""),
        ("version.added", "Motion"),
        ("file.expected", "Director"),
        ("rush.added", "Director"),
        ("file.arrived", "Director"),
        ("file.failed", "Director"),
        ("draft.asked", ""),
        ("draft.done", ""),
    ]


def test_a_draft_supersedes_those_under_way_and_drafts_are_compared(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE, TWO)
    with catalogue.writing() as tx:
        first = ask_draft(tx, studio.video, "script")
        second = ask_draft(tx, studio.video, "asset")
    with catalogue.reading() as tx:
        told = drafts(tx, studio.video)
        assert [(one.number, one.state, one.superseded_by) for one in told] == [
            (1, "superseded", second.id),
            (2, "waiting", None),
        ]
        assert told[0].id == first.id
    one = studio.draft()
    studio.write(ONE, TWO, THREE)
    other = studio.draft()
    assert (one.number, other.number) == (3, 4)
    assert other.created_at - one.created_at < timedelta(minutes=5)
    with catalogue.reading() as tx:
        assert changed(tx, one.id, one.id) == ()
        assert {change.kind for change in changed(tx, one.id, other.id)} >= {"new"}
