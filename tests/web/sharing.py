"""Share links of a served studio, and the browsers of their guests."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from pipeline.spans import Span
from storage import keys
from storage.catalogue.drafts import Drafted
from storage.catalogue.people import set_language
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.sharing import Target, Terms, share
from storage.catalogue.terms import LinkId, NoteId, VideoId, Visibility
from tests.web.serving import Served
from web.passwords import kept_as
from web.visitor import GUEST, csrf_of

FILES = {
    "draft.mp4": b"\0\0\0\x18ftypmp42" + bytes(2000),
    "poster.jpg": b"\xff\xd8\xff\xe0",
    "captions.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nVoici.\n",
    "captions.srt": b"1\n00:00:00,000 --> 00:00:01,000\nVoici.\n",
    "transcript.txt": "Voici les données.".encode(),
    "report.html": b"<!doctype html><title>Rapport</title>",
}
"""Files of a draft. What is in the film is no matter here: it is given, or is not."""


@dataclass
class Lent:
    """A studio with a draft to share: `V1` has one, whose files are in the store. `drafts`: those it has already."""

    site: Served
    folder: Path
    drafts: list[Drafted] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.site.catalogue.writing() as tx:
            for who in ("director", "writer", "reviewer"):
                set_language(tx, self.site.person(who), "en")  # what a profile says goes before what a browser asks
        if not self.drafts:
            self.site.studio.write("Voici les données.")
            self.draft()

    def draft(self, video: VideoId | None = None) -> Drafted:
        """The next draft of a video, done, with its files."""
        made = self.site.studio.draft(video)
        folder = self.folder / f"made-{made.id}"
        folder.mkdir()
        for name, data in FILES.items():
            (folder / name).write_bytes(data)
        self.site.desk.store.publish(folder, keys.draft(str(made.video), made.number))
        self.drafts.append(made)
        return made

    def another_video(self) -> VideoId:
        """One more video of the course, with a draft."""
        video = self.site.studio.another_video()
        self.site.studio.write("Une autre réplique.", video=video)
        self.draft(video)
        return video

    def share(self, target: Target | None = None, **terms: Any) -> tuple[LinkId, str]:
        """A link, to the first draft if to nothing else; its token. `password`: as people write it."""
        if "password" in terms:
            terms["password"] = kept_as(terms["password"], self.site.desk.limits)
        given = {"rights": "view", "expires_at": datetime.now(UTC) + timedelta(days=7), **terms}
        by = self.site.person("director")
        with self.site.catalogue.writing(by) as tx:
            return share(tx, target or (None, None, self.drafts[0].id), by, Terms(**given))

    def note(self, visibility: Visibility = "public", draft: Drafted | None = None) -> NoteId:
        """A note of the director on a draft."""
        by = self.site.person("director")
        with self.site.catalogue.writing(by) as tx:
            return add_note(
                tx, (draft or self.drafts[0]).id, by, Remark("trop vite", Span(0, 1), visibility=visibility)
            )

    @contextlib.contextmanager
    def guest(self, token: str, password: str = "", address: str = "127.0.0.1") -> Iterator[httpx.Client]:
        """The browser of somebody who opens a link, from one of this machine's addresses."""
        with self.nobody(address) as client:
            answer = client.post(f"/r/{token}", data={"password": password}) if password else client.get(f"/r/{token}")
            assert answer.status_code == 303, answer.text
            yield client

    def nobody(self, address: str = "127.0.0.1") -> httpx.Client:
        """A browser of nobody's."""
        common = {"Accept": "text/html", "Accept-Language": "en"}
        transport = httpx.HTTPTransport(local_address=address)
        return httpx.Client(base_url=self.site.url, headers=common, timeout=30, transport=transport)


def named(client: httpx.Client, link: LinkId, name: str) -> httpx.Response:
    """Says who sits before a guest's browser; it sends what our forms carry from then on."""
    client.headers["X-CSRF-Token"] = csrf_of(secret_of(client, link))
    return client.post(f"/shared/{link}/name", data={"name": name})


def secret_of(client: httpx.Client, link: LinkId) -> str:
    """What keeps a guest let in."""
    return client.cookies[f"{GUEST}{link.hex}"]
