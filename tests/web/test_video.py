"""A video's page: read, drafted, written, chosen for; by mouse, by keyboard, by each role, by hostile hands."""

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.spans import Span
from storage.catalogue.courses import video
from storage.catalogue.drafts import ask_draft, drafts, fail_draft
from storage.catalogue.filming import Filed, add_rush, add_take, takes
from storage.catalogue.proposals import proposals
from storage.catalogue.revisions import saved, source
from storage.catalogue.waiting import waiting
from tests.stack.counting import counted
from tests.web.browsing import browsing
from tests.web.serving import Served

AT = "/videos/C1/V1"
LINES = ("## Le début", "[show orbite] Une donnée part de loin.", "Elle arrive au tableau de bord.")
HOSTILE = r"Ceci est \<script>alert(1)\</script> et \<b>gras\</b> pour voir."


def furnished(site: Served) -> None:
    """A script with an asset that was sent, a take, and a draft that is done."""
    site.studio.write(*LINES)
    site.studio.send(site.studio.asset("orbite"))
    media = site.studio.ready_file()
    with site.catalogue.writing() as tx:
        rush = add_rush(tx, site.studio.video, media, Filed("a.mov"))
        for number in (1, 2):
            add_take(tx, rush, "01", number, Span(0, 50))
    site.studio.draft()


def text(site: Served) -> str:
    with site.catalogue.reading() as tx:
        return source(tx, site.studio.video)


def test_the_page_says_line_by_line_what_is_there_and_the_director_circles_a_take(
    site: Served, chromium: Browser
) -> None:
    furnished(site)
    with browsing(chromium, site, "director", language="en") as page:
        page.goto(AT)
        expect(page.get_by_role("heading", level=1)).to_have_text("V1 · Collecter")
        first = page.get_by_role("article", name="Line 1")
        expect(first).to_contain_text("version 1")
        expect(page.get_by_role("link", name="Draft 1")).to_be_visible()
        first.get_by_role("button", name="Take 2").click()
        expect(first.get_by_role("button", name="Take 2")).to_have_attribute("aria-pressed", "true")
        first.get_by_label("Version of orbite").select_option(label="version 1, pinned")
        first.get_by_role("button", name="Use").click()
        expect(first).to_contain_text("version 1 pinned")
    with site.catalogue.reading() as tx:
        assert [one.circled for one in takes(tx, site.studio.video)] == [False, True]
    assert len(site.woken) == 2


def test_a_draft_says_first_what_it_would_do_and_is_watched_live_to_its_failure(
    site: Served, chromium: Browser
) -> None:
    furnished(site)
    site.studio.write(LINES[0], LINES[1], "Elle arrive enfin, et autrement.")
    with browsing(chromium, site, "director", language="en") as page:
        page.goto(AT)
        page.get_by_role("link", name="Draft", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("At least")
        expect(page.get_by_role("main")).to_contain_text("Elle arrive enfin")
        page.get_by_role("button", name="Make draft 2").click()
        expect(page.get_by_role("main")).to_contain_text("Draft 2 is being made")
        page.wait_for_timeout(1000)  # the stream is open
        with site.catalogue.writing() as tx:
            fail_draft(tx, drafts(tx, site.studio.video)[-1].id, "the disk of worker 3 is full")
        expect(page.get_by_role("alert")).to_contain_text("the disk of worker 3 is full", timeout=8000)
    assert len(site.woken) == 1


def test_a_writer_corrects_the_script_by_keyboard_sees_the_difference_and_restores(
    site: Served, chromium: Browser
) -> None:
    site.studio.write(*LINES)
    with browsing(chromium, site, "writer", language="en") as page:
        page.goto(f"{AT}/script")
        area = page.get_by_label("The text of the video")
        area.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" [shw orbite]")
        problems = page.locator("#problems")
        expect(problems).to_contain_text("1 place cannot be read")
        expect(problems).to_contain_text("line 5, column 34")
        for _ in range(13):
            page.keyboard.press("Backspace")
        page.keyboard.type(" Enfin.")
        expect(problems).to_contain_text("Everything can be read")
        reach(page, "Save the script")
        expect(page.get_by_role("article")).to_have_count(2)
        page.goto(f"{AT}/revisions/2")
        expect(page.locator("ins")).to_contain_text("Elle arrive au tableau de bord. Enfin.")
        page.goto(f"{AT}/revisions/1")
        page.get_by_role("button", name="Restore this revision").click()
        expect(page.get_by_role("article", name="Line 2")).not_to_contain_text("Enfin")
    with site.catalogue.reading() as tx:
        assert [one.number for one in saved(tx, site.studio.video)] == [3, 2, 1]


