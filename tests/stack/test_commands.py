"""`rushes check`, `rushes probe`, the language and the help."""

import shutil
from pathlib import Path

from PIL import Image

from tests.stack.running import LESSON, report, rushes, video


def test_checking_the_lesson() -> None:
    ended = rushes("check", LESSON)
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "About 0:59, 139 words, 8 lines"
    assert "3 shots to film" in lines
    assert "4 assets, 1 missing" in lines
    assert "  ✓ data-journey (show, line 1)" in lines
    assert "  ✗ carte-des-oceans (show, line 4): missing" in lines
    assert not (LESSON / ".rushes").exists()


def test_checking_as_data() -> None:
    told = rushes("check", LESSON, "--json").data()
    assert {"rate", "lines", "words", "frames", "shots", "assets"} <= set(told)
    assert [(asset["reference"], asset["found"]) for asset in told["assets"]] == [
        ("data-journey", True), ("carte-des-oceans", False), ("trois-questions", True), ("tableau-de-bord", True),
    ]  # fmt: skip
    assert [shot["lines"] for shot in told["shots"]] == [[1, 2], [4, 5, 6, 7], [8, 9]]


def test_probing_what_can_be_used(tmp_path: Path) -> None:
    pictures = tmp_path / "drawn"
    pictures.mkdir()
    for number in range(3):
        Image.new("RGBA", (64, 36), (255, 0, 0, 80 * number)).save(pictures / f"drawn_{number:04d}.png")
    rush = next((LESSON / "rushes").iterdir())
    ended = rushes("probe", rush, pictures, LESSON / "motion" / "trois-questions.png")
    assert (ended.status, ended.err) == (0, "")
    film, sequence, still = ended.out.splitlines()
    assert film.startswith("P1C2_camera-A.mp4: video, 3840x2160, 25 fps, 1:19.")
    assert sequence.startswith("drawn: ")
    assert "64x36" in sequence
    assert "alpha" in sequence
    assert still == "trois-questions.png: still picture, 1920x1080, PNG, alpha"
    film, sequence, still = rushes("probe", rush, pictures, LESSON / "motion" / "trois-questions.png", "--json").data()
    assert film["usable"] is sequence["usable"] is still["usable"] is True
    assert (film["media"]["rate"], film["media"]["frames"], film["media"]["timecode"]) == ("25/1", 1980, "10:00:00:00")
    assert sequence["media"]["frames"] == 3
    assert still["media"]["kind"] == "still"


def test_probing_what_cannot_be_used(tmp_path: Path) -> None:
    good = LESSON / "motion" / "tableau-de-bord.mp4"
    broken, playlist, empty = (tmp_path / name for name in ("broken.mp4", "list.mp4", "empty.mov"))
    broken.write_bytes(good.read_bytes()[:2000])
    playlist.write_text("#EXTM3U\n#EXTINF:5\nhttp://localhost:1/a.ts\n")
    empty.touch()
    bad = [
        broken,
        playlist,
        empty,
        "https://localhost:1/film.mp4",
        "concat:a.mp4|b.mp4",
        tmp_path / "none.mp4",
        tmp_path,
    ]
    ended = rushes("probe", good, *bad)
    assert (ended.status, ended.err) == (1, "")
    lines = ended.out.splitlines()
    assert len(lines) == 1 + len(bad)
    assert lines[0].startswith("tableau-de-bord.mp4: video")
    assert all(" — " in line for line in lines[1:]), "each says what to do"
    assert "playlist" in lines[2]
    assert "empty" in lines[3]
    assert "address" in lines[4]
    assert "address" in lines[5]
    assert "is not there" in lines[6]
    rows = rushes("probe", good, *bad, "--json")
    assert rows.status == 1
    assert [row["usable"] for row in rows.data()] == [True, *[False] * len(bad)]
    assert all(row["why"] and row["todo"] for row in rows.data()[1:])


def test_french_and_english(tmp_path: Path) -> None:
    english, french = (rushes("check", LESSON, RUSHES_LANGUAGE=one).out for one in ("en", "fr"))
    assert "3 shots to film" in english
    assert "3 plans à tourner" in french
    still = LESSON / "motion" / "trois-questions.png"
    assert rushes("probe", still, RUSHES_LANGUAGE="fr").out.startswith("trois-questions.png\u00a0: image fixe")
    by_terminal = rushes("check", LESSON, RUSHES_LANGUAGE="", LC_ALL="", LANG="fr_BE.UTF-8").out
    assert by_terminal == french
    assert rushes("check", LESSON, RUSHES_LANGUAGE="", LC_ALL="C.UTF-8").out == english


def test_a_draft_in_french(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", "---\nlanguage: fr\n---\n\n# Un\n\nBonjour à toutes et à tous.\n")
    ended = rushes("draft", folder, RUSHES_LANGUAGE="fr")
    assert ended.status == 0, ended.err
    assert ended.out.startswith("Bout-à-bout")
    assert "1 carton" in ended.out
    assert "Rendu" in ended.err


def test_every_ffmpeg_command_can_be_written_down(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    log = tmp_path / "log"
    assert rushes("--log", log, "draft", folder, "--progress", "none").err == ""
    commands = [line for line in log.read_text().splitlines() if " pipeline.media.ffmpeg rendering segment " in line]
    assert len(commands) == report(folder)["segments"]["rendered"]
    assert all("-filter_complex" in command for command in commands)
    nowhere = rushes("--log", tmp_path / "no" / "log", "draft", folder)
    assert nowhere.status == 1
    assert str(tmp_path / "no" / "log") in nowhere.err


def test_help_names_every_command() -> None:
    ended = rushes("--help")
    assert ended.status == 0
    for command in ("draft", "check", "explain", "probe"):
        assert f"  {command} " in ended.out
    assert shutil.which("rushes") is None or rushes("--version").out.startswith("rushes, version ")
