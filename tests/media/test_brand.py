"""A brand, in light and in dark: words in the safe area, contrast on real pixels, the corner, the logo, the sheet."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline import edges
from pipeline.contrast import AA, AA_MARK, BLACK, WHITE, contrast, least_over_film, shaded
from pipeline.errors import NotFound, UnreadableMedia
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_desk import Lettering
from pipeline.media.card_layout import TEMPLATES, pieces
from pipeline.media.card_lines import joints, units
from pipeline.media.card_marks import pictured
from pipeline.media.card_text import Face, fitted, set_by_the_book
from pipeline.media.cards import composed, held
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.sheet import rows, sheet
from pipeline.placing import View, region
from pipeline.presets import Brand, Style
from pipeline.timeline import Card, Template
from pipeline.values import Key
from tests.media.test_cards import TEMPLATE_FIELDS, TEXTS

WIDE, UPRIGHT, SQUARE = Size(1920, 1080), Size(1080, 1920), Size(1080, 1080)
STYLES = shelf.style_names()
TONES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PLACES = ("", "over", "beside", "full", "corner")
OVER: tuple[tuple[Template, dict[str, str]], ...] = (
    ("lower-third", {"name": "Ana Roy", "role": "Analyste"}),
    ("chapter", {"text": "Pourquoi cela ?", "place": "over"}),
    ("text", {"text": "Collecter, nettoyer"}),
    ("text", {"text": "Un", "place": "beside", "side": "left"}),
)


def card(template: Template, size: Size = WIDE, **fields: str) -> Card:
    return Card(template, tuple(fields.items()), 50, size, Fraction(25), "fr", Key("brand"))


def test_no_brand_goes_unchecked() -> None:
    shipped = {path.stem for path in (Path(__file__).parents[2] / "presets" / "brand").glob("*.toml")}
    assert {shelf.style(name).brand.name for name in STYLES} == shipped, "what no style names is seen by no test here"


def brands() -> Iterator[Brand]:
    """Every brand of every style, in both tones."""
    for name in STYLES:
        for tone in TONES:
            yield replace(shelf.style(name).brand, tone=tone)


def over_film(one: Card, brand: Brand, film: str) -> tuple[np.ndarray, np.ndarray]:
    """The card as it is seen over plain film, and its own picture."""
    picture = held(one, brand, shelf.said_in("fr"))
    ground = Image.new("RGB", picture.size, film)
    ground.paste(picture, (0, 0), picture)
    return np.asarray(ground), np.asarray(picture)


def hexed(pixel: np.ndarray) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in pixel)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    template=st.sampled_from([one for one in TEMPLATES if one not in {"slate-asset", "progress"}]),
    texts=st.lists(TEXTS, min_size=5, max_size=5),
    place=st.sampled_from(PLACES),
    side=st.sampled_from(["", "left", "right"]),
    size=st.sampled_from([WIDE, UPRIGHT, SQUARE, Size(1280, 720), Size(640, 360)]),
    language=st.sampled_from(["fr", "en", "de", "ja"]),
)
def test_no_words_leave_the_safe_area(
    template: Template, texts: list[str], place: str, side: str, size: Size, language: str, course: Style
) -> None:
    fields = dict(zip(TEMPLATE_FIELDS[template], texts, strict=False)) | {"place": place, "side": side}
    brand = course.brand
    x, y = size.width * float(brand.safe), size.height * float(brand.safe)
    low = size.height * 0.9 if template == "slate-take" else edges.captions(brand, size).y
    for piece in pieces(replace(card(template, size, **fields), language=language), brand, shelf.said_in(language)):
        if not isinstance(piece, Lettering):
            height, width = piece.picture.shape[:2]
            assert Box(piece.x, piece.y, width, height).within(size.box)
            continue
        left, top, right, bottom = piece.face.at(piece.size).getbbox(piece.text, anchor="ls")
        # a swash, an accent or a descender may pass by a hair what type is measured by
        hair = 2 + piece.size // 4
        assert x - hair <= piece.x + left
        assert piece.x + right <= size.width - x + hair
        assert y - hair <= piece.baseline + top
        assert piece.baseline + bottom <= low + hair


def test_every_pair_of_colours_meets_aa() -> None:
    for brand in brands():
        own = brand.colours
        for colour in (own.ink, own.quiet, own.mark):
            assert contrast(colour, own.ground) >= AA, (brand.name, brand.tone, colour)
        assert least_over_film(own.ink, own.ground, float(own.shade)) >= AA
        assert contrast(brand.leader.mark, brand.leader.ground) >= AA


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_writes_in_colours_that_meet_aa(template: Template) -> None:
    filled = dict.fromkeys(TEMPLATE_FIELDS[template], "Une donnée") | {"number": "2", "of": "5"}
    for brand in brands():
        for place in PLACES:
            one = card(template, **(filled | {"place": place}))
            slate = template.startswith("slate")
            own = brand.leader if slate else brand.colours
            over = template in {"lower-third", "text"} or (template == "chapter" and place == "over")
            for piece in pieces(one, brand, shelf.said_in("fr")):
                if isinstance(piece, Lettering):
                    seen = (
                        least_over_film(piece.colour, own.ground, float(own.shade))
                        if over
                        else contrast(piece.colour, own.ground)
                    )
                    assert seen >= AA, (template, place, brand.tone, piece.text)


@pytest.mark.parametrize("film", [WHITE, BLACK, "#808080"])
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(("template", "fields"), OVER)
def test_words_read_on_any_film(
    template: Template, fields: dict[str, str], tone: Literal["light", "dark"], film: str, course: Style
) -> None:
    brand = replace(course.brand, tone=tone)
    shown, own = over_film(card(template, **fields), brand, film)
    ink = np.array([int(brand.colours.ink[at : at + 2], 16) for at in (1, 3, 5)])
    words = (np.abs(own[..., :3].astype(int) - ink).max(axis=2) < 8) & (own[..., 3] > 250)
    lines, across = np.flatnonzero(words.any(axis=1)), np.flatnonzero(words.any(axis=0))
    inside = np.zeros(words.shape, bool)
    inside[lines[0] : lines[-1] + 1, across[0] : across[-1] + 1] = True
    ground = shown[inside & (own[..., 3] < 255 * float(brand.colours.shade) + 4)]
    assert len(ground) > 500
    for part in (2, 50, 98):
        level = np.percentile(ground, part, axis=0)
        assert contrast(brand.colours.ink, hexed(np.rint(level))) >= AA


@pytest.mark.parametrize("tone", TONES)
def test_a_shade_has_no_edge(tone: Literal["light", "dark"], course: Style) -> None:
    brand = replace(course.brand, tone=tone)
    shown, own = over_film(card("text", text="Un"), brand, BLACK if tone == "light" else WHITE)
    row = shown[np.flatnonzero(own[..., 3].max(axis=1) > 100)[2], :, 0].astype(int)
    assert np.abs(np.diff(row)).max() <= 4
    # its last pixels have its colour still: none is darker than the film it lies on, nor lighter
    rising = np.maximum.accumulate if tone == "light" else np.minimum.accumulate
    half = row[: int(np.argmax(own[..., 3].max(axis=0)))]
    assert np.abs(rising(half) - half).max() <= 1


@pytest.mark.parametrize(
    ("number", "of", "tone", "size"),
    [
        (1, 2, "light", WIDE),
        (2, 5, "dark", UPRIGHT),
        (5, 5, "light", SQUARE),
        (7, 12, "dark", WIDE),
        (17, 24, "light", UPRIGHT),
    ],
)
def test_the_corner_tells_how_far_one_is(
    number: int, of: int, tone: Literal["light", "dark"], size: Size, course: Style
) -> None:
    brand = replace(course.brand, tone=tone)
    style = replace(course, size=size, brand=brand)
    for film in (WHITE, BLACK):
        shown, own = over_film(card("progress", size, number=str(number), of=str(of)), brand, film)
        rows_, columns = (np.flatnonzero((own[..., 3] > 0).any(axis=axis)) for axis in (1, 0))
        box = Box(int(columns[0]), int(rows_[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows_)) + 1)
        assert box.x >= size.width // 2
        thick = box.height // 3
        assert box.right - thick <= size.width * (1 - float(brand.safe)) + 1
        for place in ("corner", "beside"):
            for face in ("left", "right"):
                assert box.common(region(place, "", View(side=face), style)) is None
        line = shown[box.y + box.height // 2, box.x : box.right]
        lit = np.abs(line.astype(int) - int(brand.colours.ink[1:3], 16)).max(axis=1) < 8
        reach = np.flatnonzero(lit)[-1] + 1 - thick
        assert reach / (box.width - 2 * thick) == pytest.approx(number / of, abs=0.06)
        assert contrast(brand.colours.ink, hexed(shown[box.y, box.x + 1])) >= AA_MARK
        unlit = shaded(film, brand.colours.ground, float(brand.colours.shade))
        assert number == of or contrast(hexed(line[-box.height]), unlit) > 1.2


def test_a_corner_of_nothing_is_nothing(course: Style) -> None:
    for fields in ({}, {"number": "0", "of": "3"}, {"number": "4", "of": "3"}):
        assert pieces(card("progress", **fields), course.brand, shelf.said_in("fr")) == ()


@pytest.mark.parametrize("tone", TONES)
def test_the_end_card_shows_the_logo(
    tone: Literal["light", "dark"], tmp_path: Path, ffmpeg: Ffmpeg, course: Style
) -> None:
    brand = replace(course.brand, tone=tone)
    normal = composed(card("end", text="La donnée", name="Ana Roy"), brand, tmp_path, ffmpeg, shelf.said_in("fr"))
    assert (normal.frames, normal.alpha, normal.still) == (50, True, False)
    picture = np.asarray(held(card("end", text="La donnée"), brand, shelf.said_in("fr")))
    mark = np.array([int(brand.colours.mark[at : at + 2], 16) for at in (1, 3, 5)])
    pencil = (np.abs(picture[..., :3].astype(int) - mark).max(axis=2) < 10) & (picture[..., 3] > 200)
    assert pencil.sum() > 200
    assert np.flatnonzero(pencil.any(axis=1))[-1] < WIDE.height // 3


def test_a_chapter_is_counted_in_the_words_of_its_language(course: Style) -> None:
    for language, wanted in (("fr", "Chapitre 2 sur 5"), ("en", "Chapter 2 of 5")):
        one = replace(card("chapter", text="La donnée", number="2", of="5"), language=language)
        said = [p.text for p in pieces(one, course.brand, shelf.said_in(language)) if isinstance(p, Lettering)]
        assert said == ["La donnée", wanted]


def test_slates_are_leader_in_either_tone(course: Style) -> None:
    light = replace(course.brand, tone="light")
    one = card("slate-asset", Size(960, 540), reference="collecte")
    assert held(one, light, shelf.said_in("fr")).tobytes() == held(one, course.brand, shelf.said_in("fr")).tobytes()
    title = card("title", Size(960, 540), text="Oui")
    assert held(title, light, shelf.said_in("fr")).tobytes() != held(title, course.brand, shelf.said_in("fr")).tobytes()


def test_a_logo_is_a_picture_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no logo studio\.png in presets/brand/logos"):
        shelf.logo("studio.png")
    broken = tmp_path / "logo.png"
    broken.write_text("<svg/>")
    with pytest.raises(UnreadableMedia, match="the logo cannot be read"):
        pictured(broken, Size(10, 10))
    Image.new("RGB", (400, 100), "red").save(broken)
    assert pictured(broken, Size(100, 100)).shape == (25, 100, 4)


# --- lines ---


def lines_of(text: str, width: int, language: str, most: int = 4) -> tuple[str, ...]:
    face = Face(shelf.font("AtkinsonHyperlegibleNext-Bold.ttf"))
    said = set_by_the_book(text, face, language)
    block = fitted(said, face, width, 400, largest=40, least=39, lines=most, leading=1.16, language=language)
    return block.lines


@pytest.mark.parametrize(
    ("text", "width", "language", "wanted"),
    [
        ("Comment lire la carte des océans", 380, "fr", ("Comment lire", "la carte des océans")),
        ("Une valeur plausible, mais fausse", 420, "fr", ("Une valeur plausible,", "mais fausse")),
        ("How to read the map of the oceans", 430, "en", ("How to read the map", "of the oceans")),
        ("Est-ce vrai ? Oui : « toujours » !", 360, "fr", None),
    ],
)
def test_no_line_ends_with_an_article(text: str, width: int, language: str, wanted: tuple[str, ...] | None) -> None:
    lines = lines_of(text, width, language)
    if wanted:
        assert lines == wanted
    assert not any(line.split()[-1].casefold() in {"la", "des", "the", "of", "«"} for line in lines[:-1])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(["le", "la", "donnée", "peut-être", "?", "!", ":", ";", "«", "»", "10", "%", "a/b", "—"])),
    st.integers(40, 600),
)
def test_french_signs_never_part_from_their_words(words: list[str], width: int) -> None:
    # what no French text has: signs without a word
    written = " ".join(f"mot {word}" if word in "?!:;»%" else f"{word} mot" if word == "«" else word for word in words)
    lines = lines_of(written, width, "fr", most=8)
    assert not any(line[0] in "?!:;»%" for line in lines if line)
    assert not any(line.endswith("«") for line in lines)


def test_scripts_without_spaces_break_by_unicode() -> None:
    assert units("日本語の文章、です。") == ("日", "本", "語", "の", "文", "章、", "で", "す。")
    assert units("peut-être et/ou 10 000") == ("peut-être ", "et/ou ", "10 ", "000")
    assert joints("motion/collecte-des", 19) == [("motion/", "collecte-des"), ("motion/collecte-", "des")]


# --- the sheet ---


def test_the_sheet_shows_every_card() -> None:
    style = shelf.style("interview")
    assert {row.template for row in rows(style)} == set(TEMPLATES)
    drawn = sheet(style, shelf.said_in("en"))
    assert drawn.width == 2400
    paper = np.asarray(drawn)
    assert tuple(paper[4, 4]) == (0xFA, 0xFA, 0xF9)
    # nothing is written on the margins
    assert (paper[:, :90] == paper[4, 4]).all()
    assert (paper[:, -90:] == paper[4, 4]).all()
    assert (paper[-60:] == paper[4, 4]).all()
    # both tones: black cards on the left, paper ones with a hairline on the right
    dark, light = (paper[600, at : at + 400].mean() for at in (110, 1230))
    assert dark < 60
    assert light > 200
    # what is too long to be read is told in pencil
    assert (np.abs(paper.astype(int) - (0x8A, 0x5A, 0x00)).max(axis=2) < 8).sum() > 1000
