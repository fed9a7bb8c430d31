"""The set, drawn, 3840 x 2160: a plain wall in soft daylight, a print, a shelf, a plant; a desk with a laptop.

Everything far is out of focus, as a 4K camera would see it, which also costs few bytes.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 3840, 2160
DESK = 1776
"""The row of the desk's far edge."""

Picture = NDArray[np.float32]
Colour = tuple[float, float, float]


def _bgr(code: str) -> Colour:
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return blue, green, red


def wall(seed: int = 3) -> Picture:
    """All that stands behind the person."""
    grain = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    light = 1.04 - 0.26 * (columns / WIDTH) ** 1.3 - 0.10 * (rows / HEIGHT)
    picture = light[..., None] * np.array(_bgr("cbc5bd"), np.float32)
    picture += _plaster(grain)[..., None]
    _daylight(picture)
    _print(picture)
    _shelf(picture)
    _plant(picture)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 9), 0, 1)


def _plaster(grain: np.random.Generator) -> Picture:
    """The unevenness of a painted wall, in three sizes: without it the light would band."""
    out = np.zeros((HEIGHT, WIDTH), np.float32)
    for rows, strength in ((9, 0.012), (27, 0.008), (120, 0.006)):
        coarse = grain.standard_normal((rows, rows * 16 // 9)).astype(np.float32)
        out += strength * cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return out


def _daylight(picture: Picture) -> None:
    """Four panes of a window, thrown slantwise on the wall."""
    panes = np.zeros(picture.shape[:2], np.float32)
    for column in range(2):
        for row in range(2):
            x, y = 240 + column * 420 + row * 150, 120 + row * 640 + column * 60
            corners = [(x, y), (x + 370, y + 52), (x + 510, y + 640), (x + 140, y + 590)]
            cv2.fillPoly(panes, [np.array(corners)], 1.0)
    picture += 0.085 * cv2.GaussianBlur(panes, (0, 0), 26)[..., None]


def _rectangle(picture: Picture, box: tuple[int, int, int, int], colour: str) -> None:
    left, top, right, bottom = box
    cv2.rectangle(picture, (left, top), (right - 1, bottom - 1), _bgr(colour), -1)


def _shadow(picture: Picture, box: tuple[int, int, int, int], strength: float, spread: float) -> None:
    left, top, right, bottom = box
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.rectangle(mask, (left, top), (right, bottom), 1.0, -1)
    picture *= (1 - strength * cv2.GaussianBlur(mask, (0, 0), spread))[..., None]


def _print(picture: Picture) -> None:
    """A framed print: a planet, its orbit, a satellite in amber."""
    _shadow(picture, (2430, 220, 2970, 850), 0.20, 34)
    _rectangle(picture, (2400, 180, 2940, 810), "3a3835")
    _rectangle(picture, (2420, 200, 2920, 790), "f2f0ec")
    middle = (2670, 495)
    cv2.circle(picture, middle, 118, _bgr("6f7478"), -1, cv2.LINE_AA)
    cv2.ellipse(picture, middle, (214, 88), -24, 0, 360, _bgr("4a4a4a"), 7, cv2.LINE_AA)
    cv2.ellipse(picture, middle, (118, 118), 0, 200, 340, _bgr("6f7478"), -1, cv2.LINE_AA)
    cv2.circle(picture, (2863, 410), 23, _bgr("d99a10"), -1, cv2.LINE_AA)


def _shelf(picture: Picture) -> None:
    """A shelf with books and a globe of plain plaster."""
    _shadow(picture, (2480, 1310, 3840, 1380), 0.26, 30)
    left = 3130
    for width, height, colour in (
        (58, 300, "5b5f63"), (44, 268, "8d8a84"), (70, 322, "3f4143"), (40, 286, "a9793a"), (62, 300, "77797a"),
        (48, 262, "c2beb6"), (66, 312, "54585c"),
    ):  # fmt: skip
        _rectangle(picture, (left, 1240 - height, left + width - 4, 1240), colour)
        left += width
    cv2.rectangle(picture, (3560, 1180), (3780, 1239), _bgr("b5b1a9"), -1)
    cv2.rectangle(picture, (3580, 1130), (3760, 1179), _bgr("6a6d70"), -1)
    rows, columns = np.mgrid[880:1240, 2700:3060].astype(np.float32)
    x, y = (columns - 2880) / 150, (rows - 1080) / 150
    inside = x * x + y * y < 1
    shade = np.clip(0.80 - 0.32 * x - 0.20 * y - 0.18 * (x * x + y * y), 0.2, 1)
    patch = picture[880:1240, 2700:3060]
    patch[inside] = shade[inside][:, None] * np.array(_bgr("dcd8d0"), np.float32)
    _rectangle(picture, (2862, 1226, 2898, 1240), "4c4a47")
    _rectangle(picture, (2480, 1240, 3840, 1282), "8b7358")
    _rectangle(picture, (2480, 1282, 3840, 1300), "5f4e3b")


def _plant(picture: Picture) -> None:
    """A plant on the floor at the left, its leaves nearer the window."""
    _shadow(picture, (250, 1050, 720, 1900), 0.16, 80)
    for turn, length, colour in (
        (-62, 640, "4f6152"), (-38, 820, "5d7260"), (-14, 900, "56695a"), (12, 860, "677d69"), (36, 760, "4f6152"),
        (60, 600, "5d7260"), (-76, 460, "677d69"), (76, 430, "56695a"),
    ):  # fmt: skip
        slant = np.deg2rad(turn)
        share = np.linspace(0, 1, 30)
        bend = slant * (0.55 + 0.75 * share)
        x = 430 + np.cumsum(np.sin(bend)) * length / 30
        y = 1720 - np.cumsum(np.cos(bend)) * length / 30
        wide = 62 * np.sin(np.pi * share**0.75)
        side_x, side_y = np.cos(bend) * wide, np.sin(bend) * wide
        leaf = np.concatenate([np.stack([x - side_x, y - side_y], 1), np.stack([x + side_x, y + side_y], 1)[::-1]])
        cv2.fillPoly(picture, [np.round(leaf).astype(np.int32)], _bgr(colour), cv2.LINE_AA)
        cv2.polylines(picture, [np.round(np.stack([x, y], 1)).astype(np.int32)], 0, _bgr("7f947f"), 5, cv2.LINE_AA)
    corners = np.array([(300, 1680), (560, 1680), (530, 2160), (330, 2160)])
    cv2.fillPoly(picture, [corners], _bgr("b9b4ab"), cv2.LINE_AA)


def desk() -> tuple[Picture, NDArray[np.float32]]:
    """What stands before the person, and where (alpha, 0 to 1): the desk, a laptop seen from behind, a cup."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    _rectangle(picture, (0, DESK, WIDTH, HEIGHT), "a68d6c")
    alpha[DESK:] = 1
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    light = 1.10 - 0.30 * columns / WIDTH - 0.34 * np.clip((rows - DESK) / (HEIGHT - DESK), 0, 1)
    picture *= light[..., None]
    veins = np.random.default_rng(5).standard_normal((60, 6)).astype(np.float32)
    picture += 0.016 * cv2.resize(veins, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None] * alpha[..., None]
    _shadow(picture, (760, 1800, 1480, 1850), 0.45, 22)
    _shadow(picture, (2860, 1880, 3080, 1910), 0.40, 18)
    lid = np.array([(800, 1380), (1440, 1380), (1476, 1822), (764, 1822)])
    for canvas, tone in ((picture, _bgr("3b3c3e")), (alpha, 1.0)):
        cv2.fillPoly(canvas, [lid], tone, cv2.LINE_AA)
        cv2.rectangle(canvas, (2870, 1690), (3060, 1890), _bgr("e8e5df") if canvas is picture else 1.0, -1)
        cv2.ellipse(
            canvas, (3070, 1775), (52, 58), 0, 0, 360, _bgr("e8e5df") if canvas is picture else 1.0, 17, cv2.LINE_AA
        )
    cv2.line(picture, (802, 1383), (1438, 1383), _bgr("6c6d70"), 5, cv2.LINE_AA)
    cv2.circle(picture, (1120, 1600), 26, _bgr("e8a400"), 6, cv2.LINE_AA)
    body = picture[1690:1890, 2870:3060]
    body *= np.linspace(1.06, 0.74, 190, dtype=np.float32)[None, :, None]
    _rectangle(picture, (764, 1815, 1476, 1824), "232325")
    picture, alpha = cv2.GaussianBlur(picture, (0, 0), 1.6), cv2.GaussianBlur(alpha, (0, 0), 1.6)
    return np.clip(picture, 0, 1), alpha
