"""`rushes login` and `rushes add` to a studio elsewhere: straight to its store, gone on with after a kill, in words."""

import hashlib
import json
import logging
import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.errors import NotFound, PipelineError, StorageUnavailable
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.assets import versions
from storage.catalogue.casting import find_asset
from storage.catalogue.entry import make_token
from storage.catalogue.filming import rushes
from storage.catalogue.terms import Reach
from studio.cli import rushes as command
from studio.elsewhere import KEPT_IN, Elsewhere, login
from studio.settings import settings as read_settings
from tests.stack.conftest import seaweedfs  # noqa: F401 (fixture)
from tests.stack.proxy import BadWire
from tests.stack.running import COMMAND, ENVIRONMENT, ROOT
from tests.web.serving import Served
from tests.web.test_upload import filmed, kept_sha256, looked_at, only_file, stored  # noqa: F401 (fixtures)

BLANK = dict.fromkeys((name for name in os.environ if name.startswith("RUSHES_")), "")


def token(site: Served, who: str = "director", reach: Reach = "send", days: int = 1) -> str:
    with site.catalogue.writing() as tx:
        return make_token(tx, site.person(who), "a machine", reach, timedelta(days=days))


def settings(site: Served, folder: Path, shown: str | None = None) -> dict[str, str]:
    """The environment of a person's machine, which has no studio of its own."""
    named = {"RUSHES_STUDIO": site.url, "RUSHES_TOKEN": token(site) if shown is None else shown}
    return BLANK | {"RUSHES_CONFIG": str(folder / "config"), "RUSHES_LANGUAGE": "en"} | named


def told(*arguments: object, status: int = 0, given: str = "", **environment: str) -> str:
    done: Result = CliRunner().invoke(
        command, [str(one) for one in arguments], env=environment, catch_exceptions=False, input=given
    )
    assert done.exit_code == status, done.output
    return done.stdout