def reach(page: Page, name: str) -> None:
    """Goes to a button by Tab alone, and presses it."""
    button = page.get_by_role("button", name=name)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_a_writer_changes_the_framing_of_a_line_and_again(site: Served, chromium: Browser) -> None:
    site.studio.write(*LINES)
    with browsing(chromium, site, "writer", language="en") as page:
        for wanted, said in (("close", "[cadre plan poitrine]"), ("what the cut chooses", "[cadre auto]")):
            page.goto(AT)
            second = page.get_by_role("article", name="Line 2")
            second.get_by_text("Change").focus()
            page.keyboard.press("Enter")
            choice = second.get_by_label("Framing from here on")
            choice.select_option(value="close") if wanted == "close" else choice.select_option(label=wanted)
            second.get_by_role("button", name="Change the framing from line 2 on").click()
            expect(page.get_by_role("article", name="Line 2")).to_contain_text(said)
            assert text(site).endswith(f"{said} Elle arrive au tableau de bord.")
    assert len(site.woken) == 2
    with site.client("writer") as client:
        line = client.get(f"/api/v1/videos/{site.studio.video}").json()["lines"][0]["id"]
        at = f"/api/v1/videos/{site.studio.video}/lines/{line}/framing"
        assert client.put(at, json={"framing": "medium"}).json()["number"] == 4
        assert client.put(at, json={"framing": "sideways"}).status_code == 422
        assert client.put(at.replace(line, "nowhere"), json={"framing": "close"}).status_code == 409
    assert text(site).count("[show orbite] [cadre plan taille] Une donnée") == 1


def test_a_director_plans_a_video_and_it_waits_for_whom_he_names(site: Served, chromium: Browser) -> None:
    site.studio.write(*LINES)
    with browsing(chromium, site, "director", language="en") as page:
        page.goto(AT)
        page.get_by_role("link", name="Plan").click()
        page.get_by_label("Stage it is in").select_option(label="filming")
        page.get_by_label("Drafts").select_option(label="made only when somebody asks")
        page.get_by_role("button", name="Save", exact=True).click()
        row = page.get_by_role("row", name="filming")
        expect(row).to_contain_text("now")
        row.get_by_label("Who answers for").select_option(label="Reviewer")
        row.get_by_label("Due").fill("2026-12-24")
        row.get_by_role("button", name="Save: filming").click()
        expect(page.get_by_role("row", name="filming").get_by_label("Due")).to_have_value("2026-12-24")
    with site.catalogue.reading() as tx:
        found = video(tx, site.studio.video)
        assert (found.stage, found.drafting) == ("filmed", "paused")
        assert {one.code for one in waiting(tx, site.person("reviewer"))} == {"no-rush", "stage-due"}
        assert "no-rush" not in {one.code for one in waiting(tx, site.person("director"))}
    stranger = str(site.person("stranger"))
    with site.client("director") as client:
        for given in ({"owner": stranger}, {"owner": "nobody"}, {"due": "tomorrow"}):
            assert client.post(f"{AT}/plan/filmed", data={"due": "", **given}).status_code == 422
        assert client.post(f"{AT}/plan/filmed", data={"due": "", "owner": ""}).status_code == 303
        assert client.post(f"{AT}/plan/nothing", data={"due": "", "owner": ""}).status_code == 422


def test_a_designer_proposes_a_cue_and_the_writer_takes_or_refuses_it(site: Served, chromium: Browser) -> None:
    site.studio.write(*LINES)
    with browsing(chromium, site, "motion", language="en") as page:
        for cue in ("[show carte beside]", "pause 2s"):
            page.goto(AT)
            page.get_by_role("article", name="Line 2").get_by_text("Change").click()
            page.get_by_role("link", name="Propose a cue on line 2").click()
            page.get_by_label("Cue", exact=True).fill(cue)
            page.get_by_label("Before the words").select_option(label="au tableau de")
            page.get_by_label("What would be shown").fill("La carte entière")
            page.get_by_role("button", name="Propose").click()
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("Motion proposes [show carte beside]")
        expect(page.get_by_role("link", name="Answer")).to_have_count(0)
    with browsing(chromium, site, "writer", language="en") as page:
        page.goto(AT)
        page.get_by_role("link", name="Answer").first.click()
        page.get_by_role("button", name="Take it into the script").click()
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("taken")
        page.get_by_role("link", name="Answer").click()
        page.get_by_label("Answer").fill("Le rythme est bon")
        page.get_by_role("button", name="Refuse it").click()
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("Le rythme est bon")
    assert text(site).endswith("Elle arrive [show carte beside] au tableau de bord.")


