"""What is installed is whole: the wheel alone, without this checkout and without node, serves every page."""

import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx

from tests.conftest import ROOT
from web.statics import folder
from workers.servers import free_ports

UV = Path(sys.executable).with_name("uv")
LONGEST = 60
"""Seconds: to build it, and until it answers."""


def test_the_wheel_alone_serves_the_pages(tmp_path: Path) -> None:
    built = [UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT]
    subprocess.run(built, check=True, timeout=LONGEST * 3)
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        packed.extractall(tmp_path / "site")
    for path in folder().parent.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert f"web/{path.relative_to(folder().parent).as_posix()}" in names

    [port] = free_ports(1)
    bare = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site"), "LANG": "C.UTF-8"}
    bare |= {"RUSHES_DATA": str(tmp_path / "data"), "RUSHES_LANGUAGE": "en"}
    where = [sys.executable, "-c", "import web; print(web.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=bare, check=True, capture_output=True, text=True, timeout=LONGEST)
    assert Path(found.stdout.strip()).is_relative_to(tmp_path / "site"), "this checkout is not what is served"
    said = tmp_path / "said"
    with said.open("wb") as out:
        command = [sys.executable, "-m", "studio.start", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=tmp_path, env=bare, stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + LONGEST
        while not _answers(url):
            assert process.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < deadline, said.read_text("utf-8")
            time.sleep(0.2)
        first = re.search(r"http://\S+/first/\S+", said.read_text("utf-8"))
        assert first is not None, "the first admin's link is told"
        form = {"name": "Ada", "email": "ada@example.org", "password": "quatre mots bien longs"}
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}, follow_redirects=True) as client:
            page = client.post(first[0], data=form)
            assert page.status_code == 200
            for path in re.findall(r'(?:href|src)="(/[^"]*)"', page.text):
                assert client.get(path).status_code == 200, path
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM, 130}, said.read_text("utf-8")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False
