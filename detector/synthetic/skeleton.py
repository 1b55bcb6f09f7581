"""The sleeper's bones: joints, lengths, and the place of every part for given joint angles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.recipe import LIMBS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Sleeper

    Array = npt.NDArray[np.float64]

__all__ = [
    "BREATH",
    "FREEDOMS",
    "HEAD",
    "JAW",
    "SHIFT_X",
    "SHIFT_Y",
    "TURN",
    "Part",
    "Skeleton",
    "freedom",
    "lift",
    "to_picture",
]

# Degrees of freedom: trunk shift (world px), trunk turn (degrees), breath (world px), head turn (degrees),
# jaw (world px), then three joint angles (degrees) for each of the four limbs, then the lift of each limb towards the
# lens (share by which it looks shorter).
SHIFT_X, SHIFT_Y, TURN, BREATH, HEAD, JAW = range(6)
_LIFT = 18
FREEDOMS = 22


def freedom(limb: str, joint: int) -> int:
    """Return the index of a limb's joint angle: joint 0 shoulder or hip, 1 elbow or knee, 2 wrist or ankle."""
    return 6 + 3 * LIMBS.index(limb) + joint


def lift(limb: str) -> int:
    """Return the index of a limb's lift towards the lens."""
    return _LIFT + LIMBS.index(limb)


@dataclass(frozen=True, slots=True)
class Part:
    """A rigid part: its length and its half widths at both ends, as fractions of the body length.

    Proportions are those of a newborn: the head is a quarter of the length, and the limbs are short.
    """

    name: str
    length: float
    near: float
    far: float


_ARM = (Part("upper_arm", 0.135, 0.040, 0.034), Part("forearm", 0.115, 0.033, 0.025), Part("hand", 0.062, 0.027, 0.024))
_LEG = (Part("thigh", 0.165, 0.056, 0.043), Part("shank", 0.145, 0.042, 0.029), Part("foot", 0.085, 0.027, 0.022))
_SHOULDER = (0.105, -0.165)
_HIP = (0.062, 0.135)
_NECK = (0.0, -0.205)
_HALF_TRUNK = 0.13


def _turned(x: float, y: float, degrees: float) -> Array:
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, x], [sin, cos, y], [0.0, 0.0, 1.0]])


def to_picture(view: Array, points: Array) -> Array:
    """Map world points, shape (n, 2), to picture pixels through the 3 x 3 `view`."""
    ahead = np.column_stack([points, np.ones(len(points))]) @ view.T
    return np.asarray(ahead[:, :2] / ahead[:, 2:])


class Skeleton:
    """Places of the sleeper's parts in the world (units: pixels of a picture 640 wide).

    Parameters
    ----------
    sleeper : Sleeper
        Build and pose.
    ratio : float
        Picture height over width.
    """

    def __init__(self, sleeper: Sleeper, ratio: float) -> None:
        self.length = 640.0 * sleeper.size
        self.sleeper = sleeper
        self._origin = (640.0 * sleeper.x, 640.0 * ratio * sleeper.y)
        self._narrow = 0.72 if sleeper.posture == "side" else 1.0

    @staticmethod
    def limb_parts(limb: str) -> tuple[Part, Part, Part]:
        """Return the three parts of a limb from the trunk outwards."""
        return _ARM if limb.endswith("arm") else _LEG

    def rest(self) -> Array:
        """Return the joint angles of the pose, shape (FREEDOMS,); shifts are zero."""
        pose = np.zeros(FREEDOMS)
        pose[HEAD] = self.sleeper.head_deg
        pose[freedom("left_arm", 0) : freedom("left_arm", 0) + 6] = self.sleeper.arms_deg
        pose[freedom("left_leg", 0) : freedom("left_leg", 0) + 6] = self.sleeper.legs_deg
        return pose

    def places(self, pose: Array) -> dict[str, Array]:
        """Return, by part, the 3 x 3 matrix from the part's own axes (y along the bone, world px) to the world."""
        length, (x, y) = self.length, self._origin
        trunk = _turned(x + pose[SHIFT_X], y + pose[SHIFT_Y], self.sleeper.angle_deg + pose[TURN])
        swell = 1.0 + pose[BREATH] / (_HALF_TRUNK * length)
        places = {"trunk": trunk @ np.diag([swell * self._narrow, 1.0 + 0.4 * (swell - 1.0), 1.0])}
        neck = places["trunk"] @ np.array([_NECK[0] * length, _NECK[1] * length, 1.0])
        turn = self.sleeper.angle_deg + pose[TURN]
        places["head"] = _turned(neck[0], neck[1], turn + pose[HEAD] + 180.0)
        places["jaw"] = places["head"] @ _turned(0.0, -pose[JAW], 0.0)
        for limb in LIMBS:
            side = 1.0 if limb.startswith("left") else -1.0
            corner = _SHOULDER if limb.endswith("arm") else _HIP
            joint = places["trunk"] @ np.array([side * corner[0] * length, corner[1] * length, 1.0])
            angle = turn
            for index, part in enumerate(self.limb_parts(limb)):
                angle -= side * pose[freedom(limb, index)]
                # A limb that comes towards the lens looks shorter and a little wider.
                raised = min(0.6, max(-0.6, pose[lift(limb)]))
                places[f"{limb}_{part.name}"] = _turned(joint[0], joint[1], angle) @ np.diag(
                    [1.0 + 0.25 * raised, 1.0 - raised, 1.0]
                )
                joint = places[f"{limb}_{part.name}"] @ np.array([0.0, part.length * length, 1.0])
        return places

    def tip(self, pose: Array, limb: str) -> Array:
        """Return the world place of the limb's far end (fingers or toes), shape (2,)."""
        last = self.limb_parts(limb)[2]
        place = self.places(pose)[f"{limb}_{last.name}"]
        return np.asarray((place @ np.array([0.0, last.length * self.length, 1.0]))[:2])
