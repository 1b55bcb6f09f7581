"""One clip: draw all choices from its seed, plan the movement, render, write video and truth."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.dolls.body import Body, PartTrack, make_body, pose_parts
from benchmarks.other_scenes.dolls.camera import Camera, make_camera
from benchmarks.other_scenes.dolls.effects import KINDS, EffectPlanner, Effects
from benchmarks.other_scenes.dolls.encode import CodecSpec, Writer, frame_times, make_codec
from benchmarks.other_scenes.dolls.jerks import JerkPlanner
from benchmarks.other_scenes.dolls.movement import Row, Track, add_fidgets, add_gross, add_rhythm, add_slow, start_track
from benchmarks.other_scenes.dolls.scene import Scene
from benchmarks.other_scenes.dolls.sensor import Sensor, make_spec
from benchmarks.other_scenes.dolls.visibility import Witness

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray
THEMES = {"single": 0.27, "train": 0.25, "mixed": 0.14, "busy": 0.13, "quiet": 0.21}
SIZES = {(320, 240): 0.07, (480, 360): 0.06, (640, 360): 0.12, (640, 480): 0.3, (704, 576): 0.08, (800, 600): 0.06,
         (960, 540): 0.07, (1280, 720): 0.18, (1280, 960): 0.03, (1920, 1080): 0.03}  # fmt: skip


@dataclass
class Setup:
    """What is fixed before anything moves."""

    theme: str
    width: int
    height: int
    fps: float
    seconds: float
    codec: CodecSpec
    infrared: bool
    covered: bool
    view: str
    rolling: float
    exposure: float


def _pick(rng: np.random.Generator, table: dict) -> object:
    return list(table)[int(rng.choice(len(table), p=np.array(list(table.values())) / sum(table.values())))]


def theme_of(seed: int, number: int) -> str:
    """Return the main theme of a clip; known before rendering, for its name."""
    return str(_pick(np.random.default_rng([seed, number, 1]), THEMES))


def make_setup(rng: np.random.Generator, theme: str) -> Setup:
    """Draw size, rate, length, codec, light, view."""
    width, height = _pick(rng, SIZES)
    fps = float(_pick(rng, {12.5: 0.06, 15.0: 0.1, 20.0: 0.07, 25.0: 0.35, 30.0: 0.3, 30000 / 1001: 0.08, 60.0: 0.04}))
    if fps > 30 and width > 720:
        fps = 30.0
    long = 22 if width < 1000 else 16
    view = str(_pick(rng, {"above": 0.3, "foot": 0.18, "oblique": 0.27, "afar": 0.12, "close": 0.13}))
    seconds = float(rng.uniform(14, long))
    rolling = float(rng.choice([0.0, rng.uniform(0.4, 0.9) / fps], p=[0.8, 0.2]))
    codec = make_codec(rng, width, height, fps)
    exposure = float(rng.choice([0.0, rng.uniform(0.3, 0.95) / fps], p=[0.5, 0.5]))
    return Setup(theme, width, height, fps, seconds, codec, bool(rng.random() < 0.62), bool(rng.random() < 0.5), view,
                 rolling, exposure)  # fmt: skip


class Clip:
    """Builds everything of one clip."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = np.random.default_rng([seed, number])
        self.setup = make_setup(self.rng, theme_of(seed, number))
        s = self.setup
        halve = 2 if s.width >= 1200 else 1  # large pictures are drawn at half size: a cheap lens shows no more
        self.camera: Camera = make_camera(self.rng, s.width // halve & ~3, s.height // halve & ~3, s.view)
        self.body: Body = make_body(self.rng)
        self.rest = pose_parts(self.body, np.zeros((1, self.body.n_dof)))
        self.scene = Scene(self.rng, self.camera, self.body, self.rest, s.infrared, s.covered)
        self.times = frame_times(self.rng, s.seconds, s.fps, s.codec.uneven)
        self.track: Track = start_track(self.rng, self.body, s.seconds)
        self.effects: Effects = self._disturb()
        self.sensor_spec = make_spec(self.rng, s.width, s.height, s.infrared)
        self._plan_jerks()

    def _disturb(self) -> Effects:
        rng, track, seconds, theme = self.rng, self.track, float(self.times[-1]), self.setup.theme
        lively = 1.8 if theme in ("quiet", "busy") else 0.7
        if rng.random() < 0.25 * lively:
            add_gross(rng, track, self.body, self.camera, seconds)
        for chance in (0.35, 0.2):
            if rng.random() < chance * lively:
                add_slow(rng, track, self.body, self.camera, seconds)
            if rng.random() < 0.8 * chance * lively:
                add_rhythm(rng, track, self.body, self.camera, seconds)
        if rng.random() < 0.12 * lively:
            add_fidgets(rng, track, self.body, seconds)
        planner = EffectPlanner(rng, self.camera, track, self.times)
        count = int(rng.integers(1, 4)) if lively > 1 else int(rng.random() < 0.3)
        for kind in rng.permutation(KINDS)[:count]:
            planner.add(str(kind))
        return planner.effects

    def _plan_jerks(self) -> None:
        rng, theme, seconds = self.rng, self.setup.theme, float(self.times[-1])
        noise = float(np.hypot(self.sensor_spec.noise, self.setup.codec.loss()))
        witness = Witness(self.scene, self.body, noise, self.setup.width / self.camera.width)
        planner = JerkPlanner(rng, self.body, self.track, seconds, witness)
        singles = {
            "single": rng.integers(4, 13),
            "mixed": rng.integers(2, 6),
            "busy": rng.integers(2, 8),
            "train": rng.integers(0, 2),
        }
        trains = {"train": rng.integers(1, 4), "mixed": 1, "busy": int(rng.random() < 0.4)}
        for _ in range(int(trains.get(theme, 0))):
            planner.add_train()
        for _ in range(int(singles.get(theme, 0))):
            planner.add_single()
        if theme in ("single", "train", "mixed", "busy"):
            for _ in range(8):
                if not planner.events:
                    planner.add_single()
        planner.finish()

    def _set_motion(self) -> None:
        # Two poses a frame: at the beginning and at the end of its exposure.
        times = np.stack([self.times, self.times + self.setup.exposure], 1).reshape(-1)
        poses = pose_parts(self.body, self.track.at(times))
        late = pose_parts(self.body, self.track.at(times + self.setup.rolling)) if self.setup.rolling else None
        extra = [_doubled(track) for track in self.effects.extra]
        self.scene.set_motion(poses + extra, late + extra if late else None)
        self.scene.hang_blanket(poses)

    def _light(self, frame: int) -> tuple[Array, Array | None]:
        """Gather the light of a frame; what moves during the exposure is smeared (two poses suffice)."""
        picture, colour = self.scene.render(2 * frame)
        if self.setup.exposure and self.scene.travel(2 * frame) > 0.7:
            picture = (picture + self.scene.render(2 * frame + 1)[0]) / 2
        return picture, colour

    def render(self, path: Path) -> dict:
        """Write the video and its truth; tells what was done."""
        begin = time.process_time()
        s = self.setup
        self._set_motion()
        sensor = Sensor(self.rng, self.sensor_spec, self.effects, self.scene.render(0)[0])
        writer = Writer(path, s.codec, (s.width, s.height), s.fps)
        for frame in range(len(self.times)):
            picture, colour = self._light(frame)
            writer.write(sensor.expose(picture, frame), sensor.colour(colour), float(self.times[frame]))
        writer.close()
        write_truth(path, self.track.rows, s.width / 640)
        return self._report() | {"cpu": time.process_time() - begin}

    def _report(self) -> dict:
        s, spec = self.setup, self.sensor_spec
        told = {name: getattr(s, name) for name in ("theme", "view", "fps", "infrared", "rolling", "exposure")}
        told |= {"size": [s.width, s.height], "seconds": float(self.times[-1]), "uneven": s.codec.uneven}
        told |= {"codec": s.codec.codec, "options": s.codec.options, "bit_rate": s.codec.bit_rate, "gop": s.codec.gop}
        told |= {"noise": round(spec.noise, 2), "denoise": round(spec.denoise, 2), "blur": round(spec.blur, 2)}
        return told | {"blanket": self.scene.blanket is not None}


def _doubled(track: PartTrack) -> PartTrack:
    twice = [np.repeat(getattr(track, name), 2, axis=0) for name in ("a", "b", "rot", "scale")]
    return PartTrack(track.part, *twice)


def write_truth(path: Path, rows: list[Row], scale: float) -> None:
    """Write the table of events and the places of the jerks beside the video; `scale` is its width over 640."""
    rows = sorted(rows, key=lambda row: row.onset)
    lines = ["onset\tduration\ttrial_type\tlimb\tamplitude_px"]
    lines += [f"{max(r.onset, 0):.4f}\t{r.duration:.4f}\t{r.kind}\t{r.limb}\t{scale * r.amplitude:.2f}" for r in rows]
    path.with_suffix(".truth.tsv").write_text("\n".join(lines) + "\n")
    places = [row.places for row in rows if row.kind == "jerk"]
    path.with_suffix(".places.json").write_text(json.dumps(places))


def render(out: Path, seed: int, number: int) -> str:
    """Render clip `number` unless it is there, and return its name; its ``.meta.json`` is written last."""
    stem = f"{theme_of(seed, number)}-{number:04d}"
    told = out / f"{stem}.meta.json"
    if not told.exists():
        clip = Clip(seed, number)
        told.write_text(json.dumps(clip.render(out / f"{stem}{clip.setup.codec.suffix}"), indent=1), "utf-8")
    return stem
