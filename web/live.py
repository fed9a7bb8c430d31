"""What happens, as it happens: server-sent events for each tab, from the catalogue's own log.

An event's id is that of the log, so a browser that lost its connection goes on from the last it saw (its
`Last-Event-ID`), whichever process answers. One look at the log serves everyone who is connected.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool

from pipeline.errors import PipelineError
from storage.catalogue.counting import last_event
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import Progress, progress
from storage.catalogue.log import Event, since
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
                found, moving = await run_in_threadpool(self._look, self._upto)
            except PipelineError as error:
                log.warning("no news: %s", error.message)
                continue
            if found or moving != self._moving:
                async with self._news:
                    self._recent = [*self._recent, *found][-MOST:]
                    self._upto = found[-1].id if found else self._upto
                    self._moving = moving
                    self._news.notify_all()

    async def close(self) -> None:
        """Ends every stream: the app is about to end. Browsers come back to the next one by themselves."""
        async with self._news:
            self._closed = True
            self._news.notify_all()

    async def stream(self, visitor: Visitor, after: int | None) -> AsyncIterator[str]:
        """What a visitor may see of what happens after an event (None: from now on), as server-sent events."""
        self._readers += 1
        try:
            async for text in self._told(visitor, after):
                yield text
        finally:
            self._readers -= 1

    async def _told(self, visitor: Visitor, after: int | None) -> AsyncIterator[str]:
        if self._readers == 1:  # nobody looked since the last one left
            self._upto = await run_in_threadpool(self._last)
        at = self._upto if after is None else after
        yield f"retry: 2000\nid: {at}\n\n"
        if at < self._upto:
            missed = await run_in_threadpool(self._since, at)
            if len(missed) == MOST:
                yield "event: reload\ndata: {}\n\n"
            yield "".join(told(one, visitor) for one in missed)
            at = max(at, self._upto, *(one.id for one in missed))
        moving: tuple[Progress, ...] = ()
        ends = time.monotonic() + LASTS
        while time.monotonic() < ends and not self._closed:
            if not await self._more(at, moving):
                yield ": still here\n\n"
                continue
            yield "".join(told(one, visitor) for one in self._recent if one.id > at)
            at = max(at, self._upto)
            if moving != self._moving:
                moving = self._moving
                yield _moving(moving, visitor)

    async def _more(self, at: int, moving: tuple[Progress, ...]) -> bool:
        """Whether anything happened since, or moved, once it did or after `SIGN` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SIGN), self._news:
                return await self._news.wait_for(lambda: self._closed or self._upto > at or self._moving != moving)
        return False

    def _last(self) -> int:
        with self.catalogue.reading() as tx:
            return last_event(tx)

    def _since(self, event: int) -> tuple[Event, ...]:
        with self.catalogue.reading() as tx:
            return since(tx, event, MOST)

    def _look(self, upto: int) -> tuple[tuple[Event, ...], tuple[Progress, ...]]:
        with self.catalogue.reading() as tx:
            return since(tx, upto, MOST), progress(tx)


def told(one: Event, visitor: Visitor) -> str:
    """An event for a page: what it is about, never its details; empty for what is not this visitor's to see."""
    own = visitor.id in {one.by, one.subject}
    studio = one.course is None and one.kind.partition(".")[0] in OF_STUDIO
    if studio and not (own or visitor.admin):
        return ""
    if not visitor.sees(one.course):
        return ""
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
