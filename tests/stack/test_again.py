"""Drafts after the first: only what changed is rendered."""

import re
from pathlib import Path
from typing import Any

from tests.stack.conftest import Lesson
from tests.stack.running import LESSON, drafts, manifest, objects, report, rushes, scratch, twin

SCRIPT = (LESSON / "script.md").read_text("utf-8")


def again(lesson: Lesson, to: Path, *scripts: str) -> Path:
    """The drafted lesson again, at another place, and drafted once for each of these texts of its script."""
    folder = twin(lesson.folder, to)
    for text in scripts:
        (folder / "script.md").write_text(text, "utf-8")
        ended = rushes("draft", folder, RUSHES_SPEECH_MODEL="")
        assert ended.status == 0, ended.err
    return folder


def keys(folder: Path, number: str) -> list[str]:
    return manifest(folder, number)["segments"]


def test_a_second_draft_of_the_same_renders_nothing(lesson: Lesson, tmp_path: Path) -> None:
    folder = again(lesson, tmp_path / "v", SCRIPT)
    first, second = report(folder), report(folder, "002")
    assert drafts(folder) == ["001", "002"]
    assert second["segments"] == {"total": first["segments"]["total"], "rendered": 0, "reused": len(first["clips"])}
    assert objects(folder, "segment") == objects(lesson.folder, "segment")
    assert keys(folder, "001") == keys(folder, "002")
    for name in ("draft.mp4", "captions.vtt", "timeline.json", "chapters.json"):
        assert (folder / "drafts" / "002" / name).read_bytes() == (lesson.draft / name).read_bytes()
    changing = {"draft", "segments", "timing"}
    assert {name: first[name] for name in first if name not in changing} == {
        name: second[name] for name in second if name not in changing
    }
    # apart from starting up; CPU, for the machine may be busy with other things
    assert sum(spent["cpu_s"] for spent in second["timing"].values()) <= 2


def test_one_framing_cue_changed_and_changed_back(lesson: Lesson, tmp_path: Path) -> None:
    changed = SCRIPT.replace("[cadre plan taille]", "[cadre plan large]")
    assert changed != SCRIPT
    folder = again(lesson, tmp_path / "v", changed, SCRIPT)
    new = set(keys(folder, "002")) - set(keys(folder, "001"))
    told = report(folder, "002")
    assert 1 <= len(new) <= 2
    assert told["segments"]["rendered"] == len(new)
    assert objects(folder, "segment") == set(keys(folder, "001")) | set(keys(folder, "002"))
    line = next(line["id"] for scene in told["scenes"] for line in scene["lines"] if "tient en trois" in line["text"])
    assert [clip["framing"] for clip in told["clips"] if clip["line"] == line] == ["wide"]
    assert told["metrics"]["jump_cuts"] == 0
    assert report(folder, "003")["segments"]["rendered"] == 0
    assert keys(folder, "003") == keys(folder, "001")


def test_two_scenes_in_another_order(lesson: Lesson, tmp_path: Path) -> None:
    """Only clips at the seams between scenes may be other ones: the pause after a line hangs on what follows it."""
    head, one, two, three = re.split(r"(?m)^(?=# )", SCRIPT)
    folder = again(lesson, tmp_path / "v", "\n\n".join(part.strip() for part in (head, one, three, two)) + "\n")
    told = report(folder, "002")
    assert [scene["title"] for scene in told["scenes"]] == ["Bienvenue", "À vous de jouer", "Les trois étapes"]
    new = set(keys(folder, "002")) - set(keys(folder, "001"))
    assert told["segments"]["rendered"] == len(new)
    seams = {clip for scene in told["scenes"] for clip in ends(told, scene)}
    assert {clip for clip, key in enumerate(keys(folder, "002")) if key in new} <= seams
    assert told["metrics"]["jump_cuts"] == 0
    assert told["metrics"]["cuts_inside_words"] == 0


def ends(told: dict[str, Any], scene: dict[str, Any]) -> tuple[int, int]:
    """The first and last clip of a scene."""
    lines = {line["id"] for line in scene["lines"]}
    clips = [index for index, clip in enumerate(told["clips"]) if clip["line"] in lines]
    return clips[0], clips[-1]


def test_a_script_alone_gives_a_draft_of_slates(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    folder.mkdir()
    text = "# One\n\nHello there, this is a line.\n\n[title Two]\n\n[show chart full for 2s] And another line.\n"
    (folder / "script.md").write_text(text)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    told = report(folder)
    assert [slate["kind"] for slate in told["slates"]] == ["take", "take", "asset"]
    assert {slate["what"] for slate in told["slates"] if slate["kind"] == "asset"} == {"chart"}
    assert sum(clip["frames"] for clip in told["clips"]) == told["frames"] > 50
    assert {clip["kind"] for clip in told["clips"]} == {"slate", "title"}
    assert told["metrics"]["subject_inclusion"] == 100
    assert told["takes"] == []
    for name in ("draft.mp4", "poster.jpg", "report.html"):
        assert (folder / "drafts" / "001" / name).stat().st_size > 1000
    assert scratch(folder) == []


def test_a_draft_that_was_removed_leaves_its_number_free_and_the_others_alone(drafted: Path, tmp_path: Path) -> None:
    folder = twin(drafted, tmp_path / "v")
    (folder / "drafts" / "007").mkdir()
    (folder / "drafts" / "notes").mkdir()
    assert rushes("draft", folder).status == 0
    assert drafts(folder) == ["001", "007", "008", "notes"]


def test_an_object_that_was_damaged_is_made_again(drafted: Path, tmp_path: Path) -> None:
    folder = twin(drafted, tmp_path / "v")
    [value, *_] = sorted((folder / ".rushes" / "derived" / "segment").glob("*/*/value.json"))
    value.unlink()
    value.with_name("value.json").write_text("{")
    for number, rendered in (("002", 1), ("003", 0)):
        ended = rushes("draft", folder)
        assert ended.status == 0, ended.err
        assert report(folder, number)["segments"]["rendered"] == rendered
