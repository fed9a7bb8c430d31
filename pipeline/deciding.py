"""Whether a line or a draft is approved: what its reviewers decided, by the policy of the course."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pipeline.values import Key

Decision = Literal["approve", "change"]
Verdicts = Literal["all", "first"]
"""`all`: every reviewer of the course approves. `first`: one approval is enough. By either, nobody wants a change."""
Decided = Literal["approved", "change", "waiting"]

P = TypeVar("P")
"""Whoever decides."""


@dataclass(frozen=True, slots=True)
class Verdict(Generic[P]):
    """What somebody decided on what is shown under that digest."""

    person: P
    decision: Decision
    digest: Key


def holding(verdicts: Iterable[Verdict[P]], digest: Key) -> Mapping[P, Verdict[P]]:
    """By person, the last verdict on what is shown under that digest. `verdicts` of one line, oldest first."""
    return {one.person: one for one in verdicts if one.digest == digest}


def decided(holding: Mapping[P, Verdict[P]], reviewers: Collection[P], policy: Verdicts) -> Decided:
    """Whether a line is approved, from the verdicts that hold on it.

    Whoever wants a change has a veto, reviewer or not. A course without reviewers takes the approval of anyone who may
    decide.
    """
    if any(one.decision == "change" for one in holding.values()):
        return "change"
    wanted = set(reviewers) if policy == "all" else set[P]()
    return "approved" if holding and wanted <= holding.keys() else "waiting"


def together(lines: Sequence[Decided], draft: Decided) -> Decided:
    """Whether a draft is approved, from what is decided of its lines and of it as a whole.

    It is when all its lines are: who approves a draft approves each line of it.
    """
    if draft == "change" or "change" in lines:
        return "change"
    return "approved" if all(one == "approved" for one in lines) and (lines or draft == "approved") else "waiting"
