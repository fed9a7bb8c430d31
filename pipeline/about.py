"""What is known about an asset besides its file, as people write it in `about.toml` beside their files."""

import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, cast

from pipeline.errors import Problem, ScriptError
from pipeline.footage import UNKNOWN, About
from pipeline.reading_arguments import nearest, plain
from pipeline.references import folded

ABOUT = "about.toml"
"""The file's name, in `motion/` or `audio/`: a table for each asset, by its name."""

FIELDS = {
    "licence": ("licence", "license"),
    "source": ("source",),
    "alternative": ("alternative", "alt", "texte alternatif"),
    "loops": ("loops", "boucle"),
    "alpha": ("alpha",),
}
"""What a table may say, with the words that mean it."""

ALPHAS = {"straight": ("straight", "droit"), "premultiplied": ("premultiplied", "premultiplie")}

EXAMPLE = '[data-journey], and below it: licence = "CC BY 4.0"'


def abouts(text: str, file: str) -> dict[str, About]:
    """What a file says of each asset, by its name as it is compared (`pipeline.references.folded`).

    Raises:
        ScriptError: it is no TOML, or says what nobody understands: where, what is known, what to write.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = _place(str(error))
        raise ScriptError((Problem(line, column, str(error), file, f"write for example {EXAMPLE}"),)) from error
    problems: list[Problem] = []
    found = {folded(name): _about(name, table, text, file, problems) for name, table in tables.items()}
    if problems:
        raise ScriptError(tuple(problems))
    return found


def about(name: str, known: Mapping[str, About]) -> About:
    """What is known of the file of that name: by its path below its folder, its name, or its name without ending."""
    path = PurePosixPath(folded(name))
    for one in (path.as_posix(), path.with_suffix("").as_posix(), path.name, path.stem):
        if one in known:
            return known[one]
    return UNKNOWN


def _place(message: str) -> tuple[int, int]:
    """Line and column that tomllib tells: `… (at line 3, column 1)`."""
    numbers = [
        int(part) for part in message.rpartition("(at line ")[2].rstrip(")").split(", column ") if part.isdigit()
    ]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def _about(name: str, table: object, text: str, file: str, problems: list[Problem]) -> About:
    if not isinstance(table, dict):
        problems.append(Problem(_line(text, name), 1, f"{name} stands outside a table", file, f"write {EXAMPLE}"))
        return UNKNOWN
    fields: dict[str, Any] = {}
    said = cast("dict[str, Any]", table)
    for word, value in said.items():
        field = next((field for field, words in FIELDS.items() if plain(word) in words), None)
        wrong = f"{name} says {word!r}, which is not known" if field is None else ""
        todo = nearest(word, FIELDS, "known are") if field is None else ""
        if field == "loops" and not isinstance(value, bool):
            wrong, todo = f"{word} of {name} wanted true or false, found {value!r}", f"write {word} = true"
        elif field == "alpha":
            kind = next((kind for kind, words in ALPHAS.items() if plain(str(value)) in words), None)
            wrong = "" if kind else f"alpha of {name} wanted straight or premultiplied, found {value!r}"
            todo, value = 'write alpha = "premultiplied"', kind  # noqa: PLW2901 (the word that means it)
        elif field is not None and field != "loops" and not isinstance(value, str):
            wrong, todo = f"{word} of {name} wanted text, found {value!r}", f'write {word} = "…"'
        if wrong:
            problems.append(Problem(_line(text, word), 1, wrong, file, todo))
        elif field is not None:
            fields[field] = value
    return About(**fields)


def _line(text: str, word: str) -> int:
    """The first line that begins with that word, from 1; 0 when none does."""
    lines = (line.lstrip(" \t[\"'") for line in text.splitlines())
    return next((number for number, line in enumerate(lines, 1) if line.startswith(word)), 0)
