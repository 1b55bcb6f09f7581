"""Renders one clip of a sleeping infant with its exact truth."""

from pathlib import Path

import cv2
import numpy as np

from benchmarks.other_scenes.clay import extras as things
from benchmarks.other_scenes.clay import truth
from benchmarks.other_scenes.clay.film import Format, Writer
from benchmarks.other_scenes.clay.measure import lag
from benchmarks.other_scenes.clay.motion import RATE
from benchmarks.other_scenes.clay.script import THEMES, Script
from benchmarks.other_scenes.clay.sensor import Sensor
from benchmarks.other_scenes.clay.stage import Stage


def exposure(script: Script, late: np.ndarray, time: float, open_for: float) -> np.ndarray:
    """The lens picture gathered while the shutter is open (several moments where things move)."""
    spots = np.round((time + open_for * np.array([-0.4, 0.0, 0.4])) * RATE).astype(int).clip(0, len(late) - 1)
    if np.abs(script.states[spots[0]] - script.states[spots[2]])[:48].max() < 15 / script.stage.pixels:
        spots = spots[1:2]
    shots = [script.stage.picture(script.states[i], late[i])[0] for i in spots]
    return shots[0] if len(shots) == 1 else sum(shots) * np.float32(1 / 3)


def shoot(path: Path, script: Script, sensor: Sensor, form: Format, extras: list[things.Extra]) -> float:
    """Render and encode all frames; gives the time of the last one."""
    shown, taken = form.times(sensor.rng)
    late = lag(script.states, script.stage.cover.lag) if script.stage.cover else script.states
    writer, frame, before = Writer(path, form), np.zeros(0), -1.0
    for when, time in zip(shown, taken, strict=True):
        if time != before:
            picture = exposure(script, late, time, form.shutter / form.rate)
            live = [extra for extra in extras if extra.start <= time < extra.stop]
            for extra in live:
                picture = things.paint(extra, picture, time)
            frame = sensor.expose(picture)
            for extra in live:
                if extra.kind == "clock":
                    things.clock(frame, extra, time)
            before = time
        writer.write(frame, when)
    writer.close()
    return float(shown[-1])


def render(out: Path, seed: int, number: int) -> str:
    """Render clip `number` of `seed` into folder `out` unless it is there; gives its file name."""
    cv2.setNumThreads(1)
    rng, theme, out = np.random.default_rng([seed, number]), THEMES[number * 7 % 20], Path(out)
    form = Format(rng)
    stem = f"{theme}-{number:04d}"
    name = stem + form.suffix
    if (out / name).exists():
        return name
    out.mkdir(parents=True, exist_ok=True)
    guest = str(rng.choice(["", "hand", "pet"], p=[0.5, 0.3, 0.2])) if theme in ("mixed", "none") else ""
    stage = Stage(rng, form.inner, int(rng.choice([1, 3], p=[0.6, 0.4])), guest)
    script = Script(rng, stage, form.seconds, form.size[0] / form.inner[0])
    script.play(theme)
    extras, sensor = things.choose(rng, form.seconds, theme), Sensor(rng, form.size, stage.still.shape[2])
    hidden = out / f".part-{seed}-{name}"
    found = truth.rows(script, sensor, form.crf, extras, shoot(hidden, script, sensor, form, extras))
    meta = {"theme": theme, "seed": seed, "number": number, **vars(form), **stage.meta, "noise": sensor.noise}
    meta |= {"gain": sensor.gain, "denoise": sensor.denoise, "extras": [extra.kind for extra in extras]}
    truth.save(out, stem, found, meta)
    hidden.rename(out / name)
    return name
