"""One long film on 1 and on 2 workers, one decoding thread each: how much faster, and the same bytes."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources
from detector.config import Settings
from detector.resources import sample_path
from tests.e2e.test_long import repeated
from tests.unit.batch.studies import old, tree

WANTED = 1.7


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        film = old(repeated(sample_path("breathing"), Path(place) / "film.mp4", 60 * chosen.minutes))
        seconds, trees = {}, []
        for workers in (1, 2):
            study = Path(place) / f"study-{workers}"
            began_s = time.monotonic()
            options = Options(workers=workers, threads=1)
            run_study(find_sources([film]), study, Settings(), options, lambda _progress: None)
            seconds[workers] = time.monotonic() - began_s
            trees.append(tree(study))
        ratio = seconds[1] / seconds[2]
        result = {
            "minutes_of_film": chosen.minutes,
            "seconds_by_workers": {str(workers): round(value, 1) for workers, value in seconds.items()},
            "speed_up": round(ratio, 2),
            "wanted": WANTED,
            "same_bytes": trees[0] == trees[1],
        }
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
        return 0 if ratio >= WANTED and trees[0] == trees[1] else 1


if __name__ == "__main__":
    sys.exit(main())
