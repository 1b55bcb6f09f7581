"""One clip from its seed to its files."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.plates import movement
from benchmarks.other_scenes.plates.camera import Camera, make_camera
from benchmarks.other_scenes.plates.disturbances import ANY, MILD, disturb
from benchmarks.other_scenes.plates.effects import Repeat, apply_effects
from benchmarks.other_scenes.plates.encode import Format, Writer, frame_times, make_format, set_quality
from benchmarks.other_scenes.plates.jerks import add_singles, add_train
from benchmarks.other_scenes.plates.plan import Plan
from benchmarks.other_scenes.plates.scene import Scene
from benchmarks.other_scenes.plates.sensor import Sensor, SensorSpec, make_spec
from benchmarks.other_scenes.plates.truth import judge, write_truth

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Array = np.ndarray
THEMES = ("single", "train", "mixed", "quiet", "busy", "mixed", "single", "busy", "train", "quiet")


def _perhaps(plan: Plan, movements: Iterable[tuple]) -> None:
    """Add each movement by its chance."""
    for add, chance in movements:
        if plan.rng.random() < chance:
            add(plan)


def _fill_quiet(plan: Plan) -> None:
    rhythm = movement.rhythm
    chances = {movement.slow: 0.6, movement.twitch: 0.5, movement.gross: 0.5}
    _perhaps(plan, [*chances.items(), (rhythm, 0.6), (rhythm, 0.3)])
    disturb(plan, ANY, int(plan.rng.integers(1, 5)), spare=True)


def _fill_busy(plan: Plan) -> None:
    chances = {movement.gross: 0.7, movement.slow: 0.9, movement.twitch: 0.7, movement.rhythm: 0.8}
    _perhaps(plan, [*chances.items(), (movement.slow, 0.5)])
    disturb(plan, ANY, int(plan.rng.integers(3, 7)), spare=False)
    _perhaps(plan, [(add_train, 0.6)])
    add_singles(plan, int(plan.rng.integers(3, 7)), 0.5)


def _fill_jerky(plan: Plan, theme: str) -> None:
    rng, mixed = plan.rng, theme == "mixed"
    if theme == "single":
        add_singles(plan, int(rng.integers(4, 9)))
    elif mixed:
        add_train(plan)
        add_singles(plan, int(rng.integers(3, 6)))
    else:
        for _ in range(int(rng.integers(1, 4))):
            add_train(plan)
    if rng.random() < 0.35 or mixed:
        movement.slow(plan)
    if rng.random() < 0.2 or (mixed and rng.random() < 0.5):
        movement.twitch(plan)
    _perhaps(plan, [(movement.rhythm, 0.25)])
    if mixed:
        _perhaps(plan, [(movement.gross, 0.3)])
    disturb(plan, MILD, int(rng.integers(0, 3)), spare=True)


def make_plan(rng: np.random.Generator, scene: Scene, theme: str) -> Plan:
    """Plan everything that happens."""
    plan = Plan(scene, rng)
    movement.breathe(plan)
    if theme == "quiet":
        _fill_quiet(plan)
    elif theme == "busy":
        _fill_busy(plan)
    else:
        _fill_jerky(plan, theme)
    scene.spread_layers()
    return plan


def _fate(plan: Plan, times: Array, form: Format) -> tuple[set[int], set[int]]:
    """Frames that are dropped, and frames that repeat the one before."""
    dropped, repeated = set(), set()
    for effect in plan.effects:
        if isinstance(effect, Repeat):
            first = int(np.searchsorted(times, effect.begin))
            frames = range(first, min(len(times), first + effect.frames))
            (dropped if effect.dropped and form.suffix != "avi" else repeated).update(frames)
    return dropped, repeated


class _Exposure:
    """Pictures as the shutter sees them: smeared over its time when something moves fast."""

    def __init__(self, scene: Scene, shutter: float) -> None:
        self.scene, self.shutter = scene, shutter
        turning = 0.25 * scene.sleeper.layout.length
        movers = [mover for name, mover in scene.rig.movers.items() if mover.active and not name.startswith("breath")]
        self.movers = [(mover, 1 if mover.kind == "trans" else turning) for mover in movers]

    def at(self, t: float) -> Array:
        """Picture whose exposure has its middle at `t`."""
        begin, end = t - self.shutter / 2, t + self.shutter / 2
        way = max((abs(m.value(end) - m.value(begin)) * unit for m, unit in self.movers), default=0)
        if way <= 1.2:
            return self.scene.render(t)
        moments = np.linspace(-0.5, 0.5, 3 if way < 6 else 5)
        total = sum(self.scene.render(t + moment * self.shutter).astype(np.float32) for moment in moments)
        return (total / len(moments) + 0.5).astype(np.uint8)


def _write_video(path: Path, plan: Plan, spec: SensorSpec, form: Format, times: Array) -> None:
    rng, camera = plan.rng, plan.scene.camera
    set_quality(rng, form, camera)
    writer, sensor = Writer(path, form, camera), Sensor(rng, spec, camera)
    exposure = _Exposure(plan.scene, spec.shutter)
    dropped, repeated = _fate(plan, times, form)
    planes = None
    for index, t in enumerate(times):
        if index in dropped:
            continue
        if planes is None or index not in repeated:
            planes = sensor.planes(apply_effects(exposure.at(t), t, plan.effects))
        writer.write(planes, index, t)
    writer.close()


def _told(plan: Plan, camera: Camera, spec: SensorSpec, form: Format) -> dict[str, object]:
    """What was drawn, for the record of the clip."""
    picture = {"width": camera.width, "height": camera.height, "fps": camera.fps, "vfr": camera.uneven,
               "seconds": round(camera.seconds, 2), "infrared": camera.infrared, "dim": camera.dim}  # fmt: skip
    stored = {"codec": form.codec, "container": form.suffix, "quality": form.quality}
    noise = {"noise": spec.told(), "shutter_s": round(spec.shutter, 4)}
    disturbed = [{"kind": e.kind, "t0": round(e.begin, 2), "t1": round(e.end, 2)} for e in plan.effects]
    jerks = [
        {"onset": round(r.onset, 4), "form": r.form, "tag": r.tag, "visible": r.visible, "typ": r.kind,
         "amp640": round(r.amplitude / camera.scale, 2)}
        for r in sorted(plan.rows, key=lambda row: row.onset) if r.form
    ]  # fmt: skip
    told = plan.scene.told() | plan.told | picture | stored | noise
    return told | {"distractors": disturbed, "jerks": jerks}


def render(out: Path, seed: int, number: int) -> str:
    """Render clip `number` unless it is there, and return its name; its ``.meta.json`` is written last."""
    theme = THEMES[number % len(THEMES)]
    stem = out / f"{theme}-{number:04d}"
    told = stem.with_name(f"{stem.name}.meta.json")
    if not told.exists():
        begin, drawn = time.process_time(), {"kind": theme, "seed": seed, "number": number}
        drawn |= _render(stem, theme, np.random.default_rng([seed, number, 77]))
        drawn["cpu_s"] = round(time.process_time() - begin, 1)
        told.write_text(json.dumps(drawn, indent=1), "utf-8")
    return stem.name


def _render(stem: Path, theme: str, rng: np.random.Generator) -> dict[str, object]:
    """Write the video and its truth; tells what was drawn."""
    camera = make_camera(rng)
    scene = Scene(rng, camera)
    plan = make_plan(rng, scene, theme)
    spec = make_spec(rng, camera)
    judge(plan, spec)
    form = make_format(rng, camera)
    times = frame_times(rng, camera)
    _write_video(stem.with_name(f"{stem.name}.{form.suffix}"), plan, spec, form, times)
    write_truth(stem, plan)
    return _told(plan, camera, spec, form)
