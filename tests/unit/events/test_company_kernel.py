"""The compiled kernel finds the views, the context and the neighbours that the plain code finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from detector.events.context import context_of
from detector.events.neighbours import neighbours_of
from detector.events.views import merge_as_measured, merge_views
from detector.native.library import FILE
from detector.records.zone_table import ZoneConstants
from tests.unit.events.tracks import make_candidate, make_zone, measured_only, still

if TYPE_CHECKING:
    from detector.events.candidate_table import Candidates

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")


def _not_asked(*_: object) -> NoReturn:
    pytest.fail("the plain code was asked: it would be compared with itself")


def crowd(n: int, length_s: float, seed: int) -> Candidates:
    """Return candidates that often begin together, lie in one place or belong to one zone."""
    rng = np.random.default_rng(seed)
    onsets = np.sort(np.round(rng.random(n) * length_s, 2)).tolist()
    zones = [make_zone(still, length_s=0.2, x=x, y=y) for x, y in np.round(rng.random((n, 2)), 1).tolist()]
    return measured_only([
        make_candidate(
            onset_s, number=k, zone=zones[k // 2] if k % 3 else zones[k], speed=0.001 * 300**speed,
            amplitude_px=1 + 20 * size, duration_s=0.05 + long_s,
        )
        for k, (onset_s, speed, size, long_s) in enumerate(zip(onsets, *rng.random((3, n)).tolist(), strict=True))
    ])  # fmt: skip


@pytest.mark.parametrize(("n", "length_s", "seed"), [(0, 1, 1), (1, 1, 1), (40, 6, 2), (300, 30, 3), (400, 400, 4)])
def test_context_is_the_same(n: int, length_s: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = crowd(n, length_s, seed)
    with monkeypatch.context() as patch:
        patch.setattr("detector.events.context._features", _not_asked)
        compiled = context_of(candidates)
    monkeypatch.setattr("detector.events.context.load_kernel", lambda: None)
    np.testing.assert_allclose(compiled, context_of(candidates), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("n", "length_s", "seed"), [(0, 1, 1), (1, 1, 1), (40, 6, 2), (300, 30, 3), (400, 400, 4)])
def test_neighbours_are_the_same(n: int, length_s: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates, rng = crowd(n, length_s, seed), np.random.default_rng(seed)
    odds, which = rng.normal(-1, 2, n), np.flatnonzero(rng.random(n) < 0.7)
    with monkeypatch.context() as patch:
        patch.setattr("detector.events.neighbours._features", _not_asked)
        compiled = neighbours_of(candidates, odds, which)
    monkeypatch.setattr("detector.events.neighbours.load_kernel", lambda: None)
    np.testing.assert_allclose(compiled, neighbours_of(candidates, odds, which), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("n", "length_s", "seed"), [(1, 1, 1), (40, 6, 2), (300, 30, 3), (400, 100, 4)])
def test_views_are_the_same(n: int, length_s: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = crowd(n, length_s, seed)
    with monkeypatch.context() as patch:
        patch.setattr("detector.events.views._leaders_plainly", _not_asked)
        compiled = merge_views(candidates)
    monkeypatch.setattr("detector.events.views.load_kernel", lambda: None)
    plain = merge_views(candidates)
    assert [(c.onset_s, c.zone.number, c.views) for c in compiled] == [
        (c.onset_s, c.zone.number, c.views) for c in plain
    ]
    assert [dict(c.features) for c in compiled] == [dict(c.features) for c in plain]
    assert n < 100 or any(c.views for c in compiled)


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(("n", "length_s", "seed"), [(1, 1, 1), (40, 6, 2), (300, 30, 3), (300, 6, 5), (400, 200, 4)])
@pytest.mark.parametrize("step_s", [0.03, 0.5, 7.0])
def test_views_are_the_same_as_they_are_measured(
    n: int, length_s: float, seed: int, step_s: float, plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if plain:
        monkeypatch.setattr("detector.events.views.load_kernel", lambda: None)
    candidates, rng = crowd(n, length_s, seed), np.random.default_rng(seed)
    zones = candidates.zones
    candidates = replace(candidates, zones=ZoneConstants(rng.permutation(len(zones)), zones.values)).by_onset()
    # zones come in order of their beginning, which is up to three steps before what moves in them
    begin_s = np.full(len(zones), length_s + step_s)
    np.minimum.at(begin_s, candidates.zone, candidates.column("onset_s") - 3 * step_s * rng.random(n))
    given = np.maximum(0, np.floor(begin_s / step_s)).astype(int)[candidates.zone]
    stretches = [(candidates.taken(np.flatnonzero(given == k)), (k + 1) * step_s) for k in range(given.max() + 1)]
    nothing = candidates.taken(np.zeros(0, np.intp))
    found, whole = merge_as_measured([*stretches, (nothing, np.inf)]), merge_views(candidates)
    np.testing.assert_array_equal(found.values, whole.values)
    np.testing.assert_array_equal(found.zone, whole.zone)
    np.testing.assert_array_equal(found.view_starts, whole.view_starts)
    np.testing.assert_array_equal(found.view_zone, whole.view_zone)
