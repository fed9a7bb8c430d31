"""What a screen reader is given of a page: Chromium's own accessibility tree, and what is wrong with it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from playwright.sync_api import Page

from web.language import po_file

CONTROLS: Final = frozenset({
    "button", "link", "textbox", "searchbox", "checkbox", "radio", "slider", "spinbutton", "combobox", "listbox",
    "option", "tab", "switch", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem", "scrollbar", "tabpanel",
    "DisclosureTriangle", "PopUpButton", "ToggleButton", "ColorWell", "Date", "InputTime", "progressbar", "meter",
})  # fmt: skip
"""Roles of what one works, or reads a value from, as Chromium has them."""
LANDMARKS: Final = frozenset({"navigation", "complementary", "region", "search", "group", "dialog", "tablist"})
"""Roles of what is gone to, and what holds controls together: which one it is, its name says."""
PICTURES: Final = frozenset({"image", "figure", "Video", "alertdialog"})
ONCE: Final = ("main", "banner", "contentinfo")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
NUMBERED: Final = re.compile(r"\d")
SURE: Final = 5
"""Letters of a sentence of ours from which on it is taken for one of its language."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the tree that is not left out of it. `told`: its further properties, as Chromium names them."""

    role: str
    name: str
    told: dict[str, Any]
    place: int | None
    """What stands for the element in the page; None for what has none."""

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"


class Tree:
    """The accessibility tree of a page as it is now. `own`: names that are people's and videos', of no language."""

    def __init__(self, page: Page, own: Collection[str] = ()) -> None:
        self.own = own
        self._asks = page.context.new_cdp_session(page)
        self.language: str = page.evaluate("document.documentElement.lang")
        self.nodes = tuple(
            Node(
                one["role"]["value"],
                " ".join(one.get("name", {}).get("value", "").split()),
                {given["name"]: given["value"].get("value") for given in one.get("properties", ())},
                one.get("backendDOMNodeId"),
            )
            for one in self._asks.send("Accessibility.getFullAXTree")["nodes"]
            if not one["ignored"]
        )

    def of(self, *roles: str) -> tuple[Node, ...]:
        return tuple(one for one in self.nodes if one.role in roles)

    def faults(self) -> list[str]:
        """What somebody who hears the page would miss in it; empty: nothing."""
        found = [*self._nameless(), *self._sliders(), *self._tabs(), *self._foreign()]
        return found if any(one.told.get("modal") for one in self.of("dialog")) else [*found, *self._outline()]

    def _element(self, node: Node, gives: str) -> Any:
        """What the element of a node (`one`) gives; None where the tree has it from nothing in the page."""
        if node.place is None:
            return None
        found = self._asks.send("DOM.resolveNode", {"backendNodeId": node.place})["object"]["objectId"]
        asked = f"function () {{ const one = this.closest ? this : this.parentElement; return {gives}; }}"
        answer = self._asks.send(
            "Runtime.callFunctionOn", {"objectId": found, "functionDeclaration": asked, "returnByValue": True}
        )
        return answer["result"].get("value")

    def _nameless(self) -> Iterator[str]:
        for one in self.nodes:
            works = one.role in CONTROLS | LANDMARKS | PICTURES or (
                one.told.get("focusable") and one.role not in {"RootWebArea", "main"}
            )
            if not works or WORD.search(one.name):
                continue
            counted = one.role == "option" and (NUMBERED.search(one.name) or one.told.get("disabled"))
            if not counted and not (one.role == "group" and self._element(one, "one.tagName") == "DETAILS"):
                yield f"{one} has no name in words"

    def _sliders(self) -> Iterator[str]:
        for one in self.of("slider"):
            # Chromium hands a screen reader the words of the attribute, and this protocol the number under them
            said = self._element(one, "one.getAttribute('aria-valuetext')")
            if not said or said.replace(".", "").isdigit():
                yield f"{one} does not say in words where it stands"

    def _tabs(self) -> Iterator[str]:
        tabs = self.of("tab")
        if tabs and sum(bool(one.told.get("selected")) for one in tabs) != 1:
            yield f"of {len(tabs)} tabs one is not selected"
        yield from (f"{one} does not say whether it is selected" for one in tabs if "selected" not in one.told)

    def _outline(self) -> Iterator[str]:
        for role in ONCE:
            if len(self.of(role)) != 1:
                yield f"there are {len(self.of(role))} of {role}"
        levels = [int(one.told["level"]) for one in self.of("heading")]
        if levels.count(1) != 1 or levels[0] != 1:
            yield f"headings begin not with the one of the page: {levels}"
        for before, after in pairwise(levels):
            if after > before + 1:
                yield f"a heading of level {after} stands below one of {before}"
        named = [one.name for one in self.of("navigation", "complementary", "region")]
        yield from (f"there are two places “{name}”" for name in sorted(set(named)) if named.count(name) > 1)

    def _foreign(self) -> Iterator[str]:
        for one in self.nodes:
            if one.role not in CONTROLS | LANDMARKS | PICTURES | {"heading", "status"}:
                continue
            if foreign(one.name, self.language) and self._element(one, "one.closest('[lang]').lang") == self.language:
                apart = "[...one.querySelectorAll('[lang]')].map(each => each.textContent.replace(/\\s+/g, ' ').trim())"
                said = one.name
                for words in (*self.own, *self._element(one, apart)):
                    said = said.replace(words, "")
                if wrong := foreign(said, self.language):
                    yield f"{one} says “{wrong}” on a page in {self.language}"


def foreign(said: str, language: str) -> str:
    """The first sentence of ours in `said` that is of the other language; empty where there is none."""
    found = (one.search(said) for one in sentences(language))
    return next((match.group() for match in found if match), "")


@cache
def sentences(language: str) -> Sequence[re.Pattern[str]]:
    """What pages say in the other language than this one, where the two say it in other words."""
    pairs: list[tuple[str, str]] = []
    for message in po_file("fr"):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        pairs += [(str(english), str(french)) for english, french in zip(ids, strings, strict=False)]
    wrong = [english if language == "fr" else french for english, french in pairs if english.lower() != french.lower()]
    right = {french.lower() if language == "fr" else english.lower() for english, french in pairs}
    found = []
    for one in wrong:
        parts = re.split(r"%\(\w+\)[sd]", one)
        sure = max(parts, key=len).strip()
        if sum(letter.isalpha() for letter in sure) >= SURE and not any(sure.lower() in good for good in right):
            found.append(re.compile(rf"(?<!\w){re.escape(sure)}(?!\w)", re.IGNORECASE))
    return found
