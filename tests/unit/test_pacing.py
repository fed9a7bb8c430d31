"""How often something may be done: counted for each name, forgotten after a while, never without end."""

import pytest

from web import pacing
from web.pacing import Pace, Paces
from web.problems import TooOften


def test_each_name_has_its_own_count() -> None:
    paces = Paces()
    for name in ("one", "another"):
        for _ in range(3):
            paces.spend(name, Pace(3, 60))
        with pytest.raises(TooOften) as found:
            paces.spend(name, Pace(3, 60))
        assert found.value.seconds >= 60


def test_it_begins_anew_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(pacing.time, "monotonic", lambda: now[0])
    paces = Paces()
    paces.spend("one", Pace(1, 60))
    with pytest.raises(TooOften):
        paces.spend("one", Pace(1, 60))
    paces.shut("other")
    assert paces.is_shut("one", "other")
    now[0] += 61
    paces.spend("one", Pace(1, 60))
    assert not paces.is_shut("other")


def test_an_attack_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MOST_NAMES", 100)
    paces = Paces()
    for number in range(1000):
        paces.spend(str(number), Pace(1, 60))
        paces.shut(str(number))
    assert len(paces._since) <= 100
    assert len(paces._shut) <= 100
