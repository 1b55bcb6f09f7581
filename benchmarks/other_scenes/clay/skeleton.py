"""The bones of an infant (and of a visitor): chains and where they go, for many moments at once."""

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg")
SLOTS = {name: slice(9 + 9 * i, 18 + 9 * i) for i, name in enumerate(LIMBS)}
SLOTS |= {"torso": slice(0, 6), "head": slice(6, 9), "visitor": slice(50, 59)}
SHIFT, BREATH, SUCK, VISITOR_SHIFT, WIDTH = slice(45, 48), 48, 49, slice(59, 62), 62
SEGMENTS = {"arm": (0.088, 0.08, 0.058), "leg": (0.105, 0.1, 0.068)}
ARMS = (
    ((0.85, 0.15, 0.1), (0.1, 0.9, 0.15), (0.1, 0.9, 0.2)),
    ((0.5, -0.8, 0.1), (0.15, -0.7, 0.3), (-0.2, -0.6, 0.2)),
    ((0.5, -0.6, 0.4), (-0.7, 0.3, 0.5), (-0.8, 0.3, 0.2)),
    ((0.8, -0.3, 0.0), (0.5, 0.5, 0.3), (0.3, 0.6, -0.2)),
)
LEGS = (
    ((0.6, -0.5, 0.5), (-0.2, -0.8, -0.5), (0.3, -0.5, 0.5)),
    ((0.2, -0.9, 0.1), (0.05, -0.95, 0.0), (0.3, -0.5, 0.6)),
    ((0.9, -0.3, 0.2), (-0.5, -0.7, -0.2), (-0.1, -0.7, 0.3)),
    ((0.35, -0.5, 0.8), (0.05, -0.8, -0.6), (0.1, -0.5, 0.5)),
)


@dataclass
class Chain:
    """Bones in a row: lengths, frames at rest (columns: side, front, along), radius that keeps it off the mattress."""

    lengths: tuple[float, ...]
    frames: np.ndarray
    root: np.ndarray
    radius: float
    parent: str | None = None
    parent_bone: int = 0
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    breath: np.ndarray = field(default_factory=lambda: np.zeros(3))


@dataclass
class Placed:
    """Where the bones of a chain are: origins (T,n+1,3), frames (T,n,3,3) and turns from rest (T,n,3,3)."""

    origins: np.ndarray
    frames: np.ndarray
    turns: np.ndarray


def tilt(frames: np.ndarray, aim: np.ndarray) -> np.ndarray:
    """Frames turned the shortest way until their third axis looks along aim."""
    aim = aim / np.linalg.norm(aim, axis=-1, keepdims=True)
    axis = np.cross(frames[..., 2], aim)
    cosine = np.clip((frames[..., 2] * aim).sum(-1, keepdims=True), -0.999, 1)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(sine, cosine)
    return Rotation.from_rotvec(axis / np.maximum(sine, 1e-9) * angle).as_matrix() @ frames


def place(chains: dict[str, Chain], states: np.ndarray) -> dict[str, Placed]:
    """Forward kinematics of all chains for states (T, WIDTH)."""
    placed: dict[str, Placed] = {}
    for name, chain in chains.items():
        count = len(chain.lengths)
        turns = Rotation.from_rotvec(states[:, SLOTS[name]].reshape(-1, 3)).as_matrix().reshape(-1, count, 3, 3)
        if chain.parent is None:
            turn = np.broadcast_to(np.eye(3), (len(states), 3, 3))
            origin = chain.root + states[:, VISITOR_SHIFT if name == "visitor" else SHIFT]
        else:
            base = placed[chain.parent]
            turn = base.turns[:, chain.parent_bone]
            origin = base.origins[:, chain.parent_bone] + turn @ chain.offset + states[:, BREATH, None] * chain.breath
        origins, frames, all_turns = [origin], [], []
        for bone in range(count):
            turn = turn @ turns[:, bone]
            frame = turn @ chain.frames[bone]
            end = origin + frame[:, :, 2] * chain.lengths[bone]
            end[:, 2] = chain.radius + 0.005 * np.logaddexp(0, (end[:, 2] - chain.radius) / 0.005)
            frame = tilt(frame, end - origin)
            origin = origin + frame[:, :, 2] * chain.lengths[bone]
            for row, value in ((origins, origin), (frames, frame), (all_turns, turn)):
                row.append(value)
        placed[name] = Placed(np.stack(origins, 1), np.stack(frames, 1), np.stack(all_turns, 1))
    return placed


def limb_frames(aims: np.ndarray) -> np.ndarray:
    """Frames of a row of bones without twist between them."""
    first = np.linalg.qr(np.column_stack([aims[0], [0.1, 0.2, 1.0], [1.0, 0.3, 0.1]]))[0]
    frame = np.column_stack([first[:, 1], first[:, 2], aims[0] / np.linalg.norm(aims[0])])
    frame[:, 0] *= np.sign(np.linalg.det(frame))
    return np.array([tilt(frame, aim) for aim in aims])


def infant(rng: np.random.Generator) -> dict[str, Chain]:
    """An infant asleep on its back, side or belly."""
    roll = float(rng.choice([0.0, 1.25, -1.25, np.pi], p=[0.66, 0.1, 0.1, 0.14])) + rng.normal(0, 0.12)
    spin = Rotation.from_rotvec([0, roll, 0]).as_matrix()
    trunk = spin @ np.array([[-1.0, 0, 0], [0, 0, 1.0], [0, 1.0, 0]]).T
    chains = {"torso": Chain((0.11, 0.13), np.array([trunk, trunk]), np.array([0, 0, 0.055]), 0.052)}
    look = spin @ Rotation.from_rotvec([0, rng.normal(0, 0.5) + 1.3 * (abs(roll) > 2), 0]).as_matrix()
    neck = np.array([0, 0.232, 0.058]) + trunk[:, 1] * 0.005
    chains["head"] = Chain((0.115,), (look @ spin.T @ trunk)[None], neck, 0.054, "torso", 1)
    for name in LIMBS:
        side = -1.0 if name.startswith("left") else 1.0
        kind = name.split("_")[1]
        table = ARMS if kind == "arm" else LEGS
        aims = np.array(table[rng.integers(len(table))]) + rng.normal(0, 0.13, (3, 3))
        world = aims[:, :1] * trunk[:, 0] * side + aims[:, 1:2] * trunk[:, 2] + aims[:, 2:] * trunk[:, 1]
        rests = [0.25, 0.25, 0.3] if kind == "arm" else [0.55, 0.2, 0.45]
        world[:, 2] = np.minimum(world[:, 2], rests)
        spot = (0.052, 0.205) if kind == "arm" else (0.036, 0.0)
        root = np.array([0, spot[1], 0.056]) + trunk[:, 0] * side * spot[0]
        size = rng.uniform(0.93, 1.1)
        lengths = tuple(size * length for length in SEGMENTS[kind])
        thick = 0.014 if kind == "arm" else 0.017
        chains[name] = Chain(lengths, limb_frames(world), root, thick, "torso", 1 if kind == "arm" else 0)
        chains[name].breath = np.array([0, 0.0006, 0.0022]) if kind == "arm" else np.array([0, -0.0005, 0.0002])
    chains["head"].breath = np.array([0, 0.0008, 0.0003])
    rest = place({"torso": chains["torso"]}, np.zeros((1, WIDTH)))["torso"]
    for chain in list(chains.values())[1:]:
        chain.offset = chain.root - rest.origins[0, chain.parent_bone]
    return chains
