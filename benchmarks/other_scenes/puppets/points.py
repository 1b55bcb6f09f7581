"""Body points whose projection is followed for the truth, and joints by limb."""

from benchmarks.other_scenes.puppets.body import SIDES, Build, Point

LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg", "head", "trunk")
CORE_BODIES = ("chest", "belly", "pelvis")


def points(b: Build) -> list[Point]:
    """Several points per segment, the ends of each among them."""
    k, h = b.scale, b.scale * b.head
    found = [Point("head", (x * h, y * h, z * h), "head") for x, y, z in HEAD]
    found += [Point("jaw", (x * h, 0, z * h), "head") for x, z in ((-0.018, 0.049), (-0.038, 0.029))]
    found += [Point(body, (0, y * k, z * k), "trunk") for body in CORE_BODIES for y, z in TRUNK]
    for side in SIDES:
        upper, lower = 0.08 * k * b.arm, 0.066 * k * b.arm
        thigh, shank = 0.1 * k * b.leg, 0.092 * k * b.leg
        ends = {"upper_arm": upper, "forearm": lower, "hand": 0.036 * k, "fingers": 0.022 * k}
        for name, length in ends.items():
            found += [Point(f"{side}_{name}", (-length * f, 0, 0), f"{side}_arm") for f in (0, 0.5, 1)]
        for name, length in {"thigh": thigh, "shank": shank}.items():
            found += [Point(f"{side}_{name}", (-length * f, 0, 0), f"{side}_leg") for f in (0, 0.5, 1)]
        found += [Point(f"{side}_foot", (-0.013 * k, 0, z * k), f"{side}_leg") for z in (-0.014, 0.02, 0.055)]
    return found


HEAD = ((0.13, 0, 0.01), (0.052, 0, 0.075), (0.02, 0, 0.055), (0.06, -0.05, 0), (0.06, 0.05, 0))
TRUNK = ((0, 0.045), (-0.055, 0), (0.055, 0))
