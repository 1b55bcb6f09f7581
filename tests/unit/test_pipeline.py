from __future__ import annotations

import importlib.metadata
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector import pipeline
from detector.classify.model_file import read_model
from detector.config import Settings
from detector.errors import DetectorError, RecordingError
from detector.events.context import CONTEXT_FEATURES
from detector.pipeline import analyze, extract_signal, find_events
from detector.records.motion import MotionSignal
from detector.records.recording import Span, TimeAccount
from tests.factories import make_recording
from tests.faults.make_faults import write_film
from tests.unit.classify.trees import model_values, write_model
from tests.unit.events.tracks import both, make_picture, make_signal, make_zone, train
from tests.unit.events.tracks import jerk as moved
from tests.unit.motion.pictures import Cloth, Patch, grey, jerk, ways

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.records.progress import Progress
    from detector.records.result import Result

FPS = 25
N_FRAMES = 70
ONSETS_S = (0.9, 1.9)
RULES = Settings.from_mapping({"jerks": {"judge": "rules"}})  # the trained model is a thing of its own


def scene(number: int, size: tuple[int, int] = (160, 96)) -> np.ndarray:
    """A patch that jerks twice."""
    way = ways(*(jerk(onset, 5.0) for onset in ONSETS_S))
    return grey(Patch(radius_px=12).lay_on(Cloth().at(0, *size), way(number / FPS)), noise=0.7, seed=number)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("film") / "two jerks.mp4", scene)


def _written(path: Path, make: Callable[[int], np.ndarray]) -> Path:
    return write_film(path, N_FRAMES, fps=FPS, make=make, options={"crf": "12"})


@pytest.fixture(scope="module")
def result(film: Path) -> Result:
    return analyze(film, settings=RULES)


def test_each_movement_out_and_back_is_one_jerk(result: Result) -> None:
    assert len(result.jerks) == len(ONSETS_S)
    for found, onset_s in zip(result.jerks, ONSETS_S, strict=True):
        assert found.onset_s == pytest.approx(onset_s + 0.28 * 0.16, abs=1.0 / FPS)
        assert (found.x, found.y) == (pytest.approx(0.5, abs=0.06), pytest.approx(0.5, abs=0.06))
        assert found.amplitude_px == pytest.approx(5.0, rel=0.25)
        assert found.confidence >= RULES.jerks.min_confidence
        assert set(CONTEXT_FEATURES) < set(found.features)


def test_the_result_says_what_was_read_and_what_made_it(result: Result) -> None:
    assert result.recording.n_frames == len(result.signal.picture) == N_FRAMES
    assert (result.recording.width, result.recording.height) == (160, 96)
    time = result.recording.time
    assert time.analysed_s + time.masked_s + time.missing_s == pytest.approx(time.claimed_s)
    assert result.rates.per_analysed_h == pytest.approx(2 / (time.analysed_s / 3600))
    assert result.provenance.settings_fingerprint == RULES.fingerprint()
    assert result.provenance.algorithm == pipeline.ALGORITHM
    assert result.provenance.model == "", "the rules judged"
    assert set(result.provenance.libraries) >= {"av", "numpy", "opencv-python", "scipy"}


def test_the_path_may_be_a_text(film: Path, result: Result) -> None:
    assert analyze(str(film), settings=RULES).rows() == result.rows()


def test_the_same_file_gives_the_same_result(film: Path, result: Result) -> None:
    again = analyze(film, settings=RULES)
    assert again.summary() == result.summary()
    assert again.movements == result.movements
    for one, other in zip(again.signal.zones, result.signal.zones, strict=True):
        assert one.along.tobytes() == other.along.tobytes()


def test_progress_grows_and_ends_at_the_whole(film: Path) -> None:
    calls: list[Progress] = []
    analyze(film, settings=RULES, progress=calls.append)
    assert [call.stage for call in calls] == ["motion"] * (len(calls) - 1) + ["events"]
    assert len(calls) >= 3
    assert all(early.done_s <= late.done_s for early, late in pairwise(calls))
    assert calls[-1].done_s == calls[-1].total_s == pytest.approx(N_FRAMES / FPS, abs=0.05)
    assert all(np.isfinite(call.total_s) for call in calls)


def test_progress_goes_on_after_a_lost_frame_of_a_fast_film(tmp_path: Path) -> None:
    times = [20 * k for k in range(600) if k != 3]  # of two pictures each: every one after it begins at an odd number
    path = write_film(tmp_path / "fast.mkv", 599, times=times, fps=50, make=lambda k: scene(k % 70, (64, 48)))
    calls: list[Progress] = []
    extract_signal(path, RULES, progress=calls.append)
    assert len(calls) > 599 / 60


