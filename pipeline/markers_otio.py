"""Markers as OpenTimelineIO has them: a timeline of one clip, the markers on its stack."""

import json
from typing import Any

from pipeline.markers import Marked, Marker, clean, one_line, titled, told
from pipeline.markers_plain import colour
from pipeline.spans import Span
from pipeline.words import Words

VIDEO, AUDIO = "Video", "Audio"


def otio(film: Marked, words: Words) -> bytes:
    """The draft as a timeline, in the schemas of OpenTimelineIO 0.15 and later."""
    rate = float(film.rate)
    whole = Span(0, film.frames)
    stack = _thing("Stack.1", "tracks", source_range=None)
    stack["children"] = [_track(film, kind, whole) for kind in (VIDEO, AUDIO)]
    stack["markers"] = [_marker(one, words, rate) for one in film.markers]
    timeline = _thing("Timeline.1", one_line(film.name))
    timeline["global_start_time"] = _time(film.start, rate)
    timeline["tracks"] = stack
    return json.dumps(timeline, ensure_ascii=False, indent=1).encode() + b"\n"


def _track(film: Marked, kind: str, whole: Span) -> dict[str, Any]:
    rate = float(film.rate)
    file = _thing("ExternalReference.1", film.file, available_range=_range(whole, rate), target_url=film.file)
    clip = _thing("Clip.2", one_line(film.name), source_range=_range(whole, rate), effects=[], markers=[])
    clip |= {"media_references": {"DEFAULT_MEDIA": file}, "active_media_reference_key": "DEFAULT_MEDIA"}
    track = _thing("Track.1", kind, source_range=None, effects=[], markers=[])
    return track | {"kind": kind, "children": [clip]}


def _marker(one: Marker, words: Words, rate: float) -> dict[str, Any]:
    own = {
        "author": one.author,
        "text": clean(one.text),
        "line": one.line,
        "must_fix": one.blocks,
        "resolved": one.resolved,
        "answers": [{"author": said.author, "text": clean(said.text)} for said in one.answers],
    }
    marker = _thing("Marker.2", titled(one), color=colour(one), comment=told(one, words))
    return marker | {"metadata": {"rushes": own}, "marked_range": _range(one.span, rate)}


def _thing(schema: str, name: str, **more: Any) -> dict[str, Any]:
    return {"OTIO_SCHEMA": schema, "name": clean(name), "metadata": {}, **more}


def _range(span: Span, rate: float) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": _time(span.start, rate),
        "duration": _time(span.frames, rate),
    }


def _time(frames: int, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(frames), "rate": rate}
