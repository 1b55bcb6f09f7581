"""The surroundings as MJCF: bed, sheet, bars, toys, wall, and the bodies of distractors."""

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.other_scenes.puppets.body import SHOW, ball, rod, vec
from benchmarks.other_scenes.puppets.textures import grain

Rng = np.random.Generator
SOLID = 'contype="1" conaffinity="0"'
GRID = (40, 52)
COVER = (64, 64)


@dataclass(frozen=True)
class Room:
    """What stands around the infant."""

    half_x: float
    half_y: float
    bars: tuple[int, ...]
    bar_step: float
    wall: str
    toys: int
    pillow: float
    blanket: bool
    rocked: bool
    extras: tuple[str, ...]
    seed: int


def draw(rng: Rng, extras: tuple[str, ...]) -> Room:
    """Draw a bed and its surroundings."""
    bars = [(), (1,), (-1,), (1, -1)][rng.integers(4)]
    return Room(
        half_x=rng.uniform(0.5, 0.7),
        half_y=rng.uniform(0.25, 0.6),
        bars=bars,
        bar_step=rng.uniform(0.07, 0.11),
        wall=str(rng.choice(["none", "head", "side"])),
        toys=int(rng.choice([0, 0, 0, 1, 2, 3])),
        pillow=rng.uniform(0.01, 0.03) if rng.random() < 0.25 else 0.0,
        blanket=bool(rng.random() < 0.25),
        rocked="rocking" in extras,
        extras=extras,
        seed=int(rng.integers(2**31)),
    )


def sheet_heights(room: Room) -> np.ndarray:
    """Wrinkles of the sheet, 0..1."""
    rng = np.random.default_rng(room.seed)
    field = cv2.resize(grain(rng, 96, rng.uniform(2.5, 7)), GRID[::-1])
    ridges = -np.abs(cv2.resize(grain(rng, 96, rng.uniform(3, 8)), GRID[::-1]))
    field = field + rng.uniform(0, 3) * ridges
    return ((field - field.min()) / (field.max() - field.min() + 1e-6)).astype(np.float32)


def assets(room: Room) -> str:
    """Materials and height fields."""
    looks = {"skin": 0.15, "top": 0.02, "legs": 0.02, "sock": 0.02, "hair": 0.05, "cap": 0.02, "nappy": 0.1}
    looks |= {"blanket": 0.0, "wood": 0.2, "toy": 0.2, "fur": 0.05}
    text = "".join(
        f'<texture name="{n}" type="cube" file="{n}.png"/>'
        f'<material name="{n}" texture="{n}" specular="{s}" shininess="0.3" texuniform="{str(n != "skin").lower()}"'
        f' texrepeat="{vec(*[6 if n in ("top", "legs", "sock") else 2] * 2)}"/>'
        for n, s in looks.items()
    )
    repeat = np.random.default_rng(room.seed + 1).uniform(2, 9)
    text += '<texture name="sheet" type="2d" file="sheet.png"/><texture name="cover" type="2d" file="blanket.png"/>'
    text += '<texture name="floor" type="2d" file="wall.png"/><material name="floor" texture="floor" texrepeat="9 9"/>'
    text += f'<material name="sheet" texture="sheet" texrepeat="{vec(repeat, repeat)}" specular="0"/>'
    text += '<material name="cover" texture="cover" texrepeat="4 4" specular="0"/>'
    text += '<material name="lid" rgba="0.35 0.22 0.18 1"/><material name="brow" rgba="0.45 0.3 0.22 1"/>'
    text += '<material name="lip" rgba="0.7 0.36 0.34 1"/><material name="cord" rgba="0.8 0.8 0.75 1"/>'
    size = vec(room.half_x, room.half_y, 0.009, 0.01)
    text += f'<hfield name="sheet" nrow="{GRID[0]}" ncol="{GRID[1]}" size="{size}"/>'
    text += f'<hfield name="cover" nrow="{COVER[0]}" ncol="{COVER[1]}" size="0.3 0.24 0.4 0.001"/>'
    return text


