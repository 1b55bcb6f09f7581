"""What a clip is to hold: theme, recording, and the names of its movements, things and effects."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Rng = np.random.Generator
Key = TypeVar("Key")
THEMES = ("single", "teasing", "train", "mixed", "quiet", "teasing", "train", "busy", "mixed", "teasing")
SIZES: dict[tuple[int, int], float] = {
    (640, 360): 10,
    (640, 480): 2,
    (480, 270): 2,
    (480, 360): 1,
    (320, 240): 2,
    (320, 180): 1,
    (848, 480): 0.8,
}
SIZES |= {(1280, 720): 0.5}
RATES: dict[float, float] = {12.5: 2, 15.0: 3, 20.0: 2.5, 25.0: 5, 29.97: 1.5, 30.0: 2, 50.0: 0.8, 60.0: 0.8}
CALM = ("slow", "head", "fidget", "sucking", "chewing", "tremor", "stretch", "kicking", "startle", "hiccup", "gross")
THINGS = ("cord", "mobile", "pet", "hand", "curtain", "rocking")
LIGHTS = ("light", "headlights", "screen")
PICTURES = ("fan", "bands", "insect", "knock", "shake", "focus", "switch", "clock")
TEASERS: tuple[str, ...] = (
    "sucking",
    "chewing",
    "tremor",
    "fidget",
    "kicking",
    "hiccup",
    "gross",
    "slow",
    "cord",
    "mobile",
    "pet",
)
TEASERS += ("hand", "curtain", "light", "headlights", "insect", "knock", "shake", "focus", "startle")


@dataclass(frozen=True)
class Plan:
    """The frame of a clip."""

    theme: str
    seconds: float
    size: tuple[int, int]
    rate: float
    loose: bool
    codec: str
    suffix: str
    quality: float
    gop: int
    blur: bool
    drops: float
    repeats: float
    lying: str
    light: str
    shadow: bool
    singles: int
    trains: int
    moves: tuple[str, ...]
    things: tuple[str, ...]
    lights: tuple[str, ...]
    pictures: tuple[str, ...]


def pick(rng: Rng, weights: dict[Key, float]) -> Key:
    """Draw a key by weight."""
    keys, shares = list(weights), np.array(list(weights.values()), float)
    return keys[rng.choice(len(keys), p=shares / shares.sum())]


def some(rng: Rng, names: tuple[str, ...], low: int, high: int) -> tuple[str, ...]:
    """Draw a few different names."""
    count = min(int(rng.integers(low, high + 1)), len(names))
    return tuple(str(n) for n in rng.choice(names, count, replace=False))


def contents(rng: Rng, theme: str) -> dict[str, Any]:
    """Numbers of jerks and names of everything else, by theme."""
    few: dict[str, Any] = {"singles": 0, "trains": 0, "moves": (), "things": (), "lights": (), "pictures": ()}
    if theme == "single":
        return few | {"singles": int(rng.integers(1, 6)), "moves": some(rng, CALM[:5], 0, 1)}
    if theme == "train":
        return few | {"trains": int(rng.integers(1, 4)), "moves": some(rng, CALM[:5], 0, 1)}
    if theme == "mixed":
        more = {"singles": int(rng.integers(1, 5)), "trains": int(rng.integers(0, 2)), "moves": some(rng, CALM, 1, 3)}
        return few | more | {"pictures": some(rng, PICTURES, 0, 1)}
    if theme == "busy":
        more = {"singles": int(rng.integers(2, 6)), "trains": int(rng.integers(0, 3)), "moves": some(rng, CALM, 1, 3)}
        more |= {"things": some(rng, THINGS, 1, 2), "lights": some(rng, LIGHTS, 0, 1)}
        return few | more | {"pictures": some(rng, PICTURES, 0, 2)}
    if theme == "quiet":
        return few | {"pictures": some(rng, ("clock", "bands", "shake"), 0, 1)}
    names = some(rng, TEASERS, 1, 2)
    groups = {"moves": CALM, "things": THINGS, "lights": LIGHTS, "pictures": PICTURES}
    return few | {group: tuple(n for n in names if n in known) for group, known in groups.items()}


def draw(rng: Rng, number: int) -> Plan:
    """Draw the frame of a clip; its theme follows from the number."""
    size, rate = pick(rng, SIZES), pick(rng, RATES)
    light = str(rng.choice(["infrared", "lamp", "night"], p=[0.56, 0.2, 0.24]))
    shadow = light == "lamp" or (light == "night" and bool(rng.random() < 0.3))
    if size[0] >= 640 and (shadow or size[0] > 640):
        rate = min(rate, 15.0 if shadow else 20.0)
    if size[0] > 640 and shadow:
        size = (640, 360)
    if rate > 30 and size[0] > 480:
        size = (480, 270)
    codec = str(pick(rng, {"h264": 6, "hevc": 2, "mjpeg": 1, "vp9": 1}))
    suffix = {"h264": [".mp4", ".mkv", ".avi"], "hevc": [".mp4", ".mkv"], "mjpeg": [".avi", ".mkv"], "vp9": [".mkv"]}
    chosen = str(rng.choice(suffix[codec], p=[0.6, 0.3, 0.1] if codec == "h264" else None))
    free = chosen != ".avi"
    theme = THEMES[number % len(THEMES)]
    return Plan(
        theme=theme,
        seconds=rng.uniform(15, 30) if rate * size[0] <= 25 * 640 else rng.uniform(15, 20),
        size=size,
        rate=rate,
        loose=bool(free and rng.random() < 0.2),
        codec=codec,
        suffix=chosen,
        quality=rng.beta(1, 1.6),
        gop=int(rng.choice([10, 25, 50, 250])),
        blur=bool(rate <= 20 and size[0] <= 640 and not shadow and rng.random() < 0.3),
        drops=rng.uniform(0.005, 0.04) if free and rng.random() < 0.15 else 0.0,
        repeats=rng.uniform(0.005, 0.04) if rng.random() < 0.15 else 0.0,
        lying=str(rng.choice(["supine", "left", "right", "prone"], p=[0.64, 0.13, 0.13, 0.1])),
        light=light,
        shadow=shadow,
        **contents(rng, theme),
    )


def times(rng: Rng, plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Frame times, and which frames repeat the one before."""
    count = int(plan.seconds * plan.rate)
    moments = np.arange(count) / plan.rate
    if plan.loose:
        moments[1:] += rng.uniform(-0.3, 0.3, count - 1) / plan.rate
    keep = rng.random(count) >= plan.drops
    keep[0] = True
    repeated = rng.random(count) < plan.repeats
    repeated[0] = False
    return moments[keep], repeated[keep]
