"""What happens to the whole picture: shadows, bands, insects, knocks, focus, overlay, switch to infrared."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from benchmarks.other_scenes.puppets.score import Row

Rng = np.random.Generator
Array = np.ndarray
Step = Callable[[Array, float], Array]


@dataclass
class Pictures:
    """Steps that each take a picture (float, 0-255) and a time, and rows of the truth."""

    size: tuple[int, int]
    seconds: float
    steps: list[Step] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def note(self, start: float, seconds: float, name: str) -> None:
        """Add a row for a distractor."""
        self.rows.append(Row(start, min(seconds, self.seconds - start), "distractor", "", note=name))

    def apply(self, picture: Array, t: float) -> Array:
        """The picture after all steps."""
        for step in self.steps:
            picture = step(picture, t)
        return picture


def shifted(picture: Array, x: float, y: float, zoom: float = 1.0) -> Array:
    """A picture moved and zoomed about its middle."""
    height, width = picture.shape[:2]
    turn = np.array([[zoom, 0, x + (1 - zoom) * width / 2], [0, zoom, y + (1 - zoom) * height / 2]])
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def vignette(rng: Rng, pictures: Pictures) -> None:
    """Fall-off of light towards the corners."""
    width, height = pictures.size
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    place = rng.normal(0, 0.15, 2)
    fall = 1 / (1 + rng.uniform(0.2, 1.4) * ((x - place[0]) ** 2 + (y - place[1]) ** 2) / 2) ** 1.5
    mask = fall.astype(np.float32)[..., None]
    pictures.steps.append(lambda picture, _t: picture * mask)


def fan(rng: Rng, pictures: Pictures, _start: float) -> None:
    """The turning shadow of a ceiling fan."""
    width, height = pictures.size
    centre = rng.uniform(-0.3, 1.3, 2) * pictures.size
    x, y = np.meshgrid(np.arange(width) - centre[0], np.arange(height) - centre[1])
    angle = (rng.integers(3, 6) * np.arctan2(y, x)).astype(np.float32)
    speed, depth = rng.uniform(2, 16), rng.uniform(0.03, 0.2)

    def step(picture: Array, t: float) -> Array:
        shade = np.clip(np.sin(angle - np.float32(speed * t)) * 2, 0, 1)
        return picture * (1 - depth * shade)[..., None]

    pictures.steps.append(step)
    pictures.note(0, pictures.seconds, "fan")


def bands(rng: Rng, pictures: Pictures, _start: float) -> None:
    """Bands of mains flicker that wander."""
    rows = np.arange(pictures.size[1], dtype=np.float32)[:, None, None] / pictures.size[1]
    depth, waves, speed = rng.uniform(0.01, 0.08), rng.uniform(0.5, 3), rng.uniform(-1.5, 1.5)
    pictures.steps.append(
        lambda p, t: p * (1 + depth * np.cos(2 * np.pi * (waves * rows - speed * t))).astype(np.float32)
    )
    pictures.note(0, pictures.seconds, "bands")


def insect(rng: Rng, pictures: Pictures, start: float) -> None:
    """Insects or dust that fly near the lens."""
    count, end = int(rng.integers(1, 4)), start + rng.uniform(0.8, 8)
    size = float(rng.uniform(1.5, 9)) * pictures.size[0] / 640
    speed, bright = rng.uniform(60, 600) * pictures.size[0] / 640, rng.uniform(30, 150)
    turns = rng.uniform(0.3, 2.5, (count, 2, 2))
    phase = rng.uniform(0, 6.3, (count, 2, 2))

    def step(picture: Array, t: float) -> Array:
        if not start < t < end:
            return picture
        layer = np.zeros(picture.shape[:2], np.float32)
        for turn, late in zip(turns, phase, strict=True):
            place = np.array(pictures.size) / 2 + (speed / turn / 3 * np.sin(turn * 2 * t + late)).sum(1)
            cv2.circle(layer, tuple(int(v) for v in place), int(size) + 1, bright, -1)
        return picture + cv2.GaussianBlur(layer, (0, 0), size / 2 + 0.7)[..., None]

    pictures.steps.append(step)
    pictures.note(start, end - start, "insect")


def knock(rng: Rng, pictures: Pictures, start: float) -> None:
    """The camera is knocked and rings, not always back to its place."""
    size, rate, decay = rng.uniform(1, 14) * pictures.size[0] / 640, rng.uniform(3, 9), rng.uniform(0.1, 0.5)
    way, left = rng.normal(0, 0.7, 2), rng.choice([0, 0.3])

    def step(picture: Array, t: float) -> Array:
        if t < start:
            return picture
        late = t - start
        push = size * (np.exp(-late / decay) * np.sin(2 * np.pi * rate * late) + left * min(late / 0.1, 1))
        return shifted(picture, *(way * push)) if abs(push) > 0.01 else picture

    pictures.steps.append(step)
    pictures.note(start, 4 * decay, "knock")


def shake(rng: Rng, pictures: Pictures, start: float) -> None:
    """Vibration or slow drift of the camera."""
    end = start + rng.uniform(2, 10)
    rate = rng.uniform(4, 12) if rng.random() < 0.5 else rng.uniform(0.05, 0.2)
    size = rng.uniform(0.2, 1.2) if rate > 1 else rng.uniform(1, 5)

    def step(picture: Array, t: float) -> Array:
        place = np.clip((t - start) / (end - start), 0, 1)
        push = size * np.sin(np.pi * place) * np.sin(2 * np.pi * rate * (t - start))
        return shifted(picture, push, 0.6 * push) if abs(push) > 0.01 else picture

    pictures.steps.append(step)
    pictures.note(start, end - start, "shake")


def focus(rng: Rng, pictures: Pictures, start: float) -> None:
    """The autofocus hunts: blur and breathing of the lens."""
    length, blur, zoom = rng.uniform(0.6, 2), rng.uniform(1, 4), rng.uniform(-0.02, 0.02)

    def step(picture: Array, t: float) -> Array:
        out = np.sin(np.pi * np.clip((t - start) / length, 0, 1)) ** 2
        if out < 0.02:
            return picture
        soft = cv2.GaussianBlur(picture, (0, 0), 0.05 + blur * out)
        return shifted(soft.reshape(picture.shape), 0, 0, 1 + zoom * out).reshape(picture.shape)

    pictures.steps.append(step)
    pictures.note(start, length, "focus")


def switch(rng: Rng, pictures: Pictures, start: float) -> None:
    """The camera switches from colour to infrared, dark for a moment."""
    gap, gain = rng.uniform(0.05, 0.4), rng.uniform(0.8, 1.4)

    def step(picture: Array, t: float) -> Array:
        if t < start:
            return picture
        dark = 0.15 if t < start + gap else gain
        return np.broadcast_to(picture.mean(2, keepdims=True) * dark, picture.shape)

    pictures.steps.append(step)
    pictures.note(start, gap + 0.1, "switch")


def clock(rng: Rng, pictures: Pictures, _start: float) -> None:
    """A clock in a corner that ticks."""
    width, height = pictures.size
    first, scale = int(rng.integers(0, 86000)), width / 640 * rng.uniform(0.4, 0.8)
    spot = (int(width * rng.choice([0.02, 0.6])), int(height * rng.choice([0.07, 0.97])))

    def step(picture: Array, t: float) -> Array:
        now = int(first + t) % 86400
        text = f"2024-03-07 {now // 3600:02d}:{now // 60 % 60:02d}:{now % 60:02d}"
        layer = np.zeros(picture.shape[:2], np.uint8)
        cv2.putText(layer, text, spot, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
        ink = (layer * np.float32(1 / 255))[..., None]
        return picture * (1 - ink) + 235 * ink

    pictures.steps.append(step)
    pictures.note(0, pictures.seconds, "clock")


EFFECTS = {
    "fan": fan, "bands": bands, "insect": insect, "knock": knock, "shake": shake,
    "focus": focus, "switch": switch, "clock": clock,
}  # fmt: skip
