"""Files, assets with their versions, rushes with their takes, casting."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WORD = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    """Adds what scripts are filmed and shown with."""
    op.create_table(
        "asset",
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Enum("motion", "still", "music", "sound", "logo", "font", name="kind", **WORD), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_asset_course_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_asset_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_asset"),
    )
    op.create_index("ix_asset_owner_id", "asset", ["owner_id"])
    op.create_index(
        "uq_asset_course_folded",
        "asset",
        ["course_id", "folded"],
        unique=True,
        sqlite_where=sa.text("course_id IS NOT NULL"),
        postgresql_where=sa.text("course_id IS NOT NULL"),
    )
    op.create_index(
        "uq_asset_studio_folded",
        "asset",
        ["folded"],
        unique=True,
        sqlite_where=sa.text("course_id IS NULL"),
        postgresql_where=sa.text("course_id IS NULL"),
    )

    op.create_table(
        "media_file",
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("uploading", "processing", "ready", "failed", "missing", name="state", **WORD),
            nullable=False,
        ),
        sa.Column("declared_size", sa.BigInteger(), nullable=True),
        sa.Column("declared_sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("upload", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("log_tail", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("rate_num", sa.Integer(), nullable=True),
        sa.Column("rate_den", sa.Integer(), nullable=True),
        sa.Column("frames", sa.BigInteger(), nullable=True),
        sa.Column("samples", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("timecode", sa.Text(), nullable=True),
        sa.Column("media", DATA, nullable=True),
        sa.Column("derived_key", sa.String(length=64), nullable=True),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state <> 'ready' OR (sha256 IS NOT NULL AND size IS NOT NULL)", name="ck_media_file_ready_is_known"
        ),
        sa.CheckConstraint(
            "(rate_num IS NULL) = (rate_den IS NULL) AND rate_num > 0 AND rate_den > 0", name="ck_media_file_rate"
        ),
        sa.CheckConstraint("size >= 0 AND declared_size >= 0", name="ck_media_file_sizes"),
        sa.ForeignKeyConstraint(["sender_id"], ["person.id"], name="fk_media_file_sender_id"),
        sa.PrimaryKeyConstraint("id", name="pk_media_file"),
        sa.UniqueConstraint("object_name", name="uq_media_file_object_name"),
    )
    op.create_index("ix_media_file_sha256", "media_file", ["sha256"])
    op.create_index(
        "ix_media_file_unready",
        "media_file",
        ["state"],
        sqlite_where=sa.text("state <> 'ready'"),
        postgresql_where=sa.text("state <> 'ready'"),
    )

    op.create_table(
        "asset_version",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("approval", sa.Enum("waiting", "approved", "rejected", name="approval", **WORD), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name="fk_asset_version_approved_by_id"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_asset_version_asset_id"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_asset_version_author_id"),
        sa.ForeignKeyConstraint(["media_id"], ["media_file.id"], name="fk_asset_version_media_id"),
        sa.PrimaryKeyConstraint("id", name="pk_asset_version"),
        sa.UniqueConstraint("asset_id", "number", name="uq_asset_version_asset_id_number"),
    )
    op.create_index("ix_asset_version_approval", "asset_version", ["approval"])
    op.create_index("ix_asset_version_media_id", "asset_version", ["media_id"])

    op.create_table(
        "rush",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Enum("camera", "recorder", name="kind", **WORD), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shot", sa.Text(), nullable=False),
        sa.Column("recorder_group", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media_file.id"], name="fk_rush_media_id"),
        sa.ForeignKeyConstraint(["set_id"], ["film_set.id"], name="fk_rush_set_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_rush_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rush"),
        sa.UniqueConstraint("video_id", "card", "name", name="uq_rush_video_id_card_name"),
    )
    op.create_index("ix_rush_media_id", "rush", ["media_id"])

    op.create_table(
        "take",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("rush_id", sa.Uuid(), nullable=False),
        sa.Column("shot", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.BigInteger(), nullable=False),
        sa.Column("circled", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("start >= 0 AND stop > start", name="ck_take_span"),
        sa.ForeignKeyConstraint(["rush_id"], ["rush.id"], name="fk_take_rush_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_take_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_take"),
        sa.UniqueConstraint("video_id", "shot", "number", name="uq_take_video_id_shot_number"),
    )
    op.create_index("ix_take_rush_id", "take", ["rush_id"])

    op.create_table(
        "casting",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("cue", sa.Enum("show", "music", "sound", name="cue", **WORD), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("policy", sa.Enum("latest", "latest_approved", "pinned", name="policy", **WORD), nullable=False),
        sa.Column("pinned_id", sa.Uuid(), nullable=True),
        sa.Column("gone_in_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(policy = 'pinned') = (pinned_id IS NOT NULL)", name="ck_casting_pinned_has_version"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_casting_asset_id"),
        sa.ForeignKeyConstraint(["gone_in_id"], ["script_revision.id"], name="fk_casting_gone_in_id"),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_casting_line_id"),
        sa.ForeignKeyConstraint(["pinned_id"], ["asset_version.id"], name="fk_casting_pinned_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_casting_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_casting"),
        sa.UniqueConstraint("line_id", "folded", "wanted", name="uq_casting_line_id_folded_wanted"),
    )
    op.create_index("ix_casting_asset_id", "casting", ["asset_id"])
    op.create_index("ix_casting_video_id", "casting", ["video_id"])
