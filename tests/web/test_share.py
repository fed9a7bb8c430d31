"""Share links: who opens one is led to what it covers, until it is over; nothing else is there for them."""

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.catalogue.entry import session
from storage.catalogue.people import person
from storage.catalogue.sharing import revoke
from storage.catalogue.tables.sharing import GuestRow, LinkRow
from tests.web.serving import PASSWORD
from tests.web.sharing import Lent, named, secret_of

ROOM = "/videos/C1/V1/drafts/1"


def test_a_link_leads_to_its_draft_and_to_nothing_of_the_studio(lent: Lent) -> None:
    _, token = lent.share()
    with lent.nobody() as client:
        answer = client.get(f"/r/{token}")
        assert (answer.status_code, answer.headers["location"]) == (303, ROOM)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        page = client.get(ROOM)
        assert page.status_code == 200
        assert not re.search(r'href="/(assets|work|people|me|videos/C1/V1)?"', page.text), "no way to the studio"
        assert client.get(f"{ROOM}/poster.jpg").status_code == 200


def test_without_the_cookie_nobody_is_let_in(lent: Lent) -> None:
    lent.share()
    with lent.nobody() as client:
        assert client.get(ROOM).headers["location"] == "/sign-in"
        client.cookies.set("rushes-guest-" + "0" * 32, "a-secret-of-nobody")
        assert client.get(ROOM).status_code == 404


