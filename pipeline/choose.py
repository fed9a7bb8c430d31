"""Which take says which words of the script: shots, takes, retakes, false starts, gaps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.bylength import by_length
from pipeline.footage import Footage, Marked, Remark
from pipeline.performances import Performance, circled, performances, placed_readings
from pipeline.presets import Hearing, Style
from pipeline.readings import Reading, Sentence, readings, sentences
from pipeline.script import Script
from pipeline.slating import Called, called, natural
from pipeline.speech import Speech
from pipeline.takes import Chosen, Shot, Take
from pipeline.tellings import kept, lines, rejected

LATE = 2.0
"""What a complete reading costs for each complete one after it: more than two changes of take, so the latest wins."""
PARTLY = 50.0
IMPROVISED = 100.0
"""What a partial, an improvised reading costs beside a complete one: it is used where there is nothing better."""
UNCIRCLED = 1000.0
"""What a reading costs when another take was circled."""
QUALITY = 20.0
"""What a partial reading costs for all it lacks."""
EARLIER = 0.2
"""What a partial reading costs for each one after it."""
SWITCH = 0.5
"""What a change of take costs (framing-and-cutting survey §3.6)."""


def shot_list(script: Script) -> tuple[Shot, ...]:
    """The shots to film, in the order of the script: one per scene, named `01`, `02` …; `[shot ID]` starts another.

    A `[shot]` cue before a line's first word takes that line; further inside, the next. Lines of one id, wherever they
    stand, are one shot. A scene ends the shot before it. Lines without words belong to no shot.
    """
    named = {cue.reference.casefold() for line in script.lines for cue in line.cues if cue.name == "shot"}
    found: dict[str, Shot] = {}
    for number, scene in enumerate(script.scenes, 1):
        current = Shot(_free(f"{number:02d}", named), ())
        for line in scene.lines:
            later = None
            for cue in line.cues:
                if cue.name == "shot" and cue.at == 0 and line.words:
                    current = Shot(cue.reference, (), cue.take)
                elif cue.name == "shot":
                    later = Shot(cue.reference, (), cue.take)
            if line.words:
                name = current.id.casefold()
                shot = found.get(name, current)
                take = shot.take if current.take is None else current.take
                found[name] = Shot(shot.id, (*shot.lines, line.id), take)
            current = later or current
    return tuple(found.values())


def _free(wanted: str, taken: set[str]) -> str:
    """The id, with a letter after it when the script names a shot so."""
    return next(name for name in (wanted, *(f"{wanted}{letter}" for letter in "bcdefgh")) if name not in taken)


def choose(
    script: Script, shots: tuple[Shot, ...], footage: Footage, speech: tuple[Speech, ...], style: Style
) -> Chosen:
    """Which take says which words of each line, all that was left out, and why.

    Per sentence a circled take wins (as the script names it, or else as the footage is marked), then the latest
    complete one, then the best partial one; takes change as rarely as these allow. Words that no take says are untold.
    Nothing is stitched from fragments, no word is invented.
    """
    heard = {one.rush: one for one in sorted(speech, key=lambda one: natural(one.rush))}
    listed, page = sentences(script, shots)
    names = {rush: _named(rush, called(rush, script.id, shots), shots, footage.marks) for rush in heard}
    far = {rush: _far(listed, shots, name) for rush, name in names.items()}
    raw: dict[str, tuple[Reading, ...]] = {}
    for rush, one in heard.items():
        near = replace(page, far=frozenset(place for number in far[rush] for place in listed[number].tokens))
        raw[rush] = readings(one, listed, near)
    mute = [one for one in heard.values() if one.method == "script-length"]
    raw |= by_length(script, listed, mute, far, style.hearing, footage.rate)
    placed = {
        rush: found if heard[rush].method == "script-length" else placed_readings(found, listed, style.hearing)
        for rush, found in raw.items()
    }
    performed = circled(performances(placed, listed, shots, names, style.hearing), shots, footage.marks)
    picks = _picks(performed, listed, style.hearing)
    stands = kept(performed, picks, heard, style.hearing)
    takes, at = _takes(performed, picks, shots, style.hearing)
    result = lines(script, listed, stands, at, heard, style.hearing)
    return Chosen(
        shots=shots,
        takes=takes,
        told=result.told,
        rejected=rejected(performed, picks, stands, listed, heard, style.hearing),
        written=result.written,
        spoken=result.spoken,
        missing=result.missing,
        added=result.added,
        remarks=(
            *_mute(heard, footage),
            *_remarks(heard, placed, listed, names, shots, style.hearing),
            *result.remarks,
        ),
    )


def _named(rush: str, name: Called, shots: Sequence[Shot], marks: Sequence[Marked]) -> Called:
    """The shot that people said a rush is of, or else the one that its name tells."""
    known = {shot.id for shot in shots}
    said = next((mark.shot for mark in marks if mark.rush == rush and mark.span is None and mark.shot in known), None)
    return name if said is None else replace(name, shot=said)


def _far(listed: Sequence[Sentence], shots: Sequence[Shot], name: Called) -> frozenset[int]:
    """The sentences of shots other than the one that the rush is named for."""
    if name.shot is None:
        return frozenset()
    return frozenset(number for number, sentence in enumerate(listed) if shots[sentence.shot].id != name.shot)


def _picks(
    performed: Sequence[Performance], listed: Sequence[Sentence], hearing: Hearing
) -> dict[int, tuple[int, Reading]]:
    """By sentence: the performance and reading that tell it. The cheapest choice of all (Viterbi over sentences)."""
    best: dict[int, tuple[float, dict[int, tuple[int, Reading]]]] = {-1: (0.0, {})}
    for number, costs in enumerate(_costs(performed, listed, hearing)):
        if not costs:
            continue
        reached: dict[int, tuple[float, dict[int, tuple[int, Reading]]]] = {}
        for at, reading, cost in costs:
            before, total = min(
                ((come, spent + (SWITCH if come not in {-1, at} else 0.0)) for come, (spent, _) in best.items()),
                key=lambda one: one[1],
            )
            if at not in reached or total + cost < reached[at][0]:
                reached[at] = (total + cost, {**best[before][1], number: (at, reading)})
        best = reached
    return min(best.values(), key=lambda one: one[0])[1]


def _costs(
    performed: Sequence[Performance], listed: Sequence[Sentence], hearing: Hearing
) -> list[list[tuple[int, Reading, float]]]:
    """For each sentence its readings, by performance, with what each costs."""
    found: list[list[tuple[int, Reading]]] = [[] for _ in listed]
    for at, performance in enumerate(performed):
        for reading in performance.readings:
            found[reading.sentence].append((at, reading))
    out: list[list[tuple[int, Reading, float]]] = []
    for candidates in found:
        chosen = any(performed[at].circled for at, _ in candidates)
        whole = [at for at, reading in candidates if _whole(performed[at], reading, listed, hearing)]
        costs: list[tuple[int, Reading, float]] = []
        for place, (at, reading) in enumerate(candidates):
            if at in whole:
                cost = LATE * (len(whole) - 1 - whole.index(at))
            else:
                kind = PARTLY if reading.score >= 1000 * hearing.partial else IMPROVISED
                cost = kind + QUALITY * (1 - reading.score / 1000) + EARLIER * (len(candidates) - 1 - place)
            if chosen and not performed[at].circled:
                cost += UNCIRCLED
            costs.append((at, reading, cost))
        out.append(costs)
    return out


def _whole(performance: Performance, reading: Reading, listed: Sequence[Sentence], hearing: Hearing) -> bool:
    """True for a complete reading; a few words said alone ("très bien") are chat as likely as a retake."""
    alone = len(performance.readings) == 1 and len(listed[reading.sentence].words) < hearing.untold_least
    return reading.score >= 1000 * hearing.full and not alone


def _takes(
    performed: Sequence[Performance], picks: Mapping[int, tuple[int, Reading]], shots: Sequence[Shot], hearing: Hearing
) -> tuple[tuple[Take, ...], dict[int, int]]:
    """The performances that bring a sentence to its end or are used, as takes, and the index of each."""
    used = {at for at, _ in picks.values()}
    takes: list[Take] = []
    index: dict[int, int] = {}
    for at, performance in enumerate(performed):
        if at in used or any(reading.score >= 1000 * hearing.full for reading in performance.readings):
            span = performance.readings[0].span.hull(performance.readings[-1].span)
            index[at] = len(takes)
            shot = shots[performance.shot].id
            takes.append(Take(shot, performance.rush, span, performance.number, performance.circled))
    return tuple(takes), index


def _mute(heard: Mapping[str, Speech], footage: Footage) -> list[Remark]:
    """The rushes that have sound and no voice in it; of one without sound its file has been told already."""
    sounding = [rush.name for rush in footage.rushes if "no-sound" not in rush.media.remarks]
    return [Remark("hearing.no-voice", name) for name in sounding if not heard[name].voiced]


def _remarks(
    heard: Mapping[str, Speech],
    placed: Mapping[str, Sequence[Reading]],
    listed: Sequence[Sentence],
    names: Mapping[str, Called],
    shots: Sequence[Shot],
    hearing: Hearing,
) -> list[Remark]:
    """What people should know of the rushes, one by one."""
    out: list[Remark] = []
    for rush, speech in heard.items():
        if speech.method == "script-length" and speech.voiced:
            out.append(Remark("hearing.by-length", rush))
        elif speech.voiced and not placed[rush]:
            out.append(Remark("hearing.nothing", rush))
        if speech.spoken and all(reading.score < 1000 * hearing.full for reading in placed[rush]):
            out.append(Remark("hearing.language", rush, facts=(("spoken", speech.spoken),)))
        said = Counter(shots[listed[reading.sentence].shot].id for reading in placed[rush])
        named = names[rush].shot
        if named is not None and said and said[named] == 0:
            other = said.most_common(1)[0][0]
            out.append(Remark("hearing.other-shot", rush, facts=(("named", str(named)), ("other", other))))
    return out
