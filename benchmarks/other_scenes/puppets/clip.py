"""One clip: physics, truth, pictures and the video file."""

from pathlib import Path

import cv2
import mujoco
import numpy as np

from benchmarks.other_scenes.puppets import (
    body,
    camera,
    lights,
    picture,
    plan,
    points,
    room,
    scene,
    score,
    sensor,
    truth,
    wishes,
)
from benchmarks.other_scenes.puppets.encode import Writer
from benchmarks.other_scenes.puppets.jerks import Done, perform
from benchmarks.other_scenes.puppets.moves import MOVES, breathe
from benchmarks.other_scenes.puppets.painter import Painter
from benchmarks.other_scenes.puppets.scene import STEP
from benchmarks.other_scenes.puppets.stage import Stage
from benchmarks.other_scenes.puppets.things import THINGS

Rng = np.random.Generator
Array = np.ndarray
EVERY = 5


def furnish(rng: Rng, wanted: plan.Plan) -> tuple[Stage, camera.View]:
    """The settled scene and its camera."""
    build = body.draw(rng)
    place = room.draw(rng, wanted.things)
    model = scene.build_model(rng, build, place, wanted.size)
    scene.pose_spring(rng, model)
    data = scene.settle(rng, model, wanted.lying)
    stage = Stage(model, data, score.blank(model, data, wanted.seconds), points.points(build))
    mujoco.mj_forward(model, data)
    spots = stage.world(data)
    if place.blanket:
        legs = [p.limb.endswith("leg") for p in stage.points]
        model.geom("cover").pos[:2] = spots[legs].mean(0)[:2] + rng.normal(0, 0.03, 2)
    view = camera.draw(rng, model, data, wanted.size, spots)
    view.apply(model)
    return stage, view


def compose(rng: Rng, wanted: plan.Plan, stage: Stage) -> float:
    """Write breathing, movements and things into the score; the rate of breathing."""
    rate = breathe(rng, stage.score)
    spots = stage.world(stage.data)
    trunk = spots[[p.limb == "trunk" for p in stage.points]]
    for name in wanted.moves:
        for _ in range(int(rng.choice([1, 1, 2])) if name not in ("gross", "startle", "stretch") else 1):
            MOVES[name](rng, stage.score, rng.uniform(0.5, wanted.seconds - 3))
    for name in wanted.things:
        THINGS[name](rng, stage.score, rng.uniform(0.5, max(1.0, wanted.seconds - 8)), trunk)
    for row in stage.score.rows:
        row.duration = min(row.duration, wanted.seconds - row.onset)
    return rate


def jerk(rng: Rng, wanted: plan.Plan, stage: Stage, view: camera.View) -> list[Done]:
    """Play the whole clip with its jerks."""
    spots = stage.world(stage.data)
    seen = truth.visible(stage, view, spots)
    limbs = np.array([p.limb for p in stage.points])
    sides = {name: float(seen[limbs == name].mean()) for name in points.LIMBS[:4]}
    sides["head"] = 0.25 * float(seen[limbs == "head"].mean())
    scale = view.focal / float(np.linalg.norm(spots.mean(0) - view.position))
    found = [perform(rng, stage, view, w) for w in wishes.draw(rng, wanted, scale, sides, stage.score.rows)]
    stage.play(stage.score.steps)
    return [done for done in found if done is not None]


def judge(done: Done, painter: Painter, kind: sensor.Kind) -> None:
    """Make a jerk one that does not count if it cannot be told from the sensor's noise."""
    moved, still = (painter.paint(s, done.moment).mean(2) for s in (done.moved, done.still))
    change = cv2.absdiff(moved, still)
    area = change > 2.0
    enough = area.sum() >= max(6, 10 * (painter.view.size[0] / 640) ** 2)
    level = float(still[area].mean()) if enough else 0.0
    if not enough or change[area].mean() < kind.left(level) or done.row.amplitude < 0.8:
        done.row.kind = "dont_care"


