"""What the web pages carry of others: each file is that of the lock, with its licence beside it."""

import hashlib
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

WEB = Path(str(resources.files("web")))
LOCK: list[dict[str, Any]] = json.loads((WEB / "static" / "vendor" / "lock.json").read_text())
FOLDERS = (WEB / "static" / "vendor", WEB / "static" / "fonts", WEB / "templates" / "icons")


def test_every_file_is_that_of_the_lock_and_none_is_beside_it() -> None:
    lying = {path.relative_to(WEB).as_posix() for folder in FOLDERS for path in folder.iterdir()}
    assert lying - {"static/vendor/lock.json"} == {one["file"] for one in LOCK}
    for one in LOCK:
        assert hashlib.sha256((WEB / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]


def test_every_package_says_its_version_and_brings_its_licence() -> None:
    for name in {one["name"] for one in LOCK}:
        own = [one for one in LOCK if one["name"] == name]
        assert len({(one["version"], one["licence"]) for one in own}) == 1
        licences = [WEB / one["file"] for one in own if one["source"] == "LICENSE"]
        assert licences, f"{name} has no licence beside it"
        for path in licences:
            assert "permission" in path.read_text().lower(), f"{path.name} is no licence"


def test_the_package_list_of_maintainers_asks_for_the_same_versions() -> None:
    wanted = json.loads((WEB.parent / "package.json").read_text())["devDependencies"]
    for one in LOCK:
        assert wanted[one["name"]] == one["version"]


def test_icons_and_templates_run_nothing_and_style_nothing() -> None:
    for path in (WEB / "templates").rglob("*"):
        if path.suffix not in {".html", ".svg"}:
            continue
        text = path.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text), path.name
        assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", text), path.name


def test_every_icon_that_a_template_names_is_there() -> None:
    there = {path.stem for path in (WEB / "templates" / "icons").glob("*.svg")}
    for path in (WEB / "templates").rglob("*.html"):
        named = set(re.findall(r"""icon\("([a-z0-9-]+)"[,)]""", path.read_text()))
        assert named <= there, path.name


def test_nothing_in_the_browser_asks_another_host() -> None:
    own = [
        *(WEB / "static" / "css").iterdir(),
        *(WEB / "static" / "js").rglob("*.js"),
        *(WEB / "templates").rglob("*.html"),
    ]
    for path in own:
        assert not re.search(r"(?:src|href|url\(|from|import|fetch\()\W{0,3}(?:https?:)?//[a-z]", path.read_text()), (
            path.name
        )
