"""The infant's body as MJCF: supine along +x (head), front +z, left -y, made of capsules and ellipsoids."""

from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator
SIDES = {"left": 1, "right": -1}
CORE = 'contype="4" conaffinity="1"'
LIMB = 'contype="2" conaffinity="5"'
SHOW = 'contype="0" conaffinity="0" mass="0"'


@dataclass(frozen=True)
class Build:
    """Proportions and clothes."""

    scale: float
    girth: float
    arm: float
    leg: float
    head: float
    tone: float
    sleeve: str
    forearm: str
    trouser: str
    shank: str
    foot: str
    hips: str
    hair: str
    fist: float


@dataclass(frozen=True)
class Point:
    """A point followed for the truth: body name, place in the body's frame, limb."""

    body: str
    place: tuple[float, float, float]
    limb: str


def draw(rng: Rng) -> Build:
    """Draw a body of 50-65 cm and its clothes."""
    long_arm, long_leg = rng.random() < 0.6, rng.random() < 0.6
    bare = rng.random() < 0.1
    return Build(
        scale=rng.uniform(0.50, 0.65) / 0.55,
        girth=rng.uniform(0.88, 1.15),
        arm=rng.uniform(0.9, 1.1),
        leg=rng.uniform(0.9, 1.1),
        head=rng.uniform(0.93, 1.08),
        tone=float(np.exp(rng.uniform(-0.5, 2.7))),  # from floppy to the recoil of a term newborn
        sleeve="skin" if bare else "top",
        forearm="top" if long_arm and not bare else "skin",
        trouser="skin" if bare or not long_leg else "legs",
        shank="legs" if long_leg and not bare else "skin",
        foot=str(rng.choice(["skin", "sock", "legs"] if long_leg else ["skin", "sock"])),
        hips="nappy" if bare else "legs",
        hair="cap" if rng.random() < 0.15 else "hair",
        fist=rng.uniform(0.1, 1.4),
    )


def vec(*values: float) -> str:
    """Numbers as an MJCF attribute."""
    return " ".join(f"{v:.5g}" for v in values)


def hinge(name: str, axis: str, low: float, high: float, stiff: float, damp: float, tone: float = 1.0) -> str:
    """A limited hinge; with more tone it comes back sooner and rings as little."""
    stiff, damp = stiff * tone, damp * tone**0.5
    return (
        f'<joint name="{name}" type="hinge" axis="{axis}" limited="true" range="{low} {high}" '
        f'stiffness="{stiff:.5g}" damping="{damp:.5g}" armature="{0.02 * damp:.5g}"/>'
    )


def ball(place: str, size: str, material: str, kind: str = SHOW, euler: str = "0 0 0") -> str:
    """An ellipsoid."""
    return f'<geom type="ellipsoid" pos="{place}" size="{size}" material="{material}" euler="{euler}" {kind}/>'


def rod(start: str, end: str, radius: float, material: str, kind: str = SHOW) -> str:
    """A capsule."""
    return f'<geom type="capsule" fromto="{start} {end}" size="{radius:.5g}" material="{material}" {kind}/>'


