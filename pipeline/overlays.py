"""What is laid over the film and when: assets, name bands, key words, slates for missing assets.

Everything hangs on a script word, by the word's order among all words, and follows it wherever the cut puts it. What
would reach past the end of the film, or into a title, is shortened; nothing is dropped.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.footage import Asset, Footage, Remark
from pipeline.geometry import Size
from pipeline.placing import OTHER, View, landed, region
from pipeline.presets import Style
from pipeline.script import Cue, Line, LineId, Script
from pipeline.spans import Span, frames_in
from pipeline.timeline import Card, Overlay, Slate, Template

Place = Literal["over", "beside", "full", "corner"]
Side = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Show:
    """An asset or card as the script asks for it, from the word of `order` (`after`: from the end of the one before).

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
        """True when nothing of the film is seen under it."""
        return self.place == "full" and self.cue.name == "show" and (self.asset is None or not self.asset.alpha)


def shows(
    script: Script, footage: Footage, style: Style, at: Callable[[LineId, int], int], alone: Callable[[Cue, Line], bool]
) -> tuple[Show, ...]:
    """Every `show`, `text` and `lower-third` of the script, in order. `alone`: cues that hold the film by themselves.

    An asset that moves lasts as long as it was made, a still `asset_seconds`, unless the script says otherwise; one
    that is missing is planned as a still. Without a place an asset fills the frame, or lies over it if it has alpha.
    """
    out: list[Show] = []
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
                    after=bool(line.words) and cue.at == len(line.words),
                    place=cue.place or ("full" if asset and not asset.alpha else "over"),
                    side=cue.side,
                    asset=asset,
                    until=until,
                    frames=given or (None if until is not None else own_frames(cue, asset, footage.rate, style)),
                )
            )
    return tuple(out)


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
    """How long it lasts when the script does not say."""
    if asset and asset.kind == "moving":
        return asset.frames
    brand = style.brand
    return frames_in(
        {"text": brand.text_seconds, "lower-third": brand.band_seconds}.get(cue.name, brand.asset_seconds), rate
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the script's words are in the finished film, in its frames.

    `words`: the span of each word it carries, by order. `edges`: where the picture begins that stands before a word, by
    the order of the first word of each phrase, slate and title. `titles`: where titles hold the film. `bands`: where
    the style's own words stand low in the picture.
    """

    frames: int
    words: Mapping[int, Span]
    edges: Mapping[int, int]
    lead: int
    titles: tuple[Span, ...] = ()
    bands: tuple[Span, ...] = ()

    def start(self, order: int) -> tuple[int, bool]:
        """The first frame of the word of `order`, or of the next that is said; and whether it is the word itself."""
        later = [one for one in self.words if one >= order]
        if not later:
            return self.stop(order), False
        return self.words[min(later)].start, order in self.words

    def stop(self, order: int) -> int:
        """The frame at which the last word before `order` has been said; 0 when there is none."""
        return max((span.stop for one, span in self.words.items() if one < order), default=0)

    def edge(self, order: int) -> int:
        """Where the picture may change before the word of `order`: at the cut, else in the silence before it."""
        later = sorted({one for one in (*self.words, *self.edges) if one >= order})
        if not later:
            return self.frames
        if later[0] in self.edges:
            return self.edges[later[0]]
        return max(self.stop(order), self.words[later[0]].start - self.lead)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """What is laid over the film, in order of stacking; the cards it takes; what is missing; what to know."""

    overlays: tuple[Overlay, ...]
    cards: tuple[Card, ...]
    slates: tuple[Slate, ...]
    remarks: tuple[Remark, ...]


def overlays(
    planned: Iterable[Show], script: Script, clock: Clock, view: Callable[[int], View], style: Style, rate: Fraction
) -> Overlaid:
    """Everything the script lays over the film. `view` gives what is seen at a frame: the face, the framing's side."""
    laid: list[tuple[Show, Overlay]] = []
    cards: list[Card] = []
    remarks: list[Remark] = []
    timed = [(show, *placed_in_time(show, clock)) for show in planned]
    bands = [*clock.bands, *(at for show, at, _ in timed if _stands_low(show))]
    for show, at, said in timed:
        if not said:
            remarks.append(Remark("word-unsaid", show.cue.source, show.line))
        if show.cue.name == "lower-third" and not (show.cue.text or script.speaker.name or script.speaker.role):
            remarks.append(Remark("no-name", show.cue.source, show.line))
            continue
        seen = replace(view(at.start), band=any(at.meets(band) for band in bands))
        overlay, card = made(show, at, seen, script, style, rate)
        if card:
            cards.append(card)
        laid.append((show, overlay))
    apart, collided = _apart(laid)
    # later ones on top; words over pictures
    apart.sort(key=lambda pair: (pair[0].cue.name != "show", pair[1].at.start))
    slates = tuple(
        Slate(show.line, "asset", show.cue.asset, overlay.at.frames, overlay.at.start)
        for show, overlay in apart
        if show.cue.name == "show" and show.asset is None
    )
    return Overlaid(tuple(overlay for _, overlay in apart), tuple(dict.fromkeys(cards)), slates, (*remarks, *collided))


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
        start, said = clock.edge(show.order) if show.place == "beside" else clock.stop(show.order), True
    start = min(start, clock.frames - 1)
    stops = [clock.frames, *(title.start for title in clock.titles if title.start > start)]
    if show.until is not None:
        stops.append(clock.edge(show.until))
    if show.frames is not None:
        stops.append(start + show.frames)
    return Span(start, max(start + 1, min(stops))), said


def made(show: Show, at: Span, view: View, script: Script, style: Style, rate: Fraction) -> tuple[Overlay, Card | None]:
    """The overlay, and the card it shows where it is no asset."""
    asset = show.asset
    if asset and asset.size:
        box = landed(asset.size, asset.box or asset.size.box, show.place, show.side, view, style)
        still = asset.kind == "still" and show.place != "full"
        fade = min(frames_in(style.brand.leave_seconds, rate), at.frames // 2) if still else 0
        shown = Overlay(asset.key, show.cue.asset, "asset", at, box, asset.frames, fade=fade, place=show.place)
        return replace(shown, line=show.line), None
    if show.cue.name == "show":
        box = region(show.place, show.side, view, style)
        words = " ".join(word.text for word in script.line(show.line).words[show.cue.at :])
        fields = (("reference", show.cue.asset), ("seconds", str(at.frames / rate)), ("words", words))
        card = composed("slate-asset", fields, at.frames, box.size, script.language, style, rate)
    else:
        box = style.size.box
        card = composed(*_lettered(show, script), at.frames, style.size, script.language, style, rate)
    return Overlay(
        card.key, show.cue.asset or show.cue.name, "card", at, box, card.frames, place=show.place, line=show.line
    ), card


def _lettered(show: Show, script: Script) -> tuple[Literal["text", "lower-third"], tuple[tuple[str, str], ...]]:
    cue = show.cue
    if cue.name == "text":
        return "text", (("text", cue.text), ("place", cue.place), ("side", show.side))
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


def _apart(laid: list[tuple[Show, Overlay]]) -> tuple[list[tuple[Show, Overlay]], list[Remark]]:
    """No two in the same place at once: the later takes it, the earlier ends there."""
    out: list[tuple[Show, Overlay]] = []
    remarks: list[Remark] = []
    for show, overlay in sorted(laid, key=lambda pair: pair[1].at.start):
        for index, (other, before) in enumerate(out):
            if _slot(other) == _slot(show) and before.at.stop > overlay.at.start:
                stop = max(overlay.at.start, before.at.start + 1)
                out[index] = (other, replace(before, at=Span(before.at.start, stop), fade=0))
                remarks.append(Remark("overlays-meet", f"{other.cue.source} → {show.cue.source}", other.line))
        out.append((show, overlay))
    return out, remarks


def _slot(show: Show) -> tuple[str, str]:
    """Where it is seen: two in one slot hide each other."""
    if show.cue.name == "lower-third":
        return "lower-third", ""
    if show.place == "beside":
        return "beside", show.side
    return (show.cue.name if show.place == "over" else show.place), ""
