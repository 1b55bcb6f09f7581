"""DVR-Scan itself, run as its users run it, from an environment of its own (it needs another build of OpenCV)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

PROGRAM = Path(".venv/dvr-scan/bin/dvr-scan")
MODES = {
    "DVR-Scan 1.8, default": (),
    "DVR-Scan 1.8, events of one frame": ("-l", "1", "-tb", "0s", "-tp", "0s"),
}


def scan(video: Path, mode: str, cache: Path) -> npt.NDArray[np.float64]:
    """Return the events that DVR-Scan finds, onset and end in seconds, shape (n, 2).

    Raises
    ------
    FileNotFoundError
        If DVR-Scan is not installed; ``make accuracy`` installs it.
    """
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{video.stem}-{list(MODES).index(mode)}.json"
    if not kept.exists() or kept.stat().st_mtime < video.stat().st_mtime:
        done = subprocess.run(
            [PROGRAM, "-i", video, "-so", "-q", "--use-pts", "--ignore-user-config", *MODES[mode]],
            capture_output=True, text=True, check=True, timeout=600,
        )  # fmt: skip
        kept.write_text(json.dumps(_moments(done.stdout)), encoding="utf-8")
    return np.array(json.loads(kept.read_text("utf-8")), np.float64).reshape(-1, 2)


def _moments(text: str) -> list[float]:
    lines = [line for line in text.splitlines() if line.count(":") >= 2]
    return [_seconds(part) for part in lines[-1].split(",")] if lines else []


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.strip().split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
