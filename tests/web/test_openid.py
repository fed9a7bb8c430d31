"""Signing in at an identity provider, in a real browser and by hostile hands; the provider is real, with real keys."""

import base64
import dataclasses
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser, expect

from storage.catalogue.engine import Catalogue
from storage.catalogue.entry import sessions
from storage.catalogue.identities import identified
from storage.catalogue.people import person_of, set_active
from tests.stack.databases import Databases
from tests.web.browsing import LOOKS, browsing, in_nobodys_way
from tests.web.openid_provider import CLIENT, SECRET, School, school
from tests.web.serving import Served, served
from web.openid import AGAIN, OpenId, derived
from web.problems import ProviderAway
from web.provider import Provider, vouched

Claims = dict[str, Any]


@pytest.fixture
def op() -> Iterator[School]:
    """The identity provider."""
    with school() as found:
        yield found


@pytest.fixture
def trusting(op: School, databases: Databases, tmp_path: Path) -> Iterator[Served]:
    """A studio that trusts it; somebody is there already."""
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, tmp_path, provider=op.provider) as found:
            found.with_password("studio")
            yield found
        catalogue.close()


def left(client: httpx.Client) -> tuple[str, dict[str, str]]:
    """Leaves for the provider: where to, and what it is asked."""
    place = client.get("/sign-in/elsewhere", follow_redirects=False).headers["location"]
    return place, {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}


def gone(client: httpx.Client) -> str:
    """Signs in at the provider: the address by which one comes back."""
    place, _ = left(client)
    answer = httpx.post(place, data={"asked": urlsplit(place).query})
    return answer.headers["location"]


def came_in(client: httpx.Client) -> bool:
    return client.get("/me", follow_redirects=False).status_code == 200


def refused(client: httpx.Client, answer: httpx.Response, status: int, said: str) -> None:
    assert answer.status_code == status, answer.text
    assert re.search(said, answer.text), answer.text
    assert "rushes" not in client.cookies
    assert not came_in(client)


def test_somebody_comes_in_by_their_school(trusting: Served, op: School, chromium: Browser) -> None:
    with browsing(chromium, trusting, language="en", elsewhere=op.issuer) as page:
        page.goto("/sign-in")
        page.get_by_role("link", name="Sign in with The school").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The school")
        page.get_by_role("button", name="I am Ada").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        assert page.url == f"{trusting.url}/", "neither code nor state stays in the address"
        assert {one["name"] for one in page.context.cookies()} & {"rushes-away"} == set()
        page.goto("/me")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ada L.")
        expect(page.get_by_role("heading", name="Change the password")).to_have_count(0)
        page.get_by_role("button", name="Sign out").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    with trusting.catalogue.reading() as tx:
        ada = person_of(tx, "ada@example.org")
        assert ada is not None
        assert identified(tx, op.issuer, "ada-1815") == ada
        assert not ada.admin


def test_whom_the_provider_knows_is_the_same_person_whatever_their_address(trusting: Served, op: School) -> None:
    with trusting.client() as client:
        client.get(gone(client))
        assert came_in(client)
    op.claims |= {"email": "countess@example.org", "name": "Countess"}
    with trusting.client() as client:
        client.get(gone(client))
        assert "Ada L." in client.get("/me").text


def test_a_verified_address_leads_to_who_has_it_here(trusting: Served, op: School) -> None:
    trusting.person("director")
    op.claims |= {"email": "Director@example.org"}
    with trusting.client() as client:
        client.get(gone(client))
        assert "Director" in client.get("/me").text
    with trusting.catalogue.reading() as tx:
        found = identified(tx, op.issuer, "ada-1815")
        assert found is not None
        assert found.id == trusting.person("director")


def test_what_is_told_of_somebody_apart_is_asked_for(trusting: Served, op: School) -> None:
    op.userinfo = True
    with trusting.client() as client:
        client.get(gone(client))
        assert "Ada L." in client.get("/me").text


UNVOUCHED: tuple[Claims, ...] = (
    {"email_verified": False},
    {"email_verified": None, "email": "director@example.org"},
    {"email_verified": "yes", "email": "director@example.org"},
    {"email": None},
    {"email": "eve@evil.example"},
    {"email": "eve@evil.example@example.org"},
    {"email": "eve evil@example.org"},
    {"email": ["eve@example.org"]},
)


def test_whom_it_does_not_vouch_for_stays_out(trusting: Served, op: School) -> None:
    trusting.person("director")
    right = dict(op.claims)
    for claims in UNVOUCHED:
        op.claims = right | claims
        with trusting.client() as client:
            refused(client, client.get(gone(client)), 403, "does not vouch|domain")
    with trusting.catalogue.reading() as tx:
        assert identified(tx, op.issuer, "ada-1815") is None


