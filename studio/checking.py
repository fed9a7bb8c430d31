"""What a script asks for, in lines for people."""

from pipeline.outline import Outline
from pipeline.words import Words
from studio.progress import clock


def lines(told: Outline, words: Words) -> list[str]:
    """Shots, assets with what is found and missing, estimated length."""
    say = words.say
    missing = sum(not asset.found for asset in told.assets)
    out = [say("check.length", clock=clock(float(told.seconds)), words=told.words, lines=told.lines), ""]
    out.append(say("check.shots", n=len(told.shots)))
    for shot in told.shots:
        length = clock(float(shot.frames / told.rate))
        numbers = (
            f"{shot.lines[0]}\N{EN DASH}{shot.lines[-1]}" if len(shot.lines) > 1 else "".join(map(str, shot.lines))
        )
        out.append("  " + say("check.shot", id=shot.id, lines=numbers, clock=length, begins=shot.begins))
    out += ["", say("check.assets", n=len(told.assets), missing=missing)]
    out += [
        "  "
        + say(
            "check.found" if asset.found else "check.missing",
            reference=asset.reference if asset.version is None else f"{asset.reference}@v{asset.version}",
            cue=asset.cue,
            line=asset.line,
        )
        for asset in told.assets
    ]
    return out
