"""Which cards a style adds to a script that does not ask for them."""

from pipeline.presets import Style
from pipeline.script import Script


def asks_for_end(script: Script) -> bool:
    """True when the script has an end card of its own."""
    return any(cue.name == "end" for line in script.lines for cue in line.cues)


def opened_by_card(script: Script, style: Style) -> frozenset[int]:
    """The scenes, by index, that begin with a chapter card: none where the script has a title there already."""
    if style.cards.chapter != "full":
        return frozenset()
    return frozenset(
        index
        for index, scene in enumerate(script.scenes)
        if scene.title and scene.lines and not any(cue.name == "title" and not cue.at for cue in scene.lines[0].cues)
    )
