from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.motion.tubes import Window
from detector.motion.zones import _quantile, find_zones
from tests.unit.motion.pictures import GRID, blank, half_explained, jerk, ways

if TYPE_CHECKING:
    from detector.records.motion import ZoneTrack
    from tests.unit.motion.pictures import Way

FPS = 25.0
THRESHOLD_PX = 0.05  # shift of a block between two frames that the windows made here call motion


def make_window(
    parts: list[tuple[tuple[slice, slice], Way]], *, length_s: float = 8.0, noise_px: float = 0.01, fps: float = FPS
) -> Window:
    """A window in which rectangles of blocks go their ways, in pixels of the analysed picture."""
    time_s = np.arange(round(length_s * fps)) / fps
    rng = np.random.default_rng(7)
    shape = (len(time_s), GRID.rows, GRID.cols)
    flow = noise_px * (rng.normal(size=shape) + 1j * rng.normal(size=shape))
    for (rows, cols), way in parts:
        place = np.array([way(t) for t in time_s], complex)
        flow[:, rows, cols] += np.diff(place, prepend=place[0])[:, None, None]
    strength = np.abs(flow) / THRESHOLD_PX
    texture, shares = np.full(shape[1:], 6.0, np.float32), half_explained(shape)
    return Window(time_s, flow.astype(np.complex64), strength.astype(np.float32), shares, texture, blank(shape))


def zones_of(window: Window, core_s: tuple[float, float] = (0.0, np.inf)) -> list[ZoneTrack]:
    return list(find_zones(window, GRID, core_s))


LEFT, RIGHT = (slice(8, 14), slice(4, 10)), (slice(8, 14), slice(26, 32))
BESIDE = (slice(8, 14), slice(10, 16))  # touches LEFT


def place_of(zone: ZoneTrack) -> np.ndarray:
    """Signed displacement along the zone's axis."""
    return np.cumsum(zone.along * np.diff(zone.time_s, prepend=zone.time_s[0] - 1 / FPS))


def test_noise_has_no_zones() -> None:
    assert zones_of(make_window([])) == []


def test_a_still_window_has_no_zones() -> None:
    assert zones_of(make_window([], noise_px=0.0)) == []


@pytest.mark.parametrize("amplitude_px", [2, 6, -4, 5j, 3 + 4j])
def test_out_and_back_is_one_zone_with_a_signed_speed_of_the_right_size(amplitude_px: complex) -> None:
    (zone,) = zones_of(make_window([(LEFT, jerk(3.0, amplitude_px))]))
    place = place_of(zone)
    assert np.abs(place).max() == pytest.approx(abs(amplitude_px) * GRID.scale, rel=0.1)
    assert abs(place[-1]) < 0.15 * abs(amplitude_px)
    assert zone.along.max() > 0 > zone.along.min()
    assert -zone.along.min() == pytest.approx(zone.along.max(), rel=0.5)
    assert np.abs(zone.across).max() < 0.2 * np.abs(zone.along).max()


@pytest.mark.parametrize(("amplitude_px", "degrees"), [(5, 0), (5j, 90), (3 + 3j, 45), (3 - 3j, 135), (-5j, 90)])
def test_direction_is_the_axis_clockwise_from_the_right(amplitude_px: complex, degrees: float) -> None:
    (zone,) = zones_of(make_window([(LEFT, jerk(3.0, amplitude_px))]))
    off = (zone.direction_deg - degrees + 90) % 180 - 90
    assert abs(off) < 5
    assert 0 <= zone.direction_deg <= 180


def test_the_zone_is_where_the_movement_is() -> None:
    (zone,) = zones_of(make_window([(RIGHT, jerk(3.0, 4))]))
    assert zone.x == pytest.approx(29 / GRID.cols, abs=0.03)
    assert zone.y == pytest.approx(11 / GRID.rows, abs=0.03)
    assert zone.area == pytest.approx(36 / (GRID.rows * GRID.cols), rel=0.3)
    assert zone.coherence > 0.9
    assert zone.edge == 0
    assert zone.texture == pytest.approx(6.0)
    assert 1 <= zone.reach < 1.2


