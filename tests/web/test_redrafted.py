"""What was decided on a line holds while it looks and sounds the same: one pixel, one sound resets it, and no other."""

import hashlib
from pathlib import Path
from typing import Any

import av
from PIL import Image

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage import keys
from storage.catalogue.assets import Wanted, add_asset
from storage.catalogue.courses import change_course
from storage.catalogue.drafts import Drafted, ask_draft, drafts, shown
from tests.media.making import made
from tests.stack.commanding import frames
from tests.web.farming import Farm
from tests.web.serving import Served
from tests.web.test_remote import farm as arrivals
from tests.web.test_remote import settings, token, told
from workers.attaching import attached

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


def clicked(ffmpeg: Ffmpeg, folder: Path, version: int, hertz: int) -> Path:
    """A sound shorter than any line."""
    source = f"sine=f={hertz}:d=0.3:r=48000"
    return made(ffmpeg, folder / f"clic_v{version}.wav", "-f", "lavfi", "-i", source, "-c:a", "pcm_s16le", "-bitexact")


def film(site: Served, draft: Drafted, folder: Path) -> tuple[list[int], str]:
    """A checksum of every picture of a draft's film, and one of its sound."""
    place = folder / f"film{draft.number}"
    site.desk.store.fetch(keys.draft(str(site.studio.video), draft.number), place)
    with av.open(str(place / "draft.mp4")) as opened:
        samples = b"".join(frame.to_ndarray().tobytes() for frame in opened.decode(audio=0))
    return frames(place / "draft.mp4"), hashlib.sha256(samples).hexdigest()


def line_of(site: Served, draft: Drafted, number: int) -> str:
    """The id of a line, counted from 0."""
    with site.client("reviewer") as client:
        return client.get(f"/api/v1/drafts/{draft.id}/verdicts").json()["lines"][number]["line"]


def test_another_sound_under_the_same_picture_resets_its_line_and_no_other(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("Une donnée part de loin.", "[sound clic] Elle arrive au tableau de bord.", "Fin.")
    with site.catalogue.writing() as tx:
        clic = add_asset(tx, site.studio.course, Wanted("clic", "sound", None))
        change_course(tx, site.studio.course, size=SMALL)
    studio = farm.station.studio
    first_sound = clicked(ffmpeg, tmp_path, 1, 440)
    attached(studio, clic, first_sound)
    first = drafted(site, farm)
    with site.client("reviewer") as client:
        client.post(f"/api/v1/drafts/{first.id}/verdicts", json={"decision": "approve"}).raise_for_status()
    attached(studio, clic, clicked(ffmpeg, tmp_path, 2, 880))
    other = drafted(site, farm)
    with site.catalogue.reading() as tx:
        assert shown(tx, other.id).keys == shown(tx, first.id).keys, "not one picture is another"
    assert decided(site, other) == ["approved", "waiting", "approved"]
    with site.client("reviewer") as client:
        given = {"decision": "change", "comment": "trop aigu", "line": line_of(site, other, 1)}
        client.post(f"/api/v1/drafts/{other.id}/verdicts", json=given).raise_for_status()
    attached(studio, clic, first_sound)
    back = drafted(site, farm)
    assert decided(site, back) == ["approved"] * 3, "it sounds as it did when it was approved"
    assert decided(site, other) == ["approved", "change", "approved"]
    first_film, other_film, back_film = (film(site, one, tmp_path) for one in (first, other, back))
    assert first_film[0] == other_film[0] == back_film[0], "the same pictures"
    assert first_film[1] == back_film[1] != other_film[1], "the same sound, and another"
