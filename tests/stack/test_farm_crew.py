"""The crew on the farm against the crew on this machine: the same manifest and the same frames, whatever is lost."""

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline import draft as path_of_a_draft
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.reading import read
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.drafts import ask_draft, draft, manifest_of
from storage.catalogue.engine import Catalogue
from storage.catalogue.farming import SUPERSEDED
from storage.catalogue.filming import Filed
from storage.catalogue.jobs import OVER, UNDONE, Job, jobs
from storage.catalogue.outputs import every_output, forget_folder
from storage.catalogue.scripts import revision, save_revision
from storage.catalogue.terms import DraftId, VideoId
from storage.folder_store import FolderStore
from tests.stack.commanding import frames
from tests.stack.conftest import FIRST_LINE
from tests.stack.databases import Databases
from workers.catalogued import CatalogueHome
from workers.crew import Tools
from workers.drafting import style_of
from workers.farm import JOIN
from workers.handing import Desk as HandingDesk
from workers.handing import Handed
from workers.ingest import Ingest
from workers.local import LocalCrew
from workers.places import Studio
from workers.progress import silent
from workers.station import Station
from workers.workshop import Workshop

NUMBERS = count(1)


@dataclass
class Unruly:
    """Tells a farm of one process: in any order, and some of it never."""

    random: Random
    lost: float = 0.0
    told: list[Job | DraftId] = field(default_factory=list)

    def jobs(self, jobs: Sequence[Job]) -> bool:
        self.told += [job for job in jobs if self.random.random() >= self.lost]
        return True

    def advance(self, draft: DraftId) -> bool:
        if self.random.random() >= self.lost:
            self.told.append(draft)
        return True

    def depth(self, queue: str) -> int:
        return 0

    def next(self) -> Job | DraftId:
        return self.told.pop(self.random.randrange(len(self.told)))


@dataclass
class Bench:
    """One video with a rush, in a studio of its own."""

    catalogue: Catalogue
    store: FolderStore
    tools: Tools
    video: VideoId

    def script(self, text: str) -> None:
        with self.catalogue.writing() as tx:
            save_revision(tx, self.video, read(text, shelf.framings()))

    def on_the_farm(self, random: Random, lost: float) -> tuple[dict[str, Any], list[int]]:
        studio = Studio(self.catalogue, self.store, FolderStore(self.store.root.parent / "work"))
        telling = Unruly(random, lost)
        station = Station(studio, self.tools, "here", telling, replace(shelf.farm(), resend_seconds=0, lease_seconds=0))
        with self.catalogue.writing() as tx:
            asked = ask_draft(tx, self.video, "a test")
        for _ in range(500):
            with self.catalogue.reading() as tx:
                now = draft(tx, asked.id)
            assert now.state in {"waiting", "rendering", "done"}, now.error
            if now.state == "done":
                break
            if not telling.told:
                station.sweep()
            elif isinstance(what := telling.next(), Job):
                (station.join if what.work.kind == JOIN else station.make)(what.id)
            else:
                station.advance(what)
        with self.catalogue.reading() as tx:
            manifest = manifest_of(tx, asked.id)
            assert not jobs(tx, ("queued", "running", "failed"), self.video)
        return manifest, frames(self.store.path(f"drafts/{self.video}/{asked.number:03d}") / "draft.mp4")

    def here(self) -> tuple[dict[str, Any], list[int]]:
        shop = Workshop(self.store, self.store)
        with LocalCrew(CatalogueHome(self.catalogue, shop, self.video), shop, self.tools, silent) as crew:
            with self.catalogue.reading() as tx:
                script = revision(tx, self.video, shelf.framings()).script
                style = style_of(tx, self.video, script)
            crew.number = next(NUMBERS)
            made = path_of_a_draft.draft(script, style, crew)
            assert crew.finished is not None
            return crew.finished.manifest, frames(self.store.path(made.place) / "draft.mp4")

    def forget(self) -> None:
        """Nothing that was made for drafts is there any more."""
        with self.catalogue.writing() as tx:
            for one in every_output(tx):
                if one.kind not in {"conformed", "draft"}:
                    forget_folder(tx, f"derived/{one.kind}/{one.key[:2]}/{one.key}")
                    self.store.remove(f"derived/{one.kind}/{one.key[:2]}/{one.key}")
        shutil.rmtree(self.store.root.parent / "work", ignore_errors=True)


