"""The path of a draft on the sample lesson: what is published, the film itself, the report."""

import json
import re
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import pytest
from av.video.frame import PictureType

from tests.stack.conftest import Lesson
from tests.stack.running import LESSON, objects, report, rushes, scratch

PUBLISHED = {
    "draft.mp4", "captions.vtt", "captions.srt", "chapters.json", "timeline.json", "manifest.json", "report.json",
    "report.html", "poster.jpg", "strip.jpg", "peaks.bin", "transcript.md", "transcript.txt",
}  # fmt: skip
MOST_MEMORY = 512
"""Megabytes, of any process that does not hold the speech model."""
AAC_FRAME = 1024


def read(lesson: Lesson, name: str) -> Any:
    return json.loads((lesson.draft / name).read_text("utf-8"))


def test_what_is_published_and_nothing_else(lesson: Lesson) -> None:
    assert {path.name for path in lesson.draft.iterdir()} == PUBLISHED
    assert all(path.stat().st_size for path in lesson.draft.iterdir())
    assert {path.name for path in lesson.folder.iterdir()} == {
        "README.md", "script.md", "rushes", "motion", "drafts", ".rushes",
    }  # fmt: skip
    assert scratch(lesson.folder) == []


def test_the_folder_of_the_lesson_is_as_it_was(lesson: Lesson) -> None:
    for path in (path for path in LESSON.rglob("*") if path.is_file()):
        assert (lesson.folder / path.relative_to(LESSON)).read_bytes() == path.read_bytes()


def test_the_picture(lesson: Lesson) -> None:
    timeline = read(lesson, "timeline.json")["timeline"]
    frames = sum(clip["frames"] for clip in timeline["clips"])
    assert frames == report(lesson.folder)["frames"]
    with av.open(str(lesson.draft / "draft.mp4")) as film:
        [picture] = film.streams.video
        assert (picture.width, picture.height) == (timeline["size"]["width"], timeline["size"]["height"])
        assert picture.average_rate == Fraction(timeline["rate"]) == 25
        packets = [packet for packet in film.demux(picture) if packet.size]
        step = round(1 / (picture.average_rate * picture.time_base))
        assert [packet.pts for packet in packets] == list(range(0, frames * step, step))
        assert all(packet.pts == packet.dts for packet in packets)
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
        assert keys[0] == 0
        assert max(after - before for before, after in pairwise([*keys, frames])) <= 25
    with av.open(str(lesson.draft / "draft.mp4")) as film:
        kinds = [PictureType(frame.pict_type).name for frame in film.decode(video=0)]
    assert len(kinds) == frames
    assert set(kinds) == {"I", "P"}


def test_the_sound(lesson: Lesson) -> None:
    wanted = Fraction(report(lesson.folder)["frames"], 25) * 48_000
    with av.open(str(lesson.draft / "draft.mp4")) as film:
        assert sorted(stream.type for stream in film.streams) == ["audio", "data", "video"]  # data: the chapters
        [sound] = film.streams.audio
        assert (sound.rate, sound.channels) == (48_000, 2)
        assert abs(sound.duration * sound.time_base * 48_000 - wanted) <= AAC_FRAME
        samples = sum(frame.samples for frame in film.decode(sound))
    assert abs(samples - wanted) <= 2 * AAC_FRAME  # priming and padding are whole AAC frames that players drop


def test_the_chapters(lesson: Lesson) -> None:
    chapters = read(lesson, "chapters.json")
    titles = re.findall(r"^# (.*)$", (LESSON / "script.md").read_text("utf-8"), re.MULTILINE)
    assert [chapter["title"] for chapter in chapters] == titles
    with av.open(str(lesson.draft / "draft.mp4")) as film:
        inside = [
            {"title": one["metadata"]["title"], "frame": one["start"] * one["time_base"] * 25}
            for one in film.chapters()
        ]
    assert inside == chapters
    places = [chapter["frame"] for chapter in chapters]
    assert places[0] == 0
    assert places == sorted(set(places))


CUE = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d\d\d) --> (\d\d):(\d\d):(\d\d)[.,](\d\d\d)")


def captions(text: str) -> list[tuple[int, int, str]]:
    """Start and stop in milliseconds, and the words."""
    out: list[tuple[int, int, str]] = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        found = next((index for index, line in enumerate(lines) if CUE.fullmatch(line)), None)
        if found is None:
            assert block == "WEBVTT"
            continue
        parts = [int(part) for part in CUE.fullmatch(lines[found]).groups()]  # type: ignore[union-attr]
        start, stop = (
            ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
            for hours, minutes, seconds, thousandths in (parts[:4], parts[4:])
        )
        out.append((start, stop, " ".join(lines[found + 1 :])))
    return out


