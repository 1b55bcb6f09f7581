"""The sleeper: where its joints lie in the picture, and the tapered capsules that it is painted from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.other_scenes.plates.camera import Camera

Array = np.ndarray
LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg")
COVERS = {"bare": 0.2, "suit": 0.25, "mixed": 0.2, "blanket": 0.22, "swaddle": 0.13}
LEG_CLOTH = {"bare": "skin", "suit": "cloth", "mixed": "cloth2", "blanket": "cloth", "swaddle": "cloth"}


class Piece:
    """One capsule from `a` to `b`, of a limb or of the body."""

    def __init__(self, name: str, limb: str, ends: tuple[Array, Array], radii: tuple[float, float], cloth: str) -> None:
        self.name, self.limb, self.cloth = name, limb, cloth
        self.a, self.b = (np.array(end, np.float32) for end in ends)
        self.ra, self.rb = radii

    def geometry(self, x: Array, y: Array) -> tuple[Array, ...]:
        """Distance from the rim, offset from the axis (two, in radii), place along and across, radius."""
        ab = self.b - self.a
        length = float(np.hypot(*ab)) + 1e-3
        e = ab / length
        px, py = x - self.a[0], y - self.a[1]
        along = px * e[0] + py * e[1]
        t = np.clip(along / length, 0, 1)
        dx, dy = px - t * ab[0], py - t * ab[1]
        r = self.ra + (self.rb - self.ra) * t
        return np.hypot(dx, dy) - r, dx / r, dy / r, along, (-px * e[1] + py * e[0]), r


@dataclass
class Layout:
    """How the body lies in the picture: its length there, its breadth, and body coordinates to pixels."""

    length: float
    breadth: float
    to_picture: Callable[[Array | list[float]], Array]
    squash: float
    angle: float


def make_layout(rng: np.random.Generator, camera: Camera) -> Layout:
    """Draw distance, direction and foreshortening."""
    w, h, small = camera.width, camera.height, rng.random()
    low, high = (0.42, 0.7) if small < 0.3 else (0.7, 1.05) if small < 0.7 else (1.1, 1.9)
    length, fits = rng.uniform(low, high) * h, small < 0.7
    angle = rng.choice([0, 90, -90, 180]) + rng.normal(0, 25)
    if not fits or length > 0.8 * h:
        angle = rng.choice([90, -90]) + rng.normal(0, 20)
    squash = float(rng.choice([1, rng.uniform(0.5, 0.95)]))
    turn, slant = _rotation(math.radians(angle)), _rotation(rng.uniform(0, np.pi))
    matrix = length * slant @ np.diag([1, squash]) @ slant.T @ turn
    middle = np.array([w * rng.uniform(0.42, 0.58), h * rng.uniform(0.42, 0.58)])
    centre = np.array([0, 0.48 if fits else rng.choice([0.33, 0.5, 0.62])])
    breadth = length * (0.55 + 0.45 * squash)
    return Layout(length, breadth, lambda q: matrix @ (np.array(q) - centre) + middle, squash, float(angle))


def _rotation(angle: float) -> Array:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _polar(degrees: float, length: float) -> Array:
    """Offset in body coordinates; 0 degrees points to the head."""
    return np.array([math.sin(math.radians(degrees)), -math.cos(math.radians(degrees))]) * length


def _near(rng: np.random.Generator, at: list[float]) -> Array:
    return np.array(at) + rng.normal(0, 0.012, 2)


@dataclass
class Posture:
    """What decides how the limbs lie: cover, on the side (and to which), tightly wrapped."""

    cover: str
    on_side: bool
    side: int
    tight: bool

    def arm(self, rng: np.random.Generator, sign: int) -> tuple[float, float]:
        """Angles of upper arm and forearm."""
        fate = rng.random()
        if self.tight:
            upper = sign * rng.uniform(165, 180)
            return upper, sign * rng.choice([rng.uniform(185, 200), rng.uniform(-130, -80)])
        if self.on_side:
            upper = self.side * rng.uniform(60, 140)
            return upper, upper + self.side * rng.uniform(-70, 20)
        if fate < 0.5:  # beside the head
            return sign * rng.uniform(70, 125), sign * rng.uniform(-10, 40)
        if fate < 0.75:  # down
            return sign * rng.uniform(130, 170), sign * rng.uniform(100, 185)
        return sign * rng.uniform(115, 150), sign * rng.uniform(-110, -50)  # across the chest

    def leg(self, rng: np.random.Generator, sign: int) -> tuple[float, float]:
        """Angles of thigh and shin."""
        if self.tight:
            return sign * rng.uniform(172, 182), sign * rng.uniform(178, 190)
        if self.on_side:
            thigh = self.side * rng.uniform(80, 150)
            return thigh, thigh + self.side * rng.uniform(20, 90)
        if rng.random() < 0.6:  # as a frog
            return sign * rng.uniform(105, 155), sign * rng.uniform(175, 235)
        return sign * rng.uniform(150, 178), sign * rng.uniform(165, 195)


def _joints(rng: np.random.Generator) -> tuple[dict[str, Array], Posture]:
    """Draw the joints in body coordinates: x to its left, y from the crown down, length 1."""
    at = {"neck": _near(rng, [0, 0.215])}
    at["head"] = at["neck"] + np.array([rng.normal(0, 0.02), -0.10])
    cover = str(rng.choice(list(COVERS), p=list(COVERS.values())))
    on_side, side = rng.random() < 0.3, rng.choice([-1, 1])
    posture = Posture(cover, on_side, side, tight=cover == "swaddle" and rng.random() < 0.75)
    for name, sign in (("left", 1), ("right", -1)):
        at[f"{name}_sh"] = _near(rng, [sign * 0.115, 0.27])
        at[f"{name}_hip"] = _near(rng, [sign * 0.07, 0.555])
        upper, fore = posture.arm(rng, sign)
        at[f"{name}_el"] = at[f"{name}_sh"] + _polar(upper, 0.135)
        at[f"{name}_wr"] = at[f"{name}_el"] + _polar(fore, 0.115)
        at[f"{name}_hd"] = at[f"{name}_wr"] + _polar(fore + rng.normal(0, 20), 0.05)
        thigh, shin = posture.leg(rng, sign)
        at[f"{name}_kn"] = at[f"{name}_hip"] + _polar(thigh, 0.165)
        at[f"{name}_an"] = at[f"{name}_kn"] + _polar(shin, 0.15)
        at[f"{name}_ft"] = at[f"{name}_an"] + _polar(shin - sign * rng.uniform(10, 70), 0.065)
    at["chest"], at["belly"] = _near(rng, [0, 0.31]), _near(rng, [0, 0.49])
    return at, posture


class _Tailor:
    """Hangs capsules on the joints and chooses what each is dressed in."""

    def __init__(self, rng: np.random.Generator, joints: dict[str, Array], cover: str, thick: float) -> None:
        self.rng, self.at, self.thick = rng, joints, thick
        on_blanket = str(rng.choice(["skin", "cloth"]))
        self.sleeve = "skin" if cover in ("bare", "mixed") else on_blanket if cover == "blanket" else "cloth"
        self.trouser = LEG_CLOTH[cover]

    def piece(self, name: str, limb: str, ends: tuple[str, str], radii: tuple[float, float], cloth: str) -> Piece:
        a, b = (self.at[end] for end in ends)
        return Piece(name, limb, (a, b), (radii[0] * self.thick, radii[1] * self.thick), cloth)

    def leg(self, s: str) -> list[Piece]:
        limb, random = f"{s}_leg", self.rng.random
        foot = "skin" if random() < 0.6 else self.trouser
        thigh = self.trouser if random() < 0.8 else "cloth"
        return [
            self.piece(f"{s}_foot", limb, (f"{s}_an", f"{s}_ft"), (0.03, 0.026), foot),
            self.piece(f"{s}_shin", limb, (f"{s}_kn", f"{s}_an"), (0.047, 0.034), self.trouser),
            self.piece(f"{s}_thigh", limb, (f"{s}_hip", f"{s}_kn"), (0.066, 0.052), thigh),
        ]

    def arm(self, s: str) -> list[Piece]:
        limb = f"{s}_arm"
        upper = "cloth" if self.rng.random() < 0.6 else self.sleeve
        return [
            self.piece(f"{s}_hand", limb, (f"{s}_wr", f"{s}_hd"), (0.026, 0.03), "skin"),
            self.piece(f"{s}_fore", limb, (f"{s}_el", f"{s}_wr"), (0.038, 0.028), self.sleeve),
            self.piece(f"{s}_upper", limb, (f"{s}_sh", f"{s}_el"), (0.05, 0.04), upper),
        ]

    def dress(self) -> list[Piece]:
        """All pieces, from the lowest to the one on top."""
        order = ["left", "right"]
        self.rng.shuffle(order)
        pieces = [self.piece("torso", "body", ("chest", "belly"), (0.125, 0.12), "cloth")]
        for side in order:
            pieces += self.leg(side)
        head, neck = self.at["head"], self.at["neck"]
        crown = head + 0.25 * (head - neck)
        pieces.append(self.piece("neckp", "body", ("neck", "chest"), (0.06, 0.08), "skin"))
        pieces.append(Piece("head", "head", (head, crown), (0.1 * self.thick, 0.092 * self.thick), "skin"))
        for side in order:
            pieces += self.arm(side)
        return pieces


@dataclass
class Sleeper:
    """A sleeper in the picture; limbs that are `loose` lie as a layer above a plate without them."""

    layout: Layout
    joints: dict[str, Array]
    pieces: list[Piece]
    cover: str
    covered_from: float
    loose: list[str]
    on_side: bool


def make_sleeper(rng: np.random.Generator, camera: Camera) -> Sleeper:
    """Draw how it lies, what it wears and what covers it; `covered_from` is where the cover begins along the body."""
    layout = make_layout(rng, camera)
    joints, posture = _joints(rng)
    joints = {name: layout.to_picture(at) for name, at in joints.items()}
    thick = rng.uniform(0.85, 1.15) * layout.breadth
    pieces = _Tailor(rng, joints, posture.cover, thick).dress()
    covered_from, free = 1.0, LIMBS
    if posture.cover == "blanket":
        covered_from = rng.uniform(0.3, 0.6)
        free = LIMBS[:2] if covered_from > 0.5 else ()
    elif posture.cover == "swaddle":
        covered_from, free = 0.25, ()
    loose = [limb for limb in free if rng.random() < 0.5]
    return Sleeper(layout, joints, pieces, posture.cover, covered_from, loose, bool(posture.on_side))
