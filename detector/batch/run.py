"""A whole study: plan it, do the work, and rewrite the tables and the page from the receipts."""

from __future__ import annotations

import math
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from detector.batch import dask_engine, processes
from detector.batch.board import Board
from detector.batch.earlier import left_over, settle_renamed
from detector.batch.layout import parts_of, receipts_of, recordings_of
from detector.batch.limits import Limits
from detector.batch.lock import hold
from detector.batch.making import made_by
from detector.batch.orders import Outcome, Unit, UnitKind
from detector.batch.plan import Entry, InputState, make_plan
from detector.batch.reasons import LEFT_OUT
from detector.batch.receipts import Receipt, Status
from detector.batch.study.makers import mixture
from detector.batch.totals import Totals
from detector.errors import ResultError, SettingsError
from detector.motion.extract import WINDOW_S
from detector.results.atomic import sweep_files
from detector.results.folder import check_place, sweep_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from detector.batch.sources import Source
    from detector.config import Settings
    from detector.results.clips import ClipChoice
    from detector.results.drift import Reference

__all__ = ["BatchProgress", "Options", "plan_study", "run_study"]

PART_S = 600.0
"""Seconds of recording in a part: a kill loses minutes, and the warm-up of each part costs 3-5 % (decisions/0031)."""

_TOLD_AFTER_S = 30.0  # before, most of the time went into starting workers: far too much would seem to be left
_LEAST_FREE_BYTES = 64 << 20  # the result folder of a long night takes some tens of megabytes


