"""The framings a take can honestly give: boxes computed from the subject's head, density counted, the rest refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.camera import calm, cover, place_at, straightened
from pipeline.footage import Remark
from pipeline.geometry import Box, Size
from pipeline.presets import FramingRule, Framings, Style
from pipeline.spans import frames_in, rounded
from pipeline.takes import Take
from pipeline.timeline import Knot, Locked, Moving, Path
from pipeline.tracks import Track, Watched, percentile, track

Side = Literal["", "left", "right"]
Grade = Literal["free", "warned", "allowed"]
WhyNot = Literal["density", "too-wide", "no-subject", "no-room"]

SIDES: tuple[Side, ...] = ("", "left", "right")

HALF = Fraction(1, 2)
"""Eyes stand halfway down the head (canon of 7.5 heads)."""

NEARBY = 9
"""Rows by which a box may be higher or lower than asked, so that its shape is the output's exactly: 16:9 in whole even
pixels comes round each 18 rows."""

HANDS_FROM = 3
"""A lower cut from this many heads down (the waist, navel at 2.9) shows the hands of someone who speaks with them."""

INCLUDED = Fraction(995, 1000)
"""Share of the sampled frames in which the face must stand in its place (the bar of subject inclusion)."""


@dataclass(frozen=True, slots=True)
class Framing:
    """A named shot size on one take. `box` holds the whole path; `density` source px per output px, thousandths.

    `side`: where the head stands, with the other two thirds free for a graphic. `grade`: `free`, `warned` (soft),
    `allowed` (only because the style allows it).
    """

    name: str
    side: Side
    path: Path
    box: Box
    density: int
    grade: Grade

    @property
    def id(self) -> str:
        """Its name with its side: `medium-left`."""
        return f"{self.name}-{self.side}" if self.side else self.name


@dataclass(frozen=True, slots=True)
class Refused:
    """A framing that a take cannot give, and why (`density`, `too-wide`, `no-subject`, `no-room`)."""

    name: str
    side: Side
    density: int
    why: WhyNot

    @property
    def id(self) -> str:
        """Its name with its side."""
        return f"{self.name}-{self.side}" if self.side else self.name


@dataclass(frozen=True, slots=True)
class Composed:
    """The table of one take: what it can give (widest first; always at least `wide`) and what not."""

    take: Take
    framings: tuple[Framing, ...]
    refused: tuple[Refused, ...]
    track: Track | None
    remarks: tuple[Remark, ...] = ()

    def framing(self, name: str, side: str = "") -> Framing | None:
        """The framing of that name and side, or None when the take cannot give it."""
        for framing in self.framings:
            if framing.name == name and framing.side == side:
                return framing
        return None

    def width(self, name: str) -> int:
        """How wide the framing of that name is on this take, or would be: thousandths of the output; 0: unknown."""
        sized = (*self.framings, *self.refused)
        return next((one.density for one in sized if one.name == name and not one.side), 0)

    def apart(self, name: str, other: str, rules: Framings) -> Fraction:
        """How far two sizes are apart on this take, at least 1: by their widths, where unknown by rungs of the ladder.

        The whole picture of a speaker who is filmed close may lie between two rungs that are tighter than `wide`.
        """
        one, two = self.width(name), self.width(other)
        if one and two:
            return Fraction(max(one, two), min(one, two))
        return Fraction(1 + abs(rules.rank(name) - rules.rank(other)))


def compose(takes: Sequence[Take], watched: Sequence[Watched], style: Style, rate: Fraction) -> tuple[Composed, ...]:
    """The table of each take, in their order. Every take gives at least `wide`.

    Raises:
        KeyError: the rush of a take was not watched.
    """
    seen = {one.rush: one for one in watched}
    return tuple(_table(take, seen[take.rush], style, rate) for take in takes)


def tighter(framing: Framing, subject: Track | None, style: Style) -> Path:
    """Where a push into a framing ends when nothing else is said: `push_ratio` closer, the eyes kept in their place.

    Never softer than `density_warned`, unless the framing is already: then it is its own path.
    """
    first = place_at(framing.path, 0).box()
    softest = style.framings.density_warned * style.size.width / first.width
    ratio = min(Fraction(1), max(1 / style.framings.push_ratio, softest))
    size = fitted(first.height * ratio, style.size.aspect, first.size)

    def closer(box: Box) -> Box:
        x, y = (subject.centre, subject.eye_line) if subject else (box.x + box.width // 2, box.y + box.height // 2)
        share = Fraction(size.width, box.width)
        return Box(rounded(x - (x - box.x) * share), rounded(y - (y - box.y) * share), size.width, size.height)

    if isinstance(framing.path, Locked):
        return Locked(closer(framing.path.box).even())
    return replace(framing.path, knots=tuple(Knot(knot.frame, closer(knot.box)) for knot in framing.path.knots))


def fitted(height: Fraction, aspect: Fraction, most: Size) -> Size:
    """An even size of that aspect, about that height, no larger than `most`; stretched as little as can be.

    >>> fitted(Fraction(750), Fraction(16, 9), Size(3840, 2160))
    Size(width=1344, height=756)
    """
    highest = min(Fraction(most.height), most.width / aspect)
    wanted = max(Fraction(2), min(height, highest))
    best: tuple[Fraction, Fraction, Size] | None = None
    for rows in range(max(2, int(wanted) - NEARBY) & ~1, int(wanted) + NEARBY + 2, 2):
        columns = max(2, rounded(rows * aspect / 2) * 2)
        if rows > most.height or columns > most.width:
            continue
        stretch = abs(columns / (rows * aspect) - 1)
        offer = (stretch, abs(rows - wanted), Size(columns, rows))
        best = min(best, offer, key=lambda one: one[:2]) if best else offer
    return best[2] if best else Size(max(2, most.width & ~1), max(2, most.height & ~1))


def _table(take: Take, watched: Watched, style: Style, rate: Fraction) -> Composed:
    rules = style.framings
    subject = track(take, watched, style.seeing, rate)
    known = subject if subject is not None and subject.seen >= rules.half_seen * 1000 else None
    whole = _whole(known, watched.size, style, rate)
    remarks = _remarks(take, subject, whole, watched.size, style, rate)
    offers: list[Framing | Refused] = [whole]
    for rule in rules.framing:
        if rule.lower == 0:
            offers += [Refused(rule.id, side, whole.density, "no-room") for side in SIDES if side]
        elif known is None:
            offers += [Refused(rule.id, side, 0, "no-subject") for side in SIDES]
        else:
            offers += _offers(rule, known, style, rate)
    if known and known.lost > frames_in(style.seeing.lost_held, rate):
        offers = _widened(offers)
    framings = tuple(offer for offer in offers if isinstance(offer, Framing))
    refused = tuple(offer for offer in offers if isinstance(offer, Refused))
    return Composed(take, framings, refused, known, remarks)


def _widened(offers: list[Framing | Refused]) -> list[Framing | Refused]:
    """The offers less their tightest size: one size wider where the subject was lost for long."""
    tightest = next(offer.name for offer in reversed(offers) if isinstance(offer, Framing))
    if tightest == offers[0].name:
        return offers
    return [Refused(one.name, one.side, one.density, "no-subject") if one.name == tightest else one for one in offers]


def _remarks(
    take: Take, subject: Track | None, whole: Framing, size: Size, style: Style, rate: Fraction
) -> tuple[Remark, ...]:
    name = (("rush", take.rush), ("take", str(take.number)))
    sized = (("rush", take.rush), ("size", f"{size.width} \u00d7 {size.height}"))
    out: list[Remark] = []
    if subject is None:
        out.append(Remark("nobody-seen", facts=name))
    elif subject.seen < style.framings.half_seen * 1000:
        out.append(Remark("half-lost", facts=name))
    elif subject.lost > frames_in(style.seeing.lost_held, rate):
        out.append(Remark("subject-lost", facts=(*name, ("seconds", f"{float(subject.lost / rate):.0f}"))))
    if whole.density < style.framings.density_free * 1000:
        out.append(Remark("soft", facts=sized))
    if size.aspect < style.size.aspect * Fraction(99, 100):
        out.append(Remark("cropped", facts=sized))
        if subject is not None and not all(face.within(place_at(whole.path, at).box()) for at, face in subject.faces):
            out.append(Remark("face-cut", facts=name))
    return tuple(out)


def _whole(subject: Track | None, picture: Size, style: Style, rate: Fraction) -> Framing:
    """The whole picture, cut to the shape of the output about the subject."""
    rules = style.framings
    rule = next(rule for rule in rules.framing if rule.lower == 0)
    size = fitted(Fraction(picture.height), style.size.aspect, picture)
    if subject is None:
        middle = Box((picture.width - size.width) // 2, (picture.height - size.height) // 2, size.width, size.height)
        path: Path = Locked(middle.even())
    else:
        above = _above(rule, subject, size, rules)
        path = _path(subject, size, (HALF, above), _aims(subject, size, rules, rate))
    density = _density(size, style)
    return Framing(rule.id, "", path, cover(path), rounded(density * 1000), _grade(density, rules) or "allowed")


def _offers(rule: FramingRule, subject: Track, style: Style, rate: Fraction) -> list[Framing | Refused]:
    """The framing of that rule with the head in the middle and on either side, or why the take cannot give it."""
    rules, aspect = style.framings, style.size.aspect
    height = _height(rule, subject, rules)
    size = fitted(height, aspect, subject.size)
    density = rounded(height * aspect / style.size.width * 1000)
    if height > subject.size.height or height * aspect > subject.size.width:
        return [Refused(rule.id, side, density, "too-wide") for side in SIDES]
    out: list[Framing | Refused] = []
    for side in SIDES:
        roomy = _with_room(side, size, subject, style)
        graded = _grade(_density(roomy, style), rules, beside=bool(side))
        across = _across(rule, side, subject, roomy, rules) if graded else None
        above = _above(rule, subject, roomy, rules)
        path = _path(subject, roomy, (across, above), _aims(subject, roomy, rules, rate)) if across else None
        if path and graded and _headroom_kept(path, rule, subject, rules) and _face_inside(path, subject, rules):
            out.append(Framing(rule.id, side, path, cover(path), rounded(_density(roomy, style) * 1000), graded))
        else:
            out.append(Refused(rule.id, side, density, "no-room" if graded else "density"))
    return out


def _with_room(side: Side, size: Size, subject: Track, style: Style) -> Size:
    """The size of a framing; with the head aside, as much tighter as the rush has no room on the graphic's side.

    Framing notes 1.4: of what can be done there, a smaller crop comes before anything that invents picture.
    """
    rules = style.framings
    free = subject.size.width - subject.centre if side == "left" else subject.centre
    most = int(free / (1 - rules.side_head[1]))
    least = max(rules.side_tighter * size.width, rules.density_beside * style.size.width)
    if not side or most >= size.width or most < least:
        return size
    width = max(free / (1 - (rules.side_head[0] + rules.side_head[1]) / 2), least)
    return fitted(width / style.size.aspect, style.size.aspect, Size(most, subject.size.height))


def _density(size: Size, style: Style) -> Fraction:
    return Fraction(size.width, style.size.width)


def _grade(density: Fraction, rules: Framings, *, beside: bool = False) -> Grade | None:
    if density >= rules.density_free:
        return "free"
    if density >= rules.density_warned:
        return "warned"
    least = rules.density_allowed if rules.soft else rules.density_beside if beside else None
    return "allowed" if least is not None and density >= least else None


def _may_cut_hair(rule: FramingRule) -> bool:
    return rule.lower > 0 and rule.headroom[0] == 0


def _crown(rule: FramingRule, subject: Track) -> Fraction:
    """How far above the eyes the head ends that has to be shown: with its hair, but for closeups."""
    skull = subject.head_height * HALF
    return skull if _may_cut_hair(rule) else max(skull, Fraction(subject.eye_line - subject.crown))


def _headroom(rule: FramingRule, crown: Fraction, height: Fraction, rules: Framings) -> Fraction:
    """Air above the crown, a share of the height: eyes on the upper third where the rung's limits let them."""
    least, most = rule.headroom
    return min(max(rules.eye_line - crown / height, least), most)


