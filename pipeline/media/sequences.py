"""Numbered pictures as one moving asset: in a folder, as compositors write them, or in a zip, as they are kept.

A zip is never unpacked under the names it gives: nothing in it can reach outside the folder that is worked in.
"""

import contextlib
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from PIL import Image

from pipeline.commands import overlay
from pipeline.errors import UnreadableMedia
from pipeline.footage import Colour, Media
from pipeline.geometry import Size
from pipeline.media.digests import digest_of
from pipeline.values import Key

SEQUENCE_LEAST = 2
"""Pictures in a folder that make a sequence, when their numbers are padded to `PADDED` digits."""

SEQUENCE_SURE, PADDED = 12, 3
"""Pictures that make one whatever their numbers look like: half a second."""

SPREAD = 2
"""How far the numbers may reach, in times the pictures there are: a held picture is left out, not most of them."""

PICTURE_MOST = 256 << 20
"""Bytes of one picture: four times a 4K frame in 16 bits with alpha; more in a zip is a trap, not a picture."""

NUMBERED = re.compile(r"^(?P<stem>.*?)(?P<number>\d+)\.(?P<kind>png|tiff?|jpe?g|webp)$", re.IGNORECASE)

HIDDEN = (".", "__MACOSX")
"""What begins the names of files that systems add."""

PNG, PNG_DEPTH = b"\x89PNG\r\n\x1a\n", 24
"""How a PNG begins, and where it tells the bits of a channel (ISO/IEC 15948 §11.2.2): Pillow shows no more than 8."""

PACKED = ".zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every picture in a zip of ours, the first that a zip can tell: the same pictures give the same bytes."""

LINKS = "frames"
"""Folder of the pictures of a sequence, numbered without gaps and named so that ffmpeg cannot misread them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, its bytes when asked for, and where it lies, when it lies on this disk."""

    name: str
    read: Callable[[], bytes]
    path: Path | None = None


