"""A studio's own presets: they go before those shipped, file by file, and whatever of them changes changes the keys."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import NotFound, PipelineError, PresetError
from pipeline.footage import Media
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.card_marks import pictured
from pipeline.media.vector import drawn_by
from pipeline.values import Key, digest
from studio.settings import settings

BRAND = (shelf.folder() / "brand" / "daylight.toml").read_text("utf-8")
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="{}"/></svg>'
OUT = Size(1920, 1080)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of presets with a style, its brand, its logo."""
    place = tmp_path / "presets"
    for name in ("styles", "brand/logos", "brand/fonts", "words"):
        (place / name).mkdir(parents=True)
    (place / "styles" / "atelier.toml").write_text('like = "course"\nbrand = "ours"\n[rhythm]\nshot_least = 3\n')
    (place / "brand" / "ours.toml").write_text(BRAND.replace("daylight", "ours").replace("rushes-dark.png", "mark.svg"))
    (place / "brand" / "logos" / "mark.svg").write_text(MARK.format("#ff0000"))
    monkeypatch.setenv(shelf.OWN, str(place))
    return place


def test_a_style_of_ones_own_stands_beside_those_shipped(own: Path) -> None:
    assert shelf.style_names() == ("atelier", "course", "interview")
    style = shelf.style("atelier")
    assert (style.brand.name, style.rhythm.shot_least) == ("ours", 3)
    assert shelf.style("course").brand.name == "daylight"
    assert shelf.logo(style.brand.dark.logo) == own / "brand" / "logos" / "mark.svg"


def test_a_file_of_the_same_name_goes_before_the_one_shipped(own: Path) -> None:
    before = shelf.style("interview")
    (own / "brand" / "daylight.toml").write_text(BRAND.replace("title_seconds = 3", "title_seconds = 5"))
    assert shelf.style("interview").brand.title_seconds == 5
    assert before.brand.title_seconds == 3
    text = (shelf.folder() / "framings.toml").read_text("utf-8")
    (own / "framings.toml").write_text(text.replace('"plan taille"', '"plan ceinture fléchée"'))
    assert shelf.framings().named("plan ceinture fléchée") == "medium"


def test_a_style_may_be_like_the_shipped_one_of_its_own_name(own: Path) -> None:
    (own / "styles" / "course.toml").write_text('like = "course"\n[rhythm]\nshot_long = 7\n')
    assert (shelf.style("course").rhythm.shot_long, shelf.style("course").rhythm.shot_longest) == (7, 10)
    assert shelf.style("interview").rhythm.shot_longest == 12
    (own / "styles" / "atelier.toml").write_text('like = "atelier"\n')
    with pytest.raises(PresetError, match="it is like atelier"):
        shelf.style("atelier")


def test_presets_beside_a_script_go_before_the_studios(own: Path, tmp_path: Path) -> None:
    lesson = tmp_path / "lesson" / "presets"
    (lesson / "styles").mkdir(parents=True)
    (lesson / "styles" / "atelier.toml").write_text('like = "course"\nbrand = "ours"\n[rhythm]\nshot_least = 4\n')
    with shelf.laid_over(lesson):
        assert shelf.style("atelier").rhythm.shot_least == 4
        assert shelf.style("atelier").brand.name == "ours"
    assert shelf.style("atelier").rhythm.shot_least == 3
    with shelf.laid_over(tmp_path / "none"):
        assert os.environ[shelf.OWN] == str(own)


@pytest.mark.parametrize(
    "name",
    ["brand/ours.toml", "brand/logos/mark.svg", "brand/fonts/AtkinsonHyperlegibleNext-Bold.ttf", "words/fr.toml"],
)
def test_whatever_cards_are_made_of_changes_their_key(own: Path, name: str) -> None:
    before = shelf.style("atelier")
    if name.endswith(".ttf"):
        shutil.copy(shelf.folder() / "brand/fonts/AtkinsonHyperlegibleMono-Regular.ttf", own / name)
    elif name.endswith(".svg"):
        (own / name).write_text(MARK.format("#0000ff"))
    elif name.startswith("words"):
        (own / name).write_text('[card]\nchapter = "Partie {number} / {of}"\n')
    else:
        (own / name).write_text((own / name).read_text().replace("title_seconds = 3", "title_seconds = 4"))
    after = shelf.style("atelier")
    assert after.brand_key != before.brand_key
    assert digest(after) != digest(before)