def _height(rule: FramingRule, subject: Track, rules: Framings) -> Fraction:
    """Rows from the air above the crown to the rung's lower cut: head heights over what headroom leaves (§1.3)."""
    crown = _crown(rule, subject)
    shown = crown + (rule.lower - HALF) * subject.head_height
    height = shown / (1 - rule.headroom[1])
    for _ in range(4):
        height = shown / (1 - _headroom(rule, crown, height, rules))
    return height


def _above(rule: FramingRule, subject: Track, size: Size, rules: Framings) -> Fraction:
    """Rows from the top of the frame to the eyes; where the head moves up and down, its highest place has to fit."""
    crown = _crown(rule, subject)
    rows = [row for _, _, row in subject.centres]
    raised = subject.eye_line - percentile(rows, 1 - INCLUDED)
    wanted = crown + _headroom(rule, crown, Fraction(size.height), rules) * size.height
    return wanted if _may_cut_hair(rule) else max(wanted, crown + min(raised, rules.still_range * size.height))


def _across(rule: FramingRule, side: Side, subject: Track, size: Size, rules: Framings) -> Fraction | None:
    """Where the head's column stands, a share of the width: what is asked for as nearly as the picture has room.

    None where it has no room, or where a hand in use would be cut by a framing wide enough to show hands.
    """
    least, most = {
        "": (HALF - rules.centre_slack, HALF + rules.centre_slack),
        "left": rules.side_head,
        "right": (1 - rules.side_head[1], 1 - rules.side_head[0]),
    }[side]
    low = max(least, 1 - Fraction(subject.size.width - subject.centre, size.width))
    high = min(most, Fraction(subject.centre, size.width))
    if subject.body is not None and rule.lower >= HANDS_FROM:
        if subject.body.width * rules.gesture_room > size.width:
            return None
        low = max(low, Fraction(subject.centre - subject.body.x, size.width))
        high = min(high, 1 - Fraction(subject.body.right - subject.centre, size.width))
    return min(max((least + most) / 2, low), high) if low <= high else None


