"""Telling the farm that there is something to do. Celery takes half a second to load: only where there is a farm."""

from collections.abc import Callable
from importlib import import_module

from storage.catalogue.terms import DraftId
from studio.place import seat
from studio.settings import Settings


def wake(given: Settings, draft: DraftId | None = None) -> None:
    """Has the farm, if there is one, look for what is to be done now; or go on with that draft."""
    broker = seat(given).broker
    if broker is not None:
        tell: Callable[[str, DraftId | None], None] = import_module("studio.farm").tell
        tell(broker, draft)
