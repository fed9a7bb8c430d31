"""What is wrong with what people give: a clear message, the right status, nothing half-written."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.stack.conftest import FIRST_LINE
from tests.stack.running import Ended, codes, drafts, report, rushes, video


def refused(ended: Ended, status: int, *said: str) -> None:
    assert ended.status == status, ended.out + ended.err
    for words in said:
        assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    refused(rushes("draft", tmp_path / "nowhere"), 2, "no such folder", "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text("Hello.")
    refused(rushes("draft", tmp_path / "script.md"), 2, "wanted a folder", "script.md")


@pytest.mark.parametrize("arguments", [("draft", ".", "--quality", "best"), ("draft",), ("film", "."), ("probe",)])
def test_a_command_that_there_is_not(arguments: tuple[str, ...]) -> None:
    refused(rushes(*arguments), 2, "Usage: ")


def test_an_empty_folder(tmp_path: Path) -> None:
    refused(rushes("draft", tmp_path), 3, "no script", "put a script.md in it")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "---\ntitle: Nothing\n---\n", "> only a note\n"])
def test_a_script_that_says_nothing(tmp_path: Path, text: str) -> None:
    refused(rushes("draft", video(tmp_path / "v", text)), 3, "the script is empty")
    assert drafts(tmp_path / "v") == []


def test_two_scripts(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", None)
    for name in ("one.md", "two.md"):
        (folder / name).write_text("Hello.")
    refused(rushes("draft", folder), 1, "wanted one script, found 2: one.md, two.md", "name the one to use script.md")
    (folder / "README.md").write_text("What this is.")
    (folder / "two.md").rename(folder / "script.md")
    assert rushes("check", folder).status == 0


@pytest.mark.parametrize("command", ["draft", "check", "explain"])
def test_every_error_of_a_script_at_once_with_its_place(tmp_path: Path, command: str) -> None:
    folder = video(tmp_path / "v", "# One\n\n[frmae close] Hello there.\n\nAnd [frame clsoe] more.\n")
    ended = rushes(command, folder)
    refused(ended, 1, "script.md:3:2:", "script.md:5:12:", 'did you mean "close"', 'did you mean "frame"')
    assert len(ended.err.splitlines()) == 2
    assert drafts(folder) == []


def test_a_reference_that_may_mean_two_assets(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", "# One\n\nHello [show steps full] there.\n")
    for place in ("a", "b"):
        (folder / "motion" / place).mkdir()
        Image.new("RGBA", (64, 36), (255, 0, 0, 128)).save(folder / "motion" / place / "steps.png")
    for command in ("draft", "check"):
        refused(rushes(command, folder), 1, "script.md:3:7:", "a/steps.png", "b/steps.png", "write its folder too")
    (folder / "script.md").write_text("# One\n\nHello [show b/steps full] there.\n")
    assert rushes("check", folder).status == 0


def test_files_that_cannot_be_read_are_warnings_and_the_draft_goes_on(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", "# One\n\nHello [show steps full] there.\n")
    (folder / "rushes" / "broken.mp4").write_bytes(b"not a film\0" * 100)
    (folder / "rushes" / "list.mp4").write_text("#EXTM3U\nhttp://localhost/a.ts\n")
    (folder / "motion" / "steps.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    assert sorted(codes(folder)) == ["asset-unreadable", "rush-unreadable", "rush-unreadable"]
    for name in ("broken.mp4", "list.mp4", "steps.png"):
        assert name in ended.out
    assert [slate["kind"] for slate in report(folder)["slates"]] == ["take", "asset"]


def test_a_cue_that_no_take_can_give_is_a_warning(tmp_path: Path, spoken: Path) -> None:
    folder = video(tmp_path / "v", f"# One\n\n[frame closeup] {FIRST_LINE}\n")
    shutil.copy(spoken, folder / "rushes")
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    told = report(folder)
    assert told["slates"] == []
    unmet = next(warning for warning in told["warnings"] if warning["code"] == "cue-unmet")
    assert "[frame closeup]" in unmet["message"]
    assert unmet["line"] == told["takes"][0]["line"]
    assert unmet["message"] in ended.out


def test_what_is_set_wrong(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    refused(rushes("draft", folder, RUSHES_FFMPEG="/bin/true"), 1, "/bin/true", "RUSHES_FFMPEG")
    refused(rushes("draft", folder, RUSHES_FFMPEG="/no/such"), 1, "found no program at /no/such")
    refused(rushes("draft", folder, RUSHES_WORKERS="many"), 1, "RUSHES_WORKERS", "'many'")
    refused(rushes("draft", folder, RUSHES_SPEECH_MODEL=str(tmp_path / "none")), 1, str(tmp_path / "none"))
    refused(rushes("draft", folder, "--style", "loud"), 1, "loud", "course")
    assert drafts(folder) == []
