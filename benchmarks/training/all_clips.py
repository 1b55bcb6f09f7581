"""Render every clip that the classifier of the package learned from, a folder each; what is there already is kept.

    python benchmarks/training/all_clips.py CLIPS [--workers 2]

About 3,000 clips: hours of two cores, after which one command, printed at the end, trains on them. Needs scikit-image
and scikit-learn (photographs of `cloth` and `plates`, which differ with their versions), and MuJoCo with EGL
(`puppets`; README.md of benchmarks/other_scenes).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRAINING = "benchmarks/training"

OURS = {"simulated": "all", "provoking": "provoking", "riding": "riding"}
"""Our simulator's: the set of conditions that each folder holds."""

OTHERS = {
    "dolls": (200, 0), "cloth": (200, 0), "plates": (120, 0), "puppets": (70, 900), "cutouts": (120, 0),
    "clay": (120, 0),
}  # fmt: skip
"""How many clips of each renderer by others, and their seed."""

NEEDED = {"skimage": "scikit-image", "sklearn": "scikit-learn", "mujoco": "mujoco"}
"""What the renderers by others import, and the packages that hold it."""

COPIES = {"simulated": ("copies", 6), **{name: (f"copies_of/{name}", 2) for name in OTHERS}}
"""Of which folder's clips there are recoded copies, in which folder they lie, and of how many clips one is copied.

Where a renderer is told by the name of its folder, that of the copies has it, too.
"""


def commands(clips: Path, workers: int) -> list[list[str]]:
    """Return what is to be run, in turn, in the root of the repository."""
    wanted = ["--workers", str(workers)]
    ours = [[f"{TRAINING}/render_clips.py", str(clips / name), "--set", part, *wanted] for name, part in OURS.items()]
    others = [
        ["-m", "benchmarks.other_scenes", name, str(clips / name), "--clips", str(n), "--seed", str(seed), *wanted]
        for name, (n, seed) in OTHERS.items()
    ]
    copies = [
        [f"{TRAINING}/recode_clips.py", str(clips / name), str(clips / folder), "--every", str(every), *wanted]
        for name, (folder, every) in COPIES.items()
    ]
    return [*ours, *others, *copies]


def training_command(clips: Path) -> str:
    """Return the command that trains on all of them."""
    folders = " ".join(str(clips / name) for name in (*OURS, *OTHERS))
    copies = " ".join(str(clips / folder) for folder, _ in COPIES.values())
    return f"python {TRAINING}/train_classifier.py {folders} --copies {copies}"


def main() -> int:
    """Render what is missing, and say how to train on it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder of the folders; made if it is not there")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        parser.error(f"packages are missing; get them before hours are spent: pip install {' '.join(missing)}")
    for command in commands(args.clips.absolute(), args.workers):
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    print(training_command(args.clips))
    return 0


if __name__ == "__main__":
    sys.exit(main())
