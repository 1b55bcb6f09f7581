r"""``events.tsv`` and its sidecar ``events.json``: BIDS events (docs/reference/events-tsv.md).

UTF-8, tabs, ``\n``, decimal points, ``n/a`` where there is no value, no quoting.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from detector.records.result import CAVEAT, SCHEMA_VERSION
from detector.records.table import COLUMNS, TRIAL_TYPES, event_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detector.records.result import Result

__all__ = ["cell", "events_sidecar", "events_text", "write_events"]

_NO_VALUE = "n/a"

# A spreadsheet runs a cell that begins with one of these (CWE-1236), in their full-width forms too.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}  # control, format (the turners of text direction among them), breaks, halves


def write_events(result: Result, table: Path, sidecar: Path) -> None:
    """Write the event table and the JSON that describes its columns.

    Parameters
    ----------
    result : Result
        What was found.
    table, sidecar : Path
        Files to write; what they hold is replaced.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    table.write_text(events_text(result), encoding="utf-8", newline="\n")
    sidecar.write_text(json.dumps(events_sidecar(), indent=2) + "\n", encoding="utf-8", newline="\n")


def events_text(result: Result) -> str:
    """Return the content of ``events.tsv``."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(cell(row[name], COLUMNS[name]) for name in COLUMNS) for row in event_rows(result)]
    return "\n".join(lines) + "\n"


def cell(value: object, decimals: int | None) -> str:
    r"""Return one cell as text.

    Numbers keep their decimals. In texts, signs that cannot be seen are written as ``\x1b`` or ``\u202e``, and a text
    that a spreadsheet would run as a formula gets a leading ``'``.
    """
    if value is None:
        return _NO_VALUE
    if decimals is not None and isinstance(value, (int, float)):
        return f"{value:.{decimals}f}"
    text = "".join(_visible(sign) for sign in str(value))
    return f"'{text}" if _FORMULA.match(text) else text or _NO_VALUE


def _visible(sign: str) -> str:
    if unicodedata.category(sign) not in _UNSEEN:
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def events_sidecar() -> dict[str, Any]:
    """Return the content of ``events.json``: what each column means, with its unit."""
    columns = {name: dict(_DESCRIPTIONS[name]) for name in COLUMNS}
    columns["trial_type"]["Levels"] = {name: _LEVELS[name] for name in TRIAL_TYPES}
    return {"sleepjerk_schema_version": SCHEMA_VERSION, "sleepjerk_caveat": CAVEAT} | columns


_LEVELS: Mapping[str, str] = {
    "episode": "Clusters and jerks joined by short gaps, with at least one cluster",
    "cluster": "Several jerks, each shortly after the one before",
    "jerk": "Accepted candidate: brief movement with a fast onset; the only kind that is counted as a jerk",
    "twitch": "Quick movement that does not come back; not counted",
    "slow": "Movement without a fast onset; not counted",
    "gross": "Long movement of the whole body; not counted",
    "rhythmic": "Repeated movement in one place (sucking, chewing, tremor) or of a large area; not counted",
    "handling": "Movement caused by another person; not counted",
    "rejected": "Candidate that was refused, for the reason in column reason; not counted",
}

_DESCRIPTIONS: Mapping[str, Mapping[str, Any]] = {
    "onset": {"Description": "Start, counted from the first frame of the recording", "Units": "s"},
    "duration": {"Description": "Length from onset to offset", "Units": "s"},
    "trial_type": {"LongName": "Kind of event", "Description": "Class of the movement, or group of jerks"},
    "id": {"Description": "Name of the event, unique in this file"},
    "confidence": {"Description": "How certain it is that this is a jerk, 0-1; not a probability of any illness"},
    "site": {"Description": "Named region of the body or the picture"},
    "side": {"Description": "The infant's side"},
    "x": {"Description": "Centre, as a fraction of the picture's width from the left, 0-1"},
    "y": {"Description": "Centre, as a fraction of the picture's height from the top, 0-1"},
    "amplitude_px": {"Description": "Largest excursion, in pixels of the recording", "Units": "pixel"},
    "peak_speed_px_s": {"Description": "Largest speed, in pixels of the recording per second", "Units": "pixel/s"},
    "cluster": {"Description": "id of the cluster that the movement belongs to"},
    "episode": {"Description": "id of the episode that the movement or cluster belongs to"},
    "reason": {"Description": "Why the movement is not counted as a jerk, from a closed list"},
    "pattern": {"Description": "single, bilateral (two places at once) or multifocal (three or more)"},
    "direction_deg": {"Description": "Main axis of the movement, clockwise from the right, 0-180", "Units": "deg"},
    "area": {"Description": "Share of the picture that moved, 0-1"},
}