@dataclass(frozen=True, slots=True)
class Options:
    """How a study is run; no option changes a number.

    Attributes
    ----------
    workers : int
        Number of parallel processes.
    engine : str
        ``processes`` or ``dask``.
    scheduler : str
        Address of a running Dask scheduler; if empty, one is started on this machine.
    shard : tuple of int or None
        ``(i, n)``: do the i-th of n parts of the inputs, counted from 1.
    part_s : float
        Seconds of recording in a part, a multiple of 30; 0 to not divide recordings.
    threads : int
        Decoding threads for each part of a recording; whole recordings are decoded as by `analyze`.
    include_open, retry_failed : bool
        Take files that were written to a moment ago; retry inputs that failed for a reason of their own.
    limits : Limits
        Limits on what a unit of work may take.
    clips : ClipChoice or None
        Clips to make for each report; None for none. Clips of recordings that are already done are kept.
    reference : Reference or None
        The picture on which the regions in the settings were drawn: analysed recordings that do not resemble it are
        flagged, and nothing else depends on it.
    """

    workers: int = 1
    engine: str = "processes"
    scheduler: str = ""
    shard: tuple[int, int] | None = None
    part_s: float = PART_S
    threads: int = 1
    include_open: bool = False
    retry_failed: bool = False
    limits: Limits = field(default_factory=Limits)
    clips: ClipChoice | None = None
    reference: Reference | None = None

    def __post_init__(self) -> None:
        if self.part_s and (self.part_s < 2 * WINDOW_S or self.part_s % WINDOW_S):
            raise SettingsError(f"a part is 0 s or a multiple of {WINDOW_S:g} s from 60 s, not {self.part_s:g} s")
        if self.shard is not None and not 1 <= self.shard[0] <= self.shard[1]:
            raise SettingsError(f"a shard is i/N with i from 1 to N, not {self.shard[0]}/{self.shard[1]}")
        if self.workers < 1 or self.threads < 1:
            raise SettingsError(f"at least 1 worker and 1 thread are needed, not {self.workers} and {self.threads}")


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Progress of a run.

    Attributes
    ----------
    n_all, n_done, n_failed : int
        Numbers of recordings in this run, of those analysed, and of those that failed.
    share : float
        Share of the work done, 0-1, by bytes.
    elapsed_s, left_s : float
        Seconds since the work began, and until its end at the speed so far (NaN in the first half minute).
    """

    n_all: int
    n_done: int
    n_failed: int
    share: float
    elapsed_s: float
    left_s: float


def plan_study(sources: Sequence[Source], study: Path, settings: Settings, options: Options) -> list[Entry]:
    """Return what would be done in this shard, and why, without writing anything."""
    entries = make_plan(
        sources, study, made_by(settings), include_open=options.include_open, retry_failed=options.retry_failed
    )
    shard = options.shard
    return [e for e in entries if shard is None or int(e.source.key, 16) % shard[1] == shard[0] - 1]


def run_study(
    sources: Sequence[Source],
    study: Path,
    settings: Settings,
    options: Options,
    progress: Callable[[BatchProgress], None],
    waiting: Callable[[str], None] | None = None,
) -> Totals:
    """Analyse all inputs of a study that need it, and write its receipts, tables and page.

    Parameters
    ----------
    sources : sequence of Source
        All inputs of the study, whatever the shard.
    study : Path
        Folder of the study; created if missing.
    settings : Settings
        All settings of the analysis.
    options : Options
        How to run the study.
    progress : callable
        Called with a `BatchProgress` several times a second; may raise to stop the run.
    waiting : callable or None
        Called with a text while another process writes the tables; may also raise to stop the run.

    Raises
    ------
    ResultError
        If the folder cannot be written, another run is using it, or the disk is full. Finished work is kept.
    """
    check_place(study)
    try:
        _make_folders(study)
        with hold(study, options.shard):
            _sweep(study)
            entries = plan_study(sources, study, settings, options)
            board = _begin(entries, study, settings, options)
            _work_off(board, study, options, progress)
            settle_renamed(study, {source.key for source in sources})
        from detector.batch.study.write import write_study  # noqa: PLC0415  (draws: loads matplotlib)

        faults: list[str] = []
        rows = write_study(study, faults.append, waiting)
        unused = left_over(study, sources)
        n_of_before = _of_before(study, sources)
    except OSError as error:
        text = f"{study}: cannot be written ({error.strerror or error})"
        raise ResultError(f"{text}. What is done is kept: fix this, and run the same command again") from error
    states = Counter(entry.state for entry in entries)
    return Totals(
        states, board.n_done, board.n_failed, board.reasons, board.examples, tuple(faults), tuple(unused), n_of_before,
        mixture(rows),
    )  # fmt: skip


def _of_before(study: Path, sources: Sequence[Source]) -> int:
    """Return the number of recordings in a study that are not among `sources`."""
    keys = {source.key for source in sources}
    return sum(path.stem not in keys for path in receipts_of(study).glob("*.json"))


def _make_folders(study: Path) -> None:
    for folder in (study, receipts_of(study), recordings_of(study)):
        folder.mkdir(parents=True, exist_ok=True)


def _sweep(study: Path) -> None:
    """Remove half-written files left by killed runs."""
    sweep_files(study)
    sweep_files(receipts_of(study))
    sweep_results(recordings_of(study))
    if parts_of(study).is_dir():
        for folder in parts_of(study).iterdir():
            sweep_files(folder)


def _begin(entries: Sequence[Entry], study: Path, settings: Settings, options: Options) -> Board:
    """Write the receipts of inputs that need no analysis, and return a board with the rest."""
    made = made_by(settings)
    for entry in entries:
        done = entry.receipt if entry.receipt is not None and entry.receipt.status is Status.DONE else None
        if entry.state is InputState.GROWING and done is not None:
            continue  # a later run analyses it, and its row stays until then
        if entry.state is InputState.AWAY and done is not None and done.source.id == entry.source.id:
            _write(replace(done, source=entry.source), entry, study)
        elif entry.reason in LEFT_OUT:
            renamed = entry.receipt.sha256 if entry.receipt is not None and entry.stamp.size_bytes < 0 else ""
            _write(
                Receipt(entry.source, entry.stamp, made, Status.SKIPPED, entry.reason, entry.why, renamed), entry, study
            )
        elif entry.state is InputState.RELABELLED and entry.receipt is not None:
            _write(replace(entry.receipt, source=entry.source, stamp=entry.stamp), entry, study)

    def commit(unit: Unit, outcome: Outcome) -> None:
        Receipt(unit.source, unit.stamp, unit.made_by, Status.FAILED, outcome.reason, outcome.message).write(study)

    values = settings.model_dump(mode="json")
    return Board(
        (
            Unit(
                UnitKind.WHOLE,
                str(study.absolute()),
                e.source,
                e.stamp,
                made,
                values,
                options.part_s,
                options.threads,
                clips=options.clips,
                earlier=e.earlier,
                reference=options.reference.values() if options.reference is not None else {},
            )
            for e in entries
            if e.to_do
        ),
        commit,
    )


def _write(receipt: Receipt, entry: Entry, study: Path) -> None:
    if receipt != entry.receipt:
        receipt.write(study)


def _work_off(board: Board, study: Path, options: Options, progress: Callable[[BatchProgress], None]) -> None:
    began_s = time.monotonic()

    def tick(begun: dict[str, float]) -> None:
        if shutil.disk_usage(study).free < _LEAST_FREE_BYTES:
            raise ResultError(
                f"{study}: less than {_LEAST_FREE_BYTES >> 20} MiB are free on its disk. What is done is kept: "
                "free some space and run the same command again"
            )
        share, elapsed_s = board.share(begun), time.monotonic() - began_s
        left_s = elapsed_s * (1 - share) / share if share > 0.001 and elapsed_s > _TOLD_AFTER_S else math.nan
        progress(BatchProgress(board.n_all, board.n_done, board.n_failed, share, elapsed_s, left_s))

    if not board.open:
        return
    tick({})
    if options.engine == "dask":
        dask_engine.work_off(
            board, workers=options.workers, scheduler=options.scheduler, limits=options.limits, tick=tick
        )
    else:
        processes.work_off(board, workers=options.workers, limits=options.limits, tick=tick)
    tick({})
