"""A result folder back into a result: from the stored motion signal and the settings of its summary; no video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.batch.folder import load_signal
from detector.config import Settings
from detector.errors import ResultError, SettingsError
from detector.exports.signal_parquet import SIGNAL_BLOCKS
from detector.exports.summary_json import read_summary
from detector.pipeline import ALGORITHM, find_events

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.study import Result

__all__ = ["load_result"]


def load_result(folder: Path, settings: Settings | None = None) -> Result:
    """Return the result of a folder, found again in its motion signal.

    Parameters
    ----------
    folder : Path
        A result folder.
    settings : Settings, optional
        Other thresholds; those of the folder's summary where none are given.

    Raises
    ------
    ResultError
        If the folder holds no result that this version can read, or one of another version of the algorithm.
    """
    summary = read_summary(folder / "summary.json")
    try:
        settings = settings or Settings.from_mapping(summary["settings"])
    except (SettingsError, KeyError, TypeError) as error:
        raise ResultError(f"{folder}: its settings cannot be read ({error}). Analyse the video again") from None
    stored = load_signal(
        folder, motion_fingerprint=settings.fingerprint(*SIGNAL_BLOCKS), algorithm=ALGORITHM,
        sha256=str(summary["input"]["sha256"]),
    )  # fmt: skip
    return find_events(stored.recording, stored.signal, settings)
