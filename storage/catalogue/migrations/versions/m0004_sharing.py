"""Proposals, share links, and the words that a note was written about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    """Adds proposals and links; each note that is there gets the words of its line, as its draft had them."""
    op.create_table(
        "proposal",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Enum("open", "accepted", "refused", name="state", **WORD), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_proposal_asset_id"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_proposal_author_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_proposal_decided_by_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_proposal_line_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_proposal_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_video_id", "proposal", ["video_id", "state"])

    op.create_table(
        "share_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("video_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("rights", sa.Enum("view", "comment", "approve", name="rights", **WORD), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("watermark", sa.Boolean(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "password_hash IS NULL OR password_hash LIKE '$argon2%'", name="ck_share_link_password_is_hashed"
        ),
        sa.CheckConstraint(
            "(course_id IS NOT NULL AND video_id IS NULL AND draft_id IS NULL)"
            " OR (course_id IS NULL AND video_id IS NOT NULL AND draft_id IS NULL)"
            " OR (course_id IS NULL AND video_id IS NULL AND draft_id IS NOT NULL)",
            name="ck_share_link_one_target",
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_share_link_course_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_share_link_draft_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_share_link_made_by_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_share_link_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("token_hash", name="uq_share_link_token_hash"),
    )
    op.create_index("ix_share_link_course_id", "share_link", ["course_id"])
    op.create_index("ix_share_link_draft_id", "share_link", ["draft_id"])
    op.create_index("ix_share_link_video_id", "share_link", ["video_id"])

    op.add_column("note", sa.Column("quote", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute(
        "UPDATE note SET quote = COALESCE((SELECT said.text FROM script_line_text AS said"
        " JOIN draft ON draft.revision_id = said.revision_id"
        " WHERE draft.id = note.draft_id AND said.line_id = note.line_id), '')"
    )
