"""The app of a small studio, served; and a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from storage.catalogue.engine import Catalogue
from tests.stack.conftest import databases, postgres  # noqa: F401 (fixtures)
from tests.stack.databases import Databases
from tests.stack.running import cannot
from tests.web.browsing import CHROMIUM
from tests.web.serving import Served, served
from tests.web.sharing import Lent


@pytest.fixture
def site(databases: Databases, tmp_path: Path) -> Iterator[Served]:  # noqa: F811
    """A studio's app over SQLite and a folder."""
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, tmp_path) as found:
            yield found
        catalogue.close()


@pytest.fixture
def lent(site: Served, tmp_path: Path) -> Lent:
    """The same, with a draft to share."""
    return Lent(site, tmp_path)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, where it has one."""
    if not CHROMIUM.exists():
        cannot("Chromium: not installed here; on Debian: apt-get install --no-install-recommends chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
