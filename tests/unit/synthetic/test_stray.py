"""Tests of the thing that moves at random."""

from __future__ import annotations

import numpy as np
import pytest

from detector.synthetic.stray import _DWELL_S, _STEP_S, _goes


@pytest.mark.parametrize("seed", range(5))
def test_what_goes_stays_where_it_went_before_it_goes_on(seed: int) -> None:
    path = _goes(8000, 2.0, np.random.default_rng(seed))
    moving = np.abs(np.diff(path, axis=0)).max(axis=1) > 1e-9
    rests = np.flatnonzero(np.diff(np.r_[1, moving.astype(int), 1]))
    lengths_s = (rests[1::2] - rests[::2])[1:-1] * _STEP_S
    assert len(lengths_s) >= 5
    assert lengths_s.min() >= _DWELL_S - 2 * _STEP_S
