"""Who watches a draft at this moment, who leads, and what is being written."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds a table; nothing that is there changes."""
    op.create_table(
        "presence",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("writing", sa.Text(), nullable=False),
        sa.Column("writing_on", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint("frame >= 0", name="ck_presence_frame"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_presence_draft_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_presence_person_id"),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name="pk_presence"),
    )
    op.create_index("ix_presence_seen_at", "presence", ["seen_at"])
    op.create_index("ix_presence_person_id", "presence", ["person_id"])
