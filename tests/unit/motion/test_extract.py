from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.motion.extract import CONTEXT_S, WARM_UP_S, WINDOW_S, MotionExtractor
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from tests.unit.motion.pictures import HEIGHT, SETTINGS, WIDTH, Patch, film, jerk, ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detector.records.recording import Frame


def signal_of(frames: Iterable[Frame], size: tuple[int, int] = (WIDTH, HEIGHT)) -> MotionSignal:
    extractor = MotionExtractor(*size, SETTINGS)
    for frame in frames:
        extractor.add(frame)
    return extractor.finish()


def strong(signal: MotionSignal) -> list[ZoneTrack]:
    return [zone for zone in signal.zones if zone.area > 0.01]


def same(a: MotionSignal, b: MotionSignal) -> bool:
    """Byte for byte."""
    if len(a.zones) != len(b.zones):
        return False
    pairs = [(a.picture, b.picture, PictureTrack.columns())]
    zone_parts = ("number", *ZoneTrack.constants(), *ZoneTrack.columns())
    pairs += [(x, y, zone_parts) for x, y in zip(a.zones, b.zones, strict=True)]
    return all(
        np.asarray(getattr(x, name)).tobytes() == np.asarray(getattr(y, name)).tobytes()
        for x, y, names in pairs
        for name in names
    )


@pytest.fixture(scope="module")
def jerking() -> list[Frame]:
    """8 s: a patch that jerks at 2 and 5 s, in noise."""
    return list(film([(Patch(), ways(jerk(2.0, 4), jerk(5.0, 3j)))], length_s=8.0))


def test_nothing_in_an_empty_signal_out() -> None:
    signal = signal_of([])
    assert (signal.width, signal.height, len(signal.picture), len(signal.zones)) == (WIDTH, HEIGHT, 0, 0)


def test_one_frame_cannot_be_judged() -> None:
    signal = signal_of(film([], length_s=0.04))
    assert signal.picture.judged.tolist() == [False]
    assert signal.picture.activity.tolist() == [0.0]
    assert len(signal.zones) == 0


def test_every_frame_has_a_row_with_its_time(jerking: list[Frame]) -> None:
    picture = signal_of(jerking).picture
    assert picture.time_s.tolist() == [frame.time_s for frame in jerking]
    assert not picture.judged[0]
    assert picture.judged[1:].all()
    assert ((picture.activity >= 0) & (picture.activity <= 1)).all()
    assert picture.brightness.mean() == pytest.approx(110, abs=3)


def test_two_jerks_are_two_zones_in_their_place_with_their_size(jerking: list[Frame]) -> None:
    first, second = strong(signal_of(jerking))
    for zone, onset_s, size_px, axis in ((first, 2.0, 4, 0), (second, 5.0, 3, 90)):
        assert zone.time_s[0] < onset_s < zone.time_s[-1]
        assert (zone.x, zone.y) == (pytest.approx(0.5, abs=0.05), pytest.approx(0.5, abs=0.05))
        assert abs((zone.direction_deg - axis + 90) % 180 - 90) < 10
        place = np.cumsum(zone.along) / 25.0
        assert np.abs(place).max() == pytest.approx(size_px, rel=0.2)
        assert abs(place[-1]) < 0.25 * size_px


def test_zones_are_numbered_in_order_of_time(jerking: list[Frame]) -> None:
    zones = signal_of(jerking).zones
    assert [zone.number for zone in zones] == list(range(1, len(zones) + 1))
    starts = [zone.time_s[0] for zone in zones]
    assert starts == sorted(starts)


def test_noise_alone_has_no_zones() -> None:
    signal = signal_of(film([], length_s=6.0, noise=4.0))
    assert len(signal.zones) == 0
    assert signal.picture.activity.mean() < 0.005


def test_the_same_frames_give_the_same_bytes(jerking: list[Frame]) -> None:
    assert same(signal_of(jerking), signal_of(iter(jerking)))


def test_looking_in_between_changes_nothing(jerking: list[Frame]) -> None:
    extractor = MotionExtractor(WIDTH, HEIGHT, SETTINGS)
    for frame in jerking:
        extractor.add(frame)
        assert len(extractor.newest().picture) == 0
    assert same(extractor.finish(), signal_of(jerking))


