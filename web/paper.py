"""Pages, drawn from templates in the reader's language."""

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from web import language as languages
from web.desk import LANGUAGES, Language
from web.language import N_
from web.statics import static
from web.visitor import Visitor, desk_of

FLASH = "flash"
FLASHES: Final = {
    "saved": N_("Saved."),
    "proposed": N_("It is proposed; the writer is told."),
    "draft-asked": N_("The draft is asked for."),
    "webhook-sent": N_("It is on its way: look again in a moment."),
    "job-again": N_("It is done again."),
    "job-cancelled": N_("It is given up."),
    "signed-out": N_("You are signed out."),
    "named": N_("Your name is kept for this link, in this browser."),
    "password": N_("The password is changed; everywhere else you are signed out."),
}
"""What a page says once about what was just done, by its code."""


@cache
def svg(name: str) -> Markup:
    """The drawing of an icon: read once, for a page of notes has a thousand."""
    return Markup(files("web").joinpath("templates", "icons", f"{name}.svg").read_text("utf-8"))  # noqa: S704 (it is ours)


@cache
def environment(language: Language) -> Environment:
    """Where the templates of a language are drawn."""
    said = languages.sentences(language)
    loader = PackageLoader("web", "templates")
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    env.trim_blocks = env.lstrip_blocks = True
    env.install_gettext_callables(said.gettext, said.ngettext, newstyle=True)  # type: ignore[reportAttributeAccessIssue] (the extension adds it)
    shared: dict[str, Any] = env.globals  # type: ignore[reportUnknownMemberType] (Jinja leaves it open)
    shared |= {"static": static, "language": language, "languages": LANGUAGES, "t_js": dict(said.script)}
    shared |= {
        "svg": svg,
        "bulk": partial(languages.bulk, language=language),
        "lasting": partial(languages.lasting, language=language),
    }
    return env


def page(request: Request, name: str, values: Mapping[str, Any] | None = None, status: int = 200) -> HTMLResponse:
    """The page or fragment of a template below `pages/`."""
    answer = HTMLResponse(drawn(request, f"pages/{name}", values), status)
    if FLASH in request.cookies:
        answer.delete_cookie(FLASH)
    return answer


def onwards(address: str, flash: str = "") -> RedirectResponse:
    """To another page after a change, which then says what was done (a code of `FLASHES`)."""
    answer = RedirectResponse(address, 303)
    if flash:
        answer.set_cookie(FLASH, flash, max_age=60, httponly=True, samesite="lax")
    return answer


def inside(address: str, otherwise: str = "/") -> str:
    """An address that a form says to go on to, where it is one of ours: none that leads off the site."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else otherwise


def drawn(request: Request, name: str, values: Mapping[str, Any] | None = None) -> Markup:
    """A template filled in for whoever asks."""
    language = languages.language_of(request)
    visitor: Visitor = getattr(request.state, "visitor", Visitor())
    common: dict[str, Any] = {
        "person": visitor.person,
        "visitor": visitor,
        "csrf": visitor.csrf,
        "live": "/events" if visitor.person is not None else "",
        "here": request.url.path,
        "say": desk_of(request).words[language].say,
        "flash": [("done", FLASHES[code])] if (code := request.cookies.get(FLASH, "")) in FLASHES else [],
    }
    return Markup(environment(language).get_template(name).render({**common, **(values or {})}))  # noqa: S704 (the template escapes)
