"""A process that ends with the one that started it, however that one ends: PR_SET_PDEATHSIG of prctl(2).

Linux counts the thread that started it, not its process: start from one that lives as long. Elsewhere nothing is tied.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def tied() -> Callable[[], None] | None:
    """What a child of this process runs before its program (`preexec_fn`): it takes no lock."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def tie_child() -> None:
        _tie(libc, parent)

    return tie_child


def tie(parent: int) -> None:
    """Ties this process to its parent, whose id it was given; when that one is gone already, it ends at once."""
    if sys.platform == "linux":
        _tie(ctypes.CDLL(None), parent)


def _tie(libc: ctypes.CDLL, parent: int) -> None:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
