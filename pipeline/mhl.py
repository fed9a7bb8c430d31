"""Media hash lists, read and written: ASC MHL 2.0 (the `ascmhl` folder of a card), and MHL 1.x on the way in.

A card's history is its manifests in order. The first hash of each kind that a file was given is the one wanted: it was
taken at the camera. Paths are relative to the folder that the history stands in, with forward slashes.
"""

import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from pipeline.errors import PipelineError
from pipeline.hashes import HashName, hash_of

FOLDER, CHAIN, SUFFIX = "ascmhl", "ascmhl_chain.xml", ".mhl"
_NAMESPACE, _CHAIN_NAMESPACE = "urn:ASC:MHL:v2.0", "urn:ASC:MHL:DIRECTORY:v2.0"
_NAMES: tuple[HashName, ...] = get_args(HashName)
_KNOWN: dict[str, HashName] = {"xxhash64be": "xxh64", **dict(zip(_NAMES, _NAMES, strict=True))}
IGNORED = (".DS_Store", "ascmhl", "ascmhl/")
"""What a manifest never lists (ASC MHL 2.0, default ignore patterns)."""


class BadManifest(PipelineError):
    """A media hash list cannot be read, or is not the one its chain names."""

    code = "manifest"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a manifest: its path, its size where told, and its hashes, `failed` ones left out."""

    path: str
    size: int | None
    hashes: tuple[tuple[HashName, str], ...]
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file must be, by the manifests of its card; `manifest` is the first that lists it."""

    manifest: str
    size: int | None
    hashes: tuple[tuple[HashName, str], ...]


@dataclass(frozen=True, slots=True)
class Generation:
    """A manifest as written: its number, its file's name and bytes."""

    number: int
    name: str
    data: bytes


def entries(name: str, data: bytes) -> tuple[Entry, ...]:
    """The files of a manifest; `name` is its file's.

    Raises:
        BadManifest: it is no media hash list, or is damaged.
    """
    root = _root(name, data)
    if _tag(root) != "hashlist":
        raise BadManifest(f"{name}: wanted a media hash list, found <{_tag(root)}>", todo="copy it again from the card")
    return tuple(_entry(name, element) for element in root.iter() if _tag(element) == "hash")


def _entry(name: str, element: ET.Element) -> Entry:
    path, size, previous = "", "", ""
    hashes: list[tuple[HashName, str]] = []
    for child in element:
        tag, text = _tag(child), (child.text or "").strip()
        if tag in {"path", "file"}:  # 2.0, 1.x
            path, size = text, child.get("size", size)
        elif tag == "size":
            size = text
        elif tag == "previousPath":
            previous = text
        elif tag in _KNOWN and child.get("action") != "failed":
            hashes.append((_KNOWN[tag], text if tag == "c4" else text.lower()))
    if not path or (size and not size.isdecimal()):
        raise BadManifest(f"{name}: a hash without a path, or with size {size!r}", todo="copy it again from the card")
    return Entry(comparable(path), int(size) if size else None, tuple(hashes), comparable(previous))


def comparable(path: str) -> str:
    """A path as paths of manifests and of disks are compared: forward slashes, composed accents.

    >>> comparable("./Clips/E\N{COMBINING ACUTE ACCENT}te.mov")
    'Clips/Éte.mov'
    """
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./"))


def wanted(manifests: Sequence[tuple[str, bytes]]) -> dict[str, Wanted]:
    """What every file must be, by path, from the manifests of one history in order (name, bytes).

    Raises:
        BadManifest: one of them is damaged.
    """
    out: dict[str, Wanted] = {}
    for name, data in manifests:
        for entry in entries(name, data):
            before = out.pop(entry.previous, None) if entry.previous else out.get(entry.path)
            if before is None:
                out[entry.path] = Wanted(name, entry.size, entry.hashes)
                continue
            known = {kind for kind, _ in before.hashes}
            more: tuple[tuple[HashName, str], ...] = tuple(
                (kind, text) for kind, text in entry.hashes if kind not in known
            )
            size = before.size if before.size is not None else entry.size
            out[entry.path] = Wanted(before.manifest, size, (*before.hashes, *more))
    return out


