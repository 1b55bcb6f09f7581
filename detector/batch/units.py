"""Do a unit of work: what one worker does between two looks at the queue. It can be repeated at any time.

A short recording is one unit. A long one is several: its parts, each written to a file of its own, and the joining of
them. A unit that finds its work done returns at once, so that a lost or repeated unit costs nothing but time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detector.batch import parts
from detector.batch.earlier import take_along
from detector.batch.layout import parts_of, recordings_of
from detector.batch.making import refuse_other_maker
from detector.batch.orders import Outcome, OutcomeKind, UnitKind
from detector.batch.reasons import AWAY
from detector.batch.receipts import Receipt, Status, read_receipt, short_summary, stamp_of
from detector.batch.remote import is_remote, local_copy
from detector.config import Settings
from detector.errors import RecordingError, ResultError
from detector.exports.signal_parquet import SIGNAL_BLOCKS
from detector.pipeline import extract_signal, find_events
from detector.records.file_names import FILES, SIGNAL
from detector.records.progress import Progress, Stage
from detector.results.drift import reference_from
from detector.results.recording import with_region_flags, write_result
from detector.results.stored import found_again
from detector.video.container import open_file
from detector.video.identity import sha256_of
from detector.video.joining import IndivisibleError
from detector.video.part import plan_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.batch.orders import Unit
    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording
    from detector.records.result import Result

__all__ = ["run_unit"]


def run_unit(unit: Unit, progress: Callable[[Progress], None]) -> Outcome:
    """Do a unit of work; an input that cannot be analysed gets a receipt saying so.

    Raises
    ------
    ResultError, OSError
        If something cannot be written.
    """
    if _committed(unit):
        return Outcome(OutcomeKind.DONE)
    refuse_other_maker(unit.made_by, Settings.from_mapping(unit.settings))
    try:
        if unit.kind is UnitKind.PART:
            return _part(unit, progress)
        return _join(unit, progress) if unit.kind is UnitKind.JOIN else _whole(unit, progress)
    except IndivisibleError as error:
        parts.give_up(_parts_of(unit))
        return Outcome(OutcomeKind.WHOLE, message=str(error))
    except RecordingError as error:
        failed = Receipt(
            unit.source, unit.stamp, unit.made_by, Status.FAILED, error.code, f"{error.reason}. {error.advice}"
        )
        if not _keeps_result(unit, error):
            failed.write(Path(unit.study))
        return Outcome(OutcomeKind.FAILED, error.code, failed.message)


def _committed(unit: Unit) -> bool:
    try:
        receipt = read_receipt(Path(unit.study), unit.source.key)
    except ResultError:
        return False
    same = (receipt.source, receipt.stamp, receipt.made_by) == (unit.source, unit.stamp, unit.made_by)
    return same and receipt.status is Status.DONE and not receipt.fault(Path(unit.study))


def _keeps_result(unit: Unit, error: RecordingError) -> bool:
    """Return whether an earlier result is kept despite the error: a missing disk does not make it invalid."""
    if error.code not in AWAY and stamp_of(unit.source.path).size_bytes >= 0:
        return False
    try:
        return read_receipt(Path(unit.study), unit.source.key).status is Status.DONE
    except ResultError:
        return False


def _parts_of(unit: Unit) -> Path:
    """Return the folder of a recording's parts; it differs for another file, version or setting of the signal."""
    settings = Settings.from_mapping(unit.settings)
    stamp, made_by = dataclasses.astuple(unit.stamp), unit.made_by
    made = (*stamp, made_by.version, made_by.algorithm, settings.fingerprint(*SIGNAL_BLOCKS))
    name = hashlib.sha256(f"{made} {unit.part_s}".encode()).hexdigest()[:8]
    return parts_of(Path(unit.study)) / f"{unit.source.key}-{name}"


