"""Webhooks to a real receiver: signed, in order, tried again, each thing once; never into our own network unasked."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.errors import Clash
from pipeline.media import shelf
from pipeline.spans import Span
from storage.catalogue.assets import add_version
from storage.catalogue.delivering import claim_deliveries
from storage.catalogue.drafts import ask_draft, fail_draft
from storage.catalogue.engine import QUIET, Catalogue
from storage.catalogue.files import Declared, expect_file, file_arrived, file_failed, file_ready
from storage.catalogue.filming import Filed, add_rush
from storage.catalogue.log import since
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.tables.telling import DeliveryRow, WebhookRow
from storage.catalogue.terms import CourseId, Occasion, WebhookId
from storage.catalogue.webhooks import (
    add_webhook,
    deliveries,
    new_webhook_secret,
    remove_webhook,
    replay,
    set_webhook,
    try_webhook,
    webhook,
)
from storage.sealing import webhook_secret
from tests.stack.receiving import Got, receiving
from tests.stack.studio import Studio
from workers.posting import posted
from workers.telling import Reach, Teller

OWN = b"the studio's own secret, of a test"
ALL: tuple[Occasion, ...] = ("draft.ready", "version.landed", "waiting", "failed")
LINE = "Voici les données. [show collect] On les collecte. [/show]"


def teller(catalogue: Catalogue, own: bytes = OWN) -> Teller:
    return Teller(catalogue, Reach("https://rushes.example.org", secret=own, private=True))


def hooked(catalogue: Catalogue, url: str, course: CourseId | None, kinds: tuple[Occasion, ...] = ALL) -> WebhookId:
    with catalogue.writing() as tx:
        return add_webhook(tx, course, url, kinds, OWN)[0]


def due_now(catalogue: Catalogue) -> None:
    with catalogue.writing() as tx:
        tx.execute(update(DeliveryRow).values(due_at=tx.now()), execution_options=QUIET)


def told(got: list[Got], kind: str) -> list[dict[str, object]]:
    bodies = [json.loads(one.body) for one in got]
    return [one["data"] for one in bodies if one["type"] == kind]


def test_what_happens_is_told_once_signed_to_who_wants_it(catalogue: Catalogue) -> None:
    studio, other = Studio(catalogue), Studio(catalogue, "C2")
    with receiving() as mine, receiving() as everything:
        hook = hooked(catalogue, f"{mine.url}/hooks/1?key=2", studio.course, ("draft.ready", "version.landed"))
        hooked(catalogue, everything.url, None)
        teller(catalogue).look()
        assert mine.got == everything.got == [], "what was before is not told"
        studio.write(LINE)
        asset = studio.asset("collect")
        studio.send(asset)
        studio.draft()
        other.write(LINE)
        other.draft()
        for _ in range(6):
            teller(catalogue).look()
    [landed] = told(mine.got, "version.landed")
    [drafted] = told(mine.got, "draft.ready")
    assert landed["fields"] == {"name": "collect", "number": 1}
    assert drafted["url"] == "https://rushes.example.org/videos/C1/V1/drafts/1"
    assert [json.loads(one.body)["type"] for one in mine.got] == ["version.landed", "draft.ready"], "in order"
    assert {one["course"] for one in told(everything.got, "draft.ready")} == {"C1", "C2"}
    with catalogue.reading() as tx:
        secret = webhook_secret(OWN, hook, webhook(tx, hook).generation)
    for one in mine.got:
        assert one.path == "/hooks/1?key=2"
        signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.{one.body}".encode()
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert one.headers["webhook-signature"] == f"v1,{wanted}"
    assert len({one.headers["webhook-id"] for one in mine.got}) == 2


def test_what_came_to_wait_is_told_to_whom_once(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(LINE)
    studio.asset("collect")
    with receiving() as all_of_it:
        hooked(catalogue, all_of_it.url, studio.course, ("waiting",))
        teller(catalogue).look()
        drafted = studio.draft()
        with catalogue.writing(studio.people["reviewer"]) as tx:
            owner = studio.people["writer"]
            add_note(
                tx, drafted.id, studio.people["reviewer"], Remark("trop vite", Span(0, 1), owner=owner, blocks=True)
            )
        for _ in range(3):
            teller(catalogue).look()
            studio.draft()
    found = told(all_of_it.got, "waiting")
    assert [(one["fact"], one["people"]) for one in found] == [("note-open", [str(studio.people["writer"])])]


def test_failures_are_told_and_what_a_person_gave_up_is_none(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(LINE)
    with receiving() as got:
        hooked(catalogue, got.url, studio.course, ("failed",))
        teller(catalogue).look()
        with catalogue.writing() as tx:
            fail_draft(tx, ask_draft(tx, studio.video, "test").id, "cancelled by Director")
            fail_draft(tx, ask_draft(tx, studio.video, "test").id, "rush a.mov has no sound")
            file = expect_file(tx, Declared("b.mov", 9))
            add_rush(tx, studio.video, file.id, Filed("b.mov"))
            file_arrived(tx, file.id, 9)
            file_failed(tx, file.id, "it is no film")
        for _ in range(3):
            teller(catalogue).look()
    assert [one["fields"]["cause"] for one in told(got.got, "failed")] == ["rush a.mov has no sound", "it is no film"]


@pytest.mark.parametrize("first", ["file", "version"])
def test_a_version_lands_once_whichever_came_first(catalogue: Catalogue, first: str) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    with receiving() as got:
        hooked(catalogue, got.url, None, ("version.landed",))
        teller(catalogue).look()
        with catalogue.writing() as tx:
            file = expect_file(tx, Declared("c.mov", 4))
            if first == "version":
                add_version(tx, asset, file.id)
            file_arrived(tx, file.id, 4)
            file_ready(tx, file.id, "c" * 64)
            if first == "file":
                add_version(tx, asset, file.id)
        for _ in range(2):
            teller(catalogue).look()
    assert len(told(got.got, "version.landed")) == 1


def test_it_is_tried_again_later_and_later_then_stopped_and_says_so(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(LINE)
    with receiving() as got:
        got.answers, got.says = [500], b"x" * 9000
        hook = hooked(catalogue, got.url, studio.course)
        teller(catalogue).look()
        studio.draft()
        waits: list[float] = []
        for _ in range(3):
            teller(catalogue).look()
            teller(catalogue).look()
            with catalogue.reading() as tx:
                [one] = [one for one in deliveries(tx, hook) if one.kind == "draft.ready"]
                waits.append((one.due_at - tx.now()).total_seconds())
            due_now(catalogue)
        assert [round(one, -1) for one in waits] == [0, 300, 1800]
        assert (one.state, one.status, one.answer) == ("waiting", 500, "x" * shelf.telling().answer_bytes)
        with catalogue.writing() as tx:
            past = tx.now() - timedelta(days=shelf.telling().webhook_days, seconds=1)
            tx.execute(update(WebhookRow).values(failing_since=past), execution_options=QUIET)
        teller(catalogue).look()
        so_far = len(got.got)
        due_now(catalogue)
        teller(catalogue).look()
        assert len(got.got) == so_far, "nothing is sent any more"
        with catalogue.reading() as tx:
            assert (webhook(tx, hook).active, webhook(tx, hook).cause) == (False, "failing")
            assert "webhook.stopped" in {event.kind for event in since(tx, 0, 1000)}
        got.answers = [204]
        with catalogue.writing() as tx:
            set_webhook(tx, hook, active=True)
        due_now(catalogue)
        teller(catalogue).look()
        with catalogue.reading() as tx:
            assert webhook(tx, hook).failing_since is None
            [one] = [one for one in deliveries(tx, hook) if one.kind == "draft.ready"]
            assert one.state == "delivered"


def test_a_receiver_that_wants_no_more_is_told_nothing(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(LINE)
    with receiving() as got:
        got.answers = [410]
        hook = hooked(catalogue, got.url, studio.course, ("draft.ready",))
        teller(catalogue).look()
        studio.draft()
        teller(catalogue).look()
    with catalogue.reading() as tx:
        assert webhook(tx, hook).cause == "gone"


def test_the_same_is_sent_again_under_the_same_id_and_a_test_to_a_stopped_one(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with receiving() as got:
        hook = hooked(catalogue, got.url, studio.course)
        with catalogue.writing() as tx:
            set_webhook(tx, hook, active=False)
            sent = try_webhook(tx, hook)
        teller(catalogue).look()
        with catalogue.writing() as tx:
            replay(tx, hook, sent)
        with catalogue.writing() as tx, pytest.raises(Clash):
            replay(tx, hook, sent)
        teller(catalogue).look()
        first, again = got.got
        assert first.headers["webhook-id"] == again.headers["webhook-id"]
        assert first.body == again.body
        with catalogue.writing() as tx:
            remove_webhook(tx, hook)


def test_who_dies_while_sending_loses_nothing_and_holds_nobody_up(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with receiving() as dead, receiving() as well:
        held, free = hooked(catalogue, dead.url, studio.course), hooked(catalogue, well.url, studio.course)
        with catalogue.writing() as tx:
            try_webhook(tx, held)
        with catalogue.writing() as tx:
            [(one, _)] = claim_deliveries(tx, tx.now() + timedelta(minutes=1), 8)  # and here its process ended
        with catalogue.writing() as tx:
            try_webhook(tx, free)
        teller(catalogue).look()
        assert (len(dead.got), len(well.got)) == (0, 1)
        with catalogue.writing() as tx:
            tx.execute(update(DeliveryRow).values(lease_until=tx.now() - timedelta(seconds=1)), execution_options=QUIET)
        teller(catalogue).look()
        assert len(dead.got) == 1
        assert dead.got[0].headers["webhook-id"] == f"msg_{one.id.hex}"


def test_another_secret_than_it_was_made_with_signs_nothing(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with receiving() as got:
        hook = hooked(catalogue, got.url, studio.course)
        with catalogue.writing() as tx:
            try_webhook(tx, hook)
        teller(catalogue, b"another secret of another machine").look()
        assert got.got == []
        with catalogue.writing() as tx:
            assert "RUSHES_SECRET" in deliveries(tx, hook)[0].answer
            fresh = new_webhook_secret(tx, hook, OWN)
        assert fresh == webhook_secret(OWN, hook, 2)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "2130706433", "metadata.internal", "redis",
    ],
)  # fmt: skip
def test_our_own_network_is_not_sent_to(host: str) -> None:
    answer = posted(f"https://{host}/", "{}", {}, shelf.telling(), private=False)
    assert answer.status is None
    assert "own network" in answer.said or "no address" in answer.said


def test_a_name_that_leads_into_our_own_network_is_not_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name service is the one thing that a test cannot run: its answer is given."""
    with receiving() as got:
        port = int(got.url.rpartition(":")[2])
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
        answer = posted(f"https://hooks.example.org:{port}/", "{}", {}, shelf.telling(), private=False)
        assert answer.said == "its name leads into the studio's own network"
        assert got.got == []


