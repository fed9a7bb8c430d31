"""What leaves for editing programs is read back by OpenTimelineIO: every note on its frames, with its words."""

import csv
import io
import re
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Size
from pipeline.markers import Answer, Marked, Marker, clean, one_line, titled, told
from pipeline.markers_files import READERS, marker_file
from pipeline.media import shelf
from pipeline.spans import Span
from pipeline.timecode import drops, timecode

RATES = tuple(Fraction(n, d) for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1)))
RATES = (*RATES, Fraction(60000, 1001), Fraction(60))
FRENCH, ENGLISH = shelf.said_in("fr"), shelf.said_in("en")
HOSTILE = "Trop vite\u202f: « l\u2019été » — \"là\", 'ici' & <b>gras</b> ]]> --> 50%\n\nDeuxième ligne\tfin\x00\x1b[31m"
NOTES = (
    Marker(Span(0, 1), '=HYPERLINK("http://x")', "Zoé Müller", 1, "Voici les données.", blocks=True),
    Marker(Span(17_982, 17_983), HOSTILE, "a':%{eif\\:1}\\n,[x]", 12, "On <collecte> & trie."),
    Marker(Span(107_892, 108_000), "plan & son", "Éric", resolved=True, answers=(Answer("Ann", "d'accord\n@x"),)),
)  # fmt: skip


def film(rate: Fraction, markers: tuple[Marker, ...] = NOTES, start: int = 0) -> Marked:
    return Marked("C1 · V1 <3> & co", "C1-V1-3 été.mp4", rate, 120_000, Size(1920, 1080), markers, start)


def written(rate: Fraction, reader: Any, start: int = 0) -> str:
    return marker_file(film(rate, start=start), reader, FRENCH).decode()


def places(markers: Any) -> list[tuple[float, float, str]]:
    return [(one.marked_range.start_time.value, one.marked_range.duration.value, one.name) for one in markers]


def wanted(alone: int = 1) -> list[tuple[float, float, str]]:
    return [
        (one.span.start, one.span.frames if one.span.frames > 1 else alone, titled(one))
        for one in NOTES
    ]  # fmt: skip


@pytest.mark.parametrize("rate", RATES)
def test_otio_has_every_note_on_its_frames(rate: Fraction) -> None:
    timeline = otio.adapters.read_from_string(written(rate, "otio"), "otio_json")
    assert places(timeline.tracks.markers) == wanted()
    assert [one.comment for one in timeline.tracks.markers] == [told(one, FRENCH) for one in NOTES]
    assert [one.color for one in timeline.tracks.markers] == ["RED", "YELLOW", "GREEN"]
    assert timeline.tracks.markers[1].metadata["rushes"]["text"] == clean(HOSTILE)
    assert timeline.duration() == otio.opentime.RationalTime(120_000, float(rate))
    assert [track.kind for track in timeline.tracks] == ["Video", "Audio"]
    again = otio.adapters.read_from_string(otio.adapters.write_to_string(timeline, "otio_json"), "otio_json")
    assert again.is_equivalent_to(timeline)


@pytest.mark.parametrize("rate", RATES)
def test_final_cut_7_has_every_note_on_its_frames(rate: Fraction) -> None:
    timeline = otio.adapters.read_from_string(written(rate, "fcp7"), "fcp_xml")
    assert places(timeline.tracks.markers) == wanted(alone=0)
    told_there = [one.metadata["fcp_xml"]["comment"] for one in timeline.tracks.markers]
    assert told_there == [told(one, FRENCH) for one in NOTES]
    [clip] = timeline.video_tracks()[0]
    assert clip.source_range.duration.value == 120_000
    assert clip.source_range.duration.rate == pytest.approx(float(rate), abs=0.001)
    stamp = ElementTree.fromstring(written(rate, "fcp7")).find("sequence/timecode")
    assert stamp is not None
    assert stamp.findtext("displayformat") == ("DF" if drops(rate) else "NDF")


