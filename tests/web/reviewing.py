"""A studio whose video has drafts with real films, as long as their timelines: for tests of the review room."""

from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg
from storage import keys
from storage.catalogue.drafts import Drafted
from tests.media.making import made
from tests.web.serving import Served

ONE = "Bonjour et bienvenue dans ce cours sur la donnée."
TWO = "Nous allons suivre un chiffre, de sa source au tableau de bord. Puis nous verrons qui le lit."
THREE = "Une donnée fausse coûte plus cher qu'une donnée absente, retenez-le bien."


CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nVoici.\n"


def filmed(site: Served, ffmpeg: Ffmpeg, folder: Path, *paragraphs: str, **files: bytes) -> Drafted:
    """The next draft of the video, of these paragraphs, with a film that has its frames.

    `files`: further files of it, their names with `_` for the dot.
    """
    site.studio.write(*paragraphs)
    draft = site.studio.draft()
    place = folder / f"draft{draft.number}"
    place.mkdir(parents=True)
    assert draft.frames is not None
    source = ("-f", "lavfi", "-i", f"testsrc2=s=320x180:r=25:d={draft.frames / 25:.3f}", "-pix_fmt", "yuv420p")
    made(ffmpeg, place / "draft.mp4", *source, "-bf", "0", "-g", "25", "-movflags", "+faststart")
    for name, content in files.items():
        (place / name.replace("_", ".")).write_bytes(content)
    (place / "manifest.json").write_text("{}", "utf-8")
    site.desk.store.publish(place, keys.draft(str(site.studio.video), draft.number))
    return draft
