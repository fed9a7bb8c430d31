"""Cards: their words always fit, whatever they are, and what is stored is what segments read."""

import json
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_desk import Lettering
from pipeline.media.card_layout import pieces
from pipeline.media.card_lines import NEVER_FIRST
from pipeline.media.card_text import Face, fitted, set_by_the_book
from pipeline.media.cards import composed
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from pipeline.timeline import Card
from pipeline.values import Key, as_json

FULL, SMALLER, CORNER = Size(1920, 1080), Size(1280, 720), Size(538, 302)
LONG = (
    "Ensuite, on nettoie : les doublons, les valeurs absentes, les unités qui ne se ressemblent pas ; c'est long, "
    "c'est ingrat, et c'est là que se joue la qualité de tout ce qui suit !"
)


def card(template: str, size: Size = SMALLER, frames: int = 30, rate: int = 25, **fields: str) -> Card:
    return Card(template, tuple(fields.items()), frames, size, Fraction(rate), "fr", Key("brand"))


def bold() -> Face:
    return Face(shelf.font("AtkinsonHyperlegibleNext-Bold.ttf"))


# --- words by the book ---


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Ça va ?", "Ça va\u202f?"),
        ("Ça va?", "Ça va\u202f?"),
        ("Quoi ?!", "Quoi\u202f?!"),
        ("ceci : cela ; puis", "ceci\u00a0: cela\u202f; puis"),
        ("à 12:30", "à 12:30"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("«oui»", "«\u00a0oui\u00a0»"),
        ("l'heure", "l\u2019heure"),
        ("10 000 €", "10\u202f000\u202f€"),
        ("attends...", "attends…"),
        ("http://a.fr/b?c=1", "http://a.fr/b?c=1"),
        ("un\n\n  deux\t trois", "un deux trois"),
    ],
)
def test_french_is_set_by_the_book(written: str, wanted: str) -> None:
    assert set_by_the_book(written, bold(), "fr-FR") == wanted


def test_english_is_left_as_written() -> None:
    assert set_by_the_book("Really? It's 10 000: yes", bold(), "en") == "Really? It's 10 000: yes"


@pytest.mark.parametrize("font", ["font", "font_bold", "font_mono"])
def test_fonts_draw_what_french_and_lessons_need(font: str, course: Style) -> None:
    face = Face(shelf.font(getattr(course.brand, font)))
    lacking = [
        sign for sign in "éèêëçàùîïôœŒÀÉÈÊËÇ«»…—\u2013€→←≤≥≠≈\u00d7÷²½°αβλΔπ∑√∞µ\u2019\u2011" if not face.draws(sign)
    ]
    assert lacking == []
    assert face.width("\u202f", 100) > 0
    assert not face.draws("😀")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("Bravo 🎉 !", "Bravo\u202f!"), ("ﬁn", "fin"), ("Привет", "□□□□□□"), ("a\u200bb\x07c", "abc"), ("🇫🇷", "")],
)
def test_what_the_font_lacks_is_never_a_wrong_sign(written: str, wanted: str) -> None:
    assert set_by_the_book(written, bold(), "fr") == wanted


# --- words that fit ---

TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="abcdeéèàç ?!:;»«-/'", max_size=300),
    st.text(alphabet="anticonsueml", min_size=30, max_size=200),
    st.sampled_from(["", " ", "?", "! ! !", "W" * 300, "a-" * 90, LONG, "mot " * 400, "» " * 20]),
)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 900), st.integers(1, 500), st.integers(1, 6))
@example("anticonstitutionnellement !", 60, 500, 4)
@example("a" * 500, 1, 1, 1)
@example("000", 13, 34, 2)
def test_words_always_fit(text: str, width: int, height: int, lines: int) -> None:
    face = bold()
    said = set_by_the_book(text, face, "fr")
    block = fitted(said, face, width, height, largest=80, least=16, lines=lines, leading=1.16, language="fr")
    assert block.width <= width
    assert len(block.lines) <= lines
    assert 16 <= block.size <= 80
    # one line is always set, even in less room than the least type takes
    assert block.height <= max(height, 16)
    assert all(line and line[0] not in NEVER_FIRST for line in block.lines[1:])


def test_words_shrink_then_wrap_then_are_cut_short() -> None:
    face = bold()
    said = set_by_the_book(LONG, face, "fr")
    one = fitted("Court", face, 900, 300, largest=80, least=20, lines=3, leading=1.16)
    assert (one.size, one.lines) == (80, ("Court",))
    more = fitted(said, face, 900, 300, largest=80, least=20, lines=5, leading=1.16)
    assert 20 < more.size < 80
    assert " ".join(more.lines) == said
    short = fitted(said, face, 400, 60, largest=80, least=20, lines=5, leading=1.16)
    assert short.size == 20
    assert short.lines[-1].endswith("…")