@pytest.fixture(scope="module")
def benches(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, spoken: Path, ffmpeg: Ffmpeg
) -> Iterator[tuple[Bench, Bench]]:
    with contextlib.ExitStack() as stack:
        made = []
        for name in ("farm", "here"):
            catalogue = Catalogue(stack.enter_context(databases.migrated("sqlite")))
            stack.callback(catalogue.close)
            store = FolderStore(tmp_path_factory.mktemp(name) / "objects")
            with catalogue.writing() as tx:
                course = add_course(tx, Course("F", "La donnée", size=Size(640, 360)))
                chapter = add_chapter(tx, add_part(tx, course, "1"), "1")
                video = add_video(tx, chapter, "V", "Suivez")
            asked = HandingDesk(catalogue, "here").handed(video, Handed(spoken, Filed("spoken.mp4")))
            assert asked.job is not None
            Ingest(store, catalogue, FolderStore(store.root.parent / "in"), ffmpeg, "here").done(asked.job, spoken)
            made.append(Bench(catalogue, store, Tools(ffmpeg, None, 1), video))
        yield made[0], made[1]


scripts = st.builds(
    lambda title, framing, more: (
        "\n\n".join(["# Un", *([f"[title {title}]"] if title else []), f"{framing}{FIRST_LINE}", *more]) + "\n"
    ),
    st.sampled_from(["", "Bonjour", "L'été"]),
    st.sampled_from(["", "[frame close] ", "[frame wide] "]),
    st.lists(st.sampled_from(["Que personne ne dit.", "# Deux\n\nNi cela."]), max_size=2, unique=True),
)


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(text=scripts, random=st.randoms(use_true_random=False), lost=st.sampled_from([0.0, 0.5]))
def test_the_farm_makes_what_this_machine_makes(
    benches: tuple[Bench, Bench], text: str, random: Random, lost: float
) -> None:
    """Jobs in any order, half of the messages lost: the same manifest and the same frames."""
    farm, here = benches
    farm.forget()
    for bench in benches:
        bench.script(text)
    made, film = farm.on_the_farm(random, lost)
    wanted, shown = here.here()
    assert json.loads(json.dumps(made)) == json.loads(json.dumps(wanted))
    assert film == shown


def test_what_the_store_has_lost_is_made_again(benches: tuple[Bench, Bench]) -> None:
    farm, _ = benches
    farm.script(f"# Un\n\n{FIRST_LINE}\n")
    _, film = farm.on_the_farm(Random(1), 0)
    with farm.catalogue.reading() as tx:
        segments = [one for one in every_output(tx) if one.kind in {"segment", "mix", "watched"}]
    for one in segments:
        farm.store.remove(f"derived/{one.kind}/{one.key[:2]}/{one.key}")
    shutil.rmtree(farm.store.root.parent / "work")
    _, again = farm.on_the_farm(Random(2), 0)
    assert again == film
    _, once_more = farm.on_the_farm(Random(3), 0.5)
    assert once_more == film


def test_a_superseded_draft_stops_and_what_it_made_serves_the_next(benches: tuple[Bench, Bench]) -> None:
    farm, _ = benches
    farm.forget()
    farm.script(f"# Un\n\n[title Premier]\n\n{FIRST_LINE}\n")
    telling = Unruly(Random(1))
    studio = Studio(farm.catalogue, farm.store, FolderStore(farm.store.root.parent / "work"))
    station = Station(studio, farm.tools, "here", telling)
    with farm.catalogue.writing() as tx:
        first = ask_draft(tx, farm.video, "a test")
    station.advance(first.id)
    while telling.told and not any(isinstance(one, Job) and one.work.kind == "render" for one in telling.told):
        what = telling.told.pop(0)
        station.make(what.id) if isinstance(what, Job) else station.advance(what)
    renders = [one for one in telling.told if isinstance(one, Job) and one.work.kind == "render"]
    assert len(renders) >= 2
    station.make(renders[0].id)
    farm.script(f"# Un\n\n[title Premier]\n\n{FIRST_LINE}\n\nQue personne ne dit.\n")
    farm.on_the_farm(Random(2), 0)
    with farm.catalogue.reading() as tx:
        assert draft(tx, first.id).state == "superseded"
        states = {one.id: (one.state, one.cause) for one in jobs(tx, (*UNDONE, *OVER), farm.video)}
    assert states[renders[0].id][0] == "done"
    assert {states[one.id] for one in renders[1:]} <= {("done", ""), ("cancelled", SUPERSEDED)}
    station.advance(first.id)
    with farm.catalogue.reading() as tx:
        assert draft(tx, first.id).state == "superseded"
