"""A studio elsewhere, reached by its API with a token: what it answers, or why it does not."""

import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import httpx

from pipeline.errors import NotFound, PipelineError, StorageUnavailable
from storage.objects import storage_error
from studio.settings import Settings

API: Final = 1
"""The version of the API that is spoken here."""
KEPT_IN: Final = "login.json"
WAITS: Final = (1, 2, 4, 8, 16)
"""Seconds before the same is tried again when that may help."""
TIMES: Final = httpx.Timeout(60, connect=15)
"""Seconds for an answer: putting a file of 10 GB together takes SeaweedFS 12."""
LATER: Final = frozenset({409, 429, 500, 502, 503, 504})
"""Answers after which the same may go well."""

T = TypeVar("T")


class Elsewhere(PipelineError):
    """A studio elsewhere refuses. `code` is its own, `parts` are those of an upload that it lacks."""

    def __init__(self, message: str, *, code: str, status: int, todo: str = "", parts: tuple[int, ...] = ()) -> None:
        super().__init__(message, todo=todo)
        self.code = code
        self.status = status
        self.parts = parts


@dataclass(frozen=True, slots=True)
class Login:
    """Where a studio is, and the token that is shown there."""

    url: str
    token: str = field(repr=False)


def login(given: Settings) -> Login | None:
    """The studio elsewhere that the settings name, or else that `rushes login` kept; None when there is none.

    Raises:
        PipelineError: the settings name a studio here as well; others may read what was kept.
        NotFound: a studio is named, and no token.
    """
    if given.remote is None and given.studio is not None:
        return None
    if given.remote is not None and given.studio is not None:
        message = "RUSHES_STUDIO: set, and a studio of this machine is named too"
        raise PipelineError(message, todo="unset it, or RUSHES_DATA, RUSHES_DATABASE_URL and RUSHES_S3_URL")
    kept = _kept(given.config / KEPT_IN)
    if given.remote is None:
        return kept
    token = given.token or (kept.token if kept is not None and kept.url == given.remote else None)
    if token is None:
        raise NotFound(f"{given.remote}: no token for it", todo="rushes login asks for one, or set RUSHES_TOKEN")
    return Login(given.remote, token)


def keep_login(given: Settings, wanted: Login) -> Path:
    """Keeps it where only its owner reads it; where that is.

    Raises:
        StorageUnavailable: it cannot be written.
    """
    path = given.config / KEPT_IN
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch.touch(0o600)
        scratch.write_text(json.dumps({"url": wanted.url, "token": wanted.token}) + "\n", "utf-8")
        scratch.replace(path)
    except OSError as error:
        raise storage_error(error, path) from error
    return path


def forget_login(given: Settings) -> str | None:
    """Forgets what was kept: the address of the studio, None when nothing was."""
    path = given.config / KEPT_IN
    found = _kept(path)
    path.unlink(missing_ok=True)
    return None if found is None else found.url


def _kept(path: Path) -> Login | None:
    try:
        mode = path.stat().st_mode & 0o077
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
    if mode and os.name == "posix":
        raise PipelineError(f"{path}: others may read the token in it", todo=f"chmod 600 {path}, and make a new token")
    try:
        found = json.loads(text)
        return Login(str(found["url"]), str(found["token"]))
    except (ValueError, KeyError, TypeError) as error:
        raise PipelineError(f"{path}: cannot be read", todo="remove it, then: rushes login") from error


class Api:
    """What a studio answers to a token. The token goes there alone: links of a store are put to without it."""

    def __init__(self, there: Login, wait: Callable[[float], None] = time.sleep) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write links, which are rights
        self.url = there.url
        self._wait = wait
        headers = {"Authorization": f"Bearer {there.token}", "Accept": "application/json", "User-Agent": "rushes"}
        self._client = httpx.Client(base_url=there.url, headers=headers, timeout=TIMES)
        self._store = httpx.Client(timeout=TIMES, headers={"User-Agent": "rushes"})

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()
        self._store.close()

    def me(self) -> Mapping[str, Any]:
        """Whose the token is, and what it may.

        Raises:
            Elsewhere: the token lets nobody in, or the two versions do not understand each other.
            StorageUnavailable: nothing answers there.
        """
        try:
            found = self._once("GET", "/api/v1/me", None)
        except Elsewhere as error:
            if error.status == 404:
                todo = "ask who runs it for a newer version, or add the files on its own machine"
                message = f"{self.url}: an older Rushes, which takes nothing from elsewhere"
                raise Elsewhere(message, code="too-old", status=404, todo=todo) from error
            raise
        if int(found.get("api", 0)) > API:
            message = f"{self.url}: Rushes {found.get('rushes')}, which this one is too old to talk to"
            raise Elsewhere(message, code="too-old", status=200, todo="install that version here")
        return found

    def asked(self, method: str, path: str, body: object = None) -> Mapping[str, Any]:
        """The answer of the API, tried again while that may help.

        Raises:
            Elsewhere: it refuses, in its own words.
            StorageUnavailable: it cannot be reached.
        """
        return self.again(lambda: self._once(method, path, body))

    def put(self, link: str, data: Callable[[], Any], length: int, md5: str) -> None:
        """Puts one part where its link says, once.

        Raises:
            Elsewhere: the link is too old, or the bytes were damaged on their way.
            StorageUnavailable: the store cannot be reached.
        """
        headers = {"Content-Length": str(length), "Content-MD5": md5}
        place = link if urlsplit(link).netloc else f"{self.url}{link}"
        try:
            answer = self._store.put(place, content=data(), headers=headers)
        except httpx.HTTPError as error:
            raise _away(urlsplit(place).netloc, error) from error
        if answer.is_error:
            host = urlsplit(place).netloc
            raise Elsewhere(f"{host}: refuses a part ({answer.status_code})", code="part", status=answer.status_code)

    def again(self, act: Callable[[], T]) -> T:
        """Does it, and again after a while when it failed for a reason that passes."""
        for seconds in WAITS:
            try:
                return act()
            except StorageUnavailable:
                self._wait(seconds)
            except Elsewhere as error:
                if error.status not in LATER:
                    raise
                self._wait(seconds)
        return act()

    def _once(self, method: str, path: str, body: object) -> Mapping[str, Any]:
        try:
            asked = self._client.build_request(method, path, json=body)  # None is no body
            answer = self._client.send(asked)
        except httpx.HTTPError as error:
            raise _away(self.url, error) from error
        if answer.is_redirect:
            todo = f"name it as it is reached: {answer.headers.get('location', 'its own address')}"
            raise Elsewhere(f"{self.url}: the studio is elsewhere", code="moved", status=answer.status_code, todo=todo)
        if answer.status_code == 204:
            return {}
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict) or (answer.is_error and "code" not in found):
            todo = "check the address; a proxy before it must let /api/ through"
            message = f"{self.url}: no Rushes answers there ({answer.status_code})"
            raise Elsewhere(message, code="no-studio", status=answer.status_code, todo=todo)
        told = cast("dict[str, Any]", found)
        if answer.is_error:
            parts = tuple(int(one) for one in told.get("parts", []))
            message, todo = f"{self.url}: {told.get('detail', '')}", str(told.get("todo", ""))
            raise Elsewhere(message, code=str(told["code"]), status=answer.status_code, todo=todo, parts=parts)
        return told


def _away(place: str, error: httpx.HTTPError) -> StorageUnavailable:
    why = "does not answer in time" if isinstance(error, httpx.TimeoutException) else "cannot be reached"
    return StorageUnavailable(f"{place}: {why}", todo="check the network and the address, then give the command again")
