"""Where a video's files come from, and where what is made of them is kept: a folder of its own, or the studio."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.about import about
from pipeline.draft import Draft
from pipeline.errors import Problem, ScriptError
from pipeline.footage import Marked
from pipeline.references import meant
from pipeline.script import Script
from pipeline.values import Key
from storage.keys import Kind
from workers.folder import AUDIO, DRAFTS, MOTION, RUSHES, Index, Probed, VideoFolder
from workers.publish import Finished, published

Show = Callable[[int, int], None]
"""Told how many files of how many are known."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files a draft is made from. `attached`: assets by the reference as the footage is asked for them.

    `recorders`: sound files that the script does not name. `marks`: what people said of the rushes.
    """

    filmed: tuple[Probed, ...] = ()
    attached: tuple[tuple[str, Probed], ...] = ()
    recorders: tuple[Probed, ...] = ()
    marks: tuple[Marked, ...] = ()


class Home(Protocol):
    """Where a video's files come from, and where what is made of them is kept."""

    def found(self, script: Script, show: Show) -> Found:
        """The files there are now.

        Raises:
            ScriptError: a reference may mean two files.
        """
        ...

    def original(self, digest: Key, show: Show) -> Probed | None:
        """The file of that digest, whatever it is called now; None when it is gone."""
        ...

    def kept(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Keeps what was made where others find it."""
        ...

    def published(self, scratch: Path, finished: Finished) -> Draft:
        """The draft, there whole from now on; `scratch` holds its files and is gone afterwards."""
        ...


class FolderHome:
    """A video's folder: everything lies in it. `beside`: rushes that were added to it without lying in `rushes/`."""

    def __init__(self, folder: VideoFolder, beside: Found | None = None) -> None:
        self.folder = folder
        self._beside = beside or Found()

    def found(self, script: Script, show: Show) -> Found:
        """The rushes in `rushes/`, the assets that the script names, and other sounds in `audio/`."""
        files = {name: self.folder.files(name) for name in (RUSHES, MOTION, AUDIO)}
        asked = _asked(script, files)
        named = {path for _, _, path in asked}
        known = self.folder.known(MOTION) | self.folder.known(AUDIO)
        filmed = list(files[RUSHES].items())
        attached = [(name, path) for _, name, path in asked]
        others = [(name, path) for name, path in files[AUDIO].items() if path not in named]
        probed = self._probed([*filmed, *attached, *others], show)
        lying = {file.media.digest for file in probed if file.media is not None}
        added = [file for file in self._beside.filmed if file.media is not None and file.media.digest not in lying]
        heard = [file for file in self._beside.recorders if file.media is not None and file.media.digest not in lying]
        stop = len(filmed) + len(attached)
        return Found(
            filmed=(*probed[: len(filmed)], *added),
            attached=tuple(
                (reference, replace(file, about=about(name, known)))
                for (reference, name, _), file in zip(asked, probed[len(filmed) : stop], strict=True)
            ),
            recorders=(*probed[stop:], *heard),
            marks=self._beside.marks,
        )

    def original(self, digest: Key, show: Show) -> Probed | None:
        """The file of that digest, in any of its folders and under any name."""
        files = [file for name in (RUSHES, MOTION, AUDIO) for file in self.folder.files(name).items()]
        known = [*self._probed(files, show), *self._beside.filmed, *self._beside.recorders]
        return next((file for file in known if file.media is not None and file.media.digest == digest), None)

    def kept(self, kind: Kind, keys: Sequence[Key]) -> None:
        """It lies in the folder already."""

    def published(self, scratch: Path, finished: Finished) -> Draft:
        """The draft, in `drafts/`."""
        return published(scratch, self.folder.root / DRAFTS, finished.number, finished.report)

    def _probed(self, wanted: Sequence[tuple[str, Path]], show: Show) -> list[Probed]:
        index = Index(self.folder.hidden / "index.json")
        probed = index.probed(wanted, lambda count: show(count, len(wanted)))
        index.keep()
        return probed


def found_files(script: Script, folder: VideoFolder) -> dict[str, bool]:
    """Which assets the script names are in the folder, by reference.

    Raises:
        ScriptError: a reference may mean two files.
    """
    files = {name: folder.files(name) for name in (MOTION, AUDIO)}
    there = {reference for reference, _, _ in _asked(script, files)}
    return {reference: reference in there for reference, _ in script.references()}


def _asked(script: Script, files: dict[str, dict[str, Path]]) -> list[tuple[str, str, Path]]:
    """Each reference of the script that is there: (reference as the footage is asked for it, file name, path).

    Raises:
        ScriptError: a reference may mean two files.
    """
    out: dict[str, tuple[str, str, Path]] = {}
    problems: list[Problem] = []
    for line in script.lines:
        for cue in line.cues:
            if cue.name not in {"show", "music", "sound"} or cue.asset in out:
                continue
            both = files[MOTION] | files[AUDIO]
            folders = (files[MOTION], both) if cue.name == "show" else (files[AUDIO], both)
            names = next((found for folder in folders if (found := meant(cue.reference, folder, cue.version))), ())
            if len(names) > 1:
                place = cue.place_in_file
                message = f'"{cue.reference}" may mean {" or ".join(names)}'
                todo = "write its folder too, or rename one of them"
                problems.append(Problem(place.line, place.column, message, "script.md", todo))
            elif names:
                out[cue.asset] = (cue.asset, names[0], both[names[0]])
    if problems:
        raise ScriptError(tuple(problems))
    return list(out.values())
