"""The media hash lists that lie on a card, found and checked against their chain, for the files below them."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.mhl import CHAIN, FOLDER, SUFFIX, BadManifest, Wanted, chained, comparable, refuse_altered, wanted
from storage.objects import storage_error


@dataclass(frozen=True, slots=True)
class History:
    """What the manifests of one folder want, by path below it; `error` when they cannot be trusted."""

    root: Path
    wanted: dict[str, Wanted]
    error: BadManifest | None = None

    def missing(self) -> tuple[str, ...]:
        """Files that the manifests list and that are not there."""
        there = {comparable(path.relative_to(self.root).as_posix()) for path in self.root.rglob("*")}
        return tuple(sorted(path for path in self.wanted if path not in there))

    def files(self) -> tuple[Path, ...]:
        """The lists themselves, and their chain."""
        inside = self.root / FOLDER
        return tuple(inside.iterdir()) if inside.is_dir() else tuple(self.root.glob(f"*{SUFFIX}"))


class Histories:
    """The histories of the folders asked about, each read once."""

    def __init__(self) -> None:
        self._known: dict[Path, History | None] = {}

    def of(self, path: Path) -> History | None:
        """The history that a file stands under: of its folder, or the nearest folder above that has one.

        Raises:
            StorageUnavailable: a manifest cannot be read from its disk.
        """
        for folder in path.absolute().parents:
            if folder not in self._known:
                self._known[folder] = _history(folder)
            history = self._known[folder]
            if history is not None:
                return history
        return None

    def wanted(self, path: Path) -> Wanted | None:
        """What a file must be; None when no manifest lists it.

        Raises:
            BadManifest: the manifests above it are damaged, or not those of their chain.
        """
        history = self.of(path)
        if history is None:
            return None
        if history.error is not None:
            raise history.error
        return history.wanted.get(comparable(path.absolute().relative_to(history.root).as_posix()))

    def read(self) -> tuple[History, ...]:
        """Every history met so far."""
        return tuple(history for history in self._known.values() if history is not None)


def _history(folder: Path) -> History | None:
    """The ASC MHL history of a folder, or the older lists that lie in it; None when there is none."""
    inside = folder / FOLDER
    try:
        names = sorted(inside.glob(f"*{SUFFIX}")) or sorted(folder.glob(f"*{SUFFIX}"))
        if not names:
            return None
        manifests = [(path.name, path.read_bytes()) for path in names]
        chain = (inside / CHAIN).read_bytes() if (inside / CHAIN).is_file() else b""
    except OSError as error:
        raise storage_error(error, folder) from error
    try:
        if chain:
            refuse_altered(chained(CHAIN, chain), manifests)
        return History(folder, wanted(manifests))
    except BadManifest as error:
        return History(folder, {}, error)
