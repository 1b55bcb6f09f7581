"""The same scene filmed in other ways: other frame rates, widths and light must not change what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.accuracy import analysis, clips
from detector.evaluation.scores import score
from detector.synthetic.conditions import random_recipe
from detector.synthetic.refilm import refilmed
from detector.synthetic.series import Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.accuracy.analysis import Measured
    from detector.config import Settings
    from detector.synthetic.recipe import Recipe

SCENES = ("clean_ir", "single_jerks", "alternating")
LENGTH_S = 20.0
RATES_HZ = (15.0, 25.0, 30.0, 50.0, 60.0)
WIDTHS_PX = (320, 640, 1280, 1920)
GAINS = (0.4, 0.7, 1.0, 1.4)
LEAST_PX = 3.0  # at 640 wide: smaller jerks are another question, that of recall by amplitude


def invariance(folder: Path, out: Path, settings: Settings, *, seeds: Sequence[int], **limits: Any) -> dict[str, Any]:
    """Return for each change the counts of all scenes together, and their spread: largest over smallest, less 1."""
    jobs: dict[tuple[str, float], list[Job]] = {}
    for seed in seeds:
        for name in SCENES:
            scene = _plain_scene(random_recipe(seed, name))
            for change, values in (("frame rate", RATES_HZ), ("width", WIDTHS_PX), ("light", GAINS)):
                for value in values:
                    changed = _changed(scene, change, value)
                    stem = f"{name}-{seed:05d}-{change.replace(' ', '-')}-{value:g}"
                    jobs.setdefault((change, value), []).append(Job(changed, folder / "invariance" / f"{stem}.mp4"))
    there = clips.rendered([job for part in jobs.values() for job in part], **limits)
    found = {item.clip.name: item for item in analysis.measured(there, out, settings, workers=limits["workers"])}
    table: dict[str, Any] = {}
    for (change, value), part in jobs.items():
        items = [found[job.path.stem] for job in part if job.path.stem in found]
        if len(items) == len(part):
            table.setdefault(change, {"counts": {}})["counts"][f"{value:g}"] = _numbers(items)
    for part in table.values():
        counts = [one["found"] for one in part["counts"].values()]
        part["spread"] = max(counts) / min(counts) - 1 if len(counts) > 1 and min(counts) else None
    return table


def _numbers(items: Sequence[Measured]) -> dict[str, Any]:
    one = score([item.pair for item in items], resamples=0)
    return {"found": one.tp + one.fp, "known": one.tp + one.fn, "false": one.fp, "missed": one.fn, "f1": one.f1}


def _plain_scene(recipe: Recipe) -> Recipe:
    """Return the scene at 640 x 360 and 30 Hz, stored well, with jerks that are not tiny."""
    even = dict.fromkeys(("jitter", "wander", "drop_share", "repeat_share"), 0.0)
    scale = 640 / recipe.camera.width
    camera = recipe.camera.model_copy(
        update={"width": 640, "height": 360, "fps": 30.0, "duration_s": LENGTH_S, "colour": False} | even
    )
    jerks = tuple(
        jerk.model_copy(update={"amplitude_px": max(jerk.amplitude_px * scale, LEAST_PX)})
        for jerk in recipe.jerks
        if 1 < jerk.onset_s < LENGTH_S - 1.2
    )
    codec = recipe.codec.model_copy(update={"name": "libx264", "crf": 20, "bitrate_kbps": 0})
    breathing = recipe.breathing.model_copy(update={"amplitude_px": recipe.breathing.amplitude_px * scale})
    return recipe.model_copy(update={"camera": camera, "jerks": jerks, "codec": codec, "breathing": breathing})


def _changed(recipe: Recipe, change: str, value: float) -> Recipe:
    if change == "frame rate":
        return refilmed(recipe, fps=value)
    if change == "light":
        return _with(recipe, "sensor", gain=recipe.sensor.gain * value)
    return refilmed(recipe, width=int(value))


def _with(recipe: Recipe, block: str, **values: Any) -> Recipe:
    return recipe.model_copy(update={block: getattr(recipe, block).model_copy(update=values)})