def test_the_captions(lesson: Lesson) -> None:
    vtt, srt = ((lesson.draft / name).read_text("utf-8") for name in ("captions.vtt", "captions.srt"))
    assert vtt.startswith("WEBVTT\n\n")
    assert [int(block.split("\n")[0]) for block in srt.strip().split("\n\n")] == list(range(1, srt.count(" --> ") + 1))
    shown = captions(vtt)
    assert captions(srt) == shown
    assert all(0 <= start < stop for start, stop, _ in shown)
    assert all(before[1] <= after[0] for before, after in pairwise(shown))
    assert shown[-1][1] <= report(lesson.folder)["frames"] * 40
    said = plain(" ".join(words for _, _, words in shown))
    script = (LESSON / "script.md").read_text("utf-8").split("---", 2)[2]
    speech = plain(re.sub(r"\[[^\]]*\]|^#.*$|^>.*$|\*", "", script, flags=re.MULTILINE))
    steps = [step for step in SequenceMatcher(None, speech, said, autojunk=False).get_opcodes() if step[0] != "equal"]
    assert {step[0] for step in steps} <= {"delete"}
    assert sum(step[2] - step[1] for step in steps) == report(lesson.folder)["metrics"]["words_missing"]


def test_the_transcript_says_what_is_said_and_what_is_shown(lesson: Lesson) -> None:
    marked, simple = ((lesson.draft / f"transcript.{kind}").read_text("utf-8") for kind in ("md", "txt"))
    assert marked.startswith("# Suivez une donnée")
    assert [row for row in marked.splitlines() if row.startswith("## ")] == [
        "## Bienvenue", "## Les trois étapes", "## À vous de jouer",
    ]  # fmt: skip
    assert "Parle\u00a0: Camille Morel, Analyste de données" in simple
    for shown in (
        "nous allons suivre [À l\u2019image\u00a0: Une pastille ambre suit une courbe",
        "on collecte. [Animation à venir\u00a0: carte-des-oceans] Un satellite",
        "[Mots à l\u2019image\u00a0: Plausible, mais fausse] une valeur plausible",
        "[Titre\u00a0: Les trois étapes]",
    ):
        assert shown in simple
    page = (lesson.draft / "report.html").read_text("utf-8")
    assert "Transcription" in page
    assert "[Animation à venir\u00a0: carte-des-oceans]" in page


def plain(text: str) -> list[str]:
    """The words, spaces before signs of either kind alike."""
    return re.sub(r"[\s\u00a0\u202f]+([;:!?])", r" \1", text).split()


def test_the_report_has_the_fields_that_people_rely_on(lesson: Lesson) -> None:
    told = report(lesson.folder)
    lines = {line["id"] for scene in told["scenes"] for line in scene["lines"]}
    assert isinstance(told["frames"], int)
    assert told["rate"] == "25/1"
    assert told["segments"] == {"total": len(told["cuts"]) + 1, "rendered": len(told["cuts"]) + 1, "reused": 0}
    assert len(objects(lesson.folder, "segment")) == told["segments"]["rendered"]
    [slate] = told["slates"]
    assert (slate["kind"], slate["what"], slate["frames"]) == ("asset", "carte-des-oceans", 100)
    assert slate["line"] in lines
    assert told["warnings"] == []
    assert told["cuts"]
    for cut in told["cuts"]:
        assert 0 < cut["frame"] < told["frames"]
        assert cut["line"] in lines
        assert cut["reason"]
        assert cut["from"] != cut["to"]
    for telling in told["takes"]:
        assert telling["rush"] == "P1C2_camera-A.mp4"
        assert isinstance(telling["score"], float)
        if telling["line"]:
            start, stop = telling["span"]
            assert 0 <= start < stop <= 1980
    assert {"conform", "assets", "listen", "watch", "cards", "render", "sound", "join"} <= set(told["timing"])
    for spent in told["timing"].values():
        assert spent["cpu_s"] >= 0
        assert spent["wall_s"] >= 0
    assert told["timing"]["render"]["cpu_s"] > 0


NAMED = {
    "subject_inclusion", "headroom_error", "eye_line_error", "static_jitter", "density_min", "jump_cuts",
    "cuts_inside_words", "words_written", "words_spoken", "words_missing", "words_added", "integrated_loudness_lufs",
    "true_peak_dbtp",
}  # fmt: skip


