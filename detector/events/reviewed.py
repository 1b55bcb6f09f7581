"""Apply a reviewer's decisions to a result: they are a layer on top, and what was found stays unchanged."""

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
    """Return `result` with the decisions of its reviewer applied.

    Jerks that the reviewer refused are `rejected`, with the reason `reviewer`; movements they added are jerks; jerks
    they have not looked at stay jerks. Clusters, episodes, rates and timing are those of the resulting jerks, by the
    settings that `result` was grouped with; counts at other confidences are left out, as the reviewer decided on none
    of them. Ids stay those of `result`, except for clusters and episodes.

    Parameters
    ----------
    result : Result
        Result to apply the decisions to.
    review : Review
        Decisions on this very result (`read_review`): in another result, the same ids mean other movements.

    Returns
    -------
    Result
        A new result; `result` is left unchanged.

    Raises
    ------
    ResultError
        If `review` is not of `result`: an id is not in it, or is that of a jerk where none is expected.
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
    """Return a movement in its new class, without a group."""
    kind, reason = movement.kind, movement.reason
    if movement.id in refused:
        kind, reason = Kind.REJECTED, Reason.REVIEWER
    elif movement.id in added:
        kind, reason = Kind.JERK, Reason.NONE
    return replace(movement, kind=kind, reason=reason, cluster=NOT_KNOWN, episode=NOT_KNOWN)