def chained(name: str, data: bytes) -> dict[str, str]:
    """The C4 id of each manifest of a history, by its file's name, in order; `name` is the chain's file.

    Raises:
        BadManifest: it is no chain, or is damaged.
    """
    out: dict[str, str] = {}
    for element in _root(name, data):
        found = {_tag(child): (child.text or "").strip() for child in element}
        if "path" not in found:
            raise BadManifest(f"{name}: a manifest without a path", todo="copy it again from the card")
        out[found["path"]] = found.get("c4", "")
    return out


def refuse_altered(chain: Mapping[str, str], manifests: Iterable[tuple[str, bytes]]) -> None:
    """Nothing, when every manifest is as its chain says.

    Raises:
        BadManifest: one was changed since, or is missing.
    """
    there = dict(manifests)
    for name, c4 in chain.items():
        todo = "copy the card's ascmhl folder again; without it nothing can be checked"
        if name not in there:
            raise BadManifest(f"{name}: named by {CHAIN}, and not there", todo=todo)
        found = hash_of("c4", there[name])
        if c4 and found != c4:
            raise BadManifest(f"{name}: wanted C4 {c4[:16]}…, found {found[:16]}…: it was changed", todo=todo)


def generation(number: int, folder: str, files: Sequence[Entry], at: datetime, host: str, version: str) -> Generation:
    """The next manifest of a folder (its name is part of the manifest's), listing `files` as original; `at` in UTC."""
    root = ET.Element("hashlist", {"version": "2.0", "xmlns": _NAMESPACE})
    creator = ET.SubElement(root, "creatorinfo")
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    ET.SubElement(creator, "creationdate").text = stamp
    ET.SubElement(creator, "hostname").text = host
    ET.SubElement(creator, "tool", {"version": version}).text = "rushes"
    process = ET.SubElement(root, "processinfo")
    ET.SubElement(process, "process").text = "transfer"
    ignore = ET.SubElement(process, "ignore")
    for pattern in IGNORED:
        ET.SubElement(ignore, "pattern").text = pattern
    hashes = ET.SubElement(root, "hashes")
    for file in files:
        element = ET.SubElement(hashes, "hash")
        size = {} if file.size is None else {"size": str(file.size)}
        ET.SubElement(element, "path", size).text = file.path
        for kind, text in sorted(file.hashes):
            ET.SubElement(element, kind, {"action": "original", "hashdate": stamp}).text = text
    name = f"{number:04d}_{folder}_{at.strftime('%Y-%m-%d_%H%M%S')}Z{SUFFIX}"
    return Generation(number, name, _written(root))


def chain(before: bytes | None, new: Generation) -> bytes:
    """The chain of a history with one manifest more; `before` is what it was.

    Raises:
        BadManifest: `before` is damaged.
    """
    known = [(name, c4) for name, c4 in (chained(CHAIN, before) if before else {}).items()]
    root = ET.Element("ascmhldirectory", {"xmlns": _CHAIN_NAMESPACE})
    for number, (name, c4) in enumerate([*known, (new.name, hash_of("c4", new.data))], 1):
        element = ET.SubElement(root, "hashlist", {"sequencenr": str(number)})
        ET.SubElement(element, "path").text = name
        ET.SubElement(element, "c4").text = c4
    return _written(root)


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _root(name: str, data: bytes) -> ET.Element:
    todo = "copy it again from the card"
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadManifest(f"{name}: has a document type, which no media hash list has", todo=todo)
    try:
        return ET.fromstring(data)  # noqa: S314 (no document type, so no entities: nothing to expand or fetch)
    except ET.ParseError as error:
        raise BadManifest(f"{name}: cannot be read: {error}", todo=todo) from error


def _tag(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