def test_watching_changes_nothing(film: Path, result: Result) -> None:
    assert analyze(film, settings=RULES, progress=lambda _: None, running_count=True).movements == result.movements


def test_jerks_found_so_far_are_told_on_the_way(tmp_path: Path) -> None:
    """A film of 50 s by its time stamps: the first window is done before its end."""
    path = write_film(
        tmp_path / "slow.mkv", 500, times=[k * 100 for k in range(500)], make=lambda k: scene(k % 70, (64, 48))
    )
    calls: list[Progress] = []
    extract_signal(path, RULES, progress=calls.append, running_count=True)
    assert calls[0].jerks == 0
    assert calls[-1].done_s > 40
    told = [call.jerks for call in calls]
    assert told == sorted(told)
    assert 0 < told[-1] <= len(analyze(path, settings=RULES).jerks)


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    path.write_bytes(b"nothing of the kind" * 10)
    with pytest.raises(RecordingError):
        analyze(path, settings=RULES)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("darker", lambda picture: (picture * 0.6).astype(np.uint8)),
        ("brighter", lambda picture: np.minimum(picture * 1.25, 255).astype(np.uint8)),
        ("left to right", lambda picture: np.ascontiguousarray(picture[:, ::-1])),
        ("upside down", lambda picture: np.ascontiguousarray(picture[::-1])),
        ("on its side", lambda picture: np.ascontiguousarray(picture.T)),
    ],
)
def test_the_count_does_not_depend_on_brightness_or_the_side(
    tmp_path: Path, result: Result, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    other = analyze(_written(tmp_path / f"{name}.mp4", lambda k: change(scene(k))), settings=RULES)
    assert len(other.jerks) == len(result.jerks)
    assert [j.onset_s for j in other.jerks] == pytest.approx([j.onset_s for j in result.jerks], abs=1 / FPS)


@pytest.mark.parametrize("size", [(318, 178), (162, 98), (238, 238)])
def test_a_picture_whose_sides_are_no_multiple_of_the_blocks_can_be_analysed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = write_film(tmp_path / "odd.mp4", 10, make=lambda k: scene(k, size))
    assert len(analyze(path, settings=RULES).signal.picture) == 10


def test_a_tiny_picture_is_refused_in_words(tmp_path: Path) -> None:
    path = write_film(tmp_path / "tiny.mkv", 10, codec="ffv1", make=lambda k: scene(k, (12, 10)))
    with pytest.raises(DetectorError, match="12"):
        analyze(path, settings=RULES)


def test_a_covered_lens_is_not_quiet_time(tmp_path: Path) -> None:
    """Black of limited range is 16, and a sensor's noise makes it no picture."""
    rng = np.random.default_rng(1)

    def covered(_number: int) -> np.ndarray:
        return rng.integers(14, 19, (120, 160), np.uint8)

    found = analyze(write_film(tmp_path / "covered.mp4", 100, fps=25, make=covered), settings=RULES)
    assert found.recording.time.analysed_s < 0.1
    assert [(flag.code, flag.severity) for flag in found.recording.flags] == [("blank", "severe")]
    assert found.recording.time.masked[0].reason == "blank"
    assert not found.signal.picture.judged.any()


def _stored(**columns: object) -> MotionSignal:
    zone = make_zone(both(train(2, 4, onset_s=2.0)), length_s=20.0)
    return make_signal(zone, **columns)


def test_finding_events_again_gives_the_same_and_no_flag_twice() -> None:
    busy = np.arange(600) / 30 > 15
    signal = _stored(brightness=np.where(busy, 1.0, 90.0), light=np.where(np.arange(600) == 400, 0.8, 0))
    first = find_events(make_recording(20.0), signal, RULES)
    again = find_events(first.recording, signal, RULES)
    codes = [flag.code for flag in again.recording.flags]
    assert {"too_dark", "light_switch"} <= set(codes)
    assert len(codes) == len(set(codes))
    assert again.recording == first.recording
    assert again.movements == first.movements
    assert again.summary() == first.summary()


def test_flags_of_the_reader_are_kept() -> None:
    found = find_events(make_recording(20.0), _stored(), RULES)
    assert [flag.code for flag in found.recording.flags] == ["fps_low", "no_claim"]


def test_movements_clusters_and_episodes_name_each_other() -> None:
    found = find_events(make_recording(20.0), _stored(), RULES)
    assert len(found.jerks) == 4
    (cluster,), (episode,) = found.clusters, found.episodes
    assert cluster.jerks == episode.jerks == tuple(item.id for item in found.jerks)
    assert {item.cluster for item in found.jerks} == {cluster.id}
    assert {item.episode for item in found.jerks} == {cluster.episode} == {episode.id}
    assert found.isolated == ()


@pytest.mark.parametrize("shift_s", [0.5, 3600.0])
def test_the_time_of_the_first_frame_does_not_matter(shift_s: float) -> None:
    signal = _stored()
    late = MotionSignal(
        signal.width,
        signal.height,
        replace(signal.picture, time_s=signal.picture.time_s + shift_s),
        tuple(replace(zone, time_s=zone.time_s + shift_s) for zone in signal.zones),
    )
    one, other = (find_events(make_recording(8000.0), each, RULES) for each in (signal, late))
    assert [j.onset_s + shift_s for j in one.jerks] == pytest.approx([j.onset_s for j in other.jerks], abs=1e-6)
    assert [c.jerks for c in one.clusters] == [c.jerks for c in other.clusters]


def test_a_signal_without_frames_has_no_events() -> None:
    empty = MotionSignal(640, 360, make_picture(np.empty(0)), ())
    found = find_events(make_recording(20.0), empty, RULES)
    assert (found.movements, found.clusters, found.episodes, found.not_assessable) == ((), (), (), ())


def test_time_in_the_dark_is_not_also_not_assessable() -> None:
    """Not assessable time is a part of the analysed time: what is masked or missing must not be taken off twice."""
    time_s = np.arange(600) / 30
    restless = (time_s > 4) & (time_s < 16)
    signal = _stored(
        activity=np.where(restless, 0.6, 0.01), brightness=np.where((time_s > 10) & (time_s < 18), 1.0, 90.0)
    )
    recording = replace(make_recording(20.0), time=TimeAccount(20.0, (), (Span(4.5, 5.5, "gap"),)))
    found = find_events(recording, signal, RULES)
    blind = (*found.recording.time.masked, *found.recording.time.missing)
    assert found.not_assessable
    for span in found.not_assessable:
        assert not any(span.onset_s < other.offset_s and other.onset_s < span.offset_s for other in blind)
    analysed_s = found.recording.time.analysed_s
    assert analysed_s == pytest.approx(20 - 1 - 8, abs=0.1)
    assert found.rates.quiet_h * 3600 == pytest.approx(analysed_s - 5, abs=0.2)


def test_settings_are_taken_from_the_call() -> None:
    slow = Settings.from_mapping({"jerks": {"judge": "rules", "max_duration_s": 0.05}})
    found = find_events(make_recording(20.0), make_signal(make_zone(moved(2.0), length_s=20.0)), slow)
    assert found.counts()["jerk"] == 0
    assert found.counts()["slow"] == 1
    assert found.provenance.settings["jerks"]["max_duration_s"] == 0.05


@pytest.mark.parametrize(("baseline", "n_jerks"), [(5.0, 4), (-5.0, 0)])
def test_the_trained_model_decides_where_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, baseline: float, n_jerks: int
) -> None:
    """A model that takes everything, and one that takes nothing."""
    model = read_model(write_model(tmp_path, model_values(baseline=baseline)))
    monkeypatch.setattr(pipeline, "load_model", lambda: model)
    asked = Settings.from_mapping({"jerks": {"judge": "model"}})
    found = find_events(make_recording(20.0), _stored(), asked)
    assert len(found.jerks) == n_jerks
    assert len(find_events(make_recording(20.0), replace(_stored(), zones=()), asked).movements) == 0


def test_a_package_that_was_never_installed_has_an_unknown_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert find_events(make_recording(20.0), _stored(), RULES).provenance.version == "unknown"


@pytest.mark.parametrize("least", [0.0, 0.5, 1.0])
def test_the_least_confidence_that_was_used_is_among_those_that_are_told(result: Result, least: float) -> None:
    judged = {"judge": "rules", "min_confidence": least}
    again = find_events(result.recording, result.signal, {"jerks": judged})
    steps = [step.min_confidence for step in again.timing.stability]
    assert steps == sorted(set(steps))
    (used,) = (step for step in again.timing.stability if step.min_confidence == least)
    assert used.jerks == len(again.jerks)


def test_what_is_excluded_counts_at_no_least_confidence(result: Result) -> None:
    everywhere = [{"name": "exclude", "points": [(0, 0), (1, 0), (1, 1), (0, 1)]}]
    again = find_events(
        result.recording, result.signal, {"jerks": {"judge": "rules"}, "regions": {"named": everywhere}}
    )
    assert result.jerks
    assert {step.jerks for step in again.timing.stability} == {0}
