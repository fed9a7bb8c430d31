"""A whole studio of generated rows: 600 courses of 20 videos of 30 lines, nine tenths of them published."""

import itertools
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from storage.catalogue.courses import STAGES
from storage.catalogue.engine import Catalogue
from storage.catalogue.tables.everything import METADATA
from tests.stack.databases import KINDS
from tests.stack.postgres import Postgres

AT, DUE = "2026-05-04 03:02:01.000000", "2026-06-01"
SHA = "0" * 32
LINE = "Nous allons suivre un chiffre, de sa source au tableau de bord, puis nous verrons qui le lit et pourquoi."
CUES, SEGMENTS, NOTES, EVENTS = 8, 40, 5, 20
"""Per video; a lesson of five minutes has about forty segments."""

GOING = 10
"""One video in so many is being worked on: 1200 at a time, for two directors and ten designers."""


@dataclass(frozen=True)
class Scale:
    """How large a studio: courses, videos in each, lines in each of those; and its people."""

    courses: int = 600
    videos: int = 20
    lines: int = 30
    designers: int = 10
    directors: int = 2
    reviewers: int = 6
    writers: int = 10


@dataclass(frozen=True)
class Made:
    """Some ids of what was made, to ask about."""

    video: str
    asset: str
    people: dict[str, str]
    rows: int


class Rows:
    """Rows by table, in the order of columns they are given in."""

    def __init__(self) -> None:
        self.tables: dict[str, list[tuple[Any, ...]]] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self._ids = itertools.count(0x01_9000_0000_7000_8000_0000_0000_0000)

    def id(self) -> str:
        """A new id, as databases write it."""
        return f"{next(self._ids):032x}"

    def add(self, table: str, **values: Any) -> str:
        """One row; its id, when it has one."""
        if table not in self.tables:
            self.tables[table], self.columns[table] = [], tuple(values)
        self.tables[table].append(tuple(values.values()))
        return values.get("id", "")


def studios(scale: Scale) -> Iterator[tuple[str, Catalogue, Made, float, Path]]:
    """A filled catalogue on each database: its kind, what was made, the ms that took, and a folder to work in."""
    server = Postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for kind in KINDS:
                url = f"sqlite:///{Path(folder) / 'bench.db'}" if kind == "sqlite" else server.create("bench")
                catalogue = Catalogue(url)
                catalogue.upgrade()
                begun = time.perf_counter()
                made = fill(catalogue, scale)
                yield kind, catalogue, made, (time.perf_counter() - begun) * 1000, Path(folder)
                catalogue.close()
    finally:
        server.stop()


def fill(catalogue: Catalogue, scale: Scale) -> Made:
    """Fills an empty catalogue, a hundred courses at a time."""
    rows = Rows()
    people = _people(rows, scale)
    video = asset = ""
    total = 0
    for course in range(scale.courses):
        made = _course(rows, scale, people, course)
        video, asset = made if course == 0 else (video, asset)
        if course % 50 == 49 or course + 1 == scale.courses:
            total += sum(len(some) for some in rows.tables.values())
            _write(catalogue, rows)
            rows.tables, rows.columns = {}, {}
    with catalogue.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return Made(video, asset, {role: some[0] for role, some in people.items()}, total)


def _people(rows: Rows, scale: Scale) -> dict[str, list[str]]:
    wanted = {
        "motion": scale.designers,
        "director": scale.directors,
        "reviewer": scale.reviewers,
        "writer": scale.writers,
    }
    return {
        role: [
            rows.add(
                "person",
                id=rows.id(),
                created_at=AT,
                name=f"{role} {n}",
                email=f"{role}{n}@x.org",
                language="fr",
                admin=False,
                active=True,
            )
            for n in range(many)
        ]
        for role, many in wanted.items()
    }


def _turn(some: Sequence[str], number: int) -> str:
    return some[number % len(some)]


