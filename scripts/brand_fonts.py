"""Makes the fonts of `presets/brand/fonts` again, from npm packages already unpacked in a folder.

    npm pack @fontsource/atkinson-hyperlegible-next@5.3.0 @fontsource/atkinson-hyperlegible-mono@5.3.0 \
        @fontsource/noto-sans@5.3.0 @fontsource/noto-sans-math@5.3.0     # and unpack each under its file's name
    python scripts/brand_fonts.py FOLDER

The web packages cut a font in pieces by alphabet; a card needs one file. Greek letters, arrows and the signs of
mathematics, which Atkinson Hyperlegible lacks and lessons use, are taken from Noto Sans.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OUT = Path(__file__).parent.parent / "presets" / "brand" / "fonts"
SIGNS = "←→↔⇒⇔≤≥≠≈≡∑∏√∞∈∉∩⊂∀∃∂∫∇∅✓□"
FACES = (
    ("AtkinsonHyperlegibleNext-Regular", "next", 400),
    ("AtkinsonHyperlegibleNext-Bold", "next", 700),
    ("AtkinsonHyperlegibleMono-Regular", "mono", 400),
)


def main(folder: Path) -> None:
    """Writes the three fonts."""
    for name, family, weight in FACES:
        with TemporaryDirectory() as scratch:
            pieces = [
                _piece(folder, f"atkinson-hyperlegible-{family}", part, weight, Path(scratch))
                for part in ("latin", "latin-ext")
            ]
            have = set().union(*(TTFont(piece).getBestCmap() for piece in pieces))
            for package, part, wanted, thickness in (
                ("noto-sans", "greek", range(0x370, 0x400), weight),
                ("noto-sans-math", "latin", [ord(sign) for sign in SIGNS], 400),
            ):
                missing = [code for code in wanted if code not in have]
                pieces.append(_piece(folder, package, part, thickness, Path(scratch), missing))
            font = Merger().merge([str(piece) for piece in pieces])
            _measured(font, TTFont(pieces[0]))
        _spaces(font)
        if family == "mono":
            _renamed(font)
        font.save(OUT / f"{name}.ttf")


def _piece(folder: Path, package: str, part: str, weight: int, scratch: Path, only: list[int] | None = None) -> Path:
    (source,) = folder.glob(f"fontsource-{package}-5*/package/files/{package}-{part}-{weight}-normal.woff2")
    font = TTFont(source)
    font.flavor = None
    if only is not None:
        options = Options()
        options.layout_features = []
        options.drop_tables += ["GSUB", "GPOS", "GDEF", "MATH", "vhea", "vmtx", "prep", "fpgm", "cvt "]
        options.hinting = False
        options.notdef_outline = False
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=only)
        subsetter.subset(font)
    if "STAT" in font:  # speaks of a variable family, which the pieces are not
        del font["STAT"]
    path = scratch / f"{package}-{part}.ttf"
    font.save(path)
    return path


def _measured(font: TTFont, first: TTFont) -> None:
    """Lines stand as far apart as in Atkinson Hyperlegible, not as Noto's tallest sign wants."""
    for table, fields in (
        ("hhea", ("ascent", "descent", "lineGap")),
        ("OS/2", ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent")),
    ):
        for field in fields:
            setattr(font[table], field, getattr(first[table], field))


def _spaces(font: TTFont) -> None:
    """The narrow no-break space (two thirds of a space, Imprimerie nationale), the thin space, and the hyphens."""
    names = font.getBestCmap()
    space = names[0x20]
    width = font["hmtx"][space][0]
    added = {0x2009: width * 2 // 3, 0x202F: width * 2 // 3}
    for code, advance in added.items():
        if code in names:
            continue
        glyph = f"uni{code:04X}"
        font.setGlyphOrder([*font.getGlyphOrder(), glyph])
        font["glyf"][glyph] = font["glyf"][space]
        font["hmtx"][glyph] = (advance, 0)
        _mapped(font, code, glyph)
    for code, like in ((0x2010, 0x2D), (0x2011, 0x2D), (0xB5, 0x3BC)):
        if code not in names:
            _mapped(font, code, names[like])


def _mapped(font: TTFont, code: int, glyph: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = glyph


def _renamed(font: TTFont) -> None:
    """The static Mono is named after the thinnest of its family."""
    for record in font["name"].names:
        text = record.toUnicode().replace("Mono ExtraLight", "Mono").replace("MonoExtraLight", "Mono")
        record.string = text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
