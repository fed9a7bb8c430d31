import json
import pickle
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction

import pytest

from pipeline.errors import FfmpegFailed, Problem, ScriptError, UnreadableMedia
from pipeline.geometry import Box, Size
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Knot, Locked, Moving, Overlay, Plain, Spoken, Timeline, Why
from pipeline.values import BadValue, Key, as_json, canonical, digest, from_json, later


def a_timeline() -> Timeline:
    still = Filmed("a.mov", Key("k"), Span(5, 30), Size(3840, 2160), "medium", Locked(Box(2, 4, 1920, 1080)), 1000)
    path = Moving((Knot(0, Box(0, 0, 3840, 2160)), Knot(24, Box(10, 10, 1920, 1080))), "linear")
    moving = Filmed("a.mov", Key("k"), Span(40, 65), Size(3840, 2160), "close", path, 1000, take=2)
    clips = (
        Clip(still, 25, "l1", (Spoken("l1", 0, "Bonjour", Span(0, 9)),), (Why("first"),)),
        Clip(moving, 25, "l1", why=(Why("take-join", "1", "2"),), joins=True),
        Clip(Plain("#161616"), 10, "l2"),
    )
    return Timeline(
        Fraction(25), Size(1920, 1080), "fr", clips, (Overlay(Key("o"), "o", "card", Span(3, 9), Box(0, 0, 5, 5), 9),)
    )


def test_a_timeline_goes_to_json_and_back() -> None:
    timeline = a_timeline()
    assert from_json(Timeline, json.loads(json.dumps(as_json(timeline)))) == timeline


def test_another_field_or_a_missing_one_is_refused_by_name() -> None:
    data = as_json(a_timeline())
    with pytest.raises(BadValue, match="surprise"):
        from_json(Timeline, data | {"surprise": 1})
    del data["rate"]
    with pytest.raises(BadValue, match="rate"):
        from_json(Timeline, data)


@dataclass(frozen=True, slots=True)
class Before:
    a: int


@dataclass(frozen=True, slots=True)
class After:
    a: int
    b: Fraction = later(Fraction(1, 2))


def test_a_later_field_leaves_what_was_written_before_as_it_was() -> None:
    """Read with what was meant; the same JSON and digest while it means that, others when it does not."""
    old = as_json(Before(1))
    assert from_json(After, old) == After(1, Fraction(1, 2))
    assert as_json(After(1)) == old
    assert digest(After(1)) == digest(Before(1))
    new = After(1, Fraction(3))
    assert as_json(new) == {"a": 1, "b": "3/1"}
    assert from_json(After, as_json(new)) == new
    assert digest(new) != digest(Before(1))


def test_digests_agree_between_processes() -> None:
    code = "import sys, json; from pipeline.timeline import Timeline; from pipeline.values import digest, from_json; "
    code += "print(digest(from_json(Timeline, json.load(sys.stdin))))"
    other = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(as_json(a_timeline())),
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert other.stdout.strip() == digest(a_timeline())


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


@pytest.mark.parametrize(
    "error",
    [
        UnreadableMedia("a.mov", "it is empty", todo="copy it again"),
        FfmpegFailed("a segment", "ffmpeg -i x", "no such file"),
        ScriptError((Problem(3, 4, "unknown cue", "script.md", "did you mean this"),)),
    ],
)
def test_errors_travel_between_processes_whole(error: Exception) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.__dict__ == error.__dict__


def test_a_clip_that_would_change_speed_is_refused() -> None:
    filmed = a_timeline().clips[0].picture
    with pytest.raises(ValueError, match="its own speed"):
        Clip(filmed, 24)
