"""What a screen reader is given of the review room, and of the pages around it: every control has its name."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.sharing import revoke
from tests.web.browsing import browsing
from tests.web.reviewing import CAPTIONS, ONE, THREE, TWO, filmed
from tests.web.serving import PASSWORD, Served
from tests.web.sharing import Lent
from tests.web.test_notes import STROKES, api, wrote
from tests.web.tree import Tree, foreign

ROOM = "/videos/C1/V1/drafts"
LANGUAGES = ("fr", "en")
OWN = ("Director", "Writer", "Reviewer", "Motion", "Admin", "Une autre")
"""Names of people and a title, which are words of ours as well."""
SHOWN = "[show orbite for 1s] "


@pytest.fixture
def reviewed(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> Served:
    """Two drafts with notes of two people: answered, drawn, with a file, settled, and one whose words are gone."""
    site.studio.asset("orbite")
    files = {"captions_vtt": CAPTIONS, "captions_srt": b"1\n", "transcript_txt": b"Voici."}
    first = filmed(site, ffmpeg, tmp_path, SHOWN + ONE, TWO, THREE, **files)
    with api(site, "admin") as admin, api(site, "reviewer") as reviewer:
        given = {"drawing": STROKES, "mentions": [str(site.person("director"))], "blocks": True}
        note = wrote(admin, first, start=20, stop=60, text="Plus calme ici.", **given)
        at = f"/api/v1/notes/{note['id']}"
        reviewer.post(f"{at}/answers", json={"text": "D'accord, on la refait."}).raise_for_status()
        admin.post(f"{at}/answers", json={"text": "Merci."}).raise_for_status()
        admin.post(f"{at}/files?name=mesures.csv", content=b"a,b").raise_for_status()
        lines = admin.get(f"/api/v1/drafts/{first.id}/verdicts").json()["lines"]
        gone = wrote(reviewer, first, start=lines[2]["start"] + 3, text="La fin traîne.", internal=True)
        done = wrote(reviewer, first, start=2, text="Le point est net.")
        assert gone["id"] != done["id"]
        reviewer.put(f"/api/v1/notes/{done['id']}/state", json={"state": "resolved"}).raise_for_status()
        asks = {"decision": "change", "line": lines[1]["line"], "comment": "Autre prise"}
        reviewer.post(f"/api/v1/drafts/{first.id}/verdicts", json=asks).raise_for_status()
    filmed(site, ffmpeg, tmp_path, TWO, SHOWN + ONE, **files)
    return site


def names_all(page: Page, state: str, wanted: tuple[str, ...] = ()) -> Tree:
    """Nothing is wrong with the tree of a page, and it holds all these roles; `state` says which it is."""
    tree = Tree(page, OWN)
    assert tree.faults() == [], state
    there = {one.role for one in tree.nodes}
    assert there >= set(wanted), f"{state}: {set(wanted) - there}"
    return tree


def stands(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('r-player')?.frame >= 0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_room_names_every_control_in_every_state(reviewed: Served, chromium: Browser, language: str) -> None:
    with (
        browsing(chromium, reviewed, "admin", language=language) as page,
        browsing(chromium, reviewed, "director", language=language) as other,
    ):
        page.goto(f"{ROOM}/2")
        stands(page)
        tree = names_all(page, "script", ("slider", "tab", "tabpanel", "link", "combobox", "Video", "complementary"))
        assert [one.told["selected"] for one in tree.of("tab")] == [True, False, False, False, False]
        page.locator("#notes-tab").click()
        expect(page.locator("[data-note]")).to_have_count(3)
        names_all(page, "notes", ("textbox", "checkbox", "DisclosureTriangle", "image"))
        for more in page.locator(".does summary").all():
            more.click()
        for part in (".orphan video", "[name=casting]", "[name=owner]", "[name=attached]", ".answers .button"):
            expect(page.locator(part).first).to_be_visible()
        names_all(page, "notes open")
        page.keyboard.press("d")
        page.locator("#note-text").fill("Ici")
        page.locator("#note-mention").select_option(index=1)
        page.locator("[name=blocks]").first.check()
        names_all(page, "drawing")
        page.locator("[data-draws]").click()
        page.locator("#decision-tab").click()
        for more in page.locator(".decides summary").all():
            more.click()
        names_all(page, "decision", ("textbox",))
        page.locator("#changes-tab").click()
        expect(page.locator("#changed")).to_be_visible()
        names_all(page, "changes")
        page.locator("[data-only-act=play]").click()
        names_all(page, "only what changed")
        page.keyboard.press("k")
        page.locator("#out-tab").click()
        expect(page.locator("#out-all, #out .takes-home").first).to_be_visible()
        names_all(page, "take home")
        for act in ("in", "loop", "captions", "mute"):
            page.locator(f"[data-act={act}]").click()
        assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"
        page.locator("[data-act=play]").click()
        names_all(page, "playing a range, captions, no sound")
        page.locator("[data-act=play]").click()
        for key, role in (("g", "textbox"), ("?", "checkbox")):
            page.keyboard.press(key)
            names_all(page, f"the dialog of {key}", ("dialog", role))
            page.keyboard.press("Escape")
        other.goto(f"{ROOM}/2")
        expect(page.locator("#together li")).to_have_count(2)
        page.locator("[data-lead]").click()
        expect(page.locator("[data-says]")).not_to_be_empty()
        names_all(page, "leading")
        other.locator("[data-follow]").click()
        other.locator("#notes-tab").click()
        page.locator("#notes-tab").click()
        page.locator("#note-text").press_sequentially("Encore")
        expect(other.locator("#written li")).to_have_count(1)
        names_all(other, "following")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_and_the_trial_name_every_control(reviewed: Served, chromium: Browser, language: str) -> None:
    with browsing(chromium, reviewed, "reviewer", language=language) as page:
        page.goto(f"{ROOM}/2/against/1")
        stands(page)
        for mode in ("side", "wipe", "difference", "onion"):
            page.locator(f"[data-mode={mode}]").last.click()
            names_all(page, mode, ("slider", "button", "combobox"))
        page.keyboard.press("?")
        names_all(page, "keys of the comparison", ("dialog",))
        page.goto("/diagnostics/player")
        names_all(page, "the trial", ("button", "progressbar"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guests_pages_name_every_control(reviewed: Served, chromium: Browser, tmp_path: Path, language: str) -> None:
    with reviewed.catalogue.reading() as tx:
        drafted = draft_numbered(tx, reviewed.studio.video, 2)
    lent = Lent(reviewed, tmp_path, [drafted])
    _, locked = lent.share(rights="approve", password=PASSWORD, watermark=True, downloads=True)
    over, ended = lent.share()
    _, open_to_all = lent.share(rights="approve")
    with reviewed.catalogue.writing() as tx:
        revoke(tx, over)
    lent.another_video()
    link, whole = lent.share((reviewed.studio.course, None, None), rights="comment")
    with browsing(chromium, reviewed, language=language) as page:
        page.goto(f"/r/{locked}")
        names_all(page, "password", ("textbox", "button"))
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ROOM}/2")
        stands(page)
        for tab in page.locator("[role=tab]").all():
            tab.click()
            names_all(page, f"a guest's {tab.text_content()}", ("tab",))
        page.evaluate("document.getElementById('guest-name').showModal()")
        names_all(page, "a guest's name", ("dialog", "textbox"))
        page.goto(f"/r/{whole}")
        page.wait_for_url(f"**/shared/{link}")
        names_all(page, "what is shared", ("link",))
    with browsing(chromium, reviewed, language=language, refused=404) as page:
        page.goto(f"/r/{ended}")
        names_all(page, "a link that is over")
    with browsing(chromium, reviewed, language=language, refused=409) as page:
        page.goto(f"/r/{open_to_all}")
        page.evaluate("document.querySelector('.decides form').submit()")  # as without JavaScript
        page.wait_for_url("**/verdicts")
        names_all(page, "a name of one's own", ("textbox",))
        page.locator("#name").fill("Anne Martin")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ROOM}/2")
    with browsing(chromium, reviewed, "director", language=language) as page:
        page.goto("/courses/C1/links?video=V1&draft=2")
        page.locator("#label").fill("Le client")
        page.locator(".form .next").click()
        expect(page.locator("#link")).to_be_visible()
        for more in page.locator("details summary").all():
            more.click()
        names_all(page, "links", ("combobox", "checkbox"))


BROKEN = {
    "a button that is an icon": ("<button><svg aria-hidden=true></svg></button>", "button “” has no name in words"),
    "a button of one key": ("<button>K</button>", "button “K” has no name in words"),
    "a bare slider": ("<input type=range aria-label=Loudness>", "slider “Loudness” does not say in words"),
    "another language": ("<button>Envoyer la remarque</button>", "on a page in en"),
    "a picture without words": ("<img src=data:,>", "has no name in words"),
    "a heading too deep": ("<h5>Deep</h5>", "a heading of level 5 stands below one of"),
    "two places of a name": ("<nav aria-label=Main></nav>", "there are two places “Main”"),
    "a tab that says nothing": ("<div role=tablist aria-label=Tabs><button role=tab>Words</button></div>", "tab"),
}


def test_a_page_with_any_of_these_faults_is_found_out(site: Served, chromium: Browser) -> None:
    with browsing(chromium, site, "reviewer", language="en") as page:
        page.goto("/")
        assert Tree(page).faults() == []
        for what, (markup, said) in BROKEN.items():
            page.evaluate("markup => document.querySelector('main').insertAdjacentHTML('beforeend', markup)", markup)
            faults = Tree(page).faults()
            assert any(said in one for one in faults), f"{what}: {faults}"
            page.evaluate("document.querySelector('main').lastElementChild.remove()")
    assert foreign("Envoyer la remarque", "en")
    assert not foreign("Envoyer la remarque", "fr")
