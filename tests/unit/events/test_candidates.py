from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import Settings
from detector.events.candidates import FEATURES, measure_candidates
from tests.unit.events.tracks import WIDTH, both, jerk, make_picture, make_signal, make_zone, still, train

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from detector.events.candidate_table import Candidate
    from detector.records.motion import ZoneTrack
    from tests.unit.events.tracks import Way

ONE_WAY = {"returned": 0.0}
EDGE = 0.28  # share of the time of a way of least jerk after which 12 % of the way is done

TIP = 1.15  # the tip of a limb over the blocks that show it (docs/decisions/0004)


def candidates_of(way: Way, *, columns: dict[str, object] | None = None, width: int = WIDTH, **options: object) -> list:
    return list(measure_candidates(make_signal(make_zone(way, **options), width=width, **(columns or {})), Settings()))


def one(way: Way, **options: object) -> Candidate:
    (candidate,) = candidates_of(way, **options)
    return candidate


def test_no_zones_no_candidates() -> None:
    signal = make_signal(make_zone(still))
    assert len(measure_candidates(replace(signal, zones=()), Settings())) == 0
    assert len(measure_candidates(signal, Settings())) == 0


def test_every_feature_is_there_in_order_and_finite() -> None:
    features = one(jerk(1.0)).features
    assert tuple(features) == FEATURES
    assert all(isinstance(value, float) and np.isfinite(value) for value in features.values())


@pytest.mark.parametrize("fps", [15, 25, 30, 50, 60])
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.6, 0.9])
def test_onset_is_12_percent_of_the_way_out_within_a_frame(fps: float, phase: float) -> None:
    true_s = 1.0 - phase / fps + EDGE * 0.10
    assert one(jerk(1.0), fps=fps, phase=phase).onset_s == pytest.approx(true_s, abs=1 / fps)


@pytest.mark.parametrize("fps", [25, 30, 50, 60])
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.6, 0.9])
def test_offset_is_12_percent_from_the_end_within_a_frame(fps: float, phase: float) -> None:
    true_s = 1.0 - phase / fps + 0.24 - EDGE * 0.14
    assert one(jerk(1.0), fps=fps, phase=phase).offset_s == pytest.approx(true_s, abs=1 / fps)


@pytest.mark.parametrize("fps", [25, 30, 60])
@pytest.mark.parametrize("out_s", [0.10, 0.20])
def test_peak_is_the_farthest_point(fps: float, out_s: float) -> None:
    candidate = one(jerk(1.0, out_s=out_s), fps=fps)
    assert candidate.peak_s == pytest.approx(1.0 + out_s, abs=1.5 / fps)
    assert candidate.onset_s < candidate.peak_s < candidate.offset_s


def test_peak_is_where_it_turns_even_if_it_comes_to_lie_farther_off_on_the_other_side() -> None:
    candidate = one(jerk(1.0, 6, returned=2.5))
    assert candidate.peak_s == pytest.approx(1.1, abs=1 / 30)
    assert candidate.peak_s < candidate.offset_s


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("amplitude_px", [4, 12, 40, -12, 12j, 6 + 8j])
def test_amplitude_is_the_farthest_distance(fps: float, amplitude_px: complex) -> None:
    candidate = one(jerk(1.0, amplitude_px, hold_s=0.05), fps=fps)
    assert candidate.amplitude_px == pytest.approx(TIP * abs(amplitude_px), rel=0.15)
    assert candidate.features["amplitude"] == pytest.approx(candidate.amplitude_px / WIDTH)
    assert candidate.features["speed"] == pytest.approx(candidate.peak_speed_px_s / WIDTH)


def test_reach_turns_the_mean_into_the_fastest_part() -> None:
    plain, far = one(jerk(1.0)), one(jerk(1.0), reach=2.5)
    assert far.amplitude_px == pytest.approx(2.5 * plain.amplitude_px)
    assert far.peak_speed_px_s == pytest.approx(2.5 * plain.peak_speed_px_s)


def test_peak_speed_is_that_of_least_jerk() -> None:
    candidate = one(jerk(1.0, 12, out_s=0.2, back_s=0.4), fps=60)
    assert candidate.peak_speed_px_s == pytest.approx(TIP * 1.875 * 12 / 0.2, rel=0.1)


@pytest.mark.parametrize("returned", [0.0, 0.3, 0.6, 1.0])
def test_returned_is_the_share_of_the_way_that_was_undone(returned: float) -> None:
    features = one(jerk(1.0, 20, hold_s=0.05, returned=returned)).features
    assert features["returned"] == pytest.approx(returned, abs=0.12)


