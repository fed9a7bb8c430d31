"""The file of a script as lines with exact places, its bytes decoded, its front matter set apart."""

from dataclasses import dataclass

from pipeline.errors import Problem, ScriptError
from pipeline.script import Place

BOM = "\ufeff"
"""U+FEFF at the start of a file: some editors write it. It is kept, counts as an offset, and is no column."""


def decoded(data: bytes, file: str = "script.md") -> str:
    """The text of a script file, line ends and byte order mark kept: `decoded(data).encode() == data`.

    Raises:
        ScriptError: it is not UTF-8 text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScriptError((Problem(0, 0, "wanted UTF-8 text, found UTF-16", file, "save it as UTF-8"),))
    if b"\0" in data:
        raise ScriptError((Problem(0, 0, "wanted a text file, found binary data", file, "save it as text (.md)"),))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        message = f"wanted UTF-8 text, found the byte 0x{data[error.start]:02x}"
        found = Problem(len(before), len(before[-1]) + 1, message, file, "save it as UTF-8")
        raise ScriptError((found,)) from error


@dataclass(frozen=True, slots=True)
class Source:
    """A file as lines. `starts` are character offsets in `text` of each line's first character, line ends apart."""

    file: str
    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column that count from 0."""
        return self.starts[line] + column

    def place(self, offset: int) -> Place:
        """The line and column, from 1, of an offset in `text`."""
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle)
        return Place(low + 1, max(0, offset - self.starts[low]) + 1, offset)

    def problem(self, offset: int, message: str, todo: str = "") -> Problem:
        """Something wrong at that offset."""
        place = self.place(offset)
        return Problem(place.line, place.column, message, self.file, todo)


def source(text: str, file: str) -> Source:
    """The text as lines ended by LF, CRLF or CR (CommonMark §2.1), a byte order mark set apart."""
    at = len(BOM) if text.startswith(BOM) else 0
    lines: list[str] = []
    starts: list[int] = []
    rows = text[at:].split("\n")
    for number, row in enumerate(rows):
        crlf = row.endswith("\r") and number + 1 < len(rows)
        for part in (row[:-1] if crlf else row).split("\r"):
            lines.append(part)
            starts.append(at)
            at += len(part) + 1
        at += crlf
    return Source(file, text, tuple(lines), tuple(starts))


def front_matter(lines: tuple[str, ...]) -> range:
    """The line numbers, from 0, between the `---` that open and close the front matter; empty when there is none.

    As Pandoc has it, a first `---` with an empty line below is a rule across the page, not front matter.
    """
    if len(lines) < 2 or lines[0].rstrip() != "---" or not lines[1].strip():
        return range(0)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in {"---", "..."}:
            return range(1, number)
    return range(0)
