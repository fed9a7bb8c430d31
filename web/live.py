"""What happens, as it happens: server-sent events for each tab, from the catalogue's own log.

An event's id is that of the log, so a browser that lost its connection goes on from the last it saw (its
`Last-Event-ID`), whichever process answers. One look at the log serves everyone who is connected.

Whoever has a draft open hears as well who watches it with them, and what they do (`storage.catalogue.together`).
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from pipeline.errors import PipelineError
from storage.catalogue.counting import last_event
from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import Progress, progress
from storage.catalogue.log import Event, since
from storage.catalogue.together import Present, present
from web.visitor import Visitor

log = logging.getLogger(__name__)

LOOK: Final = 0.5
"""Seconds between two looks at the log: a change is on the page well within a second."""
SIGN: Final = 15.0
"""Seconds without news until a comment is sent: proxies end connections that are silent for a minute."""
MOST: Final = 500
"""Events a browser is given at once after it was away; for more it loads the page again."""
LASTS: Final = 300.0
"""Seconds until a stream ends; the browser comes back at once, and is looked at anew: who was shut out stays out."""

After = Annotated[str, Query(max_length=19)]
"""The last event that a page knows of, in the address: browsers send a header only when they come back."""

OF_STUDIO: Final = frozenset({"person", "session", "one_time_link", "membership", "webhook"})
"""What facts of no course only admins of the studio, and who they are about, are told of."""


@dataclass(eq=False)
class Hub:
    """Those who are connected to this process, and the one look at the log that serves them all."""

    catalogue: Catalogue
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _recent: list[Event] = field(default_factory=list[Event])
    _upto: int = 0
    _moving: tuple[Progress, ...] = ()
    _here: tuple[Present, ...] = ()
    _readers: int = 0
    _closed: bool = False

    async def run(self) -> None:
        """Looks while anybody is connected, until it is cancelled."""
        self._upto = await run_in_threadpool(self._last)
        while True:
            await asyncio.sleep(LOOK)
            if not self._readers:
                continue
            try:
                found, moving, here = await run_in_threadpool(self._look, self._upto)
            except PipelineError as error:
                log.warning("no news: %s", error.message)
                continue
            if found or moving != self._moving or [*map(_seen, here)] != [*map(_seen, self._here)]:
                async with self._news:
                    self._recent = [*self._recent, *found][-MOST:]
                    self._upto = found[-1].id if found else self._upto
                    self._moving, self._here = moving, here
                    self._news.notify_all()

    async def close(self) -> None:
        """Ends every stream: the app is about to end. Browsers come back to the next one by themselves."""
        async with self._news:
            self._closed = True
            self._news.notify_all()

    async def stream(self, visitor: Visitor, after: int | None, room: Drafted | None = None) -> AsyncIterator[str]:
        """What a visitor may see of what happens after an event (None: from now on), as server-sent events.

        `room`: the draft that they watch, whose company they are told of.
        """
        self._readers += 1
        try:
            async for text in self._told(visitor, after, room):
                yield text
        finally:
            self._readers -= 1

    async def _told(self, visitor: Visitor, after: int | None, room: Drafted | None) -> AsyncIterator[str]:
        if self._readers == 1:  # nobody looked since the last one left
            self._upto = await run_in_threadpool(self._last)
        at = self._upto if after is None else after
        yield f"retry: 2000\nid: {at}\n\n"
        if at < self._upto:
            missed = await run_in_threadpool(self._since, at)
            if len(missed) == MOST:
                yield "event: reload\ndata: {}\n\n"
            yield "".join(told(one, visitor, room) for one in missed)
            at = max(at, self._upto, *(one.id for one in missed))
        moving: tuple[Progress, ...] = ()
        here: list[tuple[object, ...]] = []
        ends = time.monotonic() + LASTS
        while time.monotonic() < ends and not self._closed:
            if room is not None and here != (seen := [_seen(one) for one in self._company(room)]):
                here = seen
                yield _together(self._company(room), visitor, room)
            if not await self._more(at, moving, room, here):
                yield ": still here\n\n"
                continue
            yield "".join(told(one, visitor, room) for one in self._recent if one.id > at)
            at = max(at, self._upto)
            if moving != self._moving:
                moving = self._moving
                yield _moving(moving, visitor)

    async def _more(
        self, at: int, moving: tuple[Progress, ...], room: Drafted | None, here: list[tuple[object, ...]]
    ) -> bool:
        """Whether anything happened since, or moved, or anybody did, once it did or after `SIGN` seconds."""

        def news() -> bool:
            others = room is not None and here != [_seen(one) for one in self._company(room)]
            return self._closed or self._upto > at or self._moving != moving or others

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SIGN), self._news:
                return await self._news.wait_for(news)
        return False

    def _company(self, room: Drafted) -> tuple[Present, ...]:
        return tuple(one for one in self._here if one.draft == room.id)

    def _last(self) -> int:
        with self.catalogue.reading() as tx:
            return last_event(tx)

    def _since(self, event: int) -> tuple[Event, ...]:
        with self.catalogue.reading() as tx:
            return since(tx, event, MOST)

    def _look(self, upto: int) -> tuple[tuple[Event, ...], tuple[Progress, ...], tuple[Present, ...]]:
        with self.catalogue.reading() as tx:
            return since(tx, upto, MOST), progress(tx), present(tx)


def streamed(request: Request, visitor: Visitor, last_event_id: str, room: Drafted | None = None) -> StreamingResponse:
    """The answer to a browser that listens. `last_event_id`: the last event that it was told of, as it says."""
    hub: Hub = request.app.state.hub
    after = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 19 else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(hub.stream(visitor, after, room), media_type="text/event-stream", headers=headers)


OF_ROOM: Final = frozenset({"note", "verdict", "draft"})
"""What facts of its video a guest who watches a draft is told of."""


def told(one: Event, visitor: Visitor, room: Drafted | None = None) -> str:
    """An event for a page: what it is about, never its details; empty for what is not this visitor's to see."""
    if visitor.guest is not None:
        of_room = room is not None and one.video == room.video and one.kind.partition(".")[0] in OF_ROOM
        return _message(one, own=one.by == visitor.guest.person) if of_room else ""
    own = visitor.id in {one.by, one.subject}
    studio = one.course is None and one.kind.partition(".")[0] in OF_STUDIO
    if studio and not (own or visitor.admin):
        return ""
    if not visitor.sees(one.course):
        return ""
    return _message(one, own=own)


