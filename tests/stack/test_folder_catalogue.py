"""A folder with a catalogue of its own: questions, the same frames again from a manifest, and what is kept."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import NotFound, PipelineError
from pipeline.manifest import WrongManifest, pieces
from pipeline.media.ffmpeg import Ffmpeg
from storage.keys import derived
from tests.stack.commanding import data, drafted, frames, told
from tests.stack.running import twin, video

ONE = "# Un\n\nBonjour, ceci est une ligne.\n\nEt une autre [show logo] ligne encore.\n"
TWO = "# Un\n\nEt une autre [show logo] ligne encore.\n\nBonjour, ceci est la ligne.\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder drafted twice: with no logo, then with one and its lines changed about. Not to be changed."""
    folder = video(tmp_path_factory.mktemp("kept") / "v", ONE)
    assert drafted(folder)["number"] == 1
    Image.new("RGBA", (64, 64), (200, 30, 30, 255)).save(folder / "motion" / "logo.png")
    (folder / "script.md").write_text(TWO, "utf-8")
    assert drafted(folder)["number"] == 2
    return folder


def test_what_blocks_is_told_with_its_line(kept: Path) -> None:
    found = data("status", kept)
    assert {one["code"] for one in found} >= {"no-rush", "line-untold"}
    assert all(one["link"].startswith("/v/v#") for one in found)
    said = told("status", kept, RUSHES_LANGUAGE="fr")
    assert "#" not in said
    assert "La réplique 2 n\N{RIGHT SINGLE QUOTATION MARK}a pas de prise" in said
    assert "asset" not in {one["code"].partition("-")[0] for one in found}


def test_a_folder_without_a_draft_says_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="it has none yet") as found:
        told("status", video(tmp_path / "v", ONE))
    assert "rushes draft" in found.value.todo


def test_what_changed_is_told_line_by_line(kept: Path) -> None:
    found = data("diff", kept, 1, 2)
    assert found["lines"] == len({one["line"] for one in found["entries"] if one["line"]}) > 0
    for one in found["entries"]:
        assert one["sentence"] in told("diff", kept, 1, 2)
    assert found["sentence"] in told("diff", kept, 1, 2)
    same = data("diff", kept, 2, 2)
    assert (same["entries"], same["parts"]) == ([], [])
    with pytest.raises(NotFound, match="has no draft 9"):
        told("diff", kept, 1, 9)


def test_what_is_stale_is_what_changed_since(kept: Path, tmp_path: Path) -> None:
    assert data("stale", kept) == []
    folder = twin(kept, tmp_path / "v")
    (tmp_path / "next.md").write_text(TWO.replace("encore", "toujours"), "utf-8")
    told("script", folder, tmp_path / "next.md")
    [line] = data("stale", folder)
    assert (line["because"], line["how"], line["captions"], line["draft"]) == ("line", "changed", True, 2)
    assert "line 1" in line["sentence"]


def test_what_happened_and_where_an_asset_is_used(kept: Path) -> None:
    kinds = [one["kind"] for one in data("history", kept)]
    assert kinds.index("draft.done") < kinds.index("script.saved") < kinds.index("video.added")
    assert "draft made  2" in told("history", kept)
    [logo] = data("where", "logo", "--in", kept)
    assert [(one["video"], one["number"], one["version"]) for one in logo["uses"]] == [("v/v", 1, 1)]
    with pytest.raises(NotFound, match="there is no asset 'nothing'"):
        told("where", "nothing", "--in", kept)


def test_a_manifest_makes_the_same_frames_again_whatever_changed_since(kept: Path, tmp_path: Path) -> None:
    folder = twin(kept, tmp_path / "v")
    manifest = folder / "drafts" / "002" / "manifest.json"
    (folder / "script.md").write_text("# Autre\n\nTout est autre.\n", "utf-8")
    Image.new("RGBA", (64, 64), (0, 0, 255, 255)).save(folder / "motion" / "logo.png")
    shutil.move(folder / "motion" / "logo.png", folder / "motion" / "other.png")
    shutil.rmtree(folder / ".rushes" / "derived" / "segment")
    again = drafted(folder, "--manifest", manifest)
    assert again["number"] == 3
    assert frames(folder / "drafts" / "003" / "draft.mp4") == frames(folder / "drafts" / "002" / "draft.mp4")
    pinned = [json.loads((folder / "drafts" / n / "manifest.json").read_text("utf-8")) for n in ("002", "003")]
    assert pinned[0] == pinned[1]
    assert "again" in told("history", folder, "--json")


