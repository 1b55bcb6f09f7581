"""The model of a clip: body in its room, posed and settled under gravity."""

import mujoco
import numpy as np

from benchmarks.other_scenes.puppets import body, room, textures

Rng = np.random.Generator
STEP = 0.002
LIGHTS = ("lamp", "fill", "moving")


def document(build: body.Build, place: room.Room, size: tuple[int, int]) -> str:
    """The complete MJCF text."""
    lights = "".join(
        f'<light name="{n}" pos="0 0 2" dir="0 0 -1" castshadow="{str(n != "fill").lower()}"/>' for n in LIGHTS
    )
    excludes = "".join(
        f'<exclude body1="{a}" body2="{b}"/>'
        for side in body.SIDES
        for a, b in (
            (f"{side}_upper_arm", "belly"),
            (f"{side}_thigh", "belly"),
            (f"{side}_thigh", "chest"),
            (f"{side}_upper_arm", "head"),
        )
    )
    return (
        '<mujoco><compiler angle="degree"/>'
        f'<option timestep="{STEP}" integrator="implicitfast" cone="elliptic" impratio="20" iterations="30"/>'
        f'<visual><global offwidth="{size[0]}" offheight="{size[1]}"/><quality shadowsize="1024" offsamples="4" '
        'numslices="16" numstacks="10"/>'
        '<map znear="0.02" zfar="8" shadowscale="0.45"/></visual><statistic extent="1" center="0 0 0"/>'
        '<default><geom friction="0.8 0.005 0.0001" density="950" solref="0.02 1.3" condim="3"/></default>'
        f"<asset>{room.assets(place)}</asset><worldbody>{lights}"
        f'<camera name="view" pos="0 0 1.5"/>{room.xml(place)}{body.xml(build)}</worldbody>'
        f"<contact>{excludes}</contact></mujoco>"
    )


def build_model(rng: Rng, build: body.Build, place: room.Room, size: tuple[int, int]) -> mujoco.MjModel:
    """Compile the model with its textures."""
    model = mujoco.MjModel.from_xml_string(document(build, place, size), textures.draw(rng))
    sheet = model.hfield("sheet").id
    start = model.hfield_adr[sheet]
    heights = room.sheet_heights(place).ravel()
    model.hfield_data[start : start + heights.size] = heights
    return model


def arm_pose(rng: Rng, side: str) -> dict[str, float]:
    """One arm's posture in degrees: up beside the head, at the side, or on the chest."""
    kind = rng.choice(["up", "side", "chest", "out"])
    centre = {
        "up": (0, 85, 85, 95),
        "side": (5, 25, 10, 35),
        "chest": (30, 25, -35, 95),
        "out": (0, 75, 40, 40),
    }[str(kind)]
    names = ("shoulder_flex", "shoulder_out", "shoulder_turn", "elbow")
    pose = {f"{side}_{n}": c + rng.normal(0, 14) for n, c in zip(names, centre, strict=True)}
    return pose | {f"{side}_wrist": rng.normal(10, 15), f"{side}_finger": rng.uniform(10, 100)}


def leg_pose(rng: Rng, side: str) -> dict[str, float]:
    """One leg's posture in degrees: frog-like, stretched, or knee up."""
    kind = rng.choice(["frog", "frog", "straight", "knee"])
    centre = {"frog": (55, 50, 45, 95), "straight": (12, 15, 15, 20), "knee": (60, 12, 10, 100)}[str(kind)]
    names = ("hip_flex", "hip_out", "hip_turn", "knee")
    pose = {f"{side}_{n}": c + rng.normal(0, 11) for n, c in zip(names, centre, strict=True)}
    return pose | {f"{side}_ankle": rng.normal(-10, 12), f"{side}_ankle_side": rng.normal(0, 6)}


def pose_spring(rng: Rng, model: mujoco.MjModel) -> None:
    """Set the posture as the springs' rest within the joints' ranges."""
    pose = {"neck_turn": rng.choice([-1, 0, 1], p=[0.4, 0.2, 0.4]) * rng.uniform(30, 80)}
    pose |= {"neck_nod": rng.normal(-5, 10), "spine_bend": rng.normal(8, 8), "spine_tilt": rng.normal(0, 8)}
    for side in body.SIDES:
        pose |= arm_pose(rng, side) | leg_pose(rng, side)
    for name, degrees in pose.items():
        joint = model.joint(name)
        low, high = joint.range
        value = float(np.clip(np.radians(degrees), low + 0.05, high - 0.05))
        model.qpos_spring[joint.qposadr[0]] = value


def settle(rng: Rng, model: mujoco.MjModel, lying: str) -> mujoco.MjData:
    """Drop the posed body on the bed and let it come to rest; the rest becomes the springs' posture."""
    data = mujoco.MjData(model)
    data.qpos[:] = model.qpos_spring
    root = int(model.joint("root").qposadr[0])
    spin = int(model.joint("root").dofadr[0])
    roll = {"supine": 0, "left": -80, "right": 80, "prone": 180}[lying] + rng.normal(0, 8)
    turn, axis = np.zeros(4), np.zeros(4)
    mujoco.mju_axisAngle2Quat(axis, np.array([1.0, 0, 0]), np.radians(roll))
    mujoco.mju_axisAngle2Quat(turn, np.array([0, 0, 1.0]), np.radians(rng.normal(0, 7)))
    mujoco.mju_mulQuat(data.qpos[root + 3 : root + 7], turn, axis)
    mujoco.mj_kinematics(model, data)
    lowest = min(data.geom_xpos[g, 2] - model.geom_rbound[g] for g in body_geoms(model))
    data.qpos[root : root + 3] = (0.02, rng.normal(0, 0.02), data.qpos[root + 2] - lowest * 0.6 + 0.01)
    damping, gravity = model.dof_damping.copy(), model.opt.gravity[2]
    model.dof_damping[:] = damping * 4
    model.dof_damping[spin : spin + 3] = 2.0
    model.dof_damping[spin + 3 : spin + 6] = 0.05
    for seconds, pull in ((1.2, 0.5), (1.3, 1.0)):
        model.opt.gravity[2] = gravity * pull
        mujoco.mj_step(model, data, int(seconds / STEP))
    model.dof_damping[:] = damping
    mujoco.mj_step(model, data, int(1.0 / STEP))
    for joint in range(model.njnt):
        adr = model.jnt_qposadr[joint]
        if model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_HINGE and model.jnt_limited[joint]:
            model.qpos_spring[adr] = 0.7 * data.qpos[adr] + 0.3 * model.qpos_spring[adr]
    mujoco.mj_step(model, data, int(6.0 / STEP))
    return data


def body_geoms(model: mujoco.MjModel) -> list[int]:
    """The infant's geoms."""
    root = model.body("chest").id
    return [g for g in range(model.ngeom) if model.body_rootid[model.geom_bodyid[g]] == root]
