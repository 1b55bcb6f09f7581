"""A long recording: memory does not grow with its length, and it takes less time than it lasts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import av
import pytest

from detector.resources import sample_path

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTE = 1 << 20

# Analyzes in a process of its own and says how much memory it held at most.
SCRIPT = """
import json, resource, sys, time
from pathlib import Path
from detector.results.recording import analyze_into
from detector.config import Settings
outcome = analyze_into(Path(sys.argv[1]), Path(sys.argv[2]), settings=Settings())
unit = 1 if sys.platform == "darwin" else 1024
spent = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "peak_bytes": spent.ru_maxrss * unit,
    "cpu_s": spent.ru_utime + spent.ru_stime,
    "jerks": len(outcome.result.jerks),
    "analysed_s": outcome.result.recording.time.analysed_s,
}))
"""


def repeated(clip: Path, out: Path, length_s: float) -> Path:
    """Write `clip` again and again, its packets as they are and their time stamps moved, until `length_s` are full."""
    with av.open(str(clip)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        period = round(stream.duration)
        for turn in range(round(length_s / float(period * stream.time_base))):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.pts is None:
                    continue
                packet.pts += turn * period
                packet.dts += turn * period
                packet.stream = copy
                target.mux(packet)
    return out


def run(clip: Path, out: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, clip, out], capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is told otherwise there")
def test_twenty_minutes_take_no_more_memory_than_ten(tmp_path: Path) -> None:
    """In ten the 32 MB of zones that are kept in memory are there; what comes then goes to a file (decision 13)."""
    clip = sample_path("caregiver")
    short = run(repeated(clip, tmp_path / "short.mp4", 600), tmp_path)
    long = run(repeated(clip, tmp_path / "long.mp4", 1200), tmp_path)
    assert short["analysed_s"] == pytest.approx(600, abs=10)
    assert long["analysed_s"] == pytest.approx(1200, abs=10)
    assert long["jerks"] / long["analysed_s"] == pytest.approx(short["jerks"] / short["analysed_s"], rel=0.15)
    assert long["peak_bytes"] - short["peak_bytes"] < 20 * MEBIBYTE
    assert long["cpu_s"] < long["analysed_s"]
