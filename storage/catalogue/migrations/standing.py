"""At which step a database stands, and which is the newest: told without Alembic, which takes long to load."""

from importlib import resources
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

TABLE: Final = "alembic_version"
"""Where Alembic keeps the step."""


def newest() -> str:
    """The last step there is: `0017` is the file `versions/m0017_opened.py`."""
    versions = resources.files("storage.catalogue.migrations") / "versions"
    return max(one.name[1:5] for one in versions.iterdir() if one.name.startswith("m"))


def standing(connection: Connection) -> str:
    """The step a database stands at; empty for one without any."""
    if not inspect(connection).has_table(TABLE):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {TABLE}")) or ""  # noqa: S608 (a name of ours)
