from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.changes import PLAIN, Change, Shown, changes, line_digests, segments_showing
from pipeline.hearing import Mix
from pipeline.media import shelf
from pipeline.segments import segments
from pipeline.sounds import voices
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Plain, Timeline
from pipeline.values import as_json, digest, from_json
from tests.unit.lessons import lesson, moving, tune

ONE = "Bonjour et bienvenue dans ce cours sur la donnée."
TWO = "Nous allons suivre un chiffre, de sa source au tableau de bord."
THREE = "Une donnée fausse coûte plus cher qu'une donnée absente, retenez-le bien."


def shown(timeline: Timeline) -> Shown:
    return Shown(timeline, tuple(piece.key for piece in segments(timeline, shelf.style("course"), "build")))


def drafted(*paragraphs: str, takes: list[int | None] | None = None, assets: Any = ()) -> Shown:
    named = (f"{text} {{#l{len(text)}}}" for text in paragraphs)
    return shown(lesson("\n\n".join(named), takes, assets=assets).timeline())


def kinds(found: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(change.kind, change.line) for change in found]


def test_a_draft_has_not_changed_from_itself() -> None:
    one = drafted(ONE, TWO, THREE)
    assert changes(one, one) == ()


def test_a_line_put_in_is_new_and_what_follows_has_only_shifted() -> None:
    found = changes(drafted(ONE, THREE, takes=[1, 3]), drafted(ONE, TWO, THREE, takes=[1, 2, 3]))
    assert {change.kind for change in found if change.line == f"l{len(TWO)}"} == {"new"}
    assert not any(change.kind in {"moved", "omitted"} for change in found)
    back = changes(drafted(ONE, TWO, THREE, takes=[1, 2, 3]), drafted(ONE, THREE, takes=[1, 3]))
    assert {change.kind for change in back if change.line == f"l{len(TWO)}"} == {"omitted"}


def test_another_take_is_a_recut_and_a_filmed_slate_too() -> None:
    found = changes(drafted(ONE, TWO, takes=[1, 1]), drafted(ONE, TWO, takes=[1, 2]))
    assert {(change.kind, *change.why) for change in found if change.line == f"l{len(TWO)}"} >= {("recut", "take")}
    found = changes(drafted(ONE, TWO, takes=[1, None]), drafted(ONE, TWO, takes=[1, 2]))
    assert ("recut", "filmed") in {(change.kind, *change.why) for change in found}
    found = changes(drafted(ONE, TWO, takes=[1, 2]), drafted(ONE, TWO, takes=[1, None]))
    assert ("recut", "slate") in {(change.kind, *change.why) for change in found}


def test_the_same_cut_under_another_picture_is_restyled() -> None:
    text = f"[show clip over for 2s] {ONE}"
    before, after = (drafted(text, TWO, assets=(moving("clip", frames),)) for frames in (60, 61))
    other = replace(after.timeline, overlays=tuple(replace(one, key=digest("v2")) for one in after.timeline.overlays))
    found = changes(before, shown(other))
    assert {(change.kind, *change.why) for change in found} == {("restyled", "overlay")}
    assert set(segments_showing(before.timeline, frozenset({before.timeline.overlays[0].key}))) == {
        change.before for change in found
    }


def test_the_same_words_cut_at_other_frames_are_retimed() -> None:
    one = drafted(ONE)
    clip = one.timeline.clips[0]
    assert isinstance(clip.picture, Filmed)
    span = Span(clip.picture.span.start, clip.picture.span.stop + 10)
    longer = replace(clip, picture=replace(clip.picture, span=span), frames=clip.frames + 10)
    found = changes(one, shown(replace(one.timeline, clips=(longer, *one.timeline.clips[1:]))))
    assert [(change.kind, change.why) for change in found] == [("retimed", ("length",))]


def test_a_draft_of_another_number_of_segments_is_refused() -> None:
    one = drafted(ONE)
    with pytest.raises(ValueError, match="as many segments"):
        Shown(one.timeline, ())


def test_a_line_keeps_its_digest_while_its_segments_are_the_same() -> None:
    before, after = drafted(ONE, THREE, takes=[1, 3]), drafted(ONE, TWO, THREE, takes=[1, 2, 3])
    one, other = line_digests(before), line_digests(after)
    assert set(other) - set(one) == {f"l{len(TWO)}"}
    for line, (span, key) in one.items():
        assert (key == other[line][1]) == (_keys(before, line) == _keys(after, line))
        assert span.stop <= before.timeline.frames


def _keys(of: Shown, line: str) -> list[str]:
    clips = zip(of.timeline.clips, of.keys, strict=True)
    return [key for clip, key in clips if line in {clip.line, *(word.line for word in clip.words)}]


