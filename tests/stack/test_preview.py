"""`rushes preview-style`: a style on one sheet, as a picture or as a page to print."""

from pathlib import Path

from tests.stack.running import rushes


def test_a_style_as_a_page_to_print(tmp_path: Path) -> None:
    page = tmp_path / "planche.pdf"
    ended = rushes("preview-style", "interview", "--out", page, "--language", "fr")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"{page}\u00a0: la planche est là\n"
    assert page.read_bytes()[:5] == b"%PDF-"
    assert list(tmp_path.iterdir()) == [page]


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    unknown = rushes("preview-style", "cuorse", "--out", tmp_path / "a.png")
    assert unknown.status == 1
    assert unknown.err == "rushes: unknown style 'cuorse'; styles are course, interview\n  did you mean 'course'?\n"
    kind = rushes("preview-style", "course", "--out", tmp_path / "a.txt")
    assert "a.txt is no picture that can be written" in kind.err
    away = rushes("preview-style", "course", "--out", tmp_path / "gone" / "a.png")
    assert away.status == 1
    assert away.err.startswith(f"rushes: there is no folder {tmp_path / 'gone'} to write in")
    assert list(tmp_path.iterdir()) == []
