"""Code run by a worker process: one unit of work after another, with orders and answers as lines of JSON.

Decoders crash, hang and use up memory, which must cost one unit and not the run. They therefore work in a process of
their own with a memory limit, which ends when the process that started it is gone.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from detector.batch.limits import limit_memory
from detector.batch.orders import Outcome, OutcomeKind, unit_from
from detector.batch.units import run_unit
from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from detector.records.progress import Progress

__all__ = ["main"]

_SAY_EVERY_S = 0.5
_OWN_CODE: Mapping[type[Exception], str] = {
    ResultError: "not_written",
    OSError: "not_written",
}


def main(memory_bytes: int, place: str) -> None:
    """Do units until there are no more; called in a new process whose standard streams are pipes to the parent.

    Temporary files go to the folder `place`, which is removed when the process ends, by itself or by its parent.
    """
    tempfile.tempdir = place
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output printed by a library is not an answer
    limit_memory(memory_bytes)
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, orders, place), daemon=True).start()
    _say(answers, {"ready": os.getpid()})
    while True:
        _say(answers, _outcome(json.loads(orders.get()), answers, memory_bytes).values())


def _listen(orders: BinaryIO, queue: SimpleQueue[bytes], place: str) -> None:
    """Pass orders on; when the parent is gone, end the process at once, whatever it is doing."""
    for line in orders:
        queue.put(line)
    shutil.rmtree(place, ignore_errors=True)
    os._exit(0)


def _outcome(order: dict[str, Any], answers: BinaryIO, memory_bytes: int) -> Outcome:
    said_s = 0.0

    def progress(now: Progress) -> None:
        nonlocal said_s
        if time.monotonic() - said_s >= _SAY_EVERY_S:
            said_s = time.monotonic()
            _say(answers, {"stage": now.stage, "done_s": now.done_s, "total_s": now.total_s})

    try:
        return run_unit(unit_from(order), progress)
    except MemoryError as error:
        allowed = f"than the {memory_bytes / 2**30:g} GiB that --memory allows" if memory_bytes else "than there is"
        return Outcome(OutcomeKind.LOST, "out_of_memory", f"it needs more memory {allowed} ({error})")
    except Exception as error:  # noqa: BLE001  (whatever it is, it is told, and the run goes on)
        code = next((code for kind, code in _OWN_CODE.items() if isinstance(error, kind)), "unexpected")
        return Outcome(
            OutcomeKind.LOST, code, f"{type(error).__name__}: {error}" if code == "unexpected" else str(error)
        )


def _say(answers: BinaryIO, values: dict[str, Any]) -> None:
    answers.write(json.dumps(values).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
