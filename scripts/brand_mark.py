"""Draws the mark of Rushes again, in `presets/brand/logos`: as SVG, and as the PNG that cards are made with.

    python scripts/brand_mark.py

It is the lined script: a take beside a take beside a take, each a stroke over the words it covers, the chosen one in
pencil, with the tick a script supervisor makes where it begins.
"""

from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).parent.parent / "presets" / "brand" / "logos"
SIDE, PEN, FINE = 96, 9, 8
STROKES = ((16, 30, 66), (48, 8, 88), (80, 44, 88))
"""Each take: its middle across, where it begins, where it ends. The second is the chosen one."""
TICK = (30, 48)
TONES = {"dark": ("#fafaf9", "#e8a400"), "light": ("#1a1a1a", "#8a5a00")}
HEIGHT = 512


def main() -> None:
    """Writes two files for each tone."""
    OUT.mkdir(exist_ok=True)
    for tone, (ink, mark) in TONES.items():
        (OUT / f"rushes-{tone}.svg").write_text(_svg(ink, mark), "utf-8")
        _png(ink, mark).save(OUT / f"rushes-{tone}.png", optimize=True)


def _lines(ink: str, mark: str) -> list[tuple[int, int, int, int, str]]:
    chosen = STROKES[1]
    takes = [(x, top, x, bottom, mark if x == chosen[0] else ink) for x, top, bottom in STROKES]
    return [*takes, (TICK[0], chosen[1], TICK[1], chosen[1], mark)]


def _svg(ink: str, mark: str) -> str:
    drawn = "".join(
        f'<path d="M{x} {y}L{right} {bottom}" stroke="{colour}"/>' for x, y, right, bottom, colour in _lines(ink, mark)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" stroke-width="{PEN}"'
        f' stroke-linecap="round">{drawn}</svg>\n'
    )


def _png(ink: str, mark: str) -> Image.Image:
    """Drawn larger, then reduced. Each colour has its own mask, so that no edge is mixed with black."""
    large, pen = SIDE * FINE * 2, PEN * FINE * 2
    out = Image.new("RGBA", (HEIGHT, HEIGHT), ink)
    whole = Image.new("L", (HEIGHT, HEIGHT))
    for colour in (ink, mark):
        page = Image.new("L", (large, large))
        draw = ImageDraw.Draw(page)
        for x, y, right, bottom, own in _lines(ink, mark):
            if own == colour:
                ends = [(at[0] * FINE * 2, at[1] * FINE * 2) for at in ((x, y), (right, bottom))]
                draw.line(ends, fill=255, width=pen)
                for across, down in ends:
                    draw.ellipse((across - pen / 2, down - pen / 2, across + pen / 2, down + pen / 2), fill=255)
        small = page.resize((HEIGHT, HEIGHT), Image.Resampling.LANCZOS)
        out.paste(Image.new("RGBA", small.size, colour), mask=small.point(lambda level: 255 if level else 0))
        whole.paste(255, mask=small)
    out.putalpha(whole)
    return out.crop(whole.getbbox())


if __name__ == "__main__":
    main()
