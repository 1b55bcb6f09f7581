"""Train the candidate classifier on clips with truth, and write it as data into models/.

    python benchmarks/training/train_classifier.py CLIPS... [--copies FOLDER] [--onto MODEL.json --trees 700]

CLIPS are folders of videos with ``<stem>.truth.tsv`` beside them, as `sleepjerk simulate` makes them, and folders of
results with a ``decisions.tsv`` in each (docs/how-to/adapt-the-classifier.md). Copies of clips (recode_clips.py) are
trained on too: each is held out with its clip, and nothing is scored on it. Every figure that is written is out of
fold: clips are split five ways by clip, and once more by condition, so that a condition is judged by a model that never
saw it. Clips of several renderers are weighed (balance.py), and of each jerk its best views (best_views.py). With
`--onto` all looks of a model are kept, and further trees are fitted to what its trees leave;
its own clips must not be among CLIPS, and what it makes of them is printed as `kept`. Needs LightGBM and scikit-learn,
without `--onto` JAX and Optax, too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import numpy.typing as npt
import sklearn
from balance import balanced, clip_groups, condition_groups, copies_apart, renderer_of
from best_views import by_best_views
from curve_look import LOOK as CURVE_LOOK
from curve_look import curve_odds_out_of_fold, curve_values, fit_curve_look, with_curve_look
from gather import JERK, NAMES, UNUSED, Clip, gather
from neighbour_look import LOOK as NEIGHBOUR_LOOK
from neighbour_look import fit_neighbour_look, neighbour_odds_out_of_fold, neighbour_values, with_neighbour_look
from reviewed import reviewed_results
from scores import calibrate, confidences, event_scores, f1, reliability
from sklearn.model_selection import GroupKFold
from trees import LEAST_LEAF, RIDGE, ROWS, SHARE, grower, trees_of

from detector.classify.model_file import FORMAT, Model, read_model
from detector.classify.predict import log_odds
from detector.config import Settings
from detector.events.verdicts import rule_confidence
from detector.results.decisions import DECISIONS

ROOT = Path(__file__).resolve().parents[2]

# Left out: what only tells which clip or camera it is, or how a track was cut.
LEFT_OUT = {"interval_s", "texture", "amplitude", "strength", "followed_s"}

# More of this can only speak against a jerk, whatever few clips show. Of all else clips may tell (docs/decisions/0019).
DIRECTION = {"light": -1, "shift": -1, "unjudged": -1}

FEATURES = tuple(name for name in NAMES if name not in LEFT_OUT)
COLUMNS = [NAMES.index(name) for name in FEATURES]
# On part of the features, rows and leaves: of the leaves tried (8-40; docs/decisions/0007) the fewest that more did not
# better, by clip or by condition; of 700 and 1,200 trees the latter, a little better by clip.
TREES, LEAVES, RATE = 1200, 24, 0.04
KIND_TREES, KIND_LEAVES, KIND_RATE = 40, 8, 0.12  # names what is refused; nothing is counted by it
_NOTHING: dict[str, Any] = {"trees": [], "baseline": 0.0, "features": FEATURES}  # kept without --onto
FloatArray = npt.NDArray[np.float64]


def odds_before(clips: list[Clip], onto: Model | None) -> list[FloatArray]:
    """Return the log odds of every clip's candidates by the model whose trees are kept; 0 without one."""
    if onto is None:
        return [np.zeros(len(clip.values)) for clip in clips]
    columns = [NAMES.index(name) for name in onto.features]
    return [log_odds(onto, np.ascontiguousarray(clip.values[:, columns])) for clip in clips]


def fit(clips: list[Clip], trees: int, onto: Model | None) -> lightgbm.LGBMClassifier:
    """Return the trees fitted to the candidates of `clips`, and to what the model before them leaves."""
    values = np.vstack([clip.values for clip in clips])[:, COLUMNS]
    labels = np.concatenate([clip.labels for clip in clips])
    weights = np.concatenate([clip.weights for clip in clips])
    used = labels != UNUSED
    direction = [DIRECTION.get(name, 0) for name in FEATURES]
    start = None if onto is None else np.concatenate(odds_before(clips, onto))[used]
    model = grower(trees, LEAVES, RATE, monotone_constraints=direction)
    model.fit(values[used], labels[used] == JERK, sample_weight=weights[used], init_score=start)
    return model


def fit_kinds(clips: list[Clip]) -> dict[str, lightgbm.LGBMClassifier]:
    """Return for each kind of movement the trees that tell it from the others, fitted to what is no jerk."""
    values = np.vstack([clip.values for clip in clips])[:, COLUMNS]
    kinds = np.array([kind for clip in clips for kind in clip.kinds])
    models = {}
    for name in sorted(set(kinds) - {""}):
        model = grower(KIND_TREES, KIND_LEAVES, KIND_RATE)
        models[name] = model.fit(values[kinds != ""], kinds[kinds != ""] == name)
    return models


