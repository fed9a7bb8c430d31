"""E-mails: how each person wants them, what they tell, and whether they were sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = {"native_enum": False, "create_constraint": True, "length": 24}
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DATA = sa.JSON().with_variant(JSONB(), "postgresql")
UNDER_WAY = sa.text("state IN ('waiting', 'sending', 'handing')")


def upgrade() -> None:
    """Adds three tables; nothing that is there changes."""
    op.create_table(
        "mail_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.Enum("never", "at_once", "daily", name="how", **WORD), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.CheckConstraint("hour >= 0 AND hour < 24", name="ck_mail_choice_hour"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_choice_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_mail_choice"),
    )
    states = ("waiting", "sending", "handing", "sent", "failed", "unknown")
    op.create_table(
        "mail",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Enum(*states, name="state", **WORD), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
    )
    op.create_index("ix_mail_person_id", "mail", ["person_id"])
    op.create_index("ix_mail_due", "mail", ["due_at"], sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
    op.create_table(
        "mail_item",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("details", DATA, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_mail_item_mail_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_item_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_item"),
        sa.UniqueConstraint(
            "person_id", "event_id", "kind", "about", name="uq_mail_item_person_id_event_id_kind_about"
        ),
    )
    op.create_index("ix_mail_item_due_at", "mail_item", ["due_at"])
    op.create_index("ix_mail_item_mail_id", "mail_item", ["mail_id"])