def test_frames_that_are_not_joined_are_not_compared() -> None:
    """The patch is elsewhere after a gap: no movement was seen."""

    def leap(t: float) -> complex:
        return 12.0 * (t >= 2.0)

    seen = signal_of(film([(Patch(), leap)], length_s=4.0))
    torn = signal_of(film([(Patch(), leap)], length_s=4.0, torn=(50,)))
    assert len(seen.zones) > 0
    assert len(torn.zones) == 0
    assert torn.picture.judged.tolist() == [k not in (0, 50) for k in range(100)]
    assert torn.picture.change[50] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("damaged", [range(48, 70), range(12), range(190, 200), range(200)])
def test_what_a_decoder_invents_for_damage_changes_nothing(jerking: list[Frame], damaged: range) -> None:
    def invented(seed: int) -> Iterator[Frame]:
        rng = np.random.default_rng(seed)
        for frame in jerking:
            hurt, after = frame.index in damaged, frame.index - 1 in damaged
            luma = rng.integers(0, 256, frame.luma.shape, np.uint8) if hurt else frame.luma
            yield dataclasses.replace(frame, luma=luma, clean=not hurt, joined=frame.joined and not (hurt or after))

    assert same(signal_of(invented(1)), signal_of(invented(2)))


def test_nothing_is_judged_on_frames_that_are_not_clean() -> None:
    frames = [
        dataclasses.replace(frame, clean=not 48 <= frame.index < 70)
        for frame in film([(Patch(), jerk(2.0, 6))], length_s=4.0)
    ]
    signal = signal_of(frames)
    assert strong(signal) == []
    assert not signal.picture.judged[48:70].any()
    assert signal.picture.judged[70:].all()


