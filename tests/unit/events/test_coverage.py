from __future__ import annotations

import numpy as np
import pytest

from detector.events.coverage import account_for, not_assessable
from detector.events.picture_flags import PICTURE_FLAGS, quality_flags
from detector.records.events import Kind
from detector.records.plural import plural
from detector.records.recording import Span, TimeAccount
from tests.factories import make_movement
from tests.unit.events.tracks import WIDTH, make_picture

FPS = 25.0
TIME_S = np.arange(500) / FPS  # 20 s
PLAIN = TimeAccount(20.0)


def between(low_s: float, high_s: float) -> np.ndarray:
    """Frames k for which [k-1, k] lies in the stretch."""
    return (low_s + 1e-9 < TIME_S) & (high_s + 1e-9 >= TIME_S)


def codes(**columns: object) -> dict[str, tuple[str, float]]:
    flags = quality_flags(make_picture(TIME_S, **columns), WIDTH)
    return {flag.code: (flag.severity, flag.value) for flag in flags}


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_frames_say_nothing(n: int) -> None:
    picture = make_picture(TIME_S[:n], brightness=0.0, activity=1.0)
    assert account_for(PLAIN, picture, WIDTH) is PLAIN
    assert not_assessable(picture, (), PLAIN) == ()
    assert quality_flags(picture, WIDTH) == ()


def test_a_good_picture_is_all_analysed_and_has_no_flags() -> None:
    picture = make_picture(TIME_S)
    assert account_for(PLAIN, picture, WIDTH) == PLAIN
    assert not_assessable(picture, (), PLAIN) == ()
    assert quality_flags(picture, WIDTH) == ()


def test_the_dark_is_masked_for_as_long_as_it_lasts() -> None:
    picture = make_picture(TIME_S, brightness=np.where(between(4, 9), 1.0, 90.0))
    (span,) = account_for(PLAIN, picture, WIDTH).masked
    assert (span.onset_s, span.offset_s, span.reason) == (pytest.approx(4), pytest.approx(9), "dark")


def test_a_moving_camera_is_masked() -> None:
    moved = between(4, 5)
    picture = make_picture(TIME_S, shift_x=np.where(moved, 0.02 * WIDTH, 0), shift_y=np.where(moved, -0.01 * WIDTH, 0))
    (span,) = account_for(PLAIN, picture, WIDTH).masked
    assert (span.onset_s, span.offset_s, span.reason) == (pytest.approx(4), pytest.approx(5), "camera")


def test_a_rest_long_enough_for_a_jerk_between_two_nudges_is_judged() -> None:
    nudged = between(4, 4.04) | between(4.4, 4.44) | between(4.52, 4.56)
    masked = account_for(PLAIN, make_picture(TIME_S, shift_x=np.where(nudged, 5.0, 0)), WIDTH).masked
    assert [(span.onset_s, span.offset_s) for span in masked] == [pytest.approx((4, 4.04)), pytest.approx((4.4, 4.56))]


@pytest.mark.parametrize("shift", [(5.0, 0.0), (0.0, 5.0), (-5.0, 0.0), (0.0, -5.0)])
def test_a_camera_may_move_any_way(shift: tuple[float, float]) -> None:
    where = between(4, 5)
    picture = make_picture(TIME_S, shift_x=where * shift[0], shift_y=where * shift[1])
    assert account_for(PLAIN, picture, WIDTH).masked_s == pytest.approx(1)


def test_what_counts_as_moved_grows_with_the_picture() -> None:
    picture = make_picture(TIME_S, shift_x=np.where(between(4, 5), 3.0, 0))
    assert account_for(PLAIN, picture, WIDTH).masked_s > 0
    assert account_for(PLAIN, picture, 8 * WIDTH).masked_s == 0


def test_shifts_measured_in_the_dark_are_called_dark() -> None:
    where = between(4, 9)
    picture = make_picture(TIME_S, brightness=np.where(where, 1.0, 90.0), shift_x=np.where(where, 50.0, 0))
    assert [span.reason for span in account_for(PLAIN, picture, WIDTH).masked] == ["dark"]


