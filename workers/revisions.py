"""The script of a folder, its lines keeping the ids they had in the last draft."""

import json
import os
from pathlib import Path

from pipeline.errors import NothingToDraft, PipelineError
from pipeline.lines import kept
from pipeline.presets import Framings
from pipeline.reading import decoded, read
from pipeline.script import Script
from pipeline.values import FORMAT, as_json, from_json
from storage.objects import storage_error
from workers.folder import VideoFolder


def revision(folder: VideoFolder, framings: Framings) -> Script:
    """The script as it now stands.

    Raises:
        NothingToDraft: it says nothing and shows nothing.
        ScriptError: it cannot be read as written; every problem is named.
    """
    path = folder.script()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise storage_error(error, path) from error
    script = read(decoded(data, path.name), framings, path.name)
    if not any(line.words or line.cues for line in script.lines):
        raise NothingToDraft(f"{path}: the script is empty", todo="write what is said, one paragraph a line")
    before = _last(folder)
    return kept(before, script) if before else script


def keep_revision(folder: VideoFolder, script: Script) -> None:
    """Remembers the script, so that the next one's lines keep their ids.

    Raises:
        StorageUnavailable: it cannot be written.
    """
    path = _path(folder)
    scratch = path.with_suffix(f".{os.getpid()}")
    try:
        scratch.write_text(json.dumps({"format": FORMAT, "script": as_json(script)}, ensure_ascii=False), "utf-8")
        scratch.replace(path)
    except OSError as error:
        raise storage_error(error, path) from error


def _last(folder: VideoFolder) -> Script | None:
    try:
        data = json.loads(_path(folder).read_text("utf-8"))
        return from_json(Script, data["script"]) if data["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, PipelineError):
        return None


def _path(folder: VideoFolder) -> Path:
    return folder.hidden / "script.json"