def test_the_edge_of_the_picture_is_told() -> None:
    (zone,) = zones_of(make_window([((slice(0, 6), slice(0, 2)), jerk(3.0, 4))]))
    assert zone.edge > 0.9


def test_it_starts_before_the_movement_and_ends_after() -> None:
    (zone,) = zones_of(make_window([(LEFT, jerk(3.0, 4))]))
    assert zone.time_s[0] < 2.5
    assert zone.time_s[-1] > 4.0
    assert (np.diff(zone.time_s) > 0).all()
    moving = zone.time_s[zone.strength > 1]
    assert moving[0] == pytest.approx(3.0, abs=0.1)
    assert moving[-1] == pytest.approx(3.36, abs=0.1)


def test_a_swinging_limb_is_one_zone_whose_tip_is_told_by_its_reach() -> None:
    """Blocks farther from the joint go farther."""
    parts = [((slice(8, 12), slice(4 + k, 5 + k)), jerk(3.0, 1.0 + 0.8 * k)) for k in range(8)]
    (zone,) = zones_of(make_window(parts))
    assert np.abs(place_of(zone)).max() * zone.reach == pytest.approx(1.0 + 0.8 * 7, rel=0.2)


def test_limbs_that_part_with_one_rhythm_are_one_zone() -> None:
    (zone,) = zones_of(make_window([(LEFT, jerk(3.0, -4)), (BESIDE, jerk(3.0, 4))]))
    assert zone.coherence > 0.9


def test_two_patches_that_touch_but_move_at_other_times_are_two_zones() -> None:
    first, second = sorted(
        zones_of(make_window([(LEFT, jerk(3.0, 4)), (BESIDE, jerk(3.3, 4))])), key=lambda zone: zone.x
    )
    assert first.x == pytest.approx(7 / GRID.cols, abs=0.03)
    assert second.x == pytest.approx(13 / GRID.cols, abs=0.03)
    tops = [float(zone.time_s[np.argmax(np.abs(place_of(zone)))]) for zone in (first, second)]
    assert tops[1] - tops[0] == pytest.approx(0.3, abs=0.1)


def test_two_patches_far_apart_at_one_time_are_two_zones() -> None:
    zones = zones_of(make_window([(LEFT, jerk(3.0, 4)), (RIGHT, jerk(3.0, 4))]))
    assert len(zones) == 2
    assert all(0.4 < zone.share.max() < 0.6 for zone in zones)


def test_movements_seconds_apart_in_one_place_are_zones_of_their_own() -> None:
    assert len(zones_of(make_window([(LEFT, ways(jerk(2.0, 4), jerk(5.0, 4)))]))) == 2


@pytest.mark.parametrize("border_s", [1.5, 2.9, 3.0, 3.1, 3.3, 5.0])
def test_at_a_border_nothing_is_lost_and_nothing_doubled(border_s: float) -> None:
    window = make_window([(LEFT, ways(jerk(2.0, 4), jerk(5.0, 4))), (RIGHT, jerk(3.0, 4))])
    whole = zones_of(window)
    halves = zones_of(window, (0.0, border_s)) + zones_of(window, (border_s, 8.0))
    assert len(whole) == 3

    def key(zone: ZoneTrack) -> tuple[float, float]:
        return float(zone.time_s[0]), zone.x

    assert sorted(map(key, halves)) == sorted(map(key, whole))


def test_a_long_movement_is_cut_into_pieces_that_leave_nothing_out() -> None:
    def swing(t: float) -> complex:
        return 6 * np.sin(2 * np.pi * 1.0 * t) * (2 <= t <= 26)

    zones = zones_of(make_window([(LEFT, swing)], length_s=28.0))
    assert len(zones) > 1
    for time_s in np.arange(2.5, 25.5, 0.5):
        assert any(zone.time_s[0] <= time_s <= zone.time_s[-1] for zone in zones)
    assert all(zone.time_s[-1] - zone.time_s[0] < 15 for zone in zones)


