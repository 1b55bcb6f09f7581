"""docs/explanation/accuracy.md, made from the numbers of the benchmark."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from detector.synthetic.conditions import NEGATIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MARK = "<!-- from here on made by `make accuracy`; do not edit -->"


def write_page(values: Mapping[str, Any], page: Path) -> None:
    """Put the tables into the page below its mark; what a person wrote above it stays."""
    text = page.read_text("utf-8")
    head = text[: text.index(MARK) + len(MARK)]
    page.write_text("\n".join([head, "", *_body(values)]).rstrip() + "\n", encoding="utf-8", newline="\n")


def _body(values: Mapping[str, Any]) -> list[str]:
    known = values["all"]["tp"] + values["all"]["fn"]
    words = (
        f"{values['clips']} of {values['clips_planned']} planned clips, {values['clips_with_jerks']} of them with "
        f"{known} jerks, and {values['jerk_free']['hours']:.2f} h without any; seeds {_ranges(values['seeds'])}"
        f"{'' if values['reported'] else ' (tuning seeds: not the reported table)'}. Intervals: 95 %, by clip."
    )
    targets = _table(("", "target", "reached", "met"), _target_rows(values["targets"]))
    lines = [words, "", "## Targets and what was reached", "", *targets]
    parts = {
        "By condition": _conditions, "False jerks by cause": _false, "Recall by what is filmed": _facets,
        "How long a jerk is said to be": _lengths,
        "Site and side": _places, "The same scene, filmed otherwise": _invariance, "Others on the same clips": _rivals,
        "Conditions held out of training": _held_out, "Real footage": _footage,
        "What was missed, and what was false": _causes,
    }  # fmt: skip
    for title, part in parts.items():
        body = part(values)
        if body:
            lines += ["", f"## {title}", "", *body]
    return lines


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def _target_rows(targets: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    words = {True: "yes", False: "**no**", None: "not shown"}
    return [(row["what"], row["target"], row["reached"], words[row["met"]]) for row in targets]


def _conditions(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            f"`{name}`",
            _n(one["f1"]),
            _n(one["recall"]),
            _n(one["precision"]),
            str(one["tp"] + one["fn"]),
            str(one["fp"]),
        )
        for name, one in values["by_condition"].items()
    ]
    return _table(("condition", "F1", "recall", "precision", "jerks", "false"), rows)


def _false(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            f"`{name}`",
            str(one["false"]),
            f"{one['hours']:.2f}",
            _n(one["per_h"], 1),
            f"{_n(one['low'], 1)} to {_n(one['high'], 1)}",
        )
        for name, one in values["false_by_condition"].items()
    ]
    return _table(("jerk-free condition", "false", "hours", "an hour", "95 % (Poisson)"), rows)


def _facets(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (f"{facet} {band}", _n(one["recall"]), _span(one["intervals"]["recall"]), _n(one["precision"]), _n(one["f1"]))
        for facet, bands in values["facets"].items()
        for band, one in bands.items()
    ]
    rows += [
        (f"return: {name}", _n(one["recall"]), f"{one['known']} jerks", "", "")
        for name, one in values["profiles"].items()
        if name != "all"
    ]
    return _table(("", "recall", "95 %", "precision", "F1"), rows)


def _lengths(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            name,
            str(one["found"]),
            _ms(one["length_s"]),
            _ms(one["length_bias_s"]),
            _ms(one["length_mae_s"]),
            _n(one["far_too_short"]),
        )
        for name, one in values["profiles"].items()
    ]
    return _table(("way back", "found", "true length, median", "bias", "mean error", "under a third of it"), rows)


def _places(values: Mapping[str, Any]) -> list[str]:
    places = values["places"]
    if places["site"] is None:
        return []
    words = (
        f"Of {places['pairs']} found jerks of one limb, the limb nearest to the found place is the true one in "
        f"{places['site']:.1%}, and on the true side in {places['side']:.1%}: what regions drawn without fault would "
        "give. The detector by itself names places, not limbs."
    )
    return [words]


def _invariance(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (f"{change} {value}", str(one["found"]), str(one["known"]), str(one["missed"]), str(one["false"]))
        for change, part in values.get("invariance", {}).items()
        for value, one in part["counts"].items()
    ]
    return _table(("", "found", "true", "missed", "false"), rows) if rows else []


def _rivals(values: Mapping[str, Any]) -> list[str]:
    rivals = values.get("rivals", {})
    rows = []
    for name, one in rivals.items():
        ratios = [_n(one["recall"]), _n(one["precision"]), _n(one["false_per_jerk_free_h"], 0)]
        f1 = f"{_n(one['f1'])} ({_span(one['f1_interval'])})"
        whole = f"{name} ({one['note']})" if one["note"] else name
        rows.append((whole, f1, *ratios, _ms(one["onset_mae_s"]), _n(one["cluster_f1"], 2)))
    if not rows:
        return []
    clips = next(iter(rivals.values()))["clips"]
    head = ("", "F1", "recall", "precision", "false an hour, jerk-free", "onset error", "cluster F1")
    return [f"On {clips} clips, one of each condition.", "", *_table(head, rows)]


def _held_out(values: Mapping[str, Any]) -> list[str]:
    held = values.get("held_out")
    if not held:
        return []
    rows = [
        (name, _n(one["f1"]), _n(one["recall"]), _n(one["precision"]), _n(one["false_per_jerk_free_hour"], 1))
        for name, one in held["parts"].items()
    ]
    words = (
        f"From the metrics of `{held['model']}`, on {held['clips']} tuning clips: the classifier judged clips, or "
        "whole conditions, that it had not been trained on; its card says whether some of its trees knew more."
    )
    return [words, "", *_table(("", "F1", "recall", "precision", "false a jerk-free hour"), rows)]


def _footage(values: Mapping[str, Any]) -> list[str]:
    rows = [
        (one["name"], one["shows"], f"{one['seconds']:.0f} s", str(one["found"])) for one in values.get("footage", [])
    ]
    return _table(("clip", "shows", "length", "taken for jerks"), rows) if rows else []


def _causes(values: Mapping[str, Any]) -> list[str]:
    causes = values.get("causes")
    if not causes:
        return []
    missed = [(f"missed, refused as {name}" if name != "no candidate" else "missed, no candidate", str(n))
              for name, n in causes["missed"].items()]  # fmt: skip
    false = [
        (f"false, in `{name}`{'' if name in NEGATIVE else ' (beside jerks)'}", str(n))
        for name, n in causes["false"].items()
    ]
    return _table(("", "jerks"), [*missed, *false])


def held_out(models: Path) -> dict[str, Any]:
    """Return what the default model's metrics say of clips and conditions that it never saw."""
    name = json.loads((models / "registry.json").read_text("utf-8"))["default"]
    metrics = json.loads((models / name / "metrics.json").read_text("utf-8"))
    parts = {"by clip": "model_by_clip", "by condition, held out whole": "model_by_condition", "rules alone": "rules"}
    return {
        "model": name,
        "clips": metrics["clips"],
        "parts": {words: _overall(metrics[key]) for words, key in parts.items() if key in metrics},
    }


def _overall(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part.get(name) for name in ("f1", "recall", "precision", "false_per_jerk_free_hour")}


def _n(value: float | None, decimals: int = 3) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value * 1000:.0f} ms"


def _span(bounds: Sequence[float | None]) -> str:
    return f"{_n(bounds[0])} to {_n(bounds[1])}"


def _ranges(seeds: Sequence[int]) -> str:
    first, last = min(seeds), max(seeds)
    return str(first) if first == last else f"{first}-{last}"
