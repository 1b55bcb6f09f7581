"""The compiled kernel measures what the plain code measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy

from detector.config import Settings
from detector.events.candidates import N_COLUMNS, measure_candidates
from detector.native.library import FILE, load_kernel
from detector.records.motion import ZoneTrack
from tests.unit.events.tracks import both, jerk, make_signal, make_zone, still, train

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.records.motion import MotionSignal
    from tests.unit.events.tracks import Way

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")

WAYS: dict[str, Way] = {
    "jerk": jerk(1.0),
    "across": jerk(1.0, 5 + 9j),
    "stays": jerk(1.0, returned=0.0),
    "half way back": jerk(1.2, 20, hold_s=0.3, returned=0.5),
    "slow way back": jerk(1.0, back_s=1.5),
    "overshoots": both(jerk(1.0), jerk(1.24, -3)),
    "train": train(2.0, 5),
    "tremor": train(6.0, 15, amplitude_px=4),
    "rides on a drift": both(jerk(2.0), lambda time_s: (9 * time_s).astype(complex)),
    "rides on a stretch": both(jerk(1.0, 14, out_s=0.7, returned=0.0), jerk(1.6, -11)),
    "begins in motion": both(jerk(-0.05), jerk(1.5)),
    "to either side in turn": both(*(jerk(1.0 + k / 3, 12 * (-1) ** k, out_s=0.13, back_s=0.2) for k in range(4))),
    "still": still,
}


def _not_asked(*_: object) -> list:
    pytest.fail("the plain code was asked: it would be compared with itself")


@pytest.fixture
def kinds_of_measure(monkeypatch: pytest.MonkeyPatch) -> Callable[[MotionSignal], tuple[list, list]]:
    def measured(signal: MotionSignal) -> tuple[list, list]:
        with monkeypatch.context() as patch:
            patch.setattr("detector.events.candidates._measured_plainly", _not_asked)
            compiled = list(measure_candidates(signal, Settings()))
        with monkeypatch.context() as patch:
            patch.setattr("detector.events.measure_kernel.load_kernel", lambda: None)
            return compiled, list(measure_candidates(signal, Settings()))

    return measured


def assert_same(compiled: list, plain: list) -> None:
    assert len(compiled) == len(plain)
    for one, other in zip(compiled, plain, strict=True):
        assert one.zone == other.zone
        for name in ("onset_s", "peak_s", "offset_s", "amplitude_px", "peak_speed_px_s"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-9), name
        assert dict(one.features) == pytest.approx(dict(other.features), rel=1e-9, abs=1e-9)


def test_the_kernel_knows_every_feature() -> None:
    library = load_kernel()
    assert library is not None
    assert library.measured_columns() == N_COLUMNS


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("fps", [10.0, 25.0, 59.94])
@pytest.mark.parametrize("seed", [1, 2])
def test_ways_are_measured_alike(way: Way, fps: float, seed: int, kinds_of_measure: Callable) -> None:
    zone = make_zone(way, fps=fps, noise_px_s=1.5, seed=seed, reach=1.3)
    rng = np.random.default_rng(seed)
    columns = {name: rng.normal(size=len(zone)) for name in ("light", "shift_x", "shift_y")}
    signal = make_signal(zone, activity=rng.random(len(zone)), judged=rng.random(len(zone)) < 0.9, **columns)
    assert_same(*kinds_of_measure(signal))


def test_a_track_that_begins_within_the_recording_is_measured_from_its_first_rest(kinds_of_measure: Callable) -> None:
    zone = make_zone(both(jerk(-0.05), jerk(1.5)))
    signal = make_signal(zone)
    earlier = replace(signal.picture, time_s=signal.picture.time_s - 0.5)
    compiled, plain = kinds_of_measure(replace(signal, picture=earlier))
    assert_same(compiled, plain)
    assert len(compiled) < len(measure_candidates(signal, Settings()))


def test_uneven_frames_and_repeated_pictures_are_measured_alike(kinds_of_measure: Callable) -> None:
    time_s = np.cumsum(np.random.default_rng(3).uniform(0.01, 0.07, 120))
    zone = make_zone(train(1.5, 4), times_s=time_s)
    repeated = np.where(np.arange(len(zone)) % 4 == 3, 0, zone.along)
    assert_same(*kinds_of_measure(make_signal(replace(zone, along=repeated))))


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_short_tracks_are_measured_alike(n: int, kinds_of_measure: Callable) -> None:
    zone = make_zone(jerk(0.0), length_s=4.0)
    cut = {name: getattr(zone, name)[:n] for name in ZoneTrack.columns()}
    assert_same(*kinds_of_measure(replace(make_signal(zone), zones=(replace(zone, **cut),))))


def test_pictures_given_out_in_an_instant_are_measured_alike_and_soon(kinds_of_measure: Callable) -> None:
    zone = make_zone(jerk(1.0))
    sizes = []
    filtered = scipy.ndimage.median_filter
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scipy.ndimage, "median_filter", lambda v, n, **kw: sizes.append(n) or filtered(v, n, **kw))
        assert_same(*kinds_of_measure(make_signal(replace(zone, time_s=zone.time_s * 1e-9))))
    assert set(sizes) == {1001}, "a window of a second of them would have 25 thousand million"
