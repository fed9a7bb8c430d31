"""Counting the statements that a question takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.catalogue.engine import Catalogue


@contextmanager
def counted(catalogue: Catalogue) -> Iterator[list[str]]:
    """The statements that the block sends, but those that begin and end transactions."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(catalogue.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(catalogue.engine, "before_cursor_execute", note)
