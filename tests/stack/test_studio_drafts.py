"""The studio: a draft over the catalogue and the store, on FolderStore with SQLite and on SeaweedFS with PostgreSQL."""

import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from minio import Minio
from minio.commonconfig import CopySource
from PIL import Image
from sqlalchemy import select

from pipeline.errors import NotFound, ScriptError
from pipeline.manifest import pieces
from storage.catalogue.courses import video_called
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import every_file
from storage.catalogue.filming import marks
from storage.catalogue.log import since
from storage.catalogue.tables.media import AssetRow
from storage.claims import FolderClaims
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.objects import SMALLEST_PART, ObjectStore
from storage.s3_place import s3_place
from storage.s3_store import S3Store
from storage.upkeep import abandoned, give_up, surplus, verify
from tests.stack.commanding import data, frames, told
from tests.stack.commanding import drafted as made
from tests.stack.conftest import FIRST_LINE
from tests.stack.databases import Databases
from tests.stack.postgres import BIN
from workers.object_server import ObjectServer

SCRIPT = f"# Un\n\n[show logo] {FIRST_LINE}\n\nEt une autre ligne, que personne ne dit.\n"


@dataclass
class Scene:
    """A studio with one video, drafted once; the settings that lead to it."""

    store: ObjectStore
    catalogue: Catalogue
    settings: dict[str, str]
    folder: Path
    address: str

    def told(self, *arguments: object, status: int = 0) -> str:
        return told(*arguments, status=status, **self.settings)

    def data(self, *arguments: object, status: int = 0):
        return data(*arguments, status=status, **self.settings)

    def film(self, number: int) -> list[int]:
        name = f"film-{number}"
        with self.catalogue.reading() as tx:
            video = video_called(tx, self.address).id
        whole = self.store.fetch(f"drafts/{video}/{number:03d}", self.folder / name)
        assert {file.name for file in whole.files} >= {"draft.mp4", "manifest.json", "report.html", "captions.vtt"}
        return frames(self.folder / name / "draft.mp4")

    def damage(self, key: str, data: bytes = b"other bytes") -> None:
        """Writes over an object behind the store's back."""
        if isinstance(self.store, FolderStore):
            self.store.path(key).unlink()  # it may be linked from elsewhere
            self.store.path(key).write_bytes(data)
            return
        at = s3_place(self.settings["RUSHES_S3_URL"])
        Minio(at.host, at.key, at.secret, secure=False).put_object(at.bucket, key, io.BytesIO(data), len(data))

    def manifest(self, number: int) -> Path:
        return self.folder / f"film-{number}" / "manifest.json"


def logo(path: Path, red: int) -> Path:
    Image.new("RGBA", (64, 64), (red, 30, 30, 255)).save(path)
    return path


@pytest.fixture(scope="module", params=["folder", "s3"])
def scene(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory, spoken: Path
) -> Iterator[Scene]:
    place = tmp_path_factory.mktemp("studio")
    kind = "sqlite" if request.param == "folder" else "postgresql"
    with databases.migrated(kind) as url:
        if request.param == "folder":
            store: ObjectStore = FolderStore(place / "data" / "objects")
            settings = {"RUSHES_DATABASE_URL": url, "RUSHES_DATA": str(place / "data")}
        else:
            server: ObjectServer = request.getfixturevalue("seaweedfs")
            at = replace(server.place, bucket="studio")  # other tests leave their objects in the server's own
            bucket = S3Store(at, FolderClaims(place / "claims"))
            bucket.make_bucket()
            store = bucket
            keys = f"{quote(at.key, safe='')}:{quote(at.secret, safe='')}"
            settings = {"RUSHES_DATABASE_URL": url, "RUSHES_S3_URL": f"http://{keys}@{at.host}/{at.bucket}"}
        settings["RUSHES_CACHE"] = str(place / "cache")
        catalogue = Catalogue(url)
        one = Scene(store, catalogue, settings, place, "DA-01/P1C2")
        (place / "script.md").write_text(SCRIPT, "utf-8")
        one.told("person", "lea@example.org", "Léa")
        one.told("course", "new", "DA-01", "La donnée", "--size", "640x360")
        one.told("video", "new", "DA-01/P1C2", "Suivez une donnée")
        one.told("script", "P1C2", place / "script.md")
        one.told("due", "p1c2", "motion", "2027-01-15", "--owner", "lea@example.org")
        one.told("add", "P1C2", spoken, "--progress", "none")
        one.told("asset", "P1C2", "logo", logo(place / "logo.png", 200), "--kind", "still")
        assert made("P1C2", **settings)["number"] == 1
        yield one
        catalogue.close()


