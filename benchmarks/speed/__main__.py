"""``make bench``: what an analysis costs beside decoding alone, and beside other tools.

Prints a table with each target and what was reached, and writes all numbers to ``benchmarks/speed/out/speed.json``.
Processor seconds (user and system) of whole processes, start-up and report included; ratios within one round, medians
over rounds. Slow tools are measured on a minute of film. Run it on an idle machine for clock ratios; those of processor
seconds suffer less from company.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.speed.contestants import NAMES, SLOW
from benchmarks.speed.films import FILMS, FPS, Film, make
from benchmarks.speed.measure import Cost, in_turns, plain, ratio
from benchmarks.speed.scaling import Run, analysed, beyond_decoding, draw, zone_ms

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).parent / "out"
TARGETS = {
    "h264-1080p30-still": 1.20,
    "hevc-1080p30-still": 1.10,
    "h264-720p30-still": 1.35,
    "h264-360p30-still": 1.80,
    "h264-1080p30-restless": 1.60,
    "h264-360p30-restless": 1.60,
}
AT_LEAST = {"dvr-scan": 10.0, "absdiff": 2.0}
MOST_MB = 400.0


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=float, default=600.0, metavar="S", help="seconds of film (default 600)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in turns (default 3)")
    parser.add_argument("--films", default="", metavar="TEXT", help="only films whose name holds this text")
    parser.add_argument("--tools", default=",".join(NAMES), help="which contestants, with commas")
    parser.add_argument("--hours", default="", metavar="LIST", help="also measure films of so many hours, as 1,2,5,10")
    wanted = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # installed packages have their bytecode: it is not made in each run
    films = [film for film in FILMS if wanted.films in film.name]
    found: dict[str, object] = {"length_s": wanted.length, "rounds": wanted.rounds, "load": os.getloadavg()[0]}
    print(f"{wanted.length:.0f} s of film, {wanted.rounds} rounds, load of the machine {os.getloadavg()[0]:.1f}\n")
    print("| film | tool | CPU ms/frame | CPU / decode | wall / decode | peak MB | target | reached |")
    print("| --- | --- | ---: | ---: | ---: | ---: | --- | --- |")
    for film in films:
        costs = in_turns(tuple(wanted.tools.split(",")), _lengths(film, wanted.length), wanted.rounds)
        found[film.name] = plain(costs)
        print("\n".join(_rows(film, costs)), flush=True)
    if films:
        found["stages"] = _stages(make(films[0], OUT / "films", wanted.length))
        found["zone_ms"] = _zone_ms(films, wanted.length)
        runs = _hours(films[0], [float(text) for text in wanted.hours.split(",") if text])
        found["hours"] = [asdict(run) for run in runs]
    OUT.mkdir(exist_ok=True)
    (OUT / "speed.json").write_text(json.dumps(found, indent=1), "utf-8")


def _lengths(film: Film, length_s: float) -> Callable[[str], tuple[Path, float]]:
    def film_for(name: str) -> tuple[Path, float]:
        seconds = min(length_s, 60.0) if name in SLOW else length_s
        return make(film, OUT / "films", seconds), seconds * FPS

    return film_for


def _rows(film: Film, costs: dict[str, list[Cost]]) -> list[str]:
    rows = []
    for name, runs in costs.items():
        best = min(runs, key=lambda cost: cost.cpu_ms)
        cpu, wall = (ratio(costs, name, "decode", what) for what in ("cpu_ms", "wall_ms"))
        target, reached = "", ""
        if name == "sleepjerk":
            limit = TARGETS[film.name]
            target = f"<= {limit:.2f} x decode, <= {MOST_MB:.0f} MB"
            reached = f"{'yes' if cpu <= limit else 'no'}, {'yes' if best.peak_mb <= MOST_MB else 'no'}"
        elif name in AT_LEAST and "sleepjerk" in costs:
            times = ratio(costs, name, "sleepjerk", "cpu_ms")
            target = f">= {AT_LEAST[name]:.0f} x ours"
            reached = f"{'yes' if times >= AT_LEAST[name] else 'no'}, {times:.1f} x"
        cells = (film.name, name, f"{best.cpu_ms:.2f}", f"{cpu:.2f}", f"{wall:.2f}")
        rows.append(f"| {' | '.join(cells)} | {best.peak_mb:.0f} | {target} | {reached} |")
    return rows


def _stages(film: Path) -> list[str]:
    """Return where `analyze -v` says that its time went."""
    with tempfile.TemporaryDirectory() as out:
        words = [sys.executable, "-m", "detector", "analyze", str(film), "--out", out, "-v"]
        lines = subprocess.run(words, capture_output=True, text=True, check=True).stderr.splitlines()
    stages = [line for line in lines if line.endswith("x real time")]
    print(f"\n{film.name}, by stage:", *stages, sep="\n")
    return stages


def _hours(film: Film, hours: list[float]) -> list[Run]:
    """Analyse films of so many hours, and draw what they took: time in line with length, memory flat."""
    runs = []
    for length_h in hours:
        runs.append(analysed(make(film, OUT / "films", 3600 * length_h), length_h))
        print(f"{film.name}, {runs[-1]}", flush=True)
    if len(runs) > 1:
        draw(runs, MOST_MB, OUT / "hours.svg")
    return runs


def _zone_ms(films: list[Film], length_s: float) -> dict[str, float]:
    """Return what another zone costs, where a still and a restless film of one kind are among the films."""
    found = {}
    for still in films:
        restless = replace(still, restless=True)
        if still != restless and restless in films:
            paths = (make(film, OUT / "films", length_s) for film in (still, restless))
            one, other = (beyond_decoding(path, length_s / 3600) for path in paths)
            took_ms = zone_ms(one, other)
            print(f"beyond decoding, {still.name}, {one}\nbeyond decoding, {restless.name}, {other}")
            print(f"another zone: {took_ms:.2f} ms CPU", flush=True)
            if not math.isnan(took_ms):
                found[still.name] = took_ms
    return found


if __name__ == "__main__":
    main()
