"""Scripts kept as revisions; lines keep their ids, and what hangs on them stays with its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pipeline.anchors import Anchor, followed, heirs, holds
from pipeline.errors import Clash, NotFound
from pipeline.lines import kept, text
from pipeline.presets import Framings
from pipeline.reading import read
from pipeline.script import Cue, Line, LineId, Place, Scene, Script, Speaker, Word
from pipeline.values import digest
from storage.catalogue.casting import recast
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.review import NoteRow
from storage.catalogue.tables.script import LineTextRow, RevisionRow, ScriptLineRow
from storage.catalogue.terms import CourseId, RevisionId, VideoId, new_id

NOWHERE = Place(0, 0)
READ: Final = 64
"""Revisions that a process keeps as read: pages of the same drafts are opened again and again."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A saved state of a script. `script` has the ids that its lines keep."""

    id: RevisionId
    number: int
    script: Script


def save_revision(tx: Transaction, video_id: VideoId, script: Script, *, base: int | None = None) -> Revision:
    """Keeps a script as the next revision of a video; its lines are found in the last one.

    The same text again is the same revision. Castings and notes follow their lines and words: to the first part of a
    split line, or to the part that has the word; to the line that others were merged into. What was on a line that is
    gone stays on it. `base`: the number of the revision it was written from, 0 for none; None when that is not asked.

    Raises:
        Clash: another was saved since the revision it was written from.
    """
    video = row(tx, VideoRow, video_id, lock=True)
    last = _latest(tx, video_id)
    if last is not None and last.source == script.source:
        return Revision(RevisionId(last.id), last.number, kept(_remembered(tx, last), script))
    number = last.number if last is not None else 0
    if base is not None and base != number:
        raise Clash(f"revision {number} was saved meanwhile", todo="read it first, and go on from it")
    before = _remembered(tx, last) if last is not None else _empty(script)
    lines = {LineId(one.name): one for one in tx.scalars(select(ScriptLineRow).filter_by(video_id=video_id))}
    after = kept(before, script, lines.keys())
    after = _without_lost(after, _own_words(tx, before, after, lines))
    saved = RevisionRow(
        video_id=video_id,
        number=number + 1,
        source=script.source,
        digest=digest(script.source),
        title=script.title,
        language=script.language,
        style=script.style,
        author_id=tx.by,
    )
    tx.add(saved)
    tx.flush()
    _keep_lines(tx, saved, after, lines)
    _move_notes(tx, before, after, lines)
    recast(tx, saved, after, heirs(before, after), {name: one.id for name, one in lines.items()})
    tx.tell(
        "script.saved",
        saved.id,
        course=CourseId(video.course_id),
        video=video_id,
        number=saved.number,
        new=sorted({line.id for line in after.lines} - {line.id for line in before.lines}),
        gone=sorted({line.id for line in before.lines} - {line.id for line in after.lines}),
    )
    return Revision(RevisionId(saved.id), saved.number, after)


def revision(tx: Transaction, video_id: VideoId, framings: Framings, number: int | None = None) -> Revision:
    """The revision of that number, or the last one, read again with the ids it was kept with.

    Raises:
        NotFound: there is none.
    """
    found = tx.scalar(
        select(RevisionRow).filter_by(video_id=video_id, number=number)
        if number is not None
        else select(RevisionRow).filter_by(video_id=video_id).order_by(RevisionRow.number.desc()).limit(1)
    )
    if found is None:
        which = "script" if number is None else f"revision {number} of its script"
        raise NotFound(f"the video has no {which}", todo="save a script first")
    return _read_again(tx, found, framings)


def revision_kept(tx: Transaction, revision_id: RevisionId, framings: Framings) -> Revision:
    """The revision of that id, read again with the ids it was kept with.

    Raises:
        NotFound: there is none.
    """
    return _read_again(tx, row(tx, RevisionRow, revision_id), framings)


def _read_again(tx: Transaction, found: RevisionRow, framings: Framings) -> Revision:
    script = kept(_remembered(tx, found), _read(found.source, framings))
    return Revision(RevisionId(found.id), found.number, script)


@lru_cache(maxsize=READ)
def _read(text: str, framings: Framings) -> Script:
    return read(text, framings)


def revision_of(tx: Transaction, video_id: VideoId, script: str) -> RevisionId | None:
    """The last revision of a video with that digest of its text; None when there is none."""
    wanted = select(RevisionRow.id).filter_by(video_id=video_id, digest=script).order_by(RevisionRow.number.desc())
    found = tx.scalar(wanted.limit(1))
    return None if found is None else RevisionId(found)


def line_rows(tx: Transaction, video_id: VideoId) -> Mapping[LineId, UUID]:
    """The rows of all lines that a video ever had, by their names."""
    found = tx.execute(select(ScriptLineRow.name, ScriptLineRow.id).filter_by(video_id=video_id))
    return {LineId(name): line_id for name, line_id in found}


def _latest(tx: Transaction, video_id: VideoId) -> RevisionRow | None:
    wanted = select(RevisionRow).filter_by(video_id=video_id).order_by(RevisionRow.number.desc()).limit(1)
    return tx.scalar(wanted)


def _empty(script: Script) -> Script:
    return replace(script, scenes=())


