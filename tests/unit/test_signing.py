"""Links to a folder's objects: what a browser may do with them, and what it may not."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LinkRefused, NotFound
from storage.folder_store import FolderStore
from storage.objects import SMALLEST_PART
from storage.signing import Allowed, Signer

SIGNER = Signer(b"a secret", "/objects")
KEY = "incoming/7/été 50% #1 + 2?.mov"


TEXT = st.characters(codec="utf-8")


@given(st.text(TEXT, min_size=1, max_size=60), st.text(TEXT, max_size=30))
def test_a_link_allows_what_it_was_made_for(path: str, download: str) -> None:
    link = SIGNER.link("GET", path, 60, download)
    assert SIGNER.allowed("GET", link) == Allowed("GET", path, download)
    assert SIGNER.allowed("GET", f"https://studio.example.org{link}") == Allowed("GET", path, download)
    for method in ("PUT", "DELETE", "POST", ""):
        with pytest.raises(LinkRefused):
            SIGNER.allowed(method, link)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/7/", "/8/"),
        ("incoming", "originals"),
        ("until=", "until=9"),
        ("signature=", "signature=0"),
        ("&download=", "&download=x"),
        ("&download=", "&other="),
        ("/objects/", "/other/"),
        ("?", "?until=9999999999&"),
        ("?", "?download=y&"),
        ("signature=", "signature=&x="),
        ("until=", "till="),
    ],
)
def test_a_changed_link_is_refused(old: str, new: str) -> None:
    link = SIGNER.link("GET", KEY, 60, "name")
    assert old in link
    with pytest.raises(LinkRefused, match="not one of ours, or was changed"):
        SIGNER.allowed("GET", link.replace(old, new, 1))


def test_a_link_of_another_secret_is_refused() -> None:
    with pytest.raises(LinkRefused):
        SIGNER.allowed("GET", Signer(b"another", "/objects").link("GET", KEY, 60))


def test_a_link_lives_as_long_as_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    link, now = SIGNER.link("PUT", KEY, 60), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 58)
    SIGNER.allowed("PUT", link)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    with pytest.raises(LinkRefused, match="expired"):
        SIGNER.allowed("PUT", link)
    for seconds in (0, -1, 7 * 24 * 3600 + 1):
        with pytest.raises(ValueError, match="seconds"):
            SIGNER.link("GET", KEY, seconds)


def test_a_folder_gives_links_of_its_signer(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, SIGNER)
    assert store.signer.allowed("GET", store.link(KEY, 60, download="a")) == Allowed("GET", KEY, "a")
    upload = store.begin(KEY, SMALLEST_PART + 1, part_size=SMALLEST_PART)
    allowed = store.signer.allowed("PUT", store.part_link(upload, 2, 60))
    name, _, number = allowed.path.partition("/")
    assert store.upload(name) == upload
    assert number == "2"
    with pytest.raises(ValueError, match="part 3 of 2"):
        store.part_link(upload, 3, 60)
    for name in ("0" * 32, "../uploads", "", "."):
        with pytest.raises(NotFound):
            store.upload(name)
    assert "a secret" not in repr(SIGNER)
    with pytest.raises(ValueError, match="without a signer"):
        FolderStore(tmp_path).link(KEY, 60)