def is_sequence(folder: Path) -> bool:
    """True for a folder of numbered pictures: one animation, not many stills.

    Its numbers are padded (`a_0001.png`) or many, and run on: a folder with `fig1.png` and `fig2.png` holds stills.
    """
    files = [path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    numbers = _numbers(files)
    padded = all(len(match["number"]) >= PADDED for name in numbers.values() if (match := NUMBERED.match(name)))
    if len(numbers) < (SEQUENCE_LEAST if padded else SEQUENCE_SURE):
        return False
    return len(files) == len(numbers) and not _scattered(numbers)


def is_packed(path: Path) -> bool:
    """True for the name of a zip."""
    return path.suffix.casefold() == PACKED


def sequence(path: Path) -> Media:
    """Numbered pictures as media, of a folder or a zip. They have no rate of their own: that of the timeline is taken.

    The digest of a zip is that of its bytes, a folder's that of its pictures.

    Raises:
        UnreadableMedia: there are no numbered pictures, they are of several sizes, or one is broken.
    """
    whole, sizes, alpha, mode, depth = hashlib.sha256(), set[tuple[int, int]](), False, "", 8
    with _pictures(path) as pictures:
        for number, picture in sorted(pictures.items()):
            content = picture.read()
            whole.update(f"{number}:{len(content)}:".encode() + content)
            depth = max(depth, content[PNG_DEPTH]) if content.startswith(PNG) and len(content) > PNG_DEPTH else depth
            try:
                with Image.open(BytesIO(content)) as image:
                    sizes.add(image.size)
                    mode = image.mode
                    alpha = alpha or image.has_transparency_data
            except (OSError, ValueError, SyntaxError) as error:
                raise UnreadableMedia(
                    f"{path.name}/{picture.name}", "the picture cannot be read", todo="export it again"
                ) from error
    if len(sizes) > 1:
        found = ", ".join(f"{width} x {height}" for width, height in sorted(sizes))
        raise UnreadableMedia(path.name, f"its pictures are of several sizes ({found})", todo="export them all alike")
    size = Size(*sizes.pop())
    first, last = min(pictures), max(pictures)
    gaps = last - first + 1 - len(pictures)
    return Media(
        path.name,
        Key(whole.hexdigest()) if path.is_dir() else digest_of(path),
        "video",
        overlay.SEQUENCE,
        size=size,
        upright=size,
        frames=last - first + 1,
        video_codec=_kind(pictures[first].name).removeprefix("."),
        pixel_format=mode,
        colour=Colour(depth=depth),
        alpha=alpha,
        remarks=(f"gaps:{gaps}",) if gaps else (),
    )


def laid_out(path: Path, folder: Path) -> str:
    """The pictures side by side below `folder`, as ffmpeg reads them; a number that is missing shows the one before.

    Raises:
        UnreadableMedia: a picture in a zip is broken.
    """
    (folder / LINKS).mkdir()
    with _pictures(path) as pictures:
        first, last = min(pictures), max(pictures)
        kind = _kind(pictures[first].name)
        shown = Path()
        for index, number in enumerate(range(first, last + 1)):
            place = folder / LINKS / f"{index:06d}{kind}"
            picture = pictures.get(number)
            if picture is not None and picture.path is None:
                place.write_bytes(picture.read())
                shown = place.resolve()
                continue
            shown = picture.path.resolve() if picture is not None and picture.path is not None else shown
            place.symlink_to(shown)
    return f"{LINKS}/%06d{kind}"


def packed(folder: Path, to: Path) -> None:
    """Writes the numbered pictures of a folder into one zip, as they are: the same pictures, the same bytes.

    Raises:
        UnreadableMedia: the folder is no sequence.
        OSError: the disk is full, or a picture cannot be read.
    """
    with _pictures(folder) as pictures, zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as archive:
        for _, picture in sorted(pictures.items()):
            entry = zipfile.ZipInfo(picture.name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, picture.read())


@contextlib.contextmanager
def _pictures(path: Path) -> Generator[Mapping[int, Picture]]:
    """The pictures of a folder or a zip by number, those of its most frequent name and kind.

    Raises:
        UnreadableMedia: there are none, or they are too far apart; the zip is damaged or wants a password.
    """
    if path.is_dir():
        files = {one.name: one for one in path.iterdir() if one.is_file()}
        numbers = _told(path, files, "the folder")
        yield {number: Picture(name, files[name].read_bytes, files[name]) for number, name in numbers.items()}
        return
    todo = "pack it again, without a password, or send the folder"
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {one.filename: one for one in archive.infolist() if not one.is_dir()}
            numbers = _told(path, entries, "the zip")
            if any(entries[name].file_size > PICTURE_MOST for name in numbers.values()):
                raise UnreadableMedia(path.name, "a picture in it is too large", todo="make it smaller")
            yield {number: Picture(name, _reader(archive, name)) for number, name in numbers.items()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableMedia(path.name, f"the zip cannot be read ({error})", todo=todo) from error


def _reader(archive: zipfile.ZipFile, name: str) -> Callable[[], bytes]:
    return lambda: archive.read(name)


def _told(path: Path, names: Iterable[str], what: str) -> dict[int, str]:
    numbers = _numbers(names)
    todo = "name them frame_0001.png and so on"
    if not numbers:
        raise UnreadableMedia(path.name, f"{what} holds no numbered pictures", todo=todo)
    if _scattered(numbers):
        why = f"{len(numbers)} pictures are numbered from {min(numbers)} to {max(numbers)}"
        raise UnreadableMedia(path.name, why, todo="number them one after the other")
    return numbers


def _numbers(names: Iterable[str]) -> dict[int, str]:
    """Names of numbered pictures by number, those of the most frequent folder, name and kind; hidden ones left out."""
    series: dict[tuple[str, str, str], dict[int, str]] = {}
    for name in sorted(names):
        place = PurePosixPath(name)
        match = NUMBERED.match(place.name)
        if match and not any(part.startswith(HIDDEN) and part != ".." for part in place.parts):
            series.setdefault((str(place.parent), match["stem"], match["kind"].casefold()), {})[
                int(match["number"])
            ] = name
    return max(series.values(), key=len, default={})


def _scattered(numbers: Iterable[int]) -> bool:
    known = list(numbers)
    return bool(known) and max(known) - min(known) + 1 > len(known) * SPREAD


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.casefold()
