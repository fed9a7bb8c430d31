"""A piece of work as plain data, as the row of its job has it: digests and numbers; no path, no link, no secret."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_type_hints

from pipeline.errors import PipelineError
from pipeline.values import Key, as_json, from_json
from storage.reading import Stored
from workers.crew import Tools
from workers.pieces import (
    Composing,
    Conforming,
    Listening,
    Making,
    Mixing,
    Normalising,
    Recording,
    Rendering,
    Sounding,
    Watching,
)
from workers.previewing import Previewing
from workers.workshop import Workshop

Queue = Literal["ingest", "render", "light"]
"""`ingest` reads what was filmed, `render` makes pictures and sound, `light` plans and joins: never long."""
QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)

TASKS: Final[dict[type[Making[Any]], tuple[str, Queue]]] = {
    Conforming: ("conform", "ingest"),
    Watching: ("watch", "ingest"),
    Listening: ("listen", "ingest"),
    Sounding: ("sound", "ingest"),
    Recording: ("sync", "ingest"),
    Normalising: ("normalise", "render"),
    Composing: ("compose", "render"),
    Rendering: ("render", "render"),
    Mixing: ("mix", "render"),
    Previewing: ("preview", "render"),
}
"""The task that makes each kind of piece, and the queue it waits in."""

_OF = {task: kind for kind, (task, _) in TASKS.items()}
_OWN = frozenset({"shop", "key", "ffmpeg", "model", "path"})
"""What each worker has for itself."""


class OtherTools(PipelineError):
    """This worker would make it otherwise than it was asked for: by another ffmpeg, or another speech model."""

    code = "other-tools"


def order(making: Making[Any], tools: Tools) -> dict[str, Any]:
    """The piece as JSON data. It names the ffmpeg and the speech model that it is to be made with."""
    fields = [one.name for one in dataclasses.fields(making) if one.name not in _OWN]
    return {
        "task": TASKS[type(making)][0],
        "key": making.key,
        "with": {name: as_json(getattr(making, name)) for name in fields},
        "build": tools.ffmpeg.build,
        "model": _model(making, tools),
    }


def ordered(
    data: Mapping[str, Any], shop: Workshop, tools: Tools, original: Callable[[Key], Path | Stored]
) -> Making[Any]:
    """The piece that was ordered, to be made in this workshop. `original` finds a file by its digest.

    Raises:
        OtherTools: it would come out otherwise here.
        BadValue: another version of Rushes ordered it.
    """
    kind = _OF[data["task"]]
    hints = get_type_hints(kind)
    fields = {name: from_json(hints[name], value) for name, value in data["with"].items()}
    if data["build"] != tools.ffmpeg.build:
        message = f"it is to be made by ffmpeg {data['build']}, this worker has {tools.ffmpeg.build}"
        raise OtherTools(message, todo="give every worker the same Rushes and the same RUSHES_FFMPEG")
    own: dict[str, Any] = {"ffmpeg": tools.ffmpeg, "model": tools.model}
    making = {name: own[name] for name in own if name in hints} | fields
    if "path" in hints:
        making["path"] = original(fields["media"].digest)
    made = kind(shop=shop, key=Key(data["key"]), **making)
    if _model(made, tools) != data["model"]:
        message = "it is to be heard with another speech model than this worker has"
        raise OtherTools(message, todo="give every worker the same RUSHES_SPEECH_MODEL")
    return made


def _model(making: Making[Any], tools: Tools) -> str:
    return tools.model.digest if isinstance(making, Listening) and tools.model is not None else ""
