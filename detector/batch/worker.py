"""A worker process seen from outside: it is given a unit, watched, and stopped if it hangs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any

from detector.batch.orders import Outcome, OutcomeKind, outcome_from
from detector.records.progress import Stage

if TYPE_CHECKING:
    from queue import SimpleQueue

    from detector.batch.limits import Limits
    from detector.batch.orders import Unit

__all__ = ["Worker"]

_START = "start"  # its stage before the first message about a unit
_START_S = 300.0  # a cold network disk may take minutes to load the libraries
_UNITS = 200  # a process is replaced after this many units, so that memory leaks in libraries do not add up


class Worker:
    """One process that does one unit at a time.

    Parameters
    ----------
    limits : Limits
        Limits on what a unit may take.
    words : SimpleQueue
        Queue of ``(worker, words)`` from its process; words are a dict, or None when the process has ended.

    Attributes
    ----------
    unit : Unit or None
        The unit being done.
    done_s, total_s : float
        Seconds of the unit's recording that are done, and in total (0 if not known).
    """

    def __init__(self, limits: Limits, words: SimpleQueue[tuple[Worker, dict[str, Any] | None]]) -> None:
        self._limits, self._words = limits, words
        self._process: subprocess.Popen[bytes] | None = None
        self._n_units = 0
        self._stage, self._heard_s = _START, time.monotonic()
        self.unit: Unit | None = None
        self.done_s = self.total_s = 0.0

    @property
    def pid(self) -> int:
        """Number of the worker's process; 0 if there is none."""
        return self._process.pid if self._process else 0

    def give(self, unit: Unit) -> None:
        """Give the worker a unit to do; a new process is started if there is none."""
        self.unit, self.done_s, self.total_s = unit, 0.0, 0.0
        if self._process is None or self._process.poll() is not None or self._n_units >= _UNITS:
            self.stop()
            self._start()
        self._n_units += 1
        self._heard_s = time.monotonic()
        order = json.dumps(unit.values()).encode() + b"\n"
        process = self._process
        if process is not None and process.stdin is not None:
            try:
                process.stdin.write(order)
                process.stdin.flush()
            except OSError:  # it died while waiting: the end of its answers will show
                return

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        self._place = tempfile.mkdtemp(prefix="sleepjerk-")
        command = [sys.executable, "-m", "detector.batch.child", str(self._limits.memory_bytes), self._place]
        self._process = subprocess.Popen(  # noqa: S603  (our own module)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )  # fmt: skip
        self._n_units, self._stage = 0, _START
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        answers = process.stdout
        if answers is None:
            return
        with answers:
            for line in answers:
                try:
                    words = json.loads(line)
                except ValueError:  # cut off by the end of the process
                    continue
                self._words.put((self, words | {"pid": process.pid}))
        process.wait()
        self._words.put((self, None))

    def hear(self, words: dict[str, Any] | None) -> Outcome | None:
        """Take a message from the process; return the outcome of its unit if the message contains it."""
        if words is None:
            return self._ended()
        if words["pid"] != self.pid:  # the last message of a process that was stopped
            return None
        self._heard_s = time.monotonic()
        self._stage = str(words.get("stage", self._stage))
        if "done_s" in words:
            self.done_s, self.total_s = float(words["done_s"]), float(words["total_s"])
        if "kind" not in words:
            return None
        self._stage = _START
        return outcome_from(words)

    def _ended(self) -> Outcome | None:
        process = self._process
        if process is None or process.poll() is None or self.unit is None:
            return None
        code = process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        message = f"The process that worked on it ended with {how}. {self._last_error()}".rstrip()
        self.stop()
        return Outcome(OutcomeKind.LOST, "crashed", message)

    def _last_error(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read()[-2000:].decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def overdue(self) -> Outcome | None:
        """Stop the process if its unit has been silent for too long, and return the outcome."""
        if self.unit is None:
            return None
        waits = {Stage.MOTION: self._limits.stalled_s, _START: _START_S}
        limit_s = waits.get(self._stage, self._limits.silent_s)
        if self._stage == _START and self._n_units > 1:
            limit_s = self._limits.stalled_s
        if time.monotonic() - self._heard_s <= limit_s:
            return None
        self.stop()
        return Outcome(
            OutcomeKind.LOST, "timeout", f"Nothing was heard of it for {limit_s:g} s in the stage {self._stage}."
        )

    def stop(self) -> None:
        """End the process at once, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        self._errors.close()
        shutil.rmtree(self._place, ignore_errors=True)  # a killed process leaves its copies of remote files
        if process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:  # a message that it never read
                return
