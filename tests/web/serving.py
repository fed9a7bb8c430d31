"""A studio's web app, served for real on a loopback port from this process."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from pipeline.media import shelf
from storage.catalogue.engine import Catalogue
from storage.catalogue.entry import sign_in
from storage.catalogue.people import add_person, give_role, set_password
from storage.catalogue.terms import PersonId
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from storage.signing import Signer
from studio.serving import limits
from tests.stack.studio import Studio
from web.app import app
from web.desk import LANGUAGES, Desk, Language, Outside, Overlook, Question, Site, Worker
from web.passwords import kept_as
from web.provider import Provider
from web.server import Server
from web.visitor import COOKIE, csrf_of
from workers.servers import free_ports

PASSWORD = "quatre mots bien longs"  # noqa: S105 (of nobody)
ROLES = ("admin", "director", "writer", "motion", "reviewer")


@dataclass
class Served:
    """The app of a studio with a course `C1`, a person in each role, and a studio admin `studio@example.org`."""

    url: str
    desk: Desk
    studio: Studio
    app: FastAPI
    woken: list[float] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        return self.desk.catalogue

    def person(self, who: str) -> PersonId:
        """The person of a role on the course, or `studio` for the studio's admin, or `stranger` who has none there."""
        if who not in self.studio.people:
            with self.catalogue.writing() as tx:
                added = add_person(tx, who.title(), f"{who}@example.org", admin=who == "studio")
                if who == "admin":
                    give_role(tx, added, self.studio.course, "admin")
            self.studio.people[who] = added
        return self.studio.people[who]

    def secret(self, who: str) -> str:
        """What keeps a person signed in."""
        if who not in self.secrets:
            person = self.person(who)
            with self.catalogue.writing() as tx:
                self.secrets[who] = sign_in(tx, person, "browser", timedelta(days=1))
        return self.secrets[who]

    def with_password(self, who: str) -> str:
        """Gives a person the password of the tests: their address."""
        person = self.person(who)
        with self.catalogue.writing() as tx:
            set_password(tx, person, kept_as(PASSWORD, self.desk.limits))
        return f"{who}@example.org"

    def client(self, who: str | None = None, **headers: str) -> httpx.Client:
        """A client that is signed in as somebody, and sends what our forms carry."""
        common = {"Accept": "text/html", "Accept-Language": "en"}
        made = httpx.Client(base_url=self.url, headers=common | headers, timeout=30)
        if who is not None:
            made.cookies.set(COOKIE, self.secret(who))
            made.headers["X-CSRF-Token"] = csrf_of(self.secret(who))
        return made


def overlooked(language: Language) -> Overlook:
    """What whoever runs the studio tells: one worker that does nothing, and one question that is not well."""
    worker = Worker("rushes@machine", ("ingest", "render"), (), "0.1.0", 40 * 10**9, 100 * 10**9)
    space = Question("space", well=False, said="/data: 3.0 GB are free, wanted 10", todo="free some space")
    return Overlook((worker,), (Question("catalogue", well=True, said="answers", todo=""), space))


@contextlib.contextmanager
def served(
    catalogue: Catalogue,
    folder: Path,
    store: ObjectStore | None = None,
    origin: str = "",
    *,
    provider: Provider | None = None,
    port: int = 0,
    studio: Studio | None = None,
    code: str = "C1",
) -> Iterator[Served]:
    """The app over a catalogue, to which a course `code` is added, and a store: a folder's when none is named.

    `port`: that one, else any. `studio`: one that is there already, with its course.
    """
    config_port = port or free_ports(1)[0]
    url = f"http://127.0.0.1:{config_port}"
    woken: list[float] = []
    desk = Desk(
        catalogue=catalogue,
        store=store or FolderStore(folder / "store", Signer(b"a secret of the test")),
        site=Site(url, (origin,) if origin else ()),
        limits=limits(),
        words={language: shelf.said_in(language) for language in LANGUAGES},
        framings=shelf.framings(),
        styles=shelf.style_names(),
        wake=lambda: woken.append(time.monotonic()),
        provider=provider,
        telling=shelf.telling(),
        reviewing=shelf.reviewing(),
        outside=Outside(b"the studio's own secret, of a test", private=True, mails=True, zone="Europe/Paris"),
        overlook=overlooked,
    )
    made = app(desk)
    server = Server(made, "127.0.0.1", config_port)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended"
        time.sleep(0.01)
    try:
        yield Served(url, desk, studio or Studio(catalogue, code), made, woken)
    finally:
        server.should_exit = True
        thread.join()
