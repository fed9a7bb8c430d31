"""The edit: from what is told, and the framings there are, to the timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.chapter_marks import marked, openings
from pipeline.chapters import opened_by_card
from pipeline.clock import Clock
from pipeline.cutting import optimum, tempo
from pipeline.energy import JUMP, Part, Side, Wish, beats, cut_cost, options
from pipeline.footage import Footage, Remark
from pipeline.framing import Composed
from pipeline.overlays import Show, closing, overlays, shows, words_aside
from pipeline.phrases import Phrase, Stand, phrases, stands_alone
from pipeline.presets import Style
from pipeline.reading_time import hurried
from pipeline.reel import Given, Reel, reel
from pipeline.script import Script
from pipeline.sounds import beds, voices
from pipeline.spans import frames_in
from pipeline.takes import Chosen
from pipeline.timeline import Chapter, Timeline
from pipeline.utterances import orders
from pipeline.wishes import bounds, wishes


def edit(script: Script, chosen: Chosen, composed: tuple[Composed, ...], footage: Footage, style: Style) -> Timeline:
    """The whole edit as a value.

    Phrases are framed and cut by the exact optimum of `pipeline.cutting`, under the script's cues. `[frame X]` holds
    from its word to the next `[frame]` or the end of its scene. What no take says is a slate, a missing asset a panel
    in its place; what could not be done as the script asks is among the remarks. Where a scene can only begin with a
    jump of the picture, it begins with its title. Chapters and end are shown as the style says.
    """
    at = orders(script)
    planned = shows(script, footage, style, at.at, lambda cue, line: stands_alone(cue, line, script))
    titles: dict[int, Remark] = {}
    opened = opened_by_card(script, style)
    while True:
        titled = opened | frozenset(titles)
        film = phrases(script, chosen, footage, style, bounds(planned), titled, closing(planned, style, footage.rate))
        bound = wishes(film, planned, script, composed, style, footage.rate)
        given, found, jumps = framed(film, bound.by_phrase, composed, style, footage.rate)
        more = _hidden_by_titles(film, jumps, script)
        if not more:
            break
        titles |= more
    film = [_aside(piece, planned) for piece in film]
    made = reel(film, given, script, chosen, composed, footage, style)
    if not made.clips:
        return Timeline(footage.rate, style.size, script.language, ())
    chapters = _chapters(made, script)
    clock = _clock(made, chapters, footage.rate, style)
    laid = overlays(planned, script, clock, made.stretches, style, footage.rate)
    under, unheard = beds(script, footage, clock, style, at.at)
    shown = marked(chapters, made.clips, laid.overlays, script.language, style, footage.rate)
    timeline = Timeline(
        rate=footage.rate,
        size=style.size,
        language=script.language,
        clips=made.clips,
        overlays=(*made.overlays, *shown.overlays),
        sounds=(*voices(made.clips, footage.rate), *under),
        cards=tuple(dict.fromkeys((*made.cards, *laid.cards, *shown.cards))),
        chapters=chapters,
        slates=tuple(sorted((*made.slates, *laid.slates), key=lambda slate: slate.frame)),
        remarks=(*titles.values(), *found, *bound.remarks, *laid.remarks, *unheard, *shown.remarks),
    )
    return replace(timeline, remarks=(*timeline.remarks, *hurried(timeline, style.cards.reading_most)))


def _chapters(made: Reel, script: Script) -> tuple[Chapter, ...]:
    titled = [(script.scenes[scene].title, frame) for scene, frame in made.scenes.items()]
    return tuple(Chapter(title, frame) for title, frame in titled if title)


def _aside(piece: Phrase | Stand, planned: Sequence[Show]) -> Phrase | Stand:
    """The piece; a slate makes room for what stands beside its words."""
    if isinstance(piece, Phrase) or piece.kind != "slate":
        return piece
    return replace(piece, aside=words_aside(planned, {word.order for word in piece.words}))


def _clock(made: Reel, chapters: Sequence[Chapter], rate: Fraction, style: Style) -> Clock:
    frames = sum(clip.frames for clip in made.clips)
    bands = tuple(openings(chapters, made.clips, style, rate).values())
    return Clock(frames, made.words, made.edges, frames_in(style.rhythm.lead, rate), made.titles, bands)


def _hidden_by_titles(film: Sequence[Phrase | Stand], jumps: Mapping[int, Remark], script: Script) -> dict[int, Remark]:
    """The scenes, by index, that begin with a jump which their title can hide, and what to know of each."""
    openings = {film[index].scene: jump for index, jump in jumps.items() if _opens_scene(film[index])}
    return {scene: replace(jump, code="scene-title") for scene, jump in openings.items() if script.scenes[scene].title}


def _opens_scene(piece: Phrase | Stand) -> bool:
    return isinstance(piece, Phrase) and piece.gap.parting == "scene"


def framed(
    film: Sequence[Phrase | Stand],
    bound: dict[int, Wish],
    composed: Sequence[Composed],
    style: Style,
    rate: Fraction,
) -> tuple[dict[int, Given], tuple[Remark, ...], dict[int, Remark]]:
    """What each phrase gets, by its index in the film: the optimum of every row between two slates or titles.

    Then what to know of it; of that, the jumps of the picture, by the index of the phrase before which it jumps.
    """
    given: dict[int, Given] = {}
    remarks: list[Remark] = []
    jumps: dict[int, Remark] = {}
    parts = {index: _part(film, index, bound, composed, style) for index in bound}
    for row in _rows(film):
        weighed = [parts[index] for index in row]
        _, choices = optimum(beats(weighed, style, rate), tempo(style.rhythm, rate), opens_film=row[0] == 0)
        before: Part | None = None
        shown = 0
        for index, part, choice in zip(row, weighed, choices, strict=True):
            start = None
            if part.wish.push:
                wider = part.options.wider[choice.option] if part.pushes(choice.option) else None
                start = wider or part.options.framings[choice.option]
                if before is not None and not choice.cut:
                    start = before.options.framings[shown]
            covered = part.wish.covered
            given[index] = Given(part.options.framings[choice.option], choice.cut, covered, part.wish, start)
            remarks += _unmet(part, choice.option)
            if before is not None and choice.cut and not covered:
                for jump in _jump(before, shown, part, choice.option, style):
                    jumps[index] = jump
                    remarks.append(jump)
            before, shown = part, choice.option
    return given, tuple(dict.fromkeys(remarks)), jumps


def _rows(film: Sequence[Phrase | Stand]) -> list[list[int]]:
    """The phrases between two slates or titles, by index."""
    rows: list[list[int]] = [[]]
    for index, piece in enumerate(film):
        if isinstance(piece, Phrase):
            rows[-1].append(index)
        else:
            rows.append([])
    return [row for row in rows if row]


def _part(
    film: Sequence[Phrase | Stand], index: int, bound: dict[int, Wish], composed: Sequence[Composed], style: Style
) -> Part:
    phrase = film[index]
    assert isinstance(phrase, Phrase)  # noqa: S101 (only phrases are bound)
    wish, table = bound[index], composed[phrase.take]
    here = [one for other, one in bound.items() if film[other].scene == phrase.scene]
    sides: frozenset[Side] = frozenset(side for one in here for side in (one.side, one.cue.side if one.cue else ""))
    return Part(phrase, table, wish, options(phrase, table, wish, sides, style))


def _unmet(part: Part, option: int) -> list[Remark]:
    """What a framing cue asks and does not get at its word."""
    wish, got = part.wish, part.options.framings[option]
    if wish.cue is None or not wish.heads:
        return []
    wanted = got.name if wish.cue.reference == "auto" else wish.cue.reference
    side = wish.cue.side or got.side
    if (got.name, got.side) == (wanted, side):
        return []
    # what the take could give, and does not, would have jumped
    why = next((one.why for one in part.table.refused if (one.name, one.side) == (wanted, side)), "jump")
    facts = (
        ("cue", wish.cue.source),
        ("framing", f"{wanted}-{side}" if side else wanted),
        ("why", why),
        ("new", got.id),
        ("can", " ".join(one.id for one in part.table.framings)),
    )
    return [Remark("cue-unmet", line=part.phrase.line, facts=facts)]


def _jump(before: Part, old: int, part: Part, new: int, style: Style) -> list[Remark]:
    """A cut that is seen to jump, because the takes allow no other."""
    one, other = before.seen(old), part.entering(new)
    if cut_cost(one, other, part, style) < JUMP:
        return []
    return [Remark("jump-cut", line=part.phrase.line, facts=(("old", one.framing.id), ("new", other.framing.id)))]
