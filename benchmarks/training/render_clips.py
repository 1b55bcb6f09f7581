"""Render the clips that the classifier is trained on; what is there already is kept.

    python benchmarks/training/render_clips.py OUT [--seeds 8] [--workers 2] [--minutes 600]

Every seed gives all conditions as they are drawn, all conditions once more before another camera (a small picture, a
fast film, or both: what users send most often besides the usual), and twenty mixtures of anything. Eight seeds are
1,584 clips and more than an hour of work for two idle cores. No seed is one that the accuracy table is reported on.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.conditions import CONDITIONS
from detector.synthetic.refilm import refilmed
from detector.synthetic.series import Job, jobs_for, render_all

if TYPE_CHECKING:
    from detector.synthetic.recipe import Recipe

AS_DRAWN, ANOTHER_CAMERA, MIXTURES = 311, 361, 501  # first seed of each; jerk-classifier-8 to 11: 301, 351, 401
MIXED = ("anything", "anything_quiet")
MIXTURES_A_SEED = 10
WIDTHS = (240, 320, 320, 320, 352, 426)
RATES_HZ = (40.0, 50.0, 60000 / 1001, 60.0)
SHORTEST_S = 15.0
PIXELS = 640 * 480 * 30.0  # a second: films with more are made shorter


def before_another_camera(recipe: Recipe) -> Recipe:
    """Return the scene with a small picture, a high rate or both, drawn from its own seed and condition."""
    rng = np.random.default_rng([recipe.seed, *recipe.condition.encode(), 99])
    small, fast = ((True, False), (False, True), (True, True), (True, False), (False, True))[int(rng.integers(5))]
    width = int(rng.choice(WIDTHS)) if small else None
    fps = float(rng.choice(RATES_HZ)) if fast else None
    other = refilmed(recipe, width=width, fps=fps)
    camera = other.camera
    share = PIXELS / (camera.width * camera.height * camera.fps)
    length_s = max(min(SHORTEST_S, camera.duration_s), camera.duration_s * min(1.0, max(0.5, share)))
    return refilmed(other, duration_s=round(length_s, 1)) if length_s < camera.duration_s else other


def planned(out: Path, seeds: int) -> list[Job]:
    """Return all clips, seed by seed: a part of them is balanced too."""
    jobs: list[Job] = []
    for k in range(seeds):
        jobs += jobs_for(CONDITIONS, [AS_DRAWN + k], out)
        for job in jobs_for(CONDITIONS, [ANOTHER_CAMERA + k], out):
            other = before_another_camera(job.recipe)
            jobs.append(Job(other, job.path.with_suffix(f".{other.codec.container}")))
        first = MIXTURES + MIXTURES_A_SEED * k
        jobs += jobs_for(MIXED, range(first, first + MIXTURES_A_SEED), out)
    return jobs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of the clips; made if it is not there")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600.0, help="stop after so long; run again to go on")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    jobs, until = planned(args.out, args.seeds), time.monotonic() + 60 * args.minutes

    def stop_when_due() -> None:
        if time.monotonic() > until:
            raise TimeoutError

    try:
        for number, made in enumerate(render_all(jobs, workers=args.workers, idle=stop_when_due), start=1):
            if made.state != "kept":
                print(f"{number}/{len(jobs)} {made.job.path.name} {made.state} {made.error}", flush=True)
    except TimeoutError:
        print(f"stopped after {args.minutes:g} min; run again to go on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
