"""Files looked at before anything opens them: only a plain media file on this machine gets through."""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.error import FFmpegError

from pipeline.commands.formats import FORMAT_WHITELIST
from pipeline.errors import UnreadableMedia
from pipeline.media.digests import BUFFER, Source

HEAD = 4096
"""Bytes looked at: libavformat itself first probes 2,048 (avformat's PROBE_BUF_MIN)."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)

_LISTS = (
    b"#extm3u",
    b"ffconcat",
    b"v=0",
    b"[playlist]",
    b"[reference]",
    b"rtsptext",
    b"<?xml",
    b"<mpd",
    b"<smil",
    b"<asx",
)
"""How playlists and scripts begin: HLS, ffconcat, SDP, PLS, ASF reference, RTSP, DASH and its kin in XML."""

_KINDS = (
    (stat.S_ISDIR, "is a folder, not a file", "name the files in it"),
    (stat.S_ISFIFO, "is a pipe, not a file", "save it as a file first"),
    (stat.S_ISCHR, "is a device, not a file", "record it to a file first"),
    (stat.S_ISBLK, "is a device, not a file", "copy the files that are on it"),
    (stat.S_ISSOCK, "is a socket, not a file", "save it as a file first"),
)


def refuse_unsafe(source: Source) -> None:
    """Returns when it is a plain, readable file that looks like media; nothing but its first bytes is read.

    Raises:
        UnreadableMedia: a network address, a folder, pipe or device (also behind a link), an empty file, a playlist or
            any other text, whatever its name says; or it is absent or may not be read.
    """
    name = source.name or str(source)
    if isinstance(source, Path):
        _refuse_odd(source, name)
    try:
        with source.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        todo = "check who may read it"
        raise UnreadableMedia(name, f"cannot be read ({error.strerror})", todo=todo) from error
    if not head:
        raise UnreadableMedia(name, "is empty (0 bytes)", todo="copy it again from the camera's card")
    _refuse_text(name, head)


def _refuse_odd(path: Path, name: str) -> None:
    """Nothing, when a plain file lies there."""
    try:
        found = path.stat()
    except OSError as error:
        if _ADDRESS.match(str(path)):
            todo = "download the file and give its path"
            raise UnreadableMedia(str(path), "is an address, and Rushes only reads files", todo=todo) from error
        why = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be reached ({error.strerror})"
        raise UnreadableMedia(name, why, todo="check the path") from error
    for is_kind, why, todo in _KINDS:
        if is_kind(found.st_mode):
            raise UnreadableMedia(name, why, todo=todo)


def _refuse_text(name: str, head: bytes) -> None:
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begins.startswith(_LISTS):
        todo = "give the media file that it points to"
        raise UnreadableMedia(name, "is a playlist or script that points to other files, not media", todo=todo)
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    if controls == 0:
        raise UnreadableMedia(name, "holds text, not media", todo="export it as video, picture or sound")


class _Nameless:
    """An open file without its name: nothing in a name can then mean a protocol, a pattern of names or a format."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """The file opened by PyAV for demuxing, closed at the end. Only known containers, and no other file or address.

    Raises:
        UnreadableMedia: it is refused by `refuse_unsafe`, or no known container is recognised.
    """
    refuse_unsafe(source)
    options = {"protocol_whitelist": "", "format_whitelist": FORMAT_WHITELIST}
    with source.open("rb") as file:
        try:
            container = av.open(_Nameless(file), "r", options=options, metadata_errors="ignore", buffer_size=BUFFER)
        except (FFmpegError, ValueError) as error:
            todo = "play it to see whether it is whole; copy it again, or export it as MP4 (H.264)"
            why = "is not media that can be read, or its header is broken"
            raise UnreadableMedia(source.name, why, todo=todo) from error
        with container:
            yield container