def test_a_slow_return_counts_as_a_return() -> None:
    features = one(jerk(1.0, 6, back_s=0.55)).features
    assert features["returned"] > 0.7


def test_reversal_is_one_for_a_return_and_zero_without() -> None:
    assert one(jerk(1.0)).features["reversal"] == pytest.approx(1, abs=0.05)
    assert one(jerk(1.0, **ONE_WAY)).features["reversal"] == 0


def test_reversal_is_less_where_the_way_back_is_another_one() -> None:
    """Out to the right, back down and to the left."""
    loop = both(jerk(1.0, 16, **ONE_WAY), jerk(1.15, -14 + 8j, **ONE_WAY))
    straight = one(jerk(1.0, 16)).features["reversal"]
    assert 0.6 < one(loop).features["reversal"] < straight - 0.05


@pytest.mark.parametrize("out_s", [0.08, 0.15, 0.3])
def test_rise_grows_with_the_time_of_the_way_out(out_s: float) -> None:
    # least jerk: 12 % to 85 % of the way take 0.41 of its time
    features = one(jerk(1.0, 30, out_s=out_s, back_s=0.3), fps=60).features
    assert features["rise_s"] == pytest.approx(0.41 * out_s, abs=0.017)


@pytest.mark.parametrize("fps", [25, 30, 60])
@pytest.mark.parametrize(("hold_s", "back_s"), [(0.0, 0.14), (0.1, 0.2), (0.2, 0.4)])
def test_duration_is_onset_to_offset(fps: float, hold_s: float, back_s: float) -> None:
    candidate = one(jerk(1.0, 20, hold_s=hold_s, back_s=back_s), fps=fps)
    true_s = 0.10 * (1 - EDGE) + hold_s + back_s * (1 - EDGE)
    assert candidate.features["duration_s"] == pytest.approx(candidate.offset_s - candidate.onset_s)
    assert candidate.features["duration_s"] == pytest.approx(true_s, abs=1.5 / fps)


def test_without_a_return_it_ends_when_the_way_out_does() -> None:
    candidate = one(jerk(1.0, 20, out_s=0.2, **ONE_WAY), fps=60)
    assert candidate.offset_s == pytest.approx(1.0 + 0.2 * (1 - EDGE), abs=1.5 / 60)


@pytest.mark.parametrize("fps", [15, 25, 30, 60])
def test_a_limb_that_sinks_back_unnoticed_is_back_when_the_picture_says_so(fps: float) -> None:
    sinking = one(jerk(1.0, 1.6, out_s=0.08, back_s=0.5), fps=fps)
    assert sinking.features["reversal"] == 0  # no burst leads back
    left_s = 0.08 + 0.5 * 0.6  # 0.3 of a way of least jerk is left after 0.6 of its time
    assert sinking.end_s == pytest.approx(1.0 + left_s, abs=0.09)
    assert sinking.offset_s < sinking.end_s - 0.1


def test_a_limb_that_began_away_from_its_picture_at_rest_is_not_back_while_it_goes_out() -> None:
    zone = make_zone(jerk(1.0, 1.6, out_s=0.08, back_s=0.5), fps=30)
    before = np.where(zone.time_s < 1.04, 9.0, zone.away)  # as after a jerk that came to rest elsewhere
    (candidate,) = measure_candidates(make_signal(replace(zone, away=before)), Settings())
    assert candidate.end_s == pytest.approx(one(jerk(1.0, 1.6, out_s=0.08, back_s=0.5), fps=30).end_s, abs=0.02)


def test_a_zone_whose_likeness_is_not_known_ends_with_its_way_out() -> None:
    zone = make_zone(jerk(1.0, 1.6, out_s=0.08, back_s=0.5), fps=30)
    (candidate,) = measure_candidates(make_signal(replace(zone, away=np.full(len(zone), np.nan))), Settings())
    assert candidate.end_s == candidate.offset_s


def test_what_comes_to_rest_elsewhere_ends_with_its_way_out() -> None:
    candidate = one(jerk(1.0, 20, out_s=0.2, **ONE_WAY), fps=60, length_s=1.9)  # mostly at rest where it came from
    assert candidate.end_s == candidate.offset_s


def test_a_way_back_that_is_followed_ends_the_movement() -> None:
    candidate = one(jerk(1.0, 20), fps=60)
    assert candidate.end_s == candidate.offset_s


def test_the_swing_after_a_return_does_not_make_it_longer() -> None:
    plain = one(jerk(1.0, 20), fps=60)
    rebound = one(both(jerk(1.0, 20), jerk(1.24, 3, out_s=0.06, back_s=0.06)), fps=60)
    assert rebound.offset_s == pytest.approx(plain.offset_s, abs=0.02)


