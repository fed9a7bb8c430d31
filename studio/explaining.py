"""How a draft is cut and why, in lines for people and as JSON data."""

import shlex
from typing import Any

from pipeline.draft import Plan
from pipeline.framing import Composed
from pipeline.report import cuts, remarks, saying_of, takes
from pipeline.saying import Saying
from pipeline.segments import Segment, Source
from pipeline.words import Words
from workers.local import LocalCrew


def explained(plan: Plan, crew: LocalCrew, words: Words) -> dict[str, Any]:
    """Everything that was decided: shots, takes, framings, cuts, segments with their command. Nothing is rendered."""
    script, saying = plan.script, saying_of(plan, words)
    return {
        "title": script.title,
        "rate": str(plan.timeline.rate),
        "frames": plan.timeline.frames,
        "shots": [
            {"id": shot.id, "lines": [{"number": script.number(i), "text": script.line(i).text} for i in shot.lines]}
            for shot in plan.chosen.shots
        ],
        "takes": [
            row | {"number": script.number(row["line"]) if row["line"] else None} for row in takes(plan.chosen, words)
        ],
        "framings": [_table(composed, saying) for composed in plan.composed],
        "cuts": [_cut(row, plan, saying) for row in cuts(plan, saying)],
        "segments": [_segment(piece, crew) for piece in plan.segments],
        "slates": [{"line": slate.line, "what": slate.what, "frames": slate.frames} for slate in plan.timeline.slates],
        "warnings": [saying.remark(remark, script) for remark in remarks(plan)],
    }


def _cut(row: dict[str, Any], plan: Plan, saying: Saying) -> dict[str, Any]:
    number = plan.script.number(row["line"]) if row["line"] else None
    names = {"from_name": saying.framing(row["from"]), "to_name": saying.framing(row["to"])}
    return row | names | {"number": number, "seconds": saying.seconds(row["frame"])}


def _table(composed: Composed, saying: Saying) -> dict[str, Any]:
    take = composed.take
    return {
        "take": f"{take.shot}/{take.number}",
        "rush": take.rush,
        "span": [take.span.start, take.span.stop],
        "framings": [
            {
                "id": framing.id,
                "name": saying.framing(framing.id),
                "density": framing.density / 1000,
                "grade": framing.grade,
            }
            for framing in composed.framings
        ],
        "refused": [
            {"id": one.id, "name": saying.framing(one.id), "density": one.density / 1000, "why": one.why}
            for one in composed.refused
        ],
    }


def _segment(piece: Segment, crew: LocalCrew) -> dict[str, Any]:
    base = piece.base
    return {
        "key": piece.key,
        "frames": piece.frames,
        "from": [base.span.start, base.span.stop] if isinstance(base, Source) else None,
        "overlays": len(piece.overlays),
        "rendered": crew.rendered(piece),
        "command": shlex.join(crew.command(piece)),
    }


def lines(told: dict[str, Any], words: Words) -> list[str]:
    """The same for people, a line each."""
    say = words.say
    out = [say("explain.title", title=told["title"], frames=told["frames"], rate=told["rate"]), ""]
    out.append(say("explain.shots"))
    for shot in told["shots"]:
        out.append(f"  {shot['id']}")
        out += [f"    {line['number']:3}  {line['text']}" for line in shot["lines"]]
    out += ["", say("explain.takes")]
    for row in told["takes"]:
        if row["span"]:
            out.append("  " + say("explain.take", **_fields(row, words)))
        out += [
            "      " + say("explain.rejected", rush=no["rush"], start=no["span"][0], stop=no["span"][1], why=no["why"])
            for no in row["rejected"]
        ]
    out += ["", say("explain.framings")]
    for table in told["framings"]:
        out.append(f"  {table['take']}  {table['rush']} [{table['span'][0]}, {table['span'][1]})")
        graded = [(one, say("grade." + one["grade"])) for one in table["framings"]]
        graded += [(one, say("explain.refused", why=say("why_not." + one["why"]))) for one in _told_once(table)]
        out += [f"    {one['name']:<28} {decimal(one['density'], words)}  {how}" for one, how in graded]
    out += ["", say("explain.cuts")]
    out += [say("explain.cut", **cut) for cut in told["cuts"]]
    out += ["", say("explain.segments")]
    for piece in told["segments"]:
        fate = say("explain.there" if piece["rendered"] else "explain.to_render")
        out += [f"  {piece['key'][:12]}  {piece['frames']:5}  {fate}", f"    ffmpeg {piece['command']}"]
    if told["warnings"]:
        out += ["", say("explain.warnings"), *(f"  {warning}" for warning in told["warnings"])]
    return out


def _told_once(table: dict[str, Any]) -> list[dict[str, Any]]:
    """What a take cannot give; a size that is refused by itself is not told again for either side."""
    whole = {one["id"] for one in table["refused"]}
    return [one for one in table["refused"] if "-" not in one["id"] or one["id"].partition("-")[0] not in whole]


def _fields(row: dict[str, Any], words: Words) -> dict[str, Any]:
    start, stop = row["span"]
    score = decimal(row["score"], words)
    return {"number": row["number"], "rush": row["rush"], "start": start, "stop": stop, "score": score}


def decimal(value: float, words: Words, digits: int = 2) -> str:
    """A number with the decimal sign of the language."""
    return f"{value:.{digits}f}".replace(".", words.say("report.decimal"))


def summary(report: dict[str, Any], place: str, words: Words) -> list[str]:
    """What a draft came to, in a few lines."""
    say, segments, metrics = words.say, report["segments"], report["metrics"]
    out = [
        say("done.draft", place=place),
        say("done.segments", n=segments["rendered"], reused=segments["reused"]),
    ]
    loudness, peak = metrics["integrated_loudness_lufs"], metrics["true_peak_dbtp"]
    if loudness is None:
        out.append(say("done.silent"))
    else:
        out.append(say("done.sound", loudness=decimal(loudness, words, 1), peak=decimal(peak, words, 1)))
    if report["slates"]:
        out.append(say("done.slates", n=len(report["slates"])))
        out += [
            "  " + say("done.slate", kind=say("slate_kind." + slate["kind"]), what=slate["what"])
            for slate in report["slates"]
        ]
    if report["warnings"]:
        out.append(say("done.warnings", n=len(report["warnings"])))
        out += [f"  {warning['message']}" for warning in report["warnings"]]
    return out
