"""Drawings: known by content, drawn at the size of the film, moved by SMIL, and safe whoever sent them."""

import json
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.errors import UnreadableMedia
from pipeline.geometry import Size
from pipeline.media import overlays, svg, vector
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.matte import guess, nearest_unmultiplied, unmultiplied
from pipeline.media.shelf import said_in
from pipeline.saying import probe_sentence
from tests.media.making import made
from tests.media.test_formats import lottie
from tests.media.test_normal import SIZE, WANTED, drawing, stored
from workers.folder import VideoFolder

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'


def drawn(inside: str, head: str = HEAD) -> svg.Drawing:
    return svg.drawing("a.svg", f"{head}{inside}</svg>".encode())


def attribute(told: svg.Drawing, seconds: str, name: str) -> str:
    with told.film.at(Fraction(seconds)):
        return told.root[0].get(name, "")


@pytest.mark.parametrize(
    ("animation", "at", "name", "value"),
    [
        ('<animate attributeName="x" from="0" to="10" dur="2s"/>', "1", "x", "5"),
        ('<animate attributeName="x" values="0;10;0" dur="1s" repeatCount="indefinite"/>', "5/4", "x", "5"),
        ('<animate attributeName="x" values="0;10" dur="1s" begin="1s"/>', "1/2", "x", "3"),
        ('<animate attributeName="x" values="0;10" dur="1s" fill="freeze"/>', "9", "x", "10"),
        ('<animate attributeName="x" values="0;10" dur="1s"/>', "9", "x", "3"),
        ('<animate attributeName="x" values="0;10;20" keyTimes="0;0.9;1" dur="1s"/>', "9/10", "x", "10"),
        ('<animate attributeName="x" values="0;8" calcMode="discrete" dur="1s"/>', "1/4", "x", "0"),
        ('<animate attributeName="x" values="0;8" calcMode="spline" keySplines="0 0 1 1" dur="1s"/>', "1/2", "x", "4"),
        ('<animate attributeName="x" by="4" dur="1s"/>', "1/2", "x", "5"),
        ('<animate attributeName="x" to="7" dur="1s"/>', "1/2", "x", "5"),
        ('<animate attributeName="x" values="0;10" dur="1s" additive="sum"/>', "1/2", "x", "8"),
        ('<animate attributeName="x" values="0;10" dur="1s" repeatCount="3" accumulate="sum"/>', "5/2", "x", "25"),
        ('<set attributeName="x" to="9" begin="1s" dur="1s"/>', "3/2", "x", "9"),
        ('<animate attributeName="fill" values="#000;#ffffff" dur="1s"/>', "1/2", "style", "fill:rgb(128,128,128)"),
        ('<animateTransform attributeName="transform" type="rotate" values="0 5 5;90 5 5" dur="1s"/>', "1/3",
         "transform", "rotate(30 5 5)"),
        (('<animate id="a" attributeName="y" values="0;1" dur="1s" begin="0;b.end"/>'
         '<animate id="b" attributeName="x" values="0;10" dur="1s" begin="a.end"/>'), "7/2", "x", "5"),
    ],
)  # fmt: skip
def test_what_an_attribute_is_at_a_time(animation: str, at: str, name: str, value: str) -> None:
    assert attribute(drawn(f'<rect x="3" width="9">{animation}</rect>'), at, name) == value


def test_the_tree_is_as_before_after_each_moment() -> None:
    told = drawn('<rect x="3" style="opacity:.5"><animate attributeName="opacity" values="0;1" dur="1s"/></rect>')
    before = dict(told.root[0].attrib)
    assert "opacity:0.25" in told.at(Fraction(1, 4))
    assert dict(told.root[0].attrib) == before


@pytest.mark.parametrize(
    ("animations", "lasts", "endless"),
    [
        (("0s", "2s", "1"), 2, False),
        (("1s", "2s", "3"), 7, False),
        (("0s", "2s", "indefinite"), 2, True),
        (("1.5s", "3s", "indefinite"), Fraction(9, 2), True),
    ],
)
def test_how_long_it_lasts(animations: tuple[str, str, str], lasts: Fraction, *, endless: bool) -> None:
    begin, dur, count = animations
    told = drawn(
        f'<rect><animate attributeName="x" values="0;1" begin="{begin}" dur="{dur}" repeatCount="{count}"/></rect>'
    )
    assert (told.film.lasts, told.film.endless) == (lasts, endless)


