"""Courses, people, scripts, and the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    """Makes the first tables, in an empty database; events can only ever be added."""
    op.create_table(
        "course",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("rate_num", sa.Integer(), nullable=False),
        sa.Column("rate_den", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("rate_num > 0 AND rate_den > 0", name="ck_course_rate"),
        sa.CheckConstraint("width > 0 AND height > 0", name="ck_course_size"),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sa.UniqueConstraint("folded", name="uq_course_folded"),
    )

    op.create_table(
        "event",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("video_id", sa.Uuid(), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", DATA, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_asset", "event", ["asset_id", "id"])
    op.create_index("ix_event_subject", "event", ["subject_id", "id"])
    op.create_index("ix_event_video", "event", ["video_id", "id"])

    op.create_table(
        "event_reader",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_event_reader"),
    )

    op.create_table(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "password_hash IS NULL OR password_hash LIKE '$argon2%'", name="ck_person_password_is_hashed"
        ),
        sa.CheckConstraint("email = lower(email)", name="ck_person_email_is_lower"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )

    op.create_table(
        "film_set",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_film_set_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_film_set"),
        sa.UniqueConstraint("course_id", "folded", name="uq_film_set_course_id_folded"),
    )

    op.create_table(
        "membership",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role", sa.Enum("admin", "director", "writer", "motion", "reviewer", name="role", **WORD), nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_membership_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("person_id", "course_id", "role", name="uq_membership_person_id_course_id_role"),
    )
    op.create_index("ix_membership_course_id", "membership", ["course_id"])

    op.create_table(
        "part",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_part_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_part"),
        sa.UniqueConstraint("course_id", "position", name="uq_part_course_id_position"),
    )

    op.create_table(
        "chapter",
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name="fk_chapter_part_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chapter"),
        sa.UniqueConstraint("part_id", "position", name="uq_chapter_part_id_position"),
    )

    op.create_table(
        "video",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("chapter_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("script", "filmed", "motion", "draft", "review", "final", "published", name="stage", **WORD),
            nullable=False,
        ),
        sa.Column("drafting", sa.Enum("automatic", "paused", name="drafting", **WORD), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["chapter_id"], ["chapter.id"], name="fk_video_chapter_id"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_video_course_id"),
        sa.ForeignKeyConstraint(["set_id"], ["film_set.id"], name="fk_video_set_id"),
        sa.PrimaryKeyConstraint("id", name="pk_video"),
        sa.UniqueConstraint("chapter_id", "position", name="uq_video_chapter_id_position"),
        sa.UniqueConstraint("course_id", "folded", name="uq_video_course_id_folded"),
    )

    op.create_index(
        "ix_video_going",
        "video",
        ["id"],
        sqlite_where=sa.text("stage <> 'published'"),
        postgresql_where=sa.text("stage <> 'published'"),
    )

    op.create_table(
        "due",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("script", "filmed", "motion", "draft", "review", "final", "published", name="stage", **WORD),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_due_owner_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_due_video_id"),
        sa.PrimaryKeyConstraint("video_id", "stage", name="pk_due"),
    )
    op.create_index("ix_due_owner_id", "due", ["owner_id"])

    op.create_table(
        "script_revision",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_script_revision_author_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_script_revision_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_script_revision"),
        sa.UniqueConstraint("video_id", "number", name="uq_script_revision_video_id_number"),
    )

    op.create_table(
        "script_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("gone_in_id", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["first_id"], ["script_revision.id"], name="fk_script_line_first_id"),
        sa.ForeignKeyConstraint(["gone_in_id"], ["script_revision.id"], name="fk_script_line_gone_in_id"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["script_line.id"], name="fk_script_line_merged_into_id"),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name="fk_script_line_video_id"),
        sa.PrimaryKeyConstraint("id", name="pk_script_line"),
        sa.UniqueConstraint("video_id", "name", name="uq_script_line_video_id_name"),
    )

    op.create_table(
        "script_line_text",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cues", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["script_line.id"], name="fk_script_line_text_line_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["script_revision.id"], name="fk_script_line_text_revision_id"),
        sa.PrimaryKeyConstraint("revision_id", "line_id", name="pk_script_line_text"),
    )
    op.create_index("ix_script_line_text_line_id", "script_line_text", ["line_id"])

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION event_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'events are never changed or removed'; END $$"
        )
        op.execute(
            "CREATE TRIGGER event_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON event"
            " FOR EACH STATEMENT EXECUTE FUNCTION event_is_for_ever()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_is_for_ever_{change.lower()} BEFORE {change} ON event"
                " BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
            )
