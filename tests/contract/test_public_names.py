"""The public surface: these names and no others, cheap to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import detector

HEAVY = ("av", "cv2", "duckdb", "jinja2", "matplotlib", "numpy", "pandas", "pydantic", "rich", "scipy")

NAMES = [
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


def loaded_after(code: str) -> list[str]:
    """Return which heavy modules are loaded after running `code` in a fresh interpreter."""
    script = f"import sys\n{code}\nprint(*[name for name in {HEAVY} if name in sys.modules], sep=',', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return [name for name in done.stderr.strip().split(",") if name]


def test_all_is_exact_and_sorted() -> None:
    assert detector.__all__ == NAMES
    assert sorted(detector.__all__) == detector.__all__
    assert dir(detector) == detector.__all__


@pytest.mark.parametrize("name", NAMES)
def test_each_name_resolves_and_is_described(name: str) -> None:
    value = getattr(detector, name)
    assert value is not None
    if callable(value):
        assert value.__doc__


def test_names_come_from_their_home_module() -> None:
    for home, names in detector._HOMES.items():
        for name in names:
            assert getattr(detector, name).__module__ == home


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'detect'"):
        detector.detect  # noqa: B018  (the access itself is the test)


def test_no_public_name_hides_a_module() -> None:
    modules = {path.stem for path in Path(detector.__file__).parent.iterdir()}
    assert modules.isdisjoint(detector.__all__)


def test_import_is_cheap_and_silent() -> None:
    assert loaded_after("import detector") == []


def test_help_loads_nothing_heavy() -> None:
    assert loaded_after("from detector.cli.main import main\nmain(['--help'])") == []
    # typer itself takes pydantic to read a command's arguments
    assert set(loaded_after("from detector.cli.main import main\nmain(['analyze', '--help'])")) <= {"pydantic"}


def test_the_figures_library_waits_until_the_video_is_read() -> None:
    """It holds 20 MB that nothing needs while the pass over the pictures holds most."""
    assert "matplotlib" not in loaded_after("import detector.results.recording, detector.batch.units")


def test_libraries_are_told_to_leave_their_threads_alone() -> None:
    code = "from detector.cli.main import main; main(['version']); import cv2; assert cv2.getNumThreads() == 1"
    loaded_after(code)
