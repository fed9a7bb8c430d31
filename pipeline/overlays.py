"""What is laid over the film and when: assets, name bands, key words, slates for missing assets.

Everything hangs on a script word, by the word's order among all words, and follows it wherever the cut puts it. What
would reach past the end of the film, or into a title, is shortened; nothing is dropped.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.clock import Clock
from pipeline.coming import comings, move
from pipeline.fitting import fitting
from pipeline.footage import Asset, Footage, Remark
from pipeline.geometry import Box, Size
from pipeline.graphics import Place, pace
from pipeline.placing import OTHER, View, landed, region, visible, words_side
from pipeline.presets import Style
from pipeline.script import Cue, Line, LineId, Script
from pipeline.spans import Span, frames_in
from pipeline.timeline import AT_ONCE, Card, Overlay, Slate, Template
from pipeline.viewing import Stretch, view

Side = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Show:
    """An asset or card as the script asks for it, from the word of `order` (`after`: from the end of the one before).

    After the last word of the script its order is how many words there are.

    It lasts until the word of order `until`, or for `frames`, whichever is set (both: the shorter). `asset` is None for
    a card, and for an asset that is missing. `side` is where a graphic `beside` stands.
    """

    cue: Cue
    line: LineId
    order: int
    after: bool
    place: Place
    side: Side
    asset: Asset | None
    until: int | None
    frames: int | None

    @property
    def fills(self) -> bool:
        """True when nothing of the film is seen under it, once it is there."""
        return self.place == "full" and self.cue.name == "show" and (self.asset is None or not self.asset.alpha)


def shows(
    script: Script, footage: Footage, style: Style, at: Callable[[LineId, int], int], alone: Callable[[Cue, Line], bool]
) -> tuple[Show, ...]:
    """Every `show`, `text` and `lower-third` of the script, in order. `alone`: cues that hold the film by themselves.

    An asset that moves lasts as long as it was made, a still `asset_seconds`, unless the script says otherwise; one
    that is missing is planned as a still. Without a place an asset fills the frame, or lies over it if it has alpha.
    """
    out: list[Show] = []
    words = sum(len(line.words) for line in script.lines)
    for line in script.lines:
        for cue in line.cues:
            if cue.name not in {"show", "text", "lower-third"} or alone(cue, line):
                continue
            asset = pictured(footage.asset(cue.asset, line.id)) if cue.name == "show" else None
            until = at(*cue.until) if cue.until else None
            given = cue.duration.at(footage.rate) if cue.duration else None
            out.append(
                Show(
                    cue=cue,
                    line=line.id,
                    order=at(line.id, cue.at),
                    after=at(line.id, cue.at) == words or (bool(line.words) and cue.at == len(line.words)),
                    place=cue.place or ("full" if asset and not asset.alpha else "over"),
                    side=cue.side,
                    asset=asset,
                    until=until,
                    frames=given or (None if until is not None else own_frames(cue, asset, footage.rate, style)),
                )
            )
    return tuple(out)


def closing(planned: Iterable[Show], style: Style, rate: Fraction) -> Mapping[int, int]:
    """For how many frames from a word, by its order, the film shall go on so that what is shown there is seen.

    That is as long as the script says, else as long as it lasts, and no longer than a still.
    """
    still = frames_in(style.brand.asset_seconds, rate)
    out: dict[int, int] = {}
    for show in planned:
        if show.frames is not None and show.until is None:
            frames = show.frames if show.cue.duration else min(show.frames, still)
            out[show.order] = max(frames, out.get(show.order, 0))
    return out


def words_aside(planned: Iterable[Show], words: Collection[int]) -> Side:
    """Where a slate's own words stand: beside a graphic that begins with one of them; empty: they have the whole slate.

    `words` are the orders of the slate's words. What lies over the picture as made is not made way for.
    """
    for show in planned:
        beside = show.place == "beside" or (show.place == "over" and show.asset is None)
        if show.cue.name == "show" and beside and show.order in words:
            return OTHER[show.side or "right"]
    return ""


def pictured(asset: Asset | None) -> Asset | None:
    """The asset if it has a picture."""
    return asset if asset and asset.size and asset.kind != "sound" else None


def own_frames(cue: Cue, asset: Asset | None, rate: Fraction, style: Style) -> int:
    """How long it lasts when the script does not say: as made; what loops as long as a still, or once where longer."""
    brand = style.brand
    usual = frames_in(
        {"text": brand.text_seconds, "lower-third": brand.band_seconds}.get(cue.name, brand.asset_seconds), rate
    )
    if asset is None or asset.kind != "moving":
        return usual
    return max(usual, asset.frames) if loops(asset, cue) else asset.frames


def loops(asset: Asset, cue: Cue) -> bool:
    """True when it begins again where it ends: it was made so, or the script says so."""
    return asset.kind == "moving" and (asset.about.loops or cue.loops)


@dataclass(frozen=True, slots=True)
class _Timed:
    """A show and the frames of the film it has; `replaced`: by another in its place, which ends it."""

    show: Show
    at: Span
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Overlaid:
    """What is laid over the film, in order of stacking; the cards it takes; what is missing; what to know."""

    overlays: tuple[Overlay, ...]
    cards: tuple[Card, ...]
    slates: tuple[Slate, ...]
    remarks: tuple[Remark, ...]


def overlays(
    planned: Iterable[Show],
    script: Script,
    clock: Clock,
    stretches: Sequence[Stretch],
    style: Style,
    rate: Fraction,
) -> Overlaid:
    """Everything the script lays over the film, where and while `stretches` leave room for it."""
    cards: list[Card] = []
    remarks: list[Remark] = []
    timed: list[_Timed] = []
    for show in planned:
        at, said = placed_in_time(show, clock)
        if not said:
            remarks.append(Remark("word-unsaid", show.cue.source, show.line))
        if show.cue.name == "lower-third" and not (show.cue.text or script.speaker.name or script.speaker.role):
            remarks.append(Remark("no-name", show.cue.source, show.line))
        else:
            timed.append(_Timed(show, at))
    bands = [*clock.bands, *(one.at for one in timed if _stands_low(one.show))]
    apart, collided = _apart(timed)
    laid: list[tuple[Show, Overlay]] = []
    for one in apart:
        seen = replace(
            view(stretches, one.at, style),
            band=any(one.at.meets(band) for band in bands),
            shared=any(other.show.cue.name == "show" and other.at.meets(one.at) for other in apart if other is not one),
        )
        overlay, card = made(one.show, one.at, seen, script, style, rate)
        if card:
            cards.append(card)
        if one.at.frames < (one.show.frames or 0) and one.at.stop == clock.ends:
            facts = (("own", str(Fraction(one.show.frames or 0) / rate)), ("film", str(one.at.frames / rate)))
            remarks.append(Remark("overlay-ends", one.show.cue.source, one.show.line, facts))
        if one.show.asset is not None:
            remarks += fitting(one.show.asset, overlay, style.size, rate, worded=one.show.until is not None)
        laid.append((one.show, replace(overlay, leave=AT_ONCE) if one.replaced else overlay))
        if under := _over_hands(one.show, overlay, seen):
            remarks.append(under)
    # later ones on top; words over pictures
    laid.sort(key=lambda pair: (pair[0].cue.name != "show", pair[1].at.start))
    slates = tuple(
        Slate(show.line, "asset", show.cue.asset, overlay.at.frames, overlay.at.start)
        for show, overlay in laid
        if show.cue.name == "show" and show.asset is None
    )
    return Overlaid(tuple(overlay for _, overlay in laid), tuple(dict.fromkeys(cards)), slates, (*remarks, *collided))


def _over_hands(show: Show, overlay: Overlay, seen: View) -> Remark | None:
    """What to know of a graphic beside a person whose hands need the room that it takes."""
    first, last = seen.hands
    if show.place != "beside" or seen.face is None:
        return None
    size = show.asset.size if show.asset else None
    there = visible(size, show.asset.box or size.box, overlay.box) if show.asset and size else overlay.box
    hit = there.x < last if there.x >= seen.face.x and last is not None else first is not None and there.right > first
    return Remark("over-hands", show.cue.source, show.line) if hit else None


def _stands_low(show: Show) -> bool:
    """True for words that stand over the foot of the picture."""
    return show.cue.name == "lower-third" or (
        show.cue.name == "text" and not show.side and show.place not in {"beside", "full"}
    )


def placed_in_time(show: Show, clock: Clock) -> tuple[Span, bool]:
    """The frames of the film it is seen in, at least one; and whether the word it hangs on is said."""
    start, said = clock.start(show.order)
    if show.after:
        # a graphic beside the speaker waits for the framing that makes room for it
        waits = show.place == "beside" and clock.goes_on(show.order)
        start, said = clock.edge(show.order) if waits else clock.stop(show.order), True
    start = min(start, clock.frames - 1)
    stops = [clock.frames, *(title.start for title in clock.titles if title.start > start)]
    if show.until is not None:
        stops.append(clock.edge(show.until))
    if show.frames is not None:
        stops.append(start + show.frames)
    return Span(start, max(start + 1, min(stops))), said


def made(show: Show, at: Span, view: View, script: Script, style: Style, rate: Fraction) -> tuple[Overlay, Card | None]:
    """The overlay, and the card it shows where it is no asset."""
    if show.asset and show.asset.size:
        asset = show.asset
        box = landed(show.asset.size, asset.box or show.asset.size.box, show.place, show.side, view, style)
        return replace(asset_shown(asset, show.cue, show.place, at, box, style, rate), line=show.line), None
    if show.cue.name == "show":
        box = region(show.place, show.side, view, style)
        words = " ".join(word.text for word in script.line(show.line).words[show.cue.at :])
        fields = (("reference", show.cue.asset), ("seconds", str(at.frames / rate)), ("words", words))
        card = composed("slate-asset", fields, at.frames, box.size, script.language, style, rate)
    else:
        box = style.size.box
        aside = words_side(view, style) if not show.cue.place and not show.side else show.side
        card = composed(*_lettered(show, aside, script), at.frames, style.size, script.language, style, rate)
    name = show.cue.asset or show.cue.name
    return Overlay(
        card.key, name, "card", at, box, card.frames, place=show.place, line=show.line, fills=show.fills
    ), card


def asset_shown(asset: Asset, cue: Cue, place: Place, at: Span, box: Box, style: Style, rate: Fraction) -> Overlay:
    """An asset whose whole picture lands in `box`, for frames `at` of the film or less: paced, coming and going."""
    assert asset.size is not None  # noqa: S101 (asked for assets with a picture only)
    fills = place == "full" and not asset.alpha
    paced = pace(asset.frames, at.frames, style.graphics, loops=loops(asset, cue))
    at = Span(at.start, at.start + paced.frames)
    enter, leave = comings(cue, asset, place, paced.fate, style)
    half, brand = at.frames // 2, style.brand
    there = visible(asset.size, asset.box or asset.size.box, box)
    return Overlay(
        key=asset.key,
        name=cue.asset,
        kind="asset",
        at=at,
        box=box,
        frames=asset.frames,
        after=paced.after,
        place=place,
        enter=move(enter, min(half, frames_in(brand.enter_seconds, rate)), there, place, style),
        leave=move(leave, min(half, frames_in(brand.leave_seconds, rate)), there, place, style),
        speed=paced.speed,
        ground=brand.colours.ground if fills and not style.size.box.within(box) else "",
        fills=fills,
    )


def _lettered(
    show: Show, side: Side, script: Script
) -> tuple[Literal["text", "lower-third"], tuple[tuple[str, str], ...]]:
    cue = show.cue
    if cue.name == "text":
        return "text", (("text", cue.text), ("place", cue.place), ("side", side))
    named = (cue.text, cue.role) if cue.text or cue.role else (script.speaker.name, script.speaker.role)
    return "lower-third", (("name", named[0]), ("role", named[1]))


def composed(
    template: Template,
    fields: tuple[tuple[str, str], ...],
    frames: int,
    size: Size,
    language: str,
    style: Style,
    rate: Fraction,
) -> Card:
    """A card in the style's brand; empty fields left out."""
    filled = tuple((name, text) for name, text in fields if text)
    return Card(template, filled, frames, size, rate, language, style.brand_key)


def _apart(timed: list[_Timed]) -> tuple[list[_Timed], list[Remark]]:
    """No two in the same place at once: the later takes it, the earlier ends there."""
    out: list[_Timed] = []
    remarks: list[Remark] = []
    for one in sorted(timed, key=lambda one: one.at.start):
        for index, before in enumerate(out):
            if _slot(before.show) == _slot(one.show) and before.at.stop > one.at.start:
                stop = max(one.at.start, before.at.start + 1)
                out[index] = _Timed(before.show, Span(before.at.start, stop), replaced=True)
                remarks.append(
                    Remark("overlays-meet", f"{before.show.cue.source} → {one.show.cue.source}", before.show.line)
                )
        out.append(one)
    return out, remarks


def _slot(show: Show) -> tuple[str, str]:
    """Where it is seen: two in one slot hide each other."""
    if show.cue.name == "lower-third":
        return "lower-third", ""
    if show.place == "beside":
        return "beside", show.side
    return (show.cue.name if show.place == "over" else show.place), ""
