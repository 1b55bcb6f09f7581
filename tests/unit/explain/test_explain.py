from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from detector.classify.model_file import load_model
from detector.cli.explain import evidence_lines
from detector.cli.main import main
from detector.config import Settings
from detector.errors import ResultError, SettingsError
from detector.events.reviewed import reviewed
from detector.events.verdicts import TESTS
from detector.explain.evidence import evidence_for
from detector.explain.picture import explanation_png, explanation_svg
from detector.explain.strip import strip_of
from detector.records.events import Kind, Reason
from detector.records.review import Review
from detector.records.table import LEAST_LISTED
from detector.report.options import study_code
from detector.resources import sample_path
from detector.results.clip_folder import read_clips
from detector.results.load import load_result
from detector.results.recording import analyze_into
from detector.video.pictures import strip_moments
from detector.video.stills import stills_at

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

SAMPLE = sample_path("isolated")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return analyze_into(SAMPLE, tmp_path_factory.mktemp("results"), settings=Settings()).folder


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return load_result(folder)


def test_a_folder_read_back_gives_the_movements_it_was_written_with(folder: Path, result: Result) -> None:
    listed = [line.split("\t")[3] for line in (folder / "events.tsv").read_text().splitlines()[1:]]
    ids = {movement.id for movement in result.movements}
    assert result.recording.id == folder.name
    shown = {name for name in listed if not name.startswith(("cluster", "episode"))}
    unlikely = {m.id for m in result.movements if m.kind == "rejected" and m.confidence < LEAST_LISTED}
    assert ids == shown | unlikely


def test_the_folder_may_be_a_text(folder: Path, result: Result) -> None:
    assert load_result(str(folder)).movements == result.movements


def test_other_thresholds_may_be_a_mapping(folder: Path, result: Result) -> None:
    strict = {"jerks": {"min_confidence": 0.999}}
    assert len(load_result(folder, strict).jerks) < len(result.jerks)
    with pytest.raises(SettingsError, match="min_confidence"):
        load_result(folder, {"jerks": {"min_confidence": "none"}})


def test_what_a_person_decided_is_said_so(result: Result) -> None:
    jerk = result.jerks[0]
    unlikely = min((m for m in result.movements if m.kind is Kind.REJECTED), key=lambda movement: movement.confidence)
    theirs = reviewed(result, Review(refused=(jerk.id,), added=(unlikely.id,)))
    refused, added = (evidence_for(theirs, name).decided_by for name in (jerk.id, unlikely.id))
    assert refused.startswith("not counted: a person who looked at it called it no jerk; confidence 0.9")
    assert added.startswith("counted as a jerk: a person who looked at it called it one; confidence 0.0")


def test_pictures_of_another_film_are_refused(result: Result) -> None:
    with pytest.raises(ResultError, match="not the video of isolated"):
        strip_of(evidence_for(result, result.jerks[0].id), result, sample_path("breathing"))


