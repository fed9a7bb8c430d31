"""Which recorder's files belong to which rushes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pairing import DAY, Paired, Timed, groups, paired, timecode_seconds


def timed(path: str, begins: int | None = None, lasts: int = 60, written: int | None = None, **told: object) -> Timed:
    at = None if begins is None else Fraction(begins)
    end = None if written is None else Fraction(written)
    return Timed(path, Fraction(lasts), at, end, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rush", "sound", "way"),
    [
        (timed("C1.MP4", 3600), timed("S1.WAV", 3590, 90), "timecode"),
        (timed("C1.MP4", 3600), timed("S1.WAV", 3700), None),
        (timed("C1.MP4", 10), timed("S1.WAV", DAY - 20, 60), "timecode"),
        (timed("a/p.mov", shot="02", take=3), timed("q.wav", shot="02", take=3), "take"),
        (timed("a/p.mov", shot="02", take=3), timed("q.wav", shot="02", take=4), None),
        (timed("a/p.mov", shot="02"), timed("q.wav", shot="02"), None),
        (timed("a/Prise 3.mov"), timed("b/prise 3.WAV"), "name"),
        (timed("C1.MP4", written=1000), timed("Z1.WAV", lasts=70, written=1004), "time"),
        (timed("C1.MP4", written=1000), timed("Z1.WAV", written=1050), None),
        (timed("C1.MP4", 3600, written=1000), timed("Z1.WAV", 9000, written=1000), "time"),
    ],
)
def test_the_surest_way_decides(rush: Timed, sound: Timed, way: str | None) -> None:
    assert paired([rush], [sound]) == (Paired(sound.path, (rush.path,) if way else (), way),)  # type: ignore[arg-type]


def test_a_file_that_ran_through_several_rushes_belongs_to_each() -> None:
    rushes = [timed("C1", 100), timed("C2", 200), timed("C3", 900)]
    pairs = paired(rushes, [timed("S", 90, 300)])
    assert pairs == (Paired("S", ("C1", "C2"), "timecode"),)
    assert groups(pairs) == {"S": "C1", "C1": "C1", "C2": "C1"}


@pytest.mark.parametrize(
    ("text", "rate", "wanted"),
    [
        ("10:00:00:00", Fraction(25), Fraction(36000)),
        ("00:00:01:12", Fraction(24000, 1001), Fraction(36 * 1001, 24000)),
        ("01:00:00;00", Fraction(30000, 1001), Fraction(107892 * 1001, 30000)),  # SMPTE ST 12-1: 107,892 frames an hour
        ("00:10:00;00", Fraction(60000, 1001), Fraction(35964 * 1001, 60000)),
        ("nonsense", Fraction(25), None),
        ("00:00:00:00", Fraction(0), None),
    ],
)
def test_timecode(text: str, rate: Fraction, wanted: Fraction | None) -> None:
    assert timecode_seconds(text, rate) == wanted


FILE = st.builds(
    timed,
    st.sampled_from("abcdefgh"),
    st.one_of(st.none(), st.integers(0, DAY - 1)),
    st.integers(1, 4000),
    st.one_of(st.none(), st.integers(0, 10**5)),
)


@given(rushes=st.lists(FILE, max_size=5), sounds=st.lists(FILE, max_size=5))
def test_partners_share_one_group(rushes: list[Timed], sounds: list[Timed]) -> None:
    pairs = paired(rushes, sounds)
    found = groups(pairs)
    for pair in pairs:
        assert (pair.way is None) == (not pair.rushes)
        assert len({found[path] for path in (pair.path, *pair.rushes) if pair.rushes}) <= 1
    assert all(found[leader] == leader for leader in found.values())