@pytest.mark.parametrize("rate", RATES)
def test_fcpxml_has_every_note_on_its_frames(rate: Fraction) -> None:
    text = written(rate, "fcpxml")
    root = ElementTree.fromstring(text)
    unit = Fraction(root.find("resources/format").get("frameDuration").rstrip("s"))
    assert unit == 1 / rate
    markers = root.findall(".//asset-clip/marker")
    found = [[Fraction(one.get(name, "").rstrip("s")) / unit for name in ("start", "duration")] for one in markers]
    assert found == [[one.span.start, one.span.frames] for one in NOTES]
    assert [one.get("note") for one in markers] == [told(one, FRENCH) for one in NOTES]
    assert [one.get("completed") for one in markers] == ["0", None, "1"]
    if rate.denominator == 1:  # of other rates the adapter has only whole ones
        read = otio.adapters.read_from_string(text, "fcpx_xml")
        [clip] = [one for one in read.find_clips() if one.markers]
        assert places(clip.markers) == wanted()


@pytest.mark.parametrize("start", [0, 90_000])
@pytest.mark.parametrize("rate", RATES)
def test_an_edl_has_every_note_on_its_frame(rate: Fraction, start: int) -> None:
    text = written(rate, "edl", start)
    located = re.findall(r"^\* LOC: (\S+) (\w+)\s+(.*?)\r?$", text, re.MULTILINE)
    assert [(name, colour) for _, colour, name in located] == [
        (titled(one), colour) for one, colour in zip(NOTES, ("RED", "YELLOW", "GREEN"), strict=True)
    ]
    frames = [otio.opentime.from_timecode(at, float(rate)).value - start for at, _, _ in located]
    assert frames == [one.span.start for one in NOTES]
    assert ("FCM: DROP FRAME" in text) == drops(rate)
    if not drops(rate):  # the adapter knows no locator with a semicolon
        timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
        [clip] = timeline.find_clips()
        found = [(one.marked_range.start_time.value - start, one.name) for one in clip.markers]
        assert found == [(one.span.start, titled(one)) for one in NOTES]


@pytest.mark.parametrize("rate", RATES)
def test_a_table_has_every_note_and_no_formula(rate: Fraction) -> None:
    text = written(rate, "csv")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert head[:4] == ["N°", "De", "À", "Image"]
    assert [(int(row[3]), int(row[4])) for row in rows] == [(one.span.start, one.span.frames) for one in NOTES]
    assert [row[1] for row in rows] == [timecode(one.span.start, rate) for one in NOTES]
    assert rows[0][8] == "'" + NOTES[0].text
    assert rows[1][8] == clean(HOSTILE)


@given(st.text(), st.text(min_size=1), st.integers(0, 119_999), st.sampled_from(RATES))
def test_whatever_is_written_leaves_whole_and_starts_no_formula(
    text: str, author: str, frame: int, rate: Fraction
) -> None:
    whole = film(rate, (Marker(Span(frame, frame + 1), text, author, answers=(Answer(author, text),)),))
    for reader in READERS:
        data = marker_file(whole, reader, ENGLISH).decode()
        if reader in {"fcpxml", "fcp7"}:
            root = ElementTree.fromstring(data)
            [marker] = root.iter("marker")
            assert (marker.get("note") or marker.findtext("comment")) == told(whole.markers[0], ENGLISH)
        elif reader == "csv":
            [_, row] = csv.reader(io.StringIO(data.removeprefix("\ufeff"), newline=""))
            assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\n")) for cell in row)
            assert row[8].removeprefix("'") == clean(text) or row[8] == clean(text)
        elif reader == "edl":
            assert data.count("\r\n") == 6
            assert len(data.splitlines()) == 6


def test_a_note_in_one_line_has_no_line_break_of_any_kind() -> None:
    assert one_line("a\u2028b\x0bc\x85d") == "a / bcd"
    assert len(titled(Marker(Span(0, 1), "x\r\ny\u2029z", "Ann\nBob")).splitlines()) == 1


def test_a_note_beyond_the_draft_is_refused() -> None:
    with pytest.raises(ValueError, match="frames 0 to 120000"):
        film(Fraction(25), (Marker(Span(119_999, 120_001), "x", "Ann"),))
