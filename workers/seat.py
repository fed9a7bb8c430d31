"""Where a studio is, as settings name it: read before anything of it is opened."""

from dataclasses import dataclass, field
from pathlib import Path

from storage.s3_place import S3Place


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a studio keeps its things, as settings name it. `data` holds what the others do not name."""

    database: str | None = field(repr=False)
    s3: S3Place | None
    data: Path | None