def test_a_pinned_file_that_is_gone_is_told_and_taken_back_under_any_name(kept: Path, tmp_path: Path) -> None:
    folder = twin(kept, tmp_path / "v")
    manifest = folder / "drafts" / "002" / "manifest.json"
    shutil.rmtree(folder / ".rushes" / "derived")
    shutil.move(folder / "motion" / "logo.png", tmp_path / "logo.png")
    with pytest.raises(NotFound, match=r"^logo\.png is gone that the draft was made from") as gone:
        told("draft", folder, "--manifest", manifest)
    assert "sha256" in gone.value.todo
    assert sorted(path.name for path in (folder / "drafts").iterdir()) == ["001", "002"]
    shutil.move(tmp_path / "logo.png", folder / "motion" / "renamed.png")
    drafted(folder, "--manifest", manifest)
    assert frames(folder / "drafts" / "003" / "draft.mp4") == frames(folder / "drafts" / "002" / "draft.mp4")


@pytest.mark.parametrize("what", ["no manifest", "of another version", "of older numbers", "another ffmpeg"])
def test_a_manifest_that_cannot_be_followed_is_told_so(kept: Path, tmp_path: Path, ffmpeg: Ffmpeg, what: str) -> None:
    folder = twin(kept, tmp_path / "v")
    manifest = json.loads((folder / "drafts" / "002" / "manifest.json").read_text("utf-8"))
    wanted: dict[str, tuple[type[PipelineError], str]] = {
        "no manifest": (WrongManifest, "does not pin everything"),
        "of another version": (WrongManifest, "its rules are others now: segment"),
        "of older numbers": (WrongManifest, "decided by other numbers"),
        "another ffmpeg": (WrongManifest, "the ffmpeg that rendered it was another"),
    }
    shutil.rmtree(folder / ".rushes" / "derived" / "segment")
    if what == "no manifest":
        del manifest["pinned"]
    elif what == "of another version":
        manifest["rules"]["recipes"]["segment"] = 0
    elif what == "of older numbers":
        del manifest["pinned"]["style"]["graphics"]
    other = tmp_path / "ffmpeg"
    other.write_text(f'#!/bin/sh\ncase "$*" in *-version*) echo another; exit;; esac\nexec {ffmpeg.path} "$@"\n')
    other.chmod(0o755)
    environment = {"RUSHES_FFMPEG": str(other)} if what == "another ffmpeg" else {}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    kind, said = wanted[what]
    with pytest.raises(kind, match=said):
        told("draft", folder, "--manifest", tmp_path / "manifest.json", **environment)