def bed(room: Room) -> str:
    """Mattress, sheet, bars and boards, on a slide when it is rocked."""
    x, y = room.half_x, room.half_y
    joint = '<joint name="cot" type="slide" axis="0.3 1 0" stiffness="9000" damping="900"/>' if room.rocked else ""
    parts = [
        f'<geom type="box" size="{vec(x, y, 0.05)}" pos="0 0 -0.05" rgba="0 0 0 0" friction="0.9" mass="20" {SOLID}/>',
        f'<geom type="box" size="{vec(x, y, 0.045)}" pos="0 0 -0.056" material="sheet" {SHOW}/>',
        f'<geom type="hfield" hfield="sheet" pos="0 0 -0.003" material="sheet" {SHOW}/>',
    ]
    for s in room.bars:
        at = np.arange(-x, x + 0.01, room.bar_step)
        parts += [rod(vec(offset, s * y, -0.2), vec(offset, s * y, 0.4), 0.008, "wood") for offset in at]
        parts.append(rod(vec(-x, s * y, 0.4), vec(x, s * y, 0.4), 0.017, "wood"))
    if room.bars:
        parts.append(f'<geom type="box" size="{vec(0.012, y, 0.3)}" pos="{vec(x, 0, 0.1)}" material="wood" {SHOW}/>')
    if room.pillow:
        parts.append(ball(vec(0.2, 0, -0.004), vec(0.15, 0.19, room.pillow), "blanket", SOLID))
    return f'<body name="cot">{joint}{"".join(parts)}</body>'


def toys(room: Room) -> str:
    """Soft toys lying at the bed's border."""
    rng = np.random.default_rng(room.seed + 2)
    text = ""
    for _ in range(room.toys):
        side, x, r = rng.choice([-1, 1]), rng.uniform(-0.4, 0.45), rng.uniform(0.03, 0.06)
        y, stuff = side * max(room.half_y - 0.05, 0.26), str(rng.choice(["toy", "cap", "fur"]))
        text += ball(vec(x, y, r), vec(r, r * 0.8, r), stuff) + ball(
            vec(x + 1.5 * r, y, 0.7 * r), vec(*[0.7 * r] * 3), stuff
        )
        for ear in (-1, 1):
            text += ball(vec(x + 2 * r, y + ear * 0.5 * r, r), vec(*[0.3 * r] * 3), stuff)
    return text


def backdrop(room: Room) -> str:
    """Floor and wall."""
    text = f'<geom type="plane" size="4 4 1" pos="0 0 -0.5" material="floor" {SHOW}/>'
    if room.wall == "head":
        text += f'<geom type="box" size="0.02 3 2" pos="{vec(room.half_x + 0.1, 0, 0)}" material="floor" {SHOW}/>'
    if room.wall == "side" and len(room.bars) < 2:
        side = -room.bars[0] if room.bars else 1
        text += (
            f'<geom type="box" size="3 0.02 2" pos="{vec(0, side * (room.half_y + 0.05), 0)}" material="floor" {SHOW}/>'
        )
    return text


def pendulum(rng: Rng) -> str:
    """A toy or bead on a cord, hung over the bed."""
    x, y, length = rng.uniform(-0.4, 0.4), rng.choice([-1, 1]) * rng.uniform(0.16, 0.3), rng.uniform(0.15, 0.4)
    size = rng.uniform(0.008, 0.035)
    joints = "".join(
        f'<joint name="cord_{a}" type="hinge" axis="{v}" damping="0.0003"/>'
        for a, v in (("x", "1 0 0"), ("y", "0 1 0"))
    )
    end = vec(0, 0, -length)
    weight = (
        f'<geom type="sphere" pos="{end}" size="{size:.4g}" material="toy" mass="0.03" contype="0" conaffinity="0"/>'
    )
    top = length + rng.uniform(0.05, 0.2)
    return f'<body name="pendulum" pos="{vec(x, y, top)}">{joints}{rod("0 0 0", end, 0.002, "cord")}{weight}</body>'


def mobile(rng: Rng) -> str:
    """A mobile that turns above the bed."""
    text = '<joint name="mobile" type="hinge" axis="0 0 1" damping="0.002" armature="0.01"/>'
    count, reach = int(rng.integers(3, 6)), rng.uniform(0.1, 0.18)
    for angle in np.arange(count) * 2 * np.pi / count:
        x, y, low = reach * np.cos(angle), reach * np.sin(angle), -rng.uniform(0.08, 0.16)
        text += rod("0 0 0", vec(x, y, 0), 0.003, "wood") + rod(vec(x, y, 0), vec(x, y, low), 0.0015, "cord")
        text += ball(vec(x, y, low), vec(0.025, 0.02, 0.018), str(rng.choice(["toy", "cap", "sock"])))
    mass = '<geom type="sphere" size="0.012" material="wood" mass="0.1" contype="0" conaffinity="0"/>'
    spot = vec(rng.uniform(-0.1, 0.35), rng.choice([-1, 1]) * rng.uniform(0.1, 0.25), rng.uniform(0.4, 0.5))
    return f'<body name="mobile" pos="{spot}">{text}{mass}</body>'