def test_rests_too_short_for_a_jerk_between_movements_of_the_camera_are_masked_too() -> None:
    where = between(4, 5) | between(5.08, 6) | between(12, 13)
    picture = make_picture(TIME_S, shift_x=np.where(where, 50.0, 0))
    masked = account_for(PLAIN, picture, WIDTH).masked
    assert [(span.onset_s, span.offset_s) for span in masked] == [pytest.approx((4, 6)), pytest.approx((12, 13))]


def test_damage_stays_masked_and_a_gap_stays_missing() -> None:
    time = TimeAccount(20.0, (Span(1, 2, "damaged"),), (Span(6, 7, "gap"),))
    picture = make_picture(TIME_S, brightness=np.where(between(4, 9), 1.0, 90.0))
    found = account_for(time, picture, WIDTH)
    assert found.missing == time.missing
    assert [span.reason for span in found.masked] == ["damaged", "dark", "dark"]
    assert found.masked_s == pytest.approx(1 + 2 + 2)
    assert found.analysed_s + found.masked_s + found.missing_s == pytest.approx(20)


@pytest.mark.parametrize(
    ("gap", "masked_s"),
    [(Span(0, 2, "gap"), 5), (Span(3, 10, "gap"), 0), (Span(8, 12, "gap"), 4), (Span(2, 5, "gap"), 4)],
)
def test_masked_time_gives_way_to_missing_time(gap: Span, masked_s: float) -> None:
    picture = make_picture(TIME_S, brightness=np.where(between(4, 9), 1.0, 90.0))
    assert account_for(TimeAccount(20.0, (), (gap,)), picture, WIDTH).masked_s == pytest.approx(masked_s)


def test_frames_beyond_the_claimed_end_are_not_masked() -> None:
    picture = make_picture(TIME_S, brightness=1.0)
    found = account_for(TimeAccount(10.0), picture, WIDTH)
    assert found.masked_s == pytest.approx(10)
    assert found.analysed_s == pytest.approx(0)


def test_handling_of_seconds_is_not_assessable() -> None:
    hand = make_movement(0, 4.0, kind=Kind.HANDLING, offset_s=7.0)
    instant = make_movement(1, 12.0, kind=Kind.HANDLING, offset_s=12.2)
    picture = make_picture(TIME_S)
    assert not_assessable(picture, (hand, instant), PLAIN) == (Span(4.0, 7.0, "handling"),)


def test_stretches_that_touch_keep_their_own_reasons() -> None:
    picture = make_picture(
        TIME_S,
        brightness=np.where(between(4, 9), 1.0, 90.0),
        shift_x=np.where(between(9, 11), 0.02 * WIDTH, 0),
        activity=np.where(between(13, 16), 0.6, 0.01),
    )
    time = account_for(PLAIN, picture, WIDTH)
    assert [(span.reason, round(span.onset_s), round(span.offset_s)) for span in time.masked] == [
        ("dark", 4, 9),
        ("camera", 9, 11),
    ]
    hand = make_movement(0, 14.0, kind=Kind.HANDLING, offset_s=19.0)
    spans = [(s.reason, round(s.onset_s), round(s.offset_s)) for s in not_assessable(picture, (hand,), time)]
    assert spans == [("gross", 13, 16), ("handling", 16, 19)]


def test_gross_movement_of_seconds_is_not_assessable() -> None:
    picture = make_picture(TIME_S, activity=np.where(between(4, 10), 0.6, 0.01))
    (span,) = not_assessable(picture, (), PLAIN)
    assert (span.onset_s, span.offset_s, span.reason) == (pytest.approx(4), pytest.approx(10), "gross")


def test_a_large_movement_that_is_over_quickly_is_assessable() -> None:
    assert not_assessable(make_picture(TIME_S, activity=np.where(between(4, 5), 0.6, 0.01)), (), PLAIN) == ()


def test_gross_movement_with_short_rests_is_one_stretch() -> None:
    where = between(4, 6) | between(6.4, 8.4) | between(8.8, 10)
    (span,) = not_assessable(make_picture(TIME_S, activity=np.where(where, 0.6, 0.01)), (), PLAIN)
    assert span.duration_s == pytest.approx(6)


def test_the_same_stretch_at_any_frame_rate() -> None:
    for step in (1, 2, 5):
        busy = np.where(between(4, 10), 0.6, 0.01)[::step]
        (span,) = not_assessable(make_picture(TIME_S[::step], activity=busy), (), PLAIN)
        assert span.duration_s == pytest.approx(6, abs=step / FPS)


