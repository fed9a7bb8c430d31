"""Opens what ships with Rushes in `presets/`: styles, framings, words, fonts, models."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from PIL import ImageFont

from pipeline import presets, styles
from pipeline.commands.conform import Mezzanine
from pipeline.errors import NotFound, PresetError
from pipeline.presets import Brand, Farm, Framings, Healthy, Keeping, Style, Telling
from pipeline.standing import Watching
from pipeline.values import BadValue, Key, from_json
from pipeline.words import Words, words

T = TypeVar("T")


def folder() -> Path:
    """The folder of the presets."""
    return Path(str(resources.files("presets")))


@cache
def _texts() -> dict[str, str]:
    root = folder()
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.toml"))}


@cache
def style(name: str = "course") -> Style:
    """The style of that name.

    Raises:
        PresetError: there is no such style, or it is wrong.
    """
    return styles.style(name, _texts(), _files_key())


def style_names() -> tuple[str, ...]:
    """The styles that ship with Rushes, and those put beside them."""
    return styles.style_names(_texts())


@cache
def framings() -> Framings:
    """The ladder of framings as shipped, for reading scripts."""
    return from_json(Framings, presets.table("framings.toml", _texts()["framings.toml"]))


@cache
def said_in(language: str) -> Words:
    """What Rushes says in that language (`fr-CA` is `fr`); English when there is no such file."""
    short = language.split("-", maxsplit=1)[0].casefold()
    short = short if f"words/{short}.toml" in _texts() else "en"
    return words(short, _texts()[f"words/{short}.toml"])


def page(name: str) -> str:
    """The text of a page template."""
    return (folder() / "pages" / name).read_text("utf-8")


def font(name: str) -> Path:
    """The file of a shipped font.

    Raises:
        NotFound: no such font ships with Rushes.
    """
    path = folder() / "brand" / "fonts" / name
    if not path.is_file():
        raise NotFound(f"no font {name} in presets/brand/fonts")
    return path


def logo(name: str) -> Path:
    """The file of a brand's logo.

    Raises:
        NotFound: it is not there.
    """
    path = folder() / "brand" / "logos" / name
    if not path.is_file():
        todo = "put the PNG there, or name in the brand one that is there"
        raise NotFound(f"no logo {name} in presets/brand/logos", todo=todo)
    return path


def page_fonts(brand: Brand) -> dict[str, bytes]:
    """The brand's fonts as a page carries them: TrueType files by weight, or `mono`.

    Raises:
        NotFound: one does not ship with Rushes.
    """
    names = {"400": brand.font, "700": brand.font_bold, "mono": brand.font_mono}
    return {use: font(name).read_bytes() for use, name in names.items()}


def font_files() -> tuple[Path, ...]:
    """Every shipped font, by name."""
    return tuple(sorted((folder() / "brand" / "fonts").glob("*.[ot]tf")))


@cache
def families() -> frozenset[str]:
    """The families of the shipped fonts, casefolded."""
    return frozenset(str(ImageFont.truetype(path, 12).getname()[0]).casefold() for path in font_files())


@cache
def _files_key() -> Key:
    whole = hashlib.sha256()
    brand = folder() / "brand"
    for path in sorted((*(brand / "fonts").glob("*.[ot]tf"), *(brand / "logos").glob("*.png"))):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return Key(whole.hexdigest())


def model(name: str, sha256: str) -> Path:
    """A shipped model file, its hash checked.

    Raises:
        NotFound: it is absent or is not the file it should be.
    """
    path = folder() / "models" / name
    if not path.is_file():
        raise NotFound(f"the model presets/models/{name} is not there", todo="install Rushes again")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise NotFound(
            f"presets/models/{name} is not the file it should be (sha256 differs)", todo="install Rushes again"
        )
    return path


@cache
def mezzanine() -> Mezzanine:
    """What a rush becomes at ingest.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Mezzanine, "encodes/mezzanine.toml")


@cache
def keeping() -> Keeping:
    """For how long things are kept.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Keeping, "keeping.toml")


@cache
def farm() -> Farm:
    """How the farm waits.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Farm, "farm.toml")


@cache
def telling() -> Telling:
    """How what happened is told outside the studio.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Telling, "telling.toml")


@cache
def healthy() -> Healthy:
    """What is enough on a machine of a studio.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Healthy, "doctor.toml")


@cache
def watching() -> Watching:
    """How a watched folder is looked at.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Watching, "ingest.toml", "watching")


def preset(kind: type[T], path: str, table: str = "") -> T:
    """The value that a preset file, or one table of it, holds."""
    try:
        whole = presets.table(path, _texts()[path])
        return from_json(kind, whole[table] if table else whole)
    except (BadValue, KeyError) as error:
        raise PresetError(f"presets/{path}: {error}") from error
