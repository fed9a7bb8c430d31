"""Whether cards stand long enough to be read."""

from collections.abc import Mapping
from fractions import Fraction

from pipeline.footage import Remark
from pipeline.timeline import Timeline

READ: Mapping[str, tuple[str, ...]] = {
    "title": ("text",),
    "chapter": ("text",),
    "end": ("text", "name", "role"),
    "lower-third": ("name", "role"),
    "text": ("text",),
}
"""What is read on each card. Slates are for those who make the film."""


def hurried(timeline: Timeline, most: Fraction) -> tuple[Remark, ...]:
    """A remark for each card that asks `most` characters a second or more of those who read it.

    Spaces count, as in captions. `wanted` is the shortest length, in tenths of a second, that asks for less.
    """
    cards = {card.key: card for card in timeline.cards}
    out: list[Remark] = []
    for overlay in timeline.overlays:
        card = cards.get(overlay.key)
        if card is None or card.template not in READ:
            continue
        said = [text for name in READ[card.template] if (text := " ".join(card.field(name).split()))]
        signs = sum(len(text) for text in said)
        lasts = overlay.at.frames / timeline.rate
        if signs / lasts < most:
            continue
        wanted = Fraction(int(signs * 10 / most) + 1, 10)
        facts = (("signs", str(int(signs / lasts))), ("lasts", str(lasts)), ("wanted", str(wanted)))
        out.append(Remark("hurried", " | ".join(said), overlay.line, facts))
    return tuple(out)
