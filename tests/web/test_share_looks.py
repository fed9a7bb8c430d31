"""What guests of share links see, in a real browser: every state for everyone, a phone, the name over the picture."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from storage.catalogue.sharing import revoke
from storage.catalogue.visits import shared_links
from tests.web.browsing import Look, browsing, in_nobodys_way
from tests.web.hands import Hand
from tests.web.patterns import patterned
from tests.web.serving import PASSWORD, Served
from tests.web.sharing import Lent
from web.patterns import PATTERNS

ODD = "a':%{eif\\:1},[x] <b>&amp;"
PATTERN = next(one for one in PATTERNS if one.name == "25")
ROOM = "/videos/C1/V1/drafts/1"
TWO: tuple[Look, ...] = (("fr", True, (360, 640)), ("en", False, (1366, 768)))
"""Both languages, lights and sizes, in two looks: the pages around the room are plain ones."""
NAMES = """([to, csrf, name]) => fetch(to, { method: "POST", body: new URLSearchParams({ csrf, name }) })"""


@pytest.fixture
def filmed(site: Served, course: Style, ffmpeg: Ffmpeg, tmp_path: Path) -> Lent:
    """A studio with a draft that plays."""
    return Lent(site, tmp_path, [patterned(site, PATTERN, course, ffmpeg, tmp_path / "made")])


def ready(page: Page) -> None:
    """The film shows a frame that the browser confirmed."""
    page.wait_for_function("() => document.querySelector('r-player')?.frame >= 0")


@pytest.mark.parametrize("look", TWO, ids=["fr-dark", "en-light"])
def test_nothing_stands_in_a_guests_way(filmed: Lent, chromium: Browser, tmp_path: Path, look: Look) -> None:
    spoken, dark, size = look
    site, tail = filmed.site, f"{spoken}-{'dark' if dark else 'light'}-{size[0]}"
    _, locked = filmed.share(rights="approve", password=PASSWORD, watermark=True, downloads=True, label="Anne, client")
    over, ended = filmed.share()
    with site.catalogue.writing() as tx:
        revoke(tx, over)
    filmed.another_video()
    everything, whole = filmed.share((site.studio.course, None, None), rights="comment")
    with browsing(chromium, site, language=spoken, dark=dark, size=size) as page:
        page.goto(f"/r/{locked}")
        in_nobodys_way(page, tmp_path, f"share-password-{tail}")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ROOM}")
        ready(page)
        in_nobodys_way(page, tmp_path, f"share-room-{tail}")
        page.evaluate("document.getElementById('guest-name').showModal()")
        in_nobodys_way(page, tmp_path, f"share-name-{tail}")
        page.goto(f"/r/{whole}")
        page.wait_for_url(f"**/shared/{everything}")
        in_nobodys_way(page, tmp_path, f"share-course-{tail}")
    with browsing(chromium, site, language=spoken, dark=dark, size=size, refused=404) as page:
        for token, name in ((ended, "over"), ("nobody", "unknown")):
            page.goto(f"/r/{token}")
            in_nobodys_way(page, tmp_path, f"share-{name}-{tail}")
    with browsing(chromium, site, language=spoken, dark=dark, size=size, refused=422) as page:
        page.goto(f"/r/{locked}")
        page.locator("#password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        in_nobodys_way(page, tmp_path, f"share-wrong-{tail}")
    with browsing(chromium, site, "director", language=spoken, dark=dark, size=size) as page:
        page.goto("/courses/C1/links?video=V1&draft=1")
        page.locator("#label").fill("Le client")
        page.locator(".form .next").click()
        expect(page.locator("#link")).to_be_visible()
        page.locator("details").first.locator("summary").click()
        in_nobodys_way(page, tmp_path, f"share-links-{tail}")


def test_the_name_over_the_picture_is_what_was_given_and_nothing_else(filmed: Lent, chromium: Browser) -> None:
    link, token = filmed.share(rights="comment", watermark=True)
    with browsing(chromium, filmed.site, language="en") as page:
        page.goto(f"/r/{token}")
        expect(page.locator(".watermark text")).to_have_count(3)
        secret = page.locator("meta[name=csrf]").get_attribute("content")
        page.evaluate(NAMES, [f"/shared/{link}/name", secret, ODD])
        page.goto(ROOM)
        ready(page)
        for one in page.locator(".watermark text").all():
            assert (one.text_content() or "").startswith(f"{ODD} · 20")
        assert page.locator(".watermark *:not(text)").count() == 0
        film, mark = page.locator("video").bounding_box(), page.locator(".watermark").bounding_box()
        assert film == mark, "it lies on the picture"
        page.evaluate("document.querySelector('.theatre').requestFullscreen()")
        page.wait_for_function("() => document.fullscreenElement")
        assert page.locator(".watermark").bounding_box() == page.locator("video").bounding_box()
        assert (page.locator(".watermark").bounding_box() or {"width": 0})["width"] > 1000
        assert page.locator("video").evaluate("film => film.disablePictureInPicture")
        expect(page.locator("[data-act=apart]")).to_be_hidden()


def test_no_name_stands_over_the_picture_where_none_is_wanted(filmed: Lent, chromium: Browser) -> None:
    _, token = filmed.share(rights="comment")
    with browsing(chromium, filmed.site) as page:
        page.goto(f"/r/{token}")
        expect(page.locator(".watermark")).to_have_count(0)
    _, marked = filmed.share(watermark=True)
    with browsing(chromium, filmed.site, "reviewer") as page:
        page.goto(f"/r/{marked}")
        expect(page.locator(".watermark")).to_have_count(0)


def test_a_guest_by_thumb_is_asked_for_a_name_at_the_first_thing_they_send(
    filmed: Lent, chromium: Browser, tmp_path: Path
) -> None:
    _, token = filmed.share(rights="approve", watermark=True, label="Anne")
    with browsing(chromium, filmed.site, language="en", size=(360, 740), touch=True) as page:
        hand = Hand(page, "thumb")
        page.goto(f"/r/{token}")
        page.wait_for_url(f"**{ROOM}")
        ready(page)
        expect(page.locator("nav[aria-label='Main']")).to_have_count(0)
        hand.press(page.get_by_role("button", name="Play", exact=True))
        page.wait_for_function("() => document.querySelector('r-player').frame > 3")
        hand.press(page.get_by_role("button", name="Play", exact=True))
        asked = page.locator("#guest-name")
        hand.press(page.get_by_role("tab", name="Notes"))
        hand.write(page.get_by_label("Your note"), "Too fast here")
        expect(asked).to_be_hidden()
        hand.press(page.get_by_role("button", name="Send the note"))
        expect(asked).to_be_visible()
        hand.write(asked.get_by_label("Name"), "Anne Martin")
        hand.press(asked.get_by_role("button", name="Keep it, and send"))
        expect(page.locator("#notes-list")).to_contain_text("Too fast here")
        expect(page.locator("#notes-list")).to_contain_text("Anne Martin")
        hand.press(page.get_by_role("tab", name="Decision"))
        hand.press(page.get_by_role("button", name="Approve: draft 1"))
        expect(page.locator("#verdicts")).to_contain_text("Anne Martin approved")
        page.reload()
        expect(page.locator(".watermark text").first).to_contain_text("Anne Martin · ")
        expect(page.locator("#guest-name")).to_have_count(0)
        in_nobodys_way(page, tmp_path, "share-decided-en-360")
    with filmed.site.catalogue.reading() as tx:
        (visit,) = shared_links(tx, filmed.site.studio.course)[0].visits
        assert (visit.name, visit.notes, visit.decided) == ("Anne Martin", 1, 1)


def test_a_comparison_has_the_name_on_both_pictures(filmed: Lent, chromium: Browser) -> None:
    _, token = filmed.share((None, filmed.site.studio.video, None), watermark=True, label="Anne")
    with browsing(chromium, filmed.site, language="en") as page:
        page.goto(f"/r/{token}")
        page.goto(f"{ROOM}/against/1")
        expect(page.locator(".watermark")).to_have_count(2)
        assert page.locator("video").evaluate_all("films => films.every(film => film.disablePictureInPicture)")
