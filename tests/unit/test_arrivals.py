"""What is taken from cards and folders, what goes with it, and what is passed over."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.arrivals import FILMS, PICTURES, RAW, SMALL, SOUNDS, UNFINISHED, Arrivals, Seen, arrivals

SONY = """PRIVATE/M4ROOT/CLIP/C0001.MP4 PRIVATE/M4ROOT/CLIP/C0001M01.XML PRIVATE/M4ROOT/CLIP/C0010.MP4
PRIVATE/M4ROOT/CLIP/C0010M01.XML PRIVATE/M4ROOT/SUB/C0001S03.MP4 PRIVATE/M4ROOT/THMBNL/C0001T01.JPG
PRIVATE/M4ROOT/MEDIAPRO.XML PRIVATE/M4ROOT/STATUS.BIN"""
XDCAM = """BPAV/CLPR/A_0001/A_0001.MP4 BPAV/CLPR/A_0001/A_0001M01.XML BPAV/CLPR/A_0001/A_0001.SMI
BPAV/CLPR/A_0001/A_0001R01.BIM BPAV/CLPR/A_0001/A_0001I01.PPN BPAV/MEDIAPRO.XML"""
AVCHD = """PRIVATE/AVCHD/BDMV/STREAM/00001.MTS PRIVATE/AVCHD/BDMV/CLIPINF/00001.CPI
PRIVATE/AVCHD/BDMV/PLAYLIST/00000.MPL PRIVATE/AVCHD/BDMV/INDEX.BDM"""
GOPRO = "DCIM/100GOPRO/GX010012.MP4 DCIM/100GOPRO/GL010012.LRV DCIM/100GOPRO/GX010012.THM DCIM/100GOPRO/GOPR0013.JPG"
DJI = "DCIM/DJI_001/DJI_0001.MP4 DCIM/DJI_001/DJI_0001.LRF DCIM/DJI_001/DJI_0001.SRT"
FOLDER = [
    "plan 02/prise 3.mov",
    "plan 02/prise 3.wav",
    "notes.txt",
    ".DS_Store",
    "._a.mov",
    "Thumbs.db",
    "fin.mp4.part",
    "vide.mov",
    "A.R3D",
]


def seen(names: str | list[str], root: str = "/media/CAM_A", empty: str = "vide.mov") -> list[Seen]:
    listed = names.split() if isinstance(names, str) else names
    return [Seen(f"{root}/{name}", root, 0 if name == empty else 10) for name in listed]


def told(found: Arrivals) -> tuple[dict[str, list[str]], dict[str, str]]:
    return (
        {PurePosixPath(file.path).name: [PurePosixPath(path).name for path in file.beside] for file in found.files},
        {PurePosixPath(one.path).name: one.why for one in found.passed},
    )


CARDS = [
    (
        SONY,
        {"C0001.MP4": ["C0001M01.XML", "C0001S03.MP4", "C0001T01.JPG"], "C0010.MP4": ["C0010M01.XML"]},
        {"MEDIAPRO.XML": "beside-nothing", "STATUS.BIN": "not-media"},
    ),
    (
        XDCAM,
        {"A_0001.MP4": ["A_0001.SMI", "A_0001I01.PPN", "A_0001M01.XML", "A_0001R01.BIM"]},
        {"MEDIAPRO.XML": "beside-nothing"},
    ),
    (AVCHD, {"00001.MTS": ["00001.CPI"]}, {"00000.MPL": "not-media", "INDEX.BDM": "not-media"}),
    (GOPRO, {"GX010012.MP4": ["GL010012.LRV", "GX010012.THM"]}, {"GOPR0013.JPG": "picture"}),
    (DJI, {"DJI_0001.MP4": ["DJI_0001.LRF", "DJI_0001.SRT"]}, {}),
    (
        FOLDER,
        {"prise 3.mov": [], "prise 3.wav": []},
        {
            "notes.txt": "not-media",
            ".DS_Store": "hidden",
            "._a.mov": "hidden",
            "Thumbs.db": "system",
            "fin.mp4.part": "unfinished",
            "vide.mov": "empty",
            "A.R3D": "raw",
        },
    ),
]


@pytest.mark.parametrize(("names", "files", "passed"), CARDS, ids=["sony", "xdcam", "avchd", "gopro", "dji", "folder"])
def test_what_lies_on_cards(names: str | list[str], files: dict[str, list[str]], passed: dict[str, str]) -> None:
    assert told(arrivals(seen(names))) == (files, passed)


@pytest.mark.parametrize("given_folder", ["/media/CAM_A", "/media/CAM_A/PRIVATE", "/media/CAM_A/PRIVATE/M4ROOT/CLIP"])
def test_a_card_keeps_its_name_whichever_of_its_folders_is_given(given_folder: str) -> None:
    found = arrivals([Seen("/media/CAM_A/PRIVATE/M4ROOT/CLIP/C0001.MP4", given_folder, 9)]).files[0]
    assert (found.card, found.name) == ("CAM_A", "PRIVATE/M4ROOT/CLIP/C0001.MP4")


def test_two_cards_in_one_folder_do_not_mix() -> None:
    names = ["A/DCIM/100/C0001.MP4", "A/DCIM/100/C0001.THM", "B/DCIM/100/C0001.MP4"]
    found = arrivals(seen(names, "/day")).files
    assert [(file.card, file.name, len(file.beside)) for file in found] == [
        ("A", "DCIM/100/C0001.MP4", 1),
        ("B", "DCIM/100/C0001.MP4", 0),
    ]


def test_a_file_named_itself_is_taken_whatever_its_suffix() -> None:
    found = arrivals([Seen("/a/odd.dat", "", 5), Seen("/a/b.part", "", 5)])
    assert [file.path for file in found.files] == ["/a/odd.dat"]
    assert [(one.path, one.why) for one in found.passed] == [("/a/b.part", "unfinished")]


SUFFIX = st.sampled_from(sorted(FILMS | SOUNDS | RAW | PICTURES | SMALL | UNFINISHED | {"txt", "bin", ""}))
PART = st.sampled_from(["DCIM", "PRIVATE", "a", "b c", ".hidden", "SUB", "100GOPRO", "__MACOSX", "CLIP"])
NAME = st.builds(
    lambda stem, end: f"{stem}.{end}" if end else stem, st.sampled_from(["C0001", "C0010", "é", "x1"]), SUFFIX
)
PATHS = st.lists(st.tuples(st.lists(PART, max_size=3), NAME).map(lambda p: "/".join([*p[0], p[1]])), unique=True)


@given(names=PATHS)
def test_every_file_is_told_once(names: list[str]) -> None:
    found = arrivals(seen(names, "/r", "é.mov"))
    told_of = [file.path for file in found.files] + [one.path for one in found.passed]
    told_of += [path for file in found.files for path in file.beside]
    assert sorted(told_of) == sorted(f"/r/{name}" for name in names)
    for file in found.files:
        assert file.path.endswith(file.name)
        assert file.size > 0


@given(names=PATHS)
def test_the_order_of_the_files_changes_nothing(names: list[str]) -> None:
    assert arrivals(seen(names)) == arrivals(reversed(seen(names)))
