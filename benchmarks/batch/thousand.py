"""1,000 short films, 100 of them broken in 10 ways: every one has a receipt, and the parent's memory stays flat."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detector.batch.receipts import read_receipts
from detector.config import Settings
from detector.results.recording import analyze_into
from tests.faults.make_faults import cut, write_film, write_sound
from tests.unit.batch.studies import old, small

if TYPE_CHECKING:
    from collections.abc import Callable

MEBIBYTE = 1 << 20


def broken_kinds(good: Path) -> dict[str, tuple[Callable[[Path, int], object], str]]:
    """Return ten ways to break a film, each with the reason code that it must get; no two files of a way are alike."""
    return {
        "empty": (lambda path, _: path.write_bytes(b""), "empty"),
        "text": (lambda path, number: path.write_text("no film\n" * (50 + number)), "not_video"),
        "noise": (lambda path, number: path.write_bytes(np.random.default_rng(number).bytes(3000)), "not_video"),
        "page": (lambda path, number: path.write_text(f"<!DOCTYPE html><title>Login {number}</title>"), "not_video"),
        "list": (
            lambda path, number: path.write_text(f"#EXTM3U\n#EXTINF:{number},\nfile:///etc/passwd\n"), "not_video",
        ),
        "cut": (lambda path, number: cut(good, path, 0.5 + number / 100), "truncated_index"),
        "sound": (lambda path, number: write_sound(path, length_s=1 + number), "no_video_stream"),
        "one": (lambda path, number: write_film(path, 1, make=lambda i: small(i + number)), "one_frame"),
        "gone": (lambda path, _: path.symlink_to("nowhere.mp4"), "not_found"),
        "pipe": (lambda path, _: os.mkfifo(path), "not_a_file"),
    }  # fmt: skip


def make_films(folder: Path, n_all: int) -> dict[str, str]:
    """Make the films; return the reason code that each broken one must get, by file name."""
    good = write_film(folder / "seed.mp4", 50, make=small)
    kinds = broken_kinds(good)
    wanted = {}
    each = n_all // 100
    for kind, (make, reason) in kinds.items():
        for number in range(each):
            path = folder / f"{kind}-{number}.mp4"
            make(path, number)
            wanted[path.name] = reason
            if path.is_file():
                old(path)
    for number in range(n_all - len(wanted)):
        old(write_film(folder / f"good-{number:04d}.mp4", 12 + number % 20, make=lambda i, n=number: small(i + 7 * n)))
    good.unlink()
    (folder / "sub").mkdir()
    for number in range(3):
        old(Path(shutil.copy(folder / f"good-{number:04d}.mp4", folder / "sub" / f"copy-{number}.mp4")))
    (folder / "sub" / "loop").symlink_to(folder)
    return wanted


def memory_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(videos: Path, study: Path, workers: int) -> tuple[int, list[tuple[int, int]], float]:
    """Run the study; return exit code, the parent's memory over the number of receipts, and seconds."""
    seen: list[tuple[int, int]] = []
    began_s = time.monotonic()
    words = ["batch", str(videos), "--out", str(study), "--workers", str(workers), "--quiet"]
    process = subprocess.Popen([sys.executable, "-m", "detector", *words])

    def watch() -> None:
        while process.poll() is None:
            try:
                seen.append((len(os.listdir(study / "receipts")), memory_bytes(process.pid)))  # noqa: PTH208
            except (OSError, ValueError, IndexError):
                continue
            finally:
                time.sleep(0.2)

    thread = threading.Thread(target=watch)
    thread.start()
    code = process.wait()
    thread.join()
    return code, seen, time.monotonic() - began_s


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--compare", type=int, default=900, help="how many good films are compared with single runs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        videos, study = Path(place) / "videos", Path(place) / "study"
        videos.mkdir()
        wanted = make_films(videos, chosen.films)
        code, seen, seconds = run(videos, study, chosen.workers)
        receipts = list(read_receipts(study))
        found = {Path(r.source.path).name: r.reason for r in receipts if r.status == "failed"}
        done = [r for r in receipts if r.status == "done"]
        unequal = sum(differs(r.source.path, study, r.source.id, Path(place) / "one") for r in done[: chosen.compare])
        working = [(n, size) for n, size in seen if 0 < n < len(receipts)]
        slope = (
            float(np.polyfit(*zip(*working, strict=True), 1)[0]) * 100 / MEBIBYTE if len(working) > 9 else float("nan")
        )
        result = {
            "receipts": len(receipts),
            "by_status": dict(Counter(r.status for r in receipts)),
            "right_reason_codes": sum(found.get(name) == reason for name, reason in wanted.items()),
            "wanted_reason_codes": len(wanted),
            "compared_with_single_runs": len(done[: chosen.compare]),
            "unequal": unequal,
            "exit_code": code,
            "seconds": round(seconds, 1),
            "parent_peak_mib": round(max(size for _, size in seen) / MEBIBYTE, 1),
            "parent_slope_mib_per_100_files": round(slope, 3),
        }
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
        right = found == wanted and unequal == 0 and code == 1 and len(receipts) == chosen.films + 3
        return 0 if right else 1


def differs(video: str, study: Path, name: str, out: Path) -> bool:
    """Return whether a result of the study is another one than that of a run on the film alone."""
    single = analyze_into(Path(video), out, settings=Settings()).folder
    both = [folder / "events.tsv" for folder in (single, study / "recordings" / name)]
    return both[0].read_bytes() != both[1].read_bytes()


if __name__ == "__main__":
    sys.exit(main())
