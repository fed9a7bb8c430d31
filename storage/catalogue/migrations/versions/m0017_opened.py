"""Which drafts somebody opened, so that they are shown what changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None


def upgrade() -> None:
    """Adds a table; nothing that is there changes."""
    op.create_table(
        "draft_opened",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_opened_draft_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_draft_opened_person_id"),
        sa.PrimaryKeyConstraint("person_id", "draft_id", name="pk_draft_opened"),
    )
    op.create_index("ix_draft_opened_draft_id", "draft_opened", ["draft_id"])
