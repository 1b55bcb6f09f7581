from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import Settings
from detector.events.candidate_table import Candidates
from detector.events.candidates import FEATURES, measure_candidates
from detector.events.context import CONTEXT_FEATURES, with_context
from detector.events.curves import CURVE_FEATURES, CURVE_SHAPE, ONSET, curves_of
from detector.events.views import VIEW_FEATURES, merge_views
from detector.native.library import FILE
from detector.records import zone_table
from detector.records.zone_table import ZoneTable
from tests.unit.events.tracks import both, jerk, make_signal, make_zone, still

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.motion import MotionSignal
    from tests.unit.events.tracks import Way

    FloatArray = npt.NDArray[np.float64]

NAMES = ("along", "across", "place", "strength", "away", "explained", "activity", "light", "shift")


def found_in(signal: MotionSignal) -> Candidates:
    return with_context(merge_views(measure_candidates(signal, Settings())))


def all_curves(signal: MotionSignal, candidates: Candidates) -> FloatArray:
    curves = np.full((len(candidates), len(CURVE_FEATURES)), np.nan)
    for rows, values in curves_of(candidates, signal, np.arange(len(candidates))):
        assert np.isnan(curves[rows]).all(), "each comes once"
        curves[rows] = values
    return curves


def told(way: Way, columns: dict[str, object] | None = None, **options: float) -> dict[str, FloatArray]:
    """Return the curves of the one candidate of a zone that goes `way`, by name."""
    signal = make_signal(make_zone(way, **options), **(columns or {}))
    candidates = found_in(signal)
    assert len(candidates) == 1
    row = all_curves(signal, candidates)[0]
    count, moments = CURVE_SHAPE
    assert count == len(NAMES)
    curves = dict(zip(NAMES, row[: count * moments].reshape(CURVE_SHAPE), strict=True))
    features = dict(zip(CURVE_FEATURES[count * moments :], row[count * moments :], strict=True))
    return curves | {f"its_{name}": value for name, value in features.items()}


def test_there_is_a_name_for_every_number() -> None:
    count, moments = CURVE_SHAPE
    assert CURVE_FEATURES[:2] == ("along_0", "along_1")
    assert CURVE_FEATURES[count * moments - 1] == f"shift_{moments - 1}"
    assert len(set(CURVE_FEATURES)) == len(CURVE_FEATURES)
    assert CURVE_FEATURES[count * moments :] == (*FEATURES, *VIEW_FEATURES, *CONTEXT_FEATURES)


def test_a_jerk_goes_out_comes_back_and_is_told_from_its_onset_on() -> None:
    found = told(jerk(1.5, 12, out_s=0.12, back_s=0.16))
    rest, out, back = slice(0, ONSET - 1), slice(ONSET, ONSET + 3), slice(ONSET + 4, ONSET + 7)
    assert np.abs(found["along"][rest]).max() < 0.05
    assert found["along"][out].max() == pytest.approx(1.0, abs=0.1)
    assert found["along"][back].min() < -0.6
    assert np.abs(found["place"][rest]).max() < 0.2  # the onset is where an eighth of the way is gone
    assert found["place"].max() == pytest.approx(1.0, abs=0.05)
    assert np.abs(found["place"][ONSET + 10 : ONSET + 20]).max() < 0.2
    assert found["away"].argmax() in range(ONSET + 1, ONSET + 7)
    assert found["strength"][out].max() > 1
    assert found["explained"].max() == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("turn", [1, -1, 1j, np.exp(2j)])
def test_which_way_it_goes_does_not_matter(turn: complex) -> None:
    plain = told(jerk(1.5), noise_px_s=0.0)
    turned = told(jerk(1.5, 12 * turn), noise_px_s=0.0)
    for name in ("along", "place", "across"):
        np.testing.assert_allclose(turned[name], plain[name], atol=1e-4)


def test_what_goes_twice_as_far_has_the_same_curves_and_other_features() -> None:
    plain, larger = (told(jerk(1.5, amplitude_px), noise_px_s=0.0) for amplitude_px in (8, 16))
    np.testing.assert_allclose(larger["along"], plain["along"], atol=1e-4)
    assert larger["its_speed"] == pytest.approx(2 * plain["its_speed"], rel=0.01)


