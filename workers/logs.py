"""What is told of what is run, for people and for programs: as text, or a JSON object a line. Never a signed link."""

import json
import logging
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from pipeline.links import unsigned

OURS = ("pipeline", "storage", "workers", "studio")
FORM = "%(asctime)s %(process)d %(name)s %(message)s"
WORKER_FORM = "%(asctime)s %(levelname)s %(process)d %(name)s %(message)s"

LogFormat = Literal["text", "json"]
LOG_FORMATS: Final[tuple[LogFormat, ...]] = get_args(LogFormat)

_doing: ContextVar[Mapping[str, str]] = ContextVar("_doing")


def begin(task: str) -> None:
    """From now on each line of this process names that task, and nothing of the one before.

    Nothing ends it: what Celery itself says of a task comes after its end, and is about it still.
    """
    _doing.set({"task": task})


def note(**facts: object) -> None:
    """Adds to what each line of this process names until the next task begins: ids, by what they are of."""
    known = {name: str(value) for name, value in facts.items() if value is not None}
    _doing.set({**_doing.get({}), **known})


class Text(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what is being done at its end."""
        doing = " ".join(f"{name}={value}" for name, value in _doing.get({}).items())
        return unsigned(super().format(record)) + (f" [{doing}]" if doing else "")


class JsonLine(logging.Formatter):
    """A JSON object on one line: `time` in UTC, `level`, `worker`, `process`, what is being done, `message`."""

    def __init__(self, worker: str) -> None:
        super().__init__()
        self.worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        row: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "worker": self.worker,
            "process": record.process,
            **_doing.get({}),
            "logger": record.name,
            "message": unsigned(record.getMessage()),
        }
        if record.exc_info:
            row["exception"] = unsigned(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in row.items() if value != ""}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class LogFile:
    """Where a process writes what it does; so that other processes can be given it too."""

    name: str
    form: LogFormat


def write_to(file: LogFile | None) -> None:
    """From now on this process adds what it does to the file, a line each; nothing without one.

    Raises:
        OSError: it cannot be written.
    """
    if file is None:
        return
    handler = logging.FileHandler(file.name, encoding="utf-8")
    handler.setFormatter(JsonLine("") if file.form == "json" else Text(FORM))
    for name in OURS:
        log = logging.getLogger(name)
        log.setLevel(logging.DEBUG)
        log.addHandler(handler)


def written_to() -> LogFile | None:
    """The file that `write_to` was given; None when there is none."""
    for handler in logging.getLogger(OURS[0]).handlers:
        if isinstance(handler, logging.FileHandler):
            return LogFile(handler.baseFilename, "json" if isinstance(handler.formatter, JsonLine) else "text")
    return None


def write_worker(form: LogFormat, worker: str) -> None:
    """From now on this process, and those it forks, write on stderr what they do, and the warnings of libraries.

    With JSON nothing is written on stdout any more: Celery says there how it stops, to whoever sits at a terminal.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonLine(worker) if form == "json" else Text(WORKER_FORM))
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.addHandler(handler)
    for name in OURS:
        log = logging.getLogger(name)
        log.setLevel(log.level or logging.INFO)
    logging.captureWarnings(capture=True)
    if form == "json":
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
