"""What can go wrong, named for the fact. Missing things are not errors: they become slates and warnings.

A message says what was wanted, what was found, and where; `todo` says what to do about it.
"""

from dataclasses import dataclass


class PipelineError(Exception):
    """Something that stops a draft. `code` is shared by the command line, the API and the pages."""

    code = "error"
    exit_status = 1

    def __init__(self, message: str, *, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.message}\n  {self.todo}" if self.todo else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Travels between processes whole, `todo` included."""
        return (_again, (type(self), self.__dict__))


def _again(kind: type[PipelineError], state: dict[str, object]) -> PipelineError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (state.get("message", ""),)
    return error


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a text file. `line` and `column` count from 1; 0 means the whole file."""

    line: int
    column: int
    message: str
    file: str = ""
    todo: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        hint = f"; {self.todo}" if self.todo else ""
        return f"{place}: {self.message}{hint}"


class ScriptError(PipelineError):
    """A script cannot be read as written. Holds every problem of the file, in reading order."""

    code = "script"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class PresetError(PipelineError):
    """A style, framing or encode preset is wrong or unknown."""

    code = "preset"


class UnreadableMedia(PipelineError):
    """A media file cannot be used. `name` is the file, `why` one sentence, `todo` what to do."""

    code = "unreadable-media"

    def __init__(self, name: str, why: str, *, todo: str = "") -> None:
        super().__init__(f"{name}: {why}", todo=todo)
        self.name = name
        self.why = why


class FfmpegFailed(PipelineError):
    """ffmpeg ended with an error. Holds the command to paste and the tail of what it said."""

    code = "ffmpeg"

    def __init__(self, what: str, command: str, tail: str) -> None:
        super().__init__(f"{what}: ffmpeg failed\n{tail.rstrip()}", todo=f"the command was: {command}")
        self.command = command
        self.tail = tail


class WrongPicture(PipelineError):
    """A rendered piece is not what was asked for (length, first packet, parameters); it is refused, not kept."""

    code = "wrong-picture"


class NotFound(PipelineError):
    """A file, folder, model or object that was named is not there."""

    code = "not-found"


class WrongFolder(PipelineError):
    """What was named on the command line is not a video's folder."""

    code = "wrong-folder"
    exit_status = 2


class NothingToDraft(PipelineError):
    """The folder holds no script, or the script says nothing."""

    code = "nothing-to-draft"
    exit_status = 3


class StorageUnavailable(PipelineError):
    """The disk or object store cannot be written or read now (full, no permission, gone)."""

    code = "storage"


class Contended(StorageUnavailable):
    """Two changes of the catalogue waited for each other, and the database undid this one: it can be made again now."""

    code = "contended"


class DiskFull(StorageUnavailable):
    """The disk of this machine is full, or the quota on it is used up: another machine may have room."""

    code = "disk-full"


class StorageRefused(PipelineError):
    """The object store answers, but not to us: a wrong key, no bucket, a clock that is off. Trying again is no use."""

    code = "storage-refused"


class AlreadyThere(PipelineError):
    """An object lies under that key; it stays as it is. Nothing in the store is ever written over."""

    code = "already-there"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: already there, and nothing is written over", todo="use what is there")
        self.key = key


class OriginalKept(PipelineError):
    """An original is not deleted; `purge`, which takes a reason, is the only way."""

    code = "original-kept"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: an original is kept for ever", todo="purge it, with a reason, if it must go")


class Damaged(PipelineError):
    """Bytes are not those that were declared or stored. `parts` are the numbers of the parts to send again."""

    code = "damaged"

    def __init__(self, message: str, *, parts: tuple[int, ...] = (), todo: str = "") -> None:
        super().__init__(message, todo=todo)
        self.parts = parts


class WrongHash(PipelineError):
    """A file is not what its card's manifest lists, or changed while it was read; it is refused."""

    code = "wrong-hash"


class LinkRefused(PipelineError):
    """A signed link has expired, was changed, or was made for something else."""

    code = "link-refused"


class Clash(PipelineError):
    """What is asked contradicts what stands: a name that is taken, a state that does not allow it, a stale answer."""

    code = "clash"


class NotKept(PipelineError):
    """What was given is of a form that the database holds nowhere: a NUL in a text, a number out of all bounds."""

    code = "not-this"


class BadTimeline(PipelineError):
    """A timeline breaks its own rules (a gap, a span outside its take): a fault of Rushes, found before rendering."""

    code = "timeline"


class BadDrawing(PipelineError):
    """What was drawn on a picture cannot be kept: it is no drawing, or has more in it than one may have."""

    code = "drawing"