_Aims = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def _aims(subject: Track, size: Size, rules: Framings, rate: Fraction) -> _Aims:
    """The columns and rows at which the camera aims, at each knot of the subject's track, for a crop of that size."""
    frames = [frame for frame, _, _ in subject.centres]
    hz = rate * (len(frames) - 1) / (frames[-1] - frames[0]) if len(frames) > 1 else rate
    columns, rows = [x for _, x, _ in subject.centres], [y for _, _, y in subject.centres]
    # a frame that leaves no more room than a locked camera ignores has nowhere to go
    across = subject.size.width - size.width > rules.still_range * size.width
    down = subject.size.height - size.height > rules.still_range * size.height
    return (
        calm(columns, size.width, size.width, hz, rules) if across else (Fraction(subject.centre),) * len(frames),
        calm(rows, size.width, size.height, hz, rules) if down else (Fraction(subject.eye_line),) * len(frames),
    )


def _path(subject: Track, size: Size, head: tuple[Fraction, Fraction], aims: _Aims) -> Path:
    """The camera that keeps the head in its place: locked if the head is calm, eased or following if not (§2.3).

    `head`: where its column stands, a share of the width, and how many rows above the eyes the frame begins.
    """
    across, above = head
    boxes = [
        Box(rounded(x - across * size.width), rounded(y - above), size.width, size.height).clamp(subject.size)
        for x, y in zip(*aims, strict=True)
    ]
    if len(set(boxes)) == 1:
        return Locked(boxes[0].even())
    frames = [frame for frame, _, _ in subject.centres]
    return Moving(straightened([Knot(frame, box) for frame, box in zip(frames, boxes, strict=True)]), "linear")


