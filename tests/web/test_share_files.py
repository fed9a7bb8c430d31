"""What of a draft the guests of a share link are given, and what they say there: names, forms, two at a time."""

import httpx
import pytest
from sqlalchemy import select

from storage.catalogue.sharing import Terms, change_terms
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.sharing import GuestRow
from storage.catalogue.visits import shared_links
from tests.web.sharing import FILES, Lent, named, secret_of
from web.visitor import csrf_of

ROOM = "/videos/C1/V1/drafts/1"
PLAYED = {"Sec-Fetch-Dest": "video", "Range": "bytes=0-99"}
TAKEN = {"Sec-Fetch-Dest": "document"}
ODD = "a':%{eif\\:1}\n,[x]"
"""A name that means something to ffmpeg, and a line break."""


def status(client: httpx.Client, name: str, headers: dict[str, str] | None = None) -> int:
    return client.get(f"{ROOM}/{name}", headers=headers or {}).status_code


@pytest.mark.parametrize(
    ("downloads", "watermark", "taken"),
    [(False, False, 403), (True, False, 200), (True, True, 403), (False, True, 403)],
)
def test_a_film_is_played_and_taken_home_only_where_the_link_says_so(
    lent: Lent, downloads: bool, watermark: bool, taken: int
) -> None:
    _, token = lent.share(downloads=downloads, watermark=watermark)
    with lent.guest(token) as client:
        assert status(client, "draft.mp4", PLAYED) == 206
        assert status(client, "draft.mp4", {"Range": "bytes=0-99"}) == 206, "a player that does not say what it is"
        assert status(client, "draft.mp4", TAKEN) == taken
        assert status(client, "draft.mp4", TAKEN | {"Range": "bytes=0-"}) == (206 if taken == 200 else taken)
        assert status(client, "draft.mp4", {"Sec-Fetch-Dest": "empty"}) == taken
        assert status(client, "draft.mp4") == taken
        assert status(client, "captions.srt") == (200 if downloads else 404)
        room, home = client.get(ROOM).text, client.get(f"/drafts/{lent.drafts[0].id}/out")
        assert ("/transcript.txt" in room, 'id="out"' in room) == (not downloads, downloads), "one way to each"
        assert home.status_code == (200 if downloads else 403)
        assert ("/out/files/draft.mp4" in home.text) == (taken == 200)


def test_what_is_internal_of_a_draft_is_not_given(lent: Lent) -> None:
    _, token = lent.share(rights="approve", downloads=True)
    with lent.guest(token) as client, lent.site.client("reviewer") as member:
        for name in ("report.html", "manifest.json", "timeline.json", "..%2f..%2fkey", "report.json"):
            assert status(client, name) == 404, name
        assert status(member, "report.html") == 200
        assert "report.html" not in client.get(ROOM).text
        assert {name for name in FILES if status(client, name) == 200} == set(FILES) - {"report.html"}


def test_a_member_takes_the_film_home_as_before(lent: Lent) -> None:
    with lent.site.client("reviewer") as client:
        assert status(client, "draft.mp4", TAKEN) == 200


def test_downloads_that_are_taken_away_are_away_at_once(lent: Lent) -> None:
    link, token = lent.share(downloads=True)
    with lent.guest(token) as client:
        assert status(client, "draft.mp4", TAKEN) == 200
        with lent.site.catalogue.writing() as tx:
            change_terms(tx, link, Terms("view"))
        assert status(client, "draft.mp4", TAKEN) == 403
        assert status(client, "draft.mp4", PLAYED) == 206


def test_a_guest_gives_a_name_once_and_has_it_when_they_come_again(lent: Lent) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        assert named(client, link, "Ada").headers["location"] == f"/shared/{link}"
        assert client.get(f"/r/{token}").status_code == 303
        assert "Ada" in client.get(ROOM).text
        assert named(client, link, "Ada Lovelace").status_code == 303
    with lent.site.catalogue.reading() as tx:
        guests = tx.scalars(select(PersonRow).where(PersonRow.email.is_(None))).all()
        assert [one.name for one in guests] == ["Ada Lovelace"]
        assert not guests[0].admin
        assert [(one.name, one.opens) for one in shared_links(tx, lent.site.studio.course)[0].visits] == [
            ("Ada Lovelace", 2)
        ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (ODD, "a':%{eif\\:1} ,[x]"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  Zoé\u200b\u202e  Ñandú\t ", "Zoé Ñandú"),
        ("名前", "名前"),
    ],
)
def test_any_name_is_a_name(lent: Lent, given: str, kept: str) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        assert named(client, link, given).status_code == 303
        with lent.site.catalogue.reading() as tx:
            assert tx.scalar(select(PersonRow.name).where(PersonRow.email.is_(None))) == kept
        assert "<script>alert" not in client.get(ROOM).text


@pytest.mark.parametrize("given", ["", "   ", "\u200b", "x" * 81, "x" * 301])
def test_no_name_is_none(lent: Lent, given: str) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        assert named(client, link, given).status_code == 422
        with lent.site.catalogue.reading() as tx:
            assert tx.scalar(select(GuestRow.person_id)) is None


def test_two_guests_of_one_link_are_two(lent: Lent) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as one, lent.guest(token) as other:
        assert secret_of(one, link) != secret_of(other, link)
        named(one, link, "Ada")
        named(other, link, "Ada")
        one.headers["X-CSRF-Token"] = csrf_of(secret_of(other, link))
        answer = one.post(f"/shared/{link}/name", data={"name": "X"})
        assert answer.status_code == 403, "the word of another guest"
    with lent.site.catalogue.reading() as tx:
        assert len(set(tx.scalars(select(GuestRow.person_id)))) == 2


HEADERS = ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site"})


@pytest.mark.parametrize("headers", HEADERS)
def test_a_form_that_another_site_sends_is_refused(lent: Lent, headers: dict[str, str]) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        named(client, link, "Ada")
        assert client.post(f"/shared/{link}/name", data={"name": "X"}, headers=headers).status_code == 403
        with lent.site.catalogue.reading() as tx:
            assert tx.scalar(select(PersonRow.name).where(PersonRow.email.is_(None))) == "Ada"


def test_a_name_leads_back_to_where_it_was_asked_and_nowhere_else(lent: Lent) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        client.headers["X-CSRF-Token"] = csrf_of(secret_of(client, link))
        for back, to in (
            (ROOM, ROOM),
            ("//evil.example", f"/shared/{link}"),
            ("https://evil.example", f"/shared/{link}"),
        ):
            answer = client.post(f"/shared/{link}/name", data={"name": "Ada", "back": back})
            assert answer.headers["location"] == to


def test_a_member_has_a_name_already(lent: Lent) -> None:
    link, _ = lent.share(rights="comment")
    with lent.site.client("reviewer") as client:
        assert client.post(f"/shared/{link}/name", data={"name": "X"}).status_code == 404
