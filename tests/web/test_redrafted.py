"""What was decided on a line holds in the next draft while it looks the same: one pixel resets it, and no other."""

from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.courses import change_course
from storage.catalogue.drafts import Drafted, ask_draft, drafts
from tests.web.farming import Farm
from tests.web.serving import Served
from tests.web.test_remote import farm as arrivals
from tests.web.test_remote import settings, token, told

SMALL = Size(320, 180)


def sent(site: Served, ffmpeg: Ffmpeg, folder: Path, version: int) -> None:
    """The next version of the still that line 1 shows: one pixel of it is another in each."""
    place = folder / f"motion{version}"
    place.mkdir()
    picture = Image.new("RGBA", (320, 180), (30, 60, 90, 255))
    picture.putpixel((160, 90), (200, 40 * version, 90, 255))
    picture.save(place / f"orbite_v{version}.png")
    with arrivals(site, ffmpeg, folder):
        told("add", "C1/V1", place, "--motion", "--progress", "none", **settings(site, folder, token(site, "motion")))


def drafted(site: Served, farm: Farm) -> Drafted:
    with site.catalogue.writing() as tx:
        ask_draft(tx, site.studio.video, "asked by a test")
    farm.work()
    with site.catalogue.reading() as tx:
        last = drafts(tx, site.studio.video)[-1]
    assert last.state == "done", last.error
    return last


def decided(site: Served, draft: Drafted) -> list[str]:
    with site.client("reviewer") as client:
        found: dict[str, Any] = client.get(f"/api/v1/drafts/{draft.id}/verdicts").raise_for_status().json()
    return [line["state"] for line in found["lines"]]


def test_one_changed_pixel_resets_its_line_and_no_other(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("[show orbite for 1s] Une donnée part de loin.", "Elle arrive au tableau de bord.", "Fin.")
    site.studio.asset("orbite")
    with site.catalogue.writing() as tx:
        change_course(tx, site.studio.course, size=SMALL)
    sent(site, ffmpeg, tmp_path, 1)
    first = drafted(site, farm)
    assert decided(site, first) == ["waiting"] * 3
    with site.client("reviewer") as client:
        client.post(f"/api/v1/drafts/{first.id}/verdicts", json={"decision": "approve"}).raise_for_status()
    assert decided(site, first) == ["approved"] * 3
    again = drafted(site, farm)
    assert decided(site, again) == ["approved"] * 3, "the same pictures and sound, though it is another draft"
    sent(site, ffmpeg, tmp_path, 2)
    changed = drafted(site, farm)
    assert decided(site, changed) == ["waiting", "approved", "approved"]
    assert decided(site, again) == ["approved"] * 3, "what was decided on the drafts of before stands"
