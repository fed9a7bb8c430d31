"""Which recorder's file belongs to which rush."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.footage import Remark, Rush
from pipeline.values import Key, digest
from workers.pieces import Recorded, Recording


def recorded_key(rush: Rush, recorder: Key) -> Key:
    """Names a recorder's sound beside a rush. The number is raised when the same two would give another sound."""
    return digest({"recorded": 1, "rush": rush.key, "recorder": recorder})


def with_recorders(
    rushes: Sequence[Rush], names: dict[Key, str], tried: Sequence[tuple[Recording, Recorded]]
) -> tuple[list[Rush], list[Remark]]:
    """The rushes with the surest recorder of each, and remarks. `names`: file names by recorder's key."""
    best: dict[Key, tuple[int, Recording]] = {}
    used: set[Key] = set()
    for recording, found in tried:
        if found.sync is None:
            continue
        used.add(recording.recorder)
        if found.sync.ratio > best.get(recording.rush.key, (0, recording))[0]:
            best[recording.rush.key] = (found.sync.ratio, recording)
    out = [replace(rush, recorder=best[rush.key][1].key, silent=False) if rush.key in best else rush for rush in rushes]
    remarks = [Remark("recorder-used", f"{names[best[r.key][1].recorder]} → {r.name}") for r in rushes if r.key in best]
    remarks += [Remark("recorder-unmatched", name) for key, name in names.items() if key not in used]
    return out, remarks
