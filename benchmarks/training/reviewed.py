"""What a person decided on the movements of a result, as truth to train on: no video is needed, its signal is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.records.table import LEAST_LISTED
from detector.results.decisions import DECISIONS, decided
from detector.results.load import load_result

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.motion import MotionSignal

__all__ = ["reviewed_results", "signal_and_truth"]


def reviewed_results(folder: Path) -> list[Path]:
    """Return the result folders in `folder` that a person has decided in, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{DECISIONS}"))


def signal_and_truth(result: Path) -> tuple[MotionSignal, list[tuple[float, float, str]]]:
    """Return the motion signal of a result folder, and onset, offset and kind of what is known to happen in it.

    A movement that was confirmed is a jerk, whether it was counted or not; one that was rejected is none. Of what a
    reader of `events.tsv` sees and nobody decided on, nothing is known (``dont_care``); what is too unlikely to be
    listed there is taken for no jerk, as the person who looked at the night did.

    Raises
    ------
    ResultError
        If the folder holds no whole result of this version and this model, or its decisions cannot be read.
    """
    found = load_result(result)
    said = decided(result, found)
    rows = []
    for movement in found.movements:
        if said.get(movement.id):
            rows.append((movement.onset_s, movement.offset_s, "jerk"))
        elif movement.id not in said and (movement.kind == "jerk" or movement.confidence >= LEAST_LISTED):
            rows.append((movement.onset_s, movement.offset_s, "dont_care"))
    return found.signal, rows
