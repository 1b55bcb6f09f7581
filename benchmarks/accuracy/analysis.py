"""Clips to results: the pixels are read once for each version of the motion code, events are found each time."""

from __future__ import annotations

import hashlib
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

import detector
from detector.errors import DetectorError
from detector.evaluation.event_files import read_events
from detector.evaluation.groups import with_groups
from detector.evaluation.tally import Pair
from detector.exports.events_tsv import write_events
from detector.exports.signal_parquet import StoredSignal, read_signal, write_signal
from detector.pipeline import ALGORITHM, extract_signal, find_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.accuracy.clips import Clip
    from detector.config import Settings
    from detector.records.result import Result

FRESH = "benchmark"


@dataclass(frozen=True, eq=False)
class Measured:
    """A clip, what was found in it, and how it compares."""

    clip: Clip
    result: Result = field(repr=False)
    pair: Pair = field(repr=False)


def measured(clips: Sequence[Clip], out: Path, settings: Settings, *, workers: int) -> list[Measured]:
    """Analyse every clip; the results of those that cannot be read are left out, with a line that says so."""
    signals = signals_of([clip.video for clip in clips], out / "signals", settings, workers=workers)
    found = []
    for clip in clips:
        if clip.video in signals:
            stored = read_signal(signals[clip.video])
            result = find_events(stored.recording, stored.signal, settings)
            found.append(Measured(clip, result, _pair(clip, result, out / "results" / clip.name)))
    return found


def signals_of(videos: Sequence[Path], cache: Path, settings: Settings, *, workers: int) -> dict[Path, Path]:
    """Return the stored motion signal of each video, made anew where video, settings or code changed."""
    cache.mkdir(parents=True, exist_ok=True)
    code = _code(settings)
    wanted = {video: cache / f"{video.stem}-{_digest(video, code)}.parquet" for video in videos}
    missing = [(video, path, settings) for video, path in wanted.items() if not path.exists()]
    if missing:
        print(f"analysing {len(missing)} of {len(videos)} videos", flush=True)
    for line in _lines(missing, workers):
        if line:
            print(f"  left out: {line}", flush=True)
    return {video: path for video, path in wanted.items() if path.exists()}


def _lines(missing: Sequence[tuple[Path, Path, Settings]], workers: int) -> Iterator[str]:
    if min(workers, len(missing)) <= 1:
        yield from map(_extract, missing)
        return
    with ProcessPoolExecutor(min(workers, len(missing)), get_context("spawn"), cv2.setNumThreads, (1,)) as pool:
        yield from pool.map(_extract, missing)


def _extract(job: tuple[Path, Path, Settings]) -> str:
    video, path, settings = job
    try:
        recording, signal = extract_signal(video, settings)
    except DetectorError as error:
        return str(error)
    partial = path.with_suffix(".part")
    write_signal(StoredSignal(recording, signal, FRESH, ALGORITHM, FRESH), partial)
    partial.replace(path)
    return ""


def _pair(clip: Clip, result: Result, folder: Path) -> Pair:
    """Compare what the result's table says, as any user of the files would."""
    folder.mkdir(parents=True, exist_ok=True)
    write_events(result, folder / "events.tsv", folder / "events.json")
    hours = result.rates.analysed_h if result.rates.analysed_h > 0 else math.nan
    return Pair(
        read_events(folder / "events.tsv"), with_groups(read_events(clip.truth)), hours=hours,
        width_px=float(result.recording.width), condition=clip.condition, name=clip.name,
    )  # fmt: skip


def _digest(video: Path, code: str) -> str:
    return hashlib.sha256(video.read_bytes() + code.encode()).hexdigest()[:16]


def _code(settings: Settings) -> str:
    """Return a hash of all that the motion signal depends on besides the video."""
    digest = hashlib.sha256(settings.fingerprint("video", "motion").encode())
    for folder in ("motion", "video"):
        for path in sorted((Path(detector.__file__).parent / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
