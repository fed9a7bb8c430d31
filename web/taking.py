"""Who makes an animation: taken on by whoever asks, for pages and API alike."""

from pipeline.errors import Clash
from storage.catalogue.assets import Wanted, add_asset, assign_asset
from storage.catalogue.courses import video
from storage.catalogue.owing import owed_cue
from storage.catalogue.terms import CastingId
from web.desk import Desk
from web.language import N_
from web.sending import refuse_studios
from web.visitor import Visitor


def taken_on(desk: Desk, visitor: Visitor, casting: CastingId) -> None:
    """Whoever asks makes the animation of a cue from now on; the asset begins here where there was none.

    Raises:
        Clash: nothing is owed for that cue any more.
        NotThis: the asset is the whole studio's and not theirs.
    """
    with desk.catalogue.writing(visitor.id) as tx:
        found = owed_cue(tx, casting, visitor.id)
        if found is None:
            raise Clash(N_("nothing is wanted for this cue any more"), todo=N_("go back and look again"))
        if found.asset is None:
            add_asset(tx, video(tx, found.video).course, Wanted(found.reference, "motion", visitor.id, found.due))
        else:
            refuse_studios(tx, visitor, found.asset)
            assign_asset(tx, found.asset, visitor.id, found.due)
