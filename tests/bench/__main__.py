"""`python -m tests.bench [MEASURE ...]`: speed and memory, as ratios against a reference timed in the same run.

A goal that is missed is shown and fails nothing; a wrong frame, byte or timestamp does.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import again, cold, farm, ingest, motion, overhead, peers, pure, ten_minutes, timestamps
from tests.bench.figures import Figure, Skipped, table

Measures = Callable[[cold.Lesson], Sequence[Figure | Skipped]]

SHORT: dict[str, Measures] = {
    "cold": cold.measures,
    "overhead": overhead.measures,
    "again": again.measures,
    "ingest": ingest.measures,
    "motion": motion.measures,
    "peers": peers.measures,
    "timestamps": timestamps.measures,
    "pure": pure.measures,
    "farm": farm.measures,
}
LONG: dict[str, Measures] = {"ten-minutes": ten_minutes.measures}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = [*SHORT, *LONG]
    parser.add_argument("measures", nargs="*", metavar="MEASURE", choices=[*names, []], help=f"of {', '.join(names)}")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave what was made there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rushes-bench-") as scratch:
        place = given.keep or Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        lesson = cold.Lesson(place)
        rows: list[Figure | Skipped] = []
        for name in given.measures or SHORT:
            began = time.monotonic()
            rows += (SHORT | LONG)[name](lesson)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        print(table(rows))


if __name__ == "__main__":
    main()
