"""The doll: bones, rest postures, forward kinematics and the solid parts hung on the bones."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

Array = np.ndarray
LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg")
CHAINS = {limb: (("upper", "fore", "hand", "finger") if "arm" in limb else ("thigh", "shin", "foot")) for limb in LIMBS}
LENGTHS = {"upper": 0.085, "fore": 0.075, "hand": 0.034, "finger": 0.026, "thigh": 0.1, "shin": 0.092, "foot": 0.062}
RADII = {"upper": 0.02, "fore": 0.0165, "hand": 0.0135, "finger": 0.009, "thigh": 0.03, "shin": 0.0215, "foot": 0.0145}
# The order of the degrees of freedom that belong to no limb.
TRUNK_ROT, TRUNK_SHIFT, HEAD_ROT, BREATH, JAW = slice(0, 3), slice(3, 6), slice(6, 9), 9, 10
FIRST_LIMB_DOF = 11


@dataclass
class Bone:
    """One rigid segment; its own x axis runs from joint to joint."""

    name: str
    limb: str
    length: float
    radius: float
    rest: Array
    dofs: slice


@dataclass
class Part:
    """A solid of the doll: a capsule between two joints, or an ellipsoid."""

    name: str
    limb: str
    kind: str
    radius: float
    axes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    breath_gain: float = 0.0


@dataclass
class PartTrack:
    """Where a part is in every frame (a, b: ends or centre; rot: its frame; scale: breathing)."""

    part: Part
    a: Array
    b: Array
    rot: Array
    scale: Array


@dataclass
class Body:
    """A doll in a rest posture."""

    root: Array
    head_rest: Array
    bones: dict[str, list[Bone]]
    sockets: dict[str, Array]
    size: float
    n_dof: int
    parts: list[Part] = field(default_factory=list)


def _frame_along(direction: Array, roll: float) -> Array:
    x = direction / np.linalg.norm(direction)
    helper = np.array([0.0, 0.0, 1.0]) if abs(x[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    y = np.cross(helper, x)
    y /= np.linalg.norm(y)
    frame = np.stack([x, y, np.cross(x, y)], axis=1)
    return frame @ Rotation.from_euler("x", roll).as_matrix()


def _arm_directions(rng: np.random.Generator, side: float) -> list[Array]:
    style = rng.choice(["up", "side", "chest", "down"], p=[0.4, 0.25, 0.15, 0.2])
    jitter = rng.normal(0, 0.18, (4, 3))
    base = {
        "up": [(1.0, 0.1, -0.1), (-0.05, 1.0, 0.1)],
        "side": [(1.0, -0.35, -0.1), (1.0, 0.3, 0.05)],
        "chest": [(0.6, -0.9, 0.1), (-0.9, 0.3, 0.45)],
        "down": [(0.5, -1.0, -0.15), (0.25, -1.0, 0.1)],
    }[style]
    upper, fore = (np.array(v) + j for v, j in zip(base, jitter, strict=False))
    hand = fore + rng.normal(0, 0.3, 3)
    finger = hand / np.linalg.norm(hand) + rng.normal(0, 0.4, 3)
    return [v * np.array([side, 1.0, 1.0]) for v in (upper, fore, hand, finger)]


def _leg_directions(rng: np.random.Generator, side: float) -> list[Array]:
    style = rng.choice(["frog", "straight", "raised"], p=[0.5, 0.3, 0.2])
    base = {
        "frog": [(0.85, -0.55, 0.3), (-0.5, -0.9, -0.25)],
        "straight": [(0.3, -1.0, 0.05), (0.05, -1.0, -0.02)],
        "raised": [(0.35, -0.7, 0.75), (0.0, -0.75, -0.8)],
    }[style]
    thigh, shin = (np.array(v) + rng.normal(0, 0.13, 3) for v in base)
    foot = np.array([0.5, -0.45, 0.75]) + rng.normal(0, 0.25, 3)
    return [v * np.array([side, 1.0, 1.0]) for v in (thigh, shin, foot)]


def _limb_bones(rng: np.random.Generator, limb: str, start: Array, root: Array, size: float, dof: int) -> list[Bone]:
    side = -1.0 if limb.startswith("left") else 1.0
    directions = (_arm_directions if "arm" in limb else _leg_directions)(rng, side)
    parent, bones = root, []
    for name, direction in zip(CHAINS[limb], directions, strict=True):
        length, radius = LENGTHS[name] * size, RADII[name] * size
        end = start + direction / np.linalg.norm(direction) * length
        end[2] = max(end[2], radius)  # a resting limb lies on the mattress, not in it
        world = _frame_along(end - start, rng.uniform(-0.4, 0.4))
        bones.append(Bone(name, limb, length, radius, parent.T @ world, slice(dof, dof + 3)))
        start, parent, dof = start + world[:, 0] * length, world, dof + 3
    return bones


def _solids(size: float, chubby: float) -> list[Part]:
    def ell(name: str, limb: str, x: float, y: float, z: float, gain: float = 0.0) -> Part:
        axes = (x * size * chubby, y * size, z * size)
        return Part(name, limb, "ellipsoid", max(axes), axes, gain)

    solids = [
        ell("chest", "trunk", 0.078, 0.09, 0.056, 0.6),
        ell("belly", "trunk", 0.08, 0.095, 0.06, 1.0),
        ell("pelvis", "trunk", 0.078, 0.065, 0.052, 0.1),
        ell("head", "head", 0.056, 0.07, 0.062),
        ell("nose", "head", 0.008, 0.011, 0.009),
        ell("chin", "head", 0.019, 0.015, 0.016),
    ]
    for limb in LIMBS:
        solids += [Part(f"{limb}.{b}", limb, "capsule", RADII[b] * size * chubby) for b in CHAINS[limb]]
    return solids


def make_body(rng: np.random.Generator) -> Body:
    """Make a doll of random build in a random rest posture."""
    size = float(rng.uniform(0.9, 1.12))
    roll = float(rng.choice([0.0, rng.normal(0, 0.12), rng.choice([-1, 1]) * rng.uniform(0.4, 0.9)], p=[0.4, 0.4, 0.2]))
    root = Rotation.from_euler("zy", [rng.normal(0, 0.06), roll]).as_matrix()
    head = Rotation.from_euler("yz", [rng.uniform(-1.0, 1.0), rng.normal(0, 0.15)]).as_matrix()
    base = np.array([0.0, 0.0, 0.055 * size])
    sockets, bones, dof = {}, {}, FIRST_LIMB_DOF
    for limb in LIMBS:
        side = -1.0 if limb.startswith("left") else 1.0
        local = np.array([side * 0.07, 0.155, 0.0] if "arm" in limb else [side * 0.042, -0.045, -0.008]) * size
        sockets[limb] = local
        bones[limb] = _limb_bones(rng, limb, base + root @ local, root, size, dof)
        dof += 3 * len(bones[limb])
    return Body(root, head, bones, sockets, size, dof, _solids(size, float(rng.uniform(0.92, 1.12))))


def _turn(angles: Array) -> Array | None:
    """Rotation matrices of rotation vectors, or nothing when no one turns (that saves most of the work)."""
    return Rotation.from_rotvec(angles).as_matrix() if np.any(angles) else None


def _root_pose(body: Body, angles: Array) -> tuple[Array, Array]:
    position = np.array([0.0, 0.0, 0.055 * body.size]) + angles[:, TRUNK_SHIFT]
    rot = np.broadcast_to(body.root, (len(angles), 3, 3))
    turn = _turn(angles[:, TRUNK_ROT])
    return position, rot if turn is None else rot @ turn


def limb_pose(body: Body, angles: Array, limb: str) -> tuple[Array, Array]:
    """Joints (T, n + 1, 3) and bone frames (T, n, 3, 3) of a limb for angle rows (T, n_dof)."""
    position, rot = _root_pose(body, angles)
    socket = body.sockets[limb] + np.outer(angles[:, BREATH], [0.0, 0.0, 0.0012 if "arm" in limb else 0.0])
    joints, frames = [position + np.einsum("tij,tj->ti", rot, socket)], []
    for bone in body.bones[limb]:
        rot = rot @ bone.rest
        turn = _turn(angles[:, bone.dofs])
        rot = rot if turn is None else rot @ turn
        joints.append(joints[-1] + rot[:, :, 0] * bone.length)
        frames.append(rot)
    return np.stack(joints, axis=1), np.stack(frames, axis=1)


def _core_tracks(body: Body, angles: Array) -> list[PartTrack]:
    position, rot = _root_pose(body, angles)
    breath, s = angles[:, BREATH], body.size
    turn = _turn(angles[:, HEAD_ROT])
    head = rot @ body.head_rest if turn is None else rot @ body.head_rest @ turn
    neck = position + rot @ (np.array([0.0, 0.205, 0.0]) * s)
    jaw = np.outer(angles[:, JAW], [0.0, -0.006, -0.001])
    local = {"chest": (0.0, 0.125, 0.003), "belly": (0.0, 0.045, 0.004), "pelvis": (0.0, -0.03, 0.0)}
    on_head = {"head": (0.0, 0.055, 0.004), "nose": (0.0, 0.045, 0.066), "chin": (0.0, 0.006, 0.042)}
    tracks = []
    for part in body.parts[:6]:
        if part.name in local:
            centre, frame = position + rot @ (np.array(local[part.name]) * s), rot
        else:
            offset = np.array(on_head[part.name]) * s + (jaw if part.name == "chin" else 0.0 * jaw)
            centre, frame = neck + np.einsum("tij,tj->ti", head, offset), head
        tracks.append(PartTrack(part, centre, centre, frame, 1.0 + part.breath_gain * breath))
    return tracks


def pose_parts(body: Body, angles: Array) -> list[PartTrack]:
    """Every solid of the doll for angle rows (T, n_dof)."""
    tracks = _core_tracks(body, angles)
    ones, index = np.ones(len(angles)), 6
    for limb in LIMBS:
        joints, frames = limb_pose(body, angles, limb)
        for k in range(len(body.bones[limb])):
            tracks.append(PartTrack(body.parts[index], joints[:, k], joints[:, k + 1], frames[:, k], ones))
            index += 1
    return tracks