def test_a_draft_is_published_and_known(scene: Scene) -> None:
    assert len(scene.film(1)) > 50
    assert scene.data("history", "P1C2")[0]["kind"] in {"takes.found", "draft.done"}
    codes = {one["code"] for one in scene.data("status", "P1C2")}
    assert not codes & {"no-rush", "no-draft", "asset-unsent", "no-script"}
    assert scene.data("stale", "P1C2") == []
    [use] = scene.data("where", "DA-01/logo")[0]["uses"]
    assert (use["video"], use["version"]) == ("DA-01/P1C2", 1)
    with pytest.raises(NotFound, match="no folder and no video 'P9'"):
        scene.told("status", "P9")


def test_a_new_version_is_stale_then_drafted_and_only_its_segments_are_made(scene: Scene) -> None:
    scene.film(1)
    scene.told("cast", "P1C2", "logo", "logo", "--policy", "latest_approved")
    assert "asset-unapproved" in {one["code"] for one in scene.data("status", "P1C2")}
    scene.told("approve", "P1C2", "logo", 1)
    scene.told("asset", "P1C2", "logo", logo(scene.folder / "logo2.png", 20))
    assert scene.data("stale", "P1C2") == []
    scene.told("approve", "P1C2", "logo", 2)
    [stale] = scene.data("stale", "P1C2")
    assert (stale["because"], stale["what"], stale["draft"]) == ("asset", "logo", 1)
    number = made("P1C2", **scene.settings)["number"]
    changed = scene.data("diff", "P1C2", 1, number)["entries"]
    assert {one["facts"][0].split("logo")[1] for one in changed} <= {"” v1 → v2", "\u00a0» v1 → v2"}
    assert [one for entry in changed for one in entry["segments"]] == stale["segments"]
    why = scene.data("cache", "why", "P1C2", number, stale["segments"][0] + 1)
    named = [(one["code"], one["old"], one["new"]) for one in why["differences"]]
    assert ("overlay", "logo v1", "logo v2") in named
    first, last = scene.film(1), scene.film(number)
    assert len(first) == len(last)
    assert first != last
    (scene.folder / "other.md").write_text("# Autre\n\nTout est autre.\n", "utf-8")
    scene.told("script", "P1C2", scene.folder / "other.md")
    again = made("P1C2", "--manifest", scene.manifest(1), **scene.settings)["number"]
    assert scene.film(again) == first
    assert json.loads(scene.manifest(again).read_text("utf-8")) == json.loads(scene.manifest(1).read_text("utf-8"))
    scene.told("script", "P1C2", scene.folder / "script.md")


def test_everything_is_verified_and_what_no_draft_needs_goes(scene: Scene) -> None:
    assert scene.data("verify", "--progress", "none")["findings"] == []
    left = scene.folder / "left"
    left.mkdir()
    (left / "picture.mp4").write_bytes(b"left over")
    name = derived("segment", "e" * 64)  # type: ignore[arg-type]
    scene.store.publish(left, name)
    found = scene.data("verify", "--progress", "none", status=1)["findings"]
    assert [(one["fault"], one["name"]) for one in found] == [("orphaned", name)]
    assert scene.data("gc", "--dry-run")["objects"] == []
    spare = [one["name"] for one in scene.data("gc", "--dry-run", "--age", 0)["objects"]]
    assert name in spare
    scene.film(1)
    needed = {derived(kind, key) for kind, key in pieces(json.loads(scene.manifest(1).read_text("utf-8")))}
    assert not needed & set(spare)
    scene.told("gc", "--age", 0)
    assert scene.store.whole(name) is None
    assert scene.data("verify", "--progress", "none")["findings"] == []
    assert len(scene.film(1)) > 50