def _course(rows: Rows, scale: Scale, people: dict[str, list[str]], number: int) -> tuple[str, str]:
    course = rows.add(
        "course",
        id=rows.id(),
        created_at=AT,
        code=f"C{number}",
        folded=f"c{number}",
        title="Un cours",
        language="fr",
        style="course",
        rate_num=25,
        rate_den=1,
        width=1920,
        height=1080,
    )
    for role, some in people.items():
        for one in {_turn(some, number), _turn(some, number + 1)}:
            rows.add("membership", id=rows.id(), created_at=AT, person_id=one, course_id=course, role=role)
    part = rows.add("part", id=rows.id(), created_at=AT, course_id=course, position=1, title="Partie")
    chapter = rows.add("chapter", id=rows.id(), created_at=AT, part_id=part, position=1, title="Chapitre")
    video = asset = ""
    for position in range(scale.videos):
        at = number * scale.videos + position
        stage = STAGES[at // GOING % 6] if at % GOING == 0 else "published"
        made = _video(rows, scale, people, (course, chapter), (at, position, stage))
        if stage == "review" or not video:
            video, asset = made
    return video, asset


def _video(
    rows: Rows, scale: Scale, people: dict[str, list[str]], of: tuple[str, str], as_is: tuple[int, int, str]
) -> tuple[str, str]:
    (course, chapter), (at, position, stage) = of, as_is
    going = stage != "published"
    at = at // GOING if going else at  # what goes on is dealt to everyone in turn
    video = rows.add(
        "video",
        id=rows.id(),
        created_at=AT,
        course_id=course,
        chapter_id=chapter,
        position=position + 1,
        code=f"V{position}",
        folded=f"v{position}",
        title="Une vidéo",
        stage=stage,
        drafting="automatic",
    )
    owners = {
        "script": "writer",
        "filmed": "director",
        "motion": "director",
        "draft": "director",
        "review": "reviewer",
        "final": "director",
    }
    for name, role in owners.items():
        rows.add("due", video_id=video, stage=name, owner_id=_turn(people[role], at), due=DUE)
    revision = rows.add(
        "script_revision",
        id=rows.id(),
        created_at=AT,
        video_id=video,
        number=1,
        source="…",
        digest=SHA * 2,
        title="Une vidéo",
        language="fr",
        style="course",
    )
    lines = [rows.id() for _ in range(scale.lines)]
    for n, line in enumerate(lines):
        rows.add("script_line", id=line, video_id=video, name=f"l{n}", first_id=revision)
        rows.add(
            "script_line_text",
            revision_id=revision,
            line_id=line,
            position=n + 1,
            scene="",
            text=LINE,
            cues="",
            digest=line * 2,
        )
    asset = ""
    for n in range(min(CUES, scale.lines)):
        asset = _cue(rows, course, video, lines[n], (people["motion"], at + n, going and n == 0))
    for n in range(2):
        media = _file(rows, f"rush{n}.mov")
        rows.add(
            "rush",
            id=rows.id(),
            created_at=AT,
            video_id=video,
            media_id=media,
            kind="camera",
            card="A001",
            name=f"rush{n}.mov",
            shot="",
        )
    _draft(rows, people, (course, video, revision), lines, (at, going))
    for _ in range(EVENTS):
        rows.add(
            "event",
            at=AT,
            kind="file.ready",
            course_id=course,
            video_id=video,
            asset_id=None,
            subject_id=video,
            details="{}",
        )
    return video, asset


def _file(rows: Rows, name: str) -> str:
    media = rows.id()
    return rows.add(
        "media_file",
        id=media,
        created_at=AT,
        object_name=f"originals/{media}",
        name=name,
        state="ready",
        size=3 * 2**31,
        sha256=media * 2,
        cause="",
        log_tail="",
        changed_at=AT,
    )


def _cue(rows: Rows, course: str, video: str, line: str, made: tuple[Sequence[str], int, bool]) -> str:
    designers, number, lacking = made
    asset = rows.id()
    rows.add(
        "asset",
        id=asset,
        created_at=AT,
        course_id=course,
        name=f"a{asset}",
        folded=f"a{asset}",
        kind="motion",
        title="",
        licence="",
        owner_id=_turn(designers, number),
        due=DUE,
    )
    if not lacking:
        rows.add(
            "asset_version",
            id=rows.id(),
            created_at=AT,
            asset_id=asset,
            number=1,
            media_id=_file(rows, "a.mov"),
            comment="",
            approval="approved",
        )
    rows.add(
        "casting",
        id=rows.id(),
        created_at=AT,
        video_id=video,
        line_id=line,
        cue="show",
        reference=f"a{asset}",
        folded=f"a{asset}",
        wanted=0,
        asset_id=asset,
        policy="latest",
    )
    return asset


def _draft(
    rows: Rows, people: dict[str, list[str]], of: tuple[str, str, str], lines: Sequence[str], as_is: tuple[int, bool]
) -> None:
    (_, video, revision), (at, going) = of, as_is
    draft = rows.add(
        "draft",
        id=rows.id(),
        created_at=AT,
        video_id=video,
        number=1,
        state="done",
        cause="script",
        revision_id=revision,
        frames=SEGMENTS * 200,
        digest=SHA * 2,
        error="",
        manifest=json.dumps({"segments": []}),
        done_at=AT,
    )
    for n in range(SEGMENTS):
        line = lines[n * len(lines) // SEGMENTS]
        rows.add(
            "draft_segment",
            draft_id=draft,
            position=n,
            line_id=line,
            key=f"{draft}{n:032x}",
            start=n * 200,
            frames=200,
            missing="take" if going and n == 3 else "",
            what="",
        )
    for n, line in enumerate(lines):
        rows.add("draft_line", draft_id=draft, line_id=line, start=n * 200, stop=n * 200 + 200, digest=line * 2)
        if not going or n % 2:
            rows.add(
                "verdict",
                id=rows.id(),
                created_at=AT,
                video_id=video,
                draft_id=draft,
                line_id=line,
                person_id=_turn(people["reviewer"], at),
                decision="approve",
                digest=line * 2,
                comment="",
            )
    for n in range(NOTES):
        rows.add(
            "note",
            id=rows.id(),
            created_at=AT,
            video_id=video,
            draft_id=draft,
            line_id=lines[n % len(lines)],
            quote="",
            offset=0,
            start=0,
            stop=9,
            author_id=_turn(people["reviewer"], at),
            owner_id=_turn(people["director"], at),
            body="Un peu long.",
            visibility="internal",
            blocks=True,
            state="open" if going and n == 0 else "resolved",
        )


def _write(catalogue: Catalogue, rows: Rows) -> None:
    """Rows as they are, unchecked: keys to other tables are right, as they were made."""
    order: Iterable[Table] = METADATA.sorted_tables
    postgres = catalogue.engine.dialect.name == "postgresql"
    with closing(catalogue.engine.raw_connection()) as raw:
        cursor: Any = raw.cursor()
        cursor.execute("SET session_replication_role = replica" if postgres else "PRAGMA foreign_keys = OFF")
        if not postgres:
            cursor.execute("BEGIN IMMEDIATE")
        for table in order:
            some = rows.tables.get(table.name)
            if not some:
                continue
            names = rows.columns[table.name]
            listed = ", ".join(f'"{name}"' for name in names)
            if postgres:
                with cursor.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            else:
                places = ", ".join("?" * len(names))
                cursor.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({places})", some)  # noqa: S608
        raw.commit()
        cursor.execute("SET session_replication_role = DEFAULT" if postgres else "PRAGMA foreign_keys = ON")
        raw.commit()
