"""What a script asks for, in lines for people."""

from pipeline.outline import Outline
from pipeline.words import Words
from studio.progress import clock


def lines(told: Outline, words: Words) -> list[str]:
    """Shots, assets with what is found and missing, estimated length."""
    say = words.say
    missing = sum(not asset.found for asset in told.assets)
    length = clock(float(told.seconds))
    out = [say("check.length", clock=length, words=told.words, lines=say("check.lines", n=told.lines))]
    out += [say("check.long", line=number, words=count) for number, count in told.long]
    out.append("")
    out.append(say("check.shots", n=len(told.shots)))
    for shot in told.shots:
        length = clock(float(shot.frames / told.rate))
        numbers = (
            f"{shot.lines[0]}\N{EN DASH}{shot.lines[-1]}" if len(shot.lines) > 1 else "".join(map(str, shot.lines))
        )
        which = say("check.of_lines", n=len(shot.lines), lines=numbers)
        out.append("  " + say("check.shot", id=shot.id, lines=which, clock=length, begins=shot.begins))
    out += ["", say("check.assets", n=len(told.assets), missing=say("check.absent", n=missing))]
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
