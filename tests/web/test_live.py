"""What happens is told as it happens, to those it is for, and nothing is missed by who was away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from storage.catalogue.counting import last_event
from storage.catalogue.courses import set_stage
from storage.catalogue.people import set_active
from tests.stack.studio import Studio
from tests.web.serving import Served


@contextmanager
def listening(
    client: httpx.Client, after: int | None = None, address: str = "/events"
) -> Iterator[Iterator[dict[str, object]]]:
    """The messages of a stream, from now on or from after an event."""
    headers = {"Accept": "text/event-stream"} | ({} if after is None else {"Last-Event-ID": str(after)})
    with client.stream("GET", address, headers=headers) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines).startswith("retry: ")
        yield (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def staged(site: Served, studio: Studio, *stages: str) -> None:
    for stage in stages:
        with site.catalogue.writing() as tx:
            set_stage(tx, studio.video, stage)  # type: ignore[arg-type]


def test_a_change_is_told_to_those_of_the_course(site: Served) -> None:
    other = Studio(site.catalogue, "C2")
    with site.client("writer") as client, listening(client) as told:
        staged(site, other, "filmed")
        staged(site, site.studio, "filmed")
        first = next(told)
        assert first["kind"] == "video.stage"
        assert f"video-{site.studio.video}" in first["topics"], "the other course's came before, and is not told"
        assert set(first) == {"kind", "topics", "own"}, "what it is about, never its details"


def test_who_was_away_is_told_what_was_missed_once_and_in_order(site: Served) -> None:
    site.secret("reviewer")
    with site.catalogue.reading() as tx:
        before = last_event(tx)
    staged(site, site.studio, "filmed", "motion", "draft")
    with site.client("reviewer") as client, listening(client, before) as told:
        assert [next(told)["kind"] for _ in range(3)] == ["video.stage"] * 3
        staged(site, site.studio, "review")
        assert next(told)["kind"] == "video.stage"


def test_a_page_is_told_what_happened_since_it_was_drawn(site: Served) -> None:
    site.secret("reviewer")
    with site.catalogue.reading() as tx:
        drawn = last_event(tx)
    staged(site, site.studio, "filmed", "motion")
    with site.client("reviewer") as client:
        with listening(client, address=f"/events?after={drawn}") as told:
            assert [next(told)["kind"] for _ in range(2)] == ["video.stage"] * 2
        with listening(client, drawn + 1, f"/events?after={drawn}") as told:
            assert next(told)["kind"] == "video.stage"
            staged(site, site.studio, "draft")
            assert next(told)["kind"] == "video.stage", "what it was told since goes before"


def test_people_are_told_of_to_admins_and_to_themselves(site: Served) -> None:
    target = site.person("motion")
    with site.client("studio") as admin, listening(admin) as told:
        with site.catalogue.writing() as tx:
            set_active(tx, target, active=False)
        assert next(told)["kind"] == "person.inactive"
    with site.client("writer") as client, listening(client) as told:
        with site.catalogue.writing() as tx:
            set_active(tx, target, active=True)
        staged(site, site.studio, "filmed")
        assert next(told)["kind"] == "video.stage"


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1; DROP"])
def test_a_place_in_the_log_that_is_none_begins_now(site: Served, after: str) -> None:
    with site.client("writer") as client, client.stream("GET", "/events", headers={"Last-Event-ID": after}) as answer:
        assert answer.status_code == 200


def test_nobody_listens_without_signing_in(site: Served) -> None:
    with site.client() as client:
        assert client.get("/events", headers={"Accept": "text/event-stream"}).status_code == 401
