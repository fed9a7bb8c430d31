"""What must hold of every timeline, whatever the script, the takes and the cues; and the cut an editor would make."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.geometry import overlap
from pipeline.segments import check
from pipeline.spans import Span, sample_at
from pipeline.takes import Telling
from pipeline.timeline import Filmed, Moving, Timeline
from tests.unit.lessons import Lesson, lesson, moving, rejected, still, tune

CUES = (
    "[frame close]", "[frame gros plan]", "[frame auto]", "[frame medium left]", "[frame left]",
    "[frame close push 2s]",
    "[frame push 3s]", "[cut]", "[pause 2s]", "[pause 12f]", "[keep]", "[/keep]", "[show data]", "[show data beside]",
    "[show data beside left for 2s]", "[/show]", "[show gone full for 3s]", "[show gone corner]", "[show clip full]",
    "[show clip over]", "[title Une étape]", "[lower-third Ana | Prof]", "[lower-third]", '[text "mot"]', "[music air]",
    "[sound gong]", "[sound gone]", "[fin]",
)  # fmt: skip
ASSETS = (still("data"), moving("clip", 60, alpha=False), tune("air", 90_000), tune("gong", 20_000))


def pieces(timeline: Timeline):
    return list(zip(timeline.clips, timeline.spans(), strict=True))


def filmed(timeline: Timeline):
    return [(clip, span) for clip, span in pieces(timeline) if isinstance(clip.picture, Filmed)]


def shown(timeline: Timeline):
    return [getattr(clip.picture, "framing", None) or clip.picture.kind for clip in timeline.clips]


def remarks(timeline: Timeline):
    return [remark.code for remark in timeline.remarks]


def first_box(picture: Filmed):
    return picture.path.knots[0].box if isinstance(picture.path, Moving) else picture.path.box


def last_box(picture: Filmed):
    return picture.path.knots[-1].box if isinstance(picture.path, Moving) else picture.path.box


@st.composite
def paragraphs(draw) -> str:
    """One paragraph of one to three sentences, cues strewn among the words."""
    out: list[str] = []
    opened: set[str] = set()
    for _ in range(draw(st.integers(1, 3))):
        for _line in range(draw(st.integers(1, 8))):
            cue = draw(st.sampled_from(CUES)) if draw(st.integers(0, 6)) == 0 else ""
            name = cue.strip("[]/").split(" ")[0]
            if cue.startswith("[/"):
                cue = cue if name in opened else ""
                opened.discard(name)
            elif name == "keep" and name in opened:
                cue = ""
            elif name in {"keep", "show"}:
                opened.add(name)
                if "for" in cue:
                    opened.discard(name)
            word = draw(st.sampled_from(("mot", "mot", "mot", "mot", "**mot**", "mot,", "(mot)")))
            out += [cue, word] if cue else [word]
        out[-1] += "."
    return " ".join((*out, "[/keep]") if "keep" in opened else out)


@st.composite
def written(draw) -> Lesson:
    """Any small lesson: cues anywhere, takes missing, changing and interrupted, few framings or many."""
    counts = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    text = "".join(
        f"# Séquence {index}\n\n" + "".join(draw(paragraphs()) + "\n\n" for _ in range(count))
        for index, count in enumerate(counts)
    )
    takes = [draw(st.sampled_from((1, 1, 1, 2, None))) for _ in range(sum(counts))]
    names = ("wide", "medium", "close", "closeup")[: draw(st.integers(1, 4))]
    pauses = draw(st.dictionaries(st.integers(1, 40), st.integers(0, 150), max_size=4))
    rate = draw(st.sampled_from((Fraction(25), Fraction(30000, 1001))))
    case = lesson(text, takes, names, draw(st.booleans()), ASSETS, pauses, rate)
    if draw(st.booleans()) and case.footage.rushes:
        start = draw(st.integers(0, 300))
        case = rejected(case, Span(start, start + draw(st.integers(1, 60))))
    return case


@settings(max_examples=60, deadline=None)
@given(written())
def test_what_holds_of_every_timeline(case):
    timeline = case.timeline()
    check(timeline, case.footage)
    words_are_all_there_once_and_in_order(case, timeline)
    nothing_is_cut_inside_a_word(case, timeline)
    sound_is_where_the_picture_is(case, timeline)
    joins_change_the_framing(case, timeline)
    the_rest_is_continuous(timeline)
    nothing_asked_for_is_dropped(case, timeline)
    assert case.timeline() == timeline


def test_a_graphic_covers_no_cut_after_the_next_one_has_taken_its_place():
    first = "mot [show data] mot mot [show clip full] mot.\n\n"
    case = lesson(f"# Un\n\n{first}[frame close] mot mot mot.\n\n[frame close] mot.\n", names=("wide",), assets=ASSETS)
    timeline = case.timeline()
    assert [overlay.name for overlay in timeline.overlays] == ["data", "clip"]
    joins_change_the_framing(case, timeline)


def words_are_all_there_once_and_in_order(case, timeline):
    wanted: list[tuple[str, int]] = []
    for told in case.chosen.told:
        indices = [one.word for one in told.said] if isinstance(told, Telling) else list(told.words)
        wanted += [(told.line, index) for index in indices]
    assert [(word.line, word.word) for clip in timeline.clips for word in clip.words] == wanted


def nothing_is_cut_inside_a_word(case, timeline):
    for clip in timeline.clips:
        if isinstance(clip.picture, Filmed):
            for told in case.chosen.told:
                if isinstance(told, Telling) and case.chosen.takes[told.take].rush == clip.picture.rush:
                    for one in told.said:
                        for edge in (clip.picture.span.start, clip.picture.span.stop):
                            assert not one.span.start < edge < one.span.stop


def sound_is_where_the_picture_is(case, timeline):
    voices = [sound for sound in timeline.sounds if sound.kind == "voice"]
    for clip, span in filmed(timeline):
        begins = sample_at(span.start, timeline.rate)
        ends = sample_at(span.start + clip.picture.span.frames, timeline.rate)
        voice = next(one for one in voices if one.at <= begins and ends <= one.stop and one.key == clip.picture.key)
        heard = voice.source.start + begins - voice.at
        assert abs(heard - sample_at(clip.picture.span.start, timeline.rate)) <= 2
    frames = sum(clip.picture.span.frames for clip, _ in filmed(timeline))
    heard = sum(voice.source.frames for voice in voices)
    assert abs(heard - sample_at(frames, timeline.rate)) <= len(timeline.clips)


def joins_change_the_framing(case, timeline):
    excused = {remark.line for remark in timeline.remarks if remark.code == "jump-cut"}
    fills = [one.at for one in timeline.overlays if one.place == "full"]
    for (before, _), (clip, span) in pairwise(pieces(timeline)):
        if not clip.joins:
            continue
        if any(at.start <= span.start <= at.stop for at in fills):
            continue
        one, other = last_box(before.picture), first_box(clip.picture)
        ratio = max(Fraction(one.height, other.height), Fraction(other.height, one.height))
        pushed = isinstance(before.picture.path, Moving) or isinstance(clip.picture.path, Moving)
        if not pushed and (overlap(one, other) > Fraction(1, 2) or ratio < Fraction(141, 100)):
            assert clip.line in excused


def the_rest_is_continuous(timeline):
    for before, clip in pairwise(timeline.clips):
        if isinstance(before.picture, Filmed) and isinstance(clip.picture, Filmed) and not clip.joins:
            assert before.picture.rush == clip.picture.rush
            assert before.picture.span.stop == clip.picture.span.start
        assert clip.why


def nothing_asked_for_is_dropped(case, timeline):
    asked = [
        cue
        for line in case.script.lines
        for cue in line.cues
        if cue.name in {"show", "title", "end", "text", "lower-third"}
    ]
    slates = [slate for slate in timeline.slates if slate.kind == "take"]
    found = remarks(timeline)
    wanted = len(asked) + len(slates) + found.count("scene-title") - found.count("no-name")
    assert len(timeline.overlays) == wanted
    for overlay in timeline.overlays:
        assert overlay.at.within(Span(0, timeline.frames))


def test_a_scene_that_can_only_begin_with_a_jump_begins_with_its_title():
    text = "# Un\n\nBonjour à tous les gens.\n\n# Deux\n\nVoici la suite de tout.\n"
    timeline = lesson(text, [1, 2], ("wide",)).timeline()
    assert shown(timeline) == ["wide", "title", "wide"]
    assert remarks(timeline) == ["scene-title"]
    assert [card.field("text") for card in timeline.cards] == ["Deux"]
    assert timeline.chapters[1].frame == timeline.spans()[1].start
    # with framings that differ enough, or with no title to show, there is none
    assert shown(lesson(text, [1, 2]).timeline()).count("title") == 0
    untitled = lesson("# Un\n\nBonjour à tous les gens.\n\nVoici la suite de tout.\n", [1, 2], ("wide",)).timeline()
    assert remarks(untitled) == ["jump-cut"]