@pytest.mark.parametrize("fps", [20.0, 25.0, 60.0])
def test_the_frame_rate_hardly_matters(fps: float) -> None:
    options = {"noise_px_s": 0.0, "fps": fps}
    found, plain = (told(jerk(1.5, out_s=0.2, back_s=0.3), **(options | {"fps": rate})) for rate in (fps, 30.0))
    np.testing.assert_allclose(found["place"], plain["place"], atol=0.25)


def test_time_does_not_matter() -> None:
    early, late = (told(jerk(1.5 + shift), length_s=8, noise_px_s=0.0) for shift in (0.0, 2.0))
    for name in NAMES:
        np.testing.assert_allclose(late[name], early[name], atol=1e-3)


def test_beyond_the_zone_there_is_nothing_and_the_place_stays() -> None:
    found = told(jerk(0.2, returned=0.0), length_s=0.7)
    ends = ONSET + 13  # 0.5 s after the onset
    for name in ("along", "across", "strength", "explained"):
        assert not found[name][ends:].any(), name
        assert not found[name][: ONSET - 6].any(), name
    assert found["place"][ends:] == pytest.approx(np.full(len(found["place"]) - ends, found["place"][-1]))
    assert found["place"][-1] == pytest.approx(1.0, abs=0.1)


def test_light_activity_and_shift_are_those_of_the_picture_at_that_time() -> None:
    time_s = np.arange(120) / 30
    brighter = np.where(np.isclose(time_s, 1.8), 0.05, 0.0)
    columns = {"activity": np.where(time_s > 1.9, 0.25, 0.0), "light": brighter, "shift_x": np.where(time_s > 2, 2, 0)}
    found = told(jerk(1.5), columns)
    assert found["light"][ONSET] == 0
    assert found["light"][ONSET - 3] == 0
    assert found["light"][ONSET + 12] == pytest.approx(1.0, abs=1e-6)
    assert (found["activity"][ONSET], found["activity"][ONSET + 15]) == (0, pytest.approx(0.5))
    assert (found["shift"][ONSET], found["shift"][ONSET + 15]) == (0, pytest.approx(2.0))


def test_what_cannot_be_told_of_the_picture_counts_as_nothing() -> None:
    found = told(jerk(1.5), {"activity": np.nan, "light": np.nan, "shift_x": np.nan})
    assert not np.isnan(np.concatenate([found[name] for name in NAMES])).any()
    assert not found["activity"].any()
    assert not found["light"].any()


def test_stretches_of_zones_tell_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [make_zone(jerk(1.0 + 0.2 * k), seed=k) for k in range(9)]
    signal = make_signal(*zones)
    candidates = found_in(signal)
    together = all_curves(signal, candidates)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 250)
    np.testing.assert_allclose(all_curves(signal, candidates), together, atol=1e-9)
    assert not np.isnan(together).any()
    assert len(list(curves_of(candidates, signal, np.arange(len(candidates))))) > 2


def test_only_those_asked_about_come() -> None:
    signal = make_signal(*(make_zone(jerk(1.0 + 0.3 * k), seed=k) for k in range(4)))
    candidates = found_in(signal)
    which = np.array([1, 3])
    (rows, values), *more = curves_of(candidates, signal, which)
    assert rows.tolist() == [1, 3]
    assert not more
    np.testing.assert_array_equal(values, all_curves(signal, candidates)[which])


def test_nobody_asked_nothing_told() -> None:
    signal = make_signal(make_zone(still))
    assert list(curves_of(Candidates.of([]), signal, np.zeros(0, np.intp))) == []
    assert ZoneTable.of(signal.zones).starts.tolist() == [0, 120]


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_the_kernel_tells_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    ways = [both(*(jerk(0.3 + 4 * at, 14 * size) for at, size in rng.random((4, 2)))) for _ in range(12)]
    lengths = [0.3, 0.7, 4.0, 9.0] * 3
    zones = [make_zone(way, seed=k, length_s=lengths[k], fps=12.5 + 2 * k) for k, way in enumerate(ways)]
    signal = make_signal(make_zone(still, length_s=9.0), *zones)
    found = found_in(signal)
    assert len(found) >= 12
    with monkeypatch.context() as patch:
        patch.setattr("detector.events.curves._plainly", lambda *_: pytest.fail("the plain code was asked"))
        compiled = all_curves(signal, found)
    monkeypatch.setattr("detector.events.curves.load_kernel", lambda: None)
    np.testing.assert_allclose(all_curves(signal, found), compiled, rtol=1e-9, atol=1e-9)
