import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from storage import keys, objects
from storage.keys import checked, checked_file, checked_folder, incoming, original, safe_name
from storage.s3_place import S3Place, s3_place
from studio.settings import settings


def test_examples() -> None:
    for module in (keys, objects):
        assert doctest.testmod(module).failed == 0


@given(st.text(max_size=400))
def test_any_name_can_be_kept(name: str) -> None:
    kept = safe_name(name)
    assert original("ab" * 32, name) == f"originals/{'ab' * 32}/{kept}"
    assert incoming("7", name).endswith(kept)
    assert safe_name(kept) == kept
    assert len(kept.encode()) <= 201


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Plan 3, été 50% #1 + 2.MOV", "Plan 3, été 50% #1 + 2.MOV"),
        ("e\u0301te\u0301.mov", "été.mov"),
        ("", "_"),
        ("..", "_.."),
        (".hidden", "_.hidden"),
        ("a" * 300 + ".mov", "a" * 196 + ".mov"),
        ("é" * 300 + ".mov", "é" * 98 + ".mov"),
        ("no suffix. " + "x" * 300, ("no suffix. " + "x" * 300)[:200]),
        ("\ud800.mov", "?.mov".replace("?", "_")),
    ],
)
def test_names_stay_recognisable(name: str, kept: str) -> None:
    assert safe_name(name) == kept
    assert unicodedata.is_normalized("NFC", safe_name(name))


def test_a_key_lies_where_its_kind_lies() -> None:
    assert checked_file("incoming/a/bkt") == "incoming/a/bkt"
    assert checked_folder("drafts/v/001") == "drafts/v/001"
    for wrong in (lambda: checked_file("drafts/v/001"), lambda: checked_folder("originals/a/bkt")):
        with pytest.raises(ValueError, match="wanted"):
            wrong()
    for key in ("incoming/" + "a" * 256, "incoming/" + "a/" * 450 + "a", "incoming/a\\b", "incoming/a\0b", "x/y"):
        with pytest.raises(ValueError, match="key"):
            checked(key)


CANARY = "c4nary-s3cret"
KEYS = {"key": "k", "secret": "s"}
PUBLIC = {"public": "https://media.org/"}


@pytest.mark.parametrize(
    ("url", "apart", "place"),
    [
        ("http://k:s@127.0.0.1:9000/rushes", {}, S3Place("127.0.0.1:9000", "rushes", "k", "s", secure=False)),
        ("https://h/bkt/?region=eu-west-3", KEYS, S3Place("h", "bkt", "k", "s", region="eu-west-3")),
        ("https://k%2B:s%2F%40%3A@h/bkt", {}, S3Place("h", "bkt", "k+", "s/@:")),
        ("https://old:older@h/bkt", KEYS, S3Place("h", "bkt", "k", "s")),
        ("https://[::1]:9000/bkt", KEYS | PUBLIC, S3Place("[::1]:9000", "bkt", "k", "s", public="https://media.org")),
    ],
)
def test_a_place_is_read_from_its_settings(url: str, apart: dict[str, str], place: S3Place) -> None:
    assert s3_place(url, **apart) == place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"ftp://k:{CANARY}@h/bkt", "not the address of an S3 server"),
        (f"k:{CANARY}@h/bkt", "not the address"),
        (f"http://k:{CANARY}@/bkt", "not the address"),
        (f"http://k:{CANARY}@h:port/bkt", "not the address"),
        (f"http://k:{CANARY}@h:99999/bkt", "not the address"),
        (f"http://k:{CANARY}/@h/bkt", "not the address"),
        (f"http://k:{CANARY}@h", "name of one bucket"),
        (f"http://k:{CANARY}@h/bkt/c", "name of one bucket"),
        ("http://h/bkt", "there is no key"),
        ("http://k@h/bkt", "there is no secret"),
        (f"http://k:{CANARY}@h/bkt?regoin=x", "unknown after the question mark: regoin"),
    ],
)
def test_bad_settings_are_told_without_the_secret(url: str, said: str) -> None:
    with pytest.raises(PipelineError, match=said) as error:
        settings({"RUSHES_S3_URL": url})
    assert CANARY not in f"{error.value!s}{error.value!r}{error.value.__cause__!r}{error.value.__context__!r}"
    assert error.value.todo


def test_settings_never_show_the_secret() -> None:
    found = settings({"RUSHES_S3_URL": f"http://k:{CANARY}@h/bkt"})
    assert found.s3 is not None
    assert found.s3.secret == CANARY
    assert CANARY not in f"{found!r}{found!s}{found.s3!r}{found.s3!s}{found.s3.shown}"
    assert settings({}).s3 is None