def _remembered(tx: Transaction, revision: RevisionRow) -> Script:
    """What `kept` compares of a revision: the words, the cues as written, and what each line took over."""
    rows = tx.execute(
        select(ScriptLineRow, LineTextRow)
        .join(LineTextRow, LineTextRow.line_id == ScriptLineRow.id)
        .where(LineTextRow.revision_id == revision.id)
        .order_by(LineTextRow.position)
    ).all()
    merged: dict[UUID, list[LineId]] = {}
    for other in tx.scalars(
        select(ScriptLineRow)
        .join(RevisionRow, RevisionRow.id == ScriptLineRow.gone_in_id)
        .where(
            ScriptLineRow.video_id == revision.video_id,
            ScriptLineRow.merged_into_id.is_not(None),
            RevisionRow.number <= revision.number,
        )
        .order_by(ScriptLineRow.id)
    ):
        if other.merged_into_id is not None:
            merged.setdefault(other.merged_into_id, []).append(LineId(other.name))
    return replace(remembered([(one, said) for one, said in rows], merged), source=revision.source)


def remembered(rows: Iterable[tuple[ScriptLineRow, LineTextRow]], merged: Mapping[UUID, Sequence[LineId]]) -> Script:
    """What is compared of a revision, from its lines in order and the names of those that each of them took over."""
    lines = tuple(_line(LineId(one.name), said, tuple(merged.get(one.id, ()))) for one, said in rows)
    return Script("", "", "", Speaker(), "", (Scene("", lines),), "")


def _line(name: LineId, said: LineTextRow, merged: tuple[LineId, ...] = ()) -> Line:
    words = tuple(Word(word, NOWHERE) for word in said.text.split(" ")) if said.text else ()
    cues = tuple(Cue("cut", 0, NOWHERE, source) for source in said.cues.splitlines())
    return Line(name, words, cues, (), NOWHERE, merged=merged)


def _own_words(
    tx: Transaction, before: Script, after: Script, lines: Mapping[LineId, ScriptLineRow]
) -> dict[LineId, tuple[str, ...]]:
    """What each line that is recorded as merged into another last said by itself."""
    own = {line.id: text(line) for line in before.lines}
    names = {lines[name].id: name for line in after.lines for name in line.merged if name in lines and name not in own}
    if not names:
        return own
    found = tx.scalars(
        select(LineTextRow)
        .join(RevisionRow, RevisionRow.id == LineTextRow.revision_id)
        .where(LineTextRow.line_id.in_(names))
        .order_by(RevisionRow.number)
    )
    return own | {names[said.line_id]: text(_line(names[said.line_id], said)) for said in found}


def _without_lost(script: Script, own: Mapping[LineId, tuple[str, ...]]) -> Script:
    """The script without records of lines whose words have since left the line they were merged into."""
    scenes = tuple(
        replace(
            scene,
            lines=tuple(
                replace(line, merged=tuple(name for name in line.merged if name not in own or holds(line, own[name])))
                for line in scene.lines
            ),
        )
        for scene in script.scenes
    )
    return replace(script, scenes=scenes)


def _keep_lines(tx: Transaction, saved: RevisionRow, after: Script, lines: dict[LineId, ScriptLineRow]) -> None:
    """Rows of new lines, of gone and of merged ones, and what each line now says. `lines` gains the new ones."""
    for line in after.lines:
        if line.id not in lines:
            lines[line.id] = ScriptLineRow(id=new_id(), video_id=saved.video_id, name=line.id, first_id=saved.id)
            tx.add(lines[line.id])
    tx.flush()
    living = {line.id for line in after.lines}
    takers = {name: line.id for line in after.lines for name in line.merged if name in lines and name not in living}
    for name, one in lines.items():
        one.gone_in_id = None if name in living else one.gone_in_id or saved.id
        one.merged_into_id = lines[takers[name]].id if name in takers else None
    said = [(scene.title, line) for scene in after.scenes for line in scene.lines]
    for number, (title, line) in enumerate(said, 1):
        cues = "\n".join(" ".join(cue.source.split()) for cue in line.cues)
        tx.add(
            LineTextRow(
                revision_id=saved.id,
                line_id=lines[line.id].id,
                position=number,
                scene=title,
                text=line.text,
                cues=cues,
                digest=digest({"words": line.text, "cues": cues}),
            )
        )
    tx.flush()


def _move_notes(tx: Transaction, before: Script, after: Script, lines: Mapping[LineId, ScriptLineRow]) -> None:
    """Notes on a word go where the word went; when it is gone, they stay on the line as a whole."""
    names = {one.id: name for name, one in lines.items()}
    video_id = next(iter(lines.values())).video_id if lines else None
    found = tx.scalars(select(NoteRow).where(NoteRow.video_id == video_id, NoteRow.word.is_not(None))).all()
    places: Mapping[Anchor, Anchor] = followed(before, after) if found else {}
    living = {line.id for line in before.lines}
    for note in found:
        if note.line_id is None or note.word is None or names[note.line_id] not in living:
            continue
        now = places.get((names[note.line_id], note.word))
        if now is None:
            note.word = None
        else:
            note.line_id, note.word = lines[now[0]].id, now[1]
