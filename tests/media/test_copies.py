"""Copies of a draft: every frame marked, no sound touched; pictures are the very frames, with what was drawn there."""

from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

from pipeline.copies import (
    FILM,
    NOTES,
    SHEET,
    SHEET_PICTURE,
    Cell,
    ContactSheet,
    Film,
    NotesPrinted,
    NoteTold,
    Titled,
    Watermarked,
    copy_key,
)
from pipeline.drawings import Drawing, drawing
from pipeline.geometry import Size
from pipeline.media.contact import contact_sheet
from pipeline.media.drawn_over import drawn_over
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.notes_pdf import notes_pdf
from pipeline.media.watermark import mark, watermarked
from tests.media.making import made

HOSTILE = 'a\':%{eif\\:1}\\n,[x];é "$(id)"'
SIZE = Size(640, 360)
HEAD = Titled("Remarques sur « Été & <Co> »", "V1, bout-à-bout 3", "Page {n} sur {of}", "fr")


@pytest.fixture(scope="module", params=["25", "30000/1001"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> tuple[Path, Film]:
    """Three seconds; frame n has a grey of its own, so that a picture tells which frame it is."""
    path = tmp_path_factory.mktemp("film") / "draft.mp4"
    rate = Fraction(request.param)
    frames = 75
    grey = f"color=gray:s=640x360:r={request.param}:d=4,format=yuv420p,geq=lum='20+mod(N*37,190)':cb=128:cr=128"
    made(
        ffmpeg, path, "-f", "lavfi", "-i", grey, "-f", "lavfi", "-i", "sine=r=48000:f=440:d=3", "-ac", "2",
        "-frames:v", str(frames), "-bf", "0", "-crf", "12", "-g", "25", "-c:a", "aac", "-shortest",
        "-video_track_timescale", str(rate.numerator), "-movflags", "+faststart", "-metadata", "title=Collecter",
    )  # fmt: skip
    return path, Film("drafts/v/003", "ab" * 32, rate, frames, SIZE)


def greys(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as opened:
        return [frame.to_ndarray(format="gray").astype(int) for frame in opened.decode(video=0)]


def sound(path: Path) -> list[tuple[int | None, str]]:
    with av.open(str(path)) as opened:
        return [(one.pts, sha256(bytes(one)).hexdigest()) for one in opened.demux(audio=0) if one.size]


def times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as opened:
        unit = opened.streams.video[0].time_base
        assert unit is not None
        return [one.pts * unit for one in opened.demux(video=0) if one.size and one.pts is not None]


def test_every_frame_is_marked_and_no_sound_is_touched(film: tuple[Path, Film], tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path, facts = film
    told: list[int] = []
    watermarked(Watermarked(facts, HOSTILE), path, tmp_path, ffmpeg, told.append)
    assert [one.name for one in tmp_path.iterdir()] == [FILM]
    out = tmp_path / FILM
    assert sound(out) == sound(path)
    assert times(out) == times(path)
    assert max(told) == facts.frames
    before, after = greys(path), greys(out)
    assert len(after) == len(before) == facts.frames
    layer = np.asarray(mark(HOSTILE, SIZE)).astype(float)
    ink, alpha = layer[..., 0] * 219 / 255 + 16, layer[..., 3] / 255
    for plain, marked in zip(before, after, strict=True):
        wanted = plain * (1 - alpha) + ink * alpha
        assert np.abs(marked - wanted).mean() < 4  # the codec's own loss
        assert np.abs(marked - plain)[alpha > 0.2].max() > 20


def test_a_mark_has_the_name_letter_by_letter() -> None:
    layers = {text: mark(text, SIZE).tobytes() for text in (HOSTILE, "a':%{eif\\:2}\\n,[x]", "%{n}", "1", "\\n", "n")}
    assert len(set(layers.values())) == len(layers)
    assert mark("Zoé\x00\nB", SIZE).tobytes() == mark("Zoé / B", SIZE).tobytes()


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_no_quarter_of_the_picture_is_without_the_mark(corner: tuple[int, int]) -> None:
    alpha = np.asarray(mark("A", Size(1920, 1080)))[..., 3]
    x, y = corner
    quarter = alpha[y * 540 : y * 540 + 540, x * 960 : x * 960 + 960]
    assert (quarter > 0).mean() > 0.01


def pictures(read: PdfReader) -> list[bytes]:
    """The pictures of all pages, in the order in which they are drawn."""
    return [
        page.images[operands[0]].data
        for page in read.pages
        for operands, operator in ContentStream(page["/Contents"], read).operations
        if operator == b"Do"
    ]


def picture_of(page_image: bytes) -> float:
    return float(np.asarray(Image.open(BytesIO(page_image)).convert("L"))[100:-100, 100:-100].mean())


def seen(path: Path, frames: tuple[int, ...]) -> list[float]:
    """How light those frames are; those beside it are lighter or darker by 37 and more."""
    with av.open(str(path)) as opened:
        lights = [float(np.asarray(one.to_image().convert("L")).mean()) for one in opened.decode(video=0)]
    return [lights[frame] for frame in frames]


FRAMES = (0, 1, 24, 25, 37, 74)


def test_notes_have_the_very_frames_they_are_on(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    notes = tuple(
        NoteTold(
            frame, f"00:00:00:{frame:02}", "Zoé <b>", "à corriger", f"Réplique {frame}", f"n{frame} & <i>", ("Ann: ok",)
        )
        for frame in FRAMES
    )
    told: list[int] = []
    notes_pdf(NotesPrinted(facts, HEAD, notes, "rien"), path, tmp_path, told.append)
    read = PdfReader(tmp_path / NOTES)
    assert [picture_of(one) for one in pictures(read)] == pytest.approx(seen(path, FRAMES), abs=4)
    text = "\n".join(page.extract_text() for page in read.pages)
    for note in notes:
        assert all(part in text for part in (note.at, "Zoé <b>", note.text, note.line, "Ann: ok"))
    assert f"Page {len(read.pages)} sur {len(read.pages)}" in text
    assert read.metadata is not None
    assert read.metadata.title == HEAD.title
    assert read.trailer["/Root"]["/Lang"] == "fr"
    assert told == list(range(1, 7))


def test_the_same_notes_are_the_same_bytes(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    wanted = NotesPrinted(facts, HEAD, (NoteTold(3, "00:00:00:03", "Ann", "", "", "x", ()),), "")
    made_twice: list[bytes] = []
    for _ in range(2):
        notes_pdf(wanted, path, tmp_path, lambda _: None)
        made_twice.append((tmp_path / NOTES).read_bytes())
    assert made_twice[0] == made_twice[1]


def test_a_note_longer_than_a_page_goes_on_over_pages(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    long = "\n\n".join(f"Paragraphe {number} " + "mot " * 300 for number in range(30)) + "\nfin"
    notes = (NoteTold(5, "00:00:00:05", "Ann", "", "", long, ("x" * 3000,)),)
    notes_pdf(NotesPrinted(facts, HEAD, notes, ""), path, tmp_path, lambda _: None)
    read = PdfReader(tmp_path / NOTES)
    assert len(read.pages) > 3
    assert "Paragraphe 29" in "".join(page.extract_text() for page in read.pages)


def test_no_note_is_said(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    notes_pdf(NotesPrinted(facts, HEAD, (), "Il n'y a rien."), path, tmp_path, lambda _: None)
    assert "Il n'y a rien." in PdfReader(tmp_path / NOTES).pages[0].extract_text()


def test_a_contact_sheet_has_the_very_frames(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    cells = tuple(Cell(frame, f"00:00:00:{frame:02}", f"Réplique {frame}", "PT", "mots & <b> " * 9) for frame in FRAMES)
    contact_sheet(ContactSheet(facts, HEAD, cells), path, tmp_path, lambda _: None)
    read = PdfReader(tmp_path / SHEET)
    assert [picture_of(one) for one in pictures(read)] == pytest.approx(seen(path, FRAMES), abs=4)
    assert "Réplique 37 · PT" in read.pages[0].extract_text()
    with Image.open(tmp_path / SHEET_PICTURE) as sheet:
        grey = np.asarray(sheet.convert("L")).astype(float)
    found = [float(grey[68 + 100 : 68 + 200, 16 + 496 * at + 100 : 16 + 496 * at + 300].mean()) for at in range(4)]
    assert found == pytest.approx(seen(path, FRAMES[:4]), abs=4)


DRAWINGS = {
    "pen": ([[0.1, 0.5], [0.9, 0.5]], (0.5, 0.5), (0.5, 0.3)),
    "arrow": ([[0.2, 0.2], [0.8, 0.8]], (0.5, 0.5), (0.8, 0.2)),
    "box": ([[0.25, 0.25], [0.75, 0.75]], (0.25, 0.5), (0.5, 0.5)),
    "ellipse": ([[0.25, 0.25], [0.75, 0.75]], (0.75, 0.5), (0.26, 0.26)),
}


def drawn(kind: str, points: list[list[float]]) -> Drawing:
    found = drawing({"strokes": [{"kind": kind, "colour": "red", "points": points}], "alternative": "un cadre"})
    assert found is not None
    return found


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_lies_where_it_was_drawn(kind: str) -> None:
    points, on, off = DRAWINGS[kind]
    black = Image.new("RGB", (1280, 720))
    picture = drawn_over(black, drawn(kind, points))
    assert picture.getpixel((round(on[0] * 1280), round(on[1] * 720))) == pytest.approx((255, 90, 79), abs=6)
    assert picture.getpixel((round(off[0] * 1280), round(off[1] * 720))) == (0, 0, 0)


def test_a_note_shows_what_was_drawn(film: tuple[Path, Film], tmp_path: Path) -> None:
    path, facts = film
    strokes = drawn("box", [[0.25, 0.25], [0.75, 0.75]])
    notes = (NoteTold(30, "00:00:01:05", "Ann", "", "", "x", (), strokes),)
    notes_pdf(NotesPrinted(facts, HEAD, notes, ""), path, tmp_path, lambda _: None)
    [page] = PdfReader(tmp_path / NOTES).pages
    [image] = page.images
    picture = Image.open(BytesIO(image.data)).convert("RGB")
    red, green, _ = picture.getpixel((240, 270))  # type: ignore[misc]
    assert red > green + 80
    assert "un cadre" in page.extract_text()


def names() -> Iterator[Watermarked]:
    film = Film("drafts/v/003", "ab" * 32, Fraction(25), 10, SIZE)
    yield Watermarked(film, "Ann · 1")
    yield Watermarked(film, "Ann · 2")
    yield Watermarked(Film("drafts/v/003", "cd" * 32, Fraction(25), 10, SIZE), "Ann · 1")


def test_another_name_day_or_film_is_another_copy() -> None:
    assert len({copy_key(one) for one in names()}) == 3
    assert [copy_key(one) for one in names()] == [copy_key(one) for one in names()]
