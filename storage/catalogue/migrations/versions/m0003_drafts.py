"""Drafts, what is rendered, what people say of them, and work under way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WORD = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    """Adds drafts and jobs."""
    op.create_table(
        "render_output",
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "conformed",
                "watched",
                "heard",
                "overlay",
                "sound",
                "recorded",
                "segment",
                "mix",
                "draft",
                "other",
                name="kind",
                **WORD,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_render_output"),
        sa.UniqueConstraint("kind", "key", "part", name="uq_render_output_kind_key_part"),
        sa.UniqueConstraint("object_name", name="uq_render_output_object_name"),
    )
    op.create_index("ix_render_output_used_at", "render_output", ["used_at"])

    op.create_table(
        "draft",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "rendering", "done", "failed", "superseded", name="state", **WORD),
            nullable=False,
        ),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.Column("frames", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("manifest", DATA, nullable=True),
        sa.Column("timeline", DATA, nullable=True),
        sa.Column("report", DATA, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_draft_asked_by_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["script_revision.id"], name="fk_draft_revision_id"),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["draft.id"], name="fk_draft_superseded_by_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_draft_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("video_id", "number", name="uq_draft_video_id_number"),
    )
    op.create_index(
        "ix_draft_done",
        "draft",
        ["video_id", "number"],
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )

    op.create_table(
        "draft_input",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("script", "style", "rush", "asset", name="kind", **WORD), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_input_draft_id"),
        sa.ForeignKeyConstraint(["version_id"], ["asset_version.id"], name="fk_draft_input_version_id"),
        sa.PrimaryKeyConstraint("draft_id", "kind", "reference", name="pk_draft_input"),
    )
    op.create_index("ix_draft_input_version_id", "draft_input", ["version_id"])

    op.create_table(
        "draft_line",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_line_draft_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_draft_line_line_id"),
        sa.PrimaryKeyConstraint("draft_id", "line_id", name="pk_draft_line"),
    )

    op.create_table(
        "draft_segment",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.CheckConstraint("missing IN ('', 'take', 'asset')", name="ck_draft_segment_missing"),
        sa.CheckConstraint("start >= 0 AND frames > 0", name="ck_draft_segment_span"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_segment_draft_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_draft_segment_line_id"),
        sa.PrimaryKeyConstraint("draft_id", "position", name="pk_draft_segment"),
    )
    op.create_index("ix_draft_segment_key", "draft_segment", ["key"])
    op.create_index(
        "ix_draft_segment_untold",
        "draft_segment",
        ["draft_id"],
        sqlite_where=sa.text("missing = 'take'"),
        postgresql_where=sa.text("missing = 'take'"),
    )

    op.create_table(
        "job",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column(
            "state", sa.Enum("queued", "running", "done", "failed", "cancelled", name="state", **WORD), nullable=False
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("media_id", sa.Uuid(), nullable=True),
        sa.Column("details", DATA, nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("run_after", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("stderr_tail", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="ck_job_running_is_leased"),
        sa.CheckConstraint("done >= 0 AND total >= 0", name="ck_job_progress"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_job_draft_id"),
        sa.ForeignKeyConstraint(["media_id"], ["media_file.id"], name="fk_job_media_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_job_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    op.create_index("ix_job_draft_id", "job", ["draft_id"])
    op.create_index(
        "ix_job_lease",
        "job",
        ["lease_until"],
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_job_media_id", "job", ["media_id"])
    op.create_index(
        "ix_job_queued",
        "job",
        ["queue", "run_after"],
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_job_video_id", "job", ["video_id", "state"])

    op.create_table(
        "note",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("word", sa.Integer(), nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("drawing", DATA, nullable=True),
        sa.Column("visibility", sa.Enum("internal", "public", name="visibility", **WORD), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Enum("open", "resolved", name="state", **WORD), nullable=False),
        sa.Column("resolved_by_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("start >= 0 AND stop > start", name="ck_note_span"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_note_author_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_note_draft_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_note_line_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_note_owner_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["note.id"], name="fk_note_parent_id"),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["person.id"], name="fk_note_resolved_by_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_note_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_line_id", "note", ["line_id"])
    op.create_index("ix_note_owner_id", "note", ["owner_id", "state"])
    op.create_index("ix_note_video_id", "note", ["video_id", "state"])

    op.create_table(
        "verdict",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Enum("approve", "change", name="decision", **WORD), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_verdict_draft_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_verdict_line_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_verdict_person_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_verdict_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdict"),
    )
    op.create_index("ix_verdict_line", "verdict", ["line_id", "person_id", "digest"])
    op.create_index("ix_verdict_video", "verdict", ["video_id", "person_id"])
