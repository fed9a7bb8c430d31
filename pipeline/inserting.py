"""A cue put into the text of a script, where somebody proposed it."""

from pipeline.errors import Clash, ScriptError
from pipeline.lines import kept
from pipeline.presets import Framings
from pipeline.reading import read
from pipeline.script import Cue, Line, LineId, Script

_NOT_THERE, _BY_HAND = "the cue cannot stand there", "write it into the script by hand"


def with_cue(script: Script, line_id: LineId, at: int, cue: str, framings: Framings) -> Script:
    """The script with one more cue before the word of index `at` of a line (at its end for `len(words)`).

    `cue` is as the script writes it, brackets included. Words stay as they are, and so do ids.

    Raises:
        Clash: the line is gone or shorter, or the cue cannot stand there.
        ScriptError: the cue cannot be read.
    """
    line = next((one for one in script.lines if one.id == line_id), None)
    if line is None or at > len(line.words) or not line.words:
        raise Clash("the script has changed there since", todo="look at the line as it now is, and propose it again")
    place, lead, trail = _gap(script.source, line, at)
    said = f"{lead}{cue}{trail}"
    made = read(script.source[:place] + said + script.source[place:], framings)
    return _kept_words(script, made, line_id, (at, None, cue))


def _kept_words(script: Script, made: Script, line_id: LineId, wanted: tuple[int, int | None, str]) -> Script:
    """The script as read again, ids kept, when nothing else is said in it and the cue stands where it is wanted.

    Raises:
        Clash: it does not.
    """
    at, stop, cue = wanted
    until = None if stop is None else (line_id, stop)
    before = [[word.text for word in one.words] for one in script.lines]
    if [[word.text for word in one.words] for one in made.lines] != before:
        raise Clash("the cue would change what is said there", todo=_BY_HAND)
    after = kept(script, made)
    there = next((one for one in after.lines if one.id == line_id), None)
    stands = [one for one in there.cues if one.at == at and one.source == cue] if there is not None else []
    if not any(until in {None, one.until} for one in stands):
        raise Clash(_NOT_THERE, todo=_BY_HAND)
    return after


def with_range(script: Script, line_id: LineId, span: tuple[int, int | None], cue: str, framings: Framings) -> Script:
    """The script with a cue before the word of index `span[0]`, ended before that of `span[1]` (None: not ended).

    Raises:
        Clash: the line is gone or shorter, or the cue cannot stand or end there.
        ScriptError: the cue cannot be read.
    """
    start, stop = span
    if stop is None:
        return with_cue(script, line_id, start, cue, framings)
    line = next((one for one in script.lines if one.id == line_id), None)
    if line is None or not start < stop <= len(line.words):
        raise Clash("the script has changed there since", todo="look at the line as it now is, and propose it again")
    place, (end, lead, trail) = line.words[start].place.offset, _gap(script.source, line, stop)
    text = (
        f"{script.source[:place]}{cue} {script.source[place:end]}{lead}[/{cue_name(cue)}]{trail}{script.source[end:]}"
    )
    try:
        made = read(text, framings)
    except ScriptError as error:
        raise Clash(_NOT_THERE, todo=_BY_HAND) from error
    return _kept_words(script, made, line_id, (start, stop, cue))


def _gap(source: str, line: Line, at: int) -> tuple[int, str, str]:
    """Where something stands before the word of index `at`, or at the line's end, and the spaces around it."""
    if at < len(line.words):
        return line.words[at].place.offset, "", " "
    place = line.words[-1].place.offset
    while place < len(source) and not source[place].isspace():
        place += 1
    return place, " ", ""


def cue_name(cue: str) -> str:
    """The word by which a cue is called as it is written.

    >>> cue_name("[show data-journey beside]")
    'show'
    """
    return cue.strip("[] ").split()[0].rstrip(":")


def with_framing(script: Script, line_id: LineId, framing: str, framings: Framings) -> Script:
    """The script with a framing (its id, or `auto`: what the cut chooses) from the start of a line on.

    The cue that names another one there is replaced. Words stay as they are, and so do ids.

    Raises:
        Clash: the line is gone, or the cue cannot stand there.
    """
    french = script.language == "fr"
    rule = next((one for one in framings.framing if one.id == framing), None)
    name = "auto" if rule is None else (rule.fr if french else rule.en)[0]
    cue = f"[{'cadre' if french else 'frame'} {name}]"
    line = next((one for one in script.lines if one.id == line_id), None)
    there = framed(line) if line is not None else None
    if there is None:
        return with_cue(script, line_id, 0, cue, framings)
    start = there.place_in_file.offset
    stop = start + len(there.source)
    if script.source[start:stop] != there.source:
        raise Clash("the script has changed there since", todo="look at the line as it now is, and choose again")
    return kept(script, read(script.source[:start] + cue + script.source[stop:], framings))


def framed(line: Line) -> Cue | None:
    """The cue that names the framing from the start of a line on; None when there is none."""
    return next((one for one in reversed(line.cues) if one.name == "frame" and one.at == 0), None)


def bracketed(cue: str) -> str:
    """A cue as the script writes it, whether or not somebody wrote its brackets."""
    bare = cue.strip()
    return bare if bare.startswith("[") else f"[{bare}]"


def cue_problems(text: str, framings: Framings) -> tuple[str, ...]:
    """What is wrong with a cue as it would be written into a script; empty when nothing is."""
    if not (text.startswith("[") and text.endswith("]") and "\n" not in text):
        return ("a cue is one instruction in square brackets",)
    try:
        made = read(f"{text} a", framings)
    except ScriptError as error:
        return tuple(f"{one.message}{f'; {one.todo}' if one.todo else ''}" for one in error.problems)
    cues = [cue for line in made.lines for cue in line.cues]
    return () if len(cues) == 1 and cues[0].source == text else ("a cue is one instruction in square brackets",)