def test_pictures_of_another_recording_are_not_shown(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "why.svg"
    words = ["explain", str(folder), "jerk-0001", "--video", str(sample_path("breathing")), "--out", str(picture)]
    assert main(words) == 2
    assert "this is not the video of isolated" in capsys.readouterr().err
    assert not picture.exists()


def test_no_folder_and_a_folder_of_another_version(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="there is no such folder"):
        load_result(tmp_path / "nowhere")
    text = (folder / "summary.json").read_text().replace('"min_confidence"', '"other"')
    (tmp_path / "summary.json").write_text(text)
    with pytest.raises(ResultError, match="not those of this version"):
        load_result(tmp_path)


def test_a_folder_that_another_model_judged(folder: Path, tmp_path: Path) -> None:
    for name in ("summary.json", "signal.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    model = load_model()
    text = (tmp_path / "summary.json").read_text().replace(model.sha256, "0" * 64).replace(model.name, "ours-3")
    (tmp_path / "summary.json").write_text(text)
    with pytest.raises(ResultError, match=f"by the model 'ours-3', but here it is {model.name!r}.*SLEEPJERK_MODELS"):
        load_result(tmp_path)
    assert load_result(tmp_path, Settings()).jerks, "with settings of one's own it is found anew"


def test_every_rule_stands_there_the_worst_first(result: Result) -> None:
    jerk = result.jerks[0]
    evidence = evidence_for(result, jerk.id)
    assert sorted(test.feature for test in evidence.tests) == sorted(test.feature for test in TESTS)
    margins = [test.margin for test in evidence.tests]
    assert margins == sorted(margins)
    looks = [f"{jerk.features[name]:.2f}" for name in ("by_measures", "by_curve")]
    assert evidence.decided_by == (
        f"counted as a jerk: confidence {jerk.confidence:.2f}, at least 0.5 needed (by the trained classifier: "
        f"{looks[0]} from its measures alone, {looks[1]} with its curve too, {jerk.confidence:.2f} with its neighbours "
        "too)"
    )
    values = evidence.features | {"duration_s": jerk.duration_s}  # duration limits apply to the reported duration
    assert all(test.value == values[test.feature] for test in evidence.tests)


def test_a_refused_movement_says_its_reason_and_fails_that_test(result: Result) -> None:
    refused = next(one for one in result.movements if one.kind == "rejected" and one.reason == "noise")
    evidence = evidence_for(result, refused.id)
    assert evidence.decided_by.startswith("not counted: not above the picture noise (rejected, noise); confidence 0.0")
    assert "noise" in {test.reason for test in evidence.tests if not test.passed}


@pytest.mark.parametrize(
    ("length_s", "reason", "limit"),
    [
        (0.001, Reason.TOO_SHORT, "length_max_s          0.021  >=  0.03 s"),
        (1.3, Reason.TOO_LONG, "duration_s              1.3  <=  1 s"),
    ],
)
def test_a_limit_of_length_that_refused_a_movement_stands_at_the_top(
    result: Result, length_s: float, reason: Reason, limit: str
) -> None:
    jerk = result.jerks[0]
    refused = replace(
        jerk, kind=Kind.REJECTED, reason=reason, offset_s=jerk.onset_s + length_s,
        features={**jerk.features, "interval_s": 0.02},
    )  # fmt: skip
    evidence = evidence_for(replace(result, movements=(refused,)), jerk.id)
    assert [test.reason for test in evidence.tests if not test.passed] == [reason]
    assert evidence_lines(evidence)[3].startswith(f"  {limit}")
    assert f"FAILED ({reason})" in evidence_lines(evidence)[3]
    assert f"_duration_s = {'0.03' if reason is Reason.TOO_SHORT else '1'}" in evidence.decided_by


def test_a_movement_in_an_excluded_region_says_so(result: Result) -> None:
    jerk = replace(result.jerks[0], kind=Kind.REJECTED, reason=Reason.EXCLUDED, site="exclude_clock")
    evidence = evidence_for(replace(result, movements=(jerk,)), jerk.id)
    assert evidence.decided_by.startswith(
        "not counted: it lies in the region exclude_clock, where nothing is counted (rejected, excluded), although "
    )


def test_a_clock_in_the_picture_is_named(result: Result) -> None:
    digits = replace(result.jerks[0], kind=Kind.REJECTED, reason=Reason.OVERLAY)
    told = evidence_for(replace(result, movements=(digits,)), digits.id).decided_by
    assert told.startswith("not counted: it keeps time like the digits of a clock in the picture (rejected, overlay), ")


def test_a_confidence_is_not_rounded_to_the_one_that_is_needed(result: Result) -> None:
    nearly = replace(result.jerks[0], kind=Kind.REJECTED, reason=Reason.TOO_WEAK, confidence=0.4978)
    told = evidence_for(replace(result, movements=(nearly,)), nearly.id).decided_by
    assert "confidence 0.498, at least 0.5 needed" in told
    assert "0.498 with its neighbours too" in told


def test_a_class_that_is_its_own_reason_is_named_once(result: Result) -> None:
    gross = replace(result.jerks[0], kind=Kind.GROSS, reason=Reason.GROSS, confidence=0.01)
    told = evidence_for(replace(result, movements=(gross,)), gross.id).decided_by
    assert told.startswith("not counted: part of a whole-body movement (gross); confidence 0.01")


def test_a_jerk_at_the_same_time_is_always_among_the_neighbours(result: Result) -> None:
    one = replace(result.jerks[0], confidence=0.6)
    own = replace(one, id="rejected-0001", kind=Kind.REJECTED, reason=Reason.NOISE, confidence=0.02)
    surer = tuple(
        replace(one, id=f"jerk-{k:04d}", onset_s=one.offset_s + 0.3 * k, confidence=1.0) for k in range(1, 12)
    )
    shown = evidence_for(replace(result, movements=(one, own, *surer)), own.id).neighbours
    assert one.id in {other.id for other in shown if other.confidence == 0.6}
    assert len(shown) == 8


def test_a_neighbour_that_is_counted_has_no_reason(result: Result) -> None:
    one = result.jerks[0]
    both = (
        one,
        replace(one, id="jerk-0002"),
        replace(one, id="rejected-0001", kind=Kind.REJECTED, reason=Reason.NOISE),
    )
    lines = evidence_lines(evidence_for(replace(result, movements=both), one.id))
    assert [line.split()[-1] for line in lines[-2:]] == ["counted", "noise"]


def test_the_trace_holds_the_movement_and_its_speed(result: Result) -> None:
    jerk = result.jerks[1]
    evidence = evidence_for(result, jerk.id)
    trace = evidence.trace
    inside = (trace.time_s >= jerk.onset_s) & (trace.time_s <= jerk.offset_s)
    assert trace.speed[inside].max() > 3 * evidence.least_peak_px_s
    assert np.all(trace.speed >= np.abs(trace.along) - 1e-6)


def test_neighbours_are_near_in_time_and_do_not_hold_itself(result: Result) -> None:
    for movement in result.movements[:5]:
        others = evidence_for(result, movement.id).neighbours
        assert all(abs(other.onset_s - movement.onset_s) <= 5.0 for other in others)
        assert movement.id not in {other.id for other in others}
        assert [other.onset_s for other in others] == sorted(other.onset_s for other in others)


def test_it_says_how_many_neighbours_there_are(result: Result) -> None:
    one = replace(result.jerks[0], zones=())
    train = tuple(replace(one, id=f"jerk-{k:04d}", onset_s=one.onset_s + 0.1 * k) for k in range(31))
    evidence = evidence_for(replace(result, movements=train), "jerk-0000")
    assert len(evidence.neighbours) == 8
    assert "8 of 30 neighbours within 5 s, the likeliest: " in "\n".join(evidence_lines(evidence))
    assert "8 of 30 neighbours within 5 s" in explanation_svg(evidence)
    assert ">=  0.025 w/s " in "\n".join(evidence_lines(evidence))
    few = evidence_for(replace(result, movements=train[:2]), "jerk-0000")
    assert "\n  1 neighbour within 5 s: " in "\n".join(evidence_lines(few))


def test_unknown_ids_and_groups(result: Result) -> None:
    with pytest.raises(ResultError, match="Did you mean jerk-000"):
        evidence_for(result, "jerk-00O1")
    trains = load_result_of("trains")
    with pytest.raises(ResultError, match=r"cluster-001 is a group of jerks; explain one of them: jerk-0001"):
        evidence_for(trains, "cluster-001")


def load_result_of(name: str) -> Result:
    from detector.pipeline import analyze  # noqa: PLC0415  (once, for one test)

    return analyze(sample_path(name))


def test_stills_are_the_pictures_of_their_moments(result: Result) -> None:
    times = (0.0, 1.011, 1.5, 3.0)
    stills = stills_at(SAMPLE, times, start_s=result.recording.start_s, settings=Settings().video)
    frames = result.signal.picture.time_s
    assert [round(time, 3) for time, _ in stills] == [
        round(float(frames[np.abs(frames - at).argmin()]), 3) for at in times
    ]
    late = stills_at(SAMPLE, (3.0,), start_s=result.recording.start_s, settings=Settings().video)
    assert np.array_equal(late[0][1], stills[3][1])
    assert stills[0][1].shape == (result.recording.height, result.recording.width)


def test_the_strip_shows_the_limb_and_the_flow_between_rest_and_peak(result: Result) -> None:
    largest = max(result.jerks, key=lambda jerk: jerk.amplitude_px)
    evidence = evidence_for(result, largest.id)
    strip = strip_of(evidence, result, SAMPLE)
    left, top, wide, high = strip.window
    assert left <= largest.x <= left + wide
    assert top <= largest.y <= top + high
    assert list(strip.times_s) == sorted(strip.times_s)
    scale = strip.parts[0].shape[1] / (wide * result.recording.width)
    reach = np.hypot(strip.arrows[:, 2], strip.arrows[:, 3]).max() / scale
    assert reach == pytest.approx(largest.amplitude_px, rel=0.6)


def test_the_strip_shows_the_frames_of_the_strip_in_the_report(result: Result, tmp_path: Path) -> None:
    """The frame nearest to each moment: the last one before the peak may show the limb still on its way."""
    folder = analyze_into(SAMPLE, tmp_path, settings=Settings(), clips=2).folder
    for clip in read_clips(folder, result).clips:
        (jerk,) = (jerk for jerk in result.jerks if jerk.id == clip.movement)
        moments = strip_moments(jerk.onset_s, jerk.peak_s, jerk.offset_s)
        strip = strip_of(evidence_for(result, jerk.id), result, SAMPLE)
        assert strip.times_s == tuple(min(clip.times_s, key=lambda at, to=to: abs(at - to)) for to in moments)


def test_pictures_in_both_forms(result: Result) -> None:
    evidence = evidence_for(result, result.jerks[0].id)
    strip = strip_of(evidence, result, SAMPLE)
    text = explanation_svg(evidence, strip)
    assert text == explanation_svg(evidence, strip)
    root = ET.fromstring(text)
    words = "".join(root.itertext())
    assert evidence.movement.id in words
    assert "coherence" in words
    png = cv2.imdecode(np.frombuffer(explanation_png(evidence), np.uint8), cv2.IMREAD_COLOR)
    assert png.shape[1] > 1000


def test_no_name_of_a_neighbour_covers_another(result: Result) -> None:
    """As in a train: eight of them in a second, nearly as certain."""
    evidence = evidence_for(result, result.jerks[0].id)
    one = evidence.movement
    train = [
        replace(one, id=f"jerk-{k:04d}", onset_s=one.onset_s + 0.13 * k, confidence=1 - 0.04 * k) for k in (5, 6, 7)
    ]
    drawn = explanation_svg(replace(evidence, neighbours=tuple(train)))
    tags = [tag for tag in ET.fromstring(drawn).iter() if tag.tag.endswith("text") and (tag.text or "")[:5] == "jerk-"]
    places = [(float(tag.get("x", "nan")), float(tag.get("y", "nan"))) for tag in tags if tag.get("x")]
    assert len(places) == 4
    for (x, y), (other_x, other_y) in combinations(places, 2):
        assert abs(x - other_x) > 25 or abs(y - other_y) >= 5.5


def test_the_command_prints_the_tests_and_draws(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "why.svg"
    assert main(["explain", str(folder), "jerk-0001", "--video", str(SAMPLE), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for test in TESTS:
        assert f"  {test.feature} " in printed
    assert out.read_text().startswith("<svg ")
    assert main(["explain", str(folder), "jerk-0001", "--out", str(tmp_path / "why.gif")]) == 2
    assert main(["explain", str(folder), "jerk-9999", "--out", str(out)]) == 2


def test_pictures_of_two_recordings_in_one_folder_have_names_of_their_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = analyze_into(sample_path("trains"), tmp_path / "results", settings=Settings()).folder
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    for one in (folder, other):
        assert main(["explain", str(one), "jerk-0001", "--out", str(there), "--quiet"]) == 0
        assert main(["explain", str(one), "jerk-0001", "--quiet"]) == 0
    codes = {study_code(load_result(one).recording.sha256) for one in (folder, other)}
    wanted = {f"{code}-jerk-0001.svg" for code in codes}
    assert len(wanted) == 2
    assert {path.name for path in there.iterdir()} == {path.name for path in here.iterdir()} == wanted
