"""Contrast between two colours, as WCAG 2.2 measures it."""

AA, AA_MARK = 4.5, 3.0
"""The least contrast of words (1.4.3), and of what else must be told apart (1.4.11)."""

WHITE, BLACK = "#ffffff", "#000000"
"""The lightest and the darkest film that words can stand on."""


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), of two `#rrggbb`.

    >>> round(contrast("#ffffff", "#767676"), 2)
    4.54
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shaded(film: str, shade: str, opacity: float) -> str:
    """What a shade of that opacity makes of a colour of the film.

    >>> shaded("#ffffff", "#000000", 0.5)
    '#808080'
    """
    mixed = (round(low * (1 - opacity) + high * opacity) for low, high in zip(_parts(film), _parts(shade), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def least_over_film(ink: str, shade: str, opacity: float) -> float:
    """The contrast of words on a shade over film, whatever the film: the least of white and of black."""
    return min(contrast(ink, shaded(film, shade, opacity)) for film in (WHITE, BLACK))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
