import re
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from pipeline.media import shelf
from pipeline.page import Speaking, figures, page
from pipeline.words import Words
from tests.unit.told import report

JPEG = b"\xff\xd8\xff\xe0 not really"
TEMPLATE = shelf.page("report.html.j2")
FRENCH, ENGLISH = shelf.said_in("fr"), shelf.said_in("en")


class Seen(HTMLParser):
    """Every address, tag and piece of text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"src", "href"}:
                self.addresses.append(value or "")
            if name == "id":
                self.ids.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(words: Words = FRENCH, **changes: object) -> str:
    return page(report() | changes, words, {0: JPEG, 90: JPEG}, TEMPLATE)


def test_the_page_asks_nothing_of_a_network() -> None:
    html = page(report(), FRENCH, {0: JPEG}, TEMPLATE, {"400": b"\0\1\0\0", "mono": b"\0\1\0\0"})
    seen = Seen(html)
    assert "script" not in seen.tags
    assert "link" not in seen.tags
    assert all(address.startswith(("data:", "#line-")) for address in seen.addresses)
    assert all(address.startswith("data:") for address in re.findall(r'url\("?([^")]+)', html))


def test_every_link_leads_to_a_line_of_the_script() -> None:
    seen = Seen(shown())
    links = {address[1:] for address in seen.addresses if address.startswith("#")}
    assert "line-6" in links
    # a line that says nothing has no place in the script; the strip's title still names it
    assert links - seen.ids <= {"line-3"}


def test_what_people_wrote_is_text_and_never_markup() -> None:
    assert "<b>reste</b>" not in shown()
    assert "<b>reste</b>" in Seen(shown()).text


def test_one_cell_a_shot_true_to_length_its_frame_inside() -> None:
    html = shown()
    lengths = [float(length) for length in re.findall(r"--length: ([\d.]+)", html)]
    assert sum(lengths) == pytest.approx(1140 / 25)
    assert len(lengths) == len(report()["clips"])
    assert html.count("data:image/jpeg") == 2


def test_a_title_and_a_slate_carry_their_words_on_leader() -> None:
    cells = re.findall(r'class="says">([^<]+)<', shown())
    assert "Les trois étapes" in cells
    assert any(cell.startswith("Trois questions") for cell in cells)


def test_a_card_is_called_by_its_words_or_by_its_cue() -> None:
    band = {"frame": 14, "frames": 125, "name": "lower-third", "place": "over", "line": "a1"}
    assert "synthé" in Seen(shown(overlays=[band])).text
    assert "Camille Morel" in Seen(shown(overlays=[band | {"text": "Camille Morel"}])).text


def test_the_report_speaks_its_language() -> None:
    french, english = Seen(shown()).text, Seen(shown(ENGLISH)).text
    assert "Script annoté" in french
    assert "3 segments rendus sur 11, 8 repris" in french
    assert "Lined script" in english
    assert "3 of 11 segments rendered, 8 reused" in english
    assert '<html lang="en">' in shown(ENGLISH)


def test_nothing_rendered_is_said_in_words() -> None:
    text = Seen(shown(segments={"total": 11, "rendered": 0, "reused": 11})).text
    assert "aucun segment rendu, 11 repris" in text


def test_one_of_something_is_said_in_the_singular() -> None:
    text = Seen(shown(segments={"total": 11, "rendered": 1, "reused": 10}, slates=[])).text
    assert "1 segment rendu sur 11" in text
    assert "aucun carton" in text


def test_figures_stand_against_their_bars() -> None:
    states = {figure.code: figure.state for figure in figures(report()["metrics"], Speaking(FRENCH, Fraction(25)))}
    assert states["subject_inclusion"] == "held"
    assert states["jump_cuts"] == "failed"
    assert states["integrated_loudness_lufs"] == "held"
    assert states["true_peak_dbtp"] == "absent"
    assert states["words_missing"] == "told"


@pytest.mark.parametrize(
    ("code", "value", "state"),
    [
        ("subject_inclusion", 99.49, "failed"),
        ("subject_inclusion", 99.5, "held"),
        ("integrated_loudness_lufs", -15.4, "failed"),
        ("integrated_loudness_lufs", -16.6, "failed"),
        ("true_peak_dbtp", -0.9, "failed"),
        ("true_peak_dbtp", -1.0, "held"),
        ("static_jitter", 2.1e-5, "failed"),
    ],
)
def test_a_figure_beside_its_bar_fails(code: str, value: float, state: str) -> None:
    [figure] = figures({code: value}, Speaking(ENGLISH, Fraction(25)))
    assert figure.state == state


@pytest.mark.parametrize(
    ("code", "value", "french", "english"),
    [
        ("true_peak_dbtp", -1.35, "\u22121,35\u202fdBTP", "\u22121.35\u202fdBTP"),
        ("subject_inclusion", 100.0, "100\u202f%", "100\u202f%"),
        ("static_jitter", 3.1e-6, "3,1\u202f\u00d7\u202f10⁻⁶", "3.1\u202f\u00d7\u202f10⁻⁶"),
        ("headroom_error", 0.0, "0", "0"),
        ("words_written", 1234, "1\u202f234", "1\u202f234"),
    ],
)
def test_numbers_are_written_as_people_write_them(code: str, value: float, french: str, english: str) -> None:
    assert Speaking(FRENCH, Fraction(25)).measured(code, value) == french
    assert Speaking(ENGLISH, Fraction(25)).measured(code, value) == english


def test_frames_are_told_as_the_review_room_and_editing_programs_tell_them() -> None:
    ntsc = Speaking(ENGLISH, Fraction(30000, 1001))
    assert [ntsc.timecode(frame) for frame in (0, 29, 30, 1799, 1800)] == [
        "00:00;00", "00:00;29", "00:01;00", "00:59;29", "01:00;02"]  # fmt: skip
    assert Speaking(ENGLISH, Fraction(25)).timecode(61 * 25 + 7) == "01:01:07"


def test_a_draft_of_slates_alone_has_a_page() -> None:
    bare = report()
    clips = [
        clip | {"frame": 100 * place, "frames": 100, "kind": "slate", "rush": "", "take": None}
        for place, clip in enumerate(bare["clips"])
    ]
    html = shown(clips=clips, takes=[], cuts=[], overlays=[], warnings=[], timing={}, metrics={})
    assert 'class="stroke' not in html


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_word_meets_wcag_aa_in_both_themes(theme: int) -> None:
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TEMPLATE.split(":root {")[theme + 1].split("}")[0]))
    for ink in ("ink", "quiet", "mark", "bad", "good"):
        assert _contrast(tokens[ink], tokens["paper"]) >= 4.5, ink
    assert _contrast(tokens["on-leader"], tokens["leader"]) >= 4.5
    assert _contrast(tokens["pencil"], tokens["leader"]) >= 3
    assert _contrast(tokens["faint"], tokens["paper"]) >= 3  # strokes, not words (WCAG 1.4.11)


def test_both_languages_have_every_sentence() -> None:
    french, english = (
        {code.removesuffix(".one") for code in words.sentences if code.startswith("report.")}
        for words in (FRENCH, ENGLISH)
    )
    assert french == english