def test_a_redirect_is_not_followed_and_a_slow_answer_is_cut(catalogue: Catalogue) -> None:
    numbers = replace(shelf.telling(), answer_seconds=1)
    with receiving() as got, receiving() as further:
        got.answers, got.moved = [307], further.url
        assert posted(got.url, "{}", {}, numbers, private=True).status == 307
        assert further.got == []
        got.answers, got.slow, got.says = [200], 0.2, b"x" * 100
        assert posted(got.url, "{}", {}, numbers, private=True).said == "it did not answer in time"
    assert posted(got.url, "{}", {}, numbers, private=True).said == "it could not be reached (ConnectionRefusedError)"


def test_neither_secret_nor_address_is_in_the_log(
    catalogue: Catalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    studio = Studio(catalogue)
    caplog.set_level("DEBUG")
    with receiving() as got:
        got.answers, got.says = [200, 500], b"canary-answer"
        hook = hooked(catalogue, f"{got.url}/canary-path?canary=1", studio.course)
        for _ in range(2):
            with catalogue.writing() as tx:
                try_webhook(tx, hook)
            teller(catalogue).look()
        secret = webhook_secret(OWN, hook, 1)
    assert str(hook) in caplog.text
    for canary in ("canary", secret, secret.removeprefix("whsec_"), OWN.decode()):
        assert canary not in caplog.text
    with catalogue.reading() as tx:
        kept = str([(event.kind, event.details) for event in since(tx, 0, 1000)])
    assert "canary" not in kept
    assert secret not in kept
