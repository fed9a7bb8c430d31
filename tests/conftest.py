"""What every test may ask for: real footage, a checked ffmpeg, the style of a course."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, found
from pipeline.presets import Style

settings.register_profile("rushes", deadline=None)  # machines are shared: a slow example is no fault
settings.load_profile("rushes")

ROOT = Path(__file__).parent.parent
LEFT_OUT = pytest.StashKey[int]()
TOGETHER = {
    "tests/stack/test_again.py": "the lesson",
    "tests/stack/test_brief.py": "the lesson",
    "tests/stack/test_draft.py": "the lesson",
    "tests/stack/test_disks.py": "a small draft",
    "tests/stack/test_stopped.py": "a small draft",
}
"""Files whose tests want the same costly draft (`lesson`, `drafted`): it is made once, in their one process."""

settings.register_profile("ci", derandomize=True)  # the same examples each time: what is submitted is what is judged
settings.register_profile("here", print_blob=True)  # other examples each time
settings.load_profile("ci" if os.environ.get("CI") else "here")


def footage_folder() -> Path:
    """Where real footage lies, whether or not it is there."""
    return Path(os.environ.get("RUSHES_FOOTAGE", ROOT.parent / "shared" / "footage"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what wants real footage where there is none: it is not part of the project."""
    if footage_folder().is_dir():
        return
    wanting = [item for item in items if item.get_closest_marker("footage")]
    items[:] = [item for item in items if item not in set(wanting)]
    config.hook.pytest_deselected(items=wanting)
    config.stash[LEFT_OUT] = len(wanting)


class FilesTogether(LoadFileScheduling):
    """Each file runs in one process, and so do files that want the same draft."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """How tests are shared out among processes, where they are by file."""
    return FilesTogether(config, log) if config.getvalue("dist") == "loadfile" else None


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