def test_before_and_after_tell_of_movement_next_to_it() -> None:
    quiet = one(jerk(2.0, 20)).features
    swaying = candidates_of(both(jerk(2.0, 20), lambda t: 1.5 * np.sin(2 * np.pi * 1.2 * t).astype(complex)))
    swayed = max(swaying, key=lambda candidate: candidate.peak_speed_px_s).features
    assert quiet["before"] < 0.05
    assert quiet["after"] < 0.05
    assert swayed["before"] > quiet["before"]
    assert swayed["after"] > quiet["after"]
    assert swayed["rested"] > quiet["rested"]


def test_rested_is_low_where_any_instant_before_was_at_rest() -> None:
    candidates = candidates_of(both(jerk(1.0, 20), jerk(1.45, 20)))
    second = candidates[-1].features
    assert second["rested"] < second["before"]


def test_drift_is_the_way_made_before_the_onset() -> None:
    drifting = one(both(jerk(2.0, 20), lambda t: (15.0 * np.clip(t - 1.7, 0, 0.25)).astype(complex)))
    assert one(jerk(2.0, 20)).features["drift"] < 0.03
    assert drifting.features["drift"] == pytest.approx(15.0 * 0.25 / 20, abs=0.04)


def test_zone_constants_are_handed_on() -> None:
    constants = {"area": 0.031, "extent": 0.07, "edge": 0.2, "coherence": 0.66, "texture": 3.25}
    features = one(jerk(1.0), **constants).features
    assert {name: features[name] for name in constants} == constants
    assert features["explained"] == pytest.approx(0.8)
    assert features["share"] == pytest.approx(0.9)


def test_explained_is_told_of_the_way_and_not_of_its_fastest_frame_alone() -> None:
    def explained(share: Callable[[ZoneTrack, int], NDArray[np.float64]]) -> float:
        zone = make_zone(jerk(1.0, 20))
        fastest = int(np.hypot(zone.along, zone.across).argmax())
        (candidate,) = measure_candidates(make_signal(replace(zone, explained=share(zone, fastest))), Settings())
        return candidate.features["explained"]

    def limb(zone: ZoneTrack, fastest: int) -> NDArray[np.float64]:  # farther than its texture is wide, once
        return np.where(np.arange(len(zone.time_s)) == fastest, 0.05, 0.7)

    def light(zone: ZoneTrack, fastest: int) -> NDArray[np.float64]:  # what is at rest seems explained by chance
        return np.where(zone.strength > 1, 0.05, 0.7)

    assert 0.45 < explained(limb) < 0.7
    assert explained(light) < 0.1


def test_snr_is_peak_speed_over_noise_and_has_an_end() -> None:
    noisy = one(jerk(1.0, 12), noise_px_s=5.0)
    assert noisy.features["snr"] == pytest.approx(noisy.peak_speed_px_s / TIP / 5.0, rel=0.35)
    assert one(jerk(1.0, 12), noise_px_s=0.0).features["snr"] == 100


def test_strength_is_the_peak_over_the_threshold() -> None:
    candidate = one(jerk(1.0, 12), noise_px_s=5.0)
    assert candidate.features["strength"] == pytest.approx(candidate.peak_speed_px_s / TIP / 20.0, rel=0.05)


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_interval_is_that_of_the_frames(fps: float) -> None:
    assert one(jerk(1.0), fps=fps).features["interval_s"] == pytest.approx(1 / fps)


@pytest.mark.parametrize(("length_s", "left_s"), [(1.6, 0.36), (4.0, 1.0)])
def test_followed_is_how_long_the_zone_goes_on_after_the_movement(length_s: float, left_s: float) -> None:
    found = one(jerk(1.0), fps=60, length_s=length_s)
    assert found.features["followed_s"] == pytest.approx(left_s, abs=0.08)
    assert found.features["followed_s"] == pytest.approx(min(1.0, length_s - found.offset_s), abs=0.02)


def test_in_motion_is_how_long_the_zone_moves_without_a_rest() -> None:
    alone = one(jerk(1.0), fps=60).features["in_motion_s"]
    assert alone == pytest.approx(0.24, abs=0.06)
    in_a_row = candidates_of(both(*(jerk(1.0 + 0.24 * k) for k in range(5))), fps=60)
    assert len(in_a_row) == 5
    for candidate in in_a_row:
        assert candidate.features["in_motion_s"] == pytest.approx(5 * 0.24, abs=0.1)
    apart = candidates_of(both(jerk(1.0), jerk(2.0)), fps=60)
    assert [candidate.features["in_motion_s"] for candidate in apart] == pytest.approx([alone, alone], abs=0.04)


