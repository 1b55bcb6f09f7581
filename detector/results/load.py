"""Read a result folder back as the result from which it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.errors import ResultError, SettingsError
from detector.exports.signal_parquet import SIGNAL_BLOCKS
from detector.exports.summary_json import read_summary
from detector.pipeline import ALGORITHM, find_events
from detector.records.file_names import CLIP_LIST, CLIPS, SIGNAL, SUMMARY
from detector.records.plural import plural
from detector.resources import MODELS
from detector.results.stored import load_signal, with_clips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.records.result import Result

__all__ = ["load_result"]


def load_result(folder: Path | str, settings: Settings | Mapping[str, Any] | None = None) -> Result:
    """Load a result folder by finding its events again in its stored motion signal.

    No video is needed. The path of the recording is the video's name without folders.

    Parameters
    ----------
    folder : Path or str
        A folder written by `analyze_into` or ``sleepjerk analyze``.
    settings : Settings or mapping, optional
        Other thresholds, as for `analyze`; by default those in the folder's summary.

    Returns
    -------
    Result
        Without other settings, the result that the folder holds.

    Raises
    ------
    ResultError
        If the folder holds no complete result, or one from another version of the algorithm or of the settings; or, if
        no settings are given, one judged by another model.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ResultError(f"{folder}: there is no such folder. Name a results folder, such as results/night")
    _refuse_a_place_of_results(folder)
    summary, asked = read_summary(folder / SUMMARY), None if settings is None else Settings.of(settings)
    try:
        settings = Settings.from_mapping(summary["settings"]) if asked is None else asked
        sha256 = str(summary["input"]["sha256"])
    except (KeyError, TypeError, SettingsError) as error:
        raise ResultError(
            f"{folder}: its settings are not those of this version ({error}). Analyse the video again"
        ) from error
    fingerprint = settings.fingerprint(*SIGNAL_BLOCKS)
    stored = load_signal(folder, motion_fingerprint=fingerprint, algorithm=ALGORITHM, sha256=sha256)
    name = folder.name or folder.absolute().name
    recording = with_clips(stored.recording) if (folder / CLIPS / CLIP_LIST).is_file() else stored.recording
    result = find_events(replace(recording, id=name), stored.signal, settings)
    if asked is None:
        _refuse_other_model(folder, summary["provenance"]["model"] or {}, result)
    return result


def _refuse_a_place_of_results(folder: Path) -> None:
    """Raise ResultError if the folder is not a result but contains results, like that of `analyze` or of a study."""
    if (folder / SUMMARY).exists():
        return
    # do not search all subfolders: the user may have named a whole disk
    found = [path for pattern in ("*", "recordings/*") for path in sorted(folder.glob(f"{pattern}/{SIGNAL}"))]
    names = [str(path.parent) for path in found if (path.parent / SUMMARY).is_file()]
    if names:
        raise ResultError(
            f"{folder}: it holds {plural(len(names), 'result')} but is not one itself. Name one of them, such as "
            f"{' or '.join(names[:2])}"
        )


def _refuse_other_model(folder: Path, model: dict[str, Any], result: Result) -> None:
    """Raise ResultError if another model judged the result: its movements may have other ids."""
    now = result.provenance
    if model.get("sha256", "") != now.model_sha256:
        raise ResultError(
            f"{folder}: it was judged by the model {model.get('name', 'of no name')!r}, but here it is {now.model!r}. "
            f"Name the folder of that model as {MODELS}, or analyse the video again"
        )
