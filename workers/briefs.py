"""Briefs made on the farm: for each animation that a video owes, what its maker is told, kept for the web app."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline import draft as path_of_a_draft
from pipeline.brief import Brief, briefs
from pipeline.brief_told import Delivered, told
from pipeline.draft import Plan
from pipeline.media import shelf
from pipeline.naming_assets import in_studio
from pipeline.script import LineId
from pipeline.values import Key, as_json, digest
from storage.catalogue.assets import versions
from storage.catalogue.briefs import Kept, castings_owed, keep_briefs
from storage.catalogue.casting import Cast, resolved
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.outputs import keep_whole
from storage.catalogue.scripts import revision
from storage.catalogue.terms import DraftId, VideoId
from storage.keys import derived
from storage.objects import storage_error
from workers.briefing import BriefAlone
from workers.catalogued import CatalogueHome
from workers.crew import Tools
from workers.drafting import style_of
from workers.progress import silent
from workers.workshop import Lost, Workshop

RECIPE: Final = 1
"""Raised whenever the same brief would be shown otherwise than before."""
TOLD: Final = "brief.json"
"""The file that holds what is told, beside its pictures and clip."""


@dataclass(frozen=True, slots=True)
class _Owed:
    """An animation that is owed: its brief, what its cue is cast with, the versions that were sent of it."""

    brief: Brief
    cast: Cast
    sent: tuple[int, ...]
    key: Key


def write_briefs(catalogue: Catalogue, shop: Workshop, tools: Tools, video: VideoId, draft: DraftId) -> int:
    """Makes and keeps the brief of each animation that a video owes; how many these are.

    They tell of the video as it now is; `draft` is the last that is done, and what it was made of is found again.

    Raises:
        StorageUnavailable: the disk or the store is away.
    """
    with catalogue.reading() as tx:
        script = revision(tx, video, shelf.framings()).script
        style = style_of(tx, video, script)
        owed = set(castings_owed(tx, video))
        casts = {(one.line, one.reference): one for one in resolved(tx, video) if one.id in owed}
        sent = {one.id: _numbers(tx, one) for one in casts.values()}
    crew = BriefAlone(CatalogueHome(catalogue, shop, video), shop, tools, silent)
    plan = path_of_a_draft.plan(script, style, crew)
    found: list[_Owed] = []
    for one in briefs(plan, lambda cue, _: cue.name == "show"):
        cast = casts.get((LineId(one.line), one.cue.asset))
        if cast is not None:
            found.append(_Owed(one, cast, sent[cast.id], _key(plan, one, sent[cast.id], tools)))
    try:
        _made(crew, plan, found)
    except OSError as error:
        raise storage_error(error, shop.work.root) from error
    kept: list[Kept] = []
    with catalogue.writing() as tx:
        for one in found:
            name = derived("other", one.key)
            whole = shop.store.whole(name)
            data = whole.file(TOLD) if whole is not None else None
            if whole is None or data is None:
                raise Lost(name, TOLD)
            keep_whole(tx, "other", one.key, whole)
            kept.append(Kept(one.cast.id, one.key, json.loads(shop.store.read(data.key, 0, data.size))))
        keep_briefs(tx, draft, kept)
    return len(kept)


def _numbers(tx: Transaction, cast: Cast) -> tuple[int, ...]:
    return () if cast.asset is None else tuple(one.number for one in versions(tx, cast.asset))


def _key(plan: Plan, brief: Brief, sent: Sequence[int], tools: Tools) -> Key:
    made_of = {"brief": as_json(brief), "timeline": as_json(plan.timeline), "style": as_json(plan.style)}
    return digest({"recipe": RECIPE, **made_of, "sent": list(sent), "build": tools.ffmpeg.build})


def _made(crew: BriefAlone, plan: Plan, wanted: Sequence[_Owed]) -> None:
    """Publishes what is shown of each, where it was not made before."""
    shop, words = crew.shop, shelf.said_in(plan.script.language)
    lacking = [one for one in wanted if shop.store.whole(derived("other", one.key)) is None]
    with shop.work.scratch() as scratch:
        folders = [scratch / str(number) for number in range(len(lacking))]
        for folder in folders:
            folder.mkdir()
        shown = crew.shown(plan, [(one.brief, folder) for one, folder in zip(lacking, folders, strict=True)], words)
        for one, folder, made in zip(lacking, folders, shown, strict=True):
            given = Delivered("", made.files, made.handle, made.frames)
            text = json.dumps(told(one.brief, plan, in_studio(one.brief.cue, one.sent), given, words))
            (folder / TOLD).write_text(text, "utf-8")
            shop.publish(folder, derived("other", one.key))