@pytest.mark.parametrize(
    ("inside", "remark"),
    [
        ("<script>alert(1)</script>", "svg-script"),
        ('<rect onclick="go()" width="5"/>', "svg-script"),
        ('<image href="file:///etc/hostname"/>', "external:file:///etc/hostname"),
        ('<image href="https://a.example/b.png"/>', "external:https://a.example/b.png"),
        ('<image href="data:image/svg+xml,x"/>', "external:data:image/svg+xml,x"),
        ('<rect fill="url(other.svg#a)"/>', "external:url(other.svg#a)"),
        ("<style>@import 'a.css';</style>", "external:@import"),
        ("<style>@keyframes a{}</style>", "svg-css-motion"),
        ('<text font-family="Lato, sans-serif">a</text>', "fonts-missing:Lato"),
        ("<foreignObject/>", "svg-unknown:foreignObject"),
        ("<rect><animateMotion path='M0 0'/></rect>", "svg-motion:animateMotion"),
        ('<rect><animate attributeName="x" to="1" dur="1s" begin="click"/></rect>', "svg-waits:click"),
    ],
)
def test_what_is_not_drawn_is_said_and_taken_out(inside: str, remark: str) -> None:
    told = drawn(inside)
    assert told.remarks == (remark,)
    text = told.at(Fraction(0))
    for bad in ("script", "onclick", "etc/hostname", "a.example", "other.svg", "@import"):
        assert bad not in text
    for language in ("fr", "en"):
        assert probe_sentence(remark, said_in(language))


def test_traps_in_xml_are_refused() -> None:
    laughs = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + HEAD + "<text>&b;</text></svg>"
    reaching = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + HEAD + "<text>&a;</text></svg>"
    for text in (laughs, reaching):
        with pytest.raises(UnreadableMedia, match="entities"):
            svg.drawing("a.svg", text.encode())
    plain = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">' + HEAD + "<rect/></svg>"
    assert svg.drawing("a.svg", plain.encode()).size == Size(40, 20)
    with pytest.raises(UnreadableMedia, match="how large"):
        svg.drawing("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')


def test_kind_is_by_content_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n<!-- by hand -->\n" + HEAD + "</svg>")
    (tmp_path / "b.bin").write_text(json.dumps(lottie()))
    (tmp_path / "c.json").write_text('{"reel": 3}')
    (tmp_path / "d.zip").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("manifest.json", '{"animations": [{"id": "x"}]}')
        archive.writestr("animations/x.json", json.dumps(lottie()))
    kinds = [vector.recognised(tmp_path / name) for name in ("a.txt", "b.bin", "c.json", "d.zip")]
    assert kinds == ["svg", "lottie", "", "dotlottie"]
    with pytest.raises(UnreadableMedia, match="holds text"):
        overlays.probed(tmp_path / "c.json")


def test_drawings_are_as_large_as_the_film(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    (tmp_path / "a.svg").write_text(HEAD + '<rect width="40" height="20" fill="red"/></svg>')
    media = overlays.probed(tmp_path / "a.svg")
    (tmp_path / "normal").mkdir()
    normal = overlays.normalised(tmp_path / "a.svg", media, WANTED, tmp_path / "normal", ffmpeg)
    assert (media.size, normal.size) == (Size(40, 20), Size(1920, 960))
    larger = overlays.normal_key(media, replace(WANTED, frame=Size(3840, 2160)), "build")
    assert larger != overlays.normal_key(media, WANTED, "build")


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({"layers": [{"ty": 5, "ks": {}}], "fonts": {"list": [{"fFamily": "Lato"}]}}, "fonts-missing:Lato"),
        ({"layers": [{"ty": 4, "nm": "a", "ks": {"o": {"k": 1, "x": "time"}}}]}, "lottie-expressions:a"),
        ({"assets": [{"id": "i", "u": "images/", "p": "a.png"}]}, "external:images/a.png"),
        ({"layers": [{"ty": 4, "ef": [{"ty": 26, "nm": "Wipe"}], "sy": [1]}]}, "lottie-unknown:Wipe, layer styles"),
        ({"layers": [{"ty": 13}]}, "lottie-unknown:camera"),
        ({"layers": [{"ty": 4, "shapes": [{"ty": "gr", "it": [{"ty": "mm"}]}]}]}, "lottie-unknown:merge paths"),
    ],
)
def test_what_a_lottie_lacks_is_said(change: dict, remark: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(lottie() | change))
    assert overlays.probed(tmp_path / "a.json").remarks == (remark,)
    for language in ("fr", "en"):
        assert probe_sentence(remark, said_in(language))


@pytest.mark.parametrize(
    "change", [{"layers": [1]}, {"fonts": None, "layers": [{"ty": 5}]}, {"assets": [3]}, {"w": 10**7}], ids=str
)
def test_a_lottie_of_the_wrong_parts_is_refused(change: dict, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(lottie() | change))
    with pytest.raises(UnreadableMedia, match=r"no Lottie|claims"):
        overlays.probed(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"<svg width='9' height='9' xmlns='http://www.w3.org/2000/svg'>{'<g>' * 3000}{'</g>' * 3000}</svg>", "deep"),
        ("<svg width='1e9' height='10' xmlns='http://www.w3.org/2000/svg'/>", "claims 1000000000x10 pixels"),
    ],
    ids=["deep", "wide"],
)
def test_a_drawing_that_is_a_trap_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(text)
    with pytest.raises(UnreadableMedia, match=says):
        overlays.probed(tmp_path / "a.svg")


