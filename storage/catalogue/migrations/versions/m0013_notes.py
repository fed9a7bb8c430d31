"""What notes hang on, whom they name, what is attached to them; how a course comes to a verdict."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")
VERDICTS = "VARCHAR(24) DEFAULT 'all' NOT NULL CONSTRAINT ck_course_verdicts CHECK (verdicts IN ('all', 'first'))"
"""One sentence that both databases read: SQLite adds no constraint to a table that is there."""


def upgrade() -> None:
    """Adds columns and three tables; nothing that is there changes."""
    op.execute(f"ALTER TABLE course ADD COLUMN verdicts {VERDICTS}")
    op.add_column("note", sa.Column("hung", DATA, nullable=True))
    op.add_column("note", sa.Column("edited_at", MOMENT, nullable=True))
    op.add_column("note", sa.Column("deleted_at", MOMENT, nullable=True))
    op.create_index("ix_note_draft_id", "note", ["draft_id"])
    op.create_index("ix_note_parent_id", "note", ["parent_id"])
    op.create_table(
        "note_mention",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_note_mention_note_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_note_mention_person_id"),
        sa.PrimaryKeyConstraint("note_id", "person_id", name="pk_note_mention"),
    )
    op.create_index("ix_note_mention_person_id", "note_mention", ["person_id"])
    op.create_table(
        "note_file",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("picture", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_note_file_note_id"),
        sa.ForeignKeyConstraint(["media_id"], ["media_file.id"], name="fk_note_file_media_id"),
        sa.PrimaryKeyConstraint("note_id", "position", name="pk_note_file"),
    )
    op.create_index("ix_note_file_media_id", "note_file", ["media_id"])
    op.create_table(
        "note_cue",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("casting_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_note_cue_note_id"),
        sa.ForeignKeyConstraint(["casting_id"], ["casting.id"], name="fk_note_cue_casting_id"),
        sa.PrimaryKeyConstraint("note_id", name="pk_note_cue"),
    )
    op.create_index("ix_note_cue_casting_id", "note_cue", ["casting_id"])
