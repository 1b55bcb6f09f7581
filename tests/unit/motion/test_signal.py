from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from detector.records.motion import MotionSignal, ZoneTrack, frozen
from detector.records.recording import Span
from tests.unit.events.tracks import jerk, make_signal, make_zone


def test_tracks_are_read_only_and_do_not_share_the_callers_array() -> None:
    time_s = np.arange(10) / 25
    zone = make_zone(jerk(0.1), times_s=time_s)
    time_s[0] = 99.0
    assert zone.time_s[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        zone.along[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        zone.x = 0.1


def test_columns_of_different_lengths_are_refused() -> None:
    zone = make_zone(jerk(1.0))
    with pytest.raises(ValueError, match="columns of a ZoneTrack must be of one length"):
        replace(zone, along=zone.along[:-1])


def test_lengths_and_dtypes() -> None:
    signal = make_signal(make_zone(jerk(1.0), length_s=4.0, fps=25.0))
    (zone,) = signal.zones
    assert len(zone) == len(signal.picture) == 100
    assert zone.time_s.dtype == np.float64
    assert {getattr(zone, name).dtype for name in ZoneTrack.columns()[1:]} == {np.dtype(np.float32)}
    assert signal.picture.judged.dtype == np.bool_
    assert repr(signal) == "<MotionSignal 4.0 s, 100 frames, 1 zones, 640x360>"


def test_an_empty_signal_can_be_shown() -> None:
    signal = make_signal(make_zone(jerk(1.0)))
    nothing = {name: getattr(signal.picture, name)[:0] for name in type(signal.picture).columns()}
    assert "0.0 s, 0 frames" in repr(MotionSignal(640, 360, type(signal.picture)(**nothing), ()))


def test_a_frozen_array_is_taken_as_it_is() -> None:
    array = frozen([1.0, 2.0], "f4")
    assert frozen(array, "f4") is array
    view = np.arange(6.0)[::2]
    assert not frozen(view, "f8").flags.writeable
    assert view.flags.writeable


@pytest.mark.parametrize("ends", [(2.0, 1.0), (0.0, float("nan"))])
def test_a_span_does_not_end_before_it_begins(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must not end before it begins"):
        Span(*ends)
    assert Span(1.0, 1.0).duration_s == 0
