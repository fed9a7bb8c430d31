"""Help: what each kind of people does here, and a guide for each."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from starlette.responses import Response

from pipeline.words import french_spaces
from web.desk import Language
from web.language import N_, language_of
from web.paper import page
from web.problems import not_here
from web.rules import ANYONE, may

router = APIRouter(include_in_schema=False)
GUIDES: Final = {
    "director": N_("You film"),
    "motion": N_("You animate"),
    "writer": N_("You write"),
    "reviewer": N_("You review"),
}
"""The guides there are, the files of `web/guides`, one a language; and what they are called."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as HTML, and its title, as in `GUIDES`.

    What stands in it in italics is written on the pages it tells of, in the same words.
    """

    title: str
    body: Markup


@router.get("/help", dependencies=[may(ANYONE)])
def help_page(request: Request) -> Response:
    """The page."""
    return page(request, "help.html", {"guides": GUIDES.items()})


@router.get("/help/{name}", dependencies=[may(ANYONE)])
def guide_page(request: Request, name: str) -> Response:
    """One guide."""
    if name not in GUIDES:
        raise not_here()
    return page(request, "guide.html", {"guide": guide(name, language_of(request))})


@cache
def guide(name: str, language: Language) -> Guide:
    """The guide of that name."""
    title, _, text = written(name, language).removeprefix("# ").partition("\n")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    if language == "fr":
        _spaced(tokens)
    return Guide(title, Markup(reader.renderer.render(tokens, reader.options, {})))  # noqa: S704 (a file of ours)


def written(name: str, language: Language) -> str:
    """The guide as it was written, in Markdown."""
    return (resources.files("web") / "guides" / f"{name}.{language}.md").read_text("utf-8")


def _spaced(tokens: list[Token]) -> None:
    for token in tokens:
        if token.type == "text":
            token.content = french_spaces(token.content)
        _spaced(token.children or [])