@contextmanager
def farm(site: Served, ffmpeg: Ffmpeg, folder: Path) -> Iterator[None]:
    """What looks at files that arrived, while the test goes on."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            looked_at(site, ffmpeg, folder)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_rushes_are_sent_matched_and_ready(stored: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:  # noqa: F811
    stored.studio.write("# Un", "Bonjour à tous.", "# Deux", "Et voilà.")
    card = tmp_path / "CAM_A"
    card.mkdir()
    filmed(ffmpeg, card / "plan 02 prise 3.mov", 3, "64x64")
    filmed(ffmpeg, card / "C0001.mov", 3, "64x64")
    (card / "C0001M01.XML").write_text("<x/>")
    env = settings(stored, tmp_path)
    seen = told("add", "C1/V1", card, "--dry-run", **env)
    assert "2 files would be added to V1" in seen
    with stored.catalogue.reading() as tx:
        assert rushes(tx, stored.studio.video) == ()
    with farm(stored, ffmpeg, tmp_path):
        said = told("add", "C1/V1", card, "--progress", "none", **env)
    assert "CAM_A/plan 02 prise 3.mov: shot 02, take 3 (its name says so) · ready" in said
    assert "CAM_A/C0001.mov: no shot named (the camera named it; what is said in it will tell) · ready" in said
    assert "added: 2, already here: 0, not: 0" in said
    assert "1 file that the camera wrote stays here" in said
    with stored.catalogue.reading() as tx:
        found = {(one.filed.card, one.filed.name): one for one in rushes(tx, stored.studio.video)}
    sent = found["CAM_A", "plan 02 prise 3.mov"]
    assert (sent.filed.shot, sent.file.state, sent.file.sender) == ("02", "ready", stored.person("director"))
    assert sent.file.sha256 == hashlib.sha256((card / "plan 02 prise 3.mov").read_bytes()).hexdigest()
    again = json.loads(told("add", "C1/V1", card, "--json", "--progress", "none", **env))
    assert [one["state"] for one in again["files"]] == ["already", "already"]
    assert [(one["shot"], one["take"]) for one in again["files"]] == [(None, None), ("02", 3)]


def test_an_animation_is_the_next_version_of_what_the_script_shows(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    site.studio.write("# Un", "[show Collect]", "Bonjour à tous.")
    (tmp_path / "motion").mkdir()
    filmed(ffmpeg, tmp_path / "motion" / "collect_v2.mov", 3, "64x64")
    env = settings(site, tmp_path, token(site, "motion"))
    with farm(site, ffmpeg, tmp_path):
        said = told("add", "C1/V1", tmp_path / "motion", "--motion", "--progress", "none", **env)
    assert "collect_v2.mov: a version of “Collect”, which the script shows" in said
    with site.catalogue.reading() as tx:
        asset = find_asset(tx, site.studio.course, "Collect")
        assert asset is not None
        assert [(one.number, one.state) for one in versions(tx, asset)] == [(1, "ready")]


@pytest.mark.parametrize("stored", ["seaweedfs"], indirect=True)
def test_a_kill_costs_nothing(stored: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:  # noqa: F811
    """Killed while it sends; at the end the same bytes are there, and no part was sent again that was there."""
    path = filmed(ffmpeg, tmp_path / "C0001.mov", 28)  # four parts
    env = ENVIRONMENT | settings(stored, tmp_path)
    arguments = [*COMMAND, "add", "C1/V1", str(path), "--progress", "jsonl"]
    running = subprocess.Popen(arguments, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line)["done"] >= 16:
            running.send_signal(signal.SIGKILL)
            break
    running.wait()
    running.stdout.close()
    assert only_file(stored).state == "uploading", "it was killed too late"
    with farm(stored, ffmpeg, tmp_path):
        done = subprocess.run(arguments, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert rows[0]["done"] >= 16, "it began anew"
    found = only_file(stored)
    assert (found.state, found.sha256) == ("ready", hashlib.sha256(path.read_bytes()).hexdigest())
    assert kept_sha256(stored, found, tmp_path) == found.sha256


def test_the_token_is_asked_for_kept_for_its_owner_and_never_shown(
    site: Served, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    env = settings(site, tmp_path) | {"RUSHES_STUDIO": "", "RUSHES_TOKEN": ""}
    secret = token(site)
    said = told("login", site.url, given=f"{secret}\n", **env)
    kept = tmp_path / "config" / KEPT_IN
    assert secret not in said
    assert f"Director at {site.url}" in said
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    filmed(ffmpeg, tmp_path / "C0001.mov", 3, "64x64")
    seen = told("add", "C1/V1", tmp_path / "C0001.mov", "--dry-run", **env)
    assert "1 file would be added to V1" in seen
    kept.chmod(0o644)
    with pytest.raises(PipelineError, match="others may read the token in it"):
        told("add", "C1/V1", tmp_path / "C0001.mov", **env)
    kept.chmod(0o600)
    told("logout", **env)
    assert not kept.exists()
    with pytest.raises(PipelineError, match="C1/V1"):
        told("add", "C1/V1", tmp_path / "C0001.mov", **env)


def test_what_is_wrong_is_said(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    path = filmed(ffmpeg, tmp_path / "C0001.mov", 3, "64x64")

    def refused(video: str = "C1/V1", **changed: str) -> PipelineError:
        with pytest.raises(PipelineError) as found:
            told("add", video, path, "--progress", "none", **settings(site, tmp_path) | changed)
        assert found.value.todo
        return found.value

    assert "this token is nobody's" in str(refused(RUSHES_TOKEN="x" * 22))
    assert "this token is too old" in str(refused(RUSHES_TOKEN=token(site, days=-1)))
    assert "rushes login asks for one" in str(refused(RUSHES_TOKEN=""))
    assert "has no video C1/V9" in str(refused("C1/V9"))
    assert "wanted COURSE/VIDEO" in str(refused("V1"))
    assert "has no video C1/V1, or none for you" in str(refused(RUSHES_TOKEN=token(site, "stranger")))
    nothing = refused(RUSHES_STUDIO="http://127.0.0.1:1")
    assert isinstance(nothing, StorageUnavailable)
    assert "cannot be reached" in nothing.message
    assert "a studio of this machine is named too" in str(refused(RUSHES_DATA=str(tmp_path)))
    with pytest.raises(NotFound, match="no such file"):
        told("add", "C1/V1", tmp_path / "nothing.mov", **settings(site, tmp_path))
    for who, reach in (("reviewer", "send"), ("director", "read")):
        env = settings(site, tmp_path, token(site, who, reach))  # type: ignore[arg-type]
        said = told("add", "C1/V1", path, "--progress", "none", status=1, **env)
        assert "NOT TAKEN" in said
        assert "does not allow it" in said or "this token may not do this" in said


class _Other(BaseHTTPRequestHandler):
    """Something that is no studio of ours, or one of another age."""

    answer: tuple[int, str] = (200, "<html>")

    def do_GET(self) -> None:
        status, text = self.answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status == 301:
            self.send_header("Location", "https://rushes.example.org/api/v1/me")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, "<html>"), "no Rushes answers there"),
        ((502, "bad gateway"), "no Rushes answers there"),
        ((301, ""), "the studio is elsewhere"),
        ((404, '{"code": "not-found", "detail": "x"}'), "an older Rushes"),
        ((200, '{"api": 2, "rushes": "9.0"}'), "Rushes 9.0, which this one is too old to talk to"),
    ],
)
def test_what_is_no_studio_of_ours_is_told_apart(tmp_path: Path, answer: tuple[int, str], said: str) -> None:
    handler = type("Handler", (_Other,), {"answer": answer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}"
        env = BLANK | {"RUSHES_CONFIG": str(tmp_path), "RUSHES_LANGUAGE": "en"}
        began = time.monotonic()
        with pytest.raises(Elsewhere, match=said):
            told("login", url, given="x\n", **env)
        assert time.monotonic() - began < 10, "a first answer is told at once"
        server.shutdown()
    assert not (tmp_path / KEPT_IN).exists()


def test_what_a_bad_wire_damages_is_sent_again(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    path = filmed(ffmpeg, tmp_path / "C0001.mov", 14)  # two parts
    with BadWire(int(site.url.rpartition(":")[2]), upward=2) as wire, farm(site, ffmpeg, tmp_path):
        env = settings(site, tmp_path) | {"RUSHES_STUDIO": f"http://{wire.host}"}
        told("add", "C1/V1", path, "--progress", "none", **env)
        assert wire._left["up"] == 0, "nothing was damaged"
    found = only_file(site)
    assert (found.state, found.sha256) == ("ready", hashlib.sha256(path.read_bytes()).hexdigest())


def test_what_is_not_as_its_card_lists_it_is_not_kept(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    card = tmp_path / "CAM_A"
    card.mkdir()
    path = filmed(ffmpeg, card / "C0001.mov", 3, "64x64")
    size = path.stat().st_size
    listed = "<hashlist version='1.1'><hash><file>C0001.mov</file><size>%d</size><md5>%s</md5></hash></hashlist>"
    manifest = card / "CAM_A.mhl"
    manifest.write_text(listed % (size, "0" * 32))
    said = told("add", "C1/V1", card, "--progress", "none", status=1, **settings(site, tmp_path))
    assert "NOT TAKEN" in said
    assert "wanted md5 " + "0" * 32 in said
    with site.catalogue.reading() as tx:
        assert rushes(tx, site.studio.video) == ()
    manifest.write_text(listed % (size, hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()))
    with farm(site, ffmpeg, tmp_path):
        told("add", "C1/V1", card, "--progress", "none", **settings(site, tmp_path))
    assert only_file(site).state == "ready"


def test_the_token_goes_to_the_studio_alone_and_into_no_log(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, secret = filmed(ffmpeg, tmp_path / "C0001.mov", 3, "64x64"), token(site)
    env = settings(site, tmp_path, secret)
    with caplog.at_level(logging.DEBUG), farm(site, ffmpeg, tmp_path):
        said = told("--log", tmp_path / "log", "add", "C1/V1", path, **env)
    assert secret not in said
    logged = (tmp_path / "log").read_text().casefold() + caplog.text.casefold()
    assert "signature" not in logged, "a link is a right"
    assert secret not in caplog.text
    assert secret not in repr(login(read_settings(env)))
