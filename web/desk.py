"""What the web app works with: handed over by whoever starts it, who alone reads settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

from pipeline.presets import Framings, Reviewing, Telling
from pipeline.words import Words
from storage.catalogue.engine import Catalogue
from storage.objects import ObjectStore
from web.provider import Provider

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed, and how long things last (`presets/web.toml`)."""

    name: str
    session_days: int
    token_days: int
    tokens_most: int
    token_requests_minute: int
    link_hours: int
    password_least: int
    password_most: int
    tries_account: int
    tries_address: int
    tries_minutes: int
    share_days: int
    share_days_most: int
    tries_link: int
    guest_film_minutes: int
    body_kb: int
    part_mb: int
    part_link_minutes: int
    note_file_mb: int
    note_files_most: int


@dataclass(frozen=True, slots=True)
class Site:
    """Where people reach the app. `url` is scheme, host and port; `stores` are the origins that bytes go to directly.

    `proxied`: a proxy of ours stands before it, and says from where a request comes.
    """

    url: str
    stores: tuple[str, ...] = ()
    proxied: bool = False

    @property
    def secure(self) -> bool:
        """Whether it is reached by HTTPS, so that cookies may want it."""
        return urlsplit(self.url).scheme == "https"

    @property
    def host(self) -> str:
        """Host, and port where one is written."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Outside:
    """How the studio tells what happens outside. `secret`: its own, None where none is set; no webhooks without.

    `private`: webhooks may lead into our own network. `mails`: e-mails are sent, by the clock of `zone`.
    """

    secret: bytes | None = field(default=None, repr=False)
    private: bool = False
    mails: bool = False
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that answers. `does` are the ids of the jobs it does now; bytes of its disk, None where unknown."""

    name: str
    queues: tuple[str, ...]
    does: tuple[str, ...]
    version: str
    free: int | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """Something that was looked at: whether it is well, how it is, and what to do where it is not."""

    name: str
    well: bool
    said: str
    todo: str


@dataclass(frozen=True, slots=True)
class Overlook:
    """What only whoever runs the studio can tell: the workers that answer (None: none can be asked), and questions."""

    workers: tuple[Worker, ...] | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The catalogue and store of a studio, its words by language, and how to wake its workers.

    `wake` nudges the farm to look at what was changed; it never fails, since the farm looks by itself as well.
    `provider`: who vouches for people besides their passwords.
    `overlook` asks the workers and looks whether all is well, which takes seconds.
    """

    catalogue: Catalogue
    store: ObjectStore
    site: Site
    limits: Limits
    words: Mapping[Language, Words]
    framings: Framings
    styles: tuple[str, ...]
    wake: Callable[[], None]
    telling: Telling
    reviewing: Reviewing
    outside: Outside
    overlook: Callable[[Language], Overlook]
    provider: Provider | None = None
