"""Write a model's card from what its training left: the same files give the same text.

    python benchmarks/training/write_card.py [jerk-classifier-20]

Run it after training (`make docs` does, too). Needs nothing but Python; a test compares the card with what this would
write. Its words on data hold for rendered clips: a model that was trained on others needs words of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MODELS = Path(__file__).resolve().parents[2] / "models"

HEAD = """# Card of {name}

Made by `benchmarks/training/write_card.py` from `metrics.json` and `training.json`; do not edit.

Gradient-boosted trees ({trees} trees of at most {leaves} leaves, as JSON) that say how surely a candidate (one
movement away from rest, with or without a way back) is a brief limb jerk. {curve}{neighbours}Why it is built so:
`docs/decisions/0007` in the sources.

## For

Giving the candidates that sleepjerk measures their `confidence`; from `jerks.min_confidence` on, a candidate is
counted as a jerk. It is made for a first count that a person then checks against the video.

## Not for

- Diagnosis, or telling benign jerks from seizures or normal twitches: it knows movement in a picture and nothing
  else.
- Alarms or monitoring.
- Comparing children, cameras or rooms by counts alone.
- Features of another version of the program: names and order are checked, meaning cannot be.

## Data

- **Rendered scenes only. No infant was filmed, and no infant's video was used.** {clips} rendered clips ({hours:.2f} h,
  {conditions} conditions) hold {jerks} true jerks; they gave {candidates} candidates.
- Sets of clips, by hash of their truth: {sets}.
{sources}- A candidate within 100 ms of a true onset is a view of that jerk; all views of one jerk together weigh
  as much as one, each by how likely it is one (`docs/decisions/0029`). Candidates near a jerk, inside gross movement
  or in stretches marked `dont_care` teach nothing; what is found in the latter two is not counted as false.
- The simulator's limits are the model's limits (`docs/decisions/0003`): simple bodies, no skin, drawn faces and
  hands.

## Metrics

Every figure is out of fold: the model that judged a clip has not seen it. *By clip* leaves out clips, so that other
clips of the same condition were seen; *by condition* leaves out whole conditions (with their `_quiet` twin), so
that the model meets something it has not seen, though near kin (`tremor` for `tremor_and_jerks`) may have been
there. *Rules* is `jerks.judge = "rules"`, whose limits were set by hand on such scenes. A found onset is true
within 100 ms of a true one, one to one.

| | By clip | By condition | Rules |
| --- | ---: | ---: | ---: |
{overall}

*Macro* is the mean F1 of the {with_jerks} conditions that hold jerks; the {without} others show in the false alarms
alone. False alarms an hour come from only {quiet_hours:.2f} h without jerks, most of them with something that
provokes them: one false alarm more or less changes the figure by {one_more:.1f} an hour. It is not the rate of a
quiet night.

**These figures are optimistic.** Features, limits, size of the trees and the calibration were chosen while looking
at these same clips. Clips of seeds that nobody had looked at are in `docs/explanation/accuracy.md` in the sources.
Nothing here was measured on infants.

### Confidence

Brier score {brier} (0 is perfect; candidates that are no jerk are easy and many). The calibration (Platt) was
fitted to the very values in this table. Of candidates with this confidence, by clip, this share was a jerk:

| Confidence | Jerks | Candidates |
| ---: | ---: | ---: |
{reliability}

### By renderer

*By condition* is the fairest figure here of scenes unlike ours: of each renderer by trees that saw nothing of it.

| Renderer | Jerks | By clip: F1, recall, false | By condition: F1, recall, false |
| --- | ---: | ---: | ---: |
{renderers}

### By condition

Found / false / missed. Names that end in `_quiet`, and others without found or missed, hold no jerk.

| Condition | Hours | By clip | By condition | Rules |
| --- | ---: | ---: | ---: | ---: |
{table}

## Limits

- **Missed most** (by clip; recall under 0.8): {missed}.
- **False alarms most** (by clip; 3 and more): {alarms}.
- **Falls most when its condition was never seen** (F1 lower by 0.1 or more, or 10 and more further false alarms):
  {unseen}. What no scene shows, this model has not learned: expect the column *by condition*, or worse, of a new
  kind of room.
- It sees features of pictures, so skin, sex, age or health are no input; whether it errs more for some children,
  cameras or covers has not been and could not be measured here.