def test_what_is_damaged_is_made_again_and_an_original_is_only_told(scene: Scene, tmp_path: Path) -> None:
    first = scene.film(1)
    needed = pieces(json.loads(scene.manifest(1).read_text("utf-8")))
    keys = {kind: derived(kind, key) for kind, key in sorted(needed)}
    wholes = [whole for kind in ("conformed", "segment") if (whole := scene.store.whole(keys[kind])) is not None]
    assert len(wholes) == 2
    for whole in wholes:
        scene.damage(whole.files[0].key)
    mended = scene.data("verify", "--mend", "--progress", "none")["mended"]
    assert mended == sorted(whole.name for whole in wholes)
    assert scene.data("verify", "--progress", "none")["findings"] == []
    elsewhere = scene.settings | {"RUSHES_CACHE": str(tmp_path)}  # a machine that has made nothing yet
    number = made("P1C2", "--manifest", scene.manifest(1), **elsewhere)["number"]
    assert scene.film(number) == first
    assert all(scene.store.whole(whole.name) is not None for whole in wholes)
    assert scene.data("verify", "--progress", "none")["findings"] == []
    scene.told("asset", "P1C2", "broken", logo(scene.folder / "broken.png", 77))
    with scene.catalogue.reading() as tx:
        [broken] = [one for one in every_file(tx) if one.name == "broken.png"]
    scene.damage(broken.object_name)
    found = scene.data("verify", "--mend", "--progress", "none", status=1)
    assert [(one["fault"], one["called"]) for one in found["findings"]] == [("damaged", "broken.png")]
    assert found["mended"] == []
    assert scene.store.read(broken.object_name, 0, 100) == b"other bytes"


def test_an_original_goes_only_when_asked_and_with_a_reason(scene: Scene) -> None:
    extra = logo(scene.folder / "extra.png", 99)
    scene.told("asset", "P1C2", "extra", extra)
    asked = scene.told("purge", "extra.png", "--reason", "no right to show it", status=1)
    assert "DA-01/extra@v1" in asked
    assert scene.data("verify", "--progress", "none")["findings"] == []
    with pytest.raises(NotFound, match="wanted one original, found 0"):
        scene.told("purge", "nothing.png", "--reason", "x", "--yes")
    scene.told("purge", "extra.png", "--reason", "no right to show it", "--yes")
    assert scene.data("verify", "--progress", "none")["findings"] == []
    with pytest.raises(NotFound):
        scene.store.read(f"originals/{extra.name}", 0, 1)
    with scene.catalogue.reading() as tx:
        [purged] = [one for one in since(tx, 0, 10_000) if one.kind == "file.purged"]
    assert (purged.details["name"], purged.details["reason"]) == ("extra.png", "no right to show it")


def test_what_lies_beside_a_file_is_known_of_its_asset(scene: Scene) -> None:
    beside = scene.folder / "beside"
    beside.mkdir()
    logo(beside / "sceau.png", 200)
    (beside / "about.toml").write_text('[sceau]\nlicence = "CC0 1.0"\nalternative = "Un sceau."\n', "utf-8")
    scene.told("asset", "P1C2", "sceau", beside / "sceau.png", "--source", "la maison")
    with scene.catalogue.reading() as tx:
        [kept] = tx.scalars(select(AssetRow).where(AssetRow.name == "sceau")).all()
        assert (kept.licence, kept.alternative, kept.source) == ("CC0 1.0", "Un sceau.", "la maison")
    (beside / "about.toml").write_text("[sceau]\nlicense = 4\n", "utf-8")
    with pytest.raises(ScriptError, match=r"about.toml:2:1: license of sceau wanted text"):
        scene.told("asset", "P1C2", "sceau", beside / "sceau.png")


def test_numbered_pictures_are_sent_as_one_asset(scene: Scene) -> None:
    pictures = scene.folder / "collecte"
    pictures.mkdir()
    for number in range(30):
        logo(pictures / f"collecte_{number:04d}.png", 8 * number)
    scene.told("asset", "P1C2", "moving logo", pictures)
    scene.told("asset", "P1C2", "moving logo", pictures)
    with scene.catalogue.reading() as tx:
        [kept] = [one for one in every_file(tx) if one.name == "collecte.zip"]
    assert kept.state == "ready"
    assert kept.media is not None
    assert (kept.media.frames, kept.media.container) == (30, "sequence")
    scene.told("cast", "P1C2", "logo", "moving logo")
    before = scene.film(1)
    number = made("P1C2", **scene.settings)["number"]
    shown = scene.film(number)
    assert len(shown) == len(before)
    assert shown != before
    scene.told("cast", "P1C2", "logo", "logo")


