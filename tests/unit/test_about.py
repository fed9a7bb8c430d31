"""What people say of an asset in `about.toml`: read by name, or refused with where and what to write."""

import pytest

from pipeline.about import about, abouts
from pipeline.errors import ScriptError
from pipeline.footage import About

SAID = """
[data-journey]
licence = "CC BY 4.0"
source = "https://example.org/journey"
alternative = "Une donnée va de la source au tableau de bord."
alpha = "prémultiplié"

["Générique/Boucle d'attente"]
boucle = true
"""


def test_what_is_said_is_found_by_the_names_people_use() -> None:
    known = abouts(SAID, "motion/about.toml")
    journey = about("Data-Journey.mov", known)
    assert (journey.licence, journey.source) == ("CC BY 4.0", "https://example.org/journey")
    assert (journey.alternative[:10], journey.alpha, journey.loops) == ("Une donnée", "premultiplied", False)
    assert about("old/data-journey.mov", known) == journey
    assert about("Générique/boucle d'attente.webm", known) == About(loops=True)
    assert about("collect.mov", known) == About()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a]\nlicense = 3", 'motion/about.toml:2:1: license of a wanted text, found 3; write license = "…"'),
        ("[a]\nloop = true", "motion/about.toml:2:1: a says 'loop', which is not known; did you mean \"loops\"?"),
        ("[a]\nloops = 1", "wanted true or false, found 1; write loops = true"),
        ("[a]\nalpha = 'no'", "alpha of a wanted straight or premultiplied, found 'no'"),
        ("a = 1", "motion/about.toml:1:1: a stands outside a table"),
        ("[a\n", "motion/about.toml:1:3: "),
    ],
)
def test_what_nobody_understands_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ScriptError) as caught:
        abouts(text, "motion/about.toml")
    assert says in str(caught.value)
