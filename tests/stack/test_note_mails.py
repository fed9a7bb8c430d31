"""E-mails of notes: to whom a note names or is given to, in their language, once, with a link to its very frame."""

from sqlalchemy import select

from pipeline.media import shelf
from pipeline.spans import Span
from storage.catalogue.courses import set_due
from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Catalogue
from storage.catalogue.people import give_role, set_language, take_role
from storage.catalogue.reviewing import (
    Remark,
    add_note,
    answer_note,
    assign_note,
    delete_note,
    edit_note,
    set_note,
)
from storage.catalogue.tables.telling import MailItemRow, MailRow
from storage.catalogue.terms import NoteId, PersonId, Role
from tests.stack.receiving import MailServer, mail_server
from tests.stack.studio import Studio
from tests.stack.test_mails import URL, later, only, teller, wants

AT = f"{URL}/videos/C1/V1/drafts/1"
CAST = ("director", "writer", "motion", "reviewer")


def prepared(catalogue: Catalogue, *who: str) -> tuple[Studio, Drafted]:
    """A draft that everybody was told of; those get e-mails of what comes next."""
    studio = Studio(catalogue)
    studio.write("Voici les données. On les collecte.")
    drafted = studio.draft()
    only(studio, *who)
    with mail_server() as server:
        teller(catalogue, server).look()
        assert server.got == []
    return studio, drafted


def written(studio: Studio, drafted: Drafted, remark: Remark, by: Role = "reviewer") -> NoteId:
    author = studio.people[by]
    with studio.catalogue.writing(author) as tx:
        return add_note(tx, drafted.id, author, remark)


def sent(catalogue: Catalogue, server: MailServer) -> list[tuple[str, str]]:
    """Who gets what from now on: address and plain text."""
    del server.got[:]
    made = teller(catalogue, server)
    made.look()
    later(catalogue)
    made.look()
    made.look()
    return sorted((to, next(one.iter_parts()).get_content().replace("\r\n", "\n")) for to, one in server.got)


