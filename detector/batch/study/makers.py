"""What made the results of a study, in words, and the caution where they were not all made alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.batch.receipts import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.batch.study.cohort import Row

__all__ = ["made_by_words", "mixture"]

_KINDS = (("settings", ("settings",)), ("versions", ("version", "algorithm")), ("classifiers", ("model",)))


def mixture(rows: Iterable[Row]) -> str:
    """Return the caution of a study whose results cannot be compared, naming what differs; empty if all are alike.

    Parameters
    ----------
    rows : iterable of dict
        Rows of the cohort; those without a result do not matter.
    """
    done = [row for row in rows if row["status"] == Status.DONE]
    differ = [kind for kind, names in _KINDS if len({tuple(row[name] for name in names) for row in done}) > 1]
    if not differ:
        return ""
    kinds = " and ".join(filter(None, (", ".join(differ[:-1]), differ[-1])))
    return (
        f"The recordings were analysed with different {kinds} and must not be compared: "
        "run sleepjerk batch on all of them again."
    )


def made_by_words(done: Sequence[Row]) -> str:
    """Return the versions, settings and classifiers that made the results, each combination once."""
    names = ("version", "algorithm", "settings", "model")
    made = sorted({tuple(row[name] or "" for name in names) for row in done})
    return "; ".join(
        f"sleepjerk {version}, algorithm {algorithm}, settings {settings}, "
        f"{f'classifier {model[:8]}' if model else 'judged by the rules alone'}"
        for version, algorithm, settings, model in made
    )
