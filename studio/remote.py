"""`rushes login`, `rushes logout`, and `rushes add` to a studio elsewhere: seen, sent, matched, looked at."""

import contextlib
import json
import re
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, urlsplit

import click

from pipeline.errors import NotFound, WrongHash
from pipeline.media import shelf
from pipeline.naming import Filmed
from pipeline.references import meant, versions_there
from pipeline.takes import Shot
from studio import adding
from studio.elsewhere import Api, Elsewhere, Login, forget_login, keep_login
from studio.progress import Mode, shown
from studio.sending import Announced, Sending, Uploading
from studio.settings import Settings
from studio.trusting import LOOPBACK
from workers.adding import Coming, Preview, preview
from workers.handing import MEGA
from workers.listing import listing
from workers.progress import Summed, silent

LOOK: Final = 1.0
"""Seconds between two questions whether a file was looked at."""
_VERSION: Final = re.compile(r"[@_-]v[1-9][0-9]{0,3}$", re.IGNORECASE)


@click.command("login")
@click.argument("url", required=False)
@click.pass_obj
def log_in(given: Settings, url: str | None) -> None:
    """Keep the address of a studio elsewhere, and a token for it, so that files can be sent there.

    The token is made on one's own page there. It is asked for, or read from standard input; never given as an argument.
    """
    words = shelf.said_in(given.language)
    place = (url or given.remote or click.prompt(words.say("remote.url"))).strip().rstrip("/")
    parts = urlsplit(place)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        message = f"wanted an address such as https://rushes.example.org, found {place!r}"
        raise click.UsageError(message)
    asked = sys.stdin.isatty()
    token = click.prompt(words.say("remote.token"), hide_input=True) if asked else sys.stdin.readline()
    there = Login(place, token.strip())
    with _api(there) as api:
        me = api.me()
    path = keep_login(given, there)
    click.echo(words.say("remote.logged_in", name=me["name"], url=place, day=str(me["expires_at"])[:10], path=path))
    if me["reach"] == "read":
        click.echo(words.say("remote.only_reads"))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        click.echo(words.say("remote.in_clear"))


