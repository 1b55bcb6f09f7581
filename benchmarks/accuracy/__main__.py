"""Measure accuracy on rendered clips that nothing was tuned on (``make accuracy``).

    python -m benchmarks.accuracy                   the reported table: hours of rendering the first time
    python -m benchmarks.accuracy --quick           a few tuning clips, minutes
    python -m benchmarks.accuracy --seeds 701-702   every condition with seeds that are free to be looked at

Whatever is done is kept in the folders --clips and --out; a run that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.accuracy import analysis, clips, measures, targets
from benchmarks.accuracy.footage import real_footage
from benchmarks.accuracy.gallery import write_gallery
from benchmarks.accuracy.invariance import invariance
from benchmarks.accuracy.page import held_out, write_page
from benchmarks.accuracy.rivals.compare import rivals
from detector.config import Settings
from detector.pipeline import ALGORITHM
from detector.synthetic.series import chosen_seeds

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PARTS = ("rivals", "invariance", "footage", "gallery")


def main() -> None:
    options = _options()
    seeds = chosen_seeds(options.seeds) if options.seeds else ()
    jobs = clips.planned(options.clips, seeds, quick=options.quick)
    minutes = 0.0 if options.no_render else options.minutes
    there = clips.rendered(jobs, workers=options.workers, minutes=minutes)
    if not there:
        raise SystemExit(f"none of {len(jobs)} clips is in {options.clips}; run without --no-render")
    print(f"{len(there)} of {len(jobs)} clips")
    settings = Settings().with_assignments(options.set or [])
    found = analysis.measured(there, options.out, settings, workers=options.workers)
    values = measures.numbers(found) | {
        "clips_planned": len(jobs),
        "clips_of_an_earlier_drawing": sum(item.clip.earlier for item in found),
        "seeds": sorted({item.clip.recipe.seed for item in found}),
        "reported": not options.quick and not seeds,
        "algorithm": ALGORITHM,
        "settings": settings.model_dump(mode="json"),
    }
    skip = options.skip.split(",")
    limits = {"workers": options.workers, "minutes": minutes}
    if "invariance" not in skip:
        scene_seeds = seeds[:1] or (clips.TUNING_SEEDS[:1] if options.quick else clips.WITH_JERKS[:2])
        values["invariance"] = invariance(options.clips, options.out, settings, seeds=scene_seeds, **limits)
    if "rivals" not in skip:
        first = min(values["seeds"])
        values["rivals"] = rivals([i for i in found if i.clip.recipe.seed == first], options.out / "rivals")
    if "footage" not in skip:
        values["footage"] = real_footage(options.out, settings, options.footage)
    if "gallery" not in skip:
        values["causes"] = write_gallery(found, options.out, options.pictures)
    values["held_out"] = held_out(ROOT / "models")
    table = targets.rows(values)
    values["targets"] = [row.__dict__ for row in table]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "accuracy.json").write_text(json.dumps(values, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    if values["reported"] and not options.set:  # the page is of the settings that ship
        write_page(values, ROOT / "docs" / "explanation" / "accuracy.md")
    print("\n".join(targets.lines(table)))
    print(f"all numbers: {options.out / 'accuracy.json'}; misses and false alarms: {options.out / 'misses.html'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=Path, default=HERE / "out" / "clips", help="folder of the rendered clips")
    parser.add_argument("--out", type=Path, default=HERE / "out", help="folder of everything else")
    parser.add_argument("--seeds", default="", help="every condition with these seeds instead of the reported table")
    parser.add_argument("--quick", action="store_true", help="a few conditions, tuning seeds, minutes")
    parser.add_argument("--workers", type=int, default=2, help="clips rendered or analysed at once")
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="stop rendering after so long and use what is there"
    )
    parser.add_argument("--no-render", action="store_true", help="use the clips that are there")
    parser.add_argument("--footage", type=Path, help="folder of jerk-free real clips of your own, to check too")
    parser.add_argument("--pictures", type=int, default=60, help="most misses and false alarms shown as pictures")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="one setting, as in sleepjerk analyze")
    parser.add_argument("--skip", default="", help=f"parts to leave out: {', '.join(PARTS)}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
