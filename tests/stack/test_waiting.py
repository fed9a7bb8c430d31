"""What blocks a video and what waits for a person, on both databases."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.spans import Span
from pipeline.values import as_json, from_json
from storage.catalogue.assets import add_version, approve_version
from storage.catalogue.casting import cast, resolved
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video, set_due, set_stage
from storage.catalogue.drafts import ask_draft, drafts, fail_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.facts import CODES
from storage.catalogue.files import Declared, expect_file, file_arrived, file_failed, file_missing
from storage.catalogue.filming import Filed, add_rush
from storage.catalogue.history import Told, history
from storage.catalogue.jobs import Work, ask_job, claim, fail_job
from storage.catalogue.people import add_person, give_role
from storage.catalogue.proposals import Suggestion, propose, settle_proposal
from storage.catalogue.reviewing import Remark, add_note, assign_note, set_note
from storage.catalogue.terms import CourseId, PersonId, Role, VideoId, new_id
from storage.catalogue.verdicts import decide
from storage.catalogue.waiting import Waits, blockers, sentence, waiting
from tests.stack.counting import counted
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE, THREE, TWO

ROLES: tuple[Role, ...] = ("director", "motion", "writer", "reviewer")
LEASE = timedelta(seconds=60)


def blocks(studio: Studio) -> list[Waits]:
    with studio.catalogue.reading() as tx:
        return list(blockers(tx, studio.video))


def codes(studio: Studio) -> list[tuple[str, int | None, str]]:
    return [(one.code, one.number, one.what) for one in blocks(studio)]


def waits_for(studio: Studio, person: PersonId) -> list[str]:
    with studio.catalogue.reading() as tx:
        return [one.code for one in waiting(tx, person)]


def film(studio: Studio) -> None:
    media = studio.ready_file()
    with studio.catalogue.writing() as tx:
        add_rush(tx, studio.video, media, Filed("A001.mov"))


def test_what_nobody_is_named_for_waits_for_whoever_has_the_role(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with catalogue.writing() as tx:
        runs = add_person(tx, "Runs", "runs@example.org")
        give_role(tx, runs, studio.course, "admin")
        alone = add_person(tx, "Alone", "alone@example.org", admin=True)
        empty = add_course(tx, Course("C2", "Un autre"))
        add_video(tx, add_chapter(tx, add_part(tx, empty, "Partie"), "Chapitre"), "V1", "Une vidéo")
        set_due(tx, studio.video, "filmed", date(2026, 6, 1), None)
    studio.write(ONE, f"[show collect] {TWO}", THREE)
    with catalogue.reading() as tx:
        facts = {who: {(one.code, one.owner, one.due) for one in waiting(tx, studio.people[who])} for who in ROLES}
        of_admin = {(one.course, one.code) for one in waiting(tx, alone)}
    assert facts["director"] == {("no-rush", None, date(2026, 6, 1)), ("no-draft", None, None)}
    assert facts["motion"] == {("asset-unknown", None, None)}
    assert facts["writer"] == {("stage-due", None, None)}
    assert facts["reviewer"] == set()
    assert sorted(waits_for(studio, runs)) == ["asset-unknown", "no-draft", "no-rush", "stage-due"]
    assert of_admin == {("C2", "no-script"), ("C2", "stage-due")}, "a course in which somebody has a role is theirs"
    with catalogue.writing() as tx:
        set_due(tx, studio.video, "filmed", None, runs)
    assert waits_for(studio, studio.people["director"]) == ["no-draft"]


def test_a_video_from_nothing_to_done(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    people = studio.people
    with catalogue.writing() as tx:
        for stage, role in (
            ("script", "writer"),
            ("filmed", "director"),
            ("motion", "director"),
            ("draft", "director"),
        ):
            set_due(tx, studio.video, stage, date(2026, 6, 1), people[role])
    assert codes(studio) == [("no-script", None, "")]
    assert waits_for(studio, people["writer"]) == ["no-script", "stage-due"]
    studio.write(ONE, f"[show collect] {TWO}", THREE)
    assert codes(studio) == [("no-draft", None, ""), ("no-rush", None, ""), ("asset-unknown", 2, "collect")]
    assert waits_for(studio, people["director"]) == ["no-draft", "no-rush", "asset-unknown"]
    film(studio)
    asset = studio.asset("collect")
    studio.draft(takes=[1, None, 1])
    assert codes(studio) == [("asset-unsent", 2, "collect"), ("line-untold", 2, "")]
    assert waits_for(studio, people["motion"]) == ["asset-unsent"]
    assert waits_for(studio, people["director"]) == ["line-untold"]
    studio.send(asset)
    studio.draft()
    assert codes(studio) == []
    with catalogue.writing() as tx:
        set_stage(tx, studio.video, "review")
    (missing,) = blocks(studio)
    assert (missing.code, missing.many, missing.owner) == ("verdict-missing", 3, people["reviewer"])
    with catalogue.writing(people["reviewer"]) as tx:
        decide(tx, drafts(tx, studio.video)[-1].id, people["reviewer"], "approve")
    assert codes(studio) == []


def test_an_approval_holds_while_its_line_is_shown_the_same(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    film(studio)
    studio.write(ONE, TWO, THREE)
    studio.draft()
    reviewer = studio.people["reviewer"]
    with catalogue.writing() as tx:
        set_stage(tx, studio.video, "review")
        decide(tx, drafts(tx, studio.video)[-1].id, reviewer, "approve")
    studio.write(ONE, TWO, THREE + " Et retenez aussi la suite.")
    studio.draft()
    assert [(one.code, one.many, one.owner) for one in blocks(studio)] == [("verdict-missing", 1, reviewer)]
    line = studio.write(ONE, TWO, THREE + " Et retenez aussi la suite.").script.lines[2].id
    with catalogue.writing() as tx:
        last = drafts(tx, studio.video)[-1].id
        decide(tx, last, reviewer, "change", line, "Plus court.")
    assert [(one.code, one.number, one.what, one.detail) for one in blocks(studio)] == [
        ("change-wanted", 3, "Plus court.", "Reviewer")
    ]
    with catalogue.writing() as tx:
        decide(tx, last, reviewer, "approve", line)
    assert blocks(studio) == []
    with catalogue.writing() as tx:
        decide(tx, last, reviewer, "change", None, "Tout revoir.")
    assert [(one.code, one.line) for one in blocks(studio)] == [("change-wanted", None)]
    with catalogue.writing() as tx:
        decide(tx, last, reviewer, "approve")
    assert blocks(studio) == []


def test_every_state_of_an_asset_is_told(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    film(studio)
    studio.write(f"[show collect] {ONE}")
    asset = studio.asset("collect")
    studio.draft()
    with catalogue.writing() as tx:
        set_due(tx, studio.video, "motion", None, studio.people["director"])
        media = expect_file(tx, Declared("a.mov")).id
        version = add_version(tx, asset, media)
    assert [(one.code, one.owner) for one in blocks(studio)] == [("asset-unready", studio.people["motion"])]
    with catalogue.writing() as tx:
        file_arrived(tx, media, 5)
        file_failed(tx, media, "moov atom not found")
    assert [(one.code, one.detail) for one in blocks(studio)] == [("asset-failed", "moov atom not found")]
    good = studio.send(asset)
    assert blocks(studio) == []
    with catalogue.writing() as tx:
        (own,) = resolved(tx, studio.video)
        cast(tx, own.id, asset, "latest_approved")
    assert [(one.code, one.detail, one.owner) for one in blocks(studio)] == [
        ("asset-unapproved", "2", studio.people["director"])
    ]
    assert waits_for(studio, studio.people["motion"]) == []
    assert "asset-unapproved" in waits_for(studio, studio.people["director"])
    with catalogue.writing(studio.people["director"]) as tx:
        approve_version(tx, good.id, "approved")
    assert blocks(studio) == []
    with catalogue.writing() as tx:
        cast(tx, own.id, asset, "pinned", version.id)
    assert [one.code for one in blocks(studio)] == ["version-lacking"]
    with catalogue.writing() as tx:
        cast(tx, own.id, asset, "latest")
        file_missing(tx, good.media, "the store has it no longer")
    assert [(one.code, one.detail) for one in blocks(studio)] == [("asset-failed", "the store has it no longer")]
    studio.write(f"[show collect v7] {ONE}")
    studio.send(asset)
    assert [(one.code, one.what) for one in blocks(studio)] == [("version-lacking", "collect@v7")]


def test_rushes_notes_jobs_drafts_and_proposals_wait(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    people = studio.people
    (line,) = studio.write(ONE).script.lines
    drafted = studio.draft()
    with catalogue.writing(people["director"]) as tx:
        set_due(tx, studio.video, "draft", date(2026, 6, 1), people["director"])
        set_due(tx, studio.video, "script", date(2026, 6, 2), people["writer"])
        media = expect_file(tx, Declared("A001.mov", 5)).id
        add_rush(tx, studio.video, media, Filed("A001.mov"))
        note = add_note(tx, drafted.id, people["reviewer"], Remark("Trop long.", Span(0, 9), line.id, blocks=True))
        job, _ = ask_job(tx, Work("segment/1", "render", "render", studio.video))
        proposal = propose(tx, studio.video, people["motion"], Suggestion(line.id, 2, "[show pie]"))
    assert {one.code: one.owner for one in blocks(studio)} == {
        "rush-unready": people["director"],
        "note-open": people["director"],
    }
    with catalogue.writing() as tx:
        file_arrived(tx, media, 5)
        file_failed(tx, media, "no picture")
        assign_note(tx, note, people["motion"], blocks=True)
        assert claim(tx, job.id, "w1", LEASE) is not None
        assert fail_job(tx, job.id, "w1", "disk full", "No space left on device")
        fail_draft(tx, ask_draft(tx, studio.video, "test").id, "a segment failed")
    assert {one.code: (one.what, one.detail) for one in blocks(studio)} == {
        "rush-failed": ("A001.mov", "no picture"),
        "note-open": ("Trop long.", ""),
        "job-failed": ("render", "disk full"),
        "draft-failed": ("2", "a segment failed"),
    }
    assert waits_for(studio, people["motion"]) == ["note-open"]
    assert waits_for(studio, people["director"]) == ["draft-failed", "job-failed", "rush-failed"]
    assert waits_for(studio, people["writer"]) == ["stage-due", "proposal-open"]
    with catalogue.writing() as tx:
        set_note(tx, note, "resolved")
        settle_proposal(tx, proposal, accepted=True)
        set_stage(tx, studio.video, "published")
    assert waits_for(studio, people["motion"]) == waits_for(studio, people["writer"]) == []


def test_each_question_takes_two_queries_however_much_there_is(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(*(f"[show clip{n}] Une phrase parmi d'autres, la numéro {n}." for n in range(30)))
    for n in range(30):
        studio.asset(f"clip{n}")
    with counted(catalogue) as sent, catalogue.reading() as tx:
        assert len(blockers(tx, studio.video)) == 32
        assert len(waiting(tx, studio.people["motion"])) == 30
    assert len(sent) == 4


def test_of_nobody_and_nothing_nothing_is_told(catalogue: Catalogue) -> None:
    with catalogue.reading() as tx:
        with pytest.raises(NotFound):
            blockers(tx, VideoId(new_id()))
        with pytest.raises(NotFound):
            waiting(tx, PersonId(new_id()))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_fact_has_its_sentence(code: str, language: str) -> None:
    words = shelf.said_in(language)
    made = Waits(
        code, CourseId(new_id()), "C1", VideoId(new_id()), "V1", PersonId(new_id()), "Ada", date(2026, 6, 1), None, 12,  # type: ignore[arg-type]
        "review" if code == "stage-due" else "collect", "the cause", 2, "video", new_id(),
    )  # fmt: skip
    said = sentence(made, words)
    assert "Ada" in said
    assert "2026-06-01" in said
    assert "{" not in said


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_nothing_is_counted_that_could_drift(shared: Studio, data: st.DataObject) -> None:
    """After any operations, what waits is what a look over all that was done says: nothing is kept as a count."""
    shared.video = shared.another_video()
    names = [f"clip{shared.video.hex[-6:]}{n}" for n in range(3)]
    shared.write(*(f"[show {name}] {text}" for name, text in zip(names, (ONE, TWO, THREE), strict=True)))
    done: dict[str, list[str]] = {name: [] for name in names}
    assets = {}
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(names))
        assets.setdefault(name, None)
        assets[name] = assets[name] or shared.asset(name)
        done[name].append(data.draw(st.sampled_from(["send", "fail", "expect"])))
        if done[name][-1] == "send":
            shared.send(assets[name])
            continue
        with shared.catalogue.writing() as tx:
            media = expect_file(tx, Declared("a.mov")).id
            add_version(tx, assets[name], media)
            if done[name][-1] == "fail":
                file_failed(tx, media, "cut")
    state = {"fail": "asset-failed", "expect": "asset-unready"}
    wanted = {name: state[some[-1]] if some else "asset-unknown" for name, some in done.items() if "send" not in some}
    assert {one.what: one.code for one in blocks(shared) if one.subject == "casting"} == wanted


def test_a_second_reviewer_is_waited_for_too(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    film(studio)
    studio.write(ONE)
    studio.draft()
    with catalogue.writing() as tx:
        give_role(tx, studio.people["writer"], studio.course, "reviewer")
        set_stage(tx, studio.video, "review")
        decide(tx, drafts(tx, studio.video)[-1].id, studio.people["reviewer"], "approve")
    assert [(one.code, one.owner) for one in blocks(studio)] == [("verdict-missing", studio.people["writer"])]


def test_what_waits_is_the_same_after_a_trip_through_json(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(f"[show collect] {ONE}")
    with catalogue.writing() as tx:
        set_due(tx, studio.video, "motion", date(2026, 6, 1), studio.people["director"])
    told = tuple(blocks(studio))
    assert from_json(tuple[Waits, ...], json.loads(json.dumps(as_json(told)))) == told
    with catalogue.reading() as tx:
        past = history(tx, studio.video)
    assert from_json(tuple[Told, ...], json.loads(json.dumps(as_json(past)))) == past