def test_words_part_at_hyphens_and_between_syllables() -> None:
    face = bold()
    joint = fitted("motion/collecte-des-donnees", face, 260, 100, largest=30, least=20, lines=2, leading=1.16)
    assert joint.lines == ("motion/collecte-", "des-donnees")
    parted = fitted(
        "anticonstitutionnellement", face, 200, 100, largest=30, least=26, lines=3, leading=1.16, language="fr"
    )
    assert parted.lines[0].endswith("-")
    assert "".join(line.removesuffix("-") for line in parted.lines) == "anticonstitutionnellement"


TEMPLATE_FIELDS = {
    "title": ("text",),
    "chapter": ("text", "number", "of"),
    "end": ("text", "name", "role"),
    "progress": (),
    "lower-third": ("name", "role"),
    "text": ("text",),
    "slate-take": ("number", "words", "what", "seconds", "shot"),
    "slate-asset": ("reference", "words", "seconds"),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    template=st.sampled_from(sorted(TEMPLATE_FIELDS)),
    texts=st.lists(TEXTS, min_size=5, max_size=5),
    place=st.sampled_from(["", "over", "beside", "full", "corner"]),
    side=st.sampled_from(["", "left", "right"]),
    size=st.sampled_from([FULL, SMALLER, CORNER, Size(405, 720), Size(64, 36)]),
)
def test_no_card_overflows(template: str, texts: list[str], place: str, side: str, size: Size, course: Style) -> None:
    fields = dict(zip(TEMPLATE_FIELDS[template], texts, strict=False)) | {"place": place, "side": side}
    for piece in pieces(card(template, size, **fields), course.brand, shelf.said_in("fr")):
        if isinstance(piece, Lettering):
            left, top, right, bottom = piece.face.at(piece.size).getbbox(piece.text, anchor="ls")
            # a crooked accent or a swash may pass by a hair what type is measured by
            hair = 2 + piece.size // 8
            assert piece.x + left >= -hair
            assert piece.x + right <= size.width + hair
            if size.height >= 100:  # below, the least type is more than the card
                assert piece.baseline + top >= -hair
                assert piece.baseline + bottom <= size.height + hair
        else:
            height, width = piece.picture.shape[:2]
            assert Box(piece.x, piece.y, width, height).within(size.box)


@pytest.mark.parametrize("size", [FULL, SMALLER])
def test_graphics_keep_their_margins(size: Size, course: Style) -> None:
    safe, low = size.width * 5 // 100, size.height * 85 // 100
    for template, fields in (
        ("title", {"text": LONG}),
        ("lower-third", {"name": "Marie-Élisabeth de La Rochefoucauld", "role": LONG}),
        ("text", {"text": LONG, "place": "beside", "side": "right"}),
        ("text", {"text": LONG}),
    ):
        for piece in pieces(card(template, size, **fields), course.brand, shelf.said_in("fr")):
            if isinstance(piece, Lettering):
                left, _, right, bottom = piece.face.at(piece.size).getbbox(piece.text, anchor="ls")
                assert safe - 2 <= piece.x + left
                assert piece.x + right <= size.width - safe + 2
                assert piece.baseline + bottom <= low + 2


def test_name_band_stands_in_the_lower_third(course: Style) -> None:
    found = pieces(card("lower-third", FULL, name="Prénom Nom", role="Data analyst"), course.brand, shelf.said_in("fr"))
    lines = [piece for piece in found if isinstance(piece, Lettering)]
    assert [line.text for line in lines] == ["Prénom Nom", "Data analyst"]
    assert lines[0].baseline - 0.714 * lines[0].size >= 0.72 * 1080
    assert lines[1].baseline <= 0.85 * 1080


def test_slates_say_line_words_what_and_how_long(course: Style) -> None:
    fields = {"number": "12", "words": "Une donnée fausse.", "seconds": "32/5", "shot": "02", "what": "prise"}
    said = " | ".join(
        piece.text
        for piece in pieces(card("slate-take", FULL, **fields), course.brand, shelf.said_in("fr"))
        if isinstance(piece, Lettering)
    )
    for wanted in ("12", "Une donnée fausse.", "6,4", "02", "prise"):
        assert wanted in said
    english = replace(card("slate-asset", FULL, reference="journey", seconds="4", words="the data,"), language="en")
    said = " | ".join(
        piece.text for piece in pieces(english, course.brand, shelf.said_in("en")) if isinstance(piece, Lettering)
    )
    assert "journey" in said
    assert "4 s" in said
    assert "\u201cthe data\u201d" in said
    long = pieces(card("slate-asset", FULL, reference="a", words=LONG), course.brand, shelf.said_in("fr"))
    assert any(piece.text.endswith("…\u00a0»") for piece in long if isinstance(piece, Lettering))


# --- what is stored ---