## Made by

    {command}

Settings of signal and bursts `{settings}`; leaf of at least {least_leaf} candidates, rate {rate}, ridge {ridge},
share of features {share} and of candidates {rows}; more can only speak against a jerk in {less}.
LightGBM {lightgbm}, {sklearn}{jax}Python {python}.

## Licence

Apache-2.0, as the program. The clips are drawn by it and its benchmarks; no third party's data is in the numbers.
"""


def card(folder: Path) -> str:
    """Return the text of the card of the model in `folder`."""
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    training = json.loads((folder / "training.json").read_text("utf-8"))
    columns = [metrics[key] for key in ("model_by_clip", "model_by_condition", "rules")]
    clip, condition, rules = (column["conditions"] for column in columns)
    with_jerks = [name for name, row in clip.items() if row["true"] + row["missed"]]
    quiet_hours = columns[0]["jerk_free_hours"]
    direction = training["direction"]
    return HEAD.format(
        name=folder.name,
        **{key: training[key] for key in ("trees", "leaves", "command", "settings", "least_leaf", "rate", "ridge")},
        curve=_curve(training.get("close_look")),
        neighbours=_neighbours(training.get("second_look")),
        share=training["share"],
        rows=training["rows"],
        clips=metrics["clips"],
        hours=sum(row["hours"] for row in clip.values()),
        conditions=len(clip),
        jerks=metrics["jerks"],
        candidates=f"{metrics['candidates']:,}",
        sources=_onto(training.get("onto")) + _others(metrics.get("by_others", 0)) + _copied(metrics.get("copies", 0)),
        sets=", ".join(f"`{name}` {digest}" for name, digest in sorted(training["clips"].items())),
        overall=_overall(columns),
        with_jerks=len(with_jerks),
        without=len(clip) - len(with_jerks),
        quiet_hours=quiet_hours,
        one_more=1 / max(quiet_hours, 1e-9),
        brier=f"{metrics['brier']:.4f}",
        reliability="\n".join(
            f"| {row['confidence']:.3f} | {row['jerks']:.3f} | {row['candidates']:,} |"
            for row in metrics["reliability"]
        ),
        renderers=_renderers(clip, condition),
        table="\n".join(
            f"| {name} | {clip[name]['hours']:.3f} | "
            + " | ".join(_cell(c[name]) for c in (clip, condition, rules))
            + " |"
            for name in sorted(clip)
        ),
        missed=_missed(clip),
        alarms=_alarms(clip),
        unseen=_unseen(clip, condition),
        less=_names(direction),
        lightgbm=training["lightgbm"],
        sklearn=f"scikit-learn {training['scikit-learn']}, " if "scikit-learn" in training else "",
        jax=f"JAX {training['jax']}, Optax {training['optax']}, " if "jax" in training else "",
        python=training["python"],
    )


def _curve(look: dict[str, Any] | None) -> str:
    if look is None:
        return ""
    shapes = "; ".join(_shape(shape) for shape in look["shapes"])
    return f"""Of candidates above log odds of {look["floor"]:g}
{2 * len(look["shapes"])} networks see the curve of the movement
({shapes});
half of them see every feature, too; {look["share"]:g} of the log odds is theirs (`docs/decisions/0024`, `0025`; held
out as the trees are). """


def _shape(shape: dict[str, Any]) -> str:
    hidden = " and ".join(str(size) for size in shape["hidden"])
    if not shape["curves"]:
        return f"{hidden} hidden units"
    curves = ", ".join(str(count) for count in shape["curves"])
    return f"convolutions of {curves} curves over {shape['moments']} moments, {hidden} hidden units"


def _neighbours(look: dict[str, Any] | None) -> str:
    if look is None:
        return ""
    return f"""Candidates above log odds of {look["floor"]:g}
are then judged by their neighbours: {look["taken"]:g} of what {look["trees"]} trees of at most {look["leaves"]} leaves
say of the odds of these is added (`docs/decisions/0023`; held out as the trees before are). """


def _onto(kept: dict[str, Any] | None) -> str:
    if kept is None:
        return ""
    return f"""- The first {kept["trees"]} trees are those of {kept["name"]}, trained on other clips of the same kinds.
  So no figure is of a clip that any tree has seen, but *by condition* holds for the further trees alone: the first
  ones know most conditions.
