"""The page of a brief, `brief.html`: what `brief.json` says, for people. One file that asks nothing of a network."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from pipeline.page import Speaking, compiled, data_address
from pipeline.words import Words

LISTED = ("prores", "sequence", "webm", "lottie")
"""What is best sent first: sentences of `[brief.format]`, for pictures with alpha."""

OPAQUE = ("prores422", "h264", "prores")
"""The same for a picture that fills the frame."""


def brief_page(
    index: Mapping[str, Any],
    words: Words,
    pictures: Mapping[int, tuple[bytes, ...]],
    template: str,
    fonts: Mapping[str, bytes],
) -> str:
    """The page as one HTML text.

    `index` as `brief_told.index` gives it; `pictures` are small JPEGs of the frames with their areas, by the number of
    the brief, in the order of its `under`. `template` is the text of `presets/pages/brief.html.j2`; `fonts` as for a
    report.

    Raises:
        PresetError: a sentence of `[brief]` is not in `presets/words`.
    """
    rate = Fraction(index["rate"])
    speaking = Speaking(words, rate)
    return compiled(template).render(
        index=index,
        say=words.say,
        language=words.language,
        clock=speaking.clock,
        timecode=speaking.timecode,
        seconds=partial(speaking.decimals, digits=2),
        rate=speaking.number(float(rate), 0 if rate.denominator == 1 else 3),
        exact="" if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}",
        pictures={number: [data_address(one, "image/jpeg") for one in some] for number, some in pictures.items()},
        signed=signed,
        formats={"full": OPAQUE},
        usual=LISTED,
        fonts={use: data_address(font, "font/ttf") for use, font in fonts.items()},
    )


def signed(frame: int) -> str:
    """A count of frames with a true minus."""
    return str(frame).replace("-", "\u2212")
