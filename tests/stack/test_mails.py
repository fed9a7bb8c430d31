"""E-mails through a real mail server: by course, in one's language, when one wants them, each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from pipeline.media import shelf
from pipeline.spans import Span
from storage.catalogue.drafts import ask_draft, fail_draft
from storage.catalogue.engine import QUIET, Catalogue
from storage.catalogue.mails import Choice, choice, choose_mails, claim_mail, due_at, handing
from storage.catalogue.people import set_active, set_language
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.tables.telling import MailItemRow, MailRow
from storage.catalogue.terms import How, PersonId
from storage.sealing import stops_whom
from tests.stack.receiving import MailServer, mail_server
from tests.stack.studio import Studio
from tests.stack.test_webhooks import LINE, OWN
from workers.mailing import Away, connected
from workers.telling import Reach, Teller

NUMBERS = shelf.telling()
WRONG = "wr0ng-canary"
URL = "https://rushes.example.org"


def teller(catalogue: Catalogue, server: MailServer) -> Teller:
    return Teller(catalogue, Reach(URL, "Europe/Paris", server.smtp, OWN))


def wants(catalogue: Catalogue, person: PersonId, how: How, hour: int = 8) -> None:
    with catalogue.writing(person) as tx:
        choose_mails(tx, person, Choice(how, hour), NUMBERS, "Europe/Paris")


def only(studio: Studio, *who: str, how: How = "at_once") -> None:
    """Those get e-mails, nobody else."""
    for role, person in studio.people.items():
        wants(studio.catalogue, person, how if role in who else "never")


def later(catalogue: Catalogue) -> None:
    """The quiet time, or the night, is over."""
    with catalogue.writing() as tx:
        tx.execute(update(MailItemRow).values(due_at=tx.now()), execution_options=QUIET)
        tx.execute(update(MailRow).values(due_at=tx.now()), execution_options=QUIET)


def states(catalogue: Catalogue) -> list[tuple[str, int]]:
    with catalogue.reading() as tx:
        return [(state, attempts) for state, attempts in tx.execute(select(MailRow.state, MailRow.attempts))]


def happens(studio: Studio, server: MailServer, *who: str) -> Teller:
    """A draft is made, and is to be told."""
    studio.write(LINE)
    only(studio, *who)
    made = teller(studio.catalogue, server)
    made.look()
    studio.draft()
    made.look()
    assert server.got == [], "it waits for more"
    later(studio.catalogue)
    return made


def test_one_e_mail_tells_all_of_ones_courses_in_ones_language(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with catalogue.writing() as tx:
        set_language(tx, studio.people["writer"], "en")
    with mail_server("rushes", "s3cret") as server:
        studio.write(LINE)
        only(studio, "writer", "director")
        made = teller(catalogue, server)
        made.look()
        studio.draft()
        drafted = studio.draft()
        studio.send(studio.asset("collect"))
        with catalogue.writing(studio.people["reviewer"]) as tx:
            remark = Remark("trop <vite>", Span(0, 1), owner=studio.people["writer"], blocks=True)
            add_note(tx, drafted.id, studio.people["reviewer"], remark)
            fail_draft(tx, ask_draft(tx, studio.video, "test").id, "the rush has no sound")
        made.look()
        later(catalogue)
        made.look()
        made.look()
    got = dict(server.got)
    assert len(server.got) == 2
    message = got["writer@example.org"]
    assert message["Subject"] == "3 news from Rushes"
    plain, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert "C1\n==" in plain
    assert f"Draft 2 of Collecter is ready\n  {URL}/videos/C1/V1/drafts/2" in plain
    assert "Draft 1" not in plain, "the last draft stands for those before"
    assert "Reviewer gives you a note on draft 2 of Collecter: trop <vite>" in plain
    assert "trop &lt;vite&gt;" in html
    assert "could not be made" not in plain, "the writer does not run the course"
    french = next(got["director@example.org"].iter_parts()).get_content()
    assert "Le bout-à-bout 3 de Collecter n\u2019a pas pu être fait\u00a0: the rush has no sound" in french
    assert french.index("Échoué") < french.index("Bout-à-bout prêts")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    token = message["List-Unsubscribe"].strip("<>").removeprefix(f"{URL}/mail/stop/")
    assert stops_whom(OWN, token) == studio.people["writer"]
    assert stops_whom(OWN, token[:-1]) is stops_whom(OWN, "x") is None


def test_those_who_want_none_or_are_shut_out_get_none(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with mail_server() as server:
        made = happens(studio, server, "writer", "director")
        wants(catalogue, studio.people["director"], "never")
        with catalogue.writing() as tx:
            set_active(tx, studio.people["writer"], active=False)
        made.look()
        assert server.got == []


def test_who_died_before_the_server_had_it_sends_it_and_after_does_not(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with mail_server() as server:
        made = happens(studio, server, "writer", "director")
        past = {"lease_until": datetime.now(UTC) - timedelta(seconds=1)}
        server.given = lambda: "451 later"
        made.look()  # gathers them
        later(catalogue)
        with catalogue.writing() as tx:
            first = claim_mail(tx, NUMBERS)
        with catalogue.writing() as tx:
            second = claim_mail(tx, NUMBERS)
            assert first is not None
            assert second is not None
            assert handing(tx, second)
        with catalogue.writing() as tx:
            assert claim_mail(tx, NUMBERS) is None
            tx.execute(update(MailRow).values(**past), execution_options=QUIET)
        server.given = lambda: None
        made.look()
        made.look()
        assert [to for to, _ in server.got] == [first.to.email]
        assert sorted(state for state, _ in states(catalogue)) == ["sent", "unknown"]
        with catalogue.writing() as tx:
            assert not handing(tx, first), "whoever was thought dead sends nothing more"


def test_a_server_that_goes_away_while_it_takes_one_is_not_given_it_twice(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with mail_server() as server:
        made = happens(studio, server, "writer")
        server.given = lambda: ""
        made.look()
        later(catalogue)
        server.given = lambda: None
        made.look()
        assert server.got == []
        assert [state for state, _ in states(catalogue)] == ["unknown"]


def test_an_address_that_is_refused_for_good_is_marked_until_its_person_says_otherwise(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    writer = studio.people["writer"]
    with mail_server() as server:
        server.recipient = lambda address: "550 5.1.1 no such user here" if address.startswith("writer") else None
        made = happens(studio, server, "writer", "director")
        made.look()
        assert [to for to, _ in server.got] == ["director@example.org"]
        with catalogue.reading() as tx:
            assert choice(tx, writer, NUMBERS).refused == "550 5.1.1 no such user here"
        studio.draft()
        made.look()
        later(catalogue)
        made.look()
        assert len(server.got) == 2, "nothing more is sent there"
        server.recipient = lambda _: None
        wants(catalogue, writer, "at_once")
        studio.draft()
        made.look()
        later(catalogue)
        made.look()
        assert {to for to, _ in server.got} == {"director@example.org", "writer@example.org"}


@pytest.mark.parametrize("said", ["451 4.3.0 try later", "550 5.7.1 relaying denied"])
def test_a_refusal_of_the_moment_or_of_us_marks_no_address(catalogue: Catalogue, said: str) -> None:
    studio = Studio(catalogue)
    with mail_server() as server:
        server.recipient = lambda _: said
        made = happens(studio, server, "writer")
        made.look()
        assert states(catalogue) == [("waiting" if said.startswith("4") else "failed", 1)]
        with catalogue.reading() as tx:
            assert choice(tx, studio.people["writer"], NUMBERS).refused == ""
        server.recipient = lambda _: None
        later(catalogue)
        made.look()
        assert len(server.got) == (1 if said.startswith("4") else 0)


def test_a_server_that_is_away_or_lets_nobody_in_loses_nothing(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    studio = Studio(catalogue)
    with mail_server() as server:
        happens(studio, server, "writer")
    teller(catalogue, server).look()
    assert states(catalogue) == [("waiting", 1)]
    with mail_server("rushes", "right") as strict:
        wrong = MailServer(replace(strict.smtp, password=WRONG))
        later(catalogue)
        teller(catalogue, wrong).look()
        with pytest.raises(Away, match="refuses the user or the password"), connected(wrong.smtp):
            pass
        later(catalogue)
        teller(catalogue, strict).look()
        assert [to for to, _ in strict.got] == ["writer@example.org"]
    for canary in ("canary", "writer@example.org", OWN.decode()):
        assert canary not in caplog.text
    assert "canary" not in repr(wrong.smtp)


def test_the_daily_one_goes_at_its_hour_of_the_studios_time_in_summer_and_winter() -> None:
    for month, hour in ((1, 7), (7, 6)):
        for at in (0, 5, 6, 7, 12, 23):
            now = datetime(2026, month, 10, at, 30, tzinfo=UTC)
            due = due_at(Choice("daily", 8), now, NUMBERS, "Europe/Paris").astimezone(UTC)
            assert now < due <= now + timedelta(days=1)
            assert due.hour == hour
    now = datetime(2026, 1, 10, tzinfo=UTC)
    assert due_at(Choice("at_once", 8), now, NUMBERS, "UTC") == now + timedelta(seconds=NUMBERS.quiet_seconds)
