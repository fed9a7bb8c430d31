"""Where an S3 bucket is and with which keys: a value, read from the settings by the front door."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pipeline.errors import PipelineError

USUAL_REGION = "us-east-1"
"""What servers other than AWS's take, and AWS's own default."""

BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
"""AWS, "General purpose bucket naming rules"."""

WANTED = "http://host:port/bucket or https://key:secret@host/bucket?region=eu-west-3"


@dataclass(frozen=True, slots=True)
class S3Place:
    """A bucket. `host` has the port if there is one; `public` is the scheme and host that browsers reach it by."""

    host: str
    bucket: str
    key: str
    secret: str = field(repr=False)
    secure: bool = True
    region: str = USUAL_REGION
    public: str = ""

    @property
    def shown(self) -> str:
        """How people are told which bucket it is; holds no secret."""
        return f"{'https' if self.secure else 'http'}://{self.host}/{self.bucket}"

    @property
    def origin(self) -> str:
        """Scheme and host by which browsers reach it."""
        return self.public or f"{'https' if self.secure else 'http'}://{self.host}"


def s3_place(url: str, key: str = "", secret: str = "", public: str = "") -> S3Place:
    """The bucket that settings name; `key` and `secret` given apart go before those in the URL.

    Raises:
        PipelineError: the settings lack something. The message never holds the URL, which may hold the secret.
    """
    parts = _split("RUSHES_S3_URL", url)
    query = dict(parse_qsl(parts.query))
    if unknown := sorted(query.keys() - {"region"}):
        raise PipelineError(f"RUSHES_S3_URL: unknown after the question mark: {', '.join(unknown)}", todo=_todo())
    bucket = parts.path.strip("/")
    if not re.fullmatch(BUCKET, bucket):
        raise PipelineError("RUSHES_S3_URL: wanted the name of one bucket after the host", todo=_todo())
    key, secret = key or unquote(parts.username or ""), secret or unquote(parts.password or "")
    if not key or not secret:
        lacking = "key" if not key else "secret"
        todo = "set RUSHES_S3_KEY and RUSHES_S3_SECRET, or write both into the URL: https://key:secret@host/bucket"
        raise PipelineError(f"RUSHES_S3_URL: there is no {lacking}", todo=todo)
    shown = ""
    if public:
        outside = _split("RUSHES_S3_PUBLIC_URL", public)
        shown = f"{outside.scheme}://{_host(outside)}"
    region = query.get("region") or USUAL_REGION
    return S3Place(_host(parts), bucket, key, secret, parts.scheme == "https", region, shown)


def _split(setting: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise PipelineError(f"{setting}: not the address of an S3 server", todo=_todo())
    return urlsplit(url)


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _todo() -> str:
    return f"write it like {WANTED}; characters of a secret such as / + @ are written %2F %2B %40"
