"""`rushes notes` and `rushes copy`: the notes of a draft for editing programs, and copies made where they are asked."""

import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.errors import NotFound, PipelineError
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.spans import Span
from storage import keys
from storage.catalogue.drafts import shown
from storage.catalogue.engine import Catalogue
from storage.catalogue.reviewing import Remark, add_note
from storage.folder_store import FolderStore
from tests.stack.commanding import told
from tests.stack.studio import Studio
from tests.web.films import filmed
from workers.places import CATALOGUE


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> dict[str, str]:
    """What leads to a studio in a folder: a draft with a film, a note for all, and one that guests are not shown."""
    data = tmp_path_factory.mktemp("studio")
    catalogue = Catalogue(f"sqlite:///{data / CATALOGUE}")
    catalogue.upgrade()
    studio = Studio(catalogue)
    studio.write("Voici les données. On les collecte.")
    drafted = studio.draft()
    with catalogue.reading() as tx:
        timeline = shown(tx, drafted.id).timeline
    folder = data / "made"
    folder.mkdir()
    shutil.move(filmed(data / "film.mp4", timeline, ffmpeg), folder / "draft.mp4")
    FolderStore(data / "objects").publish(folder, keys.draft(str(studio.video), drafted.number))
    by = studio.people["director"]
    with catalogue.writing(by) as tx:
        add_note(tx, drafted.id, by, Remark("trop vite", Span(10, 11), blocks=True))
        add_note(tx, drafted.id, by, Remark("bien", Span(20, 21), visibility="public"))
    catalogue.close()
    return {"RUSHES_DATA": str(data), "RUSHES_LANGUAGE": "en"}


def test_notes_are_written_for_each_program(settings: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "notes.edl"
    said = told("notes", "C1/V1", "--out", out, **settings)
    assert said.strip() == f"2 notes of draft 1: {out}"
    lines = out.read_text("utf-8").splitlines()
    assert [line.partition("* LOC: ")[2] for line in lines if line.startswith("* LOC")] == [
        "00:00:00:10 RED     Director: trop vite",
        "00:00:00:20 YELLOW  Director: bien",
    ]
    told("notes", "V1", "--format", "otio", "--public", "--start", 90_000, "--out", out, **settings)
    timeline = json.loads(out.read_bytes())
    assert [one["name"] for one in timeline["tracks"]["markers"]] == ["Director: bien"]
    assert timeline["global_start_time"]["value"] == 90_000
    with pytest.raises(NotFound, match="no draft 7"):
        told("notes", "V1", "--draft", 7, **settings)
    with pytest.raises(PipelineError, match="nowhere"):
        told("notes", "V1", "--out", tmp_path / "nowhere" / "x.edl", **settings)


def test_copies_are_made_where_they_are_asked(settings: dict[str, str], tmp_path: Path) -> None:
    said = told("copy", "C1/V1", "notes-pdf", "--out", tmp_path, "--progress", "none", **settings)
    assert said.split() == [str(tmp_path / "V1-1-notes.pdf")]
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "V1-1-notes.pdf").pages)
    assert "trop vite" in text
    public = ("--public", "--name", "Anne", "--out", tmp_path / "guest", "--progress", "none")
    told("copy", "C1/V1", "notes-pdf", *public, **settings)
    shown = "".join(page.extract_text() for page in PdfReader(tmp_path / "guest" / "V1-1-notes.pdf").pages)
    assert "bien" in shown
    assert "trop vite" not in shown, "it is internal"
    said = told("copy", "C1/V1", "contact-sheet", "--out", tmp_path / "new", "--progress", "none", **settings)
    assert [Path(one).name for one in said.split()] == ["V1-1-sheet.pdf", "V1-1-sheet.jpg"]
    with pytest.raises(PipelineError, match="no name is given"):
        told("copy", "C1/V1", "watermark", **settings)
    told("copy", "C1/V1", "watermark", "--name", "a':%{eif}", "--out", tmp_path, "--progress", "none", **settings)
    assert (tmp_path / "V1-1-film.mp4").stat().st_size > 10_000
