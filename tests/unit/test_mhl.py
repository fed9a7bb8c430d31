"""Media hash lists: what is wanted of a card's files, and what is written."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hashes import Hashing, hash_of
from pipeline.mhl import BadManifest, Entry, chain, chained, comparable, entries, generation, refuse_altered, wanted

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

ONE = b"""<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">
  <creatorinfo><creationdate>2026-03-04T05:06:07+00:00</creationdate></creatorinfo>
  <hashes>
    <hash><path size="3">Clips/a.mov</path><xxh64 action="original">D50463DD92503D34</xxh64></hash>
    <hash><path size="3">Clips/b.mov</path><md5 action="failed">00</md5><sha1 action="original">aa</sha1></hash>
    <directoryhash><path>Clips</path><content><md5>11</md5></content></directoryhash>
  </hashes>
</hashlist>"""
TWO = b"""<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0"><hashes>
<hash><path size="3">Clips/a.mov</path><xxh64 action="verified">ffff</xxh64><md5 action="verified">22</md5></hash>
<hash><path>Clips/c.mov</path><sha1 action="verified">aa</sha1><previousPath>Clips/b.mov</previousPath></hash>
</hashes></hashlist>"""
OLD = b"""<?xml version="1.0"?><hashlist version="1.1"><hash><file>DCIM\\100\\A.MOV</file><size>12</size>
<xxhash64be>D50463DD92503D34</xxhash64be><hashdate>2020</hashdate></hash></hashlist>"""


def test_the_first_hash_of_each_kind_is_wanted_and_a_renamed_file_keeps_its_own() -> None:
    found = wanted([("0001.mhl", ONE), ("0002.mhl", TWO)])
    assert set(found) == {"Clips/a.mov", "Clips/c.mov"}
    a, c = found["Clips/a.mov"], found["Clips/c.mov"]
    assert (a.manifest, a.size, a.hashes) == ("0001.mhl", 3, (("xxh64", "d50463dd92503d34"), ("md5", "22")))
    assert (c.manifest, c.size, c.hashes) == ("0001.mhl", 3, (("sha1", "aa"),))


def test_manifests_of_the_first_version_are_read() -> None:
    assert entries("a.mhl", OLD) == (Entry("DCIM/100/A.MOV", 12, (("xxh64", "d50463dd92503d34"),)),)


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><hashlist>&x;</hashlist>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read"),
        (ONE[:300], "cannot be read"),
        (b"<html/>", "wanted a media hash list, found <html>"),
        (BOMB, "document type"),
        (b"<hashlist><hash><md5>00</md5></hash></hashlist>", "without a path"),
        (b'<hashlist><hash><path size="-1">a</path></hash></hashlist>', "size '-1'"),
    ],
)
def test_a_damaged_manifest_is_named(data: bytes, said: str) -> None:
    with pytest.raises(BadManifest, match=f"card.mhl: .*{said}"):
        entries("card.mhl", data)


def test_a_manifest_that_was_changed_or_is_gone_is_refused() -> None:
    known = chained("ascmhl_chain.xml", chain(None, generation(1, "A", (), AT, "host", "1")))
    name = next(iter(known))
    with pytest.raises(BadManifest, match="it was changed"):
        refuse_altered(known, [(name, b"<hashlist/>")])
    with pytest.raises(BadManifest, match="not there"):
        refuse_altered(known, [])


NAME = st.text(string.ascii_letters + " éçœ&<>'\"()[]#%", min_size=1, max_size=12).map(str.strip).filter(bool)
FILES = st.dictionaries(st.lists(NAME, min_size=1, max_size=3).map("/".join).map(comparable), st.binary(max_size=20))


@given(files=FILES)
def test_what_is_written_is_read_again(files: dict[str, bytes]) -> None:
    listed = [
        Entry(path, len(data), (("c4", hash_of("c4", data)), ("xxh64", hash_of("xxh64", data))))
        for path, data in files.items()
    ]
    made = generation(1, "A001", listed, AT, "host", "1.0")
    assert made.name == "0001_A001_2026-03-04_050607Z.mhl"
    assert list(entries(made.name, made.data)) == listed
    known = chained("ascmhl_chain.xml", chain(None, made))
    refuse_altered(known, [(made.name, made.data)])
    again = generation(2, "A001", listed[:1], AT, "host", "1.0")
    longer = chained("ascmhl_chain.xml", chain(chain(None, made), again))
    assert list(longer) == [made.name, again.name]
    refuse_altered(longer, [(made.name, made.data), (again.name, again.data)])


@given(parts=st.lists(st.binary(max_size=64), max_size=6))
def test_hashes_do_not_depend_on_the_blocks(parts: list[bytes]) -> None:
    names = ("xxh64", "xxh3", "xxh128", "md5", "sha1", "c4")
    hashing = Hashing(names)
    for part in parts:
        hashing.update(part)
    assert hashing.texts() == {name: hash_of(name, b"".join(parts)) for name in names}


def test_hashes_are_those_of_their_standards() -> None:
    # RFC 1321 and FIPS 180 test vectors; xxHash's own (seed 0); SMPTE ST 2114: the C4 id of nothing
    assert hash_of("md5", b"abc") == "900150983cd24fb0d6963f7d28e17f72"
    assert hash_of("sha1", b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert hash_of("xxh64", b"") == "ef46db3751d8e999"
    assert hash_of("xxh3", b"") == "2d06800538d394c2"
    assert hash_of("xxh128", b"") == "99aa06d3014798d86001c324468d497f"
    nothing = "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
    assert hash_of("c4", b"") == nothing
