"""Music that is too short goes round as it was made to; whose sounds and pictures they are is told."""

from dataclasses import replace

from pipeline.credits import Credit, credited, uncredited
from pipeline.footage import About, Asset
from pipeline.spans import SAMPLE_RATE
from pipeline.timeline import SoundClip
from tests.unit.lessons import lesson, tune

TEXT = "# Un\n\n[music air] Bonjour à toutes et à tous, voici la suite. [sound clic] Merci à vous tous.\n"
AIR, CLICK = tune("air", 30_000), tune("clic", 4_000)


def sounds(kind: str, *assets: Asset) -> list[SoundClip]:
    made = lesson(TEXT, assets=assets).timeline().sounds
    return [sound for sound in made if sound.kind == kind]


def test_music_that_is_too_short_goes_round_and_its_turns_blend() -> None:
    [bed] = sounds("music", AIR, CLICK)
    assert (bed.loop, bed.blend) == (True, 2 * SAMPLE_RATE)
    [made] = sounds("music", replace(AIR, about=About(loops=True)), CLICK)
    assert (made.loop, made.blend) == (True, 0)
    [long] = sounds("music", tune("air", 10_000_000), CLICK)
    assert (long.loop, long.blend) == (False, 0)


def test_whose_they_are_is_told_and_what_is_not_known_asked_for() -> None:
    said = replace(AIR, about=About(licence="CC BY 4.0", source="https://example.org/air"))
    case = lesson(TEXT, assets=(said, CLICK, tune("unused", 50)))
    timeline = case.timeline()
    assert credited(case.footage, timeline) == (
        Credit("air", "sound", "CC BY 4.0", "https://example.org/air"),
        Credit("clic", "sound", "", ""),
    )
    assert [remark.message for remark in uncredited(case.footage, timeline)] == ["clic"]
