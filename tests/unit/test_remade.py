"""Why a segment is not the one before: every input that differs is named, and nothing when none does."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.remade import Code, Difference, Named, differences
from pipeline.segments import Ground, Laid, Segment, Source
from pipeline.spans import Span
from pipeline.timeline import THERE, Card, Knot, Locked, Moving, Travel
from pipeline.values import Key, as_json, canonical, digest, from_json

ENCODE = shelf.style("course").encode
HD = Size(1920, 1080)
BOXES = st.builds(Box, st.integers(0, 3), st.integers(0, 3), st.just(1920), st.sampled_from([1080, 1082]))
SPANS = st.integers(0, 3).map(lambda start: Span(start, start + 5))
PATHS = st.one_of(
    BOXES.map(Locked),
    st.builds(
        lambda one, other, ease: Moving((Knot(0, one), Knot(4, other)), ease),
        BOXES,
        BOXES,
        st.sampled_from(["smooth", "linear"]),
    ),
)
KEYS = st.sampled_from([Key(letter * 64) for letter in "abc"])
FADES = st.tuples(st.integers(0, 1), st.integers(0, 1))
TRAVELS = st.sampled_from([THERE, Travel(2), Travel(0, 2), Travel(scale=Fraction(1, 2)), Travel(2, ease="out")])
LAID = st.builds(
    Laid,
    KEYS,
    SPANS,
    BOXES,
    st.integers(1, 2),
    st.integers(0, 1),
    st.sampled_from(["hold", "gone", "loop"]),
    FADES,
    FADES,
    TRAVELS,
    TRAVELS,
    st.sampled_from([Fraction(1), Fraction(9, 8)]),
    st.sampled_from([Fraction(0), Fraction(1, 3)]),
    st.sampled_from(["", "#161616"]),
)
BASES = st.one_of(
    st.builds(Source, KEYS, SPANS, st.sampled_from([HD, Size(3840, 2160)]), PATHS),
    st.sampled_from(["#000000", "#ffffff"]).map(Ground),
)
SEGMENTS = st.builds(
    Segment,
    BASES,
    st.integers(1, 2),
    st.lists(LAID, max_size=3).map(tuple),
    st.sampled_from([Fraction(25), Fraction(30)]),
    st.sampled_from([HD, Size(1280, 720)]),
    st.sampled_from([ENCODE, replace(ENCODE, crf=ENCODE.crf + 1)]),
    st.sampled_from(["7.1", "8.0"]),
    st.sampled_from(["mezzanine", "rush"]),
    st.integers(1, 2),
)
FULL = Segment(
    Source(Key("a" * 64), Span(0, 9), HD, Moving((Knot(0, HD.box), Knot(5, HD.box)), "smooth")),
    9,
    (
        Laid(Key("b" * 64), Span(0, 4), HD.box, 5, 1, "hold", (2, 0), (2, 2)),
        Laid(Key("c" * 64), Span(1, 4), HD.box, 5, 1, "gone"),
    ),
    Fraction(25),
    HD,
    ENCODE,
    "7.1",
)


def changed(value: Any) -> Iterator[Any]:
    """The value with one thing in it changed, for each thing that there is in it."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for other in changed(getattr(value, field.name)):
                yield replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            for other in changed(one):
                yield (*value[:at], other, *value[at + 1 :])
    elif isinstance(value, str):
        yield value + "x"
    else:
        yield value + 1


def test_each_thing_in_a_segment_that_changes_is_named() -> None:
    others = list(changed(FULL))
    assert len(others) > 50
    for other in others:
        found = differences(FULL, other)
        assert found, other
        assert differences(other, FULL)
        assert {one.code for one in found} <= set(get_args(Code))


@given(SEGMENTS, SEGMENTS)
def test_two_segments_differ_where_something_is_named_and_only_there(one: Segment, other: Segment) -> None:
    assert differences(one, one) == ()
    assert bool(differences(one, other)) == (one != other) == (one.key != other.key)


def test_an_overlay_more_or_less_or_elsewhere_in_the_stack_is_named() -> None:
    first, second = FULL.overlays
    assert [one.code for one in differences(FULL, replace(FULL, overlays=(first,)))] == ["overlay-gone"]
    assert [one.code for one in differences(replace(FULL, overlays=(second,)), FULL)] == ["overlay-new"]
    assert [one.code for one in differences(FULL, replace(FULL, overlays=(second, first)))] == ["overlay-order"]


def card(title: str, **more: Any) -> Card:
    return Card("title", (("title", title),), 50, HD, Fraction(25), "fr", Key("brand"), **more)


def test_inputs_have_the_names_that_people_know() -> None:
    one, other, dressed = card("Bonjour"), card("Bonsoir"), replace(card("Bonjour"), brand=Key("another"))
    longer = replace(card("Bonjour"), frames=75)
    names = {Key("a" * 64): "A001.mov", Key("b" * 64): "collect v2", Key("d" * 64): "collect v3"}
    named = Named(names, {made.key: made for made in (one, other, dressed, longer)})

    def shows(key: Key) -> Segment:
        return replace(FULL, overlays=(replace(FULL.overlays[0], key=key),))

    assert differences(shows(Key("b" * 64)), shows(Key("d" * 64)), named) == (
        Difference("overlay", "collect v2", "collect v3"),
    )
    assert differences(shows(one.key), shows(other.key), named) == (Difference("text", "Bonjour", "Bonsoir"),)
    assert [found.code for found in differences(shows(one.key), shows(dressed.key), named)] == ["brand"]
    assert [found.code for found in differences(shows(one.key), shows(longer.key), named)] == ["card"]
    template = Card("text", (("title", "Bonjour"),), 50, HD, Fraction(25), "fr", Key("brand"))
    named = Named(names, {**named.cards, template.key: template})
    assert differences(shows(one.key), shows(template.key), named) == (Difference("text", "title, fr", "text, fr"),)
    slate = replace(FULL, base=Ground("#000000"))
    assert differences(slate, FULL, named)[0] == Difference("filmed", "#000000", "A001.mov")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", get_args(Code))
def test_every_difference_has_its_sentence(code: str, language: str) -> None:
    said = shelf.said_in(language).say(f"made.{code}", old="old", new="new", what="what")
    assert "{" not in said


@given(SEGMENTS)
def test_what_a_segment_was_made_of_is_what_its_key_names(one: Segment) -> None:
    written = canonical(as_json(one))
    assert digest(json.loads(written)) == one.key
    assert from_json(Segment, json.loads(written)) == one
