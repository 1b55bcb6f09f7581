"""Kill a study 100 times with signal 9 at random moments: nothing is lost, doubled or corrupt."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from detector.batch import processes
from tests.unit.batch.studies import films, long_film, run_here, tree, work_off_here

KILLS, FILMS, LONGEST_S = 100, 40, 1.5


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with tempfile.TemporaryDirectory() as place:
        videos, study = Path(place) / "videos", Path(place) / "study"
        films(videos, FILMS)
        long_film(videos / "long.mp4", length_s=95.0)
        words = [str(word) for word in (videos, study, kills, LONGEST_S, 1)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.kill_loop", *words], capture_output=True, text=True, check=True
        )
        processes.work_off = work_off_here
        run_here(videos, Path(place) / "wanted")
        same = tree(study) == tree(Path(place) / "wanted")
        result = json.loads(done.stdout) | {"same_bytes_as_an_undisturbed_run": same, "files": len(tree(study))}
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
        return 0 if same and result["last_exit"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
