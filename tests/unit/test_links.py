"""Links and addresses in what is logged: nothing of a signature or password is left, and nothing else is taken."""

import doctest
import shlex

from hypothesis import given
from hypothesis import strategies as st

from pipeline import links
from pipeline.links import unsigned

SAFE = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+=&-_.~", min_size=1)


def test_examples() -> None:
    assert doctest.testmod(links).failed == 0


@given(SAFE, st.sampled_from(["http", "https"]), st.sampled_from(["{}", "'{}'", '"{}"', "<{}>", "{}: 403", "({})."]))
def test_no_query_is_left_wherever_the_link_stands(query: str, scheme: str, around: str) -> None:
    link = f"{scheme}://s3.lan:8333/bucket/a.mp4"
    shown = unsigned("ffmpeg -i " + around.format(f"{link}?{query}") + " end")
    assert shown.startswith("ffmpeg -i ")
    assert shown.endswith(" end")
    assert f"{link}?…" in shown
    assert len(shown) <= len("ffmpeg -i  end") + len(around) + len(f"{link}?…") + 1


@given(st.lists(SAFE, min_size=1, max_size=5), SAFE)
def test_a_command_is_the_same_but_for_its_links(arguments: list[str], query: str) -> None:
    plain = shlex.join([*arguments, "https://s3/b/x%20y.mp4", "out.mp4"])
    assert unsigned(plain) == plain
    shown = unsigned(shlex.join([*arguments, f"https://s3/b/x%20y.mp4?{query}", "out.mp4"]))
    assert shlex.split(shown) == [*arguments, "https://s3/b/x%20y.mp4?…", "out.mp4"]
    assert unsigned(shown) == shown


@given(SAFE.filter(lambda text: "@" not in text))
def test_no_password_is_left(password: str) -> None:
    for scheme in ("amqp", "redis", "postgresql", "https"):
        assert unsigned(f"{scheme}://rushes:{password}@host:1/x") == f"{scheme}://rushes:…@host:1/x"