def _headroom_kept(path: Path, rule: FramingRule, subject: Track, rules: Framings) -> bool:
    """True when the air above the head is what the rung allows, or as little as the rush itself leaves."""
    crown = _crown(rule, subject)
    air: list[Fraction] = []
    for frame, _, row in subject.centres:
        place = place_at(path, frame)
        above = (row - crown - place.y) / place.height
        air.append(above if place.y > 0 else max(above, Fraction(0)))
    ranked = sorted(air)
    cut = 0 if _may_cut_hair(rule) else sum(one < 0 for one in ranked)
    middle = ranked[len(ranked) // 2]
    return cut <= (1 - INCLUDED) * len(ranked) and middle <= rule.headroom[1] + rules.headroom_slack


def _face_inside(path: Path, subject: Track, rules: Framings) -> bool:
    """True when the face box, grown, stays off the edges by the margin, for all but one sampled frame in 200."""
    inside = 0
    for frame, face in subject.faces:
        box = place_at(path, frame).box()
        across, down = rounded(box.width * rules.face_margin), rounded(box.height * rules.face_margin)
        inner = Box(box.x + across, box.y + down, box.width - 2 * across, box.height - 2 * down)
        inside += face.grown(rules.face_grown).within(inner)
    return inside >= INCLUDED * len(subject.faces)
