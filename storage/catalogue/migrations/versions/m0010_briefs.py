"""What makers of animations are told of each cue; proposals with the end of their range, and a sketch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None

DATA = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Adds a table and two columns; nothing that is there changes."""
    op.create_table(
        "brief",
        sa.Column("casting_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("told", DATA, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["casting_id"], ["casting.id"], name="fk_brief_casting_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_brief_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_brief"),
        sa.UniqueConstraint("casting_id", name="uq_brief_casting_id"),
    )
    op.create_index("ix_brief_draft_id", "brief", ["draft_id"])
    op.add_column("proposal", sa.Column("until", sa.Integer(), nullable=True))
    with op.batch_alter_table("proposal") as proposal:
        proposal.add_column(sa.Column("sketch_id", sa.Uuid(), nullable=True))
        proposal.create_foreign_key("fk_proposal_sketch_id", "media_file", ["sketch_id"], ["id"])
    op.create_index("ix_proposal_sketch_id", "proposal", ["sketch_id"])
