"""Scripts read for tests."""

from pipeline.media import shelf
from pipeline.reading import read
from pipeline.script import Script


def script(text: str) -> Script:
    return read(text, shelf.framings())


def placed(text: str) -> Script:
    """The script, every word and cue checked to stand where it says."""
    found = script(text)
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in found.lines:
        for word in one.words:
            first = text[word.place.offset]
            assert rows[word.place.line - 1][word.place.column - 1] == first
            assert first in {word.text[0], "\\", "&"}
        for cue in one.cues:
            assert text[cue.place_in_file.offset] in "[!"
            assert rows[cue.place_in_file.line - 1][cue.place_in_file.column - 1] in "[!"
    return found
