"""Starts the `rushes` command. Loading its parts takes half a second: Ctrl-C then ends it as quietly as later."""

import os
import signal
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import NoReturn

INTERRUPTED = "interrupted: nothing is lost; the same command goes on from here"


def main() -> NoReturn:
    """Loads the command and runs it."""
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _end)
    command: Callable[[], NoReturn] = import_module("studio.cli").main
    command()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Ends at once: nothing was begun. An exception would turn into another one within the libraries being loaded."""
    os.write(2, f"{INTERRUPTED}\n".encode())
    os._exit(130)


if __name__ == "__main__":
    main()
