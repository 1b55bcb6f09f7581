"""Episodes and clusters, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.events.profiles import endings
from detector.records.events import Pattern
from detector.report.places import joined
from detector.report.table import Column, Table, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.records.result import Result
    from detector.records.timing import Ending
    from detector.report.catalogue import Catalogue
    from detector.report.moments import Moments

__all__ = ["clusters_table", "episodes_table"]


def _where(jerk_ids: Sequence[str], place_of: Mapping[str, str], say: Catalogue) -> str:
    return joined(sorted({place_of[name] for name in jerk_ids if name in place_of}), say)


def _ended(found: Sequence[Ending], say: Catalogue) -> dict[str, str]:
    return {item.cluster: say(f"ended.{item.ending}") for item in found}


def episodes_table(result: Result, place_of: Mapping[str, str], moments: Moments, say: Catalogue) -> Table:
    """Return one row per episode; `place_of` gives the name of each jerk's place by id."""
    # an episode may end with jerks that are in no cluster
    ended = _ended(endings(result.episodes, result.movements, result.recording.time, result.not_assessable), say)
    rows = [
        (e.id, *moments.cells(e.onset_s), say.number(e.duration_s), say.whole(len(e.jerks)), say.whole(len(e.clusters)),
         _where(e.jerks, place_of, say), ended[e.id])
        for e in result.episodes
    ]  # fmt: skip
    shown, note = cut(rows, say)
    columns = (
        Column(say("groups.episode"), numeric=False), *moments.columns, Column(say("groups.length")),
        Column(say("groups.jerks")), Column(say("groups.n_clusters")), Column(say("groups.where"), numeric=False),
        Column(say("groups.ended"), numeric=False),
    )  # fmt: skip
    return Table(say("groups.episodes"), columns, shown, note)


def clusters_table(result: Result, place_of: Mapping[str, str], moments: Moments, say: Catalogue) -> Table:
    """Return one row per cluster; `place_of` gives the name of each jerk's place by id."""
    ended = _ended(result.timing.endings, say)
    many = {jerk.id for jerk in result.jerks if jerk.pattern is not Pattern.SINGLE}
    rows = [
        (c.id, *moments.cells(c.onset_s), say.number(c.duration_s), say.whole(len(c.jerks)), say.number(c.rate_hz, 2),
         say.number(c.interval_cv, 2), say.percent(sum(name in many for name in c.jerks), len(c.jerks)),
         _where(c.jerks, place_of, say), ended.get(c.id, say("word.unknown")))
        for c in result.clusters
    ]  # fmt: skip
    shown, note = cut(rows, say)
    columns = (
        Column(say("groups.cluster"), numeric=False), *moments.columns, Column(say("groups.length")),
        Column(say("groups.jerks")), Column(say("groups.rate")), Column(say("groups.cv")),
        Column(say("groups.together")), Column(say("groups.where"), numeric=False),
        Column(say("groups.ended"), numeric=False),
    )  # fmt: skip
    return Table(say("groups.clusters"), columns, shown, note)
