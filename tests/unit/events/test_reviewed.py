"""A reviewer's decisions make another result; what was found stays as it was."""

from __future__ import annotations

import pytest

from detector.errors import ResultError
from detector.events.reviewed import reviewed
from detector.records.events import Kind, Reason
from detector.records.review import Review
from tests.factories import make_result


def test_nothing_decided_changes_no_jerk_and_no_group() -> None:
    result = make_result()
    same = reviewed(result, Review())
    assert same.movements == reviewed(same, Review()).movements
    assert [(jerk.id, jerk.onset_s) for jerk in same.jerks] == [(jerk.id, jerk.onset_s) for jerk in result.jerks]
    assert [cluster.jerks for cluster in same.clusters] == [cluster.jerks for cluster in result.clusters]
    assert [episode.jerks for episode in same.episodes] == [episode.jerks for episode in result.episodes]
    assert same.rates.per_analysed_h == pytest.approx(result.rates.per_analysed_h)


def test_a_refused_jerk_leaves_its_cluster_and_an_added_one_joins_no_other() -> None:
    result = make_result()
    cluster = result.clusters[0]
    other = next(movement for movement in result.movements if movement.kind is Kind.REJECTED)
    theirs = reviewed(result, Review(refused=cluster.jerks[-1:], added=(other.id,)))
    assert len(theirs.jerks) == len(result.jerks)
    assert theirs.clusters[0].jerks == cluster.jerks[:-1]
    by_id = {movement.id: movement for movement in theirs.movements}
    refused, added = by_id[cluster.jerks[-1]], by_id[other.id]
    assert (refused.kind, refused.reason, refused.cluster, refused.episode) == (
        Kind.REJECTED, Reason.REVIEWER, "n/a", "n/a")  # fmt: skip
    assert (added.kind, added.reason, added.onset_s) == (Kind.JERK, Reason.NONE, other.onset_s)
    assert result.clusters[0].jerks[-1] in {jerk.id for jerk in result.jerks}, "the result itself is as it was"


@pytest.mark.parametrize(
    "review",
    [
        Review(refused=("jerk-9999",)),
        Review(confirmed=("rejected-0001",)),
        Review(added=("jerk-0001",)),
        Review(dismissed=("jerk-0001",)),
    ],
)
def test_a_review_of_another_result_is_refused(review: Review) -> None:
    with pytest.raises(ResultError, match="of another result"):
        reviewed(make_result(), review)


def test_where_all_are_refused_there_are_no_groups_and_no_rate_but_zero() -> None:
    result = make_result()
    theirs = reviewed(result, Review(refused=tuple(jerk.id for jerk in result.jerks)))
    assert theirs.jerks == theirs.clusters == theirs.episodes == ()
    assert theirs.rates.per_analysed_h == 0
    assert theirs.rates.per_analysed_h_high > 0
    assert theirs.counts()["rejected"] == result.counts()["rejected"] + len(result.jerks)
