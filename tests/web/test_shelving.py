"""Assets by hands and programs that mean no good, or only want much: hostile files, other courses, many versions."""

from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from storage.catalogue.assets import Wanted, add_asset, approve_version, versions
from storage.catalogue.casting import resolved
from storage.catalogue.files import file_ready
from storage.catalogue.library import versions_sent
from storage.catalogue.proposals import proposals
from storage.catalogue.terms import AssetId
from tests.stack.counting import counted
from tests.stack.studio import Studio
from tests.web.serving import Served
from tests.web.test_upload import sent

AT = "/videos/C1/V1"
SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def bitmap(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def line_of(client: httpx.Client, site: Served) -> str:
    told: dict[str, Any] = client.get(f"/api/v1/videos/{site.studio.video}").json()
    return told["lines"][0]["id"]


def sketched(client: httpx.Client, site: Served, picture: bytes, name: str = "a.png") -> httpx.Response:
    given = {"line": line_of(client, site), "at": "0", "until": "0", "cue": "show carte"}
    return client.post(f"{AT}/propose", data=given, files={"sketch": (name, picture, "image/png")})


@pytest.mark.parametrize(
    "picture",
    [
        SCRIPT,
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + b"\0" * 40,
        bitmap()[:60],
        b"%PDF-1.7",
        bitmap(size=(9000, 9000)),
    ],
    ids=["svg", "html", "gif", "broken", "pdf", "vast"],
)
def test_what_is_no_picture_is_no_sketch(site: Served, picture: bytes) -> None:
    site.studio.write("Une donnée part de loin.")
    with site.client("motion") as client:
        answer = sketched(client, site, picture)
        assert answer.status_code == 422, answer.text
        assert "alert(1)" not in answer.text
    with site.catalogue.reading() as tx:
        assert proposals(tx, site.studio.video) == ()
    assert not [one for one in site.desk.store.page("originals/").rows if "sketch" in one.key]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_sketch_is_drawn_anew_of_its_pixels_alone(site: Served, kind: str) -> None:
    site.studio.write("Une donnée part de loin.")
    with site.client("motion") as client, site.client("stranger") as stranger:
        for _ in range(2):
            assert sketched(client, site, bitmap(kind) + SCRIPT).status_code == 303
        with site.catalogue.reading() as tx:
            first, second = proposals(tx, site.studio.video)
        assert first.suggestion.sketch == second.suggestion.sketch, "the same picture is kept once"
        shown = client.get(f"{AT}/proposals/{first.id}/sketch")
        assert shown.status_code == 200
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["content-security-policy"].startswith("sandbox;")
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert b"alert" not in shown.content
        assert Image.open(BytesIO(shown.content)).size == (40, 20)
        assert stranger.get(f"{AT}/proposals/{first.id}/sketch").status_code == 404


def test_a_cue_that_ends_before_it_begins_is_refused(site: Served) -> None:
    site.studio.write("Une donnée part de loin.")
    with site.client("motion") as client:
        given = {"line": line_of(client, site), "at": 3, "until": 2, "cue": "show carte"}
        assert client.post(f"/api/v1/videos/{site.studio.video}/proposals", json=given).status_code == 422
        given["until"] = 50
        assert client.post(f"/api/v1/videos/{site.studio.video}/proposals", json=given).status_code == 409


@pytest.mark.parametrize("name", ["a.svg", "a.html", "../../a.svg", "é à.htm", 'a".svg'])
def test_what_was_sent_is_only_ever_saved(site: Served, name: str) -> None:
    site.studio.write("[show carte] Une donnée.")
    with site.client("motion", Accept="application/json") as client:
        sent(client, site, SCRIPT, path=name, kind="asset", reference="carte")
        [version] = _sent(site, "carte")
        at = f"/versions/{version.id}/file"
        assert client.get(at).status_code == 422, "nothing is given before it was looked at"
        for path in ("preview/preview.mp4", "preview/poster.jpg", "preview/value.json", "preview/..%2f..%2fx"):
            assert client.get(f"/versions/{version.id}/{path}").status_code in {404, 422}
        _make_ready(site, version.file)
        answer = client.get(at)
        assert answer.content == SCRIPT
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-security-policy"].startswith("sandbox;")


def test_other_courses_are_not_there(site: Served) -> None:
    other = Studio(site.catalogue, "C2")
    other.write("[show secret] Rien pour vous.")
    hidden = other.asset("secret")
    version = other.send(hidden)
    with site.catalogue.reading() as tx:
        casting = resolved(tx, other.video)[0].id
    for who in ("motion", "director"):
        with site.client(who) as client:
            for path in (
                f"/assets/{hidden}",
                f"/assets/{hidden}/versions",
                f"/versions/{version.id}/file",
                f"/castings/{casting}/brief",
                f"/castings/{casting}/brief/guide.png",
                f"/api/v1/assets/{hidden}",
            ):
                assert client.get(path).status_code == 404, path
            for path in (f"/assets/{hidden}/about", f"/versions/{version.id}/again", f"/castings/{casting}/mine"):
                assert client.post(path, data={}).status_code == 404, path
            for path in ("/assets", "/assets?q=secret", "/assets/owed", "/api/v1/assets", "/api/v1/owed"):
                assert "secret" not in client.get(path).text.replace('value="secret"', "").replace("q=secret", ""), path
            announced = {"path": "a.svg", "size": 10, "fingerprint": "x"}
            assert client.post(f"/api/v1/assets/{hidden}/uploads", json=announced).status_code == 404


def test_what_is_the_studios_is_changed_by_its_admins(site: Served) -> None:
    with site.catalogue.writing() as tx:
        logo = add_asset(tx, None, Wanted("logo", "logo"))
    first, second = site.studio.send(logo), site.studio.send(logo)
    announced = {"path": "a.svg", "size": 10, "fingerprint": "x"}
    with site.client("director") as client, site.client("studio") as admin:
        assert "logo" in client.get("/assets").text
        assert "Send a new version" not in client.get(f"/assets/{logo}").text
        for path, given in (("about", {"alternative": "x"}),):
            assert client.post(f"/assets/{logo}/{path}", data=given).status_code == 422
        assert client.post(f"/versions/{first.id}/again", data={}).status_code == 422
        assert client.post(f"/api/v1/assets/{logo}/uploads", json=announced).status_code == 422
        assert _numbers(site, logo) == [1, 2]
        assert admin.post(f"/versions/{first.id}/again", data={}).status_code == 303
        assert admin.post(f"/versions/{second.id}/again", data={}).status_code == 303
    assert _numbers(site, logo) == [1, 2, 3, 4]


def test_going_back_is_the_same_file_as_the_next_version(site: Served) -> None:
    asset = site.studio.asset("orbite")
    first, second = site.studio.send(asset), site.studio.send(asset)
    with site.client("motion") as client:
        assert client.post(f"/versions/{second.id}/again", data={}).status_code == 409
        assert client.post(f"/versions/{first.id}/again", data={}).status_code == 303
        page = client.get(f"/assets/{asset}").text
        assert "de nouveau la v1" in page
    with site.catalogue.reading() as tx:
        assert [(one.number, one.media) for one in versions(tx, asset)][-1] == (3, first.media)
    with site.client("reviewer") as client:
        assert client.get(f"/assets/{asset}").status_code == 200
        assert client.post(f"/versions/{first.id}/again", data={}).status_code == 403


def test_what_is_said_of_an_asset_is_kept_and_shown_as_text(site: Served) -> None:
    asset = site.studio.asset("orbite")
    said = {"alternative": "Une <b>orbite</b>\n qui tourne", "licence": "CC BY 4.0", "source": "L'atelier"}
    with site.client("motion") as client:
        assert client.post(f"/assets/{asset}/about", data=said).status_code == 303
        page = client.get(f"/assets/{asset}").text
        assert "<b>orbite" not in page
        assert client.get(f"/api/v1/assets/{asset}").json()["alternative"] == "Une <b>orbite</b> qui tourne"
        assert client.put(f"/api/v1/assets/{asset}/about", json={"licence": "x" * 600}).status_code == 422
    assert len(site.woken) == 1


def test_the_list_has_the_most_pressing_first_and_what_nobody_makes_last(site: Served) -> None:
    studio = site.studio
    studio.write("[show un] Une donnée.", "[show deux] Elle part.", "[show trois] Elle arrive.", "[show quatre] Fin.")
    studio.asset("un")
    with site.catalogue.writing() as tx:
        add_asset(tx, studio.course, Wanted("deux", "motion", studio.people["motion"], date(2026, 2, 1)))
        quatre = add_asset(tx, studio.course, Wanted("quatre", "motion", studio.people["motion"]))
    version = studio.send(quatre)
    with site.client("motion") as client, site.client("writer") as writer:
        told = client.get("/api/v1/owed").json()
        assert [(one["reference"], one["why"], one["mine"]) for one in told] == [
            ("deux", "unsent", True),
            ("un", "unsent", True),
            ("trois", "unsent", False),
        ]
        with site.catalogue.writing() as tx:
            approve_version(tx, version.id, "rejected")
        assert [one["reference"] for one in client.get("/api/v1/owed").json()] == ["deux", "un", "quatre", "trois"]
        assert writer.get("/api/v1/owed").json() == []
        assert client.post(f"/castings/{told[2]['casting']}/mine", data={}).status_code == 303
        assert all(one["mine"] for one in client.get("/api/v1/owed").json())
        page = client.get("/assets/owed").text
        assert page.index(">deux") < page.index(">un") < page.index(">quatre")


def test_filters_hold_what_they_say(site: Served) -> None:
    site.studio.asset("carte")
    site.studio.send(site.studio.asset("orbite"))
    with site.catalogue.writing() as tx:
        add_asset(tx, site.studio.course, Wanted("fond sonore", "music"))
    with site.client("motion") as client:

        def names(query: str) -> set[str]:
            return {one["name"] for one in client.get(f"/api/v1/assets?{query}").json()["assets"]}

        assert names("") == {"carte", "orbite", "fond sonore"}
        assert names("q=ORB") == names("q=a.mov") == {"orbite"}
        assert names("q=%25") == names("q=_") == set()
        assert names("kind=music") == {"fond sonore"}
        assert names("missing=true") == {"carte", "fond sonore"}
        assert names("remarked=true") == set()
        for wrong in ("kind=x", "n=-1", "q=" + "x" * 101):
            assert client.get(f"/assets?{wrong}").status_code == 422


def test_a_page_asks_as_many_questions_for_many_as_for_few(site: Served) -> None:
    counts: dict[str, list[int]] = {}
    with site.client("motion") as client:
        for many in (1, 12):
            names = [f"clip{many}x{number}" for number in range(many)]
            site.studio.write(*(f"[show {name}] Une phrase." for name in names), "[show deja] La fin.")
            for name in names:
                site.studio.asset(name)
            asset = site.studio.asset(f"deja{many}")
            for _ in range(many):
                site.studio.send(asset)
            for name, path in {"library": "/assets", "owed": "/assets/owed", "asset": f"/assets/{asset}"}.items():
                client.get(path)
                with counted(site.catalogue) as sent_to:
                    assert client.get(path).status_code == 200
                counts.setdefault(name, []).append(len(sent_to))
    assert all(few == many <= 10 for few, many in counts.values()), counts


def _sent(site: Served, name: str) -> tuple[Any, ...]:
    with site.client("motion") as client:
        found = client.get(f"/api/v1/assets?q={name}").json()["assets"]
    with site.catalogue.reading() as tx:
        return versions_sent(tx, AssetId(UUID(found[0]["id"])))


def _numbers(site: Served, asset: AssetId) -> list[int]:
    with site.catalogue.reading() as tx:
        return [one.number for one in versions(tx, asset)]


def _make_ready(site: Served, media: Any) -> None:
    """As a worker would, had it taken it for something that can be used."""
    with site.catalogue.writing() as tx:
        file_ready(tx, media, sha256(SCRIPT).hexdigest())
