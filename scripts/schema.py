"""Draws the catalogue's tables into docs/catalogue.md, between two marks. Run it after a change of the tables.

python -m scripts.schema
"""

from collections import defaultdict
from pathlib import Path

from sqlalchemy import Column, Enum, Table

from storage.catalogue.tables.everything import METADATA, MODULES

PAGE = Path(__file__).parent.parent / "docs" / "catalogue.md"
BEGIN, END = "<!-- drawn by scripts/schema.py -->\n", "<!-- end of the drawing -->\n"


def drawing() -> str:
    """Each module's tables as a Mermaid diagram, with the columns that lead to other tables."""
    modules: dict[str, list[Table]] = defaultdict(list)
    for module in MODULES:
        names = {
            row.__tablename__ for row in vars(module).values() if getattr(row, "__module__", "") == module.__name__
        }
        modules[module.__doc__.splitlines()[0]] = [METADATA.tables[name] for name in sorted(names)]
    return "\n".join(_diagram(title, tables) for title, tables in modules.items())


def _diagram(title: str, tables: list[Table]) -> str:
    lines = [f"**{title}**", "", "```mermaid", "erDiagram"]
    for table in tables:
        lines.append(f"    {table.name} {{")
        lines += [f"        {_kind(column)} {column.name}{_key(column)}" for column in table.columns]
        lines.append("    }")
    for table in tables:
        for column in table.columns:
            for key in column.foreign_keys:
                most = "|o" if column.nullable else "||"
                lines.append(f"    {key.column.table.name} {most}--o{{ {table.name} : {column.name}")
    return "\n".join([*lines, "```", ""])


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, Enum):
        return "word"
    return column.type.__class__.__name__.lower()


def _key(column: Column[object]) -> str:
    keys = ["PK"] * column.primary_key + ["FK"] * bool(column.foreign_keys)
    words = f' "{", ".join(column.type.enums)}"' if isinstance(column.type, Enum) else ""
    return (" " + ", ".join(keys) if keys else "") + words


def redrawn(page: str) -> str:
    """The page with the drawing as it now is."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + drawing() + "\n" + END + after


if __name__ == "__main__":
    PAGE.write_text(redrawn(PAGE.read_text("utf-8")), "utf-8")
