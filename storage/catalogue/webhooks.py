"""Webhooks: which address is told what of which course, and what was sent to it."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.errors import Clash, NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.secret import hashed
from storage.catalogue.tables.course import CourseRow
from storage.catalogue.tables.telling import DeliveryRow, WebhookRow
from storage.catalogue.terms import (
    CourseId,
    DeliveryId,
    DeliveryState,
    Occasion,
    WebhookId,
    new_id,
)
from storage.sealing import webhook_secret

TEST = "test"
"""The kind of what is sent to see whether it arrives."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told. `course` is its code, empty for the whole studio. `cause`: why it was stopped."""

    id: WebhookId
    course_id: CourseId | None
    course: str
    url: str
    kinds: tuple[str, ...]
    generation: int
    secret_hash: str
    active: bool
    cause: str
    failing_since: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something told to a webhook. `status` and `answer` are what the receiver last said, or what came of it."""

    id: DeliveryId
    webhook: WebhookId
    kind: str
    body: str
    state: DeliveryState
    attempts: int
    asked_at: datetime
    due_at: datetime
    status: int | None
    answer: str
    ended_at: datetime | None
    created_at: datetime


def add_webhook(
    tx: Transaction, course: CourseId | None, url: str, kinds: Iterable[Occasion], own: bytes
) -> tuple[WebhookId, str]:
    """A new webhook of a course (None: of all), and its secret, which is told only now. `own`: the studio's secret."""
    hook = new_id()
    secret = webhook_secret(own, hook, 1)
    added = WebhookRow(
        id=hook,
        course_id=course,
        url=url,
        kinds=" ".join(sorted(set(kinds))),
        secret_hash=hashed(secret),
        made_by_id=tx.by,
    )
    tx.add(added)
    tx.flush()
    tx.tell("webhook.added", hook, course=course)
    return WebhookId(hook), secret


def new_webhook_secret(tx: Transaction, hook: WebhookId, own: bytes) -> str:
    """Another secret for a webhook, told only now; the one before signs nothing any more."""
    found = row(tx, WebhookRow, hook, lock=True)
    found.generation += 1
    secret = webhook_secret(own, hook, found.generation)
    found.secret_hash = hashed(secret)
    tx.tell("webhook.secret", hook, course=_course(found))
    return secret


def set_webhook(tx: Transaction, hook: WebhookId, *, active: bool) -> None:
    """Stops a webhook, or has it told again from now on; what waited goes out then."""
    found = row(tx, WebhookRow, hook, lock=True)
    found.active, found.cause, found.failing_since = active, "", None
    tx.tell("webhook.on" if active else "webhook.off", hook, course=_course(found))


def stop_webhook(tx: Transaction, hook: WebhookId, cause: str) -> None:
    """Rushes itself stops a webhook, and says why."""
    found = row(tx, WebhookRow, hook, lock=True)
    if found.active:
        found.active, found.cause = False, cause
        tx.tell("webhook.stopped", hook, course=_course(found), cause=cause)


def remove_webhook(tx: Transaction, hook: WebhookId) -> None:
    """Removes a webhook, with what was sent to it."""
    found = row(tx, WebhookRow, hook, lock=True)
    for one in tx.scalars(select(DeliveryRow).filter_by(webhook_id=hook)):
        tx.delete(one)
    tx.flush()
    tx.delete(found)
    tx.tell("webhook.removed", hook, course=_course(found))


def webhooks(tx: Transaction, courses: Collection[CourseId] | None) -> tuple[Webhook, ...]:
    """The webhooks of those courses; None: all, with those of the whole studio first. One query."""
    wanted = (
        select(WebhookRow, CourseRow.code)
        .outerjoin(CourseRow, CourseRow.id == WebhookRow.course_id)
        .order_by(CourseRow.code.is_not(None), CourseRow.code, WebhookRow.id)
    )
    if courses is not None:
        wanted = wanted.where(WebhookRow.course_id.in_(tuple(courses)))
    return tuple(as_webhook(one, code) for one, code in tx.execute(wanted))


def webhook(tx: Transaction, hook: WebhookId) -> Webhook:
    """The webhook of that id.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, WebhookRow, hook)
    code = None if found.course_id is None else row(tx, CourseRow, found.course_id).code
    return as_webhook(found, code)


def deliveries(tx: Transaction, hook: WebhookId, most: int = 100) -> tuple[Delivery, ...]:
    """What was told to a webhook, last first. One query."""
    wanted = select(DeliveryRow).filter_by(webhook_id=hook).order_by(DeliveryRow.id.desc()).limit(most)
    return tuple(as_delivery(one) for one in tx.scalars(wanted))


def try_webhook(tx: Transaction, hook: WebhookId) -> DeliveryId:
    """Has something sent to a webhook to see whether it arrives; also to one that is stopped."""
    found = row(tx, WebhookRow, hook)
    added, now = new_id(), tx.now()
    body = json.dumps({"type": TEST, "timestamp": now.isoformat(), "data": {}})
    tx.add(DeliveryRow(id=added, webhook_id=hook, kind=TEST, body=body, asked_at=now, due_at=now))
    tx.flush()
    tx.tell("webhook.tested", hook, course=_course(found))
    return DeliveryId(added)


def replay(tx: Transaction, hook: WebhookId, delivery: DeliveryId) -> None:
    """Sends the same once more, under the same id.

    Raises:
        NotFound: that webhook was told no such thing.
        Clash: it waits to be sent anyway.
    """
    found = row(tx, DeliveryRow, delivery, lock=True)
    if found.webhook_id != hook:
        raise NotFound("this webhook was told no such thing", todo="go back and look again")
    if found.state == "waiting":
        raise Clash("it waits to be sent anyway", todo="wait for it")
    found.state, found.attempts, found.asked_at, found.due_at = "waiting", 0, tx.now(), tx.now()
    found.lease_until = found.ended_at = None
    of = row(tx, WebhookRow, hook)
    tx.tell("webhook.replayed", hook, course=_course(of))


def _course(found: WebhookRow) -> CourseId | None:
    return None if found.course_id is None else CourseId(found.course_id)


def as_webhook(found: WebhookRow, code: str | None) -> Webhook:
    """A row as a value; `code` is its course's."""
    return Webhook(
        id=WebhookId(found.id),
        course_id=_course(found),
        course=code or "",
        url=found.url,
        kinds=tuple(found.kinds.split()),
        generation=found.generation,
        secret_hash=found.secret_hash,
        active=found.active,
        cause=found.cause,
        failing_since=found.failing_since,
        created_at=found.created_at,
    )


def as_delivery(found: DeliveryRow) -> Delivery:
    """A row as a value."""
    return Delivery(
        id=DeliveryId(found.id),
        webhook=WebhookId(found.webhook_id),
        kind=found.kind,
        body=found.body,
        state=found.state,
        attempts=found.attempts,
        asked_at=found.asked_at,
        due_at=found.due_at,
        status=found.status,
        answer=found.answer,
        ended_at=found.ended_at,
        created_at=found.created_at,
    )
