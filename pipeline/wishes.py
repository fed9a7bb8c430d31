"""What the script binds each phrase to: framing cues, graphics beside the speaker or over the whole frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.energy import Side, Wish
from pipeline.footage import Remark
from pipeline.framing import Composed
from pipeline.overlays import Show
from pipeline.phrases import Phrase, Stand
from pipeline.placing import OTHER
from pipeline.presets import Style
from pipeline.script import Cue, Script
from pipeline.spans import frames_in
from pipeline.under import before_the_next, covered, near_ends, offset, reach
from pipeline.utterances import orders


@dataclass(frozen=True, slots=True)
class Wishes:
    """What binds each phrase, by its index in the film; and what to know."""

    by_phrase: dict[int, Wish]
    remarks: tuple[Remark, ...] = ()


def bounds(planned: Sequence[Show]) -> frozenset[int]:
    """The orders of words before which the framing may have to change for a graphic."""
    beside = [show for show in planned if show.place == "beside"]
    return frozenset(order for show in beside for order in (show.order, show.until) if order is not None)


def wishes(
    film: Sequence[Phrase | Stand],
    planned: Sequence[Show],
    script: Script,
    composed: Sequence[Composed],
    style: Style,
    rate: Fraction,
) -> Wishes:
    """What binds each phrase of the film."""
    apart = frames_in(style.rhythm.zoom_apart, rate)
    usual = style.rhythm.side
    found = {index: Wish(opens=opens, side=usual) for index, opens in _opening(film, style, rate)}
    for index, cue, heads in _framed(film, script):
        side: Side = (cue.side if cue.reference == "auto" else "") or usual
        found[index] = replace(found[index], cue=cue, heads=heads, side=side)
    remarks: list[Remark] = []
    for show in planned:
        if show.place == "beside":
            walk = list(reach(film, show, shortened=False))
            filmed = [composed[piece.take] for index, _ in walk if isinstance(piece := film[index], Phrase)]
            head = _head_side(show, filmed)
            if filmed and (not head or (show.side and head != OTHER[show.side])):
                remarks.append(Remark("no-side", show.cue.source, show.line))
            for number, (index, _) in enumerate(walk):
                found[index] = replace(found[index], side=head, locked=number > 0 or found[index].locked)
        for index in near_ends(film, show, frames_in(style.graphics.calm_seconds, rate)):
            found[index] = replace(found[index], calm=True)
        if show.fills:
            whole = before_the_next(show, planned)
            near = [index for index, cut in reach(film, whole, shortened=True) if cut is None]
            for index in near:
                found[index] = replace(found[index], near=offset(film[index], show) < apart)
            for index in covered(film, whole, *_coming_frames(show, style, rate)):
                found[index] = replace(found[index], covered=True)
    return Wishes(found, tuple(remarks))


def _coming_frames(show: Show, style: Style, rate: Fraction) -> tuple[int, int]:
    """For how many frames what fills the frame is not there whole, as it comes and as it goes; a slate is at once."""
    if show.asset is None:
        return 0, 0
    rule, brand = style.graphics.rule(show.place), style.brand
    enter, leave = show.cue.enter or rule.enter, show.cue.leave or rule.leave
    return (
        frames_in(brand.enter_seconds, rate) if enter != "cut" else 0,
        frames_in(brand.leave_seconds, rate) if leave != "cut" else 0,
    )


def _opening(film: Sequence[Phrase | Stand], style: Style, rate: Fraction) -> Iterator[tuple[int, bool]]:
    """Each phrase, and whether it belongs to the opening of its scene: the first shot's least length."""
    scene, age = -1, 0
    for index, piece in enumerate(film):
        if not isinstance(piece, Phrase):
            continue
        if piece.scene != scene:
            scene, age = piece.scene, 0
        least = style.rhythm.shot_least if scene else style.rhythm.first_shot_least
        yield index, age < frames_in(least, rate)
        age += piece.gap.filmed + piece.span.frames


def _framed(film: Sequence[Phrase | Stand], script: Script) -> Iterator[tuple[int, Cue, bool]]:
    """Each phrase with the framing cue in force, which lasts to the next one or to the end of its scene."""
    at = orders(script)
    cues: list[tuple[int, int, Cue]] = []
    for scene, part in enumerate(script.scenes):
        for line in part.lines:
            cues += [(scene, at.at(line.id, cue.at), cue) for cue in line.cues if cue.name == "frame"]
    last: Cue | None = None
    for index, piece in enumerate(film):
        if isinstance(piece, Phrase):
            here = [cue for scene, order, cue in cues if scene == piece.scene and order <= piece.order]
            if here:
                yield index, here[-1], here[-1] is not last
                last = here[-1]


def _head_side(show: Show, tables: Sequence[Composed]) -> Side:
    """Where the head goes for a graphic beside: opposite to it, else on its side; empty where no take gives either."""
    wanted = OTHER[show.side] or "left"
    for side in (wanted, OTHER[wanted]):
        if tables and all(any(one.side == side for one in table.framings) for table in tables):
            return side
    return ""