def test_two_who_write_at_once_lose_nothing(site: Served) -> None:
    site.studio.write(*LINES)
    with site.client("writer") as one, site.client("director") as other:
        assert one.post(f"{AT}/script", data={"text": "Le mien.", "base": 1}).status_code == 303
        answer = other.post(f"{AT}/script", data={"text": "Le sien.", "base": 1})
        assert answer.status_code == 409
        assert "Le sien." in answer.text
    assert text(site) == "Le mien."


def test_html_in_a_script_is_text_everywhere(site: Served, chromium: Browser) -> None:
    site.studio.write(HOSTILE)
    with browsing(chromium, site, "director", language="en") as page:
        for path in (AT, f"{AT}/script", f"{AT}/revisions/1"):
            page.goto(path)
            assert page.locator("main script, main b").count() == 0
    with site.client("director") as client:
        for path in (AT, f"{AT}/script", f"{AT}/revisions/1"):
            assert "<script>alert" not in client.get(path).text
        shown = client.post(f"{AT}/script", data={"text": "</textarea><script>alert(1)</script>", "base": 1})
        assert shown.status_code == 422
        assert "<script>alert" not in shown.text


@pytest.mark.parametrize("size", [300_000, 1_100_000])
def test_a_script_of_a_megabyte_is_refused_at_once(site: Served, size: int) -> None:
    with site.client("writer") as client:
        began = time.monotonic()
        answer = client.post(f"{AT}/script", data={"text": "mot " * (size // 4), "base": 0})
        assert answer.status_code in {413, 422}
        assert time.monotonic() - began < 5
    assert text(site) == ""


def test_whoever_only_looks_changes_nothing(site: Served) -> None:
    furnished(site)
    with site.catalogue.reading() as tx:
        take = takes(tx, site.studio.video)[0].id
    with site.client("reviewer") as client:
        assert client.get(AT).status_code == 200
        for path in ("draft", "script", "script/check", "propose", f"takes/{take}", "revisions/1/restore"):
            assert client.post(f"{AT}/{path}", data={}).status_code == 403, path
    with site.client("motion") as client:
        assert client.post(f"{AT}/takes/{take}", data={"circled": "true"}).status_code == 403
        assert client.post(f"{AT}/script", data={"text": "x", "base": 1}).status_code == 403


def test_programs_do_the_same(site: Served) -> None:
    furnished(site)
    at = f"/api/v1/videos/{site.studio.video}"
    with site.client("director", Accept="application/json") as client:
        told: dict[str, Any] = client.get(at).json()
        assert [(line["number"], line["text"]) for line in told["lines"]][1] == (2, LINES[2])
        assert told["lines"][0]["casts"][0]["version"] == 1
        wrong = client.post(f"{at}/script/check", json={"text": "Un mot [shw x]."}).json()
        assert [(one["line"], one["column"]) for one in wrong] == [(1, 9)]
        assert client.put(f"{at}/script", json={"text": "Un mot.", "base": 1}).json()["number"] == 2
        clash = client.put(f"{at}/script", json={"text": "Autre.", "base": 1})
        assert (clash.status_code, clash.json()["code"]) == (409, "clash")
        line = client.get(at).json()["lines"][0]["id"]
        added = client.post(f"{at}/proposals", json={"line": line, "at": 1, "cue": "pause 1s"})
        assert added.status_code == 201
        answer = {"taken": True, "answer": "oui"}
        assert client.post(f"{at}/proposals/{added.json()['id']}", json=answer).status_code == 204
        assert client.get(f"{at}/script").json() == {"text": "Un [pause 1s] mot.", "base": 3}
        assert client.post(f"{at}/drafts").json()["state"] == "waiting"
    with site.catalogue.reading() as tx:
        assert [one.answer for one in proposals(tx, site.studio.video)] == ["oui"]


def test_a_page_asks_as_many_questions_for_a_long_video_as_for_a_short_one(site: Served) -> None:
    asked: list[int] = []
    with site.client("director") as client:
        for count in (2, 30):
            site.studio.write(*(f"[show clip{n}] Une phrase parmi d'autres, la {n}." for n in range(count)))
            for n in range(count - len(asked) * 2):
                site.studio.send(site.studio.asset(f"clip{n + len(asked) * 2}"))
            with site.catalogue.writing() as tx:
                for _ in range(count):
                    ask_draft(tx, site.studio.video, "test")
            client.get(AT)
            with counted(site.catalogue) as sent:
                assert client.get(AT).status_code == 200
            asked.append(len(sent))
    assert asked[0] == asked[1] <= 30
