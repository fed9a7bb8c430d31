"""Webhooks and what was sent to them; what waits for whom as they were told; jobs found by when they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = {"native_enum": False, "create_constraint": True, "length": 24}
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING, FAILED, DONE = (sa.text(f"state = '{state}'") for state in ("waiting", "failed", "done"))


def upgrade() -> None:
    """Adds three tables and two indexes; nothing that is there changes."""
    op.create_table(
        "webhook",
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_webhook_course_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_webhook_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_index("ix_webhook_course_id", "webhook", ["course_id"])
    op.create_table(
        "delivery",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum("waiting", "delivered", "failed", name="state", **WORD), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_delivery_webhook_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint(
            "webhook_id", "event_id", "kind", "about", name="uq_delivery_webhook_id_event_id_kind_about"
        ),
    )
    op.create_index("ix_delivery_due", "delivery", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "owed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_owed_person_id"),
        sa.PrimaryKeyConstraint("person_id", "fact", name="pk_owed"),
    )
    op.create_index("ix_job_failed", "job", ["ended_at"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index("ix_job_done", "job", ["ended_at"], sqlite_where=DONE, postgresql_where=DONE)
