"""A video with presets of its own: what they change is drafted again, and a kept manifest says when it cannot be."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.errors import PresetError
from pipeline.media import shelf
from tests.stack.commanding import drafted, frames, told
from tests.stack.running import manifest, report, twin, video

SCRIPT = "---\nlanguage: fr\nstyle: atelier\n---\n\n# Un\n\nBonjour à tous.\n\n[end]\n"
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="{}"/></svg>'


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of slates drafted with its own brand, as brands were before tall films had a band. Not to be changed."""
    folder = video(tmp_path_factory.mktemp("ours") / "v", SCRIPT)
    place = folder / "presets"
    for name in ("styles", "brand/logos"):
        (place / name).mkdir(parents=True)
    brand = (shelf.folder() / "brand" / "daylight.toml").read_text("utf-8").replace("rushes-dark.png", "mark.svg")
    older = "\n".join(line for line in brand.splitlines() if not line.startswith("caption_band_tall"))
    (place / "brand" / "ours.toml").write_text(older.replace("daylight", "ours"), "utf-8")
    (place / "brand" / "logos" / "mark.svg").write_text(MARK.format("#ff0000"))
    (place / "styles" / "atelier.toml").write_text(
        'like = "course"\nbrand = "ours"\nsize = { width = 640, height = 360 }\n'
    )
    assert drafted(folder)["number"] == 1
    return folder


def test_a_manifest_without_the_newer_numbers_makes_the_same_frames(ours: Path, tmp_path: Path) -> None:
    folder = twin(ours, tmp_path / "v")
    kept = folder / "drafts" / "001" / "manifest.json"
    assert "caption_band_tall" not in json.loads(kept.read_text("utf-8"))["pinned"]["style"]["brand"]
    shutil.rmtree(folder / ".rushes" / "derived")
    assert drafted(folder, "--manifest", kept)["number"] == 2
    assert frames(folder / "drafts" / "002" / "draft.mp4") == frames(folder / "drafts" / "001" / "draft.mp4")
    assert manifest(folder, "002") == manifest(folder, "001")


def test_another_logo_makes_other_cards_and_the_old_draft_is_told_to_be_another(ours: Path, tmp_path: Path) -> None:
    folder = twin(ours, tmp_path / "v")
    (folder / "presets" / "brand" / "logos" / "mark.svg").write_text(MARK.format("#0000ff"))
    drafted(folder)
    assert report(folder, "002")["segments"]["rendered"] == len(manifest(folder, "002")["segments"])
    films = [frames(folder / "drafts" / number / "draft.mp4") for number in ("001", "002")]
    assert films[0] != films[1]
    kept = folder / "drafts" / "001" / "manifest.json"
    drafted(folder, "--manifest", kept)  # all of it is still there
    assert frames(folder / "drafts" / "003" / "draft.mp4") == films[0]
    shutil.rmtree(folder / ".rushes" / "derived")
    with pytest.raises(PresetError, match="the fonts, logos or words here are others"):
        told("draft", folder, "--manifest", kept)


def test_the_sheet_shows_them(ours: Path, tmp_path: Path) -> None:
    told("preview-style", "atelier", "--in", ours, "--out", tmp_path / "sheet.png", "--language", "fr")
    assert (tmp_path / "sheet.png").stat().st_size > 10_000
    with pytest.raises(PresetError, match="unknown style 'atelier'"):
        told("preview-style", "atelier", "--out", tmp_path / "none.png")
