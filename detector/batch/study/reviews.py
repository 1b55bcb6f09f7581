"""What persons decided on the recordings of a study, as stands beside each result; receipts know nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.exports.summary_json import read_summary
from detector.records.result import SHORT_S
from detector.results.file_names import REVIEWED, SUMMARY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["begun", "decided", "in_view", "looked", "review_columns"]


def review_columns(folder: Path, sha256: str) -> dict[str, Any]:
    """Return the columns of the cohort that tell of a review; none where nobody has decided on anything.

    Parameters
    ----------
    folder : Path
        Of the result.
    sha256 : str
        Of the video that it is a result of: a review of another one counts nothing.
    """
    try:
        summary = read_summary(folder / REVIEWED / SUMMARY)
        if summary["input"]["sha256"] != sha256:
            return {}
        review, counts, rates = summary["review"], summary["counts"], summary["rates"]
        if summary["time"]["analysed_s"] < SHORT_S:
            rates = {}
        return {
            "confirmed": int(review["confirmed"]),
            "refused": int(review["refused"]),
            "added": int(review["added"]),
            "reviewed_jerks": int(counts["jerk"]),
            "reviewed_jerks_per_analysed_h": rates.get("jerks_per_analysed_h"),
            "reviewed_jerks_per_quiet_h": rates.get("jerks_per_quiet_h"),
            "reviewed_clusters": int(counts["cluster"]),
            "reviewed_clusters_per_quiet_h": rates.get("clusters_per_quiet_h"),
            "reviewed_episodes": int(counts["episode"]),
            "reviewed_episode_longest_s": max((one["duration_s"] for one in summary["episodes"]), default=None),
        }
    except (ResultError, KeyError, TypeError, ValueError):  # there is none, or it is damaged: `decisions` makes it anew
        return {}


def begun(row: Mapping[str, Any]) -> bool:
    """Return whether a person decided on anything in a recording."""
    return row["reviewed_jerks"] is not None


def looked(row: Mapping[str, Any]) -> int:
    """Return on how many of a recording's jerks a person decided."""
    return (row["confirmed"] or 0) + (row["refused"] or 0)


def decided(row: Mapping[str, Any]) -> bool:
    """Return whether a person decided on every jerk of a recording, as far as there are any."""
    return begun(row) and looked(row) >= row["jerks"]


def in_view(row: Mapping[str, Any], name: str) -> float | None:
    """Return a value of a recording in the view of the person who decided on all its jerks, else as it was found.

    Half a review is neither: what was not looked at counts as found there, and the number belongs to nobody.

    Parameters
    ----------
    row : mapping
        Of the cohort.
    name : str
        Column that has another of the same name after ``reviewed_``.
    """
    value: float | None = row[f"reviewed_{name}" if decided(row) else name]
    return value
