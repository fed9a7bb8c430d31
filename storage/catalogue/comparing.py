"""Two drafts of a video compared: what changed from one to the other, line by line."""

from pipeline.change_list import Changed, Seen, change_list
from pipeline.presets import Framings
from storage.catalogue.drafts import Drafted, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.remaking import named
from storage.catalogue.scripts import revision_kept


def compared(tx: Transaction, before: Drafted, after: Drafted, framings: Framings) -> Changed:
    """What changed from one draft of a video to another. A constant number of queries.

    Raises:
        Clash: one of them is not done.
    """
    old, new = (Seen(shown(tx, one.id), revision_kept(tx, one.revision, framings).script) for one in (before, after))
    return Changed(old, new, change_list(old, new, named(tx, (before.id, after.id))))
