"""The tables of events: jerks, others, rejected."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from detector.records.events import Kind
from detector.report.table import Column, Table, cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.records.result import Result
    from detector.records.review import Review
    from detector.report.catalogue import Catalogue
    from detector.report.moments import Moments

__all__ = ["decisions_table", "jerks_table", "others_table", "rejected_table"]


def jerks_table(result: Result, place_of: Mapping[str, str], moments: Moments, review: Review, say: Catalogue) -> Table:
    """Return one row per jerk, with the reviewer's decision on it once they have begun.

    `place_of` gives the name of each jerk's place by id.
    """
    said = _said(review, say)
    rows = [
        (j.id, *moments.cells(j.onset_s), say.number(j.duration_s, 2), place_of[j.id],
         say(f"pattern.{j.pattern}"),
         say.number(j.amplitude_px), say.number(j.peak_speed_px_s), say.number(j.confidence, 2), j.cluster,
         *([said.get(j.id, say("jerks.open"))] if review.begun else []))
        for j in result.jerks
    ]  # fmt: skip
    shown, note = cut(rows, say)
    columns = (
        Column(say("jerks.jerk"), numeric=False), *moments.columns, Column(say("groups.length")),
        Column(say("groups.where"), numeric=False), Column(say("jerks.pattern"), numeric=False),
        Column(say("jerks.amplitude")), Column(say("jerks.speed")), Column(say("jerks.confidence")),
        Column(say("groups.cluster"), numeric=False),
        *([Column(say("jerks.review"), numeric=False)] if review.begun else []),
    )  # fmt: skip
    return Table(say("jerks.caption"), columns, shown, note)


def decisions_table(result: Result, moments: Moments, review: Review, say: Catalogue) -> Table:
    """Return the reviewer's decisions: one row for each jerk, and for each refused candidate that was decided on.

    There are no rows before the reviewer has begun.
    """
    said, jerks = _said(review, say), {jerk.id for jerk in result.jerks}
    rows = [
        (one.id, *moments.cells(one.onset_s), said.get(one.id, say("jerks.open")))
        for one in result.movements
        if review.begun and (one.id in jerks or one.id in said)
    ]
    shown, note = cut(rows, say)
    columns = (
        Column(say("decisions.movement"), numeric=False), *moments.columns, Column(say("jerks.review"), numeric=False),
    )  # fmt: skip
    return Table("", columns, shown, note)


def _said(review: Review, say: Catalogue) -> dict[str, str]:
    """Return the reviewer's decision on each movement that they decided on, by id."""
    said = dict.fromkeys((*review.confirmed, *review.added), say("jerks.confirmed"))
    return said | dict.fromkeys((*review.refused, *review.dismissed), say("jerks.refused"))


def others_table(result: Result, say: Catalogue) -> Table:
    """Return the number of movements in each class that is not counted as a jerk."""
    counts = result.counts()
    lengths = dict.fromkeys(counts, 0.0)
    for movement in result.movements:
        lengths[str(movement.kind)] += movement.duration_s if math.isfinite(movement.duration_s) else 0.0
    rows = tuple((words, say.whole(counts[kind]), say.fixed(lengths[kind], 1))
                 for kind, words in say.below("kind").items())  # fmt: skip
    columns = (Column(say("others.movement"), numeric=False), Column(say("others.number")),
               Column(say("others.together")))  # fmt: skip
    return Table(say("others.caption"), columns, rows, say("others.note"))


def rejected_table(result: Result, say: Catalogue) -> Table:
    """Return the number of rejected candidates by reason, the most frequent first."""
    reasons = Counter(str(m.reason) for m in result.movements if m.kind is Kind.REJECTED)
    order = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
    words = say.below("reason")
    rows = tuple((words.get(reason, reason), say.whole(reasons[reason])) for reason in order)
    columns = (Column(say("others.why"), numeric=False), Column(say("others.candidates")))
    return Table(say("others.rejected"), columns, rows)
