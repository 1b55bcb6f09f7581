"""Render clips with exact truth that the authors of the simulator did not draw.

    python -m benchmarks.other_scenes dolls OUT [--clips 200] [--seed 0] [--workers 2]
    sleepjerk analyze OUT/*.mp4 OUT/*.mkv OUT/*.avi --out FOUND --clips none
    sleepjerk evaluate FOUND OUT

Six renderers, each written without sight of the others, of the simulator and of the detector (README.md beside this
file). A clip that is there is kept; 200 clips take about ten minutes of two cores, of `puppets` 45.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2

from benchmarks.other_scenes.renderers import RENDERERS, rendered


def main() -> int:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renderer", choices=RENDERERS)
    parser.add_argument("out", type=Path, help="folder of the clips; made if it is not there")
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    render = partial(rendered, args.renderer, args.out, args.seed)  # workers import it by its name
    with ProcessPoolExecutor(args.workers, get_context("spawn"), cv2.setNumThreads, (1,)) as pool:
        for name in pool.map(render, range(args.clips)):
            print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
