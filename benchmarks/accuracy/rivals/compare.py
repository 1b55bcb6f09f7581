"""The rivals' numbers beside ours, on the same clips, with the same matching."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.accuracy.rivals.dvr_scan import MODES, PROGRAM, scan
from benchmarks.accuracy.rivals.scripts import SCRIPTS, STRENGTHS
from benchmarks.accuracy.rivals.traces import traces_of
from detector.evaluation.event_files import EventTable
from detector.evaluation.groups import with_groups
from detector.evaluation.scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from benchmarks.accuracy.analysis import Measured
    from detector.evaluation.tally import Pair

    Spans = npt.NDArray[np.float64]


def rivals(found: Sequence[Measured], cache: Path) -> dict[str, Any]:
    """Return the scores of every rival and of ours, by name."""
    print(f"rivals on {len(found)} clips", flush=True)
    table = {"sleepjerk": _values([item.pair for item in found], found, "")}
    traces = [traces_of(item.clip.video, cache) for item in found]
    for name, detect in SCRIPTS.items():
        tried = {k: [_pair(item, detect(one, k)) for item, one in zip(found, traces, strict=True)] for k in STRENGTHS}
        best = max(STRENGTHS, key=lambda k, tried=tried: score(tried[k], resamples=0).f1)
        table[name] = _values(tried[best], found, f"k = {best:g}, the best of {len(STRENGTHS)} on these clips")
    for mode in MODES if PROGRAM.exists() else ():
        pairs = []
        for item in found:
            try:
                spans = scan(item.clip.video, mode, cache)
            except subprocess.CalledProcessError as error:
                print(f"  DVR-Scan failed on {item.clip.name}: {error.stderr[-200:]}", flush=True)
                spans = np.zeros((0, 2))
            pairs.append(_pair(item, spans))
        table[mode] = _values(pairs, found, "")
    return table


def _pair(item: Measured, spans: Spans) -> Pair:
    n = len(spans)
    nothing = np.full(n, np.nan)
    events = EventTable(spans[:, 0], np.maximum(spans[:, 1] - spans[:, 0], 0), ("jerk",) * n, nothing)
    return replace(item.pair, predicted=with_groups(events))


def _values(pairs: Sequence[Pair], found: Sequence[Measured], note: str) -> dict[str, Any]:
    one = score(pairs)
    free = score([pair for pair, item in zip(pairs, found, strict=True) if item.clip.jerk_free], resamples=0)
    values = {name: getattr(one, name) for name in ("f1", "recall", "precision", "onset_mae_s", "duration_mae_s")}
    values |= {"cluster_f1": one.cluster_f1, "false_per_jerk_free_h": free.fp_per_h, "doubled_share": one.doubled_share}
    plain = {name: None if np.isnan(value) else value for name, value in values.items()}
    return plain | {"f1_interval": list(one.intervals["f1"]), "note": note, "clips": len(pairs)}
