"""Run a study again and again, kill it with signal 9 at a random moment each time, then let it end.

A process of its own that loads the libraries once and forks: a run is killed where it works, not where it loads. Prints
how often it was killed before it ended, as JSON. Called as ``python kill_loop.py VIDEOS STUDY KILLS LONGEST_S SEED``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from detector.batch import processes
from tests.unit.batch.studies import run_here, work_off_here

WAIT_S = 0.005


def forked(videos: Path, study: Path) -> int:
    """Run the study in a forked process; return its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        run_here(videos, study)
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  (a forked process must not return)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)


def ended(pid: int, within_s: float) -> bool:
    """Wait for a process; return whether it ended by itself in that time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        time.sleep(WAIT_S)
    return False


def main() -> None:
    videos, study, kills, longest_s, seed = sys.argv[1:]
    dice = random.Random(int(seed))
    processes.work_off = work_off_here
    killed = 0
    for _ in range(int(kills)):
        pid = forked(Path(videos), Path(study))
        if not ended(pid, dice.uniform(0, float(longest_s))):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            killed += 1
    _, status = os.waitpid(forked(Path(videos), Path(study)), 0)
    sys.stdout.write(json.dumps({"killed": killed, "last_exit": os.waitstatus_to_exitcode(status)}))


if __name__ == "__main__":
    main()
