"""The motion designer's files, drawn in the brand's look: an animation and a still with alpha, a full-frame film."""

# ruff: noqa: RUF001 (French apostrophes)

import math
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[2] / "presets" / "brand" / "fonts"
PAPER, INK, GREY, HAIR, AMBER, SEA = "#FAFAF9", "#1A1A1A", "#5C5C5C", "#D4D4D2", "#E8A400", "#2F4858"
FPS = 25
FINE = 2
"""Everything is drawn this many times larger, then reduced: PIL draws no smooth edges of its own."""

BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
TO_BT709 = "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int"
# fmt: off
VP9_ALPHA = (
    "-vf", f"{TO_BT709},format=yuva420p", "-c:v", "libvpx-vp9", "-crf", "30", "-b:v", "0", "-auto-alt-ref", "0", *BT709,
)
H264 = (
    "-vf", f"{TO_BT709},format=yuv420p", "-c:v", "libx264", "-preset", "slow", "-crf", "22", *BT709,
    "-movflags", "+faststart",
)
# fmt: on

Point = tuple[float, float]


class Board:
    """A transparent picture to draw on, in its own pixels; `picture()` gives it with smooth edges."""

    def __init__(self, width: int, height: int, ground: str | None = None) -> None:
        self.size = (width, height)
        self._large = Image.new("RGBA", (width * FINE, height * FINE), ground or (250, 250, 249, 0))
        self._pen = ImageDraw.Draw(self._large)

    def picture(self, shown: float = 1.0) -> Image.Image:
        """The picture, its alpha multiplied by `shown`."""
        small = self._large.resize(self.size, Image.Resampling.BOX)
        if shown < 1:
            small.putalpha(small.getchannel("A").point(lambda value: round(value * shown)))
        return small

    def card(self, box: tuple[float, float, float, float], fill: str, radius: float = 6) -> None:
        """A filled rectangle with hardly rounded corners."""
        self._pen.rounded_rectangle([edge * FINE for edge in box], radius * FINE, fill=fill)

    def disc(self, at: Point, radius: float, fill: str | None, edge: str | None = None, width: float = 0) -> None:
        """A disc, or a ring."""
        box = [(at[0] - radius) * FINE, (at[1] - radius) * FINE, (at[0] + radius) * FINE, (at[1] + radius) * FINE]
        self._pen.ellipse(box, fill=fill, outline=edge, width=round(width * FINE))

    def line(self, points: list[Point], colour: str, width: float) -> None:
        """A line through the points, its ends and corners round."""
        large = [(x * FINE, y * FINE) for x, y in points]
        self._pen.line(large, fill=colour, width=round(width * FINE), joint="curve")
        for x, y in (large[0], large[-1]):
            radius = width * FINE / 2
            self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def words(
        self, at: Point, text: str, size: float, colour: str = INK, *, bold: bool = False, anchor: str = "lm"
    ) -> None:
        """Text; `anchor` as in PIL."""
        file = FONTS / f"AtkinsonHyperlegibleNext-{'Bold' if bold else 'Regular'}.ttf"
        font = ImageFont.truetype(str(file), round(size * FINE))
        self._pen.text((at[0] * FINE, at[1] * FINE), text, fill=colour, font=font, anchor=anchor)


