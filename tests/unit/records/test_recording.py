from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.records.recording import Span, parted_by

TENTHS = st.integers(0, 60)


@given(st.lists(TENTHS), st.lists(st.tuples(TENTHS, st.integers(1, 20))))
def test_two_times_are_parted_by_a_span_of_which_some_lies_between_them(
    times: list[int], spans: list[tuple[int, int]]
) -> None:
    times.sort()
    found = parted_by(np.array(times, float), [Span(float(begin), float(begin + length)) for begin, length in spans])
    wanted = [
        any(begin < second and begin + length > first for begin, length in spans) for first, second in pairwise(times)
    ]
    assert found.tolist() == wanted
