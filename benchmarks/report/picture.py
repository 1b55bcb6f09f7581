"""The picture of a report in the README, made anew from a shipped sample: its first page beside its first clips.

python -m benchmarks.report.picture        # needs Chromium; writes docs/report.webp
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from detector.config import Settings
from detector.resources import sample_path
from detector.results.clips import ClipChoice
from detector.results.recording import analyze_into

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "report.webp"
SAMPLE = "trains"
WIDE, HIGH = 960, 1020
"""Size of each half; the first page of the sample ends there, and its clips begin."""

SKIPPED, GAP, QUALITY = 45, 40, 80
"""Rows left out between the halves, white columns between them, and how well they are kept."""


def main() -> int:
    browser = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), "")
    if not browser:
        print("no Chromium on this machine (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as place:
        made = analyze_into(sample_path(SAMPLE), Path(place), settings=Settings(), clips=ClipChoice(12))
        shot = _shot(browser, (made.folder / "report.html").absolute().as_uri(), Path(place))
    gap = np.full((HIGH, GAP, 3), 255, np.uint8)
    halves = np.hstack([shot[:HIGH], gap, shot[HIGH + SKIPPED :]])
    cv2.imwrite(str(PICTURE), halves, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")
    return 0


def _shot(browser: str, address: str, place: Path) -> np.ndarray:
    picture = place / "shot.png"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000")
    subprocess.run(
        [browser, *options, f"--user-data-dir={place / 'profile'}", f"--window-size={WIDE},{2 * HIGH + SKIPPED}",
         f"--screenshot={picture}", address], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return np.asarray(cv2.imread(str(picture)))


if __name__ == "__main__":
    sys.exit(main())
