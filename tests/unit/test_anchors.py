from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.anchors import followed, heirs, holds
from pipeline.lines import bare, kept, text
from tests.unit.test_lines import ONE, THREE, TWO, Written, edits, script


def test_words_follow_a_split_a_merge_and_a_move() -> None:
    first, second = TWO.split(" Puis ")
    old = script(ONE, TWO, THREE)
    one, two, three = (line.id for line in old.lines)
    new = kept(old, script(THREE, ONE, first, "Puis " + second))
    part = new.lines[3].id
    assert heirs(old, new) == {one: (one,), two: (two, part), three: (three,)}
    places = followed(old, new)
    words = [bare(word.text) for word in old.lines[1].words]
    assert places[two, words.index("source")] == (two, words.index("source"))
    assert places[two, words.index("puis") + 3] == (part, 3)
    back = kept(new, script(THREE, ONE, TWO))
    assert followed(new, back)[part, 3] == (two, words.index("puis") + 3)
    assert heirs(new, back)[part] == (two,)


def test_a_word_that_is_gone_is_followed_nowhere_and_new_text_after_it_is_no_part() -> None:
    old = script("Une donnée fausse coûte plus cher, retenez-le bien pour la suite.")
    (line,) = old.lines
    new = kept(
        old, script("Une donnée fausse coûte plus cher, retenez-le bien.", "Pour la prochaine fois, préparez un café.")
    )
    assert heirs(old, new) == {line.id: (line.id,)}
    gone = [index for index in range(len(line.words)) if (line.id, index) not in followed(old, new)]
    assert [line.words[index].text for index in gone] == ["pour", "la", "suite."]


@settings(max_examples=60, deadline=None)
@given(edits())
def test_a_word_is_only_ever_followed_to_the_same_word(made: tuple[list[list[str]], list[Written]]) -> None:
    before, after = made
    old = script(*(" ".join(words) for words in before))
    new = kept(old, script(*(" ".join(line.words) for line in after)))
    places = followed(old, new)
    assert len(set(places.values())) == len(places)
    for (line, word), (now, index) in places.items():
        assert bare(old.line(line).words[word].text) == bare(new.line(now).words[index].text)
        assert now in heirs(old, new)[line]


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_an_untouched_script_keeps_every_word_in_place(data: Any) -> None:
    before, _ = data.draw(edits())
    old = script(*(" ".join(words) for words in before))
    assert all(here == there for here, there in followed(old, kept(old, old)).items())
    assert all(holds(line, text(line)) for line in old.lines)
