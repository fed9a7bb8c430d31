"""The guides of the help: the same in both languages, and what they name stands on the pages, in the same words."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from pipeline.words import french_spaces
from tests.web.browsing import LOOKS, browsing, in_nobodys_way
from tests.web.serving import Served
from web.desk import LANGUAGES, Language
from web.language import sentences
from web.pages.guide import GUIDES, guide, written

EMPHASISED = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


def said_on_pages(language: Language) -> set[str]:
    """Every sentence that pages may say."""
    known = sentences(language).known
    forms = [form for said in known.values() for form in ([said] if isinstance(said, str) else said)]
    return {*forms, *(known if language == "en" else ())}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_names_is_called_so_on_the_pages(name: str, language: Language) -> None:
    named = [french_spaces(one) if language == "fr" else one for one in EMPHASISED.findall(written(name, language))]
    assert len(named) >= 5
    assert [one for one in named if one not in said_on_pages(language)] == []


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_the_same_in_both_languages(name: str) -> None:
    def shape(language: Language) -> list[str]:
        tokens = MarkdownIt("commonmark").enable("table").parse(written(name, language))
        return [token.type for token in tokens]

    assert shape("fr") == shape("en")
    for language in LANGUAGES:
        assert guide(name, language).title == sentences(language).gettext(GUIDES[name])


def test_guides_are_read_by_anyone_and_stand_in_nobodys_way(site: Served, chromium: Browser, tmp_path: Path) -> None:
    (spoken, dark, size), *_ = LOOKS
    with browsing(chromium, site, None, language=spoken, dark=dark, size=size) as page:
        page.goto("/help")
        links = page.locator(".guides a")
        titles = links.all_inner_texts()
        assert len(titles) == len(GUIDES)
        for name, title in zip(GUIDES, titles, strict=True):
            page.goto("/help")
            links.filter(has_text=title).click()
            page.wait_for_url(f"**/help/{name}")
            assert page.get_by_role("heading", level=1).inner_text() == title
            in_nobodys_way(page, tmp_path, f"guide-{name}")
    with site.client() as client:
        assert client.get("/help/nothing").status_code == 404
