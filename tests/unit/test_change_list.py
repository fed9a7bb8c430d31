"""What changed between two drafts, in words: nothing of what is the same, each segment once, in both languages."""

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aligned import Stretch, aligned
from pipeline.change_list import Changed, Seen, change_list
from pipeline.change_words import ToldList, lasting, told_list
from pipeline.changes import Shown, changes
from pipeline.media import shelf
from pipeline.remade import NOBODY, Named
from pipeline.saying import Saying
from pipeline.segments import pieces, segments
from pipeline.spans import Span
from pipeline.timeline import Filmed, SoundClip
from pipeline.values import Key, as_json, digest, from_json
from tests.unit.lessons import lesson, moving

ONE = "Bonjour et bienvenue dans ce cours sur la donnée."
TWO = "Nous allons suivre un chiffre, de sa source au tableau de bord."
THREE = "Une donnée fausse coûte plus cher qu'une donnée absente, retenez-le bien."
FOUR = "Elle arrive enfin."
PLAYING = shelf.reviewing()
FRAMINGS = shelf.framings()


def seen(*lines: str, takes: Any = None, assets: Any = (), pauses: Any = None) -> Seen:
    """A draft of lines written `words {#id}`."""
    case = lesson("\n\n".join(lines), takes, assets=assets, pauses=pauses)
    timeline = case.timeline()
    keys = tuple(piece.key for piece in segments(timeline, shelf.style("course"), "build"))
    return Seen(Shown(pieces(timeline), keys), case.script)


def told(before: Seen, after: Seen, named: Named = NOBODY, language: str = "en") -> ToldList:
    listed = change_list(before, after, named)
    saying = Saying(shelf.said_in(language), FRAMINGS, listed.rate)
    return told_list((1, 2), Changed(before, after, listed), saying, PLAYING)


def facts(found: ToldList) -> dict[str, tuple[str, ...]]:
    return {one.where: one.facts for one in found.entries}


def a(text: str, name: str) -> str:
    return f"{text} {{#{name}}}"


def test_the_same_draft_has_no_entry_and_says_so() -> None:
    one = seen(a(ONE, "a"), a(TWO, "b"))
    found = told(one, one)
    assert (found.entries, found.parts, found.sentence) == ((), (), "Drafts 1 and 2 show the same")
    assert told(one, one, language="fr").sentence == "Les bouts-à-bouts 1 et 2 montrent la même chose"


def test_another_take_says_which_and_how_much_longer() -> None:
    before = seen(a(ONE, "a"), a(TWO, "b"), takes=[1, 1])
    after = seen(a(ONE, "a"), a(TWO, "b"), takes=[1, 3], pauses={12: 60})
    entry = next(one for one in told(before, after).entries if one.line == "b")
    assert (entry.where, entry.begins) == ("line 2", "Nous allons suivre un chiffre, de…")
    assert "another take (3 instead of 1)" in entry.facts
    assert any(fact.endswith(" frames") and fact[0] in "+\N{MINUS SIGN}" for fact in entry.facts)
    french = next(one for one in told(before, after, language="fr").entries if one.line == "b")
    assert french.sentence.startswith("réplique 2\u00a0: autre prise (3 au lieu de 1)")


def test_a_line_put_in_and_one_taken_out() -> None:
    short, long = (
        seen(a(ONE, "a"), a(THREE, "c"), takes=[1, 3]),
        seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[1, 2, 3]),
    )
    found = told(short, long)
    new = next(one for one in found.entries if one.line == "b")
    assert (new.where, new.facts[0], new.was) == ("line 2", "new", None)
    assert new.now is not None
    back = next(one for one in told(long, short).entries if one.line == "b")
    assert (back.where, back.facts[0], back.gone, back.now) == ("former line 2", "gone", True, None)
    assert back.at < short.shown.timeline.frames


