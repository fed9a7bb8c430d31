"""What pages say: whole in both languages, from one catalogue, with French spacing; nothing is said past it."""

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser

from pipeline.words import french_spaces
from scripts.words import FRENCH, extracted, renewed
from tests.web.browsing import WIDE, browsing
from tests.web.serving import Served
from web import language
from web.language import Sentences, sentences
from web.paper import environment

PLACE = re.compile(r"%\((\w+)\)[sd]")


def test_the_catalogue_holds_what_the_code_says_and_nothing_else() -> None:
    kept = FRENCH.read_bytes()
    assert renewed(read_po(io.BytesIO(kept), locale="fr"), extracted()) == kept, "run make words"


def test_every_message_is_french_and_keeps_its_places() -> None:
    for message in read_po(io.BytesIO(FRENCH.read_bytes()), locale="fr"):
        if message.id:
            forms = [message.string] if isinstance(message.string, str) else list(message.string)[:2]
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            assert all(forms), f"not translated: {message.id}"
            assert not message.fuzzy
            for form in forms:
                assert set(PLACE.findall(form)) == set(PLACE.findall(ids[-1])), message.id
                assert "'" not in form, f"a typewriter's apostrophe: {form}"


def test_french_is_spaced_as_french_is() -> None:
    for said in sentences("fr").known.values():
        for form in (said,) if isinstance(said, str) else said:
            assert french_spaces(form) == form


def test_plurals_count_as_each_language_does() -> None:
    for spoken, wanted in (("fr", ["un", "un", "des"]), ("en", ["des", "un", "des"])):
        said = Sentences("fr" if spoken == "fr" else "en", {"one": ("un", "des")}, {})
        assert [said.ngettext("one", "many", n) for n in (0, 1, 2)] == wanted


ACCEPTED = (("en-GB,en;q=0.8", "en"), ("fr-CA", "fr"), ("de,en;q=0.5", "en"), ("", "fr"), ("xx;;,", "fr"))


@pytest.mark.parametrize(("accepted", "spoken"), ACCEPTED)
def test_a_stranger_is_spoken_to_as_their_browser_asks(site: Served, accepted: str, spoken: str) -> None:
    with site.client() as client:
        answer = client.get("/sign-in", headers={"Accept-Language": accepted})
        assert f'<html lang="{spoken}"' in answer.text


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every message becomes `⟦…~~~⟧`, 40 % longer."""
    said = Sentences("en", {name: _longer(said) for name, said in sentences("en").known.items()}, {})
    monkeypatch.setattr(language, "sentences", lambda _: said)
    environment.cache_clear()
    yield
    environment.cache_clear()


def test_a_longer_language_still_fits_and_nothing_is_said_past_the_catalogue(
    site: Served, chromium: Browser, pseudo: None
) -> None:
    with browsing(chromium, site, "studio", language="en", size=(360, 640), refused=404) as page:
        for path in PAGES:
            page.goto(path)
            said = page.evaluate(TEXTS)
            past = [one for one in said if not one.startswith("⟦") and one not in OWN]
            assert past == [], f"{path}: {past}"
            wide = page.evaluate(WIDE, 360)
            assert wide == [], f"{path} is wider than the screen: {wide}"


OWN = {"Rushes", "Français", "English", "Studio", "?", "C1", "V1", "C1/V1", "C1 · La donnée", "La donnée", "Collecter"}
OWN |= {"course", "interview", "Director", "Motion", "Reviewer", "Writer", "Admin"}
"""Names, of a language, a program or of what a studio calls its own, which no language changes."""
PAGES = ("/", "/sign-in", "/help", "/people", "/me", "/no-such-page")
TEXTS = """[...document.querySelectorAll('a,button,h1,h2,label,th,p,option,legend,summary')]
    .flatMap(one => [...one.childNodes].filter(node => node.nodeType === 3))
    .concat([...document.querySelectorAll('button>span,a>span')].flatMap(one => [...one.childNodes]))
    .map(node => node.textContent.trim()).filter(text => text)"""


def _longer(said: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(said, tuple):
        return tuple(str(_longer(one)) for one in said)
    return f"⟦{said}{' ~~~~' * (len(said) * 2 // 25 + 1)}⟧"


def test_more_than_one_is_said_in_both_languages() -> None:
    """Babel writes a third form of French, which nobody fills: it is never said."""
    for spoken in ("fr", "en"):
        said = sentences(spoken)
        for message in language.po_file("fr"):
            if isinstance(message.id, tuple):
                for many in (0, 1, 2, 5, 1_000_000):
                    assert said.ngettext(*message.id, many), f"{spoken}: {message.id} for {many}"
