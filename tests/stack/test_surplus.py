"""What `gc` takes, whatever was drafted and whichever drafts are kept: nothing that one of those needs, all else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.manifest import pieces
from pipeline.values import Key
from storage.catalogue.drafts import manifest_of
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.keys import draft as draft_name
from storage.upkeep import remove, surplus
from tests.stack.studio import Studio

PARAGRAPHS = ("Bonjour à tous.", "Voici la donnée.", "On la nettoie.", "On la montre.", "Merci, et à bientôt.")


def published(store: FolderStore, name: str, folder: Path) -> None:
    work = folder / name.replace("/", "-")
    if work.exists() or store.has(name):
        return
    work.mkdir()
    (work / "value.json").write_text(name)
    store.publish(work, name)


@settings(max_examples=8)
@given(
    scripts=st.lists(st.permutations(PARAGRAPHS).map(lambda some: tuple(some[:3])), min_size=1, max_size=3),
    kept=st.sets(st.integers(1, 3)),
    strangers=st.sets(st.integers(0, 5)),
)
def test_all_that_a_kept_draft_needs_stays_and_all_else_goes(
    shared: Studio, scripts: list[tuple[str, ...]], kept: set[int], strangers: set[int]
) -> None:
    video = shared.another_video()
    with TemporaryDirectory() as place:
        folder = Path(place)
        store = FolderStore(folder / "store")
        needed: set[str] = set()
        others = {derived("segment", Key(f"{number:064x}")) for number in strangers}
        for paragraphs in scripts:
            shared.write(*paragraphs, video=video)
            made = shared.draft(video)
            with shared.catalogue.reading() as tx:
                manifest = manifest_of(tx, made.id)
            names = {derived(kind, key) for kind, key in pieces(manifest)}
            names.add(draft_name(str(video), made.number))
            for name in names:
                published(store, name, folder)
            if made.number in kept:
                needed |= names
            else:
                others |= names
        for name in others:
            published(store, name, folder)
        later = datetime.now(UTC) + timedelta(hours=1)

        def is_kept(of: object, number: int) -> bool:
            return of == video and number in kept

        assert surplus(shared.catalogue, store, later - timedelta(hours=2), is_kept) == ()
        spare = surplus(shared.catalogue, store, later, is_kept)
        assert {one.name for one in spare} == others - needed
        for one in spare:
            remove(shared.catalogue, store, one.name)
        assert all(store.whole(name) is not None for name in needed)
        assert surplus(shared.catalogue, store, later, is_kept) == ()