def test_an_upload_that_nobody_goes_on_with_is_given_up(scene: Scene) -> None:
    upload = scene.store.begin("originals/abandoned/a.mov", SMALLEST_PART + 1)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert upload.key not in [one.name for one in abandoned(scene.catalogue, scene.store, later - timedelta(hours=2))]
    assert upload.key in [one.name for one in abandoned(scene.catalogue, scene.store, later)]
    assert give_up(scene.catalogue, scene.store, later) >= 1
    assert upload.id not in [one.id for one in scene.store.uploads()]


def test_what_is_needed_is_never_surplus(scene: Scene) -> None:
    later = datetime.now(UTC) + timedelta(days=365)
    spare = {one.name for one in surplus(scene.catalogue, scene.store, later, lambda *_: True)}
    for number in (1,):
        scene.film(number)
        manifest = json.loads(scene.manifest(number).read_text("utf-8"))
        assert not {derived(kind, key) for kind, key in pieces(manifest)} & spare
    found = verify(scene.catalogue, scene.store, None, later, lambda *_: None)
    assert found.findings == ()


def test_a_backup_of_both_halves_verifies_clean(scene: Scene, databases: Databases, tmp_path: Path) -> None:
    """The catalogue first, then the bucket: what the catalogue knows was there before, and nothing is written over."""
    url = scene.settings["RUSHES_DATABASE_URL"]
    with databases.empty("sqlite" if url.startswith("sqlite") else "postgresql") as restored:
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as there:
                there.execute("VACUUM INTO ?", [restored.removeprefix("sqlite:///")])
            shutil.copytree(scene.folder / "data", tmp_path / "data")
            settings = {"RUSHES_DATA": str(tmp_path / "data")}
        else:
            subprocess.run([BIN / "pg_dump", "--format=custom", f"--file={tmp_path / 'dump'}", url], check=True)
            subprocess.run([BIN / "pg_restore", f"--dbname={restored}", tmp_path / "dump"], check=True)
            at = s3_place(scene.settings["RUSHES_S3_URL"])
            client = Minio(at.host, at.key, at.secret, secure=False)
            client.make_bucket(f"{at.bucket}-backup")
            for one in client.list_objects(at.bucket, recursive=True):
                client.copy_object(f"{at.bucket}-backup", one.object_name, CopySource(at.bucket, one.object_name))
            settings = {"RUSHES_S3_URL": scene.settings["RUSHES_S3_URL"] + "-backup"}
        settings |= {"RUSHES_DATABASE_URL": restored, "RUSHES_CACHE": str(tmp_path / "cache")}
        found = data("verify", "--progress", "none", **settings)
        assert (found["findings"], found["files"] > 20) == ([], True)
        number = made("P1C2", "--manifest", scene.manifest(1), **settings)["number"]
        assert number > 1


def test_a_take_that_is_circled_is_told_to_the_next_draft(scene: Scene) -> None:
    with pytest.raises(NotFound, match="shot 01 has no take 9; it has 1"):
        scene.told("circle", "P1C2", "01", 9)
    scene.told("circle", "P1C2", "01", 1)
    with scene.catalogue.reading() as tx:
        video = video_called(tx, scene.address).id
    with scene.catalogue.reading() as tx:
        [mark] = [one for one in marks(tx, video) if one.span is not None]
    assert (mark.rush, mark.shot) == ("spoken.mp4", "01")
    assert "take" in {one["because"] for one in scene.data("stale", "P1C2")}
    told = scene.data("explain", "P1C2", "--progress", "none")
    assert {row["take"] for row in told["framings"]} == {"01/1"}
    scene.told("circle", "P1C2", "01", 1, "--no")
    with scene.catalogue.reading() as tx:
        assert [one for one in marks(tx, video) if one.span is not None] == []


def test_a_brief_is_made_of_what_the_store_has(scene: Scene) -> None:
    out = scene.folder / "brief"
    scene.told("brief", "P1C2", "--cue", "logo", "--out", out, "--progress", "none")
    row = json.loads((out / "01-logo" / "brief.json").read_text("utf-8"))
    assert row["file"]["goes"] == "studio"
    assert row["file"]["name"] == f"logo_v{row['file']['version']}.mov"
    assert row["file"]["version"] > 1
    assert row["size"] == {"width": 640, "height": 360}
    assert len(frames(out / "01-logo" / "reference.mp4")) == row["clip"]["frames"]
    assert "rushes asset P1C2" in (out / "brief.html").read_text("utf-8")
