"""Re-analysis of a long night: a stored motion signal of ten hours, made by repeating that of a film."""

from __future__ import annotations

import dataclasses
import resource
import sys
import time
from pathlib import Path

import numpy as np

from detector.config import Settings
from detector.exports.signal_parquet import SIGNAL_BLOCKS, StoredSignal, read_signal, write_signal
from detector.pipeline import ALGORITHM, extract_signal, find_events
from detector.records.motion import MotionSignal, PictureTrack
from detector.records.recording import TimeAccount


def make_night(film: Path, path: Path, length_s: float) -> None:
    """Write the motion signal of `film`, repeated until it is `length_s` seconds long."""
    recording, signal = extract_signal(film, Settings())
    step_s = recording.time.claimed_s
    rounds = max(1, round(length_s / step_s))
    picture, n = signal.picture, len(signal.picture)
    columns = {name: np.tile(getattr(picture, name), rounds) for name in PictureTrack.columns()}
    columns["time_s"] += np.repeat(np.arange(rounds) * step_s, n)
    zones = tuple(
        dataclasses.replace(zone, number=k * len(signal.zones) + zone.number, time_s=zone.time_s + k * step_s)
        for k in range(rounds)
        for zone in signal.zones
    )
    night = MotionSignal(signal.width, signal.height, PictureTrack(**columns), zones)
    facts = dataclasses.replace(recording, n_frames=n * rounds, time=TimeAccount(step_s * rounds))
    fingerprint = Settings().fingerprint(*SIGNAL_BLOCKS)
    write_signal(StoredSignal(facts, night, fingerprint, ALGORITHM, "bench"), path)


def analyse_again(path: Path) -> None:
    """Find the events of a stored signal, and print what it took."""
    began = time.perf_counter()
    stored = read_signal(path)
    read_s = time.perf_counter() - began
    result = find_events(stored.recording, stored.signal)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{stored.recording.time.claimed_s / 3600:.1f} h, {len(stored.signal.zones)} zones, {len(result.jerks)} jerks: "
        f"read {read_s:.2f} s, events {time.perf_counter() - began - read_s:.2f} s, "
        f"CPU {time.process_time():.2f} s with start-up, peak {peak_mb} MB"
    )


if __name__ == "__main__":
    target = Path(sys.argv[2])
    if not target.exists():
        make_night(Path(sys.argv[1]), target, 36_000)
    analyse_again(target)