def eased(share: float) -> float:
    """From 0 to 1, slow at both ends; constant beyond."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


STATIONS: tuple[tuple[Point, str, str], ...] = (
    ((180, 190), "Satellite", "mesurer"),
    ((520, 580), "Antenne", "recevoir"),
    ((760, 270), "Base", "vérifier"),
    ((1030, 560), "Tableau de bord", "expliquer"),
)


def journey(seconds: float = 5.2) -> Iterator[Image.Image]:
    """`data-journey`: an amber datum travels from the satellite to the dashboard; 1200 x 900, alpha."""
    frames = round(seconds * FPS)
    for frame in range(frames):
        yield _journey(frame / FPS, seconds)


def _journey(at: float, seconds: float) -> Image.Image:
    board = Board(1200, 900)
    board.card((12, 12, 1188, 888), PAPER)
    board.words((70, 812), "Le voyage d’une donnée", 44, bold=True)
    board.line([(70, 756), (70 + 1060 * eased(at / 0.8), 756)], HAIR, 2)
    path = [_between(share / 120) for share in range(121)]
    travelled = eased((at - 0.5) / (seconds - 1.4)) * 120
    board.line(path, HAIR, 4)
    done = path[: int(travelled) + 1]
    if len(done) > 1:
        board.line(done, INK, 5)
    for number, (place, name, verb) in enumerate(STATIONS):
        reached = eased((travelled - number * 40 + 6) / 8)
        _station(board, number, place, reached)
        board.words((place[0], place[1] + 84), name, 32, INK if reached > 0.5 else GREY, bold=True, anchor="mm")
        board.words((place[0], place[1] + 120), verb, 28, GREY, anchor="mm")
    tip = _between(travelled / 120)
    if 0 < travelled < 120:
        board.disc(tip, 17, AMBER)
    shown = eased(at / 0.4) * eased((seconds - at) / 0.3)
    return board.picture(shown)


def _between(share: float) -> Point:
    """The place on the path, a curve through the stations, at that share of it."""
    part = min(2, int(share * 3))
    inside = share * 3 - part
    (x, y), (to_x, to_y) = STATIONS[part][0], STATIONS[part + 1][0]
    return x + (to_x - x) * inside, y + (to_y - y) * (1 - math.cos(math.pi * inside)) / 2


def _station(board: Board, number: int, at: Point, reached: float) -> None:
    x, y = at
    board.disc(at, 56, PAPER)
    board.disc(at, 56, None, AMBER if reached > 0.5 else HAIR, 5)
    colour = INK if reached > 0.5 else GREY
    if number == 0:
        board.card((x - 12, y - 15, x + 12, y + 15), colour, 2)
        for side in (-1, 1):
            board.card((x + side * 27 - 12, y - 9, x + side * 27 + 12, y + 9), colour, 1)
    elif number == 1:
        board.line([(x - 22, y - 14), (x - 8, y + 6), (x + 16, y + 12)], colour, 6)
        board.line([(x - 2, y + 8), (x - 12, y + 28)], colour, 6)
        board.disc((x + 14, y - 14), 6, colour)
    elif number == 2:
        for row in range(3):
            board.card((x - 24, y - 24 + row * 17, x + 24, y - 12 + row * 17), colour, 2)
    else:
        for column, height in enumerate((16, 30, 22, 42)):
            board.card((x - 26 + column * 14, y + 22 - height, x - 17 + column * 14, y + 22), colour, 1)


def questions() -> Image.Image:
    """`trois-questions`: a card for the right third; 1920 x 1080, alpha."""
    board = Board(1920, 1080)
    board.card((1270, 200, 1824, 800), PAPER)
    board.words((1322, 272), "Trois questions", 46, bold=True)
    board.line([(1322, 322), (1772, 322)], HAIR, 2)
    asked = (
        ("D’où", "vient cette valeur\u202f?"),
        ("Quand", "a-t-elle été mesurée\u202f?"),
        ("Avec quoi", "l’a-t-on mesurée\u202f?"),
    )
    for number, (head, rest) in enumerate(asked):
        y = 398 + number * 136
        board.disc((1348, y + 22), 27, None, AMBER, 4)
        board.words((1348, y + 22), str(number + 1), 30, bold=True, anchor="mm")
        board.words((1402, y), head, 38, bold=True)
        board.words((1402, y + 46), rest, 34, GREY)
    return board.picture()


def dashboard(seconds: float = 4.0) -> Iterator[Image.Image]:
    """`tableau-de-bord`: one curve draws itself; 1920 x 1080, no alpha. The values are an example and say so."""
    for frame in range(round(seconds * FPS)):
        yield _dashboard(frame / FPS, seconds)


def _curve(year: int) -> float:
    """A made-up temperature, in degrees."""
    return 17.6 + 0.022 * (year - 1984) + 0.16 * math.sin(year * 1.7) + 0.10 * math.sin(year * 0.61 + 1)


def _dashboard(at: float, seconds: float) -> Image.Image:
    board = Board(1920, 1080, PAPER)
    board.words((140, 140), "La mer se réchauffe-t-elle\u202f?", 72, bold=True)
    board.words((140, 212), "Température moyenne de surface, en degrés. Valeurs d’exemple.", 36, GREY)
    left, right, top, bottom = 260.0, 1590.0, 320.0, 860.0

    def place(year: float, value: float) -> Point:
        return left + (year - 1984) / 40 * (right - left), bottom - (value - 17.2) / 1.8 * (bottom - top)

    for degrees in (17.5, 18.0, 18.5):
        y = place(1984, degrees)[1]
        board.line([(left, y), (right, y)], HAIR, 2)
        board.words((left - 30, y), f"{degrees:.1f}".replace(".", ","), 32, GREY, anchor="rm")
    for year in (1984, 1994, 2004, 2014, 2024):
        board.words((place(year, 0)[0], bottom + 50), str(year), 32, GREY, anchor="mm")
    shown = eased((at - 0.3) / (seconds - 1.5)) * 40
    points = [place(1984 + step / 4, _between_years(1984 + step / 4)) for step in range(int(shown * 4) + 1)]
    if len(points) > 1:
        board.line(points, SEA, 8)
        board.disc(points[-1], 16, AMBER)
    if shown >= 40:
        warmer = f"{_curve(2024) - _curve(1984):.1f}".replace(".", ",")
        board.words((points[-1][0] + 36, points[-1][1]), f"+\u202f{warmer}\u202f°C", 48, bold=True)
    return board.picture()


def _between_years(year: float) -> float:
    whole = int(year)
    return _curve(whole) + (year - whole) * (_curve(whole + 1) - _curve(whole))


def drawn(folder: Path) -> None:
    """Writes the three files into `folder`.

    Raises:
        subprocess.CalledProcessError: ffmpeg could not write one.
    """
    _film(folder / "data-journey.webm", journey(), "rgba", VP9_ALPHA)
    questions().quantize(256, method=Image.Quantize.FASTOCTREE).save(folder / "trois-questions.png", optimize=True)
    _film(folder / "tableau-de-bord.mp4", dashboard(), "rgb24", H264)


def _film(path: Path, pictures: Iterator[Image.Image], layout: str, encoding: tuple[str, ...]) -> None:
    shots = list(pictures)
    width, height = shots[0].size
    raw = b"".join(shot.convert("RGBA" if layout == "rgba" else "RGB").tobytes() for shot in shots)
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo",
        "-pixel_format", layout, "-video_size", f"{width}x{height}", "-framerate", str(FPS), "-i", "pipe:0",
        *encoding, "-fflags", "+bitexact", "-flags:v", "+bitexact", str(path),
    ]  # fmt: skip
    subprocess.run(command, input=raw, check=True, capture_output=True)
