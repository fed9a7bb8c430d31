"""Markers as XML: FCPXML for Final Cut Pro and Resolve, Final Cut Pro 7's for Premiere Pro and Avid."""

from fractions import Fraction
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.markers import Marked, Marker, clean, one_line, titled, told
from pipeline.timecode import counted, drops, timecode
from pipeline.words import Words

FCPXML: Final = "1.8"
"""Read by Final Cut Pro since 10.4, and by Resolve; the DTD of that version tells what stands where."""
XMEML: Final = "5"
"""The last version of Final Cut Pro 7's format."""
ALONE: Final = "-1"
"""Where a marker on a single frame ends (Final Cut Pro 7 XML, "marker")."""


def fcpxml(film: Marked, words: Words) -> bytes:
    """The draft as a project of one clip, a marker on it for each note.

    A must-fix is a to-do, what is resolved a completed one; all else is a plain marker.
    """
    root = Element("fcpxml", version=FCPXML)
    resources = SubElement(root, "resources")
    whole, begins = _seconds(film.frames, film.rate), _seconds(film.start, film.rate)
    size = {"width": str(film.size.width), "height": str(film.size.height)}
    SubElement(resources, "format", {"id": "r1", "frameDuration": _seconds(1, film.rate), **size})
    name = one_line(film.name)
    src = {"src": f"./{quote(film.file)}", "start": "0s", "duration": whole}
    own = {"id": "r2", "name": name, "format": "r1", "hasVideo": "1", "hasAudio": "1"}
    SubElement(resources, "asset", own | src)
    event = SubElement(SubElement(root, "library"), "event", name=name)
    timed = {"tcStart": begins, "tcFormat": "DF" if drops(film.rate) else "NDF"}
    project = SubElement(event, "project", name=name)
    sequence = SubElement(project, "sequence", {"format": "r1", "duration": whole, **timed})
    laid = {"offset": begins, "start": "0s", "duration": whole, "format": "r1", "tcFormat": timed["tcFormat"]}
    clip = SubElement(SubElement(sequence, "spine"), "asset-clip", {"ref": "r2", "name": name, **laid})
    for one in film.markers:
        at = {"start": _seconds(one.span.start, film.rate), "duration": _seconds(one.span.frames, film.rate)}
        marker = SubElement(clip, "marker", at | {"value": titled(one), "note": told(one, words)})
        if one.resolved or one.blocks:
            marker.set("completed", "1" if one.resolved else "0")
    return _written(root, "fcpxml")


def _seconds(frames: int, rate: Fraction) -> str:
    """Frames as FCPXML has time: a rational number of seconds.

    >>> _seconds(10, Fraction(30000, 1001)), _seconds(50, Fraction(25))
    ('10010/30000s', '50/25s')
    """
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def fcp7(film: Marked, words: Words) -> bytes:
    """The draft as a sequence of one clip, with a marker in the sequence for each note."""
    root = Element("xmeml", version=XMEML)
    sequence = SubElement(root, "sequence", id="sequence-1")
    _said(sequence, name=one_line(film.name), duration=film.frames)
    _rate(sequence, film.rate)
    _timecode(sequence, film.start, film.rate)
    media = SubElement(sequence, "media")
    video, audio = SubElement(media, "video"), SubElement(media, "audio")
    sample = SubElement(SubElement(video, "format"), "samplecharacteristics")
    _rate(sample, film.rate)
    _said(sample, width=film.size.width, height=film.size.height, pixelaspectratio="square")
    for kind, track in (("video", SubElement(video, "track")), ("audio", SubElement(audio, "track"))):
        _clip(track, film, kind)
    for one in film.markers:
        _marker(sequence, one, words)
    return _written(root, "xmeml")


def _clip(track: Element, film: Marked, kind: str) -> None:
    item = SubElement(track, "clipitem", id=f"clipitem-{kind}")
    ends = {"start": 0, "end": film.frames, "in": 0, "out": film.frames}
    _said(item, name=one_line(film.name), duration=film.frames)
    _rate(item, film.rate)
    _said(item, **ends)
    file = SubElement(item, "file", id="file-1")
    if kind == "video":  # a file is told once, and named after that
        _said(file, name=one_line(film.file), pathurl=quote(film.file), duration=film.frames)
        _rate(file, film.rate)
        _timecode(file, 0, film.rate)
        media = SubElement(file, "media")
        SubElement(media, "video")
        _said(SubElement(media, "audio"), channelcount=2)
    source = SubElement(item, "sourcetrack")
    _said(source, mediatype=kind, trackindex=1)


def _marker(sequence: Element, one: Marker, words: Words) -> None:
    stop = ALONE if one.span.frames == 1 else one.span.stop
    said = {"name": titled(one), "comment": told(one, words), "in": one.span.start, "out": stop}
    _said(SubElement(sequence, "marker"), **said)


def _rate(of: Element, rate: Fraction) -> None:
    _said(SubElement(of, "rate"), timebase=counted(rate), ntsc="TRUE" if rate.denominator == 1001 else "FALSE")


def _timecode(of: Element, frame: int, rate: Fraction) -> None:
    stamp = SubElement(of, "timecode")
    _rate(stamp, rate)
    _said(stamp, string=timecode(frame, rate), frame=frame, displayformat="DF" if drops(rate) else "NDF")


def _said(of: Element, **fields: str | int) -> None:
    for name, value in fields.items():
        SubElement(of, name).text = clean(str(value))


def _written(root: Element, doctype: str) -> bytes:
    indent(root)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n'
    return head.encode() + tostring(root, "utf-8") + b"\n"
