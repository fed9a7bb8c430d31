"""What is run, written down for people: every ffmpeg command, from whichever process."""

import logging

OURS = ("pipeline", "storage", "workers", "studio")
FORM = "%(asctime)s %(process)d %(name)s %(message)s"


def write_to(file: str) -> None:
    """From now on this process adds what it does to the file, a line each; nothing without a name.

    Raises:
        OSError: it cannot be written.
    """
    if not file:
        return
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORM))
    for name in OURS:
        log = logging.getLogger(name)
        log.setLevel(logging.DEBUG)
        log.addHandler(handler)


def written_to() -> str:
    """The file that `write_to` was given, so that other processes can be given it too; empty when there is none."""
    handlers = logging.getLogger(OURS[0]).handlers
    return next((one.baseFilename for one in handlers if isinstance(one, logging.FileHandler)), "")
