"""What was decided on the recordings of a study, as found beside each result; receipts hold none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.exports.summary_json import read_summary
from detector.records.file_names import REVIEWED, SUMMARY
from detector.records.result import SHORT_S

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detector.batch.receipts import Receipt

__all__ = ["begun", "decided", "in_view", "looked", "review_columns"]


def review_columns(folder: Path, receipt: Receipt) -> dict[str, Any]:
    """Return the columns of the cohort that describe a review; none if nobody has decided on anything.

    Parameters
    ----------
    folder : Path
        Of the result.
    receipt : Receipt
        Of the recording: a review of results from another video, or from other settings, another algorithm or another
        classifier, does not count.
    """
    try:
        summary = read_summary(folder / REVIEWED / SUMMARY)
        made = summary["provenance"]
        judge = made.get("model")  # None if the rules judged alone; older summaries do not say
        model = judge["sha256"] if judge is not None else ""
        by = (summary["input"]["sha256"], made["settings_fingerprint"], made["algorithm"], model)
        its = receipt.made_by
        if by != (receipt.sha256, its.settings, its.algorithm, its.model):
            return {}
        review, counts, rates = summary["review"], summary["counts"], summary["rates"]
        if summary["time"]["analysed_s"] < SHORT_S:
            rates = {}
        lengths_s = [float(one["duration_s"]) for one in summary["episodes"]]
        per_h = ("jerks_per_analysed_h", "jerks_per_quiet_h", "clusters_per_quiet_h")
        return {
            "confirmed": int(review["confirmed"]),
            "refused": int(review["refused"]),
            "added": int(review["added"]),
            "reviewed_jerks": int(counts["jerk"]),
            "reviewed_clusters": int(counts["cluster"]),
            "reviewed_episodes": int(counts["episode"]),
            "reviewed_episode_longest_s": max(lengths_s, default=None),
            **{f"reviewed_{name}": None if rates.get(name) is None else float(rates[name]) for name in per_h},
        }
    except (AttributeError, KeyError, ResultError, TypeError, ValueError):  # there is no review, or it is damaged
        return {}


def begun(row: Mapping[str, Any]) -> bool:
    """Return whether a person decided on anything in a recording."""
    return row["reviewed_jerks"] is not None


def looked(row: Mapping[str, Any]) -> int:
    """Return how many of a recording's jerks a person decided on."""
    return (row["confirmed"] or 0) + (row["refused"] or 0)


def decided(row: Mapping[str, Any]) -> bool:
    """Return whether a person decided on every jerk of a recording; without any jerk, nothing is left to decide."""
    return looked(row) >= int(row["jerks"])


def in_view(row: Mapping[str, Any], name: str) -> float | None:
    """Return a value of a recording in the view of the person who decided on all its jerks, else as it was found.

    Half a review is neither: what was not looked at counts as found in it, so the number is nobody's.

    Parameters
    ----------
    row : mapping
        A row of the cohort.
    name : str
        A column that has a counterpart whose name begins with ``reviewed_``.
    """
    value: float | None = row[f"reviewed_{name}" if begun(row) and decided(row) else name]
    return value