def test_who_is_named_or_given_a_note_gets_it_in_their_language_with_a_link_to_its_frame(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    with catalogue.writing() as tx:
        set_language(tx, studio.people["writer"], "en")
    people = studio.people
    named = (people["writer"], people["reviewer"])
    remark = Remark("trop\n<vite>, non ?", Span(7, 9), mentions=named, owner=people["motion"], blocks=True)
    note = written(studio, drafted, remark)
    with mail_server() as server:
        got = dict(sent(catalogue, server))
        subjects = {to: str(one["Subject"]) for to, one in server.got}
    assert set(got) == {"motion@example.org", "writer@example.org"}, "not who wrote it, though it names them"
    link = f"{AT}?f=7&note={note}#note-{note}"
    assert (
        f"- C1/V1 Reviewer names you in a note on draft 1 of Collecter: trop <vite>, non ?\n  {link}"
        in (got["writer@example.org"])
    )
    assert "Notes to you" in got["writer@example.org"]
    french = got["motion@example.org"]
    assert "Reviewer vous confie une remarque sur le bout-à-bout 1 de Collecter\u00a0: trop <vite>, non" in french
    assert link in french
    assert "Vous attend" not in french, "it is told as a note, and not once more as what waits"
    assert subjects["writer@example.org"].startswith("Rushes: C1/V1 Reviewer names you")


def test_nothing_is_told_twice_whatever_is_changed_in_a_note(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    people = studio.people
    writer, director, motion = people["writer"], people["director"], people["motion"]
    note = written(studio, drafted, Remark("ici", Span(0, 1), mentions=(writer,)))
    with mail_server() as server:
        assert [to for to, _ in sent(catalogue, server)] == ["writer@example.org"]
        assert sent(catalogue, server) == []
        with catalogue.writing(people["reviewer"]) as tx:
            edit_note(tx, note, "là", None, (writer, director))
            edit_note(tx, note, "là-bas", None, (writer, director))
        [(to, said)] = sent(catalogue, server)
        assert to == "director@example.org"
        assert "là-bas" in said
        for blocks in (False, True, False):
            with catalogue.writing(director) as tx:
                assign_note(tx, note, motion, blocks=blocks)
        [(to, said)] = sent(catalogue, server)
        assert to == "motion@example.org"
        assert "Director vous confie" in said
        with catalogue.writing(motion) as tx:
            set_note(tx, note, "resolved")
            assign_note(tx, note, director, blocks=False)
            assign_note(tx, note, motion, blocks=False)
        assert [to for to, _ in sent(catalogue, server)] == [], "it came back to who was told, by their own hand"
        with catalogue.writing(people["reviewer"]) as tx:
            set_note(tx, note, "open")
        [(to, said)] = sent(catalogue, server)
        assert to == "motion@example.org"
        assert "Reviewer rouvre la remarque qui vous est confiée" in said


def test_an_answer_leads_to_itself_below_its_note(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    people = studio.people
    note = written(studio, drafted, Remark("ici", Span(3, 4)))
    with catalogue.writing(people["writer"]) as tx:
        answer = answer_note(tx, note, people["writer"], "mot " * 100, (people["reviewer"], people["writer"]))
    with mail_server() as server:
        [(to, said)] = sent(catalogue, server)
    assert to == "reviewer@example.org"
    assert f"{AT}?f=3&note={note}#note-{answer}" in said
    assert f"{'mot ' * 49}mot …\n" in said, "two lines of it; the page has the rest"


def test_whose_note_is_answered_is_told_once_whatever_else_the_answer_says(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    people = studio.people
    note = written(studio, drafted, Remark("ici", Span(3, 4)))
    for by, says in (("writer", "oui"), ("reviewer", "merci"), ("motion", "non")):
        with catalogue.writing(people[by]) as tx:
            answer = answer_note(tx, note, people[by], says)
    with mail_server() as server:
        [(to, said)] = sent(catalogue, server)
        assert to == "reviewer@example.org", "who wrote it, and nobody of their own answer"
        assert "Writer answers your note" in said or "Writer répond à votre remarque" in said
        assert f"{AT}?f=3&note={note}#note-{answer}" in said
        assert "merci" not in said
        with catalogue.writing(people["motion"]) as tx:
            edit_note(tx, answer, "non, merci", None, ())
        assert sent(catalogue, server) == []


def test_who_left_the_course_is_told_of_no_note_of_it_even_of_one_that_waited_to_be_sent(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    people = studio.people
    motion, writer = people["motion"], people["writer"]
    remark = Remark("entre nous", Span(0, 1), visibility="internal", mentions=(motion,), owner=writer, blocks=True)
    first = written(studio, drafted, remark)
    with mail_server() as server:
        teller(catalogue, server).look()
        with catalogue.writing() as tx:
            take_role(tx, motion, studio.course, "motion")
            set_due(tx, studio.video, "draft", None, motion)
            assign_note(tx, first, None, blocks=True)
        server.recipient = lambda _: "451 4.3.0 try later"
        assert sent(catalogue, server) == [], "nobody is told; it is on its way to nobody"
        with catalogue.reading() as tx:
            assert tx.scalars(select(MailRow.id)).all() == []
            assert tx.scalars(select(MailItemRow.id)).all() == []
        server.recipient = lambda _: None
        second = written(studio, drafted, remark_to(writer))
        teller(catalogue, server).look()
        server.given = lambda: "451 later"
        later(catalogue)
        teller(catalogue, server).look()
        with catalogue.reading() as tx:
            assert tx.scalars(select(MailRow.state)).all() == ["waiting"], "it was refused for the moment"
        with catalogue.writing(people["reviewer"]) as tx:
            delete_note(tx, second)
        server.given = lambda: None
        assert sent(catalogue, server) == [], "who wrote it took it back before it left"
        with catalogue.writing() as tx:
            give_role(tx, motion, studio.course, "motion")
        written(studio, drafted, remark_to(motion))
        assert [to for to, _ in sent(catalogue, server)] == ["motion@example.org"]


def remark_to(person: PersonId) -> Remark:
    return Remark("entre nous", Span(0, 1), visibility="internal", mentions=(person,))


def test_their_choice_holds_for_notes_too(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, "writer", "motion")
    people = studio.people
    wants(catalogue, people["motion"], "daily")
    named = (people["writer"], people["motion"], people["director"])
    written(studio, drafted, Remark("ici", Span(0, 1), mentions=named))
    with mail_server() as server:
        teller(catalogue, server).look()
        with catalogue.reading() as tx:
            due = dict(tx.execute(select(MailItemRow.person_id, MailItemRow.due_at)).all())
            now = tx.now()
        assert set(due) == {people["writer"], people["motion"]}, "the director wants none"
        assert (due[people["writer"]] - now).total_seconds() <= shelf.telling().quiet_seconds
        assert due[people["motion"]].minute == 0
        wants(catalogue, people["writer"], "never")
        assert [to for to, _ in sent(catalogue, server)] == ["motion@example.org"]


def test_what_waits_for_who_answers_for_the_stage_leads_to_the_note(catalogue: Catalogue) -> None:
    studio, drafted = prepared(catalogue, *CAST)
    with catalogue.writing() as tx:
        set_due(tx, studio.video, "draft", None, studio.people["director"])
    note = written(studio, drafted, Remark("à refaire", Span(5, 6), blocks=True))
    with mail_server() as server:
        [(to, said)] = sent(catalogue, server)
    assert to == "director@example.org"
    assert f"à refaire\n  {AT}?f=5&note={note}#note-{note}" in said
