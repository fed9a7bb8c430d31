"""The ways in which people work a page: by mouse, by keyboard alone, by thumb on a small screen."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page, expect

How = Literal["mouse", "keyboard", "thumb"]
SIZES: dict[How, tuple[int, int]] = {"mouse": (1366, 768), "keyboard": (1366, 768), "thumb": (360, 740)}
AT_MOST = 300
"""Times that one presses Tab before a control counts as out of reach."""


class Hand:
    """Somebody at a page. By keyboard nothing is touched but keys: a control must be reached with Tab, in its order."""

    def __init__(self, page: Page, how: How) -> None:
        self.page, self.how = page, how
        page.add_init_script("delete window.showOpenFilePicker")  # choose files as browsers without it do

    def press(self, target: Locator) -> None:
        """A link, a button, a box to tick, what opens more."""
        expect(target).to_be_visible()
        expect(target).to_be_enabled()
        if self.how == "keyboard":
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

    def choose(self, target: Locator, words: str) -> None:
        """One of a list, by its words."""
        if self.how == "keyboard":
            self._reach(target)
            self.page.keyboard.type(words)
        else:
            target.select_option(label=words)
        chosen = target.evaluate("list => list.selectedOptions[0].textContent.trim()")
        assert chosen == words

    def attach(self, target: Locator, *files: Path) -> None:
        """Files, through the button that asks for them."""
        with self.page.expect_file_chooser() as chooser:
            self.press(target)
        chooser.value.set_files(files)

    def _reach(self, target: Locator) -> None:
        for _ in range(AT_MOST):
            if target.evaluate("one => one === document.activeElement"):
                shown = "one => one.matches(':focus-visible') && getComputedStyle(one).outlineStyle !== 'none'"
                assert target.evaluate(shown), "where one is can be seen"
                return
            self.page.keyboard.press("Tab")
        message = f"{target} is not reached with Tab"
        raise AssertionError(message)