def test_in_the_dark_nothing_is_judged() -> None:
    frames = [
        dataclasses.replace(frame, luma=(frame.luma // 64).astype(np.uint8) if frame.time_s >= 2 else frame.luma)
        for frame in film([], length_s=4.0)
    ]
    picture = signal_of(frames).picture
    assert not picture.judged[50:].any()
    assert picture.judged[1:49].all()
    assert picture.brightness[60] < 6


def test_a_switch_of_the_light_is_light_and_not_movement() -> None:
    frames = list(film([(Patch(), jerk(3.5, 4))], length_s=6.0))
    signal = signal_of(frames)
    lit = signal_of(
        dataclasses.replace(frame, luma=(frame.luma * (1.0 if frame.time_s < 2 else 0.8)).astype(np.uint8))
        for frame in frames
    )
    assert lit.picture.light[50] == pytest.approx(np.log(0.8), abs=0.05)
    assert np.abs(np.delete(lit.picture.light, 50)).max() < 0.02
    assert len(strong(lit)) == len(strong(signal)) == 1


def test_while_the_camera_moves_nothing_is_judged() -> None:
    signal = signal_of(film([], length_s=4.0, camera=lambda t: 1.0 * 25 * min(max(t - 2.0, 0.0), 0.4)))
    moving = slice(51, 60)
    assert not signal.picture.judged[moving].any()
    assert signal.picture.shift_x[moving].mean() == pytest.approx(1.0, rel=0.2)
    assert np.abs(signal.picture.shift_y[moving]).max() < 0.2
    assert signal.picture.judged[70:].all()
    assert strong(signal) == []


def test_a_recording_larger_than_the_grid_is_measured_in_its_own_pixels() -> None:
    """Frames come in the size of the grid; speeds, shifts and places are those of the recording."""
    frames = list(film([(Patch(radius_px=24), jerk(2.0, 3))], length_s=4.0, size=(320, 180)))
    (small,) = strong(signal_of(frames, (320, 180)))
    (large,) = strong(signal_of(frames, (1920, 1080)))
    np.testing.assert_allclose(large.along, 6 * small.along, rtol=1e-4, atol=1e-4)
    assert (large.x, large.y, large.area) == pytest.approx((small.x, small.y, small.area))


@pytest.fixture(scope="module")
def long_film() -> list[Frame]:
    """Long enough for several windows; a jerk every 1.7 s, so that some lie at every border."""
    onsets = np.arange(1.0, 93.0, 1.7)
    way = ways(*(jerk(float(onset), 4) for onset in onsets))
    patch = Patch(x=0.5, y=0.5, radius_px=10)
    return list(film([(patch, way)], length_s=95.0, fps=15.0, size=(64, 48)))


def test_memory_is_bounded_and_windows_are_finished_on_the_way(long_film: list[Frame]) -> None:
    extractor = MotionExtractor(64, 48, SETTINGS)
    held, finished, rows = [], [], []
    for frame in long_film:
        finished.append(extractor.add(frame))
        held.append(len(extractor._held))
        rows.append(len(extractor._picture))
    assert sum(finished) >= 2
    assert max(held) <= 61 * 15  # a window and its context, not the recording
    assert rows == sorted(rows)
    signal = extractor.finish()
    assert len(signal.zones) > 20
    assert len(signal.picture) == len(long_film)


def test_at_the_borders_of_windows_no_jerk_is_lost_or_doubled(long_film: list[Frame]) -> None:
    # the patch itself, without the fringes that only just move
    zones = [zone for zone in signal_of(long_film, (64, 48)).zones if zone.strength.max() > 5]
    onsets = np.arange(1.0, 93.0, 1.7)
    starts = np.array([zone.time_s[np.flatnonzero(zone.strength > 1)[0]] for zone in zones])
    assert len(zones) == len(onsets)
    np.testing.assert_allclose(np.sort(starts), onsets, atol=0.15)


def test_stretches_that_are_looked_at_on_their_own_end_where_the_next_begins(long_film: list[Frame]) -> None:
    whole, found = signal_of(long_film, (64, 48)), []
    for core_s in ((0.0, WINDOW_S), (WINDOW_S, 2 * WINDOW_S), (2 * WINDOW_S, np.inf)):
        extractor = MotionExtractor(64, 48, SETTINGS, core_s)
        for frame in long_film:
            if core_s[0] - WARM_UP_S <= frame.time_s <= core_s[1] + CONTEXT_S:
                extractor.add(frame)
        found.append(extractor.finish())
    times_s = np.concatenate([signal.picture.time_s for signal in found])
    np.testing.assert_array_equal(times_s, whole.picture.time_s)
    begin_s = sorted(float(zone.time_s[0]) for signal in found for zone in signal.zones)
    assert begin_s == [float(zone.time_s[0]) for zone in whole.zones]


def test_the_newest_zones_are_in_order(long_film: list[Frame]) -> None:
    extractor, n_zones = MotionExtractor(64, 48, SETTINGS), []
    for frame in long_film:
        if extractor.add(frame):
            zones = extractor.newest().zones
            onsets_s = [float(zone.time_s[0]) for zone in zones]
            assert onsets_s == sorted(onsets_s)
            n_zones.append(len(zones))
    assert min(n_zones) > 3


@pytest.mark.parametrize("pause_s", [7200.0, 3.2e8], ids=["two hours", "ten years, as of a wrong clock"])
def test_a_pause_longer_than_a_window_is_no_trouble(monkeypatch: pytest.MonkeyPatch, pause_s: float) -> None:
    """A recording with hours missing: two stretches of frames, and no window to be looked at in between."""
    looked, finish = [], MotionExtractor._finish_window
    monkeypatch.setattr(MotionExtractor, "_finish_window", lambda *words: (looked.append(1), finish(*words)))
    first = list(film([(Patch(), jerk(1.0, 4))], length_s=3.0))
    later = [
        dataclasses.replace(frame, index=frame.index + 75, time_s=frame.time_s + pause_s, joined=frame.index > 0)
        for frame in film([(Patch(), jerk(1.0, 4))], length_s=3.0)
    ]
    signal = signal_of([*first, *later])
    assert len(signal.picture) == 150
    early, late = strong(signal)
    assert late.time_s[0] - early.time_s[0] == pytest.approx(pause_s, abs=0.05)
    assert len(looked) <= 3
    np.testing.assert_array_equal(signal.picture.judged, np.tile(np.arange(75) > 0, 2))