def test_everything_is_verified_and_what_is_wrong_is_found(kept: Path, tmp_path: Path) -> None:
    folder = twin(kept, tmp_path / "v")
    clean = data("verify", folder, "--progress", "none")
    assert (clean["findings"], clean["files"] > 5) == ([], True)
    derived = folder / ".rushes" / "derived"
    lost, damaged = sorted(derived.glob("segment/*/*/picture.mp4"))[:2]
    lost.unlink()
    bad = bytearray(damaged.read_bytes())
    bad[len(bad) // 2] ^= 1
    damaged.unlink()
    damaged.write_bytes(bad)
    stranger = derived / "segment" / "ff" / ("f" * 64)
    stranger.mkdir(parents=True)
    (stranger / "picture.mp4").write_bytes(b"left over")
    (folder / "motion" / "logo.png").unlink()
    found = data("verify", folder, "--progress", "none", status=1)["findings"]
    assert {(one["fault"], Path(one["name"]).name) for one in found} == {
        ("lost", "picture.mp4"),
        ("damaged", "picture.mp4"),
        ("orphaned", "f" * 64),
        ("lost", "logo.png"),
    }
    assert "1 orphaned" in told("verify", folder, "--progress", "none", status=1)


def test_what_is_damaged_is_removed_and_made_again_but_never_what_people_gave(kept: Path, tmp_path: Path) -> None:
    folder = twin(kept, tmp_path / "v")
    manifest = json.loads((folder / "drafts" / "002" / "manifest.json").read_text("utf-8"))
    needed = sorted((kind, folder / ".rushes" / derived(kind, key)) for kind, key in pieces(manifest))
    first, second = (path for kind, path in needed if kind == "segment")
    third = next(path for kind, path in needed if kind == "overlay" and (path / "whole.json").exists())
    for path, text in ((first / "picture.mp4", b"damaged"), (second / "whole.json", b"{}")):
        path.unlink()
        path.write_bytes(text)
    (third / "whole.json").unlink()
    film = folder / "drafts" / "001" / "draft.mp4"
    before = {path: path.read_bytes() for path in (film, *(folder / "motion").iterdir())}
    found = data("verify", folder, "--progress", "none", status=1)
    assert {(one["fault"], Path(one["name"]).name) for one in found["findings"]} == {
        ("damaged", "picture.mp4"),
        ("damaged", "whole.json"),
        ("lost", "whole.json"),
    }
    assert found["mended"] == []
    mended = data("verify", folder, "--mend", "--progress", "none")["mended"]
    assert {Path(name).name for name in mended} == {first.name, second.name, third.name}
    assert not any(path.exists() for path in (first, second, third))
    assert data("verify", folder, "--progress", "none")["findings"] == []
    drafted(folder, "--manifest", folder / "drafts" / "002" / "manifest.json")
    assert frames(folder / "drafts" / "003" / "draft.mp4") == frames(folder / "drafts" / "002" / "draft.mp4")
    assert all((path / "whole.json").exists() for path in (first, second, third))
    (folder / "motion" / "logo.png").unlink()
    assert "lost: logo.png" in told("verify", folder, "--mend", "--progress", "none", status=1)
    assert {path: path.read_bytes() for path in before if path.exists()} == {
        path: text for path, text in before.items() if path.name != "logo.png"
    }


def test_what_no_draft_needs_goes_and_nothing_else(kept: Path, tmp_path: Path) -> None:
    folder = twin(kept, tmp_path / "v")
    assert data("gc", folder, "--age", 0, "--dry-run")["objects"] == []
    shutil.rmtree(folder / "drafts" / "001")
    assert data("gc", folder, "--dry-run")["objects"] == []  # younger than a day
    spare = data("gc", folder, "--age", 0, "--dry-run")["objects"]
    manifest = json.loads((folder / "drafts" / "002" / "manifest.json").read_text("utf-8"))
    needed = {key for _, key in pieces(manifest)}
    assert spare
    assert not {Path(one["name"]).name for one in spare} & needed
    assert data("verify", folder, "--progress", "none")["findings"] == []
    assert "removed" in told("gc", folder, "--age", 0)
    assert data("gc", folder, "--age", 0, "--dry-run")["objects"] == []
    assert data("verify", folder, "--progress", "none")["findings"] == []
    (folder / "motion" / "logo.png").unlink()
    drafted(folder, "--manifest", folder / "drafts" / "002" / "manifest.json")
    assert frames(folder / "drafts" / "003" / "draft.mp4") == frames(folder / "drafts" / "002" / "draft.mp4")


def test_why_a_segment_is_new_is_told_by_its_place_or_its_key(kept: Path, tmp_path: Path) -> None:
    alone = data("cache", "why", kept, 1, 1)
    assert (alone["before"], alone["differences"]) == (None, [])
    assert "there is no draft before it" in told("cache", "why", kept, 1, 1)
    folder = twin(kept, tmp_path / "v")
    Image.new("RGBA", (64, 64), (0, 0, 255, 255)).save(folder / "motion" / "logo.png")
    (folder / "script.md").write_text(TWO.replace("la ligne", "une autre ligne encore"), "utf-8")
    assert drafted(folder)["number"] == 3
    keys = json.loads((folder / "drafts" / "003" / "manifest.json").read_text("utf-8"))["segments"]
    whys = [data("cache", "why", folder, 3, position) for position in range(1, len(keys) + 1)]
    assert [one["segment"] for one in whys] == keys
    named = {one["code"]: (one["old"], one["new"]) for why in whys for one in why["differences"]}
    assert named["overlay"] == ("logo v1", "logo v2")
    assert "une autre ligne encore" in named["text"][1]
    same = [one for one in whys if one["before"] is not None and one["before"]["segment"] == one["segment"]]
    assert all(one["differences"] == [] for one in same)
    new = next(one for one in whys if any(each["code"] == "overlay" for each in one["differences"]))
    by_key = data("cache", "why", new["segment"][:12], "--in", folder)
    assert by_key == new
    said = told("cache", "why", new["segment"], "--in", folder, RUSHES_LANGUAGE="fr")
    assert "un autre élément" in said
    assert "logo v1, à présent logo v2" in said
    for wrong, found in (("ffffffffff", "no draft that is done"), (new["segment"][:3], "8 characters")):
        with pytest.raises(NotFound, match="segment") as error:
            told("cache", "why", wrong, "--in", folder)
        assert found in str(error.value)
    with pytest.raises(NotFound, match="has no segment 99"):
        told("cache", "why", folder, 3, 99)
    told("cache", "why", folder, "three", "1", status=2)
    lost = folder / ".rushes" / "derived" / "segment" / new["segment"][:2] / new["segment"]
    shutil.rmtree(lost)
    with pytest.raises(NotFound, match="is there no longer"):
        told("cache", "why", new["segment"], "--in", folder)


def test_a_clip_of_several_segments_is_drafted_and_compared(tmp_path: Path) -> None:
    long = " ".join(["Voici une phrase assez longue qui ne finit pas"] * 7)
    folder = video(tmp_path / "v", f"# Un\n\n{long}.\n")
    assert drafted(folder)["number"] == 1
    keys = json.loads((folder / "drafts" / "001" / "manifest.json").read_text("utf-8"))["segments"]
    assert len(keys) == 2
    assert data("cache", "why", folder, 1, 2)["segment"] == keys[1]
    (folder / "script.md").write_text(f"# Un\n\n{long} du tout.\n", "utf-8")
    assert drafted(folder)["number"] == 2
    [entry] = data("diff", folder, 1, 2)["entries"]
    assert entry["segments_before"] == [0, 1]
