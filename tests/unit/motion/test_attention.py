from __future__ import annotations

import numpy as np
import pytest

from detector.motion import extract
from detector.motion.attention import samples_until, stretches_around, suspects
from detector.motion.difference import Gradients, block_motion, quick_energy, smooth_picture
from detector.motion.extract import MotionExtractor
from tests.unit.motion.pictures import GRID, SETTINGS, Cloth, Patch, film, grey, jerk, ways

GROUND = Cloth().at()


@pytest.mark.parametrize("fps", [10.0, 25.0, 29.97, 60.0])
def test_six_frames_a_second_are_samples_wherever_one_begins(fps: float) -> None:
    times = np.arange(0, 30, 1 / fps)
    due = [samples_until(time_s) for time_s in times]
    assert due == sorted(due)
    assert 5.5 < sum(np.diff(due) > 0) / 30 <= 6.1
    assert due[100:] == [samples_until(time_s) for time_s in times[100:]]


def test_samples_do_not_fall_into_step_with_key_frames() -> None:
    """A key frame a second is met as often as chance has it: in a fifth of the seconds at 30 frames and six samples."""
    times = np.arange(0, 120, 1 / 30)
    sampled = np.diff([samples_until(time_s) for time_s in times], prepend=-1) > 0
    assert 0.1 < sampled[::30].mean() < 0.35


@pytest.mark.parametrize("shift", [0.3, 0.6 + 0.2j, -0.4j])
def test_the_estimate_is_about_the_energy(shift: complex) -> None:
    before, now = (smooth_picture(grey(Patch().lay_on(GROUND, s))) for s in (0, shift))
    motion = block_motion(now, before, GRID)
    quick = np.sqrt(np.maximum(quick_energy(now, before, 1.0, Gradients.of(before, GRID), GRID), 0))
    inside = Patch().inside()
    np.testing.assert_allclose(quick[inside], motion.energy[inside], rtol=0.35, atol=0.1)


def test_the_estimate_takes_out_the_light() -> None:
    before = smooth_picture(grey(GROUND))
    gradients = Gradients.of(before, GRID)
    lit = (before + 4) * 1.2 - 4
    assert quick_energy(lit, before, 1.2, gradients, GRID).max() < 1e-3
    assert quick_energy(lit, before, 1.0, gradients, GRID).max() > 1


def test_suspects_are_frames_with_a_block_over_its_limit() -> None:
    quick = np.zeros((3, 2, 2), np.float32)
    quick[1, 0, 1], quick[2, 1, 1] = 1.9**2, 1.5**2
    threshold = np.array([[1, 1.4], [1, 1]], np.float32)
    assert suspects(quick, threshold).tolist() == [False, False, True]


def test_stretches_are_disjoint_and_hold_what_a_zone_tells() -> None:
    time_s = np.arange(500) / 25
    seeds = np.zeros(500, bool)
    seeds[[100, 110, 300]] = True
    (a, b), (c, d) = stretches_around(seeds, time_s)
    assert (time_s[100] - time_s[a], time_s[b - 1] - time_s[110]) == pytest.approx((1.1, 1.8), abs=0.05)
    assert (time_s[300] - time_s[c], time_s[d - 1] - time_s[300]) == pytest.approx((1.1, 1.8), abs=0.05)
    assert list(stretches_around(np.zeros(500, bool), time_s)) == []


def test_still_frames_are_not_looked_at_and_looking_at_all_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = list(film([(Patch(), ways(jerk(20.0, 4)))], length_s=40.0, fps=15.0, size=(64, 48)))
    looked = []

    def run() -> list[tuple[float, float]]:
        extractor = MotionExtractor(64, 48, SETTINGS)
        for frame in frames:
            extractor.add(frame)
        looked.append(sum(held.energy is not None for held in extractor._held.frames))
        return [(zone.x, float(zone.strength.max())) for zone in extractor.finish().zones if zone.area > 0.05]

    sparse = run()
    monkeypatch.setattr(extract, "stretches_around", lambda seeds, _: iter([(0, len(seeds))]))
    np.testing.assert_allclose(sparse, run(), rtol=1e-6)
    assert len(sparse) >= 1
    assert looked[0] < 0.75 * len(frames)


def test_the_newest_window_holds_only_what_is_new() -> None:
    way = ways(*(jerk(float(onset), 4) for onset in np.arange(2.0, 78.0, 5.0)))
    extractor = MotionExtractor(64, 48, SETTINGS)
    seen = 0
    for frame in film([(Patch(x=0.5, y=0.5, radius_px=10), way)], length_s=80.0, fps=15.0, size=(64, 48)):
        if extractor.add(frame):
            newest = extractor.newest()
            seen += len(newest.zones)
            assert len(newest.picture) <= 60 * 15 + 1
            for zone in newest.zones:
                assert zone.time_s[0] >= newest.picture.time_s[0] - 1e-6
    assert 0 < seen == len(extractor.zones)
