"""Notes and verdicts in the review room: written, seen live, carried to the next draft; by API and by hand."""

from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from tests.web.browsing import LOOKS, Look, browsing, in_nobodys_way
from tests.web.reviewing import ONE, THREE, TWO, filmed
from tests.web.serving import Served

ROOM = "/videos/C1/V1/drafts"
STROKES = {"strokes": [{"kind": "arrow", "colour": "red", "points": [[0.1, 0.1], [0.5, 0.5]]}], "alternative": "Là"}


def api(site: Served, who: str) -> httpx.Client:
    return site.client(who, Accept="application/json")


def wrote(client: httpx.Client, draft: Any, **given: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/drafts/{draft.id}/notes", json={"text": "Trop vite", "start": 3, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_note_is_written_answered_changed_settled_and_deleted(site: Served) -> None:
    site.studio.write(ONE, TWO)
    draft = site.studio.draft()
    director = str(site.person("director"))
    with api(site, "reviewer") as reviewer, api(site, "director") as other:
        note = wrote(reviewer, draft, blocks=True, mentions=[director], drawing=STROKES, owner=director, stop=9)
        assert (note["start"], note["stop"], note["where"], note["mentions"], note["owner"]) == (
            3, 9, "here", ["Director"], "Director",
        )  # fmt: skip
        assert note["drawing"] == STROKES
        assert note["quote"].startswith("Bonjour")
        at = f"/api/v1/notes/{note['id']}"
        assert other.post(f"{at}/answers", json={"text": "Vu."}).status_code == 201
        assert other.put(at, json={"text": "Autre chose"}).status_code == 403
        assert other.delete(at).status_code == 403
        assert reviewer.put(at, json={"text": "Trop lent"}).json()["text"] == "Trop lent"
        assert reviewer.get(at).json()["drawing"] == STROKES, "what is not given anew stays"
        assert other.put(f"{at}/state", json={"state": "resolved"}).status_code == 204
        settled = reviewer.get(at).json()
        assert (settled["state"], settled["resolved_by"]) == ("resolved", "Director")
        assert other.put(f"{at}/state", json={"state": "open"}).status_code == 204
        assert reviewer.delete(at).status_code == 204
        left = reviewer.get(f"/api/v1/drafts/{draft.id}/notes").json()
        assert [(one["text"], one["deleted"]) for one in left] == [("", True), ("Vu.", False)]
        alone = wrote(reviewer, draft)
        assert reviewer.delete(f"/api/v1/notes/{alone['id']}").status_code == 204
        assert len(reviewer.get(f"/api/v1/drafts/{draft.id}/notes").json()) == 2


def test_what_cannot_be_kept_is_refused_in_words(site: Served) -> None:
    site.studio.write(ONE)
    draft = site.studio.draft()
    with api(site, "reviewer") as client:
        many = {"strokes": STROKES["strokes"] * 201}
        points = {"strokes": [{"kind": "pen", "colour": "red", "points": [[0, 0]] * 5001}]}
        far = {"strokes": [{"kind": "box", "colour": "red", "points": [[0, 0], [1.2, 0]]}]}
        for drawing, said in ((many, "200 strokes"), (points, "5000 points"), (far, "from 0 to 1"), ("{", "no JSON")):
            answer = client.post(f"/api/v1/drafts/{draft.id}/notes", json={"text": "x", "start": 0, "drawing": drawing})
            assert (answer.status_code, said in answer.text) == (422, True), answer.text
        for given in ({"start": 5, "stop": 5}, {"start": 0, "text": "  "}, {"start": -1}):
            assert client.post(f"/api/v1/drafts/{draft.id}/notes", json={"text": "x", **given}).status_code == 422
        beyond = {"text": "x", "start": draft.frames}
        assert client.post(f"/api/v1/drafts/{draft.id}/notes", json=beyond).status_code == 409
        stranger = {"text": "x", "start": 0, "mentions": [str(site.person("stranger"))]}
        assert client.post(f"/api/v1/drafts/{draft.id}/notes", json=stranger).status_code == 404


def test_files_of_a_note_are_shown_when_they_are_pictures_and_saved_when_not(site: Served) -> None:
    site.studio.write(ONE)
    draft = site.studio.draft()
    with api(site, "reviewer") as client, api(site, "director") as other:
        note = wrote(client, draft)
        at = f"/api/v1/notes/{note['id']}/files"
        page = client.post(f"{at}?name=notes.html", content=b"<script>alert(1)</script>")
        assert (page.status_code, page.json()["picture"]) == (201, False)
        drawn = client.post(f"{at}?name=a.svg", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        assert drawn.json()["picture"] is False, "what may hold a script is never shown"
        out = BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "PNG")
        shown = client.post(f"{at}?name=photo.png", content=out.getvalue())
        assert shown.json()["picture"] is True
        assert client.post(f"{at}?name=none", content=b"").status_code == 422
        saved = other.get(page.json()["href"])
        assert saved.headers["content-disposition"].startswith("attachment")
        assert saved.headers["content-type"] == "application/octet-stream"
        assert other.get(shown.json()["href"]).headers["content-type"] == "image/jpeg"
        assert other.post(f"{at}?name=x", content=b"x").status_code == 403
        for _ in range(2):
            assert client.post(f"{at}?name=x", content=b"x").status_code == 201
        assert client.post(f"{at}?name=x", content=b"x").status_code == 409
        large = site.desk.limits.note_file_mb * 1024 * 1024 + 5000
        assert client.post(f"{at}?name=x", content=bytes(large)).status_code == 413


def test_a_note_is_on_its_words_in_the_next_draft_or_says_that_they_are_gone(site: Served) -> None:
    site.studio.write(ONE, TWO, THREE)
    first = site.studio.draft()
    with api(site, "reviewer") as client:
        on_one = wrote(client, first, start=5, text="un")
        line = client.get(f"/api/v1/drafts/{first.id}/verdicts").json()["lines"][2]
        on_three = wrote(client, first, start=line["start"] + 4, text="trois")
        second = _again(site, TWO, ONE)
        notes = {one["text"]: one for one in client.get(f"/api/v1/drafts/{second.id}/notes").json()}
    assert (notes["un"]["where"], notes["trois"]["where"]) == ("carried", "orphan")
    assert notes["un"]["start"] > on_one["start"]
    assert notes["trois"]["start"] is None
    assert notes["trois"]["was"] == [on_three["start"], on_three["start"] + 1]


def test_a_note_on_an_older_script_than_the_last_goes_with_its_word(site: Served) -> None:
    site.studio.write(ONE, TWO)
    first = site.studio.draft()
    site.studio.write("Une phrase tout à fait nouvelle, avant les autres.", TWO.replace("Nous", "Ici nous"), ONE)
    with api(site, "reviewer") as client:
        wrote(client, first, start=5, text="un")
        third = _again(site, "Encore autre chose, que personne n'attendait.", ONE, TWO)
        (note,) = client.get(f"/api/v1/drafts/{third.id}/notes").json()
    assert note["where"] == "carried"
    assert note["quote"] in ONE


def _again(site: Served, *paragraphs: str) -> Any:
    site.studio.write(*paragraphs)
    return site.studio.draft()


def test_verdicts_follow_the_policy_of_the_course(site: Served) -> None:
    site.studio.write(ONE, TWO)
    draft = site.studio.draft()
    at = f"/api/v1/drafts/{draft.id}/verdicts"
    with api(site, "reviewer") as reviewer, api(site, "director") as director, api(site, "admin") as admin:
        assert reviewer.get(at).json()["state"] == "waiting"
        first = director.post(at, json={"decision": "approve"}).json()
        assert (first["state"], first["lines"][0]["waits"]) == ("waiting", ["Reviewer"])
        policy = f"/api/v1/courses/{site.studio.course}/verdicts"
        assert director.put(policy, json={"policy": "first"}).status_code == 403
        assert admin.put(policy, json={"policy": "first"}).status_code == 204
        assert reviewer.get(at).json()["state"] == "approved"
        line = first["lines"][1]["line"]
        veto = reviewer.post(at, json={"decision": "change", "line": line, "comment": "Plus court"}).json()
        assert [one["state"] for one in veto["lines"]] == ["approved", "change"]
        assert veto["state"] == "change"
        with api(site, "motion") as motion:
            assert motion.post(at, json={"decision": "approve"}).status_code == 403
        form = f"/videos/C1/V1/drafts/{draft.number}/policy"
        assert director.post(form, data={"policy": "all"}).status_code == 403
        assert admin.post(form, data={"policy": "none"}).status_code == 422
        assert admin.post(form, data={"policy": "all"}).status_code == 303
        assert reviewer.get(at).json()["policy"] == "all"


def test_the_forms_work_without_javascript(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    filmed(site, ffmpeg, tmp_path, ONE)
    with site.client("reviewer") as client:
        answer = client.post(f"{ROOM}/1/notes", data={"text": "Ici", "start": "4", "stop": ""})
        assert answer.status_code == 303
        page = client.get(answer.headers["location"])
        assert "Ici" in page.text
        note = answer.headers["location"].rpartition("#note-")[2]
        sent = {"attached": ("a.txt", b"hello")}
        for path, form in (("answers", {"text": "Oui"}), ("state", {"state": "resolved"})):
            assert client.post(f"/notes/{note}/{path}", data={**form, "beside": f"{ROOM}/1"}).status_code == 303
        assert client.post(f"/notes/{note}/files", data={"beside": f"{ROOM}/1"}, files=sent).status_code == 303
        assert client.post(f"{ROOM}/1/verdicts", data={"decision": "approve", "line": ""}).status_code == 303
        change = {"decision": "change", "line": ""}
        assert client.post(f"{ROOM}/1/verdicts", data=change).status_code == 422
        asked = client.post(f"{ROOM}/1/verdicts", data={**change, "comment": "Une autre fin"})
        assert (asked.status_code, asked.headers["location"]) == (303, f"{ROOM}/1")
        part = client.post(
            f"{ROOM}/1/verdicts", data={**change, "comment": "Plus court"}, headers={"HX-Request": "true"}
        )
        assert (part.status_code, "<html" in part.text, "Plus court" in part.text) == (200, False, True)
        shown = client.get(f"{ROOM}/1").text
        assert "Oui" in shown
        assert "a.txt" in shown
        assert client.post(f"/notes/{note}/delete", data={"beside": "https://example.org/"}).headers["location"] == "/"


def test_what_one_asks_to_change_is_not_lost_when_another_decides(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser
) -> None:
    draft = filmed(site, ffmpeg, tmp_path, ONE, TWO)
    with browsing(chromium, site, "reviewer", language="en") as page, api(site, "director") as director:
        page.goto(f"{ROOM}/1")
        film_stands(page, 0)
        page.locator("#decision-tab").click()
        line = page.locator(".decided > li").last
        line.locator("summary").click()
        line.get_by_role("textbox").press_sequentially("Plus cou")
        at = f"/api/v1/drafts/{draft.id}/verdicts"
        director.post(at, json={"decision": "approve"}).raise_for_status()
        expect(line).to_contain_text("Director approved", timeout=3000)
        page.keyboard.type("rt")
        expect(line.get_by_role("textbox")).to_have_value("Plus court")
        line.get_by_role("button", name="Ask for it").click()
        expect(line).to_contain_text("Reviewer wants a change")
        expect(line).to_contain_text("Plus court")


def film_stands(page: Page, frame: int) -> None:
    page.wait_for_function("frame => document.querySelector('r-player')?.frame === frame", arg=frame)


def test_by_keyboard_alone(site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser) -> None:
    """Open, three frames on, C, a note, sent; another browser sees it; settled; found by its link; on in draft 2."""
    filmed(site, ffmpeg, tmp_path, ONE, TWO)
    with (
        browsing(chromium, site, "reviewer", language="en") as page,
        browsing(chromium, site, "director", language="en") as other,
    ):
        other.goto(f"{ROOM}/1")
        film_stands(other, 0)
        page.goto(f"{ROOM}/1")
        film_stands(page, 0)
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        film_stands(page, 3)
        page.keyboard.press("c")
        expect(page.get_by_label("Your note")).to_be_focused()
        page.keyboard.type("Le geste gêne")
        expect(page.locator("[data-on]")).to_contain_text("frame 3")
        page.keyboard.press("Control+Enter")
        card = page.locator("[data-note]")
        expect(card).to_contain_text("Le geste gêne")
        expect(card).to_have_attribute("data-start", "3")
        expect(card).to_be_focused()
        other.get_by_role("tab", name="Notes").click()
        expect(other.locator("[data-note]")).to_contain_text("Le geste gêne", timeout=3000)
        _tab_to(page, "Resolve")
        page.keyboard.press("Enter")
        expect(card).to_contain_text("resolved")
        expect(other.locator("[data-note]")).to_contain_text("resolved", timeout=3000)
        note = card.get_attribute("data-note")
    second = filmed(site, ffmpeg, tmp_path, TWO, ONE)
    with browsing(chromium, site, "reviewer", language="en") as page:
        page.goto(f"{ROOM}/1?f=3&note={note}")
        film_stands(page, 3)
        expect(page.locator(f"#note-{note}")).to_be_in_viewport()
        page.goto(f"{ROOM}/{second.number}?note={note}")
        card = page.locator(f"#note-{note}")
        expect(card).to_contain_text("from draft 1, look again")
        start = int(card.get_attribute("data-start") or "0")
        assert start > 3
        film_stands(page, start)


def test_what_one_writes_below_a_note_stays_while_others_act_on_it(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser
) -> None:
    draft = filmed(site, ffmpeg, tmp_path, ONE)
    with site.client("director") as client, browsing(chromium, site, "reviewer", language="en") as page:
        given = {"text": "Le geste gêne", "start": 3}
        note = client.post(f"/api/v1/drafts/{draft.id}/notes", json=given).raise_for_status().json()["id"]
        page.goto(f"{ROOM}/1?note={note}")
        film_stands(page, 3)
        card = page.locator(f"#note-{note}")
        card.locator("summary", has_text="Answer").click()
        page.get_by_label("Your answer").fill("Je refais la pr")
        client.put(f"/api/v1/notes/{note}/state", json={"state": "resolved"}).raise_for_status()
        expect(card).to_contain_text("resolved")
        expect(page.get_by_label("Your answer")).to_be_focused()
        page.keyboard.type("ise")
        expect(page.get_by_label("Your answer")).to_have_value("Je refais la prise")
        card.get_by_role("button", name="Send the answer").click()
        expect(card.locator(".answers")).to_contain_text("Je refais la prise")
        expect(page.get_by_label("Your answer")).to_have_value("")


def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if name in (page.evaluate("document.activeElement.textContent") or ""):
            return
    raise AssertionError(name)


def test_one_draws_by_mouse_finger_and_keyboard_and_it_is_shown_on_its_frame(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser
) -> None:
    draft = filmed(site, ffmpeg, tmp_path, ONE)
    with browsing(chromium, site, "reviewer", language="en") as page:
        page.goto(f"{ROOM}/1")
        film_stands(page, 0)
        page.keyboard.press("d")
        sheet = page.locator("svg.sheet")
        expect(sheet).to_be_focused()
        for key in ("Space", "ArrowRight", "ArrowDown", "Space"):
            page.keyboard.press(key)
        page.get_by_role("button", name="Box").click()
        page.get_by_role("button", name="Red").click()
        box = sheet.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        page.mouse.up()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Draw it again").click()
        page.get_by_label("What it shows, in words").fill("Un cadre")
        page.get_by_label("Your note").fill("Ici")
        page.reload()
        film_stands(page, 0)
        page.get_by_role("tab", name="Notes").click()
        expect(page.get_by_label("Your note")).to_have_value("Ici")
        page.get_by_role("button", name="Send the note").click()
        expect(page.locator("[data-note]")).to_contain_text("Ici")
        with api(site, "reviewer") as client:
            (note,) = client.get(f"/api/v1/drafts/{draft.id}/notes").json()
        pen, square = note["drawing"]["strokes"]
        assert pen["points"] == [[0.5, 0.5], [0.52, 0.5], [0.52, 0.52]]
        assert (square["kind"], square["colour"]) == ("box", "red")
        assert square["points"] == pytest.approx(
            [pytest.approx([0.25, 0.25], abs=0.01), pytest.approx([0.5, 0.5], abs=0.01)]
        )
        assert note["drawing"]["alternative"] == "Un cadre"
        expect(sheet.locator("rect")).to_have_count(1)
        page.locator("h1").click()
        page.keyboard.press("ArrowRight")
        film_stands(page, 1)
        expect(sheet.locator("rect")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_it_is_in_nobodys_way(site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser, look: Look) -> None:
    language, dark, size = look
    first = filmed(site, ffmpeg, tmp_path, ONE, TWO, THREE)
    with api(site, "reviewer") as client:
        note = wrote(client, first, start=20, stop=60, text="Plus calme ici.", blocks=True, drawing=STROKES)
        client.post(f"/api/v1/notes/{note['id']}/answers", json={"text": "D'accord, on la refait."})
        lines = client.get(f"/api/v1/drafts/{first.id}/verdicts").json()["lines"]
        wrote(client, first, start=lines[2]["start"] + 3, text="La fin est trop longue.", internal=True)
        client.post(
            f"/api/v1/drafts/{first.id}/verdicts",
            json={"decision": "change", "line": lines[1]["line"], "comment": "Autre prise"},
        )
        filmed(site, ffmpeg, tmp_path, TWO, ONE)
    with browsing(chromium, site, "reviewer", language=language, dark=dark, size=size) as page:
        page.goto(f"{ROOM}/2")
        film_stands(page, 0)
        name = f"notes-{language}-{size[0]}"
        page.locator("#notes-tab").click()
        expect(page.locator("[data-note]")).to_have_count(2)
        in_nobodys_way(page, tmp_path, name)
        page.locator("[data-draws]").click()
        for more in page.locator(".does summary").all():
            more.click()
        in_nobodys_way(page, tmp_path, f"{name}-open")
        page.locator("#decision-tab").click()
        in_nobodys_way(page, tmp_path, f"{name}-decision")
