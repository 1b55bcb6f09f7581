"""A result in the view of the person who reviewed it: decisions are a layer on top, what was found stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detector.config import Settings
from detector.errors import ResultError
from detector.events.grouping import grouped
from detector.records.events import NOT_KNOWN, Kind, Reason

if TYPE_CHECKING:
    from detector.records.events import Movement
    from detector.records.result import Result
    from detector.records.review import Review

__all__ = ["reviewed"]


def reviewed(result: Result, review: Review) -> Result:
    """Return `result` as it is in the view of the person who reviewed it.

    Jerks that they refused are `rejected`, with the reason `reviewer`; what they added is a jerk. Jerks that they have
    not looked at stay jerks. Clusters, episodes, rates and timing are those of the jerks that are left, by the settings
    that `result` was grouped with; counts at other confidences are left out, for the person decided on none of these.
    Ids stay those of `result`, but for clusters and episodes.

    Parameters
    ----------
    result : Result
        What was found.
    review : Review
        What was decided on this very result (`read_review`): ids mean other movements in another one.

    Returns
    -------
    Result
        Another one; `result` is left as it is.

    Raises
    ------
    ResultError
        If `review` is not one of `result`: an id is not in it, or is that of a jerk where none is expected.
    SettingsError
        If the settings of `result` are not those of this version.
    """
    _refuse_other_review(result, review)
    settings = Settings.of_run(result.provenance).clusters
    refused, added = frozenset(review.refused), frozenset(review.added)
    movements = tuple(_decided(movement, refused, added) for movement in result.movements)
    parts = grouped(movements, result.recording.time, result.not_assessable, settings)
    return replace(result, **parts._asdict(), review=review)


def _refuse_other_review(result: Result, review: Review) -> None:
    jerks = {jerk.id for jerk in result.jerks}
    others = {movement.id for movement in result.movements} - jerks
    strange = {*review.confirmed, *review.refused} - jerks | {*review.added, *review.dismissed} - others
    if strange:
        raise ResultError(
            f"{result.recording.id}: this review is of another result: {min(strange)} is not in it, or of another "
            "class. Read the review for this result"
        )


def _decided(movement: Movement, refused: frozenset[str], added: frozenset[str]) -> Movement:
    """Return a movement in its new class, as if it had been in no group."""
    kind, reason = movement.kind, movement.reason
    if movement.id in refused:
        kind, reason = Kind.REJECTED, Reason.REVIEWER
    elif movement.id in added:
        kind, reason = Kind.JERK, Reason.NONE
    return replace(movement, kind=kind, reason=reason, cluster=NOT_KNOWN, episode=NOT_KNOWN)
