"""The clips of the film, laid end to end: what each phrase, slate and title becomes, and where its words land."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.camera import place_at, pushed
from pipeline.energy import Wish
from pipeline.footage import Footage
from pipeline.framing import Composed, Framing, tighter
from pipeline.geometry import Box
from pipeline.overlays import composed as card_of
from pipeline.overlays import pictured
from pipeline.phrases import Phrase, Stand
from pipeline.placing import View, face_in, landed
from pipeline.presets import Style
from pipeline.script import Script
from pipeline.spans import Span, frames_in
from pipeline.takes import Chosen
from pipeline.timeline import Card, Clip, Filmed, Overlay, Path, Plain, Slate, Spoken, Why
from pipeline.tracks import Track
from pipeline.utterances import Uttered


@dataclass(frozen=True, slots=True)
class Given:
    """What the optimum gives one phrase: its framing, whether it is cut before it, where a push begins (else None)."""

    framing: Framing
    cut: bool
    covered: bool
    wish: Wish
    pushed_from: Framing | None = None


@dataclass(frozen=True, slots=True)
class Reel:
    """The clips, and all that is known about where things landed. `words`, `edges`, `titles` as in `overlays.Clock`.

    `overlays`, `cards`, `slates` are those of slates and titles. `scenes`: the first frame of each scene, by index.
    `views`: what is seen from which frame on.
    """

    clips: tuple[Clip, ...]
    overlays: tuple[Overlay, ...]
    cards: tuple[Card, ...]
    slates: tuple[Slate, ...]
    words: dict[int, Span]
    edges: dict[int, int]
    titles: tuple[Span, ...]
    scenes: dict[int, int]
    views: tuple[tuple[int, View], ...]

    def view(self, frame: int) -> View:
        """What is seen at a frame of the film."""
        starts = [start for start, _ in self.views]
        return self.views[max(0, bisect_right(starts, frame) - 1)][1]


@dataclass(slots=True)
class _Open:
    """A clip that is not ended yet."""

    phrase: Phrase
    framing: Framing
    path: Path
    start: int
    why: tuple[Why, ...]
    joins: bool
    words: list[Uttered]


def reel(
    film: Sequence[Phrase | Stand],
    given: dict[int, Given],
    script: Script,
    chosen: Chosen,
    composed: Sequence[Composed],
    footage: Footage,
    style: Style,
) -> Reel:
    """The film's clips, end to end."""
    return _Laying(script, chosen, composed, footage, style).laid(film, given)