def test_other_words_are_quoted_even_where_the_picture_is_the_same() -> None:
    before, after = seen(a(ONE, "a"), a(TWO, "b")), seen(a(ONE, "a"), a(TWO.replace("un chiffre", "une valeur"), "b"))
    found = facts(told(before, after))
    assert "words changed: “un chiffre,” → “une valeur,”" in found["line 2"]
    only = Seen(before.shown, after.script)  # a word corrected in the script of the same film
    [entry] = told(before, only).entries
    assert (entry.facts, entry.spans, entry.segments) == (("words changed: “un chiffre,” → “une valeur,”",), (), ())
    more = Seen(before.shown, seen(a(ONE + " Voilà.", "a"), a(TWO, "b")).script)
    assert facts(told(before, more)) == {"line 1": ("words added: “Voilà.”",)}
    assert facts(told(more, before)) == {"line 1": ("words left out: “Voilà.”",)}


def test_a_slate_that_was_filmed_and_a_take_that_is_gone() -> None:
    slate, film = (seen(a(ONE, "a"), a(TWO, "b"), takes=[1, number]) for number in (None, 2))
    assert "filmed since" in facts(told(slate, film))["line 2"]
    assert "a slate instead of the film" in facts(told(film, slate))["line 2"]


def test_a_new_version_of_a_graphic_by_its_name() -> None:
    text = f"[show clip over for 2s] {ONE}"
    before = seen(a(text, "a"), a(TWO, "b"), assets=(moving("clip", 60),))
    timeline = before.shown.timeline
    other = replace(timeline, overlays=tuple(replace(one, key=digest("v3")) for one in timeline.overlays))
    keys = tuple(piece.key for piece in segments(other, shelf.style("course"), "build"))
    after = Seen(Shown(other, keys), before.script)
    named = Named({timeline.overlays[0].key: "clip v2", digest("v3"): "clip v3"}, {})
    assert facts(told(before, after, named)) == {"line 1": ("animation “clip” v2 → v3",)}
    assert facts(told(before, after)) == {"line 1": ("animation “clip”: another file",)}
    bare = seen(a(ONE, "a"), a(TWO, "b"))
    assert "animation “clip” added" in facts(told(bare, before))["line 1"]
    assert "animation “clip” taken out" in facts(told(before, bare))["line 1"]


def test_another_framing_by_its_name() -> None:
    before, after = seen(a(ONE, "a")), seen(a(f"[frame close] {ONE}", "a"))
    first = before.shown.timeline.clips[0].picture
    assert isinstance(first, Filmed)
    old = Saying(shelf.said_in("en"), FRAMINGS, Fraction(25)).framing(first.framing)
    assert any(fact.endswith(f"instead of {old}") for fact in facts(told(before, after))["line 1"])


def test_a_line_that_moved_says_after_which() -> None:
    before = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), a(FOUR, "d"), takes=[1, 2, 3, 4])
    after = seen(a(ONE, "a"), a(THREE, "c"), a(FOUR, "d"), a(TWO, "b"), takes=[1, 2, 3, 4])
    clips = {clip.line: clip for clip in before.shown.timeline.clips}
    order = tuple(clips[name] for name in ("a", "c", "d", "b"))
    keys = dict(zip([clip.line for clip in before.shown.timeline.clips], before.shown.keys, strict=True))
    moved = replace(before.shown.timeline, clips=order)
    found = told(before, Seen(Shown(moved, tuple(keys[clip.line] for clip in order)), after.script))
    assert facts(found)["line 4"] == ("moved after line 3",)