def test_a_lottie_that_is_none_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    (tmp_path / "a.json").write_text(json.dumps(lottie() | {"w": "wide"}))
    with pytest.raises(UnreadableMedia, match="no Lottie"):
        overlays.probed(tmp_path / "a.json")
    (tmp_path / "b.json").write_text(json.dumps(lottie() | {"layers": [{"ty": 4}], "op": 10_000_000}))
    with pytest.raises(UnreadableMedia, match="claims"):
        overlays.probed(tmp_path / "b.json")
    # what the renderer does not take ends its own process, not this one
    (tmp_path / "c.json").write_text(json.dumps(lottie()))
    media = overlays.probed(tmp_path / "c.json")
    (tmp_path / "c.json").write_text('{"layers": [')
    (tmp_path / "normal").mkdir()
    with pytest.raises(UnreadableMedia, match="cannot be drawn"):
        overlays.normalised(tmp_path / "c.json", media, WANTED, tmp_path / "normal", ffmpeg)


def premultiplied(frame: int = 0) -> np.ndarray:
    picture = drawing(frame)
    picture[..., :3] = np.rint(picture[..., :3] * (picture[..., 3:] / 255))
    return picture


def test_premultiplied_is_guessed_and_undone() -> None:
    assert guess([drawing(0)], lossless=True) == ""
    assert guess([premultiplied()], lossless=True) == "premultiplied"
    assert guess([premultiplied()], lossless=False) == "premultiplied"
    shadow = np.zeros((20, 20, 4), np.uint8)
    shadow[..., 3] = 100
    assert guess([shadow], lossless=True) == ""
    assert np.abs(unmultiplied(premultiplied()).astype(int) - drawing(0)).max() <= 1


@pytest.mark.parametrize("kind", ["png", "qtrle", "sequence"])
def test_premultiplied_asset_is_corrected_when_said(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in range(3):
        Image.fromarray(premultiplied(frame)).save(folder / f"a_{frame:04d}.png")
    path = folder / "a_0000.png" if kind == "png" else folder
    if kind == "qtrle":
        path = made(ffmpeg, tmp_path / "a.mov", "-framerate", "25", "-i", str(folder / "a_%04d.png"), "-c:v", "qtrle")
    media = overlays.probed(path)
    for said in ("", "premultiplied"):
        out = tmp_path / f"normal{said}"
        out.mkdir()
        wanted = replace(WANTED, alpha=said)
        normal = overlays.normalised(path, media, wanted, out, ffmpeg)
        assert normal.guess == ("" if said else "premultiplied")
        half = stored(out, ffmpeg, normal)[0][70 - normal.box.y, 170 - normal.box.x]
        true = (255, 64, 0, 128) if said else (128, 32, 0, 128)
        assert np.abs(half.astype(int) - true).max() <= 3
    assert overlays.normal_key(media, WANTED, "") == overlays.normal_key(media, replace(WANTED, alpha="straight"), "")
    assert overlays.normal_key(media, WANTED, "") != overlays.normal_key(
        media, replace(WANTED, alpha="premultiplied"), ""
    )


@pytest.mark.footage
def test_real_animations_are_drawn_or_say_why_not(footage: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    small = overlays.Wanted(Fraction(10), SIZE)
    drawn = 0
    for path in sorted((footage / "motion").iterdir()):
        if path.suffix not in {".json", ".lottie", ".svg"}:
            continue
        media = overlays.probed(path)
        folder = tmp_path / path.name
        folder.mkdir()
        normal = overlays.normalised(path, media, small, folder, ffmpeg)
        pictures = stored(folder, ffmpeg, normal)
        assert len(pictures) == normal.frames == round(media.duration * 10)
        assert (pictures[..., 3] > 128).any()
        assert any((pictures[0] != picture).any() for picture in pictures[1:])
        drawn += 1
    assert drawn == 10


def test_a_lottie_in_motion_is_no_note_beside_media(tmp_path: Path) -> None:
    motion = tmp_path / "motion"
    motion.mkdir()
    (motion / "logo.json").write_text(json.dumps(lottie()))
    (motion / "notes.json").write_text('{"by": "Ana"}')
    (motion / "icon.svg").write_text(HEAD + "</svg>")
    assert list(VideoFolder(tmp_path).files("motion")) == ["icon.svg", "logo.json"]


@given(colour=st.integers(0, 255), alpha=st.integers(1, 254))
def test_what_a_renderer_divided_and_cut_off_is_rounded(colour: int, alpha: int) -> None:
    multiplied = round(colour * alpha / 255)
    cut_off = np.array([[[multiplied * 255 // alpha] * 3 + [alpha]]], np.uint8)
    whole = np.array([[[multiplied] * 3 + [alpha]]], np.uint8)
    assert (nearest_unmultiplied(cut_off) == unmultiplied(whole)).all()
