"""From a video file to a result: the only module that knows the order of the stages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.classify.model_file import load_model
from detector.classify.predict import Curves, Neighbours, judgement_of, likely_kinds
from detector.config import Settings
from detector.events.candidates import measured_stretches
from detector.events.context import with_context
from detector.events.coverage import account_for, not_assessable
from detector.events.curves import CURVE_FEATURES, curves_of
from detector.events.grouping import grouped
from detector.events.jerks import find_jerks, find_movements
from detector.events.neighbours import NEIGHBOUR_FEATURES, neighbours_of
from detector.events.picture_flags import PICTURE_FLAGS, quality_flags
from detector.events.sites import assign_sites, excluded
from detector.events.verdicts import rule_confidence, rules_for, with_reported_duration
from detector.events.views import merge_as_measured
from detector.native.memory import give_back
from detector.reading import extractor_for, frames_taken
from detector.records.progress import Progress, Stage
from detector.records.result import Provenance, Result
from detector.records.timing import Stability
from detector.records.version import installed_version
from detector.video.source import open_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from detector.classify.model_file import Model
    from detector.events.candidate_table import Candidates
    from detector.records.events import Movement
    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording


__all__ = ["ALGORITHM", "analyze", "extract_signal", "find_events"]

ALGORITHM = "31"
"""Version of the path from pixels to events: raised with every change that gives any recording different events."""

_SAY_EVERY = 50
"""Frames between two progress reports; where frames are binned, some frame numbers are skipped."""

_LIBRARIES = ("av", "numpy", "opencv-python", "scipy")


def analyze(
    path: Path | str,
    *,
    settings: Settings | Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
    running_count: bool = False,
) -> Result:
    """Find the jerks in a video file.

    Parameters
    ----------
    path : Path or str
        A video file of one sleeper, filmed by a stationary camera.
    settings : Settings or mapping, optional
        All thresholds, with defaults for any not given. A mapping has blocks: ``{"jerks": {"max_duration_s": 0.8}}``.
    progress : callable, optional
        Called with a `Progress` now and then.
    running_count : bool
        Whether to update `Progress.jerks` while the video is read; this takes about as long as finding the events.

    Returns
    -------
    Result
        Jerks, clusters, episodes, refused candidates with reasons, time account, quality flags and the motion signal.

    Raises
    ------
    RecordingError
        If the file cannot be opened as a video; `DecodeError` if too little of it can be decoded.
    """
    settings = Settings.of(settings)
    recording, signal = extract_signal(Path(path), settings, progress=progress, running_count=running_count)
    if progress:
        progress(Progress(Stage.EVENTS, recording.time.claimed_s, recording.time.claimed_s))
    return find_events(recording, signal, settings)


def extract_signal(
    path: Path | str,
    settings: Settings | Mapping[str, Any] | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    running_count: bool = False,
) -> tuple[Recording, MotionSignal]:
    """Read the pixels of a video once and return the facts of the recording and its motion signal.

    Parameters
    ----------
    path : Path or str
        A video file.
    settings : Settings or mapping, optional
        Only the blocks ``video`` and ``motion`` are used; defaults are used for any setting not given.
    progress : callable, optional
        Called with a `Progress` now and then.
    running_count : bool
        As in `analyze`.

    Returns
    -------
    (Recording, MotionSignal)
        For `find_events`.

    Raises
    ------
    RecordingError
        As in `analyze`.
    """
    path, settings = Path(path), Settings.of(settings)
    with open_recording(path, settings.video) as reader:
        extractor, jerks, say_from = extractor_for(path, reader, settings.motion), 0, 0
        for frame, finished in frames_taken(reader, extractor):
            if finished and progress and running_count:
                jerks += _jerks_in(extractor.newest(), settings)
            if progress and frame.index >= say_from:
                say_from = frame.index + _SAY_EVERY
                progress(Progress(Stage.MOTION, frame.time_s, np.nan_to_num(reader.claimed_s), jerks))
        signal = extractor.finish()
        if progress:
            progress(
                Progress(
                    Stage.MOTION,
                    reader.position_s(),
                    np.nan_to_num(reader.claimed_s),
                    jerks,
                    reader.seconds() | extractor.seconds,
                )
            )
        recording = reader.recording()
    give_back()
    return recording, signal


_CONFIDENCE_STEPS = (-0.2, -0.1, 0.0, 0.1, 0.2)
"""Offsets from the minimum confidence in the settings, to show how much the count depends on it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """The candidates of a signal with the verdict of the model, or of the rules alone.

    Attributes
    ----------
    candidates : Candidates
        Merged candidates with their context.
    confidence : ndarray of float64, shape (n,)
        Confidence that each is a jerk, 0-1.
    kinds : sequence of str
        What each looks like if it is not a jerk; empty if the rules judge.
    model : Model or None
        The model that judged them; None if the rules did.
    looks : mapping of str to ndarray of float64, shape (n,)
        Confidence that each is a jerk at each earlier look of the model; that of the last look is `confidence`.
    """

    candidates: Candidates
    confidence: npt.NDArray[np.float64]
    kinds: Sequence[str]
    model: Model | None = None
    looks: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)


