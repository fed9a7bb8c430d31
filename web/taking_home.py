"""What of a draft may be taken home, by whom: its files, and copies that are made when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from pipeline.copies import COPY_KINDS, FILES, Asked, CopyKind, Film, Whom
from pipeline.errors import NotFound
from pipeline.markers import Marked, one_line
from storage import keys
from storage.catalogue.copying import Copy, Saying, wanted_copy
from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Transaction
from storage.catalogue.marked import leaving
from storage.catalogue.outputs import Output
from storage.objects import File
from web.desk import Desk, Language
from web.language import N_
from web.objects import files_of
from web.visitor import Visitor

FILM_FILE: Final = "draft.mp4"
TAKEN: Final = {FILM_FILE: ".mp4", "captions.vtt": ".vtt", "captions.srt": ".srt", "transcript.txt": ".txt"}
"""The files of a draft that are taken home, and how their names end there."""
ENDINGS: Final = {
    "film.mp4": "-marked.mp4",
    "sheet.pdf": "-sheet.pdf",
    "sheet.jpg": "-sheet.jpg",
    "notes.pdf": "-notes.pdf",
}
"""How copies are called at home, after the draft's own name."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes something home. `internal`: what guests are not shown as well; `marked`: only under their name."""

    name: str
    internal: bool
    marked: bool


def taker(visitor: Visitor) -> Taker:
    """Whoever asks, as what they may take."""
    guest = visitor.guest
    if guest is not None:
        return Taker(guest.called, internal=False, marked=guest.watermark)
    return Taker(visitor.person.name if visitor.person is not None else "", internal=True, marked=False)


def files_there(desk: Desk, drafted: Drafted, by: Taker) -> dict[str, File]:
    """The files of a draft that somebody may take home, by name."""
    named = files_of(desk, drafted)
    return {name: named[name] for name in TAKEN if name in named and not (by.marked and name == FILM_FILE)}


def asked_copy(tx: Transaction, desk: Desk, drafted: Drafted, kind: CopyKind, by: Taker, language: Language) -> Asked:
    """The copy that somebody asks for, with all that makes it.

    Raises:
        NotFound: the draft has no film, or is kept no longer.
        Clash: it is not done.
    """
    told = leaving(tx, drafted, internal=by.internal)
    film = _film(desk, drafted, told.film)
    mark = _mark(desk, by, tx.now(), language) if by.marked or kind == "watermark" else ""
    day = format_date(drafted.done_at or drafted.created_at, "long", locale=language)
    wanted = wanted_copy(tx, drafted, kind, told, film, mark, Saying(desk.words[language], desk.framings, day))
    return Asked(wanted, Whom(language, internal=by.internal and kind == "notes-pdf", name=by.name if mark else ""))


def _film(desk: Desk, drafted: Drafted, told: Marked) -> Film:
    name = keys.draft(str(drafted.video), drafted.number)
    whole = desk.store.whole(name)
    file = whole.file(FILM_FILE) if whole is not None else None
    if file is None:
        raise NotFound(N_("this draft has no film"), todo=N_("draft again, and take that"))
    return Film(name, file.sha256, told.rate, told.frames, told.size)


def _mark(desk: Desk, by: Taker, now: datetime, language: Language) -> str:
    day = format_date(now.astimezone(ZoneInfo(desk.outside.zone)), "long", locale=language)
    return desk.words[language].say("copies.watermark", name=one_line(by.name), date=day)


def theirs(known: Sequence[Copy], by: Taker, language: Language) -> dict[CopyKind, Copy]:
    """Of the copies of a draft, last first, the last of each kind that somebody may have, in their language."""
    found: dict[CopyKind, Copy] = {}
    for kind in COPY_KINDS:
        mine = (one for one in known if one.kind == kind and may_have(one, by) and one.whom.language == language)
        last = next(mine, None)
        if last is not None:
            found[kind] = last
    return found


def may_have(copy: Copy, by: Taker) -> bool:
    """Whether somebody may have a copy: it has their name where it has one, and shows no more than they are shown."""
    if copy.whom.name or by.marked or copy.kind == "watermark":
        return copy.whom.name == by.name and copy.whom.internal <= by.internal
    return copy.whom.internal == (by.internal and copy.kind == "notes-pdf")


def file_of(copy: Copy, name: str) -> Output | None:
    """A file of a copy; None when there is none of that name, or none yet."""
    return next((one for one in copy.files if one.part == name and name in FILES[copy.kind]), None)