def test_flags_carry_their_value() -> None:
    dark = codes(brightness=np.where(between(0, 5), 1.0, 90.0))
    assert dark == {"too_dark": ("severe", pytest.approx(0.25, abs=0.01))}
    assert codes(brightness=np.where(between(0, 1), 1.0, 90.0))["too_dark"][0] == "warning"
    covered = codes(sharpness=np.where(between(0, 5), 0.1, 6.0))
    assert covered == {"blank": ("severe", pytest.approx(0.25, abs=0.01))}
    moved = codes(shift_x=np.where(between(4, 5) | between(8, 10), 50.0, 0))
    assert moved == {"camera_moved": ("severe", pytest.approx(3.0))}
    assert codes(shift_x=np.where(between(4, 5), 50.0, 0)) == {"camera_moved": ("warning", pytest.approx(1.0))}
    lamp = codes(light=np.where(between(4, 4.04) | between(9, 9.04), -0.8, 0))
    assert lamp == {"light_switch": ("warning", 2)}


def test_black_that_is_coded_as_16_is_blank_not_too_dark() -> None:
    assert codes(brightness=16.0, sharpness=0.1) == {"blank": ("severe", 1.0)}
    assert codes(brightness=0.0, sharpness=0.1) == {"too_dark": ("severe", 1.0)}


@pytest.mark.parametrize(("still_s", "said"), [(1.9, False), (2.1, True), (14.0, True)])
def test_a_picture_that_stands_still_is_said_and_left_in(still_s: float, said: bool) -> None:
    picture = make_picture(TIME_S, change=np.where(between(3, 3 + still_s), 1e-5, 0.5))
    found = {flag.code: (flag.severity, flag.value) for flag in quality_flags(picture, WIDTH)}
    assert found == ({"frozen": ("warning", pytest.approx(still_s, abs=0.041))} if said else {})
    assert account_for(PLAIN, picture, WIDTH) == PLAIN


@pytest.mark.parametrize(("changed_s", "n_spans"), [(0.04, 1), (0.08, 1), (0.2, 2)])
def test_a_key_frame_does_not_thaw_a_frozen_picture_and_a_jerk_does(changed_s: float, n_spans: int) -> None:
    still = between(1, 6) | between(6 + changed_s, 13)
    flags = quality_flags(make_picture(TIME_S, change=np.where(still, 0.0, 0.5)), WIDTH)
    (flag,) = (flag for flag in flags if flag.code == "frozen")
    assert plural(n_spans, "time") in flag.message
    assert flag.value == pytest.approx(12 if n_spans == 1 else 12 - changed_s)


def test_a_slow_camera_whose_pictures_the_recorder_repeats_is_not_called_frozen() -> None:
    for times_each in (2, 3):
        new = np.arange(len(TIME_S)) % times_each == 0
        assert set(codes(change=np.where(new, 0.5, 0.0))) == {"repeated_pictures"}
    key = np.arange(len(TIME_S)) % 12 == 0
    assert codes(change=np.where(key, 0.5, 0.0))["frozen"] == ("warning", pytest.approx(20, abs=0.1))


@pytest.mark.parametrize(("rate_hz", "severity"), [(5.0, "severe"), (8.0, "severe"), (12.5, "warning"), (15.0, None)])
@pytest.mark.parametrize(("key_every", "refined"), [(50, 0.0), (1000, 0.008)])
def test_the_rate_of_new_pictures_counts_where_a_recorder_repeats_them(
    rate_hz: float, severity: str | None, key_every: int, refined: float
) -> None:
    """A camera of 8 pictures a second whose recorder writes 25 went unnoticed; at 15, some come one after the other."""
    number = np.floor(TIME_S * rate_hz + 1e-6)
    new = (np.diff(number, prepend=-1) > 0) | (np.arange(len(TIME_S)) % key_every == key_every - 1)
    found = codes(change=np.where(new, 0.5, refined)).get("repeated_pictures")
    assert found == (None if severity is None else (severity, pytest.approx(rate_hz, rel=0.07)))


