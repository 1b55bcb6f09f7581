"""Parts of a long recording: each is read into its own file, and joined they equal one pass over the video."""

from __future__ import annotations

import io
import json
import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import ResultError
from detector.exports.signal_values import zone_columns
from detector.motion.binning import LONGEST_BIN_S
from detector.motion.extract import CONTEXT_S, WARM_UP_S
from detector.motion.growing_zones import GrowingZones
from detector.motion.zones import BEFORE_S
from detector.reading import extractor_for, frames_taken
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from detector.records.progress import Progress, Stage
from detector.records.zone_table import ZoneConstants, ZoneTable
from detector.results.atomic import write_file
from detector.video.container import open_file
from detector.video.joining import Tally, joined_recording
from detector.video.part import PartReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.config import Settings
    from detector.records.recording import Recording
    from detector.video.part import PartSpan

__all__ = ["Part", "extract_part", "give_up", "given_up", "has_part", "join_parts", "read_part", "write_part"]

_GIVEN_UP = "whole"
_REPORT_EVERY_S = 2.0  # seconds of recording between two progress reports


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Result of reading one part of a recording.

    Attributes
    ----------
    signal : MotionSignal
        Motion signal of the part; times count from the recording's first frame.
    tally : Tally
        What was counted.
    """

    signal: MotionSignal
    tally: Tally


def extract_part(
    path: Path, settings: Settings, span: PartSpan, threads: int, progress: Callable[[Progress], None]
) -> Part:
    """Read one part of a recording.

    Parameters
    ----------
    path : Path
        The video file.
    settings : Settings
        Settings of the stages video and motion.
    span : PartSpan
        Start and end, at multiples of `detector.motion.extract.WINDOW_S`.
    threads : int
        Decoding threads; undamaged pictures do not depend on their number.
    progress : callable
        Called with a `Progress` now and then.

    Raises
    ------
    IndivisibleError
        If the recording must be read as one.
    RecordingError
        If the file cannot be used.
    """
    with open_file(path, settings.video) as opened:
        opened.stream.codec_context.thread_count = threads
        reader = PartReader(opened, settings.video, span, warm_up_s=WARM_UP_S, context_s=CONTEXT_S + LONGEST_BIN_S)
        extractor, said_s = extractor_for(path, reader, settings.motion, (span.from_s, span.to_s)), -math.inf
        for frame, _ in frames_taken(reader, extractor):
            if frame.time_s >= said_s + _REPORT_EVERY_S:
                said_s = frame.time_s
                end_s = reader.claimed_s if math.isinf(span.to_s) else span.to_s
                progress(Progress(Stage.MOTION, max(0.0, said_s - span.from_s), end_s - span.from_s))
        return Part(extractor.finish(), reader.tally())


def _path(folder: Path, index: int, count: int) -> Path:
    return folder / f"{index:04d}-of-{count:04d}.npz"


def has_part(folder: Path, index: int, count: int) -> bool:
    """Return whether this part is there and complete."""
    try:
        read_part(folder, index, count)
    except ResultError:
        return False
    return True


def write_part(part: Part, folder: Path, index: int, count: int) -> None:
    """Write a part, completely or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    tally, picture = part.tally, part.signal.picture
    facts = {
        "size": [part.signal.width, part.signal.height],
        "counts": [tally.n_frames, tally.copies, tally.interlaced],
        "gaps_s": tally.gaps_s,
        "last_s": tally.last_s,
        "borders": [tally.head, tally.tail],
    }
    arrays: dict[str, np.ndarray] = {f"picture_{name}": getattr(picture, name) for name in PictureTrack.columns()}
    arrays |= {f"zone_{name}": column for name, column in zone_columns(ZoneTable.of(part.signal.zones)).items()}
    arrays["steps_s"] = np.array(tally.steps_s, dtype=np.float64)
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    buffer = io.BytesIO()
    save: Callable[..., None] = np.savez  # its type stub takes the names for options
    save(buffer, **arrays)
    folder.mkdir(parents=True, exist_ok=True)
    write_file(_path(folder, index, count), buffer.getvalue())


def read_part(folder: Path, index: int, count: int) -> Part:
    """Read a part back, bit for bit.

    Raises
    ------
    ResultError
        If it is not there, or damaged.
    """
    path = _path(folder, index, count)
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = dict(stored)
        facts = json.loads(arrays["facts"].tobytes())
        picture = PictureTrack(**{name: arrays[f"picture_{name}"] for name in PictureTrack.columns()})
        width, height = facts["size"]
        n_frames, copies, interlaced = facts["counts"]
        tally = Tally(
            n_frames=n_frames,
            copies=copies,
            interlaced=interlaced,
            steps_s=array("d", arrays["steps_s"].tobytes()),
            gaps_s=tuple((low, high) for low, high in facts["gaps_s"]),
            last_s=facts["last_s"],
            head=facts["borders"][0],
            tail=facts["borders"][1],
        )
        return Part(MotionSignal(width, height, picture, _zones(arrays)), tally)
    except Exception as error:  # noqa: BLE001  (a damaged archive can raise nearly anything)
        raise ResultError(f"{path}: this part is missing or damaged ({error}); it is made anew") from None


def _zones(arrays: dict[str, np.ndarray]) -> ZoneTable:
    numbers = arrays["zone_zone"]
    starts = np.append(np.flatnonzero(np.diff(numbers, prepend=0)), len(numbers))
    first = starts[:-1]
    values = np.column_stack([arrays[f"zone_{name}"][first] for name in ZoneTrack.constants()])
    tracks = {name: arrays[f"zone_{name}"] for name in ZoneTrack.columns()}
    return ZoneTable(ZoneConstants(numbers[first], values), starts, **tracks)


def join_parts(path: Path, settings: Settings, folder: Path, count: int) -> tuple[Recording, MotionSignal]:
    """Return what one pass over the video would have given.

    Raises
    ------
    IndivisibleError
        If the parts do not fit each other.
    ResultError
        If a part is missing or damaged.
    RecordingError
        If the file cannot be used any more.
    """
    tallies, pictures, zones, size = [], [], GrowingZones(), (0, 0)
    for index in range(count):
        part = read_part(folder, index, count)  # one at a time: those of a night take half a gigabyte
        tallies.append(part.tally)
        pictures.append(part.signal.picture)
        zones.add(ZoneTable.of(part.signal.zones), part.tally.last_s - BEFORE_S)
        size = part.signal.width, part.signal.height
    recording = joined_recording(path, settings.video, tallies)
    columns = {name: np.concatenate([getattr(p, name) for p in pictures]) for name in PictureTrack.columns()}
    return recording, MotionSignal(*size, PictureTrack(**columns), zones.zones())


def give_up(folder: Path) -> None:
    """Note that the recording must be read as one, so that the next run does not try again."""
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / _GIVEN_UP, b"")


def given_up(folder: Path) -> bool:
    """Return whether the recording must be read as one."""
    return (folder / _GIVEN_UP).exists()