def test_who_was_shut_out_stays_out(trusting: Served, op: School) -> None:
    with trusting.client() as client:
        client.get(gone(client))
    with trusting.catalogue.writing() as tx:
        ada = person_of(tx, "ada@example.org")
        assert ada is not None
        set_active(tx, ada.id, active=False)
    with trusting.client() as client:
        refused(client, client.get(gone(client)), 403, "shut out")


def test_nobody_new_comes_in_where_settings_say_so(op: School, databases: Databases, tmp_path: Path) -> None:
    strict = dataclasses.replace(op.provider, newcomers=False)
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, tmp_path, provider=strict) as site, site.client() as client:
            site.with_password("studio")
            refused(client, client.get(gone(client)), 403, "Nobody here has your e-mail address")
        catalogue.close()


def forged_with_the_public_key(op: School) -> Callable[[Claims], str]:
    """By a secret that is no secret: the text of the public key (RFC 8725, 2.1)."""

    def signed(claims: Claims) -> str:
        body = f"{text({'alg': 'HS256', 'kid': '1'})}.{text(claims)}"
        return f"{body}.{base64url(hmac.digest(op.key.as_pem(private=False), body.encode(), 'sha256'))}"

    return signed


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text(data: Claims) -> str:
    return base64url(json.dumps(data).encode())


def unsigned(op: School) -> Callable[[Claims], str]:
    return lambda claims: f"{text({'alg': 'none'})}.{text(claims)}."


def of_another(op: School) -> Callable[[Claims], str]:
    other = RSAKey.generate_key(2048, {"kid": "1"})
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "1"}, claims, other)


def changed_afterwards(op: School) -> Callable[[Claims], str]:
    def signed(claims: Claims) -> str:
        head, _, name = jwt.encode({"alg": "RS256", "kid": "1"}, claims, op.key).split(".")
        other = jwt.encode({"alg": "RS256", "kid": "1"}, claims | {"email": "studio@example.org"}, op.key)
        return ".".join((head, other.split(".")[1], name))

    return signed


def with_its_own_key(op: School) -> Callable[[Claims], str]:
    own = RSAKey.generate_key(2048)
    head = {"alg": "RS256", "jwk": own.as_dict(private=False)}
    registry = jws.JWSRegistry(strict_check_header=False)
    return lambda claims: jwt.encode(head, claims, own, registry=registry)


FORGERIES = (forged_with_the_public_key, unsigned, of_another, changed_afterwards, with_its_own_key)


def test_what_is_not_signed_by_the_provider_is_not_believed(trusting: Served, op: School) -> None:
    for forgery in FORGERIES:
        op.sign = forgery(op)
        with trusting.client() as client:
            refused(client, client.get(gone(client)), 403, "cannot be believed")


WRONG: tuple[Claims, ...] = (
    {"nonce": "another"}, {"nonce": None}, {"aud": "another program"}, {"aud": [CLIENT, "another"], "azp": "another"},
    {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"iss": "https://evil.example"}, {"exp": int(time.time()) - 120},
    {"exp": None}, {"exp": "never"}, {"iat": None}, {"iat": int(time.time()) + 3600}, {"nbf": int(time.time()) + 3600},
    {"sub": None}, {"sub": ""}, {"sub": 5},
)  # fmt: skip


def test_what_is_for_others_or_of_another_time_is_not_believed(trusting: Served, op: School) -> None:
    for wrong in WRONG:

        def lie(claims: Claims, wrong: Claims = wrong) -> Claims:
            return {name: value for name, value in (claims | wrong).items() if value is not None}

        op.lie = lie
        with trusting.client() as client:
            refused(client, client.get(gone(client)), 403, "cannot be believed")


def test_a_way_back_leads_in_once_and_only_who_left(trusting: Served) -> None:
    with trusting.client() as client, trusting.client() as other:
        back = gone(client)
        refused(other, other.get(back), 403, "not begun here")
        left(other)
        refused(other, other.get(back), 403, "not begun here")
        kept = client.cookies["rushes-away"]
        assert client.get(back, follow_redirects=False).status_code == 303
        assert "rushes-away" not in client.cookies
        before = client.cookies["rushes"]
        client.cookies.set("rushes-away", kept)
        answer = client.get(back, follow_redirects=False)
        assert (answer.status_code, client.cookies["rushes"]) == (403, before), "replayed, state and code"
    with trusting.client() as client:
        refused(client, client.get("/sign-in/back", params={"code": "x", "state": ""}), 403, "not begun here")


def test_a_code_of_another_browser_lets_nobody_in(trusting: Served) -> None:
    """Somebody has others come back with a code of theirs, or takes the code of others: PKCE and nonce hold it."""
    with trusting.client() as client, trusting.client() as thief:
        code = parse_qs(urlsplit(gone(client)).query)["code"][0]
        _, asked = left(thief)
        answer = thief.get("/sign-in/back", params={"code": code, "state": asked["state"]})
        refused(thief, answer, 403, "did not confirm")
    with trusting.client() as client:
        back = gone(client)
        client.get(back)
        with trusting.client() as again:
            _, asked = left(again)
            code = parse_qs(urlsplit(back).query)["code"][0]
            refused(again, again.get("/sign-in/back", params={"code": code, "state": asked["state"]}), 403, "confirm")