def test_music_is_told_once_and_is_heard_where_it_begins_and_ends() -> None:
    one = seen(a(ONE, "a"), a(TWO, "b"))
    old, new = (SoundClip("music", Key(name * 64), Span(0, 48000), 0) for name in "ab")
    before, after = (
        Seen(replace(one.shown, timeline=replace(one.shown.timeline, sounds=(sound,))), one.script)
        for sound in (old, new)
    )
    found = told(before, after, Named({old.key: "theme v1", new.key: "theme v2"}, {}))
    assert [(entry.where, entry.facts, entry.now) for entry in found.entries] == [
        ("outside the lines", ("sound “theme v1” → “theme v2”",), Span(0, 25))
    ]
    assert found.parts == (Span(0, 50),), "one second of it, and the handle"
    apart = facts(told(one, before))
    assert apart["outside the lines"] == (f"sound “{'a' * 12}” added",)
    assert apart["line 1"] == apart["line 2"] == ("the voice is another",)


def sounding(one: Seen, *sounds: SoundClip) -> Seen:
    """The same draft with these sounds."""
    return Seen(replace(one.shown, timeline=replace(one.shown.timeline, sounds=sounds)), one.script)


def test_music_under_the_whole_film_does_not_make_it_all_that_changed() -> None:
    one = seen(*(a(f"{ONE} {TWO} {THREE}", name) for name in "abcde"))
    frames = one.shown.timeline.frames
    assert frames > 30 * 25
    old, new = (SoundClip("music", Key(name * 64), Span(0, one.shown.timeline.samples), 0) for name in "ab")
    ends = (Span(0, 6 * 25), Span(frames - 6 * 25, frames))
    assert told(sounding(one, old), sounding(one, new)).parts == ends
    assert told(sounding(one, old), sounding(one, replace(old, gain=-600))).parts == ends
    assert told(sounding(one), sounding(one, new)).parts == ends
    assert told(sounding(one, old), sounding(one)).parts == ends
    click = SoundClip("effect", Key("c" * 64), Span(0, 14400), 48000 * 10)
    found = told(sounding(one, old), sounding(one, new, click))
    assert found.parts == (ends[0], Span(9 * 25, 10 * 25 + 8 + 25), ends[1])
    near = replace(click, at=48000 * 7)
    assert told(sounding(one, old), sounding(one, new, near)).parts[0] == Span(0, 7 * 25 + 8 + 25), "they touch"


def test_music_that_is_gone_is_missed_where_its_words_now_stand() -> None:
    before = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[1, 2, 3])
    after = seen(a(TWO, "b"), a(THREE, "c"), takes=[2, 3])
    spans = before.shown.timeline.spans()
    last = next(span for span, clip in zip(spans, before.shown.timeline.clips, strict=True) if clip.line == "c")
    click = SoundClip("effect", Key("c" * 64), Span(0, 4800), last.start * 1920)
    [entry] = [one for one in change_list(sounding(before, click), sounding(after)).entries if not one.line]
    timeline = after.shown.timeline
    now = next(span for span, clip in zip(timeline.spans(), timeline.clips, strict=True) if clip.line == "c")
    assert entry.heard[0].start == entry.at == now.start


def test_the_counts_are_a_sentence() -> None:
    before = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[1, 2, 3])
    after = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[1, 2, 4])
    found = told(before, after)
    assert (found.lines, found.of) == (1, 3)
    watch = sum(part.frames for part in found.parts)
    assert found.sentence.startswith(f"1 line of 3 changed, {round(watch / 25)} s to watch of ")


ids = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5, unique=True)
TEXTS = dict(zip("abcdef", (ONE, TWO, THREE, FOUR, ONE + " Bis.", TWO + " Ter."), strict=True))


@st.composite
def drafts(draw: st.DrawFn) -> Seen:
    names = draw(ids)
    takes = [draw(st.sampled_from([1, 2, None])) for _ in names]
    texts = [TEXTS[name] + draw(st.sampled_from(["", " Encore un mot.", " [frame close] Et voilà."])) for name in names]
    return seen(*(a(text, name) for text, name in zip(texts, names, strict=True)), takes=takes)


