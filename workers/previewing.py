"""Previews of assets, made for whoever looks at them in the web app."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.footage import Media
from pipeline.media import previews
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.previews import Preview
from storage.keys import safe_name
from storage.reading import Stored
from workers.pieces import Making, Progress


@dataclass(frozen=True)
class Previewing(Making[Preview]):
    """What people see of an asset before it is in a film."""

    path: Path | Stored
    media: Media
    alpha: str
    ffmpeg: Ffmpeg
    kind = "other"
    gives = Preview

    def make(self, folder: Path, progress: Progress) -> Preview:
        """Normalises it, and lays it over a checkerboard."""
        with self.shop.work.scratch() as scratch:
            path = self.path
            if isinstance(path, Stored):
                original, path = path, scratch / safe_name(path.name)
                original.store.get(original.key, path, sha256=self.media.digest)
            return previews.previewed(path, self.media, self.alpha, folder, self.ffmpeg, progress)
