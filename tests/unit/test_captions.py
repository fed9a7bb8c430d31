from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions import GAP, LINE, LINGER, LONGEST, SHORTEST, Caption, captions, srt, vtt
from pipeline.geometry import Size
from pipeline.spans import STANDARD_RATES, Span, frames_in
from pipeline.timeline import Clip, Plain, Spoken, Timeline

SLATE = Plain("#161616")
TITLE = Plain("#161616", "title")


def said(text: str, speed: int = 15, rate: int = 25, pause: int = 8, tail: int = 10) -> Clip:
    """A clip that says the words, `~` for a no-break space, at so many characters a second."""
    words: list[Spoken] = []
    at = 0
    for number, word in enumerate(text.split(" ")):
        frames = max(2, len(word) * rate // speed)
        words.append(Spoken("a", number, word.replace("~", "\u00a0"), Span(at, at + frames)))
        at += frames + (pause if word.endswith((".", "?", "!")) else 1)
    return Clip(SLATE, at + tail, "a", tuple(words))


def film(*clips: Clip, rate: Fraction = Fraction(25), language: str = "fr") -> Timeline:
    return Timeline(rate, Size(1920, 1080), language, clips)


def lines(*clips: Clip, language: str = "fr") -> list[tuple[str, ...]]:
    return [caption.lines for caption in captions(film(*clips, language=language))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour~! Bienvenue dans ce cours.", [("Bonjour\u00a0! Bienvenue dans ce cours.",)]),
        (
            "Dans ce chapitre, nous allons suivre la donnée, étape par étape, de la source au tableau de bord.",
            [
                ("Dans ce chapitre,", "nous allons suivre la donnée,"),
                ("étape par étape,", "de la source au tableau de bord."),
            ],
        ),
        (
            "Retenez bien ceci~: une donnée fausse coûte plus cher qu'une donnée absente.",
            [("Retenez bien ceci\u00a0: une donnée fausse", "coûte plus cher qu'une donnée absente.")],
        ),
        ("«~Pourquoi~?~» me direz-vous.", [("«\u00a0Pourquoi\u00a0?\u00a0» me direz-vous.",)]),
        (
            "Cette année les ventes ont atteint plus de 10~000 euros par mois en moyenne.",
            [("Cette année les ventes ont atteint", "plus de 10\u00a0000 euros par mois en moyenne.")],
        ),
    ],
)
def test_lines_are_broken_where_a_reader_would_breathe(text: str, expected: list[tuple[str, ...]]) -> None:
    assert lines(said(text)) == expected


def test_english_breaks_before_a_conjunction_never_after_an_article() -> None:
    text = "The number that you read on the dashboard and the number in the source are the same."
    for caption in lines(said(text), language="en"):
        assert not any(line.endswith((" the", " and", " in")) for line in caption)


def test_a_caption_begins_with_its_first_word_and_stays_while_it_is_read() -> None:
    clip = said("Un mot.", tail=200)
    (caption,) = captions(film(Clip(SLATE, 50), clip))
    assert caption.span == Span(50, 50 + 25)
    (caption,) = captions(film(Clip(SLATE, 300, "a", (Spoken("a", 0, "x" * 34, Span(10, 30)),))))
    assert caption.span == Span(10, 60)  # 34 characters: 2 s
    (caption,) = captions(film(Clip(SLATE, 300, "a", (Spoken("a", 0, "x" * 42, Span(10, 12)),))))
    assert caption.span == Span(10, 12 + frames_in(LINGER, Fraction(25)))


def test_a_pause_of_two_seconds_parts_captions() -> None:
    clip = said("Un mot,", tail=80)
    assert lines(clip, said("un autre.")) == [("Un mot,",), ("un autre.",)]


def test_no_caption_stands_over_a_title() -> None:
    shown = captions(film(said("Un mot.", tail=0), Clip(TITLE, 75), said("Deux.", tail=0)))
    first, second = (caption.span for caption in shown)
    title = Span(first.stop, first.stop + 75)
    assert first.stop <= said("Un mot.", tail=0).frames
    assert second.start >= said("Un mot.", tail=0).frames + 75
    assert not second.meets(title)