def film(
    rng: Rng, wanted: plan.Plan, painter: Painter, effects: picture.Pictures, eye: sensor.Sensor, path: Path
) -> int:
    """Render, spoil and encode all frames; their number."""
    states = painter.stage.states
    moments, repeated = plan.times(rng, wanted)
    parts = int(rng.integers(2, 4)) if wanted.blur else 1
    shutter = rng.uniform(0.3, 0.95) / wanted.rate
    with Writer(path, wanted.codec, wanted.size, wanted.rate, wanted.quality, wanted.gop) as writer:
        for t, again in zip(moments, repeated, strict=True):
            if not again:
                pieces = t + (np.arange(parts) / parts - 0.5 + 0.5 / parts) * shutter
                index = np.clip(np.round(pieces / STEP).astype(int), 0, len(states) - 1)
                clean = np.mean([painter.paint(states[i], t) for i in index], 0) if parts > 1 else None
                shown = painter.paint(states[index[0]], t) if clean is None else clean
                shot = eye.expose(effects.apply(shown, t).astype(np.float32))
            writer.add(shot, t)
    return len(moments)


def spoil(rng: Rng, wanted: plan.Plan, light: lights.Lights) -> picture.Pictures:
    """The effects on the whole picture."""
    effects = picture.Pictures(wanted.size, wanted.seconds)
    if light.kind == "infrared" or rng.random() < 0.3:
        picture.vignette(rng, effects)
    for name in wanted.lights:
        lights.CHANGES[name](rng, light, rng.uniform(1, wanted.seconds - 4), wanted.seconds)
    for name in wanted.pictures:
        picture.EFFECTS[name](rng, effects, rng.uniform(1, wanted.seconds - 4))
    return effects


def describe(wanted: plan.Plan, view: camera.View, light: lights.Lights, rows: list[score.Row], rate: float) -> dict:
    """The description of a clip."""
    notes = [f"{r.onset:.3f} {r.limb} {r.note}" for r in sorted(rows, key=lambda r: r.onset) if r.note]
    meta = {
        name: getattr(wanted, name) for name in ("theme", "codec", "size", "lying", "quality", "gop", "loose", "blur")
    }
    meta |= {"fps": wanted.rate, "light": light.kind, "camera": view.kind, "breaths_per_minute": round(rate, 1)}
    meta |= {"drops": wanted.drops, "repeats": wanted.repeats, "notes": notes}
    return meta | {"effects": [*wanted.moves, *wanted.things, *wanted.lights, *wanted.pictures]}


def render(out: Path, seed: int, number: int) -> str:
    """Render one clip from a seed and a number unless it is there already; its name."""
    rng = np.random.default_rng([seed, number])
    wanted = plan.draw(rng, number)
    name = f"{wanted.theme}-{number:04d}{wanted.suffix}"
    stem = out / Path(name).stem
    if (out / name).exists():
        return name
    out.mkdir(parents=True, exist_ok=True)
    stage, view = furnish(rng, wanted)
    light = lights.draw(rng, stage.model, view.position, wanted.light)
    rate = compose(rng, wanted, stage)
    found = jerk(rng, wanted, stage, view)
    effects = spoil(rng, wanted, light)
    mono = light.kind == "infrared" and "switch" not in wanted.pictures
    eye = sensor.Sensor(rng, sensor.draw(rng, mono, light.kind == "night"), wanted.size)
    painter = Painter(stage, view, light, eye.kind.gamma, wanted.shadow)
    for done in found:
        judge(done, painter, eye.kind)
    rows = stage.score.rows + light.rows + effects.rows + [done.row for done in found]
    truth.trim(rows)
    truth.spread(rows, stage.tracks(EVERY), EVERY, stage, view)
    part = out / f".part-{name}"
    count = film(rng, wanted, painter, effects, eye, part)
    painter.close()
    truth.write(stem, rows, describe(wanted, view, light, rows, rate) | {"frames": count, "seed": seed})
    part.rename(out / name)
    return name
