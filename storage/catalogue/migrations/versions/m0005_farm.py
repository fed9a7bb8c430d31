"""What the farm needs to know: which jobs a draft waits for, when a job was sent, when a video is drafted again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the table of waiting drafts and five columns; nothing that is there changes."""
    op.create_table(
        "draft_wait",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_wait_draft_id"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_draft_wait_job_id"),
        sa.PrimaryKeyConstraint("draft_id", "job_id", name="pk_draft_wait"),
    )
    op.create_index("ix_draft_wait_job_id", "draft_wait", ["job_id"])
    op.create_index(
        "ix_draft_under_way",
        "draft",
        ["id"],
        sqlite_where=sa.text("state IN ('waiting', 'rendering')"),
        postgresql_where=sa.text("state IN ('waiting', 'rendering')"),
    )
    op.add_column("draft", sa.Column("style", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("draft", sa.Column("advanced_at", MOMENT, nullable=True))
    op.add_column("job", sa.Column("sent_at", MOMENT, nullable=True))
    op.add_column("video", sa.Column("changed_at", MOMENT, nullable=True))
    op.add_column("video", sa.Column("draft_after", MOMENT, nullable=True))
    op.create_index(
        "ix_video_draft_after",
        "video",
        ["draft_after"],
        sqlite_where=sa.text("draft_after IS NOT NULL"),
        postgresql_where=sa.text("draft_after IS NOT NULL"),
    )
