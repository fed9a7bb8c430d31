"""Where a studio is, as settings or `rushes up` name it: read before anything of it is opened."""

from dataclasses import dataclass, field
from pathlib import Path

from storage.s3_place import S3Place
from workers.data_folder import DataFolder


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a studio keeps its things, and its farm's broker. `data` holds what the others do not name."""

    database: str | None = field(repr=False)
    s3: S3Place | None
    data: Path | None
    broker: str | None = field(default=None, repr=False)


def seat_up(folder: DataFolder) -> Seat:
    """Where the studio that `rushes up` runs in a folder keeps its things.

    Raises:
        StorageUnavailable: it is not up.
    """
    found = folder.addresses()
    return Seat(found.database, found.s3, folder.root, found.broker)
