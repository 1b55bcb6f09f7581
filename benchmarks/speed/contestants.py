"""What is measured: each runs in a process of its own, start-up included."""

from __future__ import annotations

import sys
from pathlib import Path

import av
import cv2

NAMES = ("decode", "sleepjerk", "absdiff", "scenedetect", "dvr-scan")
SLOW = {"scenedetect", "dvr-scan", "sleepjerk-plain"}
"""Measured on a minute of film and by the frame; their start-up, under a second, is then counted ten times too much."""

RIVALS = Path(".venv/dvr-scan/bin")
"""Their environment: DVR-Scan needs another build of OpenCV, and brings scenedetect with it."""


def command(name: str, film: Path, out: Path) -> list[str] | None:
    """Return the command line of a contestant, or None if it is not installed."""
    ours = [sys.executable, "-m", "detector", "analyze", str(film), "--out", str(out), "--quiet"]
    match name:
        case "sleepjerk":
            return ours
        case "sleepjerk-fast":
            return [*ours, "--fast"]
        case "sleepjerk-plain":
            return ["env", "SLEEPJERK_PLAIN=1", *ours]
        case "dvr-scan":
            return _rival("dvr-scan", ["-i", str(film), "-so", "-q"])
        case "scenedetect":
            return _rival("scenedetect", ["-q", "-i", str(film), "-o", str(out), "detect-content"])
        case _:
            return [sys.executable, "-m", "benchmarks.speed.contestants", name, str(film)]


def _rival(name: str, words: list[str]) -> list[str] | None:
    return [str(RIVALS / name), *words] if (RIVALS / name).exists() else None


def decode(film: Path) -> int:
    """Decode with PyAV, with as many threads as `sleepjerk` takes, and do nothing."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 4
        return sum(1 for _ in container.decode(stream))


def absdiff(film: Path) -> int:
    """Do what home-made scripts do: read with OpenCV, grey, difference at full size, threshold, count."""
    reader, before, active = cv2.VideoCapture(str(film)), None, 0
    while True:
        there, picture = reader.read()
        if not there:
            return active
        now = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        if before is not None:
            changed = cv2.threshold(cv2.absdiff(now, before), 15, 255, cv2.THRESH_BINARY)[1]
            active += cv2.countNonZero(changed) > 0.002 * now.size
        before = now


if __name__ == "__main__":
    {"decode": decode, "absdiff": absdiff}[sys.argv[1]](Path(sys.argv[2]))
