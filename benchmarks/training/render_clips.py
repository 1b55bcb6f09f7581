"""Render the clips that the classifier is trained on; what is there already is kept.

    python benchmarks/training/render_clips.py OUT [--set provoking] [--seeds 8] [--workers 2] [--minutes 600]

Every seed gives all conditions as they are drawn, all conditions once more before another camera (a small picture, a
fast film, or both: what users send most often besides the usual), and twenty mixtures of anything. Eight seeds are
1,584 clips and more than an hour of work for two idle cores. `--set provoking` gives further clips of what is taken
for jerks most often (320), `--set riding` of jerks during slow movements (128). No seed is one of the accuracy table.
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
# what the classifier took for jerks most often, and its kin (docs/decisions/0018); some of it beside jerks, too
PROVOKING = (
    "chewing", "fidgeting", "trembling", "tremor", "sucking", "rolling", "startles", "pet_quiet", "cord_quiet",
    "stray_quiet", "monitor_quiet", "caregiver_quiet",
)  # fmt: skip
BESIDE_JERKS = ("tremor_and_jerks", "sucking_and_jerks", "fidgeting_and_jerks", "pet", "cord", "stray")
PROVOKING_FROM = 10  # seeds later than those of all conditions
RIDING = ("during_slow_movement",)  # sixteen clips of it hold 85 jerks: too few beside thousands that begin from rest
MOVING_SLOWLY = ("slow_movements", "chewing")  # what such jerks teach to take for one, half as often
RIDING_FROM, RIDING_A_SEED = 18, 4  # seeds later than the provoking ones
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
    """Return the clips of all conditions, seed by seed: a part of them is balanced too."""
    jobs: list[Job] = []
    for k in range(seeds):
        jobs += _both_ways(tuple(CONDITIONS), k, out) + _mixtures(MIXED, k, out)
    return jobs


def provoking(out: Path, seeds: int) -> list[Job]:
    """Return further clips of what provokes false alarms, seed by seed."""
    jobs: list[Job] = []
    for k in range(PROVOKING_FROM, PROVOKING_FROM + seeds):
        jobs += _both_ways(PROVOKING, k, out) + jobs_for(BESIDE_JERKS, [AS_DRAWN + k], out)
        jobs += _mixtures(MIXED[1:], k, out)
    return jobs


def riding(out: Path, seeds: int) -> list[Job]:
    """Return further clips of jerks that ride on a slow movement of the same limb, and of slow movements alone."""
    jobs: list[Job] = []
    for k in range(RIDING_FROM, RIDING_FROM + RIDING_A_SEED * seeds):
        jobs += _both_ways(RIDING + (MOVING_SLOWLY if k % 2 else ()), k, out)
    return jobs


def _mixtures(conditions: tuple[str, ...], seed: int, out: Path) -> list[Job]:
    first = MIXTURES + MIXTURES_A_SEED * seed
    return jobs_for(conditions, range(first, first + MIXTURES_A_SEED), out)


def _both_ways(conditions: tuple[str, ...], seed: int, out: Path) -> list[Job]:
    """Return the conditions of a seed as they are drawn, and before another camera."""
    jobs = jobs_for(conditions, [AS_DRAWN + seed], out)
    for job in jobs_for(conditions, [ANOTHER_CAMERA + seed], out):
        other = before_another_camera(job.recipe)
        jobs.append(Job(other, job.path.with_suffix(f".{other.codec.container}")))
    return jobs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of the clips; made if it is not there")
    sets = {"all": planned, "provoking": provoking, "riding": riding}
    parser.add_argument("--set", choices=sets, default="all", help="all conditions, or further clips of some")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600.0, help="stop after so long; run again to go on")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    jobs, until = sets[args.set](args.out, args.seeds), time.monotonic() + 60 * args.minutes

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