def test_a_movement_at_either_end_of_the_window_is_found() -> None:
    zones = zones_of(make_window([(LEFT, jerk(-0.1, 4)), (RIGHT, jerk(7.8, 4))]))
    assert len(zones) == 2
    assert all(np.isfinite(zone.along).all() for zone in zones)
    assert zones[0].time_s[0] == 0.0


def test_shares_lie_between_0_and_1() -> None:
    for zone in zones_of(make_window([(LEFT, jerk(3.0, 4)), (BESIDE, jerk(3.3, 4j)), (RIGHT, jerk(3.1, 2))])):
        for values in (zone.explained, zone.share):
            assert (values >= 0).all()
            assert (values <= 1.0001).all()
        for constant in (zone.x, zone.y, zone.area, zone.edge, zone.coherence, zone.extent):
            assert 0 <= constant <= 1


def test_speed_does_not_depend_on_the_frame_rate() -> None:
    tops = []
    for fps in (15.0, 25.0, 50.0):
        (zone,) = zones_of(make_window([(LEFT, jerk(3.0, 8, out_s=0.5, back_s=0.8))], fps=fps, noise_px=0.002))
        tops.append(float(np.abs(zone.along).max()))
    assert tops == pytest.approx([1.875 * 8 / 0.5] * 3, rel=0.1)


def swarm(window: Window, count: int) -> Window:
    """The window with specks of four blocks that fly about the whole picture, in jumps of a block a frame."""
    rng = np.random.default_rng(11)
    flow, size = window.flow.copy(), np.array((GRID.rows - 2, GRID.cols - 2))
    place = rng.random((count, 2)) * size
    heading = rng.random(count) * 2 * np.pi
    for now in flow[1:]:
        heading += rng.normal(scale=0.5, size=count)
        place = (place + 1.2 * np.column_stack((np.sin(heading), np.cos(heading)))) % size
        for (row, col), way in zip(place.astype(int), heading, strict=True):
            now[row : row + 2, col : col + 2] += 1.5 * np.exp(1j * way)
    strength = (np.abs(flow) / THRESHOLD_PX).astype(np.float32)
    return Window(window.time_s, flow, strength, window.explained, window.texture, window.picture)


@pytest.mark.parametrize("count", [6, 10, 14])
def test_a_limb_among_a_swarm_that_touches_everywhere_is_a_zone_of_its_own(count: int) -> None:
    found = [start_s for start_s in np.arange(1.6, 6.4, 0.8) if stands_alone(float(start_s), count)]
    assert len(found) >= 5, f"of 6 jerks, some of them crossed by a speck, those at {found} s"


def stands_alone(start_s: float, count: int) -> bool:
    """Whether there is a zone of the limb's size where it is, that is quickest when it jerks."""
    for zone in zones_of(swarm(make_window([(LEFT, jerk(start_s, 4))]), count)):
        quick = zone.time_s[np.abs(zone.along) > 0.5 * np.abs(zone.along).max()]
        if (
            np.hypot(zone.x - 7 / GRID.cols, zone.y - 11 / GRID.rows) < 0.06
            and zone.area * GRID.rows * GRID.cols == pytest.approx(36, rel=0.5)
            and zone.coherence > 0.7
            and ((quick >= start_s - 0.04) & (quick <= start_s + 0.5)).any()
        ):
            return True
    return False


def test_a_place_that_is_flat_whenever_it_is_looked_at_has_a_zone_of_finite_numbers() -> None:
    window = make_window([(LEFT, jerk(3.0, 4))])
    window.texture[:] = 0
    (zone,) = zones_of(window)
    assert all(np.isfinite(getattr(zone, name)).all() for name in (*zone.constants(), *zone.columns()))


@pytest.mark.parametrize("n", [1, 2, 3, 26, 27, 50, 51, 333])
def test_the_quick_quantile_is_that_of_numpy(n: int) -> None:
    values = np.abs(np.random.default_rng(n).normal(size=(200, n))).astype(np.float32)
    for share in (0.02, 0.5, 0.98):
        # other versions of NumPy may round otherwise
        expected = pytest.approx(np.quantile(values, share, axis=1), rel=3e-7)
        assert [_quantile(row, share) for row in values] == expected
