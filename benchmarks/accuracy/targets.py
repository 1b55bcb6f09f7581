"""Each target beside what was reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HARD = (
    "incomplete_return", "creeping", "alternating", "during_slow_movement", "wide_view", "hand_or_foot_only", "swaddle",
    "dirty_picture", "patting", "tremor_and_jerks", "sucking_and_jerks",
)  # fmt: skip
MIMICS = ("patting_quiet", "tremor", "chewing", "sucking")
LEAST_HOURS = 2.0
"""Less footage shows nothing about rates of once an hour."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what, target, reached : str
        In words; `reached` with its 95 % interval where there is one.
    met : bool or None
        None where nothing, or too little, was measured.
    """

    what: str
    target: str
    reached: str
    met: bool | None


def rows(values: Mapping[str, Any]) -> list[Row]:
    """Return the whole table of targets from the numbers of `measures.numbers` (and the other parts, if they ran)."""
    every, jerk_free, calm = values["all"], values["jerk_free"], values["calm"]
    doubled = every["intervals"]["doubled_share"]
    table = [
        _least("F1, all clips", every["f1"], 0.97, every["intervals"]["f1"]),
        _least("F1, mean over the conditions with jerks", values["macro_f1"], 0.95),
    ]
    for (name, band), target in zip(values["recall_by_amplitude"].items(), (0.85, 0.97, 0.98), strict=True):
        table.append(
            _least(
                f"recall, {name} (at 640 wide; {band['known']} jerks)",
                band["recall"],
                target,
                (band["low"], band["high"]),
            )
        )
    table += [
        _mixed(jerk_free),
        _none(f"false jerks: still, breathing, noise, clock, pumping ({calm['hours']:.2f} h)", calm),
        _most("counted twice", every["doubled_share"], 0.003, doubled, decimals=4, below=True),
        *_timing("25-30 Hz", values["usual_rate"], 0.005, 0.010),
        *_timing("10-15 Hz", values["slow_rate"], 0.015, 0.025),
    ]  # fmt: skip
    for name in HARD:
        one = values["by_condition"].get(name)
        low_high = one["intervals"]["f1"] if one else (None, None)
        table.append(_least(f"F1, {name}", one["f1"] if one else None, 0.88, low_high))
    for name in MIMICS:
        one = values["false_by_condition"].get(name)
        bounds = (one["low"], one["high"]) if one else (None, None)
        hours = f" ({one['hours']:.2f} h)" if one else ""
        table.append(
            _most(f"false jerks an hour, {name}{hours}", one["per_h"] if one else None, 3.0, bounds, decimals=1)
        )
    table += list(_invariance(values.get("invariance")))
    table += [
        _least("F1 of clusters (IoU >= 0.5)", every["cluster_f1"], 0.97, every["intervals"]["cluster_f1"]),
        _least("F1 of episodes (IoU >= 0.5)", every["episode_f1"], 0.97, every["intervals"]["episode_f1"]),
        _most("amplitude error, median", every["amplitude_error"], 0.15),
    ]
    return table


def _mixed(part: Mapping[str, Any]) -> Row:
    words = f"false jerks an hour, jerk-free, all causes ({part['hours']:.2f} h)"
    row = _most(words, part["per_h"], 1.0, (part["low"], part["high"]), decimals=1)
    return replace(row, met=None) if row.met and part["hours"] < LEAST_HOURS else row


def _timing(name: str, part: Mapping[str, Any], bias_s: float, mae_s: float) -> list[Row]:
    bias, mae = part["onset_bias_s"], part["onset_mae_s"]
    return [
        Row(
            f"onset bias, {name}", f"<= {bias_s * 1000:g} ms", _ms(bias, sign="+"), _met(bias is not None, bias, bias_s)
        ),
        Row(f"onset mean error, {name}", f"<= {mae_s * 1000:g} ms", _ms(mae), _met(mae is not None, mae, mae_s)),
    ]


def _met(known: bool, value: float | None, limit: float) -> bool | None:
    return abs(value or 0.0) <= limit if known else None


def _ms(value: float | None, sign: str = "") -> str:
    return "not measured" if value is None else f"{value * 1000:{sign}.1f} ms"


def _invariance(parts: Mapping[str, Any] | None) -> Iterator[Row]:
    for name in ("frame rate", "width", "light"):
        spread = parts.get(name, {}).get("spread") if parts else None
        yield _most(f"spread of counts over {name}, same scene", spread, 0.03, decimals=3)


def _least(
    what: str, value: float | None, target: float, bounds: tuple[float | None, float | None] = (None, None)
) -> Row:
    if value is None:
        return Row(what, f">= {target:g}", "not measured", None)
    return Row(what, f">= {target:g}", f"{value:.3f}{_interval(bounds, 3)}", value >= target)


def _most(
    what: str, value: float | None, target: float, bounds: tuple[float | None, float | None] = (None, None), *,
    below: bool = False, decimals: int = 3,
) -> Row:  # fmt: skip
    sign = "<" if below else "<="
    if value is None:
        return Row(what, f"{sign} {target:g}", "not measured", None)
    met = value < target if below else value <= target
    return Row(what, f"{sign} {target:g}", f"{value:.{decimals}f}{_interval(bounds, decimals)}", met)


def _none(what: str, part: Mapping[str, Any]) -> Row:
    if not part["hours"]:
        return Row(what, "0", "not measured", None)
    at_most = f"at most {part['high']:.1f} an hour, 95 %"
    met = None if part["false"] == 0 and part["hours"] < LEAST_HOURS else part["false"] == 0
    return Row(what, "0", f"{part['false']} ({at_most})", met)


def _interval(bounds: tuple[float | None, float | None], decimals: int) -> str:
    low, high = bounds
    return "" if low is None or high is None else f" ({low:.{decimals}f} to {high:.{decimals}f})"


def lines(table: list[Row]) -> list[str]:
    """Return the table for a terminal."""
    words = {True: "yes", False: "NO", None: "-"}
    widths = [
        max(len(row.what) for row in table),
        max(len(row.target) for row in table),
        max(len(r.reached) for r in table),
    ]
    out = [f"{'':<{widths[0]}}  {'target':<{widths[1]}}  {'reached':<{widths[2]}}  met"]
    out += [f"{r.what:<{widths[0]}}  {r.target:<{widths[1]}}  {r.reached:<{widths[2]}}  {words[r.met]}" for r in table]
    return out
