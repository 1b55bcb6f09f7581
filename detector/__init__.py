"""sleepjerk: finds, times and groups brief limb jerks in sleep video, for review by a person.

The names below are public; everything else may change between versions. They load on first use, so importing the
package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.config import Settings
    from detector.errors import (
        DecodeError,
        DetectorError,
        MissingPackageError,
        RecordingError,
        ResourceError,
        ResultError,
        SettingsError,
        TruthError,
    )
    from detector.evaluation.event_files import EventTable
    from detector.evaluation.pairs import read_pair
    from detector.evaluation.scores import Scores, score
    from detector.evaluation.tally import Pair
    from detector.events.checks import Checked
    from detector.events.reviewed import reviewed
    from detector.events.trace import Trace
    from detector.explain.evidence import Evidence, evidence_for
    from detector.explain.picture import explanation_png, explanation_svg
    from detector.explain.strip import Strip, strip_of
    from detector.pipeline import analyze, extract_signal, find_events
    from detector.records.events import Cluster, Episode, Kind, Movement, Pattern, Reason
    from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
    from detector.records.progress import Progress, Stage
    from detector.records.recording import QualityFlag, Recording, Severity, Span, TimeAccount
    from detector.records.result import Provenance, Rates, Result
    from detector.records.review import Review
    from detector.records.timing import Ending, EndingKind, SeriesProfile, Stability, Timing
    from detector.resources import sample_names, sample_path
    from detector.results.clips import ClipChoice
    from detector.results.decisions import read_review
    from detector.results.load import load_result
    from detector.results.recording import Written, analyze_into
    from detector.results.region_file import RegionFile, read_regions

    __version__: str

__all__ = [
    "Checked",
    "ClipChoice",
    "Cluster",
    "DecodeError",
    "DetectorError",
    "Ending",
    "EndingKind",
    "Episode",
    "EventTable",
    "Evidence",
    "Kind",
    "MissingPackageError",
    "MotionSignal",
    "Movement",
    "Pair",
    "Pattern",
    "PictureTrack",
    "Progress",
    "Provenance",
    "QualityFlag",
    "Rates",
    "Reason",
    "Recording",
    "RecordingError",
    "RegionFile",
    "ResourceError",
    "Result",
    "ResultError",
    "Review",
    "Scores",
    "SeriesProfile",
    "Settings",
    "SettingsError",
    "Severity",
    "Span",
    "Stability",
    "Stage",
    "Strip",
    "TimeAccount",
    "Timing",
    "Trace",
    "TruthError",
    "Written",
    "ZoneTrack",
    "__version__",
    "analyze",
    "analyze_into",
    "evidence_for",
    "explanation_png",
    "explanation_svg",
    "extract_signal",
    "find_events",
    "load_result",
    "read_pair",
    "read_regions",
    "read_review",
    "reviewed",
    "sample_names",
    "sample_path",
    "score",
    "strip_of",
]

_HOMES = {
    "detector.config": ("Settings",),
    "detector.errors": (
        "DecodeError",
        "DetectorError",
        "MissingPackageError",
        "RecordingError",
        "ResourceError",
        "ResultError",
        "SettingsError",
        "TruthError",
    ),
    "detector.evaluation.event_files": ("EventTable",),
    "detector.evaluation.pairs": ("read_pair",),
    "detector.evaluation.scores": ("Scores", "score"),
    "detector.evaluation.tally": ("Pair",),
    "detector.events.checks": ("Checked",),
    "detector.events.reviewed": ("reviewed",),
    "detector.events.trace": ("Trace",),
    "detector.explain.evidence": ("Evidence", "evidence_for"),
    "detector.explain.picture": ("explanation_png", "explanation_svg"),
    "detector.explain.strip": ("Strip", "strip_of"),
    "detector.pipeline": ("analyze", "extract_signal", "find_events"),
    "detector.records.events": ("Cluster", "Episode", "Kind", "Movement", "Pattern", "Reason"),
    "detector.records.motion": ("MotionSignal", "PictureTrack", "ZoneTrack"),
    "detector.records.progress": ("Progress", "Stage"),
    "detector.records.recording": ("QualityFlag", "Recording", "Severity", "Span", "TimeAccount"),
    "detector.records.result": ("Provenance", "Rates", "Result"),
    "detector.records.review": ("Review",),
    "detector.records.timing": ("Ending", "EndingKind", "SeriesProfile", "Stability", "Timing"),
    "detector.resources": ("sample_names", "sample_path"),
    "detector.results.clips": ("ClipChoice",),
    "detector.results.decisions": ("read_review",),
    "detector.results.load": ("load_result",),
    "detector.results.recording": ("Written", "analyze_into"),
    "detector.results.region_file": ("RegionFile", "read_regions"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name == "__version__":
        value: object = import_module("detector.records.version").installed_version("sleepjerk")
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'detector' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
