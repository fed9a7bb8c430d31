"""What a database cannot guess, told to it."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Few(FunctionElement[bool]):
    """A condition, said to hold for few rows: a thousandth of a table that is made while the statement runs.

    SQLite guesses such a table to be huge, and reads all of the others once over to filter what it looks up in them
    (`likelihood`: https://www.sqlite.org/lang_corefunc.html). To others it is the condition alone.
    """

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # else SQLite is asked whether it equals 1, and finds no index by it


@compiles(Few)
def _plain(element: Few, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Few, "sqlite")
def _likely(element: Few, compiler: SQLCompiler, **kw: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **kw)}, 0.001)"
