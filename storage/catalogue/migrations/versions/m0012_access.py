"""What a program's token may do, whom an identity provider vouches for, and who is away to sign in there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
REACH = "VARCHAR(24) DEFAULT 'all' NOT NULL CONSTRAINT ck_session_reach CHECK (reach IN ('all', 'send', 'read'))"
"""One sentence that both databases read: SQLite adds no constraint to a table that is there."""


def upgrade() -> None:
    """Adds a column and two tables; nothing that is there changes."""
    op.execute(f"ALTER TABLE session ADD COLUMN reach {REACH}")
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_identity_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])
    op.create_table(
        "departure",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_departure"),
    )
    op.create_index("ix_departure_expires_at", "departure", ["expires_at"])
