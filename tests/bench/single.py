"""The reference: the same edit by one plain ffmpeg command, one filter graph over the rush, as a good hand writes it.

It knows nothing of mezzanines, segments or caches. Each run of the rush is opened once; what lies over it is the
same normalised files that segments read, which costs the reference less than the motion designers' own would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.commands.laid import landed
from pipeline.footage import Normal
from pipeline.segments import Laid, Segment, Source
from pipeline.timeline import Locked, SoundClip
from pipeline.values import Key

CRF = 23
"""Gives the segments' VMAF within 1 (printed with the figures)."""

NEAR = 100
"""Frames that may lie unused between two segments of one input: less than seeking over them costs."""


@dataclass(slots=True)
class _Graph:
    inputs: list[str] = field(default_factory=list)
    count: int = 0
    chains: list[str] = field(default_factory=list)

    def opened(self, path: Path | str, *options: str) -> int:
        self.inputs += [*options, "-i", str(path)]
        self.count += 1
        return self.count - 1


def single(
    pieces: Sequence[Segment],
    rush: Path,
    paths: Mapping[Key, str],
    normals: Mapping[Key, Normal],
    *,
    sounds: Sequence[SoundClip] = (),
    encode: Sequence[str] = ("-preset", "veryfast", "-crf", str(CRF)),
    scaler: str = "bicubic",
) -> list[str]:
    """Arguments of ffmpeg that give the edit of these segments from their rush; the output is left out.

    `sounds`: the voice, joined; no sound without them.
    """
    graph = _Graph()
    rate = pieces[0].rate
    bases: dict[int, str] = {}
    for run in _runs(pieces):
        first = run[0][1].span.start
        seek = ("-ss", f"{float((first - 0.5) / rate):.6f}") if first else ()
        number = graph.opened(rush, *seek)
        outs = "".join(f"[r{index}]" for index, _ in run)
        graph.chains.append(f"[{number}:v]split={len(run)}{outs}")
        for index, source in run:
            trimmed = f"trim=start_frame={source.span.start - first}:end_frame={source.span.stop - first}"
            bases[index] = f"[r{index}]{trimmed},setpts=PTS-STARTPTS,{_camera(source, pieces[index], scaler)}"
    for index, piece in enumerate(pieces):
        if isinstance(piece.base, Source):
            graph.chains.append(f"{bases[index]}[p{index}l0]")
        else:
            colour = piece.base.colour.replace("#", "0x")
            ground = f"color={colour}:s={piece.size}:r={rate},trim=end_frame={piece.frames},format=yuv420p"
            graph.chains.append(f"{ground}[p{index}l0]")
        for layer, laid in enumerate(piece.overlays):
            over = _over(graph, laid, normals[laid.key], paths[laid.key], piece, f"p{index}o{layer}")
            place = landed(laid.box, normals[laid.key])
            laying = f"overlay={place.x}:{place.y}:eof_action=pass"
            graph.chains.append(f"[p{index}l{layer}]{over}{laying}[p{index}l{layer + 1}]")
    ends = "".join(f"[p{index}l{len(piece.overlays)}]" for index, piece in enumerate(pieces))
    graph.chains.append(f"{ends}concat=n={len(pieces)}:v=1:a=0,format=yuv420p[v]")
    heard = _heard(graph, rush, sounds)
    return [
        *graph.inputs,
        *("-filter_complex", ";".join(graph.chains), "-map", "[v]", *heard),
        *("-c:v", "libx264", *encode, "-threads", "2", "-pix_fmt", "yuv420p", "-r", str(rate)),
    ]


def _runs(pieces: Sequence[Segment]) -> list[list[tuple[int, Source]]]:
    """Segments that follow one another closely in the rush, together."""
    runs: list[list[tuple[int, Source]]] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece.base, Source):
            continue
        if runs and 0 <= piece.base.span.start - runs[-1][-1][1].span.stop <= NEAR:
            runs[-1].append((index, piece.base))
        else:
            runs.append([(index, piece.base)])
    return runs


def _camera(source: Source, piece: Segment, scaler: str) -> str:
    if not isinstance(source.path, Locked):
        raise TypeError("the reference knows no moving camera")
    box, held = source.path.box, piece.frames - source.span.frames
    chain = f"crop={box.width}:{box.height}:{box.x}:{box.y},scale={piece.size.width}:{piece.size.height}:flags={scaler}"
    chain += f",tpad=stop={held}:stop_mode=clone" if held else ""
    return f"{chain},setsar=1,format=yuv420p"


def _over(graph: _Graph, laid: Laid, normal: Normal, path: str, piece: Segment, name: str) -> str:
    """Adds what lies over a segment to the graph, and gives its label."""
    place, shown = landed(laid.box, normal), laid.at.frames
    size = f"scale={place.width}:{place.height}"
    late = f"setpts=PTS-STARTPTS+{laid.at.start}/({piece.rate})/TB"
    if normal.still:
        number = graph.opened(path, "-framerate", str(piece.rate))
        chain = f"[{number}:v]{size},format=yuva420p,loop=loop={shown - 1}:size=1"
    else:
        seek = ("-ss", f"{float((laid.offset - 0.5) / piece.rate):.6f}") if laid.offset else ()
        number = graph.opened(path, *seek)
        box = normal.box
        half = f"crop={box.width}:{box.height}:0"
        chain = f"[{number}:v]trim=end_frame={min(shown, laid.frames - laid.offset)}"
        if normal.alpha:
            graph.chains.append(f"{chain},split[{name}c][{name}d]")
            graph.chains.append(f"[{name}c]{half}:0,{size}[{name}e]")
            full = "extractplanes=y,lut=c0='clip((val-16)*255/219,0,255)',setparams=range=tv"
            graph.chains.append(f"[{name}d]{half}:{box.height},{full},{size}[{name}f]")
            chain = f"[{name}e][{name}f]alphamerge"
        else:
            chain += f",{size},format=yuva420p"
        held = shown - (laid.frames - laid.offset)
        chain += f",tpad=stop={held}:stop_mode=clone" if held > 0 and laid.after == "hold" else ""
    for kind, (frames, begin) in (("in", laid.fade_in), ("out", laid.fade_out)):
        if frames:
            start = max(0, begin - laid.at.start)
            chain += f",fade=t={kind}:s={start}:n={frames}:alpha=1"
    graph.chains.append(f"{chain},{late}[{name}]")
    return f"[{name}]"


def _heard(graph: _Graph, rush: Path, sounds: Sequence[SoundClip]) -> list[str]:
    if not sounds:
        return ["-an"]
    number = graph.opened(rush, "-vn")
    graph.chains.append(f"[{number}:a]asplit={len(sounds)}" + "".join(f"[s{index}]" for index in range(len(sounds))))
    for index, sound in enumerate(sounds):
        span = sound.source
        trimmed = f"atrim=start_sample={span.start}:end_sample={span.stop},asetpts=PTS-STARTPTS"
        graph.chains.append(f"[s{index}]{trimmed}[t{index}]")
    ends = "".join(f"[t{index}]" for index in range(len(sounds)))
    graph.chains.append(f"{ends}concat=n={len(sounds)}:v=0:a=1[a]")
    return ["-map", "[a]", "-c:a", "aac", "-b:a", "160k"]


def spoken(sounds: Sequence[SoundClip]) -> list[SoundClip]:
    """The voice, in order."""
    return sorted((one for one in sounds if one.kind == "voice"), key=lambda one: one.at)
