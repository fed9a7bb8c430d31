"""Everything that the catalogue tells has its sentence in both languages."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from pipeline.media import shelf
from storage.catalogue import terms

ROOT = Path(__file__).parents[2]
ENDINGS = {
    "job": get_args(terms.JobState),
    "note": get_args(terms.NoteState),
    "proposal": get_args(terms.ProposalState),
    "verdict": get_args(terms.Decision),
    "version": get_args(terms.Approval),
}
"""What the kinds that end in a state of their subject may end in."""


def kinds() -> set[str]:
    """Every kind of event that some call of `tell` in the catalogue may give."""
    found: set[str] = set()
    for path in ROOT.glob("storage/catalogue/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"tx.tell", "_tell"}:
                continue
            for given in node.args:
                found |= {one for part in ast.walk(given) for one in _told(part)}
    return found


def _told(node: ast.AST) -> set[str]:
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        thing = re.fullmatch(r"([a-z-]+)\.", str(first.value)) if isinstance(first, ast.Constant) else None
        return {f"{thing[1]}.{ending}" for ending in ENDINGS[thing[1]]} if thing else set()
    said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return {said} if re.fullmatch(r"[a-z-]+\.[a-z-]+", said) else set()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everything_that_is_told_has_its_sentence(language: str) -> None:
    told = kinds()
    assert {"file.ready", "version.approved", "job.started", "rush.sent-again"} <= told
    sentences = shelf.said_in(language).sentences
    assert [kind for kind in sorted(told) if f"event.{kind}" not in sentences] == []
