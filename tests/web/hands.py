"""The ways in which people work a page: by mouse, by keyboard alone, by thumb on a small screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page, expect

How = Literal["mouse", "keyboard", "thumb"]
SIZES: dict[How, tuple[int, int]] = {"mouse": (1366, 768), "keyboard": (1366, 768), "thumb": (360, 740)}
AT_MOST = 300
"""Times that one presses Tab before a control counts as out of reach."""
Point = tuple[float, float]
"""A place on the screen, from its left upper corner, in CSS pixels."""


def fingers(page: Page, *paths: Sequence[Point]) -> None:
    """Fingers go down together where their paths begin, along them, and are lifted at their ends.

    These are touches as the screen of a phone makes them: the browser decides what they scroll, and what they point at.
    """
    hand = page.context.new_cdp_session(page)

    def touched(kind: str, places: Sequence[Point]) -> None:
        at = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    first, *further = zip(*paths, strict=True)
    touched("touchStart", first)
    for places in further:
        touched("touchMove", places)
    page.wait_for_timeout(
        150
    )  # they come to rest: of fingers lifted in full run the next tap only stops what they flung
    touched("touchMove", [path[-1] for path in paths])
    touched("touchEnd", ())


class Hand:
    """Somebody at a page. By keyboard nothing is touched but keys: a control must be reached with Tab, in its order."""

    def __init__(self, page: Page, how: How) -> None:
        self.page, self.how = page, how
        page.add_init_script("delete window.showOpenFilePicker")  # choose files as browsers without it do

    def press(self, target: Locator) -> None:
        """A link, a button, a box to tick, what opens more."""
        expect(target).to_be_visible()
        expect(target).to_be_enabled()
        if self.how == "keyboard" and target.get_attribute("role") == "tab":
            self._turn_to(target)
        elif self.how == "keyboard":
            self._reach(target)
            self.page.keyboard.press("Space" if target.get_attribute("type") in {"checkbox", "radio"} else "Enter")
        elif self.how == "thumb":
            target.tap()
        else:
            target.click()

    def write(self, target: Locator, text: str) -> None:
        """Into a field, in place of what is there."""
        if self.how == "keyboard":
            self._reach(target)
        else:
            self.press(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, words: str, *, stays: bool = True) -> None:
        """One of a list, by its words. `stays`: it is shown then; else it is taken at once, with keys by Enter."""
        if self.how == "keyboard":
            self._reach(target)
            self.page.keyboard.type(words)
        else:
            target.select_option(label=words)
        if not stays:
            if self.how == "keyboard":
                self.page.keyboard.press("Enter")
            return
        chosen = target.evaluate("list => list.selectedOptions[0].textContent.trim()")
        assert chosen == words

    def attach(self, target: Locator, *files: Path) -> None:
        """Files, through the button that asks for them."""
        with self.page.expect_file_chooser() as chooser:
            self.press(target)
        chooser.value.set_files(files)

    def draw(self, sheet: Locator) -> None:
        """A stroke over the middle of a sheet, to the right and down."""
        if self.how == "keyboard":
            self._reach(sheet)
            for key in ("Space", *["ArrowRight"] * 5, *["ArrowDown"] * 5, "Space", "Escape"):
                self.page.keyboard.press(key)
            return
        box = sheet.bounding_box()
        assert box is not None
        path = [(box["x"] + box["width"] * share, box["y"] + box["height"] * share) for share in (0.5, 0.55, 0.6)]
        if self.how == "thumb":
            fingers(self.page, path)
            return
        self.page.mouse.move(*path[0])
        self.page.mouse.down()
        for place in path[1:]:
            self.page.mouse.move(*place)
        self.page.mouse.up()

    def _turn_to(self, tab: Locator) -> None:
        """Tab leads to the one of some tabs that is chosen, and arrows from there to the others."""
        self._reach(self.page.locator("[role=tab][aria-selected=true]"))
        for _ in range(self.page.get_by_role("tab").count()):
            if tab.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("ArrowRight")
        message = f"{tab} is not reached with arrows"
        raise AssertionError(message)

    def _reach(self, target: Locator) -> None:
        for _ in range(AT_MOST):
            if target.evaluate("one => one === document.activeElement"):
                shown = "one => one.matches(':focus-visible') && getComputedStyle(one).outlineStyle !== 'none'"
                assert target.evaluate(shown), "where one is can be seen"
                return
            self.page.keyboard.press("Tab")
        message = f"{target} is not reached with Tab"
        raise AssertionError(message)
