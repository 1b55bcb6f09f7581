"""The jointed figure: channels of movement, sizes, resting poses, and where each cut-out lies."""

from typing import NamedTuple

import numpy as np

LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg")
CHANNELS = ["x", "y", "rot", "head", "mouth", "breath", *(f"{limb}.{j}" for limb in LIMBS for j in (0, 1, 2, "lift"))]
INDEX = {name: i for i, name in enumerate(CHANNELS)}
ARM_POSES = ((-25, -65, 0), (62, 8, 5), (55, 95, 10), (0, 15, 0), (-5, -115, 10))
LEG_POSES = ((35, 72, -40), (80, 8, -35), (52, 45, -50), (45, 20, -45))
ARM_SIZES = ((0.44, 0.14, 0.115), (0.38, 0.115, 0.08), (0.2, 0.075, 0.075))
LEG_SIZES = ((0.5, 0.2, 0.15), (0.45, 0.15, 0.09), (0.25, 0.085, 0.08))


class Body(NamedTuple):
    """A figure at rest: channel values, length and both radii of each segment, joints, mirror signs, paper order."""

    rest: np.ndarray
    posture: str
    sizes: dict[str, tuple[float, float, float]]
    roots: dict[str, tuple[float, float]]
    sides: dict[str, int]
    order: list[str]


def limb_parts(limb: str) -> list[str]:
    """Names of the segments of a limb (or the head)."""
    return ["head"] if limb == "head" else [f"{limb}.{joint}" for joint in range(3)]


def make_body(rng: np.random.Generator, turn: float) -> Body:
    """A random infant in a random resting pose, its head pointing up in the film when `turn` is 0."""
    posture = str(rng.choice(["supine", "prone", "side"], p=[0.68, 0.14, 0.18]))
    facing, lean, plump = -1 if posture == "prone" else 1, int(rng.choice([-1, 1])), rng.uniform(0.85, 1.15)
    rest, roots, sides = np.zeros(len(CHANNELS)), {}, {}
    sizes = {"head": (0.8, 0.36, 0.36), "trunk": (1.0, 0.4, 0.38)}
    rest[INDEX["rot"]], rest[INDEX["head"]] = turn, rng.normal(0, 0.25)
    long = {"arm": rng.uniform(0.9, 1.1), "leg": rng.uniform(0.9, 1.1)}
    for limb in LIMBS:
        arm = "arm" in limb
        side = facing if "left" in limb else -facing
        poses = ARM_POSES if arm else LEG_POSES
        rest[INDEX[f"{limb}.0"] :][:3] = np.radians(poses[rng.integers(len(poses))]) + rng.normal(0, 0.18, 3)
        roots[limb] = (side * (0.33 if arm else 0.2) * (0.3 if posture == "side" else 1), -0.36 if arm else 0.44)
        sides[limb] = lean if posture == "side" else side
        for part, (length, ra, rb) in zip(limb_parts(limb), ARM_SIZES if arm else LEG_SIZES, strict=True):
            sizes[part] = (length * long[limb[-3:]], ra * plump, rb * plump)
    far, near = ("left", "right") if rng.random() < 0.5 else ("right", "left")
    layout = {
        "supine": (f"{far}_leg", f"{near}_leg", "trunk", "head", f"{far}_arm", f"{near}_arm"),
        "prone": (f"{far}_leg", f"{near}_leg", f"{far}_arm", f"{near}_arm", "trunk", "head"),
        "side": (f"{far}_arm", f"{far}_leg", "trunk", "head", f"{near}_leg", f"{near}_arm"),
    }[posture]
    order = [part for item in layout for part in (limb_parts(item)[::-1] if "_" in item else [item])]
    return Body(rest, posture, sizes, roots, sides, order)


def bones(body: Body, q: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Joint (x, y), heading and height above the sheet of every segment for channel values (last axis)."""
    get = {name: q[..., i] for i, name in enumerate(CHANNELS)}
    c, s, breath = np.cos(get["rot"]), np.sin(get["rot"]), get["breath"]
    neck = -0.5 - 0.1 * breath
    found = {
        "trunk": (get["x"] + 0.5 * s, get["y"] - 0.5 * c, get["rot"] + np.pi / 2, 0.22 + 0.5 * breath),
        "head": (get["x"] - s * neck, get["y"] + c * neck, get["rot"] + get["head"] - np.pi / 2, 0.22 + 0 * c),
    }
    for limb in LIMBS:
        (rx, ry), angle = body.roots[limb], 0.0
        x, y = get["x"] + c * rx - s * ry, get["y"] + s * rx + c * ry
        for joint, name in enumerate(limb_parts(limb)):
            angle = angle + get[name]
            heading = get["rot"] + (angle if body.sides[limb] > 0 else np.pi - angle)
            found[name] = (x, y, heading, 0.12 + get[f"{limb}.lift"] * (joint + 0.5) / 2.5)
            x, y = x + body.sizes[name][0] * np.cos(heading), y + body.sizes[name][0] * np.sin(heading)
    return found
