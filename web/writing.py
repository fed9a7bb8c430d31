"""Scripts as somebody writes them, for pages and API alike."""

from typing import Final

from pipeline.errors import Problem, ScriptError
from pipeline.inserting import with_framing
from pipeline.reading import read
from pipeline.script import LineId, Script
from storage.catalogue.engine import Transaction
from storage.catalogue.scripts import Revision, revision, save_revision
from storage.catalogue.terms import VideoId
from web.desk import Desk
from web.language import N_
from web.problems import NotThis

LONGEST: Final = 200_000
"""Characters of a script at most: ten times the longest of the samples, and read well within a second."""


def written(text: str, desk: Desk) -> Script:
    """A script as somebody wrote it. Line ends are those of files, whatever the browser sends.

    Raises:
        NotThis: it is too long to be one.
        ScriptError: it cannot be read; holds every problem.
    """
    if len(text) > LONGEST:
        raise NotThis(N_("the script is too long"), N_("make it several videos"))
    return read(text.replace("\r\n", "\n"), desk.framings)


def problems(text: str, desk: Desk) -> tuple[Problem, ...]:
    """What is wrong with a script as somebody writes it; empty when it can be saved."""
    try:
        written(text, desk)
    except ScriptError as error:
        return error.problems
    except NotThis as error:
        return (Problem(0, 0, error.message, todo=error.todo),)
    return ()


def frame_line(tx: Transaction, desk: Desk, video: VideoId, line: LineId, framing: str) -> Revision:
    """Writes the framing from a line on into the script, as its next revision. `auto`: what the cut chooses.

    Raises:
        NotThis: there is no such framing.
        Clash: the line is gone, or the cue cannot stand there.
    """
    if framing not in {"auto", *(one.id for one in desk.framings.framing)}:
        raise NotThis(N_("there is no such framing"), framing=N_("choose one of the list"))
    script = revision(tx, video, desk.framings).script
    return save_revision(tx, video, with_framing(script, line, framing, desk.framings))