def head(b: Build) -> str:
    """Neck joints, skull, face, jaw."""
    k = b.scale * b.head
    joints = (
        hinge("neck_turn", "1 0 0", -80, 80, 0.04, 0.02, b.tone)
        + hinge("neck_nod", "0 1 0", -35, 35, 0.35, 0.05, b.tone)
        + hinge("neck_tilt", "0 0 1", -30, 30, 0.35, 0.05, b.tone)
    )
    parts = [
        rod(vec(-0.02 * k, 0, 0), vec(0.03 * k, 0, 0), 0.026 * k, "skin"),
        ball(vec(0.068 * k, 0, 0.01 * k), vec(0.06 * k, 0.049 * k, 0.058 * k), "skin", CORE),
        ball(vec(0.074 * k, 0, 0.002 * k), vec(0.06 * k, 0.052 * k, 0.058 * k), b.hair),
        ball(vec(0.052 * k, 0, 0.069 * k), vec(0.008 * k, 0.006 * k, 0.007 * k), "skin"),
    ]
    for s in (-1, 1):
        parts += [
            ball(vec(0.066 * k, s * 0.02 * k, 0.0612 * k), vec(0.0025 * k, 0.009 * k, 0.0035 * k), "lid"),
            ball(vec(0.075 * k, s * 0.02 * k, 0.0595 * k), vec(0.0015 * k, 0.01 * k, 0.003 * k), "brow"),
            ball(vec(0.037 * k, s * 0.024 * k, 0.044 * k), vec(0.018 * k, 0.018 * k, 0.018 * k), "skin"),
            ball(vec(0.06 * k, s * 0.051 * k, 0), vec(0.015 * k, 0.006 * k, 0.01 * k), "skin"),
        ]
    jaw = (
        f'<body name="jaw" pos="{vec(0.045 * k, 0, 0.02 * k)}">'
        + hinge("jaw", "0 1 0", -25, 25, 0.3, 0.004)
        + ball(vec(-0.018 * k, 0, 0.029 * k), vec(0.02 * k, 0.024 * k, 0.02 * k), "skin", 'contype="0" conaffinity="0"')
        + ball(vec(-0.0085 * k, 0, 0.048 * k), vec(0.0045 * k, 0.012 * k, 0.004 * k), "lip")
        + "</body>"
    )
    place = vec(0.08 * b.scale, 0, 0)
    return f'<body name="head" pos="{place}">{joints}{"".join(parts)}{jaw}</body>'


def hand(b: Build, side: str) -> str:
    """Palm, thumb and a row of fingers on one joint."""
    k, s = b.scale, SIDES[side]
    fingers = "".join(
        rod(vec(0, y * 0.009 * k, 0), vec((-0.021 + abs(y) * 0.003) * k, y * 0.0105 * k, 0), 0.0046 * k, "skin", LIMB)
        for y in (-1.5, -0.5, 0.5, 1.5)
    )
    return (
        f'<body name="{side}_hand" pos="{vec(-0.068 * k * b.arm, 0, 0)}">'
        + hinge(f"{side}_wrist", "0 1 0", -60, 60, 0.012, 0.0012, b.tone)
        + hinge(f"{side}_wrist_side", "0 0 1", -25, 25, 0.012, 0.0012, b.tone)
        + ball(vec(-0.018 * k, 0, 0), vec(0.023 * k, 0.018 * k, 0.011 * k), "skin", LIMB)
        + rod(vec(-0.01 * k, s * 0.014 * k, 0.004 * k), vec(-0.028 * k, s * 0.021 * k, 0.01 * k), 0.0055 * k, "skin")
        + f'<body name="{side}_fingers" pos="{vec(-0.036 * k, 0, 0)}">'
        + hinge(f"{side}_finger", "0 1 0", -10, 110, 0.004, 0.0005, b.tone)
        + f"{fingers}</body></body>"
    )


def arm(b: Build, side: str) -> str:
    """Shoulder, upper arm, elbow, forearm and hand."""
    k, s, g = b.scale, SIDES[side], b.girth
    upper, lower = 0.08 * k * b.arm, 0.066 * k * b.arm
    stiff, damp = 0.035, 0.006
    return (
        f'<body name="{side}_upper_arm" pos="{vec(0.05 * k, -s * 0.06 * k * g, 0)}">'
        + hinge(f"{side}_shoulder_flex", "0 1 0", -60, 170, stiff, damp, b.tone)
        + hinge(f"{side}_shoulder_out", f"0 0 {s}", -35, 160, stiff, damp, b.tone)
        + hinge(f"{side}_shoulder_turn", f"{s} 0 0", -70, 110, stiff * 0.7, damp * 0.6, b.tone)
        + rod("0 0 0", vec(-upper, 0, 0), 0.021 * k * g, b.sleeve, LIMB)
        + ball(vec(-upper * 0.45, 0, 0), vec(upper * 0.6, 0.025 * k * g, 0.025 * k * g), b.sleeve)
        + f'<body name="{side}_forearm" pos="{vec(-upper, 0, 0)}">'
        + hinge(f"{side}_elbow", "0 1 0", 0, 140, stiff * 0.7, damp * 0.5, b.tone)
        + rod("0 0 0", vec(-lower, 0, 0), 0.0165 * k * g, b.forearm, LIMB)
        + ball(vec(-lower * 0.4, 0, 0), vec(lower * 0.55, 0.021 * k * g, 0.021 * k * g), b.forearm)
        + hand(b, side)
        + "</body></body>"
    )


