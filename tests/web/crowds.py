"""A studio's web app in a process of its own, that can be killed, and a crowd of people who use it at once."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Catalogue
from storage.catalogue.entry import sign_in
from storage.catalogue.people import add_person, give_role
from storage.catalogue.terms import PersonId
from storage.folder_store import FolderStore
from tests.stack.running import COMMAND, ENVIRONMENT, LONGEST, ROOT
from tests.stack.studio import Studio
from web.visitor import COOKIE, csrf_of
from workers.servers import free_ports


@dataclass
class Crowd:
    """A draft that many people may write notes on; `secrets` are what keeps each of them signed in."""

    url: str
    catalogue: Catalogue
    draft: Drafted
    people: list[PersonId]
    secrets: list[str]
    data: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def begin(self) -> None:
        """Starts the server; it answers when this is back."""
        command = [*COMMAND, "serve", "--port", self.url.rpartition(":")[2], "--quiet"]
        env = ENVIRONMENT | {"RUSHES_DATA": str(self.data)}
        with (self.data / "said").open("ab") as out:
            self.process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
        ends = time.monotonic() + LONGEST
        while time.monotonic() < ends:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            assert self.process.poll() is None, (self.data / "said").read_text("utf-8")
            time.sleep(0.1)
        message = "the server does not answer"
        raise AssertionError(message)

    def kill(self) -> None:
        """Kills it as a machine that falls over would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def spent(self) -> float:
        """The CPU that the server has taken since it began, in milliseconds."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def client(self, number: int) -> httpx.Client:
        """The browser of one of them."""
        made = httpx.Client(base_url=self.url, headers={"Accept-Language": "en"}, timeout=30)
        made.cookies.set(COOKIE, self.secrets[number])
        made.headers["X-CSRF-Token"] = csrf_of(self.secrets[number])
        return made

    @contextlib.contextmanager
    def browsing(self, chromium: Browser, number: int) -> Iterator[Page]:
        """A page of one of them. At its end: no fault of its own; that the server was not there is none."""
        context = chromium.new_context(base_url=self.url, locale="en", viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": COOKIE, "value": self.secrets[number], "url": self.url}])
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        context.close()
        assert faults == [], faults


def spoken(studio: Studio, _: FolderStore) -> Drafted:
    """A draft of one line, without a film."""
    studio.write("Voici les données, et tout ce qu'elles disent.")
    return studio.draft()


@contextlib.contextmanager
def crowd(folder: Path, people: int, drafted: Callable[[Studio, FolderStore], Drafted] = spoken) -> Iterator[Crowd]:
    """A server with a draft, and so many reviewers."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.db'}")
    catalogue.upgrade()
    studio = Studio(catalogue)
    secrets: list[str] = []
    they: list[PersonId] = []
    with catalogue.writing() as tx:
        for number in range(people):
            person = add_person(tx, f"Reviewer {number}", f"reviewer{number}@example.org", language="en")
            they.append(person)
            give_role(tx, person, studio.course, "reviewer")
            secrets.append(sign_in(tx, person, "browser", timedelta(days=1)))
    draft = drafted(studio, FolderStore(folder / "objects"))
    made = Crowd(f"http://127.0.0.1:{free_ports(1)[0]}", catalogue, draft, they, secrets, folder)
    made.begin()
    try:
        yield made
    finally:
        made.kill()
        catalogue.close()