@click.command("logout")
@click.pass_obj
def log_out(given: Settings) -> None:
    """Forget the studio elsewhere and the token for it. On one's own page there, the token can be ended as well."""
    words = shelf.said_in(given.language)
    url = forget_login(given)
    click.echo(words.say("remote.nothing_kept") if url is None else words.say("remote.logged_out", url=url))


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a file: `state` and `cause` as the studio has them, or `left` and why."""

    coming: Coming | None
    name: str
    state: str
    cause: str = ""
    reference: str = ""

    @property
    def well(self) -> bool:
        """True when it is ready there."""
        return self.state == "ready"


class Remote:
    """Adds files to one video of a studio elsewhere, and says so."""

    def __init__(self, given: Settings, there: Login, video: str, progress: Mode, *, as_data: bool) -> None:
        self._words = shelf.said_in(given.language)
        self._there = there
        self._video = video
        self._progress: Mode = progress
        self._as_data = as_data

    def add(self, paths: Sequence[Path], *, here: bool, motion: bool, dry_run: bool) -> bool:
        """Every file, sent and looked at; whether all went well. `motion`: they are animations, not rushes."""
        with _api(self._there) as api:
            api.me()
            video = self._called(api)
            if motion:
                done = self._animations(api, video, paths, dry_run=dry_run)
            else:
                done = self._rushes(api, video, paths, here=here, dry_run=dry_run)
        if self._as_data and not dry_run:
            self._say_data({"video": video["code"], "files": [self._data(one) for one in done]})
        elif not dry_run:
            counted = [one.state == "already" for one in done]
            well = [one.well for one in done]
            failed = len(done) - sum(well) - sum(counted)
            self._say(self._words.say("add.done", ready=sum(well), already=sum(counted), failed=failed))
        return all(one.well or one.state == "already" for one in done)

    def _called(self, api: Api) -> Uploading:
        course, slash, code = self._video.rpartition("/")
        if not slash:
            message = f"wanted COURSE/VIDEO, as the studio at {api.url} calls it, found {self._video}"
            raise NotFound(message, todo="its page has both in its address")
        try:
            return api.asked("GET", f"/api/v1/courses/{quote(course, safe='')}/videos/{quote(code, safe='')}")
        except Elsewhere as error:
            if error.status != 404:
                raise
            message = f"{api.url}: has no video {self._video}, or none for you"
            todo = "check both codes; if they are right, ask who runs the course for a role on it"
            raise Elsewhere(message, code="not-found", status=404, todo=todo) from error

    def _rushes(self, api: Api, video: Uploading, paths: Sequence[Path], *, here: bool, dry_run: bool) -> list[Sent]:
        filmed = Filmed(video["code"], tuple(Shot(one, ()) for one in video["shots"]))
        seen = preview(paths, filmed, [Filmed(one, ()) for one in video["others"]], here=here)
        if dry_run:
            self._tell(seen)
            return []
        taken = [one for one in seen.files if not one.left]
        files = [(one, Announced(Path(one.arrival.path), adding.name_of(one), wanted=one.wanted)) for one in taken]
        done = [Sent(one, adding.name_of(one), "left", one.refused) for one in seen.files if one.left]
        done += self._sent(api, video, files)
        if not self._as_data:
            self._say(*adding.passed_lines(seen, self._words))
            if seen.beside:
                self._say(self._words.say("remote.beside", n=len(seen.beside)))
        return done

    def _animations(self, api: Api, video: Uploading, paths: Sequence[Path], *, dry_run: bool) -> list[Sent]:
        files = [one for one in listing(paths) if one.size and not PurePosixPath(one.path).name.startswith(".")]
        shows = video["shows"]
        named = [Announced(Path(one.path), Path(one.path).name, "asset", _asset(one.path, shows)) for one in files]
        if dry_run:
            self._say(*(self._animation(one.path, one.reference, shows) for one in named))
            return []
        return self._sent(api, video, [(None, one) for one in named])

    def _sent(self, api: Api, video: Uploading, files: Sequence[tuple[Coming | None, Announced]]) -> list[Sent]:
        """Each file sent, one after the other; then each looked at. One that is refused does not hold up the next."""
        ids: list[tuple[Coming | None, Announced, Uploading | Sent]] = []
        size = sum(one.file.stat().st_size for _, one in files)
        with self._listening(size) as listener:
            sending = Sending(api, str(video["id"]), listener)
            for coming, one in files:
                try:
                    ids.append((coming, one, sending.sent(one)))
                except WrongHash as error:
                    ids.append((coming, one, Sent(coming, one.path, "left", str(error), one.reference)))
                except Elsewhere as error:
                    if error.code in {"wrong-token", "too-often", "disk-full", "storage"}:
                        raise
                    ids.append((coming, one, Sent(coming, one.path, "left", str(error), one.reference)))
        done: list[Sent] = []
        for coming, one, found in ids:
            done.append(found if isinstance(found, Sent) else self._looked_at(api, coming, one, found))
            if not self._as_data:
                self._say(self._line(done[-1], video["shows"]))
        return done

    def _looked_at(self, api: Api, coming: Coming | None, one: Announced, found: Uploading) -> Sent:
        if found["state"] == "ready":
            return Sent(coming, one.path, "already", "", one.reference)
        while found["state"] in {"uploading", "processing"}:
            time.sleep(LOOK)
            found = api.asked("GET", f"/api/v1/uploads/{found['id']}")
        return Sent(coming, one.path, str(found["state"]), str(found["cause"]), one.reference)

    def _line(self, one: Sent, shows: Sequence[str]) -> str:
        say = self._words.say
        if one.state in {"ready", "already"}:
            if one.coming is None:
                return self._animation(one.name, one.reference, shows)
            state = say(f"remote.{one.state}")
            return f"{adding.file_line(one.coming, self._words)} · {state}"
        state = say("add.left") if one.state == "left" else say(f"add.state.{one.state}")
        if one.coming is not None and not one.cause:
            return adding.file_line(one.coming, self._words)
        return say("add.failed", name=one.name, state=state, cause=one.cause)

    def _animation(self, name: str, reference: str, shows: Sequence[str]) -> str:
        known = "remote.shown" if reference in shows else "remote.not_shown"
        return self._words.say(known, name=name, reference=reference)

    def _tell(self, seen: Preview) -> None:
        if self._as_data:
            self._say_data(adding.preview_data(seen))
        else:
            self._say(*adding.seen_lines(seen, self._words))

    @staticmethod
    def _data(one: Sent) -> dict[str, Any]:
        named = {"name": one.name, "reference": one.reference} if one.coming is None else adding.coming_data(one.coming)
        return named | {"state": one.state, "cause": one.cause}

    @contextlib.contextmanager
    def _listening(self, size: int) -> Generator[Summed]:
        listener = shown(self._progress, self._words)
        summed = Summed(listener or silent, {"send": max(1, size // MEGA)})
        try:
            yield summed
        finally:
            summed.end()
            if listener is not None:
                listener.close()

    def _say(self, *lines: str) -> None:
        for line in lines:
            click.echo(line)

    def _say_data(self, data: object) -> None:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))


@contextlib.contextmanager
def _api(there: Login) -> Iterator[Api]:
    api = Api(there)
    try:
        yield api
    finally:
        api.close()


def _asset(path: str, shows: Sequence[str]) -> str:
    """What the script calls the animation of a file; its own name without the version where no cue shows it.

    >>> _asset("/x/Collect_v3.mov", ["intro", "collect"]), _asset("/x/other-v2.webm", [])
    ('collect', 'other')
    """
    name = PurePosixPath(path).name
    fitting = [one for one in shows if meant(one, [path]) or versions_there(one, [name])]
    return max(fitting, key=len) if fitting else _VERSION.sub("", PurePosixPath(name).stem)