def out_of_fold(
    clips: list[Clip], copies: list[Clip], groups: list[str], folds: int, trees: int, onto: Model | None
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return the log odds of every clip's candidates by trees that saw no clip of its group, and no copy of one.

    And those of the copies, by trees that did not see their clips.
    """
    odds, of_copies = odds_before(clips, onto), odds_before(copies, onto)

    def hold_out(split: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> None:
        train, test = split
        seen, unseen = copies_apart(clips, copies, test)
        model = fit([*(clips[i] for i in train), *(copies[k] for k in seen)], trees, onto)
        for some, which, said in ((clips, test, odds), (copies, unseen, of_copies)):
            for i in which:
                if len(some[i].values):
                    said[i] = said[i] + model.predict(some[i].values[:, COLUMNS], raw_score=True)

    splits = GroupKFold(min(folds, len(set(groups)))).split(clips, groups=groups)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each grows on one thread, so that it always grows alike
        list(pool.map(hold_out, splits))
    return odds, of_copies


def parted(clips: list[Clip], copies: list[Clip], trees: int, onto: Model | None) -> tuple[list[Clip], list[Clip]]:
    """Return clips and copies, their jerks parted among their views by trees that never saw their condition."""
    said = out_of_fold(clips, copies, condition_groups(clips), 7, trees, onto)
    return by_best_views(clips, said[0]), by_best_views(copies, said[1])


def judged(clips: list[Clip], copies: list[Clip], trees: int, onto: Model | None) -> _Judged:
    """Return log odds out of fold, and what the looks at curve and neighbours are to learn from."""
    each, conditions = clip_groups(clips), condition_groups(clips)
    by_clip, _ = out_of_fold(clips, copies, each, 5, trees, onto)
    seen = out_of_fold(clips, copies, conditions, 7, trees, onto)
    unseen, _ = seen
    if onto is None:
        by_clip = curve_odds_out_of_fold(clips, by_clip, copies, seen, each, 5)
        after_curve = curve_odds_out_of_fold(clips, unseen, copies, seen, conditions, 7)
        by_clip = neighbour_odds_out_of_fold(clips, by_clip, after_curve, each, 5)
        return _Judged(
            by_clip, neighbour_odds_out_of_fold(clips, after_curve, after_curve, conditions, 7), seen, after_curve
        )
    return _Judged(_looked(onto, clips, by_clip), _looked(onto, clips, unseen), seen, [])


def _looked(onto: Model, clips: list[Clip], odds: list[FloatArray] | None = None) -> list[FloatArray]:
    """Return log odds, those of the trees of a model if none are given, after its further looks."""
    odds = odds_before(clips, onto) if odds is None else odds
    if onto.by_curve is not None:
        odds = with_curve_look(onto.by_curve, clips, odds)
    return odds if onto.by_neighbours is None else with_neighbour_look(onto.by_neighbours, clips, odds)


class _Judged(NamedTuple):
    """Log odds out of fold.

    Attributes
    ----------
    by_clip, by_condition : list of ndarray
        After all looks.
    seen : tuple
        Log odds of clips and of copies by trees that never saw their condition.
    after_curve : list of ndarray
        Those of the clips after the look at the curve, by networks that never saw their condition; empty with `--onto`.
    """

    by_clip: list[FloatArray]
    by_condition: list[FloatArray]
    seen: tuple[list[FloatArray], list[FloatArray]]
    after_curve: list[FloatArray]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path, help="folders of clips with truth beside them")
    parser.add_argument(
        "--copies", nargs="*", type=Path, default=[], help="folders of copies of them (recode_clips.py)"
    )
    parser.add_argument("--name", default="jerk-classifier-20", help="folder of the model")
    parser.add_argument(
        "--models", type=Path, default=ROOT / "models", help="folder of that folder and of the registry"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / "training" / "out")
    parser.add_argument("--trees", type=int, default=TREES, help="how many trees are fitted")
    parser.add_argument("--onto", type=Path, help="model.json whose trees are kept")
    parser.add_argument("--dry-run", action="store_true", help="print the scores, write nothing")
    args = parser.parse_args()
    onto = read_model(args.onto) if args.onto else None
    clips, copies = balanced(gather(args.clips, args.cache), gather(args.copies, args.cache))
    clips, copies = parted(clips, copies, max(1, args.trees // 4), onto)
    by_clip, by_condition, seen, after_curve = judged(clips, copies, args.trees, onto)
    slope, offset = calibrate(clips, by_clip)
    sure = confidences(by_clip, slope, offset)
    rules = [rule_confidence(clip.candidates.features) for clip in clips]
    metrics = {
        "clips": len(clips),
        "copies": len(copies),
        "candidates": sum(len(clip.candidates) for clip in clips),
        "jerks": sum(len(clip.truth_onsets_s) for clip in clips),
        "by_others": sum(renderer_of(clip.condition) != "" for clip in clips),
        "model_by_clip": event_scores(clips, sure),
        "model_by_condition": event_scores(clips, confidences(by_condition, slope, offset)),
        "rules": event_scores(clips, rules),
        **reliability(clips, sure),
    }
    if onto:
        metrics["kept"] = event_scores(clips, confidences(_looked(onto, clips), onto.slope, onto.offset))
    _print(metrics)
    if not args.dry_run:
        model = fit([*clips, *copies], args.trees, onto)
        looks = None if onto else _looks(clips, copies, seen, after_curve)
        _write(args, model, looks, (slope, offset), metrics)
    return 0


def _looks(
    clips: list[Clip],
    copies: list[Clip],
    seen: tuple[list[FloatArray], list[FloatArray]],
    after_curve: list[FloatArray],
) -> dict[str, Any]:
    """Return all but the trees of the look at measures as plain numbers."""
    kinds = {kind: {"baseline": 0.0, "trees": trees_of(one)} for kind, one in fit_kinds(clips).items()}
    curve = fit_curve_look([*clips, *copies], [*seen[0], *seen[1]])
    neighbours = fit_neighbour_look(clips, after_curve)
    return {"close": curve_values(curve), "second": neighbour_values(neighbours), "kinds": kinds}


def _print(metrics: dict[str, Any]) -> None:
    names = tuple(name for name in ("model_by_clip", "model_by_condition", "kept", "rules") if name in metrics)
    print(f"{'condition':24}" + "".join(f"{name:>34}" for name in names))
    for condition in metrics["rules"]["conditions"]:
        cells = [metrics[name]["conditions"][condition] for name in names]
        row = "".join(
            f"{c['true']:>13} +{c['false']:<4} -{c['missed']:<4} {f1(c['true'], c['false'], c['missed']):8.2f}"
            for c in cells
        )
        print(f"{condition:24}{row}")
    for name in names:
        print(name, {key: value for key, value in metrics[name].items() if key != "conditions"})
    print({key: metrics[key] for key in ("clips", "candidates", "jerks", "brier")})


def _write(
    args: argparse.Namespace,
    model: lightgbm.LGBMClassifier,
    looks: dict[str, Any] | None,
    calibration: tuple[float, float],
    metrics: dict[str, Any],
) -> None:
    """Write the model and what is told of it; `looks` as `_looks`, those of the model kept where None."""
    name = args.name
    folder = args.models / name
    folder.mkdir(parents=True, exist_ok=True)
    kept = json.loads(args.onto.read_bytes()) if args.onto else dict(_NOTHING)
    kept |= looks or {}
    if tuple(kept["features"]) != FEATURES:
        raise ValueError(f"{args.onto} has other features; its trees cannot be kept")
    trees = kept["trees"] + trees_of(model)
    values = {
        "format": FORMAT, "name": name, "features": list(FEATURES), "baseline": kept["baseline"],
        "slope": calibration[0], "offset": calibration[1], "trees": trees,
        "close": kept.get("close"), "second": kept.get("second"), "kinds": kept.get("kinds", {}),
    }  # fmt: skip
    content = json.dumps(values, separators=(",", ":")).encode()
    (folder / "model.json").write_bytes(content)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    command = [
        "python",
        "benchmarks/training/train_classifier.py",
        *map(_as_typed, args.clips),
        "--name",
        name,
        *(["--copies", *map(_as_typed, args.copies)] if args.copies else []),
    ]
    if args.onto:
        command += ["--onto", f"{kept['name']}/model.json", "--trees", str(args.trees)]
    training = {
        "command": " ".join(command),
        "onto": {"name": kept["name"], "trees": len(kept["trees"])} if args.onto else None,
        "clips": {_as_typed(folder): _hash_of(folder) for folder in [*args.clips, *args.copies]},
        "settings": Settings().fingerprint("video", "motion", "bursts"),
        "trees": len(trees), "leaves": LEAVES, "rate": RATE, "least_leaf": LEAST_LEAF, "ridge": RIDGE, "share": SHARE,
        "rows": ROWS, "kind_trees": KIND_TREES, "direction": DIRECTION,
        "close_look": CURVE_LOOK, "second_look": NEIGHBOUR_LOOK,  # keys of models that are in use
        "lightgbm": lightgbm.__version__, "scikit-learn": sklearn.__version__,
        **({} if args.onto else {name: version(name) for name in ("jax", "optax")}),
        "python": platform.python_version(),
    }  # fmt: skip
    (folder / "training.json").write_text(json.dumps(training, indent=1) + "\n", "utf-8")
    registry = {"format": 1, "default": name, "models": {name: {"sha256": hashlib.sha256(content).hexdigest()}}}
    (args.models / "registry.json").write_text(json.dumps(registry, indent=1) + "\n", "utf-8")
    print(f"{folder}: {len(content) / 1e3:.0f} kB")


def _as_typed(folder: Path) -> str:
    """Return how a folder is told of: of the machine that it lay on nothing."""
    return folder.name if folder.is_absolute() else folder.as_posix()


def _hash_of(folder: Path) -> str:
    """Hash of the truth files of a folder, and of the decisions in its results: which clips they were."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.truth.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    for result in reviewed_results(folder):
        digest.update(result.name.encode() + (result / DECISIONS).read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
