from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lines import KEPT, SHORT, SPELT, kept, similarity, text
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.script import Line, Script
from pipeline.values import as_json, from_json


def script(*paragraphs: str) -> Script:
    return read("\n\n".join(paragraphs), shelf.framings())


def revised(before: list[str], after: list[str]) -> tuple[dict[str, str], Script]:
    """The name of each old line by its id (`a`, `b` …), and the new revision."""
    old = script(*before)
    names = {line.id: "abcdefgh"[number] for number, line in enumerate(old.lines)}
    return names, kept(old, script(*after))


ONE = "Bonjour et bienvenue dans ce cours sur la donnée."
TWO = "Nous allons suivre un chiffre, de sa source au tableau de bord. Puis nous verrons qui le lit."
THREE = "Une donnée fausse coûte plus cher qu'une donnée absente, retenez-le bien."


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        ([ONE, TWO, THREE], [ONE, TWO, THREE], "abc"),
        ([ONE, TWO, THREE], [THREE, ONE, TWO], "cab"),
        ([ONE, TWO, THREE], [ONE, THREE], "ac"),
        ([ONE, THREE], [ONE, TWO, THREE], "a-b"),
        ([ONE, TWO], [ONE.replace("cours", "chapitre"), TWO], "ab"),
        ([ONE, TWO], [ONE.upper().replace("É", "E"), TWO], "ab"),
        ([ONE, TWO, THREE], [THREE.replace("cher", "lourd"), ONE, TWO.replace("chiffre", "nombre")], "cab"),
        ([ONE, TWO], [ONE, *TWO.split(" Puis ")], "ab-"),
        ([TWO], ["Nous allons", TWO.removeprefix("Nous allons ")], "a-"),
        ([ONE, TWO, THREE], [ONE + " " + TWO, THREE], "ac"),
        ([ONE, TWO], [f"[frame close] {ONE}", f"**{TWO}**"], "ab"),
        (["Bienvenu."], ["Bienvenue."], "a"),
        (["Oui."], ["Non."], "-"),
        (["Oui.", "Oui."], ["Oui.", ONE, "Oui."], "a-b"),
        (["[title Bonjour]"], ["Bonjour"], "-"),
        (["[title Les trois étapes]"], ["[title Les quatre étapes]"], "a"),
        ([ONE], ["Tout autre chose est écrit ici, sans rapport aucun."], "-"),
        ([], [ONE], "-"),
        ([ONE], [], ""),
    ],
)
def test_lines_find_themselves(before: list[str], after: list[str], ids: str) -> None:
    names, new = revised(before, after)
    assert "".join(names.get(line.id, "-") for line in new.lines) == ids


def test_a_line_inserted_before_a_changed_one_does_not_take_its_id() -> None:
    names, new = revised([TWO], ["Nous allons suivre", TWO.replace("chiffre", "nombre")])
    assert [names.get(line.id) for line in new.lines] == [None, "a"]


def test_a_merged_line_records_the_other() -> None:
    old = script(ONE, TWO, THREE)
    one, two, _ = (line.id for line in old.lines)
    merged = kept(old, script(ONE + " " + TWO, THREE))
    assert (merged.lines[0].id, merged.lines[0].merged) == (one, (two,))
    again = kept(merged, script(f"{ONE} {TWO} {THREE}"))
    assert again.lines[0].merged == (two, merged.lines[1].id)
    assert kept(again, script(f"{ONE} {TWO} {THREE}")).lines == again.lines


def test_an_id_given_in_the_file_wins() -> None:
    old = script(ONE, TWO + " {#two}")
    named = kept(old, script(ONE + " {#one}", "Tout autre chose. {#two}", TWO))
    assert [line.id for line in named.lines[:2]] == ["one", "two"]
    assert named.lines[0].merged == (old.lines[0].id,)
    assert named.lines[2].id not in {line.id for line in old.lines}
    unnamed = kept(old, script(ONE, TWO))
    assert [line.id for line in unnamed.lines] == [old.lines[0].id, "two"]


def test_ranges_follow_their_lines() -> None:
    old = script(ONE, f"[show a] {TWO}", f"{THREE} [/show]")
    new = kept(old, script(f"[show a] {TWO.replace('chiffre', 'nombre')}", f"{THREE} [/show] {ONE}"))
    assert new.lines[0].cues[0].until == (old.lines[2].id, len(old.lines[2].words))
    assert from_json(Script, as_json(new)) == new


