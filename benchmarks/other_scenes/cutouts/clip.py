"""One clip of a sleeping infant made of cut-outs, with its truth."""

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.other_scenes.cutouts import jerks, moves, things
from benchmarks.other_scenes.cutouts.body import make_body
from benchmarks.other_scenes.cutouts.camera import Camera, Sensor
from benchmarks.other_scenes.cutouts.film import pick_codec, timing, write
from benchmarks.other_scenes.cutouts.paint import Palette, sheet, skin
from benchmarks.other_scenes.cutouts.plan import Plan, Row
from benchmarks.other_scenes.cutouts.pulses import RATE
from benchmarks.other_scenes.cutouts.puppet import Puppet
from benchmarks.other_scenes.cutouts.stage import Stage

THEMES = ("single", "train", "mixed", "lookalike") * 4 + ("single", "mixed", "single", "quiet")
SIZES = ((640, 360), (640, 480), (640, 368), (480, 360), (320, 180), (352, 288), (960, 540), (1280, 720))
RATES = (12.5, 15, 20, 25, 30, 30000 / 1001, 50, 60)
WORK = (140e6, 85e6)  # most pixels of a grey and of a colour film


def _set_up(rng: np.random.Generator) -> tuple[Plan, float]:
    """Camera, bed, infant and sensor; frame rate."""
    width, height = SIZES[rng.choice(8, p=[0.35, 0.2, 0.1, 0.1, 0.08, 0.07, 0.06, 0.04])]
    grey = bool(rng.random() < 0.5)
    most = WORK[not grey] / (width * height)
    fps = float(rng.choice([fps for fps in RATES if 12 * fps < most] or RATES[:1]))
    turn = float(rng.choice([0, 1, -1]) * np.pi / 2 + rng.normal(0, 0.3) if rng.random() < 0.75 else rng.uniform(-3, 3))
    along = abs(np.sin(turn)) * width + abs(np.cos(turn)) * height
    fill = rng.uniform(*((0.75, 1.1), (0.4, 0.75), (0.22, 0.4))[rng.choice(3, p=[0.45, 0.4, 0.15])])
    camera = Camera(rng, width, height, 3.0 * width / along / fill)
    density = float(np.clip(camera.scale * 1.1, 40, 320))
    palette = Palette(rng, density, grey, float(rng.uniform(0, 2 * np.pi)), skin(rng))
    seconds = max(12.0, min(float(rng.uniform(12, 30)), most / fps))
    sensor = Sensor(rng, width, height, 1 if grey else 3)
    return Plan(palette, seconds, Puppet(palette, make_body(rng, turn), camera), camera, sensor), fps


def _direct(plan: Plan, theme: str) -> None:
    """Let happen what the theme asks for."""
    rng, width = plan.rng, plan.camera.width
    moves.breathe(plan)
    if theme == "train" or (theme == "mixed" and rng.random() < 0.35):
        for _ in range(rng.integers(1, 3)):
            hertz = float(np.exp(rng.uniform(np.log(0.5), np.log(8))))
            length = float(np.clip(rng.uniform(4, 16) / hertz, 1, 8))
            if (start := plan.free(length)) is not None:
                jerks.train(plan, start, length, hertz)
    for _ in range({"single": rng.integers(1, 6), "mixed": rng.integers(1, 5)}.get(theme, 0)):
        if (start := plan.free(1.2)) is not None:
            jerks.jerk(plan, start, jerks.pick_limbs(rng), jerks.pick_size(rng, width))
    if theme in ("mixed", "lookalike"):
        for action in (
            *rng.choice(moves.MOVES, rng.integers(theme != "mixed", 4)),
            *rng.choice(things.THINGS, rng.integers(1, 4)),
        ):
            action(plan)
    if theme == "mixed" and rng.random() < 0.3:
        jerks.jerk(plan, rng.uniform(1, plan.seconds - 2), jerks.pick_limbs(rng), jerks.pick_size(rng, width))
    veils = [row for row in plan.rows if row.blinding or row.kind in ("gross", "handling")]
    for row in plan.rows:
        near = [v for v in veils if v.onset - 0.2 < row.onset + row.duration and row.onset < v.onset + v.duration + 0.2]
        row.kind = "dont_care" if near and row.kind in ("jerk", "twitch") else row.kind
    plan.rows.sort(key=lambda row: row.onset)


