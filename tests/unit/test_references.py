import unicodedata

import pytest

from pipeline.references import meant

NAMES = ["collect.mov", "intro/Collect.png", "été en mer.png", "bip_v2.wav", "bip_v3.wav", "logo@v1.png", "steps"]


@pytest.mark.parametrize(
    ("reference", "version", "found"),
    [
        ("intro/collect", None, ("intro/Collect.png",)),
        ("collect", None, ("collect.mov", "intro/Collect.png")),
        ("collect.mov", None, ("collect.mov",)),
        ("Été en mer", None, ("été en mer.png",)),
        (unicodedata.normalize("NFD", "été-en-mer"), None, ("été en mer.png",)),
        ("bip", 3, ("bip_v3.wav",)),
        ("bip", None, ()),
        ("logo", 1, ("logo@v1.png",)),
        ("steps", None, ("steps",)),
        ("nothing", None, ()),
    ],
)
def test_a_reference_means(reference: str, version: int | None, found: tuple[str, ...]) -> None:
    assert meant(reference, NAMES, version) == found
