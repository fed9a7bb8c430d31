"""Opens presets: those that ship with Rushes, and the studio's own, which go before them file by file.

A studio's own lie in the folder that `RUSHES_PRESETS` names, on every machine; those of one video in `presets/` beside
its script. They are looked up by environment in every process: pieces are made, and drawings drawn, in further ones.
"""

import hashlib
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib import resources
from pathlib import Path
from typing import ParamSpec, TypeVar

from PIL import ImageFont

from pipeline import styles
from pipeline.commands.conform import Mezzanine
from pipeline.errors import NotFound, PresetError
from pipeline.preset_files import Texts, table, value
from pipeline.presets import Brand, Farm, Framings, Healthy, Keeping, Reviewing, Style, Telling
from pipeline.standing import Watching
from pipeline.values import Key
from pipeline.words import Words, said_otherwise, words

T = TypeVar("T")
P = ParamSpec("P")

OWN = "RUSHES_PRESETS"
"""The setting that names folders of presets that go before those shipped, the first before the others."""

FOLDERS = frozenset({"styles", "brand", "encodes", "words"})
"""Where a studio may put presets of other names than those shipped."""

FONTS, LOGOS = ("brand/fonts/*.ttf", "brand/fonts/*.otf"), ("brand/logos/*.png", "brand/logos/*.svg")


def folder() -> Path:
    """The folder of the presets that ship with Rushes."""
    return Path(str(resources.files("presets")))


@contextmanager
def laid_over(own: Path) -> Generator[None]:
    """For as long as it lasts, the presets of the folder `own` go before all others; nothing, where it is no folder."""
    before = os.environ.get(OWN)
    if own.is_dir():
        os.environ[OWN] = os.pathsep.join(filter(None, (str(own.absolute()), before)))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(OWN, None)
        else:
            os.environ[OWN] = before


def _own() -> tuple[Path, ...]:
    return tuple(Path(one) for one in os.environ.get(OWN, "").split(os.pathsep) if one)


def _state() -> tuple[object, ...]:
    """What a studio's own presets are at this moment: files, sizes, times. Nothing where it has none."""
    seen: list[object] = []
    for root in _own():
        for path in sorted(root.rglob("*")):
            if path.is_file():
                known = path.stat()
                seen.append((str(path), known.st_size, known.st_mtime_ns))
    return (_own(), *seen)


def _kept(function: Callable[P, T]) -> Callable[P, T]:
    """What the function gives, kept for as long as the presets stay as they are."""

    @cache
    def known(state: tuple[object, ...], *given: P.args, **named: P.kwargs) -> T:
        del state
        return function(*given, **named)

    @wraps(function)
    def found(*given: P.args, **named: P.kwargs) -> T:
        return known(_state(), *given, **named)

    return found


def _files(*patterns: str) -> dict[str, Path]:
    """The files of the presets by path below their folder, in order; the studio's own go before those shipped."""
    found: dict[str, Path] = {}
    for root in (folder(), *reversed(_own())):
        for pattern in patterns:
            found |= {path.relative_to(root).as_posix(): path for path in root.glob(pattern)}
    return dict(sorted(found.items()))


@_kept
def _texts() -> Texts:
    """Every preset.

    Raises:
        PresetError: a file of the studio's own is called as no preset is.
    """
    shipped, found = folder(), _files("**/*.toml")
    own = {path: file for path, file in found.items() if not file.is_relative_to(shipped)}
    for path, file in own.items():
        first, _, rest = path.rpartition("/")
        if not (shipped / path).is_file() and first not in FOLDERS:
            todo = f"a style goes into styles/, a brand into brand/; found {rest} in {first or 'the folder itself'}"
            raise PresetError(f"{file}: is no preset that Rushes knows", todo=todo)
    return Texts(
        {path: file.read_text("utf-8") for path, file in found.items()},
        {path: str(file) for path, file in own.items()},
        {path: (shipped / path).read_text("utf-8") for path in own if (shipped / path).is_file()},
    )


@_kept
def style(name: str = "course") -> Style:
    """The style of that name.

    Raises:
        PresetError: there is no such style, or it is wrong.
    """
    return styles.style(name, _texts(), files_key())


def style_names() -> tuple[str, ...]:
    """The styles that ship with Rushes, and the studio's own."""
    return styles.style_names(_texts())


@_kept
def framings() -> Framings:
    """The ladder of framings, for reading scripts."""
    return preset(Framings, "framings.toml")


