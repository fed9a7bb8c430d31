"""The one place where ffmpeg is run."""

import contextlib
import hashlib
import logging
import shlex
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from pipeline.errors import DiskFull, FfmpegFailed, NotFound
from pipeline.links import unsigned
from pipeline.media.tied import tied

log = logging.getLogger(__name__)

NEEDED_ENCODERS = ("libx264", "aac", "flac", "mjpeg", "pcm_s16le")
NEEDED_FILTERS = ("alphamerge", "bwdif", "ebur128", "loudnorm", "overlay", "perspective", "sidechaincompress", "zscale")
TAIL_LINES = 12
ENDING = 5
"""Seconds a program that feeds ffmpeg may take to end once ffmpeg has."""
TOO_FULL = ("No space left on device", "Disk quota exceeded")


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """An ffmpeg that was found and checked. `build` names it in every key: another build gives other pixels.

    `ranged`: of a link it asks for a little at a time (ffmpeg 9 and later); others are given whole files instead.
    """

    path: str
    build: str
    ranged: bool


@cache
def found(override: str | None = None) -> Ffmpeg:
    """The ffmpeg to use: `override` (from `RUSHES_FFMPEG`) or the one that imageio-ffmpeg brings.

    Raises:
        NotFound: it is not there, does not run, or lacks an encoder or filter that drafts need.
    """
    path = override or imageio_ffmpeg.get_ffmpeg_exe()
    todo = "set RUSHES_FFMPEG to a full ffmpeg 6 or later, or unset it to use the one that comes with Rushes"
    executable = shutil.which(path)
    if executable is None:
        raise NotFound(f"wanted ffmpeg, found no program at {path}", todo=todo)
    try:
        version = _said(executable, "-version").splitlines()[0]
        encoders, filters = _said(executable, "-encoders"), _said(executable, "-filters")
        ranged = "-initial_request_size" in _said(executable, "-h", "protocol=http")
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        raise NotFound(f"{executable} does not run as ffmpeg: {error}", todo=todo) from error
    lacking = [name for name in NEEDED_ENCODERS if f" {name} " not in encoders]
    lacking += [name for name in NEEDED_FILTERS if f" {name} " not in filters]
    if lacking:
        raise NotFound(f"{executable} ({version}) lacks {', '.join(lacking)}", todo=todo)
    return Ffmpeg(executable, hashlib.sha256(version.encode()).hexdigest()[:16], ranged)


def _said(executable: str, *arguments: str) -> str:
    done = subprocess.run(
        [executable, "-hide_banner", *arguments], capture_output=True, check=True, timeout=60, stdin=subprocess.DEVNULL
    )
    return done.stdout.decode(errors="replace")


def run(
    ffmpeg: Ffmpeg,
    arguments: Sequence[str],
    *,
    what: str,
    progress: Callable[[int], None] | None = None,
    folder: Path | None = None,
    fed: Sequence[str] = (),
) -> str:
    """Runs ffmpeg to its end and gives what it said on stderr (the last 2,000 lines).

    `fed`: a program whose output it reads as `pipe:0`. That one failing is told as ffmpeg failing is.

    `arguments` are those of `pipeline.commands`, outputs included. `progress` is told the count of frames written, a
    few times a second. `what` says in the user's words what was being made. ffmpeg never outlives this process.

    Raises:
        FfmpegFailed: it ended with an error; the tail of stderr is in the message.
        DiskFull: the disk is full.
    """
    command = [ffmpeg.path, "-nostdin", "-hide_banner", "-y", "-progress", "pipe:1", *arguments]
    shown = unsigned(shlex.join(command))  # a link of our store lets whoever has it read
    log.debug("%s: %s", what, shown)
    with _feeding(fed, what) as source:
        status, said = _ran(command, source, folder, progress)
        if status != 0:
            tail = unsigned("\n".join(said[-TAIL_LINES:]))
            if any(sign in line for sign in TOO_FULL for line in said[-50:]):
                raise DiskFull(f"{what}: the disk is full", todo="free some space and run the same command again")
            raise FfmpegFailed(what, shown, tail)
    return "\n".join(said)


def _ran(
    command: Sequence[str], source: IO[bytes] | int, folder: Path | None, progress: Callable[[int], None] | None
) -> tuple[int, list[str]]:
    """The exit status of ffmpeg, and the last lines it said."""
    process = subprocess.Popen(
        command,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        preexec_fn=tied(),  # noqa: PLW1509 (takes no lock)
    )
    said: list[str] = []

    def listen() -> None:
        for raw in process.stderr or ():
            said.append(raw.decode(errors="replace").rstrip())
            del said[:-2000]

    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    try:
        for raw in process.stdout or ():
            if progress is not None and raw.startswith(b"frame="):
                with contextlib.suppress(ValueError):
                    progress(int(raw[6:]))
        return process.wait(), said
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        reader.join(timeout=5)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@contextlib.contextmanager
def _feeding(program: Sequence[str], what: str) -> Generator[IO[bytes] | int]:
    """What ffmpeg reads: the output of that program while the block lasts, nothing where there is none.

    Raises:
        FfmpegFailed: the program ended with an error, whatever became of ffmpeg.
    """
    if not program:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as said:
        feeder = subprocess.Popen(
            program,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            preexec_fn=tied(),  # noqa: PLW1509 (takes no lock)
        )
        assert feeder.stdout is not None  # noqa: S101
        try:
            yield feeder.stdout
        finally:
            with contextlib.suppress(subprocess.TimeoutExpired):
                feeder.wait(ENDING)
            ended = feeder.poll()
            feeder.kill()
            feeder.wait()
            feeder.stdout.close()
            if ended:
                said.seek(0)
                tail = said.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
                tail += [f"ended by signal {-ended}"] if ended < 0 else []
                raise FfmpegFailed(what, shlex.join(program), "\n".join(tail))