def test_another_provider_that_mixes_in_is_refused(trusting: Served) -> None:
    with trusting.client() as client:
        back = gone(client)
        changed = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)
        refused(client, client.get(changed), 403, "did not confirm")


def test_who_changes_their_mind_is_told_so(trusting: Served) -> None:
    with trusting.client() as client:
        _, asked = left(client)
        answer = client.get("/sign-in/back", params={"error": "access_denied", "state": asked["state"]})
        refused(client, answer, 403, "not let in")


def test_a_session_of_before_is_over_and_never_taken_over(trusting: Served) -> None:
    with trusting.client() as client:
        client.get(gone(client))
        first = client.cookies["rushes"]
        client.get(gone(client))
        assert client.cookies["rushes"] != first
    with trusting.client() as client:
        client.cookies.set("rushes", first)
        assert not came_in(client)
    with trusting.catalogue.reading() as tx:
        ada = person_of(tx, "ada@example.org")
        assert ada is not None
        assert len(sessions(tx, ada.id)) == 1


def test_a_provider_that_is_away_is_told_in_words_and_asked_rarely(op: School, trusting: Served) -> None:
    op.broken = True
    with trusting.client() as client:
        answer = client.get("/sign-in/elsewhere")
        refused(client, answer, 503, "does not answer")
        assert "Password" in answer.text, "who has a password comes in by it"
    [nowhere] = (dataclasses.replace(op.provider, issuer="http://127.0.0.1:1"),)
    asking = OpenId(nowhere)
    for _ in range(2):
        with pytest.raises(ProviderAway):
            asking.leaving("secret", "http://here/back")
    began = time.monotonic()
    for _ in range(1000):
        with pytest.raises(ProviderAway):
            asking.leaving("secret", "http://here/back")
    assert time.monotonic() - began < AGAIN, "it was asked again each time"


def test_a_provider_of_another_name_is_not_trusted(op: School) -> None:
    other = OpenId(dataclasses.replace(op.provider, issuer=f"{op.issuer}/"))
    with pytest.raises(ProviderAway, match="another than the settings name"):
        other.leaving("secret", "http://here/back")


def test_new_keys_are_asked_for_when_the_provider_changes_them(trusting: Served, op: School) -> None:
    with trusting.client() as client:
        client.get(gone(client))
    op.key = RSAKey.generate_key(2048, {"kid": "2", "use": "sig"})
    op.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, op.key)
    known = trusting.app.state.openid._known
    known["keys"] = (time.monotonic() - AGAIN - 1, known["keys"][1])
    with trusting.client() as client:
        client.get(gone(client))
        assert came_in(client)


def test_the_page_to_sign_in_is_for_everyone(trusting: Served, chromium: Browser, tmp_path: Path) -> None:
    for spoken, dark, size in LOOKS:
        with browsing(chromium, trusting, language=spoken, dark=dark, size=size, refused=403) as page:
            page.goto("/sign-in/back?state=x")
            in_nobodys_way(page, tmp_path, f"sign-in-elsewhere-{spoken}-{'dark' if dark else 'light'}-{size[0]}")


def test_nothing_secret_is_logged(trusting: Served, op: School, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), trusting.client() as client:
        back = gone(client)
        client.get(back)
        op.sign = unsigned(op)
        other = gone(client)
        client.get(other)
    own = "".join(one.getMessage() for one in caplog.records if one.name.startswith(("web", "storage", "uvicorn")))
    assert "an ID token was refused" in own
    secrets = [SECRET, client.cookies["rushes"], "of ada", "ada@example.org", "ada-1815"]
    secrets += [values[0] for place in (back, other) for values in parse_qs(urlsplit(place).query).values()][:2]
    assert [one for one in secrets if one in own] == []


def test_a_studio_without_a_provider_has_no_such_pages(site: Served) -> None:
    with site.client() as client:
        assert client.get("/sign-in/elsewhere").status_code == 404
        assert client.get("/sign-in/back?state=x&code=y").status_code == 404
        assert "Sign in with" not in client.get("/sign-in").text


def test_nothing_that_is_sent_out_tells_the_rest() -> None:
    told = {derived("secret", one) for one in ("state", "nonce", "verifier")}
    assert len(told) == 3
    assert all(len(one) == 43 for one in told), "RFC 7636, 4.1: a verifier has 43 letters at least"


def test_claims_have_the_names_that_settings_say() -> None:
    own = Provider("i", "c", "s", "n", name_claim="nick", email_claim="upn", verified_claim="xms_edov")
    found = vouched(own, {"sub": "1", "nick": " Ada ", "upn": "ADA@Example.org", "xms_edov": True, "email": "x@y.z"})
    assert (found.name, found.email, found.domain) == ("Ada", "ada@example.org", "example.org")
