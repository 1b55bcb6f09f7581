"""Which clips are measured: seeds kept for tuning, and seeds that nothing was ever tuned on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.synthetic.conditions import CONDITIONS, NEGATIVE
from detector.synthetic.recipe import Recipe
from detector.synthetic.series import is_there, jobs_for, render_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.synthetic.series import Job

TUNING_SEEDS = range(701, 800)
"""Free to look at and to tune on."""

REPORTED_SEEDS = range(9101, 9200)
"""For the reported table alone: no setting, rule, model or condition may ever be chosen by what they give."""

WITH_JERKS = REPORTED_SEEDS[:3]
JERK_FREE = REPORTED_SEEDS[:10]
"""27 conditions of about 29 s each: 2 h and more."""

CALM_SEEDS = REPORTED_SEEDS[10:57]
"""More of the conditions in which nothing at all may be found: 2 h of them too, rendered last."""

CALM = ("still", "breathing_only", "dirty_picture_quiet", "clock_overlay_quiet", "starved_codec_quiet")
"""Stillness, breathing, noise, a clock overlay, a starved encoder."""

QUICK_CONDITIONS = (
    "clean_ir", "small_amplitude", "dense_trains", "creeping", "during_slow_movement", "low_fps", "low_light",
    "dirty_picture", "still", "breathing_only", "tremor", "clock_overlay_quiet", "starved_codec_quiet", "pet_quiet",
)  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """A rendered clip with its truth and recipe."""

    name: str
    video: Path
    truth: Path
    recipe: Recipe = field(repr=False)
    earlier: bool = False

    @property
    def condition(self) -> str:
        return self.recipe.condition

    @property
    def jerk_free(self) -> bool:
        return self.condition in NEGATIVE


def planned(folder: Path, seeds: Sequence[int], *, quick: bool) -> list[Job]:
    """Return the clips of the table, seed by seed: a part of them is a balanced table too."""
    if quick:
        return jobs_for(QUICK_CONDITIONS, seeds or TUNING_SEEDS[:1], folder)
    if seeds:
        return jobs_for(CONDITIONS, seeds, folder)
    jobs: list[Job] = []
    for seed in JERK_FREE:
        names = CONDITIONS if seed in WITH_JERKS else [name for name in CONDITIONS if name in NEGATIVE]
        jobs += jobs_for(names, [seed], folder)
    return jobs + jobs_for(CALM, CALM_SEEDS, folder)


def rendered(jobs: Sequence[Job], *, workers: int, minutes: float) -> list[Clip]:
    """Render what is missing for at most so many minutes, and return the clips that are there.

    Clips are known by their recipe alone: after a change of how scenes are drawn, delete the folder.
    """
    missing = [job for job in jobs if not is_there(job)]
    if missing and minutes > 0:
        print(f"rendering {len(missing)} of {len(jobs)} clips", flush=True)
        _render(missing, workers, minutes)
    return [clip for clip in map(_clip, jobs) if clip is not None]


def _render(missing: Sequence[Job], workers: int, minutes: float) -> None:
    until = time.monotonic() + 60 * minutes

    def stop_when_due() -> None:
        if time.monotonic() > until:
            raise TimeoutError

    for folder in {job.path.parent for job in missing}:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        for number, made in enumerate(render_all(missing, workers=workers, idle=stop_when_due), start=1):
            print(f"  {number}/{len(missing)} {made.job.path.name} {made.state} {made.error}", flush=True)
    except TimeoutError:
        print(f"  stopped after {minutes:g} min; run again to go on", flush=True)


def _clip(job: Job) -> Clip | None:
    """Return the clip of that name, if it is there, with its own recipe: that of an earlier drawing, perhaps."""
    truth, recipe = job.path.with_suffix(".truth.tsv"), job.path.with_suffix(".toml")
    if not (truth.is_file() and recipe.is_file()):
        return None
    drawn = Recipe.from_toml(recipe.read_text("utf-8"))
    video = job.path.with_suffix(f".{drawn.codec.container}")
    return Clip(job.path.stem, video, truth, drawn, earlier=drawn != job.recipe) if video.is_file() else None
