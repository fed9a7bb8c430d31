"""A video's folder: its script, its rushes, its motion design and sounds, as people keep them."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.about import ABOUT, abouts
from pipeline.errors import NothingToDraft, PipelineError, UnreadableMedia, WrongFolder
from pipeline.footage import UNKNOWN, About, Media
from pipeline.media import overlays
from pipeline.media.sequences import is_sequence
from pipeline.media.vector import recognised
from pipeline.reading_source import decoded
from pipeline.slating import natural
from pipeline.values import FORMAT, as_json, from_json
from storage.objects import storage_error
from storage.reading import Stored

RUSHES, MOTION, AUDIO, DRAFTS, HIDDEN = "rushes", "motion", "audio", "drafts", ".rushes"
NOT_MEDIA = {
    ".txt",
    ".md",
    ".json",
    ".toml",
    ".xml",
    ".mhl",
    ".pdf",
    ".log",
    ".lrf",
    ".thm",
    ".ini",
    ".db",
    ".srt",
    ".vtt",
}
"""Files that cameras, systems and people leave beside media; they are passed over without a word."""

PRESETS = "presets"
"""The folder beside a script whose presets go before all others."""


@dataclass(frozen=True, slots=True)
class VideoFolder:
    """The folder of one video."""

    root: Path

    @property
    def hidden(self) -> Path:
        """Where Rushes keeps what it makes."""
        return self.root / HIDDEN

    def script(self) -> Path:
        """The one script in it.

        Raises:
            WrongFolder: there is no such folder.
            NothingToDraft: it holds no script.
            PipelineError: it holds several.
            StorageUnavailable: it may not be read.
        """
        todo = "put a script.md in it: what is said, in Markdown"
        try:
            if not self.root.exists():
                raise WrongFolder(
                    f"{self.root}: no such folder", todo="check its name, or make it and put a script.md in it"
                )
            if not self.root.is_dir():
                raise WrongFolder(
                    f"{self.root} is a file; wanted a folder with a script.md", todo="name its folder instead"
                )
            names = sorted(path.name for path in self.root.iterdir() if _is_script(path))
        except OSError as error:
            raise storage_error(error, self.root) from error
        scripts = [name for name in names if name.casefold() == "script.md"] or names
        if not scripts:
            raise NothingToDraft(f"{self.root}: no script found", todo=todo)
        if len(scripts) > 1:
            raise PipelineError(
                f"{self.root}: wanted one script, found {len(scripts)}: {', '.join(scripts)}",
                todo="keep one, or name the one to use script.md",
            )
        return self.root / scripts[0]

    def files(self, folder: str) -> dict[str, Path]:
        """Media files below one of its folders, by path relative to it, in natural order.

        A folder of numbered pictures in `motion/` is one thing: a sequence. A folder that is not there holds none.

        Raises:
            StorageUnavailable: a folder may not be read.
        """
        top = self.root / folder
        found: dict[str, Path] = {}
        for place, folders, names in os.walk(top, onerror=_unless_absent):
            folders[:] = sorted((name for name in folders if not name.startswith(".")), key=natural)
            here = Path(place)
            if folder == MOTION and here != top and is_sequence(here):
                found[here.relative_to(top).as_posix()] = here
                folders.clear()
                continue
            for name in sorted(names, key=natural):
                passed = Path(name).suffix.casefold() in NOT_MEDIA
                if passed and folder == MOTION and not name.startswith("."):
                    passed = not recognised(here / name)  # a Lottie is JSON
                if not name.startswith(".") and not passed:
                    found[(here / name).relative_to(top).as_posix()] = here / name
        return found

    def known(self, folder: str) -> dict[str, About]:
        """What its `about.toml` says of the assets in one of its folders; nothing where there is none.

        Raises:
            ScriptError: it says what nobody understands.
            StorageUnavailable: it may not be read.
        """
        return said_in(self.root / folder, f"{folder}/{ABOUT}")


def said_in(folder: Path, name: str = ABOUT) -> dict[str, About]:
    """What the `about.toml` in a folder says of each asset; nothing where there is none. `name` is how it is called.

    Raises:
        ScriptError: it says what nobody understands.
        StorageUnavailable: it may not be read.
    """
    try:
        text = (folder / ABOUT).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise storage_error(error, folder / ABOUT) from error
    return abouts(decoded(text, name), name)


def _unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise storage_error(error, error.filename) from error


def _is_script(path: Path) -> bool:
    return (
        path.suffix.casefold() == ".md"
        and path.is_file()
        and path.stem.casefold() not in {"readme", "licence", "license"}
    )


@dataclass(frozen=True, slots=True)
class Probed:
    """What a file turned out to be: media, or why it cannot be used; and what people say of it."""

    name: str
    path: Path | Stored
    media: Media | None = None
    error: UnreadableMedia | None = None
    about: About = UNKNOWN


class Index:
    """What files were found to be, kept between runs so that nothing is hashed twice.

    A file is known by path, size, change time and inode; any other is probed again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, object] = {}
        try:
            data = json.loads(path.read_text("utf-8"))
            self._known = data["files"] if data["format"] == FORMAT else {}
        except (OSError, ValueError, KeyError, TypeError):
            self._known = {}

    def probed(self, files: Iterable[tuple[str, Path]], show: Callable[[int], None]) -> list[Probed]:
        """Each file probed, in order; `show` is told how many are done."""
        out: list[Probed] = []
        for count, (name, path) in enumerate(files, 1):
            out.append(self._one(name, path))
            show(count)
        return out

    def _one(self, name: str, path: Path) -> Probed:
        try:
            stamp = _stamp(path)
            known = self._known.get(stamp)
            media = from_json(Media, known) if known is not None else None
        except (OSError, PipelineError):
            stamp, media = "", None
        if media is None:
            try:
                media = overlays.probed(path)
            except UnreadableMedia as error:
                return Probed(name, path, error=error)
            self._known[stamp] = as_json(media)
        return Probed(name, path, media)

    def keep(self) -> None:
        """Writes the index; a lost one costs time only, so a failure here is no error."""
        scratch = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_text(json.dumps({"format": FORMAT, "files": self._known}), "utf-8")
            scratch.replace(self._path)
        except OSError:
            scratch.unlink(missing_ok=True)


def _stamp(path: Path) -> str:
    parts = sorted(path.iterdir()) if path.is_dir() else [path]
    stats = [(part.name, part.stat()) for part in parts]
    return "|".join([str(path), *(f"{n}:{s.st_size}:{s.st_mtime_ns}:{s.st_ino}" for n, s in stats)])
