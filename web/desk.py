"""What the web app works with: handed over by whoever starts it, who alone reads settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from pipeline.presets import Framings
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
    body_kb: int
    part_mb: int
    part_link_minutes: int


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
class Desk:
    """The catalogue and store of a studio, its words by language, and how to wake its workers.

    `wake` nudges the farm to look at what was changed; it never fails, since the farm looks by itself as well.
    `provider`: who vouches for people besides their passwords.
    """

    catalogue: Catalogue
    store: ObjectStore
    site: Site
    limits: Limits
    words: Mapping[Language, Words]
    framings: Framings
    styles: tuple[str, ...]
    wake: Callable[[], None]
    provider: Provider | None = None
