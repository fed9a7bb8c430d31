"""A cue put into the text of a script, where somebody proposed it."""

from pipeline.errors import Clash, ScriptError
from pipeline.lines import kept
from pipeline.presets import Framings
from pipeline.reading import read
from pipeline.script import LineId, Script


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
    if at < len(line.words):
        place = line.words[at].place.offset
    else:
        place = line.words[-1].place.offset
        while place < len(script.source) and not script.source[place].isspace():
            place += 1
    lead, trail = ("", " ") if at < len(line.words) else (" ", "")
    said = f"{lead}{cue}{trail}"
    made = read(script.source[:place] + said + script.source[place:], framings)
    before = [[word.text for word in one.words] for one in script.lines]
    if [[word.text for word in one.words] for one in made.lines] != before:
        raise Clash("the cue would change what is said there", todo="write it into the script by hand")
    after = kept(script, made)
    there = next((one for one in after.lines if one.id == line_id), None)
    if there is None or not any(one.at == at and one.source == cue for one in there.cues):
        raise Clash("the cue cannot stand there", todo="write it into the script by hand")
    return after


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
