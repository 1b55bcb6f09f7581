"""The benchmark's own parts: seeds, targets, rivals, the page."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.accuracy import clips, measures, page, targets
from benchmarks.accuracy.analysis import Measured
from benchmarks.accuracy.invariance import GAINS, RATES_HZ, WIDTHS_PX, _changed, _plain_scene
from benchmarks.accuracy.places import limb_paths
from benchmarks.accuracy.rivals.dvr_scan import _moments
from benchmarks.accuracy.rivals.scripts import absdiff_peaks, cuppens, motion_energy
from benchmarks.accuracy.rivals.traces import Traces
from detector.evaluation.event_files import EventTable
from detector.evaluation.tally import Pair
from detector.synthetic.conditions import CONDITIONS, NEGATIVE, random_recipe
from detector.synthetic.recipe import Recipe
from detector.synthetic.truth import clip_truth
from tests.factories import make_movement, make_result

if TYPE_CHECKING:
    from pathlib import Path

    from detector.synthetic.series import Job


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    return clips.planned(tmp_path_factory.mktemp("clips"), (), quick=False)


def test_reported_seeds_are_never_tuning_seeds(plan: list[Job], tmp_path: Path) -> None:
    seeds = {job.recipe.seed for job in plan}
    assert seeds.isdisjoint(clips.TUNING_SEEDS)
    assert seeds <= set(clips.REPORTED_SEEDS)
    assert {job.recipe.seed for job in clips.planned(tmp_path, (), quick=True)} <= set(clips.TUNING_SEEDS)
    assert len({job.path for job in plan}) == len(plan)


def test_the_plan_holds_what_the_table_promises(plan: list[Job]) -> None:
    assert sum(job.recipe.condition not in NEGATIVE for job in plan) >= 100
    free = [job.recipe for job in plan if job.recipe.condition in NEGATIVE]
    assert sum(recipe.camera.duration_s for recipe in free) >= 2 * 3600
    assert sum(recipe.camera.duration_s for recipe in free if recipe.condition in clips.CALM) >= 2 * 3600
    assert {recipe.condition for recipe in (job.recipe for job in plan[: len(CONDITIONS)])} == set(CONDITIONS)


def test_an_earlier_drawing_is_used_as_it_is_and_named_so(tmp_path: Path) -> None:
    (job,) = clips.jobs_for(["still"], [9001], tmp_path)
    assert clips.rendered([job], workers=1, minutes=0) == []
    job.path.write_bytes(b"")
    job.path.with_suffix(".truth.tsv").write_text("")
    job.recipe.model_copy(update={"seed": 1}).save(job.path.with_suffix(".toml"))
    (clip,) = clips.rendered([job], workers=1, minutes=0)
    assert clip.earlier
    assert clip.jerk_free


def events(*onsets_s: float, site: str = "") -> EventTable:
    n = len(onsets_s)
    return EventTable(
        np.array(onsets_s), np.full(n, 0.2), ("jerk",) * n, np.full(n, 5.0), site=(site,) * n, side=("",) * n
    )


def item(tmp_path: Path, condition: str, found: EventTable, known: EventTable) -> Measured:
    recipe = random_recipe(701, condition)
    truth = tmp_path / f"{condition}.truth.tsv"
    rows = "".join(f"{onset}\t0.2\tjerk\tfull\n" for onset in known.onset_s)
    truth.write_text(f"onset\tduration\ttrial_type\tprofile\n{rows}")
    clip = clips.Clip(condition, tmp_path / f"{condition}.mp4", truth, recipe)
    pair = Pair(found, known, hours=0.5, width_px=640.0, condition=condition, name=condition)
    return Measured(clip, make_result(0, 0.01), pair)


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    items = [
        item(tmp_path, "clean_ir", events(1.005, 2.005, 9.0), events(1.0, 2.0, 3.0)),
        item(tmp_path, "still", events(), events()),
        item(tmp_path, "tremor", events(4.0, 5.0), events()),
    ]
    return measures.numbers(items) | {"clips_planned": 3, "seeds": [701], "reported": False}


def test_numbers_and_targets(values: dict[str, Any]) -> None:
    assert (values["all"]["tp"], values["all"]["fp"], values["all"]["fn"]) == (2, 3, 1)
    assert values["macro_f1"] == pytest.approx(2 / 3)
    assert values["jerk_free"]["per_h"] == 2.0
    assert values["calm"]["false"] == 0
    assert (values["profiles"]["full"]["recall"], values["profiles"]["all"]["known"]) == (2 / 3, 3)
    table = {row.what: row for row in targets.rows(values)}
    assert table["F1, mean over the conditions with jerks"].met is False
    assert table["false jerks an hour, tremor (0.50 h)"].reached.startswith("4.0 (")
    assert table["F1, swaddle"].met is None
    calm = next(row for what, row in table.items() if what.startswith("false jerks: still"))
    assert calm.met is None, "no false one in half an hour does not show none in 2 h"
    assert table["false jerks an hour, jerk-free, all causes (1.00 h)"].met is False
    assert json.loads(json.dumps(values, allow_nan=False))["clips"] == 3


def test_lengths_are_told_of_what_was_found(tmp_path: Path) -> None:
    found = events(1.0, 2.0, 5.0)
    told = replace(found, duration_s=np.array([0.24, 0.05, 0.2]))
    lengths = measures.numbers([item(tmp_path, "clean_ir", told, events(1.0, 2.0, 3.0))])["profiles"]["all"]
    assert (lengths["found"], lengths["known"], lengths["length_s"], lengths["far_too_short"]) == (2, 3, 0.2, 0.5)
    assert lengths["length_mae_s"] == pytest.approx(0.095)
    assert lengths["length_bias_s"] == pytest.approx(-0.055)


def test_poisson_intervals_of_rates(tmp_path: Path) -> None:
    """0 in 1 h: at most 3.69 (Garwood 1936); 10 in 1 h: 4.80 to 18.39."""
    none = measures.false_alarms([item(tmp_path, "still", events(), events()) for _ in range(2)])
    assert (none["per_h"], none["low"]) == (0, 0)
    assert none["high"] == pytest.approx(3.689, abs=1e-3)
    ten = measures.false_alarms([item(tmp_path, "still", events(*range(5)), events()) for _ in range(2)])
    assert (ten["low"], ten["high"]) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.39, abs=1e-2))


def test_the_page_keeps_what_a_person_wrote(values: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "accuracy.md"
    path.write_text(f"# Title\n\nwords\n\n{page.MARK}\n\nold numbers\n")
    page.write_page(values | {"targets": [asdict(row) for row in targets.rows(values)]}, path)
    text = path.read_text()
    assert text.startswith("# Title\n\nwords\n")
    assert "old numbers" not in text
    assert "| `clean_ir` | 0.667 |" in text
    assert "| full | 2 | 200 ms | 0 ms | 0 ms | 0.000 |" in text
    assert "tuning seeds" in text


def test_limb_paths_lie_where_limbs_are_drawn() -> None:
    recipe = random_recipe(701, "clean_ir")
    paths = limb_paths(recipe)
    assert sorted(paths) == ["left_arm", "left_leg", "right_arm", "right_leg"]
    length = recipe.sleeper.size * recipe.camera.width
    for path in paths.values():
        reach = math.hypot(*(path[-1] - path[0]))
        assert 0.02 * length < reach < 0.8 * length
    assert make_movement(1, 0.0).x < 1


def test_small_rivals_find_what_stands_out() -> None:
    time_s = np.arange(0, 10, 0.04)
    trace = 0.001 + 0.0002 * np.random.default_rng(1).random(len(time_s))
    for at in (2.0, 6.0):
        trace += 0.05 * np.exp(-(((time_s - at) / 0.06) ** 2))
    traces = Traces(time_s, trace, 100 * trace, time_s, 10 * trace)
    for detect in (absdiff_peaks, cuppens, motion_energy):
        spans = detect(traces, 8.0)
        assert len(spans) == 2, detect
        assert spans[:, 0] == pytest.approx([1.9, 5.9], abs=0.12)
        assert np.all(spans[:, 1] > spans[:, 0])
    still = Traces(time_s, np.full(250, 0.001), np.full(250, 0.1), time_s, np.full(250, 0.1))
    for detect in (absdiff_peaks, cuppens, motion_energy):
        assert len(detect(still, 3.0)) == 0


def test_what_dvr_scan_prints_is_read() -> None:
    assert _moments("\n00:00:09.967,00:01:16.733\n") == [9.967, 76.733]
    assert _moments("") == []


def test_a_scene_filmed_otherwise_has_the_same_truth() -> None:
    scene = _plain_scene(random_recipe(701, "single_jerks"))
    truth = clip_truth(scene)
    assert len(truth.of_kind("jerk")) >= 3
    changes = [("frame rate", value) for value in RATES_HZ] + [("light", value) for value in GAINS]
    for change, value in [*changes, *(("width", value) for value in WIDTHS_PX)]:
        other = _changed(scene, change, value)
        assert Recipe.model_validate(other.model_dump()) == other
        seen = clip_truth(other)
        assert [event.onset_s for event in seen.events] == [event.onset_s for event in truth.events]
        scale = other.camera.width / 640
        sizes = [event.amplitude_px * scale for event in truth.of_kind("jerk")]
        assert [event.amplitude_px for event in seen.of_kind("jerk")] == pytest.approx(sizes, rel=0.05)