def differing(before: Shown, after: Shown, mix: Mix = PLAIN) -> set[str]:
    one, other = line_digests(before), line_digests(after, mix)
    return {line for line in one if one[line][1] != other[line][1]}


def test_what_is_heard_under_a_line_is_in_its_digest_and_in_no_other() -> None:
    before = drafted(ONE, f"[sound ding] {TWO}", THREE, takes=[1, 2, 3], assets=(tune("ding", 20_000),))
    one, two, three = (f"l{len(text)}" for text in (ONE, f"[sound ding] {TWO}", THREE))
    assert {one, two, three} <= line_digests(before).keys()
    sounds = before.timeline.sounds
    effect = next(sound for sound in sounds if sound.kind == "effect")

    def sounding(**changed: Any) -> Shown:
        other = tuple(replace(sound, **changed) if sound is effect else sound for sound in sounds)
        return replace(before, timeline=replace(before.timeline, sounds=other))

    for changed in ({"gain": -600}, {"key": digest("another")}, {"at": effect.at + 48_000 // 25}):
        assert differing(before, sounding(**changed)) == {two}
    music = replace(effect, kind="music", at=0, source=Span(0, before.timeline.samples))
    assert differing(before, sounding(kind="music", at=0, source=music.source)) == {one, two, three}
    recorded = before.timeline.clips[-1].picture
    assert isinstance(recorded, Filmed)
    assert differing(before, before, Mix({recorded.key: digest("recorder")})) == {three}
    assert differing(before, before, Mix({}, "another loudness")) == {one, two, three}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)]), st.integers(1, 9999))
def test_a_line_that_only_moves_is_heard_the_same(rate: Fraction, by: int) -> None:
    timeline = moving_on(rate)
    before, clips = (
        replace(timeline, sounds=voices(timeline.clips, rate)),
        (Clip(Plain("#000000"), by), *timeline.clips),
    )
    after = replace(before, clips=clips, sounds=voices(clips, rate))
    keys = tuple(digest(number) for number in range(len(clips)))
    assert differing(Shown(before, keys[1:]), Shown(after, keys)) == set()


@cache
def moving_on(rate: Fraction) -> Timeline:
    return lesson(f"{ONE} {{#l1}}\n\n{TWO} {{#l2}}\n\n{THREE} {{#l3}}", [1, 2, 1], rate=rate).timeline()


pieces = st.lists(st.integers(0, 7), min_size=1, max_size=8)


@cache
def five() -> Timeline:
    """Five lines, each in a take of its own."""
    return drafted(ONE, TWO, THREE, ONE + " Bis.", TWO + " Ter.", takes=[1, 2, 3, 4, 5]).timeline


def cut(numbers: list[int]) -> Shown:
    """A draft of clips told by number: the same number, the very same clip."""
    whole = five()
    some = tuple(whole.clips[number % len(whole.clips)] for number in numbers)
    clips = tuple(replace(clip, line=f"n{number}") for clip, number in zip(some, numbers, strict=True))
    timeline = replace(whole, clips=clips, overlays=(), sounds=(), chapters=(), slates=())
    return Shown(timeline, tuple(digest({"n": number}) for number in numbers))


@settings(max_examples=60, deadline=None)
@given(pieces, pieces)
def test_every_segment_is_told_once_or_is_unchanged(one: list[int], other: list[int]) -> None:
    before, after = cut(one), cut(other)
    found = changes(before, after)
    news = [change.after for change in found if change.after is not None]
    olds = [change.before for change in found if change.before is not None]
    assert len(set(news)) == len(news)
    assert len(set(olds)) == len(olds)
    still = [number for number in range(len(other)) if number not in news]
    unmoved = [number for number in range(len(one)) if number not in olds]
    assert [after.keys[number] for number in still] == [before.keys[number] for number in unmoved]
    for change in found:
        timeline, number = (after, change.after) if change.after is not None else (before, change.before)
        assert timeline.timeline.spans()[number or 0] == Span(change.frame, change.frame + change.frames)
        assert (change.kind == "new") == (change.before is None)
        assert (change.kind == "omitted") == (change.after is None)
    assert from_json(tuple[Change, ...], as_json(found)) == found


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)))
def test_another_order_is_only_moved_and_no_more_than_it_must(order: list[int]) -> None:
    found = changes(cut(list(range(6))), cut(order))
    assert {change.kind for change in found} <= {"moved"}
    rising = [[number] for number in order]
    best = [1] * 6
    for index in range(6):
        best[index] = 1 + max((best[k] for k in range(index) if order[k] < order[index]), default=0)
    assert len(found) == len(rising) - max(best)
