"""What every test may ask for: real footage, a checked ffmpeg, the style of a course."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, found
from pipeline.presets import Style

settings.register_profile("rushes", deadline=None)  # machines are shared: a slow example is no fault
settings.load_profile("rushes")

ROOT = Path(__file__).parent.parent
LEFT_OUT = pytest.StashKey[int]()
COSTLY = ("lesson", "drafted")
"""Drafts that take minutes to make: the tests that want one run one after the other, in one process."""

settings.register_profile("ci", derandomize=True)  # the same examples each time: what is submitted is what is judged
settings.register_profile("here", print_blob=True)  # other examples each time
settings.load_profile("ci" if os.environ.get("CI") else "here")


def footage_folder() -> Path:
    """Where real footage lies, whether or not it is there."""
    return Path(os.environ.get("RUSHES_FOOTAGE", ROOT.parent / "shared" / "footage"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what wants real footage where there is none: it is no part of the project. Says what runs together."""
    if not footage_folder().is_dir():
        wanting = [item for item in items if item.get_closest_marker("footage")]
        items[:] = [item for item in items if item not in set(wanting)]
        config.hook.pytest_deselected(items=wanting)
        config.stash[LEFT_OUT] = len(wanting)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(run_together(item)))


def run_together(item: pytest.Item) -> str:
    """The name of the tests that run in one process with this one: those of its file, or of the draft they want."""
    wanted = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
    return next((name for name in COSTLY if name in wanted), item.path.relative_to(ROOT).as_posix())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Takes over from a process of tests, which is about to end, how many it left out: each leaves out the same."""
    if left_out := getattr(node, "workeroutput", {}).get("left_out", 0):
        node.config.stash[LEFT_OUT] = left_out


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says plainly what did not run here, and why."""
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"Not run: {left_out} tests that want real footage, and there is none at {footage_folder()};"
            " set RUSHES_FOOTAGE to a folder of it."
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run; a process of several says what it left out."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if skipped and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"CI: {skipped} skipped; in CI nothing may be")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real footage; mark such a test with `footage`."""
    return footage_folder()


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    """The ffmpeg that drafts use."""
    return found(os.environ.get("RUSHES_FFMPEG"))


@pytest.fixture(scope="session")
def course() -> Style:
    """The style of a course, from the presets."""
    return shelf.style("course")
