"""What a style says of graphics: how they are fitted, how they come and go, what becomes of one of another length.

The numbers and their sources stand in `presets/graphics.toml`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.values import later

Place = Literal["over", "beside", "full", "corner"]
Fit = Literal["fit", "fill", "made"]
Coming = Literal["cut", "fade", "slide", "scale"]
Ease = Literal["linear", "smooth", "out"]
After = Literal["hold", "gone", "loop"]
Fate = Literal["whole", "held", "gone", "looped", "slower", "faster", "trimmed"]


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """How a graphic of one place is fitted, comes and goes. `enlarged_most`: output pixels to one as made, at most."""

    fit: Fit
    enlarged_most: Fraction
    enter: Coming
    leave: Coming


@dataclass(frozen=True, slots=True)
class Graphics:
    """How graphics are shown. Durations in seconds; `slide`, `hands_least` are shares of the frame's width.

    `scale`: the share of its size from which a graphic grows. `speed`: the slowest and fastest that an animation is
    played at. `words`: where key words without a place stand: `low` and centred, or `aside`, in the room beside the
    speaker, where there is enough and no other graphic.
    """

    calm_seconds: Fraction
    longer: Literal["speed", "trim"]
    shorter: Literal["hold", "speed", "gone"]
    speed: tuple[Fraction, Fraction]
    slide: Fraction
    scale: Fraction
    ease: Ease
    hands_least: Fraction
    over: PlaceRule
    full: PlaceRule
    beside: PlaceRule
    corner: PlaceRule
    words: Literal["low", "aside"] = later("low")

    def __post_init__(self) -> None:
        slowest, fastest = self.speed
        if not 0 < slowest <= 1 <= fastest:
            message = f"speed runs from at most 1 to at least 1, found {slowest} to {fastest}"
            raise ValueError(message)
        if not 0 < self.scale <= 1:
            message = f"a graphic grows from a part of its size, above 0 and at most 1, found {self.scale}"
            raise ValueError(message)
        for name, rule in (("beside", self.beside), ("corner", self.corner)):
            if rule.fit != "fit":
                message = f"what stands {name} is shown whole: fit = 'fit', found {rule.fit!r}"
                raise ValueError(message)

    def rule(self, place: Place) -> PlaceRule:
        """How a graphic of that place is shown."""
        return {"over": self.over, "full": self.full, "beside": self.beside, "corner": self.corner}[place]


@dataclass(frozen=True, slots=True)
class Pace:
    """How an animation fills the time it has: frames as made to one that is shown, what follows its end, and its fate.

    `frames`: for how many it is seen, fewer than there are only where it is `gone` before.
    """

    speed: Fraction
    after: After
    frames: int
    fate: Fate


def pace(made: int, frames: int, graphics: Graphics, *, loops: bool = False) -> Pace:
    """How an animation of `made` frames is shown for `frames`.

    One whose speed is changed shows its first picture first and its last one last.
    """
    one = Fraction(1)
    slowest, fastest = graphics.speed
    if loops:
        return Pace(one, "loop", frames, "whole" if made == frames else "looped" if made < frames else "trimmed")
    fitted, ratio = Fraction(made - 1, frames - 1) if min(made, frames) > 1 else one, Fraction(made, frames)
    if made > frames:
        quick = graphics.longer == "speed" and frames > 1 and ratio <= fastest
        return Pace(fitted, "hold", frames, "faster") if quick else Pace(one, "hold", frames, "trimmed")
    if made in (frames, 1):
        return Pace(one, "hold", frames, "whole")
    if graphics.shorter == "gone":
        return Pace(one, "gone", made, "gone")
    slow = graphics.shorter == "speed" and ratio >= slowest
    return Pace(fitted, "hold", frames, "slower") if slow else Pace(one, "hold", frames, "held")
