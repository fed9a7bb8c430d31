"""Numbered pictures, in a folder and in a zip: one moving asset, frame by frame."""

import hashlib
import os
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import UnreadableMedia
from pipeline.media import overlays, sequences
from pipeline.media.ffmpeg import Ffmpeg
from tests.media.test_normal import FRAMES, SIZE, WANTED, drawing, marks, stored

HELD = [0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11]
"""The marks of the pictures when the sixth is not there."""


def drawn(folder: Path, first: int = 86) -> Path:
    """A folder of numbered pictures, all but the sixth, and what systems leave beside them."""
    folder.mkdir(parents=True)
    for frame in range(FRAMES):
        if frame != 5:
            Image.fromarray(drawing(frame)).save(folder / f"collecte_{frame + first:04d}.png")
    return folder


def test_sequence_of_pictures(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    sequence = drawn(tmp_path / "collecte 100%d")  # as ffmpeg would misread it
    assert sequences.is_sequence(sequence)
    media = overlays.probed(sequence)
    assert (media.frames, media.upright, media.alpha, media.rate, media.kind) == (FRAMES, SIZE, True, None, "video")
    assert media.remarks == ("gaps:1",)
    folder = tmp_path / "normal"
    folder.mkdir()
    made = overlays.normalised(sequence, media, replace(WANTED, rate=Fraction(30)), folder, ffmpeg)
    assert marks(stored(folder, ffmpeg, made), made.box) == HELD
    assert sorted(path.name for path in folder.iterdir()) == ["normal.json", "picture.mp4"]


def test_what_is_no_sequence(tmp_path: Path) -> None:
    for name in ("fig1.png", "fig2.png", "fig12.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    assert not sequences.is_sequence(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert not sequences.is_sequence(empty)
    with pytest.raises(UnreadableMedia, match="no numbered pictures"):
        overlays.probed(empty)
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    for number, width in ((1, 8), (2, 10)):
        Image.new("RGB", (width, 8)).save(mixed / f"a_{number:04d}.png")
    with pytest.raises(UnreadableMedia, match="several sizes"):
        overlays.probed(mixed)
    (mixed / "a_0002.png").write_bytes(b"not a picture")
    with pytest.raises(UnreadableMedia, match="cannot be read"):
        overlays.probed(mixed)


def test_a_folder_packed_is_the_same_film_and_the_same_bytes_each_time(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    sequence = drawn(tmp_path / "collecte 100%d")
    (sequence / ".DS_Store").write_bytes(b"left by a system")
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    sequences.packed(sequence, one)
    for path in sequence.iterdir():
        os.utime(path, (0, 0))
    sequences.packed(sequence, other)
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == {
            path.name: path.read_bytes() for path in sequence.glob("*.png")
        }
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    media, there = overlays.probed(one), overlays.probed(sequence)
    assert media.digest == hashlib.sha256(one.read_bytes()).hexdigest()
    assert (media.frames, media.upright, media.alpha, media.remarks) == (
        there.frames,
        there.upright,
        there.alpha,
        there.remarks,
    )
    folder = tmp_path / "normal"
    folder.mkdir()
    made = overlays.normalised(one, media, replace(WANTED, rate=Fraction(30)), folder, ffmpeg)
    assert marks(stored(folder, ffmpeg, made), made.box) == HELD
    assert sorted(path.name for path in folder.iterdir()) == ["normal.json", "picture.mp4"]


def test_a_zip_as_people_make_it(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """Deflated, the pictures in a folder, with what a Mac adds; a name that points outside is no place to write to."""
    sequence = drawn(tmp_path / "s")
    with zipfile.ZipFile(tmp_path / "by hand.ZIP", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sequence.iterdir():
            archive.write(path, f"../../collecte/{path.name}")
            archive.writestr(f"__MACOSX/collecte/._{path.name}", b"resource fork")
    media = overlays.probed(tmp_path / "by hand.ZIP")
    folder = tmp_path / "deep" / "normal"
    folder.mkdir(parents=True)
    made = overlays.normalised(tmp_path / "by hand.ZIP", media, WANTED, folder, ffmpeg)
    assert marks(stored(folder, ffmpeg, made), made.box) == HELD
    assert {path.name for path in tmp_path.iterdir()} == {"s", "by hand.ZIP", "deep"}


def test_a_zip_that_is_no_sequence_is_told_in_a_sentence(tmp_path: Path) -> None:
    zipped = tmp_path / "a.zip"
    zipped.write_bytes(b"no zip at all")
    with pytest.raises(UnreadableMedia, match="the zip cannot be read"):
        overlays.probed(zipped)
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("notes.txt", b"nothing")
    with pytest.raises(UnreadableMedia, match="the zip holds no numbered pictures"):
        overlays.probed(zipped)
    sequences.packed(drawn(tmp_path / "s"), zipped)
    whole = bytearray(zipped.read_bytes())
    whole[200] ^= 1
    zipped.write_bytes(whole)
    with pytest.raises(UnreadableMedia, match="the zip cannot be read"):
        overlays.probed(zipped)
    (tmp_path / "far").mkdir()
    for number in (1, 900_000_000):
        Image.new("RGB", (8, 8)).save(tmp_path / "far" / f"a_{number:09d}.png")
    with pytest.raises(UnreadableMedia, match="2 pictures are numbered from 1 to 900000000"):
        overlays.probed(tmp_path / "far")
