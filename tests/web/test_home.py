"""The home page: what waits, how far each video has come, and the forms that begin a course or a video."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from storage.catalogue.courses import Course, add_course, set_due, set_stage
from storage.catalogue.engine import Catalogue
from storage.catalogue.grid import PAGE, Shown, courses_seen, grid
from storage.catalogue.jobs import Work, ask_job, claim, fail_job
from tests.stack.counting import counted
from tests.stack.studio import Studio
from tests.web.browsing import browsing
from tests.web.serving import Served

SAID = ("Voici les données. [show: collect]", "On les collecte.")


def with_work(studio: Studio) -> None:
    """A script with a cue that waits for its animation, a draft, and a director who is late with it."""
    studio.write(*SAID)
    studio.asset("collect")
    studio.draft()
    with studio.catalogue.writing() as tx:
        yesterday = date.today() - timedelta(days=2)  # noqa: DTZ011 (two days are late in every zone)
        set_due(tx, studio.video, "script", yesterday, studio.people["director"])
        set_due(tx, studio.video, "filmed", None, studio.people["director"])


def failed_job(catalogue: Catalogue, studio: Studio) -> None:
    with catalogue.writing() as tx:
        job, _ = ask_job(tx, Work("k", "render", "render", video=studio.video))
        claim(tx, job.id, "w", timedelta(minutes=1))
        fail_job(tx, job.id, "w", "ffmpeg failed")


def test_a_director_sees_where_videos_stand_and_adds_one_by_keyboard(site: Served, chromium: Browser) -> None:
    with_work(site.studio)
    with browsing(chromium, site, "director", language="en") as page:
        page.goto("/")
        row = page.get_by_role("row", name="V1 Collecter")
        expect(row).to_contain_text("revision 1")
        expect(row).to_contain_text("waiting 0/1")
        expect(row).to_contain_text("to watch 1")
        expect(row).to_contain_text("late")
        expect(row.get_by_role("link")).to_have_attribute("href", "/videos/C1/V1")
        expect(page.locator("#todo-late")).to_contain_text("C1/V1")
        expect(page.locator("#todo-missing")).to_contain_text("C1/V1")
        page.get_by_role("combobox").focus()
        page.keyboard.type("C1")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.url}/?course=C1")
        page.get_by_text("New video in C1").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("V2")
        page.keyboard.press("Tab")
        page.keyboard.type("Ranger")
        page.keyboard.press("Enter")
        expect(page.get_by_role("row", name="V2 Ranger")).to_contain_text("not written")
        expect(page.get_by_role("status").first).to_contain_text("Saved")


def test_the_grid_changes_by_itself(site: Served, chromium: Browser) -> None:
    with browsing(chromium, site, "director", language="en", size=(360, 740)) as page:
        with page.expect_response("**/events"):
            page.goto("/")
        expect(page.get_by_role("row", name="V1")).to_contain_text("not written")
        site.studio.write(*SAID)
        expect(page.get_by_role("row", name="V1")).to_contain_text("revision 1")


def test_an_empty_studio_says_its_one_next_step(site: Served, chromium: Browser) -> None:
    with browsing(chromium, site, "stranger", language="en") as page:
        page.goto("/")
        expect(page.get_by_text("No course is yours yet.")).to_be_visible()
        expect(page.get_by_text("New course")).to_have_count(0)
    with browsing(chromium, site, "studio", language="en") as page:
        page.goto("/")
        page.get_by_text("New course").click()
        form = page.locator("#new-course")
        form.get_by_label("Title").fill("Un nouveau cours")
        form.get_by_label("Code").fill("C9")
        form.get_by_role("button", name="Add the course").click()
        expect(page.get_by_text("This course has no video yet.")).to_be_visible()
        page.get_by_role("link", name="Add its first video").click()
        expect(page).to_have_url(f"{site.url}/?course=C9#new-video")


def test_filters_are_in_the_address_and_hold_what_they_say(site: Served) -> None:
    site.studio.another_video()
    with site.client("director") as client:
        assert "Aucune vidéo ne correspond." in client.get("/?blocked=1").text
        assert "Aucune vidéo ne correspond." in client.get("/?mine=1").text
        failed_job(site.catalogue, site.studio)
        with site.catalogue.writing() as tx:
            set_due(tx, site.studio.video, "draft", None, site.studio.people["director"])
        for address in ("/?blocked=1", "/?mine=1", "/?course=c1&blocked=1&mine=1"):
            text = client.get(address).text
            assert "Collecter" in text
            assert "Une autre" not in text, address
        shown = client.get("/api/v1/videos", params={"blocked": True}).json()
        assert [(one["code"], one["blocked"]) for one in shown["videos"]] == [("V1", True)]
        assert client.get("/api/v1/waiting").json()[0]["fact"]["video_code"] == "V1"
        with site.catalogue.writing() as tx:
            set_stage(tx, site.studio.video, "published")
        assert client.get("/api/v1/videos", params={"blocked": True}).json()["videos"] == [], "it is done with"


def test_another_course_is_not_there(site: Served) -> None:
    with site.catalogue.writing() as tx:
        add_course(tx, Course("SECRET", "Rien pour vous"))
    with site.client("director") as client:
        for address in ("/", "/?course=SECRET", "/api/v1/courses", "/api/v1/videos?course=SECRET"):
            assert "Rien pour vous" not in client.get(address).text
        added = client.post("/courses/SECRET/videos", data={"code": "V", "title": "x"})
        assert added.status_code == 404
        assert client.post("/courses", data={"code": "V", "title": "x"}).status_code == 403
    with site.client("writer") as client:
        assert client.post("/courses/C1/videos", data={"code": "V", "title": "x"}).status_code == 403


@pytest.mark.parametrize("code", ["", " ", "../x", "a/b", "a?b", "x" * 41, "<b>", "a\x00b", ".", "v1"])
def test_codes_that_cannot_stand_in_an_address_are_refused(site: Served, code: str) -> None:
    """The last is taken, whatever its case."""
    with site.client("director") as client:
        page = client.post("/courses/C1/videos", data={"code": code, "title": "<script>alert(1)</script>"})
        assert page.status_code == 422
        assert "<script>alert" not in page.text
        assert client.post("/api/v1/courses/C1/videos", json={"code": code, "title": "x"}).status_code in {409, 422}
        assert len(client.get("/api/v1/videos").json()["videos"]) == 1


@pytest.mark.parametrize("n", ["-1", "x", "99999999999999999999"])
def test_pages_that_are_none_are_refused(site: Served, n: str) -> None:
    with site.client("director") as client:
        assert client.get(f"/?n={n}").status_code == 422


def test_a_page_of_the_grid_is_two_queries_however_many_videos(site: Served) -> None:
    for _ in range(PAGE):
        site.studio.another_video()
    with counted(site.catalogue) as sent, site.catalogue.reading() as tx:
        first, more = grid(tx, Shown())
        assert (len(first), more, len(sent)) == (PAGE, True, 2)
        last, more = grid(tx, Shown(page=1))
        assert (len(last), more, len(sent)) == (1, False, 4)
        assert {one.video for one in first} & {one.video for one in last} == set()
        assert grid(tx, Shown(courses=frozenset())) == ((), False)
        assert courses_seen(tx, frozenset()) == ()
    with site.client("director") as client:
        client.get("/")
        counts: list[int] = []
        for address in ("/", "/?n=1", "/?course=C1&mine=1"):
            with counted(site.catalogue) as sent:
                assert client.get(address).status_code == 200
            counts.append(len(sent))
        assert len(set(counts)) == 1, counts
        assert counts[0] <= 6