def test_a_font_changes_the_keys_of_drawings_with_words(own: Path) -> None:
    def keys() -> list[Key]:
        told = [Media("a", Key("a"), "video", kind, upright=OUT) for kind in ("svg", "lottie", "dotlottie")]
        return [drawn_by(one, OUT) for one in told]

    before = keys()
    shutil.copy(next((shelf.folder() / "brand" / "fonts").glob("*Bold.ttf")), own / "brand" / "fonts" / "Ours.ttf")
    assert not set(keys()) & set(before)
    assert shelf.font("Ours.ttf").is_relative_to(own)


def test_words_of_ones_own_are_said_and_the_rest_as_shipped(own: Path) -> None:
    usual = shelf.said_in("en")
    (own / "words" / "fr.toml").write_text('[card]\nchapter = "Partie {number} / {of}"\n')
    said = shelf.said_in("fr-BE")
    assert said.say("card.chapter", number=2, of=3) == "Partie 2 / 3"
    assert set(said.sentences) >= set(usual.sentences) - {code for code in usual.sentences if code.endswith(".one")}
    (own / "words" / "fr.toml").write_text('[card]\nchaptre = "Partie"\n')
    with pytest.raises(PresetError, match=r"fr\.toml: Rushes says nothing that is called 'card\.chaptre'") as wrong:
        shelf.said_in("fr")
    assert wrong.value.todo == "did you mean 'card.chapter'?"
    (own / "words" / "fr.toml").write_text('[card]\nchapter = "Partie {numero}"\n')
    with pytest.raises(PresetError, match="nothing to fill in numero"):
        shelf.said_in("fr")


def test_a_drawn_logo_has_the_size_it_is_seen_at(own: Path) -> None:
    picture = pictured(own / "brand" / "logos" / "mark.svg", Size(100, 100))
    assert picture.shape == (50, 100, 4)
    assert (picture == np.array([255, 0, 0, 255], np.uint8)).all()


@pytest.mark.parametrize(
    ("name", "text", "said", "todo"),
    [
        ("brand/ours.toml", BRAND.replace("title_size =", "titel_size ="), r"ours\.toml: .*titel_size", "title_size"),
        ("brand/ours.toml", BRAND + "[dark", r"brand/ours\.toml: .*dark", ""),
        (
            "styles/atelier.toml",
            'like = "course"\nbrand = "theirs"\n',
            r"atelier\.toml: it names no brand .*theirs",
            "ours",
        ),
        ("styles/atelier.toml", 'like = "course"\n[graphics]\nslied = 1\n', r"atelier\.toml over .*slied", "slide"),
        (
            "styles/atelier.toml",
            'like = "course"\n[cards]\nend = "maybe"\nchapter = "some"\n',
            r"atelier\.toml: .*in cards\.chapter",
            "",
        ),
        ("style/atelier.toml", "", r"style/atelier\.toml: is no preset that Rushes knows", "styles/"),
    ],
)
def test_what_is_wrong_is_told_with_its_file_and_key(own: Path, name: str, text: str, said: str, todo: str) -> None:
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text(text)
    with pytest.raises(PresetError, match=said) as wrong:
        shelf.style("atelier")
    assert str(own) in wrong.value.message
    assert todo in wrong.value.todo


def test_a_logo_or_a_folder_that_is_not_there_is_named(own: Path, tmp_path: Path) -> None:
    (own / "brand" / "logos" / "mark.svg").unlink()
    with pytest.raises(NotFound, match=r"no logo mark\.svg in .*presets/brand/logos or presets/brand/logos"):
        shelf.logo(shelf.style("atelier").brand.dark.logo)
    with pytest.raises(NotFound, match="no font"):
        shelf.font("../ours.toml")
    with pytest.raises(PipelineError, match="RUSHES_PRESETS: wanted a folder of presets, found none"):
        settings({"RUSHES_PRESETS": str(tmp_path / "nowhere")})
