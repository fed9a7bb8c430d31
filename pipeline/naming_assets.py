"""How the file of an animation is to be called and where it goes, so that the cue that asks for it finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.references import file_name, meant, versions_there
from pipeline.script import Cue


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of the file to deliver, the number its version will have, and the files that it takes the place of.

    `goes`: into the folder `motion` of the video, or to the studio by the command `rushes asset`.
    """

    file: str
    version: int
    replaces: tuple[str, ...]
    goes: Literal["folder", "studio"]


def in_folder(cue: Cue, names: Sequence[str]) -> Naming:
    """For a video's folder whose `motion/` holds the files `names`.

    A cue without a version finds the file of its very name, and only one may have it; with one, that version.
    """
    there = versions_there(cue.reference, names)
    version = cue.version or max(there, default=0) + 1
    return Naming(file_name(cue.reference, cue.version), version, meant(cue.reference, names, cue.version), "folder")


def in_studio(cue: Cue, sent: Sequence[int]) -> Naming:
    """For the studio, which numbers versions as they are sent; `sent` are the numbers it has of the asset."""
    version = max(sent, default=0) + 1
    return Naming(file_name(cue.reference, version), version, (), "studio")
