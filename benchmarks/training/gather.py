"""Candidates of many clips with truth, and of results that a person reviewed, as one table for training.

Clips are analysed once; their signals are kept in a cache folder under the hash of the clip, the motion settings and
the motion code, so that trying other features or models decodes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from places import Places
from reviewed import reviewed_results, signal_and_truth

import detector
from detector.batch.sources import SUFFIXES
from detector.config import Settings
from detector.errors import DetectorError
from detector.events.candidates import FEATURES, measure_candidates
from detector.events.context import CONTEXT_FEATURES, with_context
from detector.events.curves import CURVE_FEATURES, curves_of
from detector.events.views import VIEW_FEATURES, merge_views
from detector.exports.signal_parquet import StoredSignal, read_signal, write_signal
from detector.pipeline import ALGORITHM, extract_signal

if TYPE_CHECKING:
    from detector.events.candidate_table import Candidate, Candidates
    from detector.records.motion import MotionSignal

NAMES = (*FEATURES, *VIEW_FEATURES, *CONTEXT_FEATURES)
INSIDE = 0.5  # weight of what lies inside a jerk: some of it is a jerk of its own that the truth joins
HIT_S = 0.1  # a candidate this close to a true onset is one view of that jerk
NEAR_S = 0.15  # others this close to a true jerk are part of it and teach nothing

JERK, OTHER, UNUSED = 1, 0, -1


@dataclass(frozen=True, eq=False)
class Clip:
    """One clip: its candidates, what each is, and the truth it was taken from."""

    path: Path
    condition: str
    hours: float
    candidates: Candidates = field(repr=False)
    labels: npt.NDArray[np.int64] = field(repr=False)
    weights: npt.NDArray[np.float64] = field(repr=False)
    kinds: list[str] = field(repr=False)
    truth_onsets_s: npt.NDArray[np.float64] = field(repr=False)
    unsure: list[tuple[float, float]] = field(repr=False)
    curves: npt.NDArray[np.float32] = field(repr=False)

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """Features, shape (n, len(NAMES))."""
        assert self.candidates.names == NAMES
        return self.candidates.measured


def gather(folders: list[Path], cache: Path) -> list[Clip]:
    """Return every clip of `folders` that has a truth file beside it, and every result with decisions, by name."""
    cache.mkdir(parents=True, exist_ok=True)
    truths = sorted(path for folder in folders for path in folder.glob("*.truth.tsv"))
    reviewed = [result for folder in folders for result in reviewed_results(folder)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = list(pool.map(partial(_of_truth, cache=cache, code=_motion_code()), truths))
        found += pool.map(_of_review, reviewed)
    for clip in found:
        if isinstance(clip, str):
            print(f"left out: {clip}")
    return [clip for clip in found if isinstance(clip, Clip)]


def _of_truth(truth: Path, cache: Path, code: str) -> Clip | str | None:
    """Return the clip that a truth file belongs to; words on why it is left out; None where there is no video."""
    stem = truth.name.removesuffix(".truth.tsv")
    video = next((p for p in truth.parent.glob(f"{stem}.*") if p.suffix.lower() in SUFFIXES), None)
    if video is None:
        return None
    try:
        signal = _signal(video, cache, code)
    except DetectorError as error:
        return str(error)
    condition = stem.rsplit("-", 1)[0]
    if video.with_suffix(".places.json").exists():  # by another renderer, as the folder is called
        condition = f"{truth.parent.name}:{condition}"
    return _clip(video, condition, signal, _rows(truth))


def _of_review(result: Path) -> Clip | str:
    """Return the clip that a reviewed result stands for, or words on why it is left out."""
    try:
        signal, rows = signal_and_truth(result)
    except DetectorError as error:
        return str(error)
    return _clip(result, "reviewed", signal, rows)


def _clip(video: Path, condition: str, signal: MotionSignal, rows: list[tuple[float, float, str]]) -> Clip:
    places = Places.beside(video)
    candidates = with_context(merge_views(measure_candidates(signal, Settings())))
    jerks = np.array([(a, b) for a, b, kind in rows if kind == "jerk"]).reshape(-1, 2)
    unsure = [(a, b) for a, b, kind in rows if kind in {"dont_care", "gross"}]
    labels = np.full(len(candidates), OTHER)
    weights = np.ones(len(candidates))
    which = np.full(len(candidates), -1)
    part = np.full(len(candidates), -1)
    for i, candidate in enumerate(candidates):
        away = np.abs(jerks[:, 0] - candidate.onset_s)
        if len(away) and away.min() <= HIT_S and not places.has(candidate, float(jerks[away.argmin(), 0])):
            labels[i] = UNUSED  # in the moment of a jerk, but somewhere else: dust, or what the jerk shakes
            continue
        inside = (jerks[:, 0] - NEAR_S <= candidate.onset_s) & (candidate.onset_s <= jerks[:, 1] + NEAR_S)
        if len(away) and away.min() <= HIT_S:
            labels[i], which[i] = JERK, int(away.argmin())
        elif any(a - 0.1 <= candidate.onset_s <= b + 0.1 for a, b in unsure):
            labels[i] = UNUSED
        elif inside.any():
            part[i] = int(np.flatnonzero(inside)[-1])
    # a second movement inside a jerk that has a candidate of its own would count it twice
    found = set(which[which >= 0].tolist())
    labels[[i for i in np.flatnonzero(part >= 0) if part[i] not in found]] = UNUSED
    weights[part >= 0] = INSIDE
    for jerk in set(which[which >= 0]):
        views = which == jerk
        weights[views] = 1 / views.sum()
    times = signal.picture.time_s
    hours = float(times[-1] - times[0]) / 3600 if len(times) else 0.0
    kinds = [
        _kind(candidate, rows) if label != JERK else "" for candidate, label in zip(candidates, labels, strict=True)
    ]
    return Clip(
        video, condition, hours, candidates, labels, weights, kinds, jerks[:, 0], unsure, _curves(candidates, signal)
    )


def _curves(candidates: Candidates, signal: MotionSignal) -> npt.NDArray[np.float32]:
    """Return the curves of all candidates, shape (n, len(CURVE_FEATURES))."""
    curves = np.zeros((len(candidates), len(CURVE_FEATURES)), np.float32)
    for rows, values in curves_of(candidates, signal, np.arange(len(candidates))):
        curves[rows] = values
    return curves


def _kind(candidate: Candidate, rows: list[tuple[float, float, str]]) -> str:
    """Return what the truth says happens while a candidate moves; place is not looked at."""
    begin, end = candidate.onset_s, candidate.offset_s
    if any(kind == "twitch" and abs(a - begin) <= HIT_S for a, _, kind in rows):
        return "twitch"
    for name in ("gross", "handling", "rhythmic", "slow"):
        if any(kind == name and a - HIT_S <= begin and end <= b + 0.5 for a, b, kind in rows):
            return name
    return "" if any(a <= end and begin <= b for a, b, kind in rows if kind == "jerk") else "rejected"


def _rows(truth: Path) -> list[tuple[float, float, str]]:
    with truth.open(encoding="utf-8") as file:
        return [
            (float(row["onset"]), float(row["onset"]) + float(row["duration"]), row["trial_type"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def _signal(video: Path, cache: Path, code: str) -> MotionSignal:
    digest = hashlib.sha256(video.read_bytes() + code.encode()).hexdigest()[:20]
    stored = cache / f"{video.stem}-{digest}.parquet"
    if not stored.exists():
        recording, signal = extract_signal(video, Settings())
        write_signal(StoredSignal(recording, signal, code, ALGORITHM, "training"), stored)
    return read_signal(stored).signal


def _motion_code() -> str:
    """Hash of everything the motion signal depends on."""
    digest = hashlib.sha256(Settings().fingerprint("video", "motion").encode())
    code = Path(detector.__file__).parent
    for path in sorted([*(code / "motion").glob("*.py"), *(code / "native").glob("*.c")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
