from hypothesis import given
from hypothesis import strategies as st

from pipeline.naming_assets import in_folder, in_studio
from pipeline.references import file_name, meant, versions_there
from pipeline.script import Cue, Place

NAMES = st.text("abcÉé0-_. ", min_size=1, max_size=8).filter(
    lambda name: name.strip(" .") != "" and name == name.strip(" .")
)
REFERENCES = st.one_of(NAMES, st.builds("/".join, st.tuples(NAMES, NAMES)), NAMES.map("{}.mov".format))
VERSIONS = st.none() | st.integers(1, 40)


def cue(reference: str, version: int | None = None) -> Cue:
    return Cue("show", 0, Place(1, 1), f"[show {reference}]", reference=reference, version=version)


@given(REFERENCES, VERSIONS)
def test_the_name_to_use_is_the_one_that_is_found(reference: str, version: int | None) -> None:
    name = file_name(reference, version)
    assert meant(reference, [name], version) == (name,)


@given(REFERENCES, VERSIONS, st.lists(st.sampled_from([".png", ".mov", "_v2.mov", "@v1.webm", "-v7.mp4"]), unique=True))
def test_one_file_is_found_once_those_it_replaces_are_gone(
    reference: str, version: int | None, there: list[str]
) -> None:
    names = [f"{'-'.join(reference.split())}{end}" for end in there]
    told = in_folder(cue(reference, version), names)
    left = {name for name in names if name not in told.replaces} | {told.file}
    assert meant(reference, left, version) == (told.file,)
    assert version is None or told.version == version


def test_versions_count_on() -> None:
    assert in_folder(cue("carte"), ["carte.mov", "logo.png"]).version == 2
    assert in_folder(cue("carte"), []).version == 1
    assert versions_there("carte", ["carte_v9.mov", "carte_v2", "cartes_v3.mov", "carte_vite.mov"]) == (2, 9)
    studio = in_studio(cue("carte"), [1, 4])
    assert (studio.file, studio.version, studio.goes) == ("carte_v5.mov", 5, "studio")
