from __future__ import annotations

import math

import pytest

from detector.records.recording import Span
from detector.video.damage import SETTLE_FRAMES, DamageMask, Ledger
from detector.video.timeline import Moment


def mask(keys: set[int], hurts: set[int], n_frames: int = 40) -> list[bool]:
    damage = DamageMask()
    return [damage.step(key=number in keys, hurt=number in hurts) for number in range(n_frames)]


def test_a_whole_stream_is_clean_from_its_first_key_frame():
    assert mask({0}, set()) == [True] * 40
    assert mask({5}, set()) == [False] * 5 + [True] * 35


def test_a_stream_that_begins_after_its_key_frame_is_clean_until_it_is_hurt():
    damage = DamageMask(after_key=True)
    assert [damage.step(key=number == 9, hurt=number == 5) for number in range(9)] == [True] * 5 + [False] * 4


def test_a_decoder_that_began_anew_is_trusted_at_once():
    damage = DamageMask()
    clean = [damage.step(key=number in {0, 6}, hurt=number == 4, anew=number == 6) for number in range(9)]
    assert clean == [True] * 4 + [False] * 2 + [True] * 3
    assert not damage.step(key=True, hurt=True, anew=True)


def test_damage_masks_until_a_whole_key_frame_after_things_settled():
    clean = mask({0, 10, 20, 30}, {3, 20})
    assert clean == [True] * 3 + [False] * 27 + [True] * 10
    assert mask({0, 10, 20, 30}, {8})[:20] == [True] * 8 + [False] * 12


@pytest.mark.parametrize(("takes", "end"), [(5, 40), (10, 40), (11, 50), (100, None)])
def test_a_refresh_after_a_whole_one_ends_the_mask(takes, end):
    damage, starts = DamageMask(), {10, 20, 30, 40, 50}
    clean = [damage.step(key=n == 0, hurt=n == 15, refresh=takes if n in starts else 0) for n in range(60)]
    assert clean[:15] == [True] * 15
    assert clean.index(True, 15) == end if end else not any(clean[15:]), "the one at 20 is too near"
    assert all(clean[end or 60 :])


def test_streams_of_key_frames_only_settle_too():
    clean = mask(set(range(40)), {10})
    assert clean.index(False) == 10
    assert clean.count(False) == 1 + SETTLE_FRAMES


def ledger_of(*frames: tuple[Moment, bool]) -> Ledger:
    ledger = Ledger()
    for moment, clean in frames:
        ledger.add(moment, clean=clean)
    return ledger


def test_time_adds_up():
    ledger = ledger_of(
        (Moment(0.0), True),
        (Moment(1.0), False),
        (Moment(10.0, gap_from_s=2.0), False),
        (Moment(11.0), True),
        (Moment(12.0), False),
    )
    account = ledger.account(last_step_s=1.0, claimed_s=20.0, tolerance_s=0.5)
    assert account.masked == (Span(1.0, 2.0, "damaged"), Span(10.0, 11.0, "damaged"), Span(12.0, 13.0, "damaged"))
    assert account.missing == (Span(2.0, 10.0, "gap"), Span(13.0, 20.0, "truncated"))
    assert account.analysed_s + account.masked_s + account.missing_s == pytest.approx(account.claimed_s)
    assert account.analysed_s == pytest.approx(2.0)


@pytest.mark.parametrize("claimed_s", [math.nan, 1.0, 2.0, 2.4])
def test_claims_that_are_absent_or_nearly_right_are_put_down_to_rounding(claimed_s):
    account = ledger_of((Moment(0.0), True), (Moment(1.0), True)).account(
        last_step_s=1.0, claimed_s=claimed_s, tolerance_s=0.5
    )
    assert account.claimed_s == 2.0
    assert not account.missing