def _frames(plan: Plan, times: np.ndarray, exposure: float, clock: bool) -> Iterator[tuple[float, np.ndarray]]:
    """Draw, expose and stamp every frame; quick movement is blurred over the exposure."""
    camera, shape = plan.camera, (plan.camera.height, plan.camera.width)
    stage = Stage(sheet(plan.palette, camera.width, camera.height, camera.plane(0.0)))
    for shown, taken in times:
        first, last = np.clip((taken + exposure * np.array([-0.5, 0.5])) * RATE, 0, plan.count - 1).astype(int)
        travel = np.abs(plan.pose[last, 6:] - plan.pose[first, 6:]).max() * camera.scale * 0.6
        steps = int(np.clip(np.ceil(travel / 1.5), 1, 4))
        moments = np.linspace(first, last, steps + 2)[1:-1].astype(int)
        light = sum(stage.draw(plan.layers(k)) / np.float32(steps) for k in moments)
        picture = plan.sensor.expose(light, plan.gain[first], plan.blur[first], plan.bump[first])
        if clock:
            text, spot = f"2024-03-05 02:14:{int(shown):02d}", (int(shape[1] * 0.02), int(shape[0] * 0.07))
            for colour, thick in ((0, 3), (240, 1)):
                cv2.putText(picture, text, spot, 0, shape[1] / 1100, (colour,) * 3, thick, cv2.LINE_AA)
        yield shown, picture


def render(out: Path, seed: int, number: int) -> str:
    """Render a clip into a folder unless it is there; returns its file name."""
    theme = THEMES[number % len(THEMES)]
    stem = f"{theme}-{number:04d}"
    made = [path.name for path in out.glob(f"{stem}.*") if path.suffix in (".mp4", ".mkv", ".avi")]
    if made:
        return made[0]
    cv2.setNumThreads(1)
    rng = np.random.default_rng([seed, number])
    plan, fps = _set_up(rng)
    _direct(plan, theme)
    times, manner = timing(rng, fps, plan.seconds)
    camera, sensor = plan.camera, plan.sensor
    codec = pick_codec(rng, camera.width * camera.height, manner in ("steady", "repeated"))
    clock, exposure = bool(rng.random() < 0.15), float(rng.uniform(0.1, 0.95) / fps)
    if clock:
        plan.rows.insert(0, Row(0.0, plan.seconds, "distractor", "none", 0.0))
    out.mkdir(parents=True, exist_ok=True)
    part = out / f".part-{stem}{codec[1]}"
    write(part, (camera.width, camera.height), _frames(plan, times, exposure, clock), fps, codec)
    names = "theme fps timing size codec view posture cover grey noise denoise gain clock exposure trunk_pixels things"
    facts = (theme, fps, manner, [camera.width, camera.height], codec, camera.view, plan.puppet.body.posture)
    facts += (plan.puppet.cover_kind, plan.palette.grey, sensor.noise, sensor.denoise, sensor.gain, clock, exposure)
    facts += (camera.scale, [thing.name for thing in plan.things])
    meta = dict(zip(names.split(), facts, strict=True))
    lines = [f"{r.onset:.4f}\t{r.duration:.4f}\t{r.kind}\t{r.limb}\t{r.amplitude:.2f}\n" for r in plan.rows]
    (out / f"{stem}.truth.tsv").write_text("onset\tduration\ttrial_type\tlimb\tamplitude_px\n" + "".join(lines))
    (out / f"{stem}.places.json").write_text(json.dumps([row.ends for row in plan.rows if row.kind == "jerk"]))
    (out / f"{stem}.meta.json").write_text(json.dumps(meta, indent=1))
    part.rename(out / f"{stem}{codec[1]}")
    return f"{stem}{codec[1]}"