def test_no_words_no_captions() -> None:
    assert captions(film(Clip(SLATE, 100), Clip(TITLE, 20))) == ()
    assert captions(film()) == ()
    assert vtt((), Fraction(25)) == "WEBVTT\n"
    assert srt((), Fraction(25)) == ""


def test_a_word_wider_than_a_line_is_cut() -> None:
    word = "https://" + "a" * 150
    clip = Clip(SLATE, 100, "a", (Spoken("a", 0, word, Span(0, 90)),))
    parts = [line for caption in lines(clip) for line in caption]
    assert "".join(parts) == word
    assert all(len(part) <= LINE for part in parts)


SHOWN = (
    Caption(Span(0, 25), ("Un & deux < trois",)),
    Caption(Span(25, 26), ("--> quatre", "cinq")),
    Caption(Span(90_000, 90_100), ("fin",)),
)


def test_vtt() -> None:
    assert vtt(SHOWN, Fraction(25)) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nUn &amp; deux &lt; trois\n"
        "\n00:00:01.000 --> 00:00:01.040\n--&gt; quatre\ncinq\n"
        "\n01:00:00.000 --> 01:00:04.000\nfin\n"
    )


def test_vtt_says_where_captions_of_a_tall_film_stand() -> None:
    assert "00:00:00.000 --> 00:00:01.000 line:70%\nUn" in vtt(SHOWN, Fraction(25), Fraction(7, 10))


def test_srt() -> None:
    assert srt(SHOWN, Fraction(30000, 1001)) == (
        "1\n00:00:00,000 --> 00:00:00,834\nUn & deux < trois\n"
        "\n2\n00:00:00,834 --> 00:00:00,868\n→ quatre\ncinq\n"
        "\n3\n00:50:03,000 --> 00:50:06,337\nfin\n"
    )


WORD = st.text("aàé", min_size=1, max_size=12)


@st.composite
def films(draw: Any) -> Timeline:
    """Clips that speak, are silent, or are titles, at any rate; words apart or touching."""
    clips: list[Clip] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["speech", "speech", "speech", "silence", "title"]))
        if kind != "speech":
            clips.append(Clip(TITLE if kind == "title" else SLATE, draw(st.integers(1, 120))))
            continue
        at = draw(st.integers(0, 20))
        words: list[Spoken] = []
        for number in range(draw(st.integers(1, 14))):
            text = draw(WORD) + draw(st.sampled_from(["", "", "", ",", ".", "\u00a0!", "-" + "x" * 40]))
            frames = draw(st.integers(2, 30))
            words.append(Spoken("a", number, text, Span(at, at + frames)))
            at += frames + draw(st.sampled_from([0, 0, 1, 10, 80]))
        clips.append(Clip(SLATE, at + draw(st.integers(0, 30)), "a", tuple(words)))
    return film(
        *clips, rate=draw(st.sampled_from(STANDARD_RATES)), language=draw(st.sampled_from(["fr", "en-GB", "de"]))
    )


@settings(max_examples=25, deadline=None)
@given(films())
def test_captions_carry_every_word_once_and_stay_within_bounds(timeline: Timeline) -> None:
    shown = captions(timeline)
    spoken = [word.text for clip in timeline.clips for word in clip.words]
    assert "".join(" ".join(caption.lines) for caption in shown).replace(" ", "") == "".join(spoken)
    titles = [place for clip, place in zip(timeline.clips, timeline.spans(), strict=True) if clip.picture == TITLE]
    for caption in shown:
        assert 1 <= len(caption.lines) <= 2
        assert caption.span.frames <= LONGEST * timeline.rate
        assert caption.span.stop <= timeline.frames
        assert not any(caption.span.meets(title) for title in titles)
        assert all(len(line) > 0 and line == line.strip() for line in caption.lines)
    for before, after in pairwise(shown):
        assert before.span.stop <= after.span.start
    for number, caption in enumerate(shown):
        after = shown[number + 1].span.start if number + 1 < len(shown) else timeline.frames
        if after - caption.span.start >= SHORTEST * timeline.rate + GAP + 1 and not titles:
            assert caption.span.frames >= SHORTEST * timeline.rate - 1
    written = vtt(shown, timeline.rate).split("\n")
    times = [part for line in written if " --> " in line for part in line.split(" --> ")]
    assert times == sorted(times)
    assert len(times) == 2 * len(shown)
