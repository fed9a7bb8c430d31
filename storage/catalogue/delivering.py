"""What webhooks are told: queued, held while it is sent, tried again later and later, given up in the end."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from pipeline.presets import Telling
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.course import CourseRow
from storage.catalogue.tables.telling import DeliveryRow, WebhookRow
from storage.catalogue.terms import DeliveryId, WebhookId, new_id
from storage.catalogue.webhooks import TEST, Delivery, Webhook, as_delivery, as_webhook, stop_webhook

GONE = 410
"""The status by which a receiver says that it wants nothing more (Standard Webhooks 1.0.0)."""


def queue_deliveries(tx: Transaction, rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Has these told: `webhook_id`, `event_id`, `kind`, `about`, `body`. Whoever queues them does so once."""
    common = {"asked_at": now, "due_at": now, "created_at": now, "state": "waiting", "attempts": 0, "answer": ""}
    added = [{"id": new_id(), **common, **one} for one in rows]
    if added:
        tx.execute(insert(DeliveryRow), added, execution_options=QUIET)


def told_webhooks(tx: Transaction) -> tuple[Webhook, ...]:
    """The webhooks that are told: active ones. One query."""
    found = select(WebhookRow, CourseRow.code).outerjoin(CourseRow, CourseRow.id == WebhookRow.course_id)
    return tuple(as_webhook(one, code) for one, code in tx.execute(found.where(WebhookRow.active)))


def claim_deliveries(tx: Transaction, lease_until: datetime, most: int) -> tuple[tuple[Delivery, Webhook], ...]:
    """What is to be sent now, the oldest of each webhook, held until the lease ends.

    One at a time of each webhook: a receiver gets things in order, and one that is slow is asked no faster.
    """
    now = tx.now()
    free = or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until < now)
    busy = (
        select(DeliveryRow.webhook_id)
        .where(DeliveryRow.state == "waiting", DeliveryRow.lease_until >= now)
        .scalar_subquery()
    )
    rows = tx.execute(
        select(DeliveryRow, WebhookRow, CourseRow.code)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .outerjoin(CourseRow, CourseRow.id == WebhookRow.course_id)
        .where(
            DeliveryRow.state == "waiting",
            DeliveryRow.due_at <= now,
            free,
            DeliveryRow.webhook_id.not_in(busy),
            or_(WebhookRow.active, DeliveryRow.kind == TEST),
        )
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
        .limit(most * 20)
        .with_for_update(of=DeliveryRow, skip_locked=True, key_share=True)
    ).all()
    first: dict[Any, tuple[DeliveryRow, Webhook]] = {}
    for found, hook, code in rows:
        first.setdefault(hook.id, (found, as_webhook(hook, code)))
    held = list(first.values())[:most]
    ids = [found.id for found, _ in held]
    if ids:
        hold = update(DeliveryRow).where(DeliveryRow.id.in_(ids)).values(lease_until=lease_until)
        tx.execute(hold, execution_options=QUIET)
    return tuple((as_delivery(found), hook) for found, hook in held)


def answered(
    tx: Transaction, delivery: DeliveryId, status: int | None, answer: str, numbers: Telling, *, well: bool
) -> None:
    """What came of sending one: `status` None when nobody answered, `answer` says why then.

    Tried again after a while, longer each time; given up, and its webhook stopped, after the days that `numbers` name.
    """
    found = row(tx, DeliveryRow, delivery, lock=True)
    hook = row(tx, WebhookRow, found.webhook_id, lock=True)
    now, days = tx.now(), timedelta(days=numbers.webhook_days)
    values: dict[str, Any] = {"attempts": found.attempts + 1, "status": status, "answer": answer, "lease_until": None}
    since = None if well else (hook.failing_since or now)
    over = not well and (found.kind == TEST or status == GONE or now - found.asked_at > days)
    if well or over:
        values |= {"state": "delivered" if well else "failed", "ended_at": now}
    else:
        values["due_at"] = now + numbers.after(found.attempts + 1)
    tx.execute(update(DeliveryRow).where(DeliveryRow.id == delivery).values(**values), execution_options=QUIET)
    if found.kind == TEST and not well:
        return
    tx.execute(update(WebhookRow).where(WebhookRow.id == hook.id).values(failing_since=since), execution_options=QUIET)
    if status == GONE:
        stop_webhook(tx, WebhookId(hook.id), "gone")
    elif since is not None and now - since > days:
        stop_webhook(tx, WebhookId(hook.id), "failing")


def forget_deliveries(tx: Transaction, before: datetime) -> None:
    """Forgets what was told, or given up, before then."""
    old = delete(DeliveryRow).where(DeliveryRow.state != "waiting", DeliveryRow.ended_at < before)
    tx.execute(old, execution_options=QUIET)
