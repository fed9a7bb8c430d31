"""How a draft is cut and why, in lines for people and as JSON data."""

import shlex
from typing import Any

from pipeline.draft import Plan
from pipeline.framing import Composed
from pipeline.report import cuts, said, takes
from pipeline.segments import Segment, Source
from pipeline.words import Words
from workers.local import LocalCrew


def explained(plan: Plan, crew: LocalCrew, words: Words) -> dict[str, Any]:
    """Everything that was decided: shots, takes, framings, cuts, segments with their command. Nothing is rendered."""
    script = plan.script
    remarks = (*plan.footage.remarks, *plan.chosen.remarks, *plan.timeline.remarks)
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
        "framings": [_table(composed) for composed in plan.composed],
        "cuts": [row | {"number": script.number(row["line"]) if row["line"] else None} for row in cuts(plan, words)],
        "segments": [_segment(piece, crew) for piece in plan.segments],
        "slates": [{"line": slate.line, "what": slate.what, "frames": slate.frames} for slate in plan.timeline.slates],
        "warnings": [said(remark, script, words) for remark in dict.fromkeys(remarks)],
    }


def _table(composed: Composed) -> dict[str, Any]:
    take = composed.take
    return {
        "take": f"{take.shot}/{take.number}",
        "rush": take.rush,
        "span": [take.span.start, take.span.stop],
        "framings": [
            {"id": framing.id, "density": framing.density / 1000, "grade": framing.grade}
            for framing in composed.framings
        ],
        "refused": [
            {
                "id": "-".join(part for part in (one.name, one.side) if part),
                "density": one.density / 1000,
                "why": one.why,
            }
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
            out.append("  " + say("explain.take", **_fields(row)))
        out += [
            "      " + say("explain.rejected", rush=no["rush"], start=no["span"][0], stop=no["span"][1], why=no["why"])
            for no in row["rejected"]
        ]
    out += ["", say("explain.framings")]
    for table in told["framings"]:
        out.append(f"  {table['take']}  {table['rush']} [{table['span'][0]}, {table['span'][1]})")
        out += [
            f"    {one['id']:<16} {one['density']:.2f}  {say('grade.' + one['grade'])}" for one in table["framings"]
        ]
        out += [f"    {one['id']:<16} {one['density']:.2f}  {say('refused.' + one['why'])}" for one in table["refused"]]
    out += ["", say("explain.cuts")]
    out += [f"  {cut['frame']:6}  {cut['from']} → {cut['to']}: {cut['reason']}" for cut in told["cuts"]]
    out += ["", say("explain.segments")]
    for piece in told["segments"]:
        fate = say("explain.there" if piece["rendered"] else "explain.to_render")
        out += [f"  {piece['key'][:12]}  {piece['frames']:5}  {fate}", f"    ffmpeg {piece['command']}"]
    if told["warnings"]:
        out += ["", say("explain.warnings"), *(f"  {warning}" for warning in told["warnings"])]
    return out


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    start, stop = row["span"]
    return {"number": row["number"], "rush": row["rush"], "start": start, "stop": stop, "score": f"{row['score']:.2f}"}


def summary(report: dict[str, Any], place: str, words: Words) -> list[str]:
    """What a draft came to, in a few lines."""
    say, segments, metrics = words.say, report["segments"], report["metrics"]
    out = [
        say("done.draft", place=place),
        say("done.segments", n=segments["rendered"], reused=segments["reused"]),
    ]
    loudness, peak = metrics["integrated_loudness_lufs"], metrics["true_peak_dbtp"]
    out.append(
        say("done.silent") if loudness is None else say("done.sound", loudness=f"{loudness:.1f}", peak=f"{peak:.1f}")
    )
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
