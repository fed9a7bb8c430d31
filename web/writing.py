"""Scripts as somebody writes them, for pages and API alike."""

from typing import Final

from pipeline.errors import Problem, ScriptError
from pipeline.reading import read
from pipeline.script import Script
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