@_kept
def said_in(language: str) -> Words:
    """What Rushes says in that language (`fr-CA` is `fr`); English when there is no such file.

    Raises:
        PresetError: a sentence of the studio's own is none that Rushes says.
    """
    short = language.split("-", maxsplit=1)[0].casefold()
    path = f"words/{short}.toml"
    if not (folder() / path).is_file():
        short, path = "en", "words/en.toml"
    said = words(short, table(f"presets/{path}", (folder() / path).read_text("utf-8")))
    for file in _own_files(path):
        own = words(short, table(str(file), file.read_text("utf-8")))
        said = said_otherwise(said, own, str(file))
    return said


def _own_files(path: str) -> Iterator[Path]:
    """The studio's own files of that path, the one that goes before last."""
    return (root / path for root in reversed(_own()) if (root / path).is_file())


def page(name: str) -> str:
    """The text of a page template."""
    return (folder() / "pages" / name).read_text("utf-8")


def font(name: str) -> Path:
    """The file of a font.

    Raises:
        NotFound: no such font ships with Rushes, nor is it the studio's own.
    """
    return _named("font", "brand/fonts", name, "put the TrueType or OpenType file there")


def logo(name: str) -> Path:
    """The file of a brand's logo.

    Raises:
        NotFound: it is not there.
    """
    return _named("logo", "brand/logos", name, "put the PNG or SVG there")


def _named(what: str, place: str, name: str, todo: str) -> Path:
    roots = (*_own(), folder())
    found = next((path for root in roots if (path := root / place / name).is_file()), None)
    if found is None or found.parent.name != place.rpartition("/")[2]:
        where = " or ".join((*(str(root / place) for root in _own()), f"presets/{place}"))
        raise NotFound(f"no {what} {name} in {where}", todo=f"{todo}, or name in the brand one that is there")
    return found


def page_fonts(brand: Brand) -> dict[str, bytes]:
    """The brand's fonts as a page carries them: TrueType files by weight, or `mono`.

    Raises:
        NotFound: one is not there.
    """
    names = {"400": brand.font, "700": brand.font_bold, "mono": brand.font_mono}
    return {use: font(name).read_bytes() for use, name in names.items()}


def font_files() -> tuple[Path, ...]:
    """Every font there is, by name."""
    return tuple(_files(*FONTS).values())


@_kept
def families() -> frozenset[str]:
    """The families of the fonts, casefolded."""
    return frozenset(str(ImageFont.truetype(path, 12).getname()[0]).casefold() for path in font_files())


@_kept
def files_key() -> Key:
    """Names what cards are made of beside their brand: fonts, logos, and what a studio says in its own words."""
    whole, shipped = hashlib.sha256(), folder()
    made_of = _files(*FONTS) | _files(*LOGOS)
    for path in made_of.values():
        if path.suffix != ".svg" or not path.is_relative_to(shipped):  # the mark as shipped is drawn from its PNG
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    for root in _own():
        for path in sorted(root.glob("words/*.toml")):
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


@_kept
def mezzanine() -> Mezzanine:
    """What a rush becomes at ingest.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Mezzanine, "encodes/mezzanine.toml")


@_kept
def keeping() -> Keeping:
    """For how long things are kept.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Keeping, "keeping.toml")


@_kept
def farm() -> Farm:
    """How the farm waits.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Farm, "farm.toml")


@_kept
def telling() -> Telling:
    """How what happened is told outside the studio.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Telling, "telling.toml")


@_kept
def reviewing() -> Reviewing:
    """How drafts are looked at again.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Reviewing, "reviewing.toml")


@_kept
def healthy() -> Healthy:
    """What is enough on a machine of a studio.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Healthy, "doctor.toml")


@_kept
def watching() -> Watching:
    """How a watched folder is looked at.

    Raises:
        PresetError: the preset is wrong.
    """
    return preset(Watching, "ingest.toml", "watching")


def preset(kind: type[T], path: str, named: str = "") -> T:
    """The value that a preset file holds, or the table of it that is `named`.

    Raises:
        PresetError: the preset is wrong.
    """
    texts = _texts()
    whole = texts.table(path)
    if named and not isinstance(whole.get(named), dict):
        raise PresetError(f"{texts.where(path)}: it lacks the table [{named}]")
    return value(kind, whole[named] if named else whole, texts.where(path))