def _weighed(signal: MotionSignal, settings: Settings) -> _Weighed:
    """Measure the candidates of a signal, merge their views, add their context and judge them."""
    candidates = with_context(merge_as_measured(measured_stretches(signal, settings)))
    if settings.jerks.judge == "rules":
        tests = rules_for(settings.jerks.max_duration_s)
        confidence = rule_confidence(with_reported_duration(candidates), tests) if len(candidates) else np.zeros(0)
        return _Weighed(candidates, confidence, ())
    names, values, model = candidates.names, candidates.measured, load_model()
    curves = Curves(CURVE_FEATURES, partial(curves_of, candidates, signal))
    neighbours = Neighbours(NEIGHBOUR_FEATURES, partial(neighbours_of, candidates))
    judgement = judgement_of(model, names, values, curves, neighbours)
    earlier = {look.value: sure for look, sure in judgement.earlier.items()}
    return _Weighed(candidates, judgement.confidence, likely_kinds(model, names, values), model, earlier)


def _jerks_in(signal: MotionSignal, settings: Settings) -> int:
    weighed = _weighed(signal, settings)
    return len(find_jerks(weighed.candidates, weighed.confidence, settings))


def _sited(weighed: _Weighed, signal: MotionSignal, settings: Settings) -> tuple[Movement, ...]:
    """Return the movements made from the candidates, with their places."""
    movements = find_movements(
        weighed.candidates, weighed.confidence, settings, kinds=weighed.kinds, looks=weighed.looks
    )
    zones = weighed.candidates.zones
    places = zip(zones.column("x").tolist(), zones.column("y").tolist(), strict=True)
    centres = dict(zip(zones.number.tolist(), places, strict=True)) if settings.regions.named else {}
    return assign_sites(movements, centres, settings.regions, width=signal.width, height=signal.height)


def _stability(weighed: _Weighed, settings: Settings) -> tuple[Stability, ...]:
    """Return the number of jerks at several minimum confidences around that of the settings."""
    out, x, y = [], weighed.candidates.zone_value("x"), weighed.candidates.zone_value("y")
    used = settings.jerks.min_confidence
    for least in sorted({used, *(round(min(0.99, max(0.01, used + step)), 4) for step in _CONFIDENCE_STEPS if step)}):
        other = settings.model_copy(update={"jerks": settings.jerks.model_copy(update={"min_confidence": least})})
        jerks = find_jerks(weighed.candidates, weighed.confidence, other)
        counted = [not excluded(float(x[i]), float(y[i]), settings.regions) for i in jerks]
        out.append(Stability(least, sum(counted)))
    return tuple(out)


def find_events(
    recording: Recording, signal: MotionSignal, settings: Settings | Mapping[str, Any] | None = None
) -> Result:
    """Find the events in a motion signal; no video is needed.

    Parameters
    ----------
    recording : Recording
        Facts of the recording, as returned by `extract_signal`.
    signal : MotionSignal
        Its motion signal.
    settings : Settings or mapping, optional
        All thresholds, with defaults for any not given. A mapping has blocks: ``{"jerks": {"max_duration_s": 0.8}}``.

    Returns
    -------
    Result
        As returned by `analyze`.

    Raises
    ------
    ResourceError
        If the package's classifier cannot be loaded.
    """
    settings = Settings.of(settings)
    weighed = _weighed(signal, settings)
    give_back()  # the tables of all views
    movements = _sited(weighed, signal, settings)
    time = account_for(recording.time, signal.picture, signal.width)
    busy = not_assessable(signal.picture, movements, time)
    give_back()
    # a stored signal carries the flags of its first analysis: replace them, so that none appears twice
    flags = (*(f for f in recording.flags if f.code not in PICTURE_FLAGS), *quality_flags(signal.picture, signal.width))
    return Result(
        recording=replace(recording, time=time, flags=flags),
        signal=signal,
        not_assessable=busy,
        provenance=_provenance(settings, weighed.model),
        **grouped(movements, time, busy, settings.clusters, _stability(weighed, settings))._asdict(),
    )


def _provenance(settings: Settings, model: Model | None) -> Provenance:
    return Provenance(
        version=installed_version("sleepjerk"),
        algorithm=ALGORITHM,
        libraries={name: installed_version(name) for name in _LIBRARIES},
        settings=settings.model_dump(mode="json"),
        settings_fingerprint=settings.fingerprint(),
        model=model.name if model else "",
        model_sha256=model.sha256 if model else "",
    )
