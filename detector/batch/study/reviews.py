"""What persons decided on the recordings of a study, as stands beside each result; receipts know nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.exports.summary_json import read_summary
from detector.records.study import SHORT_S
from detector.results.file_names import REVIEWED, SUMMARY

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["review_columns"]


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
        long_enough = summary["time"]["analysed_s"] >= SHORT_S
        return {
            "confirmed": int(review["confirmed"]),
            "refused": int(review["refused"]),
            "added": int(review["added"]),
            "reviewed_jerks": int(counts["jerk"]),
            "reviewed_jerks_per_analysed_h": rates["jerks_per_analysed_h"] if long_enough else None,
        }
    except (ResultError, KeyError, TypeError, ValueError):  # there is none, or it is damaged: `decisions` makes it anew
        return {}
