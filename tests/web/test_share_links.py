"""Making share links, changing and revoking them, on the page and by the API; who may, and what is told of visits."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from storage.catalogue.drafts import drafts
from storage.catalogue.entry import make_token
from storage.catalogue.tables.sharing import GuestRow
from storage.catalogue.terms import PersonId
from storage.catalogue.verdicts import decide
from storage.catalogue.visits import shared_links
from tests.stack.studio import Studio
from tests.web.serving import PASSWORD, ROLES
from tests.web.sharing import Lent, named

PAGE = "/courses/C1/links"
API = "/api/v1/courses/C1/links"


def made(answer: httpx.Response) -> str:
    """The token of the link that a page shows."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="link">[^<]*/r/([\w-]+)<', answer.text)
    assert found is not None
    return found[1]


def test_a_director_makes_a_link_whose_address_is_shown_once(lent: Lent) -> None:
    form = {"target": f"draft:{lent.drafts[0].id}", "rights": "comment", "days": "7", "label": "Anne, client"}
    with lent.site.client("director") as client:
        token = made(client.post(f"{PAGE}?video=V1&draft=1", data=form))
        page = client.get(PAGE).text
        assert token not in page
        assert "Anne, client" in page
        assert "not opened yet" in page
        with lent.guest(token) as guest:
            assert guest.get("/videos/C1/V1/drafts/1").status_code == 200
        assert "opened 1 time" in client.get(PAGE).text


@pytest.mark.parametrize("who", [*ROLES, "stranger", "studio"])
def test_who_may_share(lent: Lent, who: str) -> None:
    may = who in {"admin", "director", "writer", "studio"}
    with lent.site.client(who) as client:
        wanted = 200 if may else 404 if who == "stranger" else 403
        assert client.get(PAGE).status_code == wanted
        assert client.post(PAGE, data={"target": "course"}).status_code == wanted
        assert client.get(API).status_code == wanted
        assert ("/courses/C1/links" in client.get("/videos/C1/V1").text) == may


def test_a_link_is_made_changed_and_revoked_by_programs(lent: Lent) -> None:
    with lent.site.catalogue.writing() as tx:
        secret = make_token(tx, lent.site.person("writer"), "a program", "all", timedelta(days=1))
        reads = make_token(tx, lent.site.person("writer"), "a reader", "read", timedelta(days=1))
    headers = {"Authorization": f"Bearer {secret}"}
    given = {"to": "video", "of": str(lent.site.studio.video), "rights": "approve", "password": PASSWORD, "days": 30}
    with httpx.Client(base_url=lent.site.url, headers=headers) as client:
        answer = client.post(API, json=given)
        assert answer.status_code == 201
        link, address = answer.json()["id"], answer.json()["address"]
        told = client.get(API).json()[0]
        assert (told["rights"], told["password"], told["video"], told["draft"]) == ("approve", True, "V1", 0)
        assert "argon2" not in client.get(API).text
        ends = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=29) < ends <= timedelta(days=30)
        with lent.guest(address.rpartition("/")[2], PASSWORD) as guest:
            assert guest.get("/videos/C1/V1/drafts/1").status_code == 200
            assert client.put(f"/api/v1/links/{link}", json={"rights": "view", "days": 1}).status_code == 204
            assert client.get(API).json()[0]["password"], "it keeps the one it has"
            assert guest.get("/videos/C1/V1/drafts/1").status_code == 200
            assert client.put(f"/api/v1/links/{link}", json={"password": "quatre autres mots longs"}).status_code == 204
            assert guest.get("/videos/C1/V1/drafts/1").status_code == 404, "it is opened again with the new one"
        assert client.put(f"/api/v1/links/{link}", json={"forget": True}).status_code == 204
        assert not client.get(API).json()[0]["password"]
        assert client.delete(f"/api/v1/links/{link}").status_code == 204
        assert not client.get(API).json()[0]["open"]
        assert client.delete(f"/api/v1/links/{uuid4()}").status_code == 404
        reader = {"Authorization": f"Bearer {reads}"}
        assert client.post(API, json=given, headers=reader).status_code == 403


def test_a_revoked_link_is_over_for_those_who_are_in(lent: Lent) -> None:
    link, token = lent.share()
    with lent.guest(token) as guest, lent.site.client("writer") as client:
        assert guest.get("/videos/C1/V1/drafts/1").status_code == 200
        assert client.post(f"/links/{link}/revoke").status_code == 303
        assert guest.get("/videos/C1/V1/drafts/1").status_code == 404
        assert "revoked" in client.get(PAGE).text


def test_links_lead_only_into_their_course_and_to_what_is_done(lent: Lent) -> None:
    foreign = Studio(lent.site.catalogue, "C2")
    foreign.write("Ailleurs.")
    far = foreign.draft()
    with lent.site.client("director") as client:
        client.post("/videos/C1/V1/draft")
        with lent.site.catalogue.reading() as tx:
            unfinished = drafts(tx, lent.site.studio.video)[-1].id
        for target in (f"video:{foreign.video}", f"draft:{far.id}", f"draft:{uuid4()}", "video:", "video:x", "studio:"):
            assert client.post(PAGE, data={"target": target}).status_code == 404, target
        answer = client.post(PAGE, data={"target": f"draft:{unfinished}"})
        assert answer.status_code == 422
        assert "This draft is not done" in answer.text
        link, _ = lent.share()
        with lent.site.client("stranger") as stranger:
            for path in (f"/links/{link}", f"/links/{link}/revoke"):
                assert stranger.post(path).status_code == 404


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"days": "91"}, "would last too long"),
        ({"days": "-1"}, "days"),
        ({"password": "short"}, "fewer than 12 characters"),
        ({"rights": "own"}, "rights"),
        ({"label": "x" * 101}, "label"),
    ],
)
def test_terms_that_cannot_be(lent: Lent, terms: dict[str, str], told: str) -> None:
    with lent.site.client("director") as client:
        answer = client.post(PAGE, data={"target": "course", **terms})
        assert answer.status_code == 422
        assert told in answer.text
        assert not client.get(API).json()


def test_what_guests_did_is_told(lent: Lent) -> None:
    link, token = lent.share(rights="approve", label="Anne")
    with lent.guest(token) as guest:
        named(guest, link, "Anne Martin")
        guest.get("/videos/C1/V1/drafts/1")
        assert guest.get(f"/r/{token}").status_code == 303
    with lent.site.client("director") as client:
        visit = client.get(API).json()[0]["visits"][0]
        assert (visit["name"], visit["opens"], visit["notes"], visit["decided"]) == ("Anne Martin", 2, 0, 0)
        with lent.site.catalogue.reading() as tx:
            assert shared_links(tx, lent.site.studio.course)[0].opens == 2
        with lent.site.catalogue.reading() as tx:
            person = tx.scalars(select(GuestRow.person_id)).one()
        assert person is not None
        with lent.site.catalogue.writing(PersonId(person)) as tx:
            decide(tx, lent.drafts[0].id, PersonId(person), "approve")
        page = client.get(PAGE).text
        assert "Anne Martin" in page
        assert "decided on 1 draft" in page


def test_a_look_at_a_link_in_a_message_is_no_visit(lent: Lent) -> None:
    _, token = lent.share()
    with lent.nobody() as program:
        assert program.get(f"/r/{token}").status_code == 303
    with lent.site.client("director") as client:
        assert client.get(API).json()[0]["visits"] == []