def leg(b: Build, side: str) -> str:
    """Hip, thigh, knee, shank, ankle and foot with toes."""
    k, s, g = b.scale, SIDES[side], b.girth
    upper, lower = 0.1 * k * b.leg, 0.092 * k * b.leg
    stiff, damp = 0.12, 0.025
    toes = "".join(
        ball(vec(-0.012 * k, y * 0.0065 * k, 0.055 * k), vec(*[0.0055 * k] * 3), b.foot) for y in (-1.7, -0.6, 0.5, 1.6)
    )
    return (
        f'<body name="{side}_thigh" pos="{vec(-0.045 * k, -s * 0.034 * k * g, 0)}">'
        + hinge(f"{side}_hip_flex", "0 1 0", -15, 130, stiff, damp, b.tone)
        + hinge(f"{side}_hip_out", f"0 0 {s}", -15, 75, stiff, damp, b.tone)
        + hinge(f"{side}_hip_turn", f"{s} 0 0", -30, 80, stiff * 0.7, damp * 0.6, b.tone)
        + rod("0 0 0", vec(-upper, 0, 0), 0.029 * k * g, b.trouser, LIMB)
        + ball(vec(-upper * 0.4, 0, 0), vec(upper * 0.62, 0.036 * k * g, 0.036 * k * g), b.trouser)
        + f'<body name="{side}_shank" pos="{vec(-upper, 0, 0)}">'
        + hinge(f"{side}_knee", "0 -1 0", 0, 130, stiff * 0.6, damp * 0.5, b.tone)
        + rod("0 0 0", vec(-lower, 0, 0), 0.021 * k * g, b.shank, LIMB)
        + ball(vec(-lower * 0.4, 0, -0.004 * k), vec(lower * 0.55, 0.026 * k * g, 0.027 * k * g), b.shank)
        + f'<body name="{side}_foot" pos="{vec(-lower, 0, 0)}">'
        + hinge(f"{side}_ankle", "0 1 0", -50, 35, 0.03, 0.003, b.tone)
        + hinge(f"{side}_ankle_side", "1 0 0", -20, 20, 0.03, 0.003, b.tone)
        + ball(vec(-0.013 * k, 0, 0.02 * k), vec(0.014 * k, 0.017 * k, 0.037 * k), b.foot, LIMB)
        + toes
        + "</body></body></body>"
    )


def xml(b: Build) -> str:
    """The whole body, rooted in the chest."""
    k, g = b.scale, b.girth
    spine = (
        hinge("spine_bend", "0 1 0", -30, 40, 1.2, 0.15, b.tone)
        + hinge("spine_turn", "1 0 0", -30, 30, 1.2, 0.15, b.tone)
        + hinge("spine_tilt", "0 0 1", -25, 25, 1.2, 0.15, b.tone)
    )
    belly = (
        f'<body name="belly" pos="{vec(-0.055 * k, 0, 0.008 * k)}">'
        '<joint name="belly" type="slide" axis="0 0 1" stiffness="60" damping="8"/>'
        + ball("0 0 0", vec(0.068 * k, 0.06 * k * g, 0.05 * k * g), b.sleeve, CORE)
        + "</body>"
    )
    pelvis = (
        f'<body name="pelvis" pos="{vec(-0.095 * k, 0, 0)}">{spine}'
        + ball(vec(-0.025 * k, 0, -0.002 * k), vec(0.058 * k, 0.061 * k * g, 0.049 * k * g), b.hips, CORE)
        + "".join(leg(b, side) for side in SIDES)
        + "</body>"
    )
    return (
        '<body name="chest" pos="0 0 0.1"><freejoint name="root"/>'
        + ball("0 0 0", vec(0.075 * k, 0.062 * k * g, 0.049 * k * g), b.sleeve, CORE)
        + rod(vec(0.05 * k, -0.042 * k * g, 0), vec(0.05 * k, 0.042 * k * g, 0), 0.026 * k * g, b.sleeve)
        + belly
        + head(b)
        + "".join(arm(b, side) for side in SIDES)
        + pelvis
        + "</body>"
    )
