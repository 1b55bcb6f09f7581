from __future__ import annotations

import pytest

from detector.records.plural import clock, plural


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (8.44, "8.4 s"),
        (59.96, "1 min 0 s"),
        (725, "12 min 5 s"),
        (3599.6, "1 h 0 min"),
        (27720, "7 h 42 min"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_plural() -> None:
    assert [plural(count, "jerk") for count in (0, 1, 2)] == ["0 jerks", "1 jerk", "2 jerks"]