def _message(one: Event, *, own: bool) -> str:
    data = {"kind": one.kind, "topics": topics(one), "own": own}
    return f"id: {one.id}\ndata: {json.dumps(data)}\n\n"


def topics(one: Event) -> list[str]:
    """What fragments of pages listen to: the thing, its video, asset and course, and the kind of fact."""
    named = {"course": one.course, "video": one.video, "asset": one.asset}
    out = [f"{name}-{value}" for name, value in named.items() if value is not None]
    return [*out, one.kind.partition(".")[0], f"thing-{one.subject}"]


def _moving(moving: tuple[Progress, ...], visitor: Visitor) -> str:
    mine = [one for one in moving if visitor.sees(one.course)]
    videos = sorted({f"progress-{one.video}" for one in mine if one.video is not None})
    jobs = {str(one.job): [one.done, one.total] for one in mine}
    return f"data: {json.dumps({'kind': 'progress', 'topics': ['progress', *videos], 'jobs': jobs})}\n\n"


def _seen(one: Present) -> tuple[object, ...]:
    """What of somebody's presence others see: that they say again that they are here is no news."""
    return (one.draft, one.person, one.name, one.leads, one.place if one.leads else None, one.writing)


def _together(company: tuple[Present, ...], visitor: Visitor, room: Drafted) -> str:
    """Who watches a draft, for the page of one of them. A guest is shown what is written for guests."""
    guest = visitor.guest
    me = visitor.id if guest is None else guest.person
    people = [
        {
            "person": str(one.person),
            "name": one.name,
            "own": one.person == me,
            "leads": one.leads,
            "frame": one.place.frame,
            "pace": one.place.pace,
            "age": max(0.0, (datetime.now(UTC) - one.told_at).total_seconds()),
            "writing": one.writing.text if one.writing and (guest is None or one.writing.shown) else "",
            "on": one.writing.frame if one.writing else 0,
        }
        for one in company
    ]
    return f"data: {json.dumps({'kind': 'present', 'topics': [f'present-{room.id}'], 'people': people})}\n\n"