def test_light_shift_and_activity_are_those_of_the_excursion() -> None:
    time_s = make_zone(still).time_s
    during, elsewhere = np.abs(time_s - 1.1) < 0.03, np.abs(time_s - 3.0) < 0.05
    columns = {
        "light": np.where(during, -0.3, np.where(elsewhere, 0.9, 0)),
        "shift_x": np.where(during, 3.0, 0) + np.where(elsewhere, 50, 0),
        "shift_y": np.where(during, -4.0, 0),
        "activity": np.where(during, 0.25, 0.02),
        "judged": ~elsewhere,
    }
    features = one(jerk(1.0), columns=columns).features
    assert features["light"] == pytest.approx(0.3)
    assert features["shift"] == pytest.approx(5 / WIDTH)
    assert features["activity"] == pytest.approx(0.25)
    assert features["activity_around"] == pytest.approx(0.02)
    assert features["unjudged"] == 0


def test_unjudged_is_the_share_of_frames_that_cannot_be_judged() -> None:
    assert one(jerk(1.0), columns={"judged": False}).features["unjudged"] == 1
    some = one(jerk(1.0), columns={"judged": np.arange(120) % 2 == 0}).features["unjudged"]
    assert 0.3 < some < 0.7


def test_a_recording_shorter_than_its_surroundings_is_measured() -> None:
    candidate = one(jerk(0.0), length_s=0.2)
    assert candidate.features["activity_around"] == 0
    assert candidate.features["before"] == candidate.features["rested"] == candidate.features["after"] == 0
    assert 0 <= candidate.onset_s < candidate.offset_s < 0.2


@pytest.mark.parametrize("scale", [0.5, 2.0, 4.0])
def test_features_do_not_change_with_the_size_of_the_picture(scale: float) -> None:
    plain = one(jerk(1.0, 12))
    scaled = one(jerk(1.0, 12), scale=scale, width=int(WIDTH * scale))
    assert dict(scaled.features) == pytest.approx(dict(plain.features), rel=1e-3, abs=1e-4)
    assert scaled.amplitude_px == pytest.approx(scale * plain.amplitude_px, rel=1e-3)
    assert scaled.peak_speed_px_s == pytest.approx(scale * plain.peak_speed_px_s, rel=1e-3)


@pytest.mark.parametrize("turn", [-1, 1j, np.exp(0.7j)])
def test_features_do_not_change_with_the_direction(turn: complex) -> None:
    plain = one(jerk(1.0, 12), noise_px_s=0.0)
    turned = one(jerk(1.0, 12 * turn), noise_px_s=0.0)
    assert dict(turned.features) == pytest.approx(dict(plain.features), rel=1e-3, abs=1e-4)


def test_candidates_of_all_zones_stand_by_onset() -> None:
    zones = (make_zone(train(1, 3, onset_s=1.2)), make_zone(train(1, 3, onset_s=0.9)))
    candidates = measure_candidates(make_signal(*zones), Settings())
    assert [candidate.zone.number for candidate in candidates] == [2, 1] * 3
    onsets = [candidate.onset_s for candidate in candidates]
    assert onsets == sorted(onsets)


def test_the_measurement_of_one_excursion_ends_where_the_next_begins() -> None:
    """A way out that stays out, then another: the second one's way is not the first one's return."""
    first, second = candidates_of(both(jerk(1.0, 12, **ONE_WAY), jerk(1.4, 12, **ONE_WAY)))
    assert first.features["returned"] == pytest.approx(0, abs=0.1)
    assert first.amplitude_px == pytest.approx(second.amplitude_px, rel=0.1)
    assert first.offset_s < second.onset_s


@pytest.mark.parametrize("begins_s", [1.04, 1.08, 1.12, 1.16, 1.2])
def test_a_track_cut_into_a_movement_is_not_read_the_wrong_way_round(begins_s: float) -> None:
    """The way back of a jerk whose way out was cut off is no way out, and the jerks after it are not turned about."""
    time_s = begins_s + np.arange(100) / 25
    zone = make_zone(train(2, 4), times_s=time_s)
    signal = replace(make_signal(zone), picture=make_picture(np.arange(150) / 25))
    found = [candidate for candidate in measure_candidates(signal, Settings()) if candidate.onset_s > 1.3]
    assert [candidate.onset_s for candidate in found] == pytest.approx([1.5, 2.0, 2.5], abs=0.05)
    assert [candidate.offset_s for candidate in found] == pytest.approx([1.74, 2.24, 2.74], abs=0.08)


def test_a_recording_that_begins_in_motion_keeps_its_first_jerk() -> None:
    assert len(candidates_of(both(jerk(-0.03), jerk(1.5)))) == 2