def frames_of(folder: Path, normal: Normal, ffmpeg: Ffmpeg) -> np.ndarray:
    said = subprocess.run(
        [ffmpeg.path, "-v", "error", "-i", str(folder / "picture.mp4"), "-vf", "scale=in_color_matrix=bt709", "-f",
         "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    pictures = np.frombuffer(said, np.uint8).reshape(-1, 2 * normal.box.height, normal.box.width, 3)
    high = normal.box.height
    return np.concatenate((pictures[:, :high], pictures[:, high:, :, :1]), axis=3)


@pytest.mark.parametrize(
    ("template", "fields", "frames", "rate"),
    [
        ("title", {"text": "La donnée"}, 75, Fraction(25)),
        ("lower-third", {"name": "Prénom Nom", "role": "Data analyst"}, 41, Fraction(30000, 1001)),
        ("text", {"text": "Collecter"}, 3, Fraction(25)),
        ("text", {"text": "Un"}, 1, Fraction(25)),
    ],
)
def test_moving_cards_come_hold_and_go(
    template: str, fields: dict[str, str], frames: int, rate: Fraction, tmp_path: Path, ffmpeg: Ffmpeg, course: Style
) -> None:
    made = replace(card(template, SMALLER, frames, **fields), rate=rate)
    normal = composed(made, course.brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    assert normal.frames == frames
    assert (normal.still, normal.alpha, normal.size) == (False, True, SMALLER)
    assert normal.box == normal.box.even()
    assert normal.box.within(SMALLER.box)
    assert json.loads((tmp_path / "normal.json").read_text()) == as_json(normal)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["normal.json", "picture.mp4"]
    pictures = frames_of(tmp_path, normal, ffmpeg)
    assert len(pictures) == frames
    seen = pictures[..., 3].reshape(frames, -1).mean(axis=1)
    middle = frames // 2
    assert pictures[middle][..., 3].max() > 250
    if frames > 20:
        assert 0 < seen[0] < 0.5 * seen[middle]
        assert 0 < seen[-1] < 0.5 * seen[middle]
        assert all(np.diff(seen[:6]) > 0)
        assert np.ptp(seen[20:31]) < 0.02 * seen[middle]
    # words are white to their very edges: no dark fringe comes from the ground they were drawn on
    if template == "title":
        edge = (pictures[middle][..., 3] > 40) & (pictures[middle][..., 3] < 200)
        assert pictures[middle][edge][:, :3].min() > 235


@pytest.mark.parametrize("size", [FULL, CORNER, Size(1018, 832), Size(960, 378)])
def test_slates_are_stills_however_long(size: Size, tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> None:
    made = card("slate-asset", size, 5000, reference="data-journey", seconds="200", words=LONG)
    normal = composed(made, course.brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    assert (normal.still, normal.frames, normal.alpha) == (True, 1, False)
    picture = np.asarray(Image.open(tmp_path / "picture.png"))
    assert picture.shape[:2] == (normal.box.height, normal.box.width)
    # the amber pencil is there
    amber = np.abs(picture[..., :3].astype(int) - (0xE8, 0xA4, 0x00)).max(axis=2) < 12
    assert amber.sum() > 100
    assert normal.box == size.box
    assert tuple(picture[8, 8][:3]) == (0x16, 0x16, 0x16)


def test_take_slate_is_white_type_and_a_ring_on_nothing(tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> None:
    made = card("slate-take", SMALLER, 500, number="3", words=LONG, seconds="20", shot="02")
    normal = composed(made, course.brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    assert (normal.still, normal.alpha) == (True, True)
    picture = np.asarray(Image.open(tmp_path / "picture.png"))
    assert (picture[..., 3] == 0).mean() > 0.6


def test_card_with_nothing_to_say(tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> None:
    normal = composed(card("title", text=" 🎉 "), course.brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    assert (normal.still, normal.alpha) == (True, True)
    assert np.asarray(Image.open(tmp_path / "picture.png"))[..., 3].max() == 0


@pytest.mark.parametrize("fields", [{"text": "Collecter, nettoyer"}, {"text": "Un", "place": "beside", "side": "left"}])
def test_white_words_read_on_a_white_picture(
    fields: dict[str, str], tmp_path: Path, ffmpeg: Ffmpeg, course: Style
) -> None:
    normal = composed(card("text", **fields), course.brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    held = frames_of(tmp_path, normal, ffmpeg)[14]
    opacity = held[..., 3:] / 255
    shown = held[..., :3] * opacity + 255 * (1 - opacity)
    words = (held[..., 3] > 250) & (held[..., 0] > 240)
    rows, columns = np.flatnonzero(words.any(axis=1)), np.flatnonzero(words.any(axis=0))
    around = shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    lightest_ground = np.percentile(around[held[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, 0] < 60], 95)
    assert (luminance(250) + 0.05) / (luminance(lightest_ground) + 0.05) >= 4.5


def luminance(level: float) -> float:
    """WCAG 2.2 relative luminance of a grey."""
    share = level / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def test_keys_name_the_look() -> None:
    one = card("title", text="La donnée")
    assert one.key == card("title", text="La donnée").key
    assert one.key != card("title", text="Les données").key
    assert one.key != replace(one, brand=Key("another")).key
    assert one.key != replace(one, recipe=one.recipe + 1).key
