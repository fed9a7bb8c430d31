"""Settings, read once from the environment, here and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import PipelineError
from storage.s3_place import S3Place, s3_place
from storage.sealing import LEAST
from studio.trusting import provider
from web.provider import Provider
from workers.logs import LOG_FORMATS, LogFormat
from workers.mailing import PORTS, SECURITIES, Security, Smtp
from workers.seat import Seat


@dataclass(frozen=True, slots=True)
class Settings:
    """What people may set. `own_data`: where `rushes up` keeps a studio that nobody named a folder for.

    - `RUSHES_FFMPEG`: another ffmpeg than the one that comes with Rushes
    - `RUSHES_SPEECH_MODEL`: a folder with a Whisper model in CTranslate2 form; `none` for no model
    - `RUSHES_PRESETS`: a folder of styles, brands, fonts, logos and words that go before those that ship with Rushes;
      every process looks it up (see `pipeline.media.shelf`)
    - `RUSHES_WORKERS`: how many pieces are made at once; by default half the cores, for ffmpeg uses two
    - `RUSHES_LANGUAGE`: `fr` or `en` for what is said on the terminal; by default that of the terminal
    - `RUSHES_CACHE`: where the joined speech model is kept; by default the user's cache folder
    - `RUSHES_S3_URL`: the bucket objects are kept in, `https://host:port/bucket?region=…`
    - `RUSHES_S3_KEY`, `RUSHES_S3_SECRET`: its keys, unless they stand in the URL
    - `RUSHES_S3_PUBLIC_URL`: scheme and host by which browsers reach the bucket, where that is another
    - `RUSHES_DATABASE_URL`: the studio's catalogue, `postgresql://user:password@host/name`
    - `RUSHES_DATA`: the studio's folder on this machine; it holds what the URLs do not name
    - `RUSHES_BROKER_URL`: the farm's broker, `amqp://user:password@host//`, `redis://host` or `redis+socket:///path`
    - `RUSHES_URL`: how browsers reach the web app, where a proxy stands before it: `https://rushes.example.org`
    - `RUSHES_OIDC_ISSUER`, `RUSHES_OIDC_CLIENT_ID`, `RUSHES_OIDC_CLIENT_SECRET`: the identity provider that people may
      sign in at; `RUSHES_OIDC_NAME`, `RUSHES_OIDC_SCOPES`, `RUSHES_OIDC_DOMAINS`, `RUSHES_OIDC_NEWCOMERS` and
      `RUSHES_OIDC_CLAIMS` say how, and who (docs/web.md)
    - `RUSHES_STUDIO`, `RUSHES_TOKEN`: the studio elsewhere that `rushes add` sends to, and the token it shows there;
      without, those that `rushes login` kept in RUSHES_CONFIG, by default `rushes` in the user's own settings folder
    - `RUSHES_SECRET`: the studio's own secret, at least 32 characters, on every machine the same: what webhooks and
      links in e-mails are signed with is made from it. Without, a studio of one folder keeps one in it
    - `RUSHES_WEBHOOKS_PRIVATE`: `yes`: webhooks may lead into our own network, and by plain HTTP
    - `RUSHES_SMTP_HOST`, `RUSHES_SMTP_PORT`: the mail server; without, no e-mails
    - `RUSHES_SMTP_SECURITY`: `starttls`, which is the default, `tls` from the first byte, or `none`
    - `RUSHES_SMTP_USER`, `RUSHES_SMTP_PASSWORD`: how it lets us in
    - `RUSHES_MAIL_FROM`: the address that e-mails are from
    - `RUSHES_TIMEZONE`: the time by which the daily e-mails go, such as `Europe/Paris`; by default UTC
    - `RUSHES_LOG_FORMAT`: `text` or `json` for what is logged; by default a worker's is JSON, all else text
    - `RUSHES_REDIS_SERVER`: another Redis server for `rushes up` than this machine's or the one that comes with Rushes
    """

    ffmpeg: str | None
    speech_model: Path | None
    no_speech_model: bool
    workers: int
    language: str
    cache: Path
    s3: S3Place | None
    database: str | None = field(repr=False)
    data: Path | None
    broker: str | None = field(repr=False)
    redis_server: str | None
    url: str | None
    log_format: LogFormat | None
    own_data: Path
    provider: Provider | None
    remote: str | None
    token: str | None = field(repr=False)
    config: Path
    secret: bytes | None = field(default=None, repr=False)
    private: bool = False
    smtp: Smtp | None = None
    zone: str = "UTC"

    @property
    def studio(self) -> Seat | None:
        """Where the studio keeps its things; None when none is named."""
        if self.data is None and (self.database is None or self.s3 is None):
            return None
        return Seat(self.database, self.s3, self.data, self.broker)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The settings that name a server of their own; a studio of `rushes up` has its own."""
        named = {"DATABASE_URL": self.database, "S3_URL": self.s3, "BROKER_URL": self.broker}
        return tuple(f"RUSHES_{name}" for name, value in named.items() if value is not None)


def settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment such as `os.environ`.

    Raises:
        PipelineError: `RUSHES_PRESETS` names no folder, `RUSHES_WORKERS` is not a whole number of at least 1,
            `RUSHES_LOG_FORMAT` is another word, `RUSHES_URL` or `RUSHES_STUDIO` is no address, or the settings of the
            provider, the bucket or the mail server lack something.
    """
    model = environment.get("RUSHES_SPEECH_MODEL", "")
    _presets(environment)
    workers = environment.get("RUSHES_WORKERS") or str(max(1, (os.cpu_count() or 2) // 2))
    if not workers.isdecimal() or int(workers) < 1:
        raise PipelineError(f"RUSHES_WORKERS: wanted a whole number of at least 1, found {workers!r}")
    spoken = environment.get("RUSHES_LANGUAGE") or environment.get("LC_ALL") or environment.get("LANG") or "en"
    cache = environment.get("RUSHES_CACHE") or environment.get("XDG_CACHE_HOME", "")
    home = Path(cache) if cache else Path.home() / ".cache"
    return Settings(
        ffmpeg=environment.get("RUSHES_FFMPEG") or None,
        speech_model=Path(model) if model and model != "none" else None,
        no_speech_model=model == "none",
        workers=int(workers),
        language="fr" if spoken.casefold().startswith("fr") else "en",
        cache=home if environment.get("RUSHES_CACHE") else home / "rushes",
        s3=_bucket(environment),
        database=environment.get("RUSHES_DATABASE_URL") or None,
        data=Path(environment["RUSHES_DATA"]).absolute() if environment.get("RUSHES_DATA") else None,
        broker=environment.get("RUSHES_BROKER_URL") or None,
        redis_server=environment.get("RUSHES_REDIS_SERVER") or None,
        url=_url(environment, "RUSHES_URL"),
        log_format=_log_format(environment),
        own_data=Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share").absolute() / "rushes",
        provider=provider(environment),
        remote=_url(environment, "RUSHES_STUDIO"),
        token=environment.get("RUSHES_TOKEN") or None,
        config=Path(environment.get("RUSHES_CONFIG") or _config(environment) / "rushes").absolute(),
        secret=_secret(environment),
        private=environment.get("RUSHES_WEBHOOKS_PRIVATE") == "yes",
        smtp=smtp(environment),
        zone=_zone(environment),
    )


def _presets(environment: Mapping[str, str]) -> None:
    for named in filter(None, environment.get("RUSHES_PRESETS", "").split(os.pathsep)):
        if not Path(named).is_dir():
            message = f"RUSHES_PRESETS: wanted a folder of presets, found none at {named}"
            raise PipelineError(message, todo="make it, with styles/ or brand/ in it, or unset RUSHES_PRESETS")


def _config(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _url(environment: Mapping[str, str], name: str) -> str | None:
    url = environment.get(name, "").rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise PipelineError(f"{name}: wanted a scheme and a host such as https://rushes.example.org, found {url!r}")
    return url


def smtp(environment: Mapping[str, str]) -> Smtp | None:
    """The mail server; None when none is named.

    Raises:
        PipelineError: its settings lack something.
    """
    host = environment.get("RUSHES_SMTP_HOST")
    if not host:
        return None
    wanted = environment.get("RUSHES_SMTP_SECURITY") or "starttls"
    security: Security | None = next((one for one in SECURITIES if one == wanted), None)
    if security is None:
        raise PipelineError(f"RUSHES_SMTP_SECURITY: wanted {', '.join(SECURITIES)}, found {wanted!r}")
    port = environment.get("RUSHES_SMTP_PORT") or str(PORTS[security])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise PipelineError(f"RUSHES_SMTP_PORT: wanted a port, found {port!r}")
    sender = environment.get("RUSHES_MAIL_FROM", "").strip()
    if "@" not in sender or any(one.isspace() for one in sender):
        raise PipelineError("RUSHES_MAIL_FROM: wanted an address such as rushes@example.org: RUSHES_SMTP_HOST is set")
    user, password = environment.get("RUSHES_SMTP_USER", ""), environment.get("RUSHES_SMTP_PASSWORD", "")
    return Smtp(host, int(port), security, user, password, sender)


def _secret(environment: Mapping[str, str]) -> bytes | None:
    given = environment.get("RUSHES_SECRET", "").strip()
    if given and len(given) < LEAST:
        raise PipelineError(f"RUSHES_SECRET: wanted at least {LEAST} characters, found {len(given)}")
    return given.encode() or None


def _zone(environment: Mapping[str, str]) -> str:
    named = environment.get("RUSHES_TIMEZONE") or "UTC"
    try:
        return ZoneInfo(named).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PipelineError(f"RUSHES_TIMEZONE: wanted a name such as Europe/Paris, found {named!r}") from error


def _log_format(environment: Mapping[str, str]) -> LogFormat | None:
    named = environment.get("RUSHES_LOG_FORMAT")
    if not named:
        return None
    for known in LOG_FORMATS:
        if named == known:
            return known
    raise PipelineError(f"RUSHES_LOG_FORMAT: wanted {' or '.join(LOG_FORMATS)}, found {named!r}")


def _bucket(environment: Mapping[str, str]) -> S3Place | None:
    url = environment.get("RUSHES_S3_URL")
    if not url:
        return None
    key, secret, public = (environment.get(f"RUSHES_S3_{name}", "") for name in ("KEY", "SECRET", "PUBLIC_URL"))
    return s3_place(url, key, secret, public)