@settings(max_examples=40, deadline=None)
@given(drafts(), drafts())
def test_every_changed_segment_is_in_one_entry_and_nothing_else_is_named(before: Seen, after: Seen) -> None:
    listed = change_list(before, after)
    found = changes(before.shown, after.shown)
    assert sorted(map(repr, (one for entry in listed.entries for one in entry.segments))) == sorted(map(repr, found))
    assert len({entry.line for entry in listed.entries if entry.line}) == sum(bool(e.line) for e in listed.entries)
    whole = Span(0, after.shown.timeline.frames)
    for entry in listed.entries:
        assert entry.facts
        assert whole.holds(entry.at)
        for fact in entry.facts:
            assert fact.old != fact.new or fact.code not in {"take", "framing", "graphic", "text", "words", "sound"}
        if not entry.segments:
            assert {fact.code for fact in entry.facts} <= {"words", "voice", "new", "gone", "sound", "sound-new"}
        if entry.line in {line.id for line in before.script.lines} & {line.id for line in after.script.lines}:
            same = before.script.line(entry.line).text == after.script.line(entry.line).text
            assert same == all(fact.code != "words" for fact in entry.facts)
        spans = after.shown.timeline.spans()
        for one in entry.segments:
            assert one.after is None or any(spans[one.after].within(span) for span in entry.spans)
    parts = listed.parts(PLAYING)
    assert all(part.within(whole) for part in parts)
    assert all(one.stop < other.start for one, other in itertools.pairwise(parts))
    for entry in listed.entries:
        assert all(any(span.within(part) for part in parts) for span in entry.spans)
        for span in entry.heard:
            assert span.within(whole)
            assert any(part.holds(span.start) for part in parts)
            assert any(part.holds(span.stop - 1) for part in parts)
    assert change_list(after, after).entries == ()
    for language in ("fr", "en"):
        said = told(before, after, language=language)
        assert from_json(ToldList, as_json(said)) == said


@settings(max_examples=40, deadline=None)
@given(drafts(), drafts())
def test_drafts_side_by_side_hold_every_frame_once(before: Seen, after: Seen) -> None:
    found = aligned(before.shown, after.shown)
    for spans, shown in (
        ([one.now for one in found if one.now], after.shown),
        ([one.was for one in found if one.was], before.shown),
    ):
        assert sorted(frame for span in spans for frame in range(span.start, span.stop)) == list(
            range(shown.timeline.frames)
        )
    own = {(one.start, key) for one, key in zip(before.shown.timeline.spans(), before.shown.keys, strict=True)}
    for span, key in zip(after.shown.timeline.spans(), after.shown.keys, strict=True):
        if before.shown.keys.count(key) == after.shown.keys.count(key) == 1:
            stretch = next(one for one in found if one.now is not None and one.now.holds(span.start))
            assert stretch.was is not None
            assert stretch.now is not None
            assert (stretch.was.start + span.start - stretch.now.start, key) in own
    assert aligned(after.shown, after.shown) == tuple(
        Stretch(one.line, one.now, one.now) for one in aligned(after.shown, after.shown)
    )


def test_handles_that_touch_are_one_part() -> None:
    before = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[1, 2, 3])
    after = seen(a(ONE, "a"), a(TWO, "b"), a(THREE, "c"), takes=[4, 2, 5])
    listed = change_list(before, after)
    apart = listed.parts(replace(PLAYING, handle_seconds=Fraction(0)))
    assert len(apart) == 2
    assert len(listed.parts(replace(PLAYING, handle_seconds=Fraction(60)))) == 1
    one = listed.parts(PLAYING)
    assert one[0].stop == apart[0].stop + 25
    assert one[0].start == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_lengths_are_told_as_people_do(language: str) -> None:
    words = shelf.said_in(language)
    some = [lasting(Fraction(one), words) for one in ("0", "0.2", "24", "545")]
    assert [one.replace("\u00a0", " ") for one in some] == ["0 s", "1 s", "24 s", "9 min 05 s"]
