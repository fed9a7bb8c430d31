"""What an animation says to those who do not see it: its text alternative (WCAG 2.2, 1.1.1 and 1.2.5)."""

from pipeline.footage import Footage
from pipeline.script import Cue, Script


def alternative(reference: str, line: str, script: Script, footage: Footage) -> str:
    """The text alternative of the asset that a line (by id) shows under that reference; empty when nobody wrote one.

    What the script says where it shows it, `![alternative](reference)`, goes before what is known of the asset itself.
    """
    shown = (cue for cue in script.line(line).cues if cue.name == "show" and cue.asset == reference) if line else ()
    asset = footage.asset(reference, line)
    return next((text for cue in shown if (text := written(cue))), "") or (asset.about.alternative if asset else "")


def written(cue: Cue) -> str:
    """What stands in the brackets of `![alternative](reference)`; empty for a cue that is written otherwise."""
    if not cue.source.startswith("!["):
        return ""
    return " ".join(cue.source.removeprefix("![").rpartition("](")[0].split())
