"""Browsers that a share link let in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds a table; nothing that is there changes."""
    op.create_table(
        "guest",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["share_link.id"], name="fk_guest_link_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_guest_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest"),
        sa.UniqueConstraint("secret_hash", name="uq_guest_secret_hash"),
    )
    op.create_index("ix_guest_link_id", "guest", ["link_id"])
    op.create_index("ix_guest_person_id", "guest", ["person_id"])
