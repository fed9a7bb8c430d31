"""Where words stand in other revisions of a script: read once for all that hangs on them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from pipeline.anchors import Anchor, carried
from pipeline.script import LineId, Script
from storage.catalogue.engine import Transaction
from storage.catalogue.scripts import remembered
from storage.catalogue.tables.script import LineTextRow, RevisionRow, ScriptLineRow
from storage.catalogue.terms import RevisionId, VideoId

Places = Mapping[Anchor, Anchor]


def places(
    tx: Transaction, video_id: VideoId, sources: Collection[RevisionId], target: RevisionId
) -> Mapping[RevisionId, Places]:
    """For each of these revisions of a script: where its words stand in the target, older or newer. Three queries."""
    numbers = dict(tx.execute(select(RevisionRow.id, RevisionRow.number).where(RevisionRow.video_id == video_id)).all())
    wanted = {one: numbers[one] for one in (*sources, target)}
    scripts = _scripts(tx, video_id, min(wanted.values()), max(wanted.values()))
    ordered = sorted(scripts)
    found = dict(zip(ordered, carried([scripts[one] for one in ordered], ordered.index(wanted[target])), strict=True))
    return {one: found[wanted[one]] for one in sources}


def _scripts(tx: Transaction, video_id: VideoId, first: int, last: int) -> dict[int, Script]:
    """The revisions of those numbers, as their words are compared."""
    said: defaultdict[int, list[tuple[ScriptLineRow, LineTextRow]]] = defaultdict(list)
    found = tx.execute(
        select(RevisionRow.number, ScriptLineRow, LineTextRow)
        .join(LineTextRow, LineTextRow.revision_id == RevisionRow.id)
        .join(ScriptLineRow, ScriptLineRow.id == LineTextRow.line_id)
        .where(RevisionRow.video_id == video_id, RevisionRow.number.between(first, last))
        .order_by(RevisionRow.number, LineTextRow.position)
    )
    for number, line, text in found:
        said[number].append((line, text))
    gone = [
        (number, into, LineId(name))
        for number, into, name in tx.execute(
            select(RevisionRow.number, ScriptLineRow.merged_into_id, ScriptLineRow.name)
            .join(RevisionRow, RevisionRow.id == ScriptLineRow.gone_in_id)
            .where(ScriptLineRow.video_id == video_id, ScriptLineRow.merged_into_id.is_not(None))
            .order_by(ScriptLineRow.id)
        )
    ]
    out: dict[int, Script] = {}
    for number in range(first, last + 1):
        merged: defaultdict[UUID, list[LineId]] = defaultdict(list)
        for since, into, name in gone:
            if since <= number and into is not None:
                merged[into].append(name)
        out[number] = remembered(said[number], merged)
    return out
