"""What a script asks for, in lines for people."""

from pipeline.outline import Outline
from pipeline.words import Words


def lines(told: Outline, words: Words) -> list[str]:
    """Shots, assets with what is found and missing, estimated length."""
    del told, words
    return []