def test_the_figures_are_within_their_bars(lesson: Lesson) -> None:
    figures = report(lesson.folder)["metrics"]
    assert set(figures) >= NAMED
    assert all(isinstance(figures[name], int | float) for name in NAMED)
    assert figures["jump_cuts"] == 0
    assert figures["cuts_inside_words"] == 0
    assert figures["subject_inclusion"] >= 99.5
    assert figures["static_jitter"] < 2e-5
    assert figures["density_min"] >= 0.83
    assert abs(figures["integrated_loudness_lufs"] + 16) <= 0.5
    assert figures["true_peak_dbtp"] <= -1
    assert figures["words_written"] == figures["words_spoken"] + figures["words_missing"]
    assert figures["words_missing"] <= 2


def test_the_retakes_and_the_false_start_are_left_out_with_their_reason(lesson: Lesson) -> None:
    told = report(lesson.folder)
    lines = {line["id"]: line["number"] for scene in told["scenes"] for line in scene["lines"]}
    kept = [telling for telling in told["takes"] if telling["span"]]
    assert [lines[telling["line"]] for telling in kept] == [1, 2, 4, 5, 6, 7, 8, 9]
    spans = [telling["span"] for telling in kept]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    rejected = {lines[one["line"]]: [no["code"] for no in one["rejected"]] for one in kept if one["rejected"]}
    assert rejected == {2: ["false-start"], 4: ["later-take", "later-take"], 7: ["later-take", "false-start"]}
    off = [no["code"] for one in told["takes"] if not one["line"] for no in one["rejected"]]
    assert off == ["off-script", "off-script"]
    for no in (no for one in told["takes"] for no in one["rejected"]):
        assert no["rush"] == "P1C2_camera-A.mp4"
        assert no["why"]
        assert all(no["span"][1] <= start or stop <= no["span"][0] for start, stop in spans)


def test_the_page_says_what_the_report_says(lesson: Lesson) -> None:
    page = (lesson.draft / "report.html").read_text("utf-8")
    assert "Suivez une donnée" in page
    assert "carte-des-oceans" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
    assert page.count("data:image/jpeg") >= sum(clip["kind"] == "take" for clip in report(lesson.folder)["clips"])


def test_progress_for_programs_is_json_lines_that_never_go_back(lesson: Lesson) -> None:
    *rows, last = lesson.drafted.rows()
    assert last == {"phase": "draft", "number": 1, "place": str(lesson.draft), "finished": True}
    done: dict[str, int] = {}
    over: set[str] = set()
    for row in rows:
        assert {"phase", "done", "total", "unit", "reused", "finished", "rate", "left_s"} == set(row)
        assert done.get(row["phase"], 0) <= row["done"] <= row["total"]
        assert row["phase"] not in over, f"{row['phase']} finished twice"
        done[row["phase"]] = row["done"]
        if row["finished"]:
            assert row["done"] == row["total"]
            over.add(row["phase"])
    assert over == {"probe", "conform", "assets", "listen", "watch", "cards", "render", "sound", "join"}


@pytest.mark.parametrize("step", ["looked at", "rendered"])
def test_no_process_needs_much_memory(lesson: Lesson, step: str) -> None:
    assert 50 < lesson.peaks[step] <= MOST_MEMORY


def test_explaining_renders_nothing(lesson: Lesson) -> None:
    assert lesson.unrendered == {"conformed", "overlay", "heard", "watched"}
    told, made = lesson.explained.data(), report(lesson.folder)
    assert told["frames"] == made["frames"]
    assert [cut["frame"] for cut in told["cuts"]] == [cut["frame"] for cut in made["cuts"]]
    assert not any(segment["rendered"] for segment in told["segments"])
    assert {segment["key"] for segment in told["segments"]} == objects(lesson.folder, "segment")
    assert all("-filter_complex" in segment["command"] for segment in told["segments"])
    assert {one["grade"] for table in told["framings"] for one in table["framings"]} >= {"free"}
    assert any(row["rejected"] for row in told["takes"])


def test_explaining_to_people(lesson: Lesson) -> None:
    english, french = (
        rushes("explain", lesson.folder, RUSHES_SPEECH_MODEL="", RUSHES_LANGUAGE=one) for one in ("en", "fr")
    )
    assert english.status == french.status == 0
    assert "Takes kept" in english.out
    assert "rendered before" in english.out
    assert "ffmpeg " in english.out
    assert "Prises retenues" in french.out
    assert sum(" → " in line for line in french.out.splitlines()) >= len(report(lesson.folder)["cuts"])