class _Laying:
    """Clips being laid end to end."""

    def __init__(
        self, script: Script, chosen: Chosen, composed: Sequence[Composed], footage: Footage, style: Style
    ) -> None:
        self.script, self.chosen, self.composed, self.footage, self.style = script, chosen, composed, footage, style
        self.clips: list[Clip] = []
        self.views: list[tuple[int, View]] = []
        self.overlays: list[Overlay] = []
        self.cards: list[Card] = []
        self.slates: list[Slate] = []
        self.titles: list[Span] = []
        self.words: dict[int, Span] = {}
        self.edges: dict[int, int] = {}
        self.scenes: dict[int, int] = {}
        self.now = 0  # the first frame of the clip that is open, or of the next
        self.open: _Open | None = None
        self.long = frames_in(style.rhythm.shot_long, footage.rate)

    def laid(self, film: Sequence[Phrase | Stand], given: dict[int, Given]) -> Reel:
        before: Phrase | Stand | None = None
        for index, piece in enumerate(film):
            if isinstance(piece, Stand):
                self.stand(piece)
            else:
                self.phrase(piece, given[index], before)
                if index + 1 == len(film) or isinstance(film[index + 1], Stand):
                    self.close(piece.span.stop + piece.tail, piece.hold)
            before = piece
        return Reel(
            tuple(self.clips),
            tuple(self.overlays),
            tuple(self.cards),
            tuple(self.slates),
            self.words,
            self.edges,
            tuple(self.titles),
            self.scenes,
            tuple(self.views),
        )

    def phrase(self, phrase: Phrase, given: Given, before: Phrase | Stand | None) -> None:
        gap, begins = phrase.gap, phrase.span.start - phrase.gap.into
        goes_on = self.open is not None and not given.cut
        removed = gap.kind == "jumps" or (gap.removed > 0 and (given.cut or given.covered))
        if (
            self.open
            and isinstance(before, Phrase)
            and not (goes_on and not removed and not gap.hold and given.pushed_from is None)
        ):
            framing = self.open.framing if goes_on and not given.pushed_from and gap.kind == "runs" else given.framing
            old, lasted = self.open.framing, self.now
            self.close(before.span.stop + gap.out if removed else begins, gap.hold)
            why = self.why(phrase, given, before, old, goes_on=goes_on, lasted=self.now - lasted)
            self.begin(phrase, framing, given, begins, why, joins=removed)
        elif self.open is None:
            self.begin(phrase, given.framing, given, begins, self.opening(phrase, given, before), joins=False)
        assert self.open is not None  # noqa: S101 (it has just begun, or goes on)
        self.edges[phrase.order] = self.now + begins - self.open.start
        self.scenes.setdefault(phrase.scene, self.edges[phrase.order])
        self.open.words += phrase.words

    def begin(
        self, phrase: Phrase, framing: Framing, given: Given, begins: int, why: tuple[Why, ...], *, joins: bool
    ) -> None:
        path, cue = framing.path, given.wish.cue
        if given.pushed_from and cue and cue.push:
            start, rate = given.pushed_from.path, self.footage.rate
            step = max(1, int(rate / self.style.seeing.rate))
            # a push that has nowhere to come from goes in further
            track = self.composed[phrase.take].track
            end = tighter(framing, track, self.style) if start == path else path
            path = pushed(start, end, begins, cue.push.at(rate), step)
        self.open = _Open(phrase, framing, path, begins, why, joins, [])

    def close(self, stop: int, hold: int) -> None:
        """Ends the clip that is open after frame `stop` of its rush, its last picture held for `hold` frames."""
        one = self.open
        assert one is not None  # noqa: S101 (called for a clip that is open)
        take = self.chosen.takes[one.phrase.take]
        rush = self.footage.rush(take.rush)
        span = Span(one.start, stop)
        picture = Filmed(
            rush.name, rush.key, span, rush.size, one.framing.id, one.path, one.framing.density, take.number, hold
        )
        self.say(one.words, -one.start)
        spoken = _spoken(one.words, -one.start)
        self.views.append((self.now, self.view(one)))
        self.clips.append(Clip(picture, span.frames + hold, one.phrase.line, spoken, one.why, one.joins))
        self.now += span.frames + hold
        self.open = None

    def view(self, one: _Open) -> View:
        track = self.composed[one.phrase.take].track
        return View(head_seen(track, one.framing.path, one.start, self.style), one.framing.side)

    def say(self, words: Sequence[Uttered], shift: int) -> None:
        for word in words:
            self.words[word.order] = word.span.shifted(shift + self.now)

    def stand(self, stand: Stand) -> None:
        brand, line = self.style.brand, stand.line
        at = Span(self.now, self.now + stand.frames)
        self.edges.setdefault(stand.order, self.now)
        self.scenes.setdefault(stand.scene, self.now)
        self.say(stand.words, 0)
        self.views.append((self.now, View(card=True)))
        kind = "slate" if stand.kind == "slate" else "title"
        why = (Why("title" if stand.kind == "chapter" else stand.kind),)
        tone = brand.colours if stand.kind in {"title", "chapter", "end"} else brand.leader
        self.clips.append(Clip(Plain(tone.ground, kind), stand.frames, line, _spoken(stand.words, 0), why))
        self.now += stand.frames
        if kind == "title":
            self.titles.append(at)
        asset = (
            pictured(self.footage.asset(stand.cue.asset, stand.line)) if stand.cue and stand.kind == "graphic" else None
        )
        if asset and asset.size and stand.cue:
            box = landed(asset.size, asset.box or asset.size.box, "full", "", View(card=True), self.style)
            self.overlays.append(
                Overlay(asset.key, stand.cue.asset, "asset", at, box, asset.frames, place="full", line=line)
            )
            return
        card = self.card(stand)
        self.cards.append(card)
        name = card.template if stand.kind != "graphic" or not stand.cue else stand.cue.asset
        self.overlays.append(
            Overlay(card.key, name, "card", at, self.style.size.box, card.frames, place="full", line=line)
        )

    def card(self, stand: Stand) -> Card:
        """The card over a plain ground: a title's words, or what is missing."""
        frames, rate = stand.frames, self.footage.rate
        seconds = ("seconds", str(frames / rate))
        size, language = self.style.size, self.script.language
        if stand.kind == "title":
            return card_of("title", (("text", stand.text),), frames, size, language, self.style, rate)
        if stand.kind == "chapter":
            titled = [index for index, scene in enumerate(self.script.scenes) if scene.title and scene.lines]
            count = (("number", str(titled.index(stand.scene) + 1)), ("of", str(len(titled))))
            return card_of("chapter", (*count, ("text", stand.text)), frames, size, language, self.style, rate)
        if stand.kind == "end":
            by = self.script.speaker
            fields = (("text", stand.text), ("name", by.name), ("role", by.role))
            return card_of("end", fields, frames, size, language, self.style, rate)
        if stand.kind == "graphic" and stand.cue:
            self.slates.append(Slate(stand.line, "asset", stand.cue.asset, frames, self.now - frames))
            fields = (("reference", stand.cue.asset), seconds)
            return card_of("slate-asset", fields, frames, size, language, self.style, rate)
        text = " ".join(word.text for word in stand.words)
        self.slates.append(Slate(stand.line, "take", text, frames, self.now - frames))
        shot = next((shot.id for shot in self.chosen.shots if stand.line in shot.lines), "")
        fields = (
            ("number", str(self.script.number(stand.line))),
            ("shot", shot),
            ("words", text),
            seconds,
            ("side", stand.aside),
        )
        return card_of("slate-take", fields, frames, size, language, self.style, rate)

    def opening(self, phrase: Phrase, given: Given, before: Phrase | Stand | None) -> tuple[Why, ...]:
        shown = given.framing.id
        if before is None:
            return (Why("first", new=shown),)
        after = "after-slate" if isinstance(before, Stand) and before.kind == "slate" else "after-title"
        scene = (Why("scene", new=shown),) if before.scene != phrase.scene else ()
        return (*scene, Why(after, new="" if scene else shown))

    def why(
        self, phrase: Phrase, given: Given, before: Phrase, old: Framing, *, goes_on: bool, lasted: int
    ) -> tuple[Why, ...]:
        """Why the picture changes before a phrase: the place first, then what called for it."""
        gap, wish = phrase.gap, given.wish
        if goes_on and gap.hold and not given.pushed_from:
            return (Why("hold", frames=gap.hold),)
        one, other = self.chosen.takes[before.take], self.chosen.takes[phrase.take]
        again = gap.kind == "jumps" and (one.shot, one.number) != (other.shot, other.number)
        stopped = gap.kind == "jumps" and not again and not gap.retaken
        silence = phrase.span.start - before.span.stop - gap.out - gap.into if stopped else gap.removed
        out = [Why(gap.parting, old.id, given.framing.id, removed=max(0, silence))]
        if gap.retaken:
            out.append(Why("speech-removed"))
        elif again and one.shot != other.shot:
            out.append(Why("shot-join", one.shot, other.shot))
        elif again:
            out.append(Why("take-join", str(one.number), str(other.number)))
        if (wish.heads and wish.cue) or gap.wanted:
            out.append(Why("cue", cue=wish.cue.source if wish.heads and wish.cue else "[cut]"))
        if phrase.emphasis and given.framing.name in self.style.rhythm.emphasis:
            out.append(Why("emphasis"))
        aside = wish.side not in {"", self.style.rhythm.side}
        if given.covered or (aside and not wish.locked):
            out.append(Why("graphic"))
        if lasted > self.long:
            out.append(Why("longest", frames=lasted))
        return tuple(out)


def head_seen(track: Track | None, path: Path, frame: int, style: Style) -> Box | None:
    """Where the head is in the output, in pixels, through that camera at a frame of the rush; it may reach outside."""
    if track is None:
        return None
    head = track.head.cover(track.face.grown(style.framings.face_grown))
    return face_in(head, place_at(path, frame).box(), style.size)


def _spoken(words: Sequence[Uttered], shift: int) -> tuple[Spoken, ...]:
    return tuple(Spoken(word.line, word.word, word.text, word.span.shifted(shift)) for word in words if word.word >= 0)
