"""The report as a page for people."""

from collections.abc import Mapping
from typing import Any

from pipeline.words import Words


def page(report: dict[str, Any], words: Words, pictures: Mapping[int, bytes], template: str) -> str:
    """The page, whole."""
    return template