def test_repeated_pictures_of_a_dark_half_are_told() -> None:
    new = (TIME_S < 10) | (np.arange(len(TIME_S)) % 3 == 0)
    assert codes(change=np.where(new, 0.5, 0.0)) == {"repeated_pictures": ("severe", pytest.approx(25 / 3, rel=0.05))}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_picture_that_changes_by_chance_is_not_repeated_by_a_recorder(share: float) -> None:
    time_s = np.arange(20_000) / FPS
    changes = np.random.default_rng(5).random(len(time_s)) < share
    flags = quality_flags(make_picture(time_s, change=np.where(changes, 0.5, 0.0)), WIDTH)
    assert "repeated_pictures" not in {flag.code for flag in flags}


def test_shares_are_of_the_time_not_of_the_frames() -> None:
    """A camera that slows down in the dark takes few dark pictures, and the night seemed light."""
    time_s = np.concatenate([np.arange(500) / 25, 20 + np.arange(20)])  # 20 s of light, 20 s of dark
    flags = quality_flags(make_picture(time_s, brightness=np.where(time_s < 20, 90.0, 1.0)), WIDTH)
    assert {flag.code: flag.value for flag in flags} == {"too_dark": pytest.approx(0.5, abs=0.02)}


def test_a_frame_after_a_gap_does_not_stand_for_the_gap() -> None:
    time_s = np.concatenate([TIME_S, 7200 + TIME_S])
    brightness = np.where(np.arange(len(time_s)) == len(TIME_S), 1.0, 90.0)
    assert quality_flags(make_picture(time_s, brightness=brightness), WIDTH)[0].value < 0.03


def test_b_frames_that_hardly_change_are_not_repeated() -> None:
    """In a strongly compressed still picture they change a tenth of what the others do, or less."""
    number = np.arange(len(TIME_S))
    assert codes(change=np.where(number % 3 == 0, 0.45, 0.02)) == {}


def test_pictures_that_are_not_compared_or_show_nothing_are_not_called_frozen() -> None:
    hangs = np.where(between(2, 15), 0.0, 0.5)
    assert "frozen" not in codes(change=hangs, judged=hangs > 0)
    assert set(codes(change=hangs, brightness=np.where(hangs > 0, 90.0, 1.0))) == {"too_dark"}


@pytest.mark.parametrize(("faint", "flagged"), [(10.0, True), (1.5, False)])
def test_little_contrast_is_said_and_masks_nothing(faint: float, flagged: bool) -> None:
    sharpness = np.where(between(0, faint), 0.7, 6.0)
    assert codes(sharpness=sharpness) == (
        {"low_contrast": ("warning", pytest.approx(faint / 20, abs=0.01))} if flagged else {}
    )
    assert account_for(PLAIN, make_picture(TIME_S, sharpness=sharpness), 640) == PLAIN


def test_a_light_that_flickers_for_an_instant_is_one_switch() -> None:
    assert codes(light=np.where(between(4, 4.3), 0.8, 0))["light_switch"][1] == 1


def test_a_few_dark_frames_and_a_trembling_camera_are_not_flagged() -> None:
    assert codes(brightness=np.where(between(4, 4.1), 1.0, 90.0), shift_x=0.05, light=0.01) == {}


def test_all_flags_that_can_be_raised_are_named() -> None:
    faint = np.where(between(10, 20), 0.7, 0.1)
    still = np.where(between(15, 18) | (between(5, 14) & (np.arange(len(TIME_S)) % 3 > 0)), 0.0, 0.5)
    found = codes(brightness=np.where(between(0, 5), 1.0, 90.0), sharpness=faint, shift_y=50.0, light=1.0, change=still)
    assert set(found) == PICTURE_FLAGS


def test_messages_hold_the_number() -> None:
    flags = quality_flags(make_picture(TIME_S, brightness=1.0, shift_y=50.0, light=1.0), WIDTH)
    for number, flag in zip(("100%", "1 time", "1 time"), flags, strict=True):
        assert number in flag.message


def test_accounting_twice_keeps_the_reasons() -> None:
    """A stored signal is accounted for again: damage that the camera's movement touches stays damage."""
    picture = make_picture(TIME_S, shift_x=np.where(between(4, 5), 50.0, 0))
    once = account_for(TimeAccount(20.0, (Span(4.0, 4.5, "damaged"), Span(4.8, 6.0, "damaged"))), picture, WIDTH)
    assert account_for(once, picture, WIDTH) == once