def _whole(unit: Unit, progress: Callable[[Progress], None]) -> Outcome:
    settings, name = Settings.from_mapping(unit.settings), unit.source.path
    progress(Progress(Stage.LOOK, 0.0, 0.0))  # hashing a long night takes minutes on a slow disk
    _refuse_changed(unit)
    with local_copy(name, lambda: progress(Progress(Stage.COPY, 0.0, 0.0))) as path:
        if is_remote(name):
            _refuse_changed(unit)  # it may have been replaced while it was copied
        again = _from_stored(unit, path, settings, progress)
        if again is not None:
            return _finish(unit, again, path, progress)
        if unit.part_s and not is_remote(name) and not parts.given_up(_parts_of(unit)):
            spans = plan_parts(path, settings.video, unit.part_s)
            if len(spans) > 1:
                return Outcome(OutcomeKind.DIVIDE, spans=spans)
        recording, signal = extract_signal(path, settings, progress=progress, running_count=False)
        return _finish(unit, _found(unit, recording, signal, settings, progress), path, progress)


def _part(unit: Unit, progress: Callable[[Progress], None]) -> Outcome:
    folder = _parts_of(unit)
    if not parts.has_part(folder, unit.index, len(unit.spans)):
        _refuse_changed(unit)
        settings = Settings.from_mapping(unit.settings)
        span = unit.spans[unit.index]
        part = parts.extract_part(Path(unit.source.path), settings, span, unit.threads, progress)
        _refuse_changed(unit)
        parts.write_part(part, folder, unit.index, len(unit.spans))
    return Outcome(OutcomeKind.PART)


def _join(unit: Unit, progress: Callable[[Progress], None]) -> Outcome:
    settings, path = Settings.from_mapping(unit.settings), Path(unit.source.path)
    _refuse_changed(unit)
    progress(Progress(Stage.JOIN, 0.0, 0.0))
    recording, signal = parts.join_parts(path, settings, _parts_of(unit), len(unit.spans))
    return _finish(unit, _found(unit, recording, signal, settings, progress), path, progress)


def _refuse_changed(unit: Unit) -> None:
    """Raise RecordingError (``changed``) if the input has changed since the run was planned."""
    if unit.stamp.size_bytes >= 0 and stamp_of(unit.source.path) != unit.stamp:
        raise RecordingError(
            Path(unit.source.path),
            "it was changed, replaced or removed since the run began",
            code="changed",
            advice="Wait until the recording or copying has ended, and run again",
        )


def _from_stored(unit: Unit, path: Path, settings: Settings, progress: Callable[[Progress], None]) -> Result | None:
    """Return the result found in the stored motion signal, if a new pass over the bytes would give the same signal."""
    folders = [recordings_of(Path(unit.study)) / name for name in (unit.source.id, *unit.earlier)]
    folders = [folder for folder in folders if (folder / SIGNAL).is_file()]
    if not folders:
        return None
    with open_file(path, settings.video) as opened:
        digest = sha256_of(opened.descriptor, opened.path)
    for folder in folders:
        again = found_again(
            folder, digest, settings, lambda recording, signal: _found(unit, recording, signal, settings, progress)
        )
        if again is not None:
            return again
    return None


def _found(
    unit: Unit, recording: Recording, signal: MotionSignal, settings: Settings, progress: Callable[[Progress], None]
) -> Result:
    claimed_s = recording.time.claimed_s
    progress(Progress(Stage.EVENTS, claimed_s, claimed_s))
    return find_events(replace(recording, id=unit.source.id, path=unit.source.path), signal, settings)


def _finish(unit: Unit, result: Result, path: Path, progress: Callable[[Progress], None]) -> Outcome:
    """Write the result folder, then the receipt, then remove what is no longer needed."""
    study = Path(unit.study)
    take_along(recordings_of(study), unit.source.id, unit.earlier, result.recording.sha256)
    result = with_region_flags(result, path, reference_from(unit.reference) if unit.reference else None)
    result, folder = write_result(result, path, unit.clips, recordings_of(study), progress)
    receipt = Receipt(
        unit.source,
        unit.stamp,
        unit.made_by,
        Status.DONE,
        sha256=result.recording.sha256,
        files={name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES},
        summary=short_summary(result.summary()),
    )
    receipt.write(study)
    for rest in sorted(parts_of(study).glob(f"{unit.source.key}-*")):
        shutil.rmtree(rest, ignore_errors=True)
    return Outcome(OutcomeKind.DONE)