"""


def _others(clips: int) -> str:
    if not clips:
        return ""
    return f"""- {clips} of the clips are not the simulator's but those of other renderers, written without sight of it
  (`benchmarks/other_scenes`; named `renderer:theme` below). *By condition* such a renderer was never seen at all.
  Textures of `cloth` and `plates` are in part photographs that scikit-image and scikit-learn ship. A renderer weighs
  as the square root of its clips, a clip without jerks at least as one, in training, calibration and Brier score
  (`docs/decisions/0019`).
"""


def _copied(copies: int) -> str:
    if not copies:
        return ""
    return f"""- {copies} of the clips were trained on twice: as they are, and as another recorder would have kept them
  (smaller, toned, cleaned of noise, in another codec; `benchmarks/training/recode_clips.py`). A copy is held out
  with its clip, and nothing was scored on one.
"""


def _overall(columns: list[dict[str, Any]]) -> str:
    rows = (
        ("F1, all jerks pooled", "f1", "{:.3f}"),
        ("F1, macro over conditions", "macro_f1", "{:.3f}"),
        ("Recall", "recall", "{:.3f}"),
        ("Precision", "precision", "{:.3f}"),
        ("False alarms per jerk-free hour", "false_per_jerk_free_hour", "{:,.0f}"),
        ("Jerk-free hours", "jerk_free_hours", "{:.2f}"),
    )
    return "\n".join(
        f"| {label} | " + " | ".join(form.format(column[key]) for column in columns) + " |" for label, key, form in rows
    )


def _renderers(clip: dict[str, dict[str, float]], condition: dict[str, dict[str, float]]) -> str:
    """Return a row for the simulator and for each other renderer, whose conditions are named ``renderer:theme``."""
    by: dict[str, list[str]] = {}
    for name in clip:
        by.setdefault(name.partition(":")[0] if ":" in name else "`sleepjerk simulate`", []).append(name)
    rows = []
    for renderer, names in sorted(by.items()):
        sums = [
            {key: sum(column[name][key] for name in names) for key in ("true", "false", "missed")}
            for column in (clip, condition)
        ]
        cells = [f"{_f1(one):.3f}, {_recall(one):.3f}, {one['false']}" for one in sums]
        rows.append(f"| {renderer} | {sums[0]['true'] + sums[0]['missed']:,} | {cells[0]} | {cells[1]} |")
    return "\n".join(rows)


def _cell(row: dict[str, float]) -> str:
    return f"{row['true']} / {row['false']} / {row['missed']}"


def _missed(clip: dict[str, dict[str, float]]) -> str:
    low = [(_recall(row), name) for name, row in clip.items() if row["true"] + row["missed"] and _recall(row) < 0.8]
    return ", ".join(f"{name} ({recall:.2f})" for recall, name in sorted(low)) or "none"


def _alarms(clip: dict[str, dict[str, float]]) -> str:
    many = sorted((-row["false"], name) for name, row in clip.items() if row["false"] >= 3)
    return ", ".join(f"{name} ({-count})" for count, name in many) or "none"


def _unseen(clip: dict[str, dict[str, float]], condition: dict[str, dict[str, float]]) -> str:
    worse = []
    for name in sorted(clip):
        lost, extra = _f1(clip[name]) - _f1(condition[name]), condition[name]["false"] - clip[name]["false"]
        holds = clip[name]["true"] + clip[name]["missed"]
        if extra >= 10:
            worse.append(f"{name} ({extra} more false alarms)")
        elif holds and lost >= 0.1:
            worse.append(f"{name} (F1 {_f1(clip[name]):.2f} to {_f1(condition[name]):.2f})")
    return ", ".join(worse) or "none"


def _names(direction: dict[str, int]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(direction))


def _recall(row: dict[str, float]) -> float:
    return row["true"] / (row["true"] + row["missed"])


def _f1(row: dict[str, float]) -> float:
    return 2 * row["true"] / max(1, 2 * row["true"] + row["false"] + row["missed"])


def main() -> int:
    folder = MODELS / (sys.argv[1] if len(sys.argv) > 1 else "jerk-classifier-20")
    (folder / "CARD.md").write_text(card(folder), "utf-8")
    print(folder / "CARD.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