def test_an_id_is_not_used_again() -> None:
    first = script(ONE)
    gone = first.lines[0].id
    assert kept(script(TWO), script(TWO, ONE), {gone}).lines[1].id == f"{gone}-2"
    changed = kept(first, script(ONE.replace("cours", "chapitre")))
    assert [line.id for line in kept(changed, script(changed.lines[0].text, ONE)).lines] == [gone, f"{gone}-2"]


WORDS = [one + other for one in ("ba", "ce", "di", "fo", "gu", "ha", "ki", "lu") for other in "bdfglmnprst"]


@dataclass
class Written:
    """A paragraph of the revision, and the number of the old line that it is, when nobody touched it."""

    words: list[str]
    untouched: int | None = None


@st.composite
def edits(draw: Any, start: list[list[str]] | None = None) -> tuple[list[list[str]], list[Written]]:
    """A script (or that one) and a revision of it: words changed, lines put in, taken out, moved, split, merged."""
    word = st.sampled_from(WORDS)
    old = start or draw(st.lists(st.lists(word, min_size=1, max_size=9), min_size=1, max_size=6))
    new = [Written(list(words), number) for number, words in enumerate(old)]
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["word", "insert", "delete", "move", "split", "merge"]))
        at = draw(st.integers(0, max(0, len(new) - 1)))
        if kind == "insert":
            new.insert(at, Written(draw(st.lists(word, min_size=1, max_size=9))))
        elif not new:
            continue
        elif kind == "word":
            words = list(new[at].words)
            words[draw(st.integers(0, len(words) - 1))] = draw(word)
            new[at] = Written(words)
        elif kind == "delete":
            del new[at]
        elif kind == "move":
            new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
        elif kind == "split" and len(new[at].words) > 1:
            cut = draw(st.integers(1, len(new[at].words) - 1))
            new[at : at + 1] = [Written(new[at].words[:cut]), Written(new[at].words[cut:])]
        elif kind == "merge" and at + 1 < len(new):
            new[at : at + 2] = [Written(new[at].words + new[at + 1].words)]
    return old, new


def same_words(old: Line, new: Line) -> bool:
    """At least half of the words of the shorter of the two stand in the other; or few words, nearly spelt so."""
    one, other = text(old), text(new)
    common = (Counter(one) & Counter(other)).total()
    short = max(len(one), len(other)) <= SHORT and similarity(one, other) >= SPELT
    return common >= KEPT * min(len(one), len(other)) or short


@settings(max_examples=40, deadline=None)
@given(edits())
def test_no_id_ever_lands_on_other_words(made: tuple[list[list[str]], list[Written]]) -> None:
    before, after = made
    old = script(*(" ".join(words) for words in before))
    new = kept(old, script(*(" ".join(line.words) for line in after)))
    assert len({line.id for line in new.lines}) == len(new.lines)
    known = {line.id: line for line in old.lines}
    for line in new.lines:
        for source in (line.id, *line.merged):
            if source in known:
                assert same_words(known[source], line)
    for written, line in zip(after, new.lines, strict=True):
        # of two lines with the very same words either may be the one that stayed
        alone = before.count(written.words) == 1 == [one.words for one in after].count(written.words)
        if written.untouched is not None and alone:
            assert line.id == old.lines[written.untouched].id


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2), st.integers(1, 7))
def test_the_first_part_of_a_split_line_keeps_its_id(at: int, cut: int) -> None:
    before = [WORDS[number * 8 : number * 8 + 8] for number in range(3)]
    after = [*before[:at], before[at][:cut], before[at][cut:], *before[at + 1 :]]
    old, new = (script(*(" ".join(line) for line in some)) for some in (before, after))
    forward, back = kept(old, new), kept(new, old)
    ids = [line.id for line in old.lines]
    assert [line.id for number, line in enumerate(forward.lines) if number != at + 1] == ids
    # and the two parts made one again: the first part's id, the other recorded
    assert back.lines[at].id == new.lines[at].id
    assert back.lines[at].merged == (new.lines[at + 1].id,)
