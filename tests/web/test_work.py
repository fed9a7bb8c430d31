"""The page of the work: whose it is, how far it has come, why it failed; done again, given up, live."""

from datetime import timedelta

from playwright.sync_api import Browser, expect

from storage.catalogue.drafts import Drafted, ask_draft, draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import Declared, expect_file
from storage.catalogue.jobs import Work, ask_job, beat, claim, fail_job, finish_job, job
from storage.catalogue.terms import JobId
from tests.stack.studio import Studio
from tests.web.browsing import browsing
from tests.web.serving import Served
from tests.web.worlds import LINE

LEASE = timedelta(minutes=1)
LOG = "frame=  12 fps=0.0\nConversion failed!"
CAUSE = "plan.mov: the picture ends at frame 812, wanted 900\n  send the file again"


def asked(studio: Studio) -> Drafted:
    """A draft that the director asks for, of a script."""
    studio.write(LINE)
    with studio.catalogue.writing(studio.people["director"]) as tx:
        return ask_draft(tx, studio.video, "test")


def working(studio: Studio, drafted: Drafted, waits: int = 6) -> dict[str, JobId]:
    """Jobs of a draft: some done, one that failed, one that runs, some that wait."""
    catalogue, found = studio.catalogue, dict[str, JobId]()
    names = ["a", "b", "c", "failed", "running", *(f"waits-{n}" for n in range(waits))]
    with catalogue.writing() as tx:
        for name in names:
            key = f"render/{studio.code}/{name}"
            found[name] = ask_job(tx, Work(key, "render", "render", studio.video, drafted.id, total=200))[0].id
        for name in names[:5]:
            assert claim(tx, found[name], "machine:1:1", LEASE)
        for name in names[:3]:
            finish_job(tx, found[name], "machine:1:1")
        fail_job(tx, found["failed"], "machine:1:1", CAUSE, LOG)
        beat(tx, found["running"], "machine:1:1", LEASE, done=50)
    return found


def state_of(catalogue: Catalogue, job_id: JobId) -> str:
    with catalogue.reading() as tx:
        return job(tx, job_id).state


def test_a_failure_says_its_cause_first_and_is_tried_again(site: Served, chromium: Browser) -> None:
    drafted = asked(site.studio)
    found = working(site.studio, drafted)
    with browsing(chromium, site, "motion", language="en") as page:
        page.goto("/work")
        lot = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="C1/V1"))
        expect(lot).to_contain_text("draft 1")
        expect(lot).to_contain_text("for Director")
        expect(lot.locator(".cause")).to_have_text("plan.mov: the picture ends at frame 812, wanted 900")
        expect(lot).to_contain_text("send the file again")
        log = lot.locator("pre")
        expect(log).to_be_hidden()
        lot.get_by_text("Log", exact=True).click()
        expect(log).to_have_text(LOG)
        lot.get_by_role("button", name="Try again: segment").click()
        expect(page.get_by_role("status").first).to_contain_text("It is done again.")
        expect(page.locator(".failure")).to_have_count(0)
    assert state_of(site.catalogue, found["failed"]) == "queued"
    assert len(site.woken) == 1


def test_what_happens_is_on_the_page_without_losing_ones_place(site: Served, chromium: Browser) -> None:
    drafted = asked(site.studio)
    found = working(site.studio, drafted)
    with browsing(chromium, site, "director", language="en") as page:
        page.goto("/work")
        jobs = page.get_by_text("7 jobs", exact=True)
        jobs.click()
        page.get_by_role("button", name="Give up: segment").nth(3).focus()
        there = page.evaluate("document.activeElement.closest('li').id")
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "3")
        with site.catalogue.writing() as tx:
            finish_job(tx, found["running"], "machine:1:1")
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "4")
        expect(page.get_by_text("6 jobs", exact=True)).to_be_visible()
        assert page.evaluate("document.activeElement.closest('li').id") == there
        expect(page.get_by_role("button", name="Give up: segment").first).to_be_visible()
        with site.catalogue.writing() as tx:
            claim(tx, found["waits-0"], "machine:1:1", LEASE)
            beat(tx, found["waits-0"], "machine:1:1", LEASE, done=77)
        expect(page.get_by_text("77 / 200")).to_be_visible()
        page.get_by_role("button", name="Give draft 1 of V1 up").click()
        expect(page.get_by_role("status").first).to_contain_text("It is given up.")
    with site.catalogue.reading() as tx:
        assert draft(tx, drafted.id).state == "failed"
    assert state_of(site.catalogue, found["waits-1"]) == "cancelled"


def test_everyone_sees_the_work_of_their_courses_alone(site: Served) -> None:
    own, foreign = asked(site.studio), Studio(site.catalogue, "C2")
    found = working(site.studio, own)
    theirs = working(foreign, asked(foreign))
    with site.catalogue.writing() as tx:
        file = expect_file(tx, Declared("logo.png", 12))
        of_studio = ask_job(tx, Work("ingest:1", "ingest", "ingest", media=file.id))[0].id
    with site.client("director") as director, site.client("studio") as admin, site.client("stranger") as stranger:
        assert "C2/V1" not in director.get("/work").text
        assert "logo.png" not in director.get("/work").text
        assert "Choisir une vidéo" in stranger.get("/work").text
        everything = admin.get("/work").text
        assert "C1/V1" in everything
        assert "C2/V1" in everything
        assert "logo.png" in everything
        for client, job_id, status in [
            (director, theirs["failed"], 404),
            (director, of_studio, 404),
            (stranger, found["failed"], 404),
            (admin, found["failed"], 303),
            (admin, of_studio, 409),
        ]:
            assert client.post(f"/work/jobs/{job_id}/retry", follow_redirects=False).status_code == status
    with site.client("reviewer") as reviewer:
        page = reviewer.get("/work").text
        assert "C1/V1" in page
        assert "/cancel" not in page
        assert reviewer.post(f"/work/jobs/{found['running']}/cancel").status_code == 403


def test_it_is_filtered_by_state(site: Served) -> None:
    working(site.studio, asked(site.studio))
    with site.client("director") as client:
        shown = {state: client.get("/work", params={"state": state}).text for state in ("failed", "running", "done")}
    assert 'class="failure"' in shown["failed"]
    assert "<progress" not in shown["failed"]
    assert 'class="failure"' not in shown["running"]
    assert "Fait depuis hier" in shown["done"]
    assert 'class="lot"' not in shown["done"]


def test_programs_see_and_steer_the_same(site: Served) -> None:
    found = working(site.studio, asked(site.studio))
    with site.client("writer", Accept="application/json") as client:
        [lot] = client.get("/api/v1/jobs").json()["lots"]
        assert (lot["done"], lot["total"], lot["kinds"]) == (3, 11, {"render": 7})
        failed = lot["jobs"][0]
        assert failed["cause"] == "plan.mov: the picture ends at frame 812, wanted 900"
        assert failed["todo"] == "send the file again"
        assert failed["log"] == LOG
        assert client.get("/api/v1/jobs", params={"state": "cancelled"}).status_code == 422
        again = client.post(f"/api/v1/jobs/{found['failed']}/retry").json()
        assert (again["state"], again["cause"]) == ("queued", "")
        assert client.post(f"/api/v1/jobs/{found['failed']}/retry").status_code == 409
        assert client.post(f"/api/v1/jobs/{found['failed']}/cancel").json()["state"] == "cancelled"
        assert client.get(f"/api/v1/jobs/{found['failed']}").json()["cause"] == "cancelled by Writer"
        assert client.get("/api/v1/jobs", params={"state": "done"}).json()["lately"][0]["jobs"] == 3