def test_a_link_that_is_over_says_whom_to_ask_and_not_why(lent: Lent) -> None:
    said = set[str]()
    for terms, end in (({"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, False), ({}, True)):
        link, token = lent.share(**terms)
        if end:
            with lent.site.catalogue.writing() as tx:
                revoke(tx, link)
        with lent.nobody() as client:
            answer = client.get(f"/r/{token}")
            assert answer.status_code == 404
            assert "set-cookie" not in answer.headers
            said.add(answer.text.replace(token, ""))
    assert len(said) == 1, "which of the two is not told"
    assert "Ask Director for a new one" in said.pop()
    with lent.nobody() as client:
        answer = client.get("/r/nobody-made-this-one")
        assert answer.status_code == 404
        assert "whoever sent it" in answer.text


def test_revoked_while_watching(lent: Lent) -> None:
    link, token = lent.share()
    with lent.guest(token) as client:
        film = {"Range": "bytes=0-9", "Sec-Fetch-Dest": "video"}
        assert client.get(f"{ROOM}/draft.mp4", headers=film).status_code == 206
        with lent.site.catalogue.writing() as tx:
            revoke(tx, link)
        page = client.get(ROOM)
        assert page.status_code == 404
        assert "Ask Director for a new one" in page.text
        assert client.get(f"{ROOM}/draft.mp4", headers=film).status_code == 404
        assert client.get(f"{ROOM}/captions.vtt", headers={"Accept": "*/*"}).json()["code"] == "link-over"


def test_over_while_watching(lent: Lent) -> None:
    link, token = lent.share()
    with lent.guest(token) as client:
        assert client.get(ROOM).status_code == 200
        with lent.site.catalogue.writing() as tx:
            over = update(LinkRow).where(LinkRow.id == link).values(expires_at=datetime.now(UTC))
            tx.execute(over, execution_options={"quiet": True})
        assert client.get(ROOM).status_code == 404


def test_a_guest_who_did_not_come_for_long_opens_the_link_again(lent: Lent) -> None:
    _, token = lent.share()
    with lent.guest(token) as client:
        with lent.site.catalogue.writing() as tx:
            over = update(GuestRow).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
            tx.execute(over, execution_options={"quiet": True})
        assert client.get(ROOM).status_code == 404
        assert client.get(f"/r/{token}").status_code == 303
        assert client.get(ROOM).status_code == 200


def test_a_password_opens_and_is_in_no_address_log_or_row(lent: Lent, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "un canari jaune dans la mine"
    link, token = lent.share(password=canary)
    with lent.nobody() as client:
        asked = client.get(f"/r/{token}")
        assert asked.status_code == 200
        assert "set-cookie" not in asked.headers
        assert 'method="post"' in asked.text
        assert client.get(f"/r/{token}?password={canary}").status_code == 200, "an address opens nothing"
        answer = client.post(f"/r/{token}", data={"password": canary})
        assert (answer.status_code, answer.headers["location"]) == (303, ROOM)
        assert client.get(ROOM).status_code == 200
        assert named(client, link, "Ada").status_code == 303
    kept = "\n".join(lent.site.catalogue.engine.raw_connection().driver_connection.iterdump())
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore")))
    for secret in (canary, token, secret_of(client, link)):
        assert secret not in kept
        assert secret not in ours


def test_the_sixth_wrong_password_is_too_often_from_there_alone(lent: Lent) -> None:
    _, token = lent.share(password=PASSWORD)
    with lent.nobody("127.0.0.2") as client:
        codes = [client.post(f"/r/{token}", data={"password": f"wrong {n}"}).status_code for n in range(6)]
        assert codes == [422] * 5 + [429]
        right = client.post(f"/r/{token}", data={"password": PASSWORD})
        assert right.status_code == 429
        assert "set-cookie" not in right.headers
    with lent.guest(token, PASSWORD, "127.0.0.3") as other:
        assert other.get(ROOM).status_code == 200


def test_guessing_is_soon_not_even_looked_at(lent: Lent) -> None:
    _, token = lent.share()
    most = lent.site.desk.limits.tries_address
    with lent.nobody("127.0.0.4") as client:
        codes = [client.get(f"/r/guess-{n}").status_code for n in range(most + 2)]
        assert codes == [404] * most + [429] * 2
        assert client.get(f"/r/{token}").status_code == 429, "nor is one that is right by chance"
    with lent.guest(token, address="127.0.0.5") as other:
        assert other.get(ROOM).status_code == 200


def test_tokens_have_128_bits_and_none_is_like_another(lent: Lent) -> None:
    tokens = {lent.share()[1] for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(one) >= 22 for one in tokens)


def test_a_fault_writes_no_token_into_the_log(lent: Lent, caplog: pytest.LogCaptureFixture) -> None:
    _, token = lent.share()
    database = Path(str(lent.site.catalogue.engine.url.database))
    lent.site.catalogue.engine.dispose()
    database.rename(f"{database}.away")
    database.mkdir()
    try:
        with lent.nobody() as client:
            assert client.get(f"/r/{token}").status_code == 503
    finally:
        database.rmdir()
        Path(f"{database}.away").rename(database)
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore")))
    assert "fault" in ours
    assert token not in ours


def test_a_member_keeps_their_own_session(lent: Lent) -> None:
    _, token = lent.share(password=PASSWORD)
    with lent.site.client("reviewer") as client:
        answer = client.get(f"/r/{token}")
        assert (answer.status_code, answer.headers["location"]) == (303, ROOM)
        assert "set-cookie" not in answer.headers
        assert 'href="/work"' in client.get(ROOM).text


def test_a_member_of_another_course_comes_as_a_guest(lent: Lent) -> None:
    link, token = lent.share(rights="comment")
    with lent.site.client("stranger") as client:
        assert client.get(ROOM).status_code == 404
        assert client.get(f"/r/{token}").status_code == 303
        assert 'href="/work"' not in client.get(ROOM).text
        assert client.post(f"/shared/{link}/name", data={"name": "X"}).status_code == 403, "with their session's word"
        assert named(client, link, "Ada").status_code == 303
        assert client.post("/language", data={"wanted": "en"}).status_code == 303
        with lent.site.catalogue.reading() as tx:
            held = session(tx, lent.site.secret("stranger"), tx.now())
            assert held is not None
            assert person(tx, held.person.id).name == "Stranger"
