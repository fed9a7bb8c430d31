"""All tables at once: importing this is what makes `Base.metadata` whole."""

from storage.catalogue.tables import (
    casting,
    course,
    draft,
    entry,
    farm,
    media,
    people,
    review,
    script,
    sharing,
    telling,
    together,
)
from storage.catalogue.tables.base import Base

MODULES = (people, entry, course, script, media, casting, draft, review, farm, sharing, telling, together)
METADATA = Base.metadata
