"""Why a segment is not the one that stood there before: which of the things that it was made of differ."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from pipeline.geometry import Box, Size
from pipeline.presets import Encode
from pipeline.segments import Base, Laid, Segment, Source
from pipeline.spans import Span
from pipeline.timeline import Card, Locked, Path
from pipeline.values import Key

Code = Literal[
    "filmed",
    "source",
    "span",
    "camera",
    "rush-size",
    "ground",
    "length",
    "overlay",
    "overlay-new",
    "overlay-gone",
    "overlay-order",
    "overlay-place",
    "overlay-time",
    "overlay-part",
    "overlay-after",
    "overlay-fade",
    "overlay-move",
    "overlay-ground",
    "text",
    "brand",
    "card",
    "rate",
    "size",
    "encode",
    "build",
    "tier",
    "recipe",
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a segment was made of, and that was another before. `what` is the overlay it is about."""

    code: Code
    old: str = ""
    new: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What people call the inputs of two segments, by their keys: rushes, assets with their version; and the cards."""

    names: Mapping[Key, str]
    cards: Mapping[Key, Card]

    def __getitem__(self, key: Key) -> str:
        """Its name, or how its key begins; of a card, the longest of its texts."""
        card = self.cards.get(key)
        texts = [] if card is None else [text for _, text in card.fields]
        return max(texts, key=len, default=self.names.get(key, key[:12]))

    def both(self, old: Key, new: Key) -> tuple[str, str]:
        """The names of two things; of two of one name, with how their keys begin."""
        before, after = self[old], self[new]
        return (before, after) if before != after else (f"{before} ({old[:12]})", f"{after} ({new[:12]})")


NOBODY = Named({}, {})


def differences(old: Segment, new: Segment, named: Named = NOBODY) -> tuple[Difference, ...]:
    """What differs between two segments: nothing when they are equal, and something whenever they are not."""
    return (
        *_bases(old.base, new.base, named),
        *_differing("length", str(old.frames), str(new.frames)),
        *_overlays(old.overlays, new.overlays, named),
        *_differing("rate", str(old.rate), str(new.rate)),
        *_differing("size", str(old.size), str(new.size)),
        *_encodes(old.encode, new.encode),
        *_differing("build", old.build, new.build),
        *_differing("tier", old.tier, new.tier),
        *_differing("recipe", str(old.recipe), str(new.recipe)),
    )


def _differing(code: Code, old: str, new: str, what: str = "") -> Iterator[Difference]:
    if old != new:
        yield Difference(code, old, new, what)


def _bases(old: Base, new: Base, named: Named) -> Iterator[Difference]:
    if isinstance(old, Source) and isinstance(new, Source):
        if old.key != new.key:
            yield Difference("source", *named.both(old.key, new.key))
        yield from _differing("span", _span(old.span), _span(new.span))
        if old.path != new.path:
            yield Difference("camera", _path(old.path), _path(new.path))
        yield from _differing("rush-size", str(old.size), str(new.size))
    elif not isinstance(old, Source) and not isinstance(new, Source):
        yield from _differing("ground", old.colour, new.colour)
    else:
        before, after = (named[one.key] if isinstance(one, Source) else one.colour for one in (old, new))
        yield Difference("filmed", before, after)


def _overlays(old: Sequence[Laid], new: Sequence[Laid], named: Named) -> Iterator[Difference]:
    """Those of one key belong together, in order; of the rest, the first of each."""
    pairs = _alike(old, new)
    left = [at for at in range(len(old)) if at not in pairs]
    for at in range(len(new)):
        if at not in pairs.values() and left:
            pairs[left.pop(0)] = at
    for before, after in sorted(pairs.items()):
        yield from _laid(old[before], new[after], named)
    for at in left:
        yield Difference("overlay-gone", named[old[at].key], what=named[old[at].key])
    for at, laid in enumerate(new):
        if at not in pairs.values():
            yield Difference("overlay-new", new=named[laid.key], what=named[laid.key])
    order = [after for _, after in sorted(pairs.items())]
    if order != sorted(order):
        yield Difference("overlay-order")


def _alike(old: Sequence[Laid], new: Sequence[Laid]) -> dict[int, int]:
    free: defaultdict[Key, list[int]] = defaultdict(list)
    for at, laid in enumerate(new):
        free[laid.key].append(at)
    return {at: free[laid.key].pop(0) for at, laid in enumerate(old) if free[laid.key]}


def _laid(old: Laid, new: Laid, named: Named) -> Iterator[Difference]:
    what = named[new.key]
    if old.key != new.key:
        yield from _changed(old.key, new.key, named)
    yield from _differing("overlay-place", _box(old.box), _box(new.box), what)
    yield from _differing("overlay-time", _span(old.at), _span(new.at), what)
    yield from _differing("overlay-part", _part(old), _part(new), what)
    yield from _differing("overlay-after", old.after, new.after, what)
    yield from _differing("overlay-fade", _fades(old), _fades(new), what)
    yield from _differing("overlay-move", _moves(old), _moves(new), what)
    yield from _differing("overlay-ground", old.ground, new.ground, what)


def _changed(old: Key, new: Key, named: Named) -> Iterator[Difference]:
    """What of an overlay is another: its version or asset; of a card, its words, its look, or its length and shape."""
    before, after = named.cards.get(old), named.cards.get(new)
    if before is None or after is None:
        yield Difference("overlay", *named.both(old, new))
        return
    yield from _differing("text", *_texts(before, after))
    yield from _differing("brand", before.brand[:12], after.brand[:12], named[new])
    yield from _differing("card", _shape(before), _shape(after), named[new])


def _texts(old: Card, new: Card) -> tuple[str, str]:
    """The words of two cards, those alone that differ; and their template and language, where those do."""
    said = [dict(card.fields) | {"": f"{card.template}, {card.language}"} for card in (old, new)]
    apart = [name for name in said[0] | said[1] if said[0].get(name) != said[1].get(name)]
    before, after = (" / ".join(one[name] for name in apart if name in one) for one in said)
    return before, after


def _shape(card: Card) -> str:
    return f"{card.size}, {card.frames}, {card.rate}, {card.recipe}"


def _encodes(old: Encode, new: Encode) -> Iterator[Difference]:
    for one in fields(Encode):
        was, now = getattr(old, one.name), getattr(new, one.name)
        if was != now:
            yield Difference("encode", f"{one.name} {was}", f"{one.name} {now}")


def _span(span: Span) -> str:
    return f"{span.start}-{span.stop}"


def _box(box: Box) -> str:
    return f"{Size(box.width, box.height)} + {box.x}, {box.y}"


def _path(path: Path) -> str:
    if isinstance(path, Locked):
        return _box(path.box)
    return f"{path.ease}: " + " → ".join(f"{_box(knot.box)} @ {knot.frame}" for knot in path.knots)


def _fades(laid: Laid) -> str:
    (first, begins), (last, ends) = laid.fade_in, laid.fade_out
    return f"{first} @ {begins}, {last} @ {ends}"


def _part(laid: Laid) -> str:
    """Which frame is seen first, of how many; at what speed, where it is not its own."""
    own = f"{laid.offset}/{laid.frames}"
    return own if (laid.speed, laid.late) == (1, 0) else f"{own}, {laid.speed} + {laid.late}"


def _moves(laid: Laid) -> str:
    return " → ".join(f"{one.x}, {one.y}, {one.scale} {one.ease}" for one in (laid.enter, laid.leave))
