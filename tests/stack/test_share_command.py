"""`rushes share`: links made, listed and revoked on the studio's own machine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.errors import NotFound, PipelineError
from storage.catalogue.drafts import ask_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.guests import guest_seen, guests, let_in, name_guest
from storage.catalogue.sharing import opened
from studio.cli import rushes
from tests.stack.commanding import data, told
from tests.stack.running import ENVIRONMENT
from tests.stack.studio import Studio
from web.passwords import right

EMAIL = "director@example.org"
PASSWORD = "un canari jaune dans la mine"  # noqa: S105 (of nobody)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A studio of SQLite and a folder, which the settings name, with a draft and one that waits."""
    url = f"sqlite:///{tmp_path}/catalogue.db"
    monkeypatch.setitem(ENVIRONMENT, "RUSHES_DATABASE_URL", url)
    monkeypatch.setitem(ENVIRONMENT, "RUSHES_DATA", str(tmp_path / "data"))
    monkeypatch.setitem(ENVIRONMENT, "RUSHES_URL", "https://rushes.example.org")
    catalogue = Catalogue(url)
    catalogue.upgrade()
    found = Studio(catalogue)
    found.write("Voici les données.")
    found.draft()
    with catalogue.writing() as tx:
        ask_draft(tx, found.video, "test")
    yield found
    catalogue.close()


def token_of(address: str) -> str:
    assert address.startswith("https://rushes.example.org/r/")
    return address.strip().rpartition("/")[2]


def test_a_link_is_made_listed_and_revoked(studio: Studio) -> None:
    token = token_of(told("share", "make", "C1/V1", EMAIL, "--may", "comment", "--watermark", "--for", "Anne"))
    with studio.catalogue.reading() as tx:
        found = opened(tx, token)
        assert (found.video, found.terms.rights, found.terms.watermark) == (studio.video, "comment", True)
        assert found.made_by == studio.people["director"]
    with studio.catalogue.writing() as tx:
        secret = let_in(tx, found.id, timedelta(days=1))
        guest = guests(tx, [secret], tx.now())[secret]
        guest_seen(tx, guest.id, timedelta(days=1))
        name_guest(tx, guest, "Anne Martin", "fr")
    listed = told("share", "list", "C1")
    assert "Anne: V1, always the latest draft; guests may watch and write notes; open, until 20" in listed
    assert "Anne Martin: opened once, on 20" in listed
    assert token not in listed
    (one,) = data("share", "list", "C1")
    assert (one["id"], one["rights"], one["visits"][0]["name"]) == (str(found.id), "comment", "Anne Martin")
    assert "revoked" in told("share", "revoke", found.id)
    with studio.catalogue.reading() as tx:
        assert not guests(tx, [secret], tx.now())
    assert "revoked, until" in told("share", "list", "C1")


def test_a_link_leads_where_it_is_said(studio: Studio) -> None:
    course = token_of(told("share", "make", "C1", EMAIL))
    first = token_of(told("share", "make", "C1/V1", EMAIL, "--draft", "1", "--days", "90"))
    with studio.catalogue.reading() as tx:
        assert opened(tx, course).course == studio.course
        assert opened(tx, first).draft is not None
    assert "nothing is shared" not in told("share", "list", "C1")
    for wrong in (("C1/V1", EMAIL, "--draft", "2"), ("C1/V9", EMAIL), ("C9", EMAIL), ("C1", "nobody@example.org")):
        with pytest.raises(NotFound):
            told("share", "make", *wrong)
    with pytest.raises(PipelineError, match="too long"):
        told("share", "make", "C1", EMAIL, "--days", "91")
    told("share", "make", "C1", EMAIL, "--draft", "1", status=2)


def test_a_password_is_asked_for_and_never_an_argument(studio: Studio) -> None:
    arguments = ["share", "make", "C1/V1", EMAIL, "--password"]
    done = CliRunner().invoke(rushes, arguments, env=ENVIRONMENT, input=f"{PASSWORD}\n", catch_exceptions=False)
    assert PASSWORD not in done.output
    with studio.catalogue.reading() as tx:
        assert right(PASSWORD, opened(tx, token_of(done.stdout)).terms.password)


def test_a_course_without_links_says_so(studio: Studio) -> None:
    assert studio.code == "C1"
    assert "nothing is shared" in told("share", "list", "C1")