def pet(rng: Rng) -> str:
    """A cat-like animal that lies beside the infant; its head, paw and tail move."""
    side = rng.choice([-1, 1])
    spot, turn = vec(rng.uniform(-0.45, 0.1), side * rng.uniform(0.24, 0.32), 0.05), rng.uniform(-40, 40)
    light = 'contype="0" conaffinity="0" density="300"'
    spring = 'type="hinge" stiffness="0.08" damping="0.004"'
    tail = f'<body name="tail" pos="-0.13 0 -0.02"><joint name="tail_1" axis="0 0 1" {spring}/>' + rod(
        "0 0 0", "-0.09 0.02 0", 0.012, "fur", light
    )
    tail += f'<body pos="-0.09 0.02 0"><joint name="tail_2" axis="0 0 1" {spring}/>'
    tail += rod("0 0 0", "-0.08 0.05 0", 0.01, "fur", light) + "</body></body>"
    skull = '<body name="pet_head" pos="0.12 0 0.02"><joint name="pet_nod" axis="0 1 0" type="hinge" stiffness="0.6"'
    skull += ' damping="0.02"/>' + ball("0.035 0 0.01", "0.04 0.035 0.032", "fur", light)
    for s in (-1, 1):
        skull += ball(vec(0.03, s * 0.025, 0.042), "0.008 0.01 0.016", "fur", light)
    skull += ball("0.072 0 0", "0.012 0.014 0.01", "fur", light) + "</body>"
    trunk = ball("0 0 0", "0.15 0.075 0.06", "fur") + ball("-0.07 0 0.005", "0.075 0.08 0.06", "fur")
    return f'<body name="pet" pos="{spot}" euler="0 0 {turn:.3g}" gravcomp="1">{trunk}{tail}{skull}</body>'


def visitor(rng: Rng) -> str:
    """A parent's forearm and hand, moved as a mocap body."""
    sleeve = str(rng.choice(["toy", "cap", "skin"]))
    soft = 'contype="4" conaffinity="1" solref="0.05 1"'
    text = ball("0 0 0", "0.05 0.042 0.016", "skin", soft) + rod("0.04 0 0", "0.32 0 0.1", 0.034, sleeve)
    for y in (-0.03, -0.01, 0.01, 0.03):
        text += rod(vec(-0.04, y, 0), vec(-0.105 + 8 * y * y, 1.3 * y, -0.008), 0.0085, "skin")
    text += rod("0.01 0.03 0", "-0.05 0.07 -0.005", 0.01, "skin")
    return f'<body name="visitor" mocap="true" pos="0 3 3">{text}</body>'


def curtain(rng: Rng) -> str:
    """Hanging strips at the bed's side."""
    side, x = rng.choice([-1, 1]), rng.uniform(-0.5, 0.3)
    text = ""
    for i in range(8):
        panel = '<geom type="box" size="0.026 0.004 0.3" pos="0 0 -0.3" material="cap" mass="0.05" '
        panel += 'contype="0" conaffinity="0"/>'
        joint = f'<joint name="curtain_{i}" type="hinge" axis="1 0 0" damping="0.006"/>'
        text += f'<body name="strip_{i}" pos="{vec(x + 0.05 * i, side * 0.36, 0.66)}">{joint}{panel}</body>'
    return text


BODIES = {"cord": pendulum, "mobile": mobile, "pet": pet, "hand": visitor, "curtain": curtain}


def xml(room: Room) -> str:
    """All surroundings."""
    rng = np.random.default_rng(room.seed + 3)
    extras = "".join(BODIES[name](rng) for name in room.extras if name in BODIES)
    cover = f'<geom name="cover" type="hfield" hfield="cover" pos="-0.2 0 0.001" material="cover" {SHOW}/>'
    return backdrop(room) + bed(room) + toys(room) + extras + (cover if room.blanket else "")
