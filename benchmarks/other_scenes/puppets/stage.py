"""Running the physics along a score, whole or from a saved state for comparison."""

from dataclasses import dataclass

import mujoco
import numpy as np

from benchmarks.other_scenes.puppets.body import Point
from benchmarks.other_scenes.puppets.score import Score

Array = np.ndarray


@dataclass
class Stage:
    """Model, current state, score and the followed points."""

    model: mujoco.MjModel
    data: mujoco.MjData
    score: Score
    points: list[Point]

    def __post_init__(self) -> None:
        self.bodies = np.array([self.model.body(p.body).id for p in self.points])
        self.places = np.array([p.place for p in self.points])[:, :, None]
        self.spare = mujoco.MjData(self.model)
        self.stiffness = self.model.jnt_stiffness[self.model.dof_jntid[self.score.dofs]]
        self.states = np.zeros((self.score.steps, self.model.nq))
        self.step = 0

    def advance(self, data: mujoco.MjData, step: int, extra: Array | None = None) -> None:
        """One physics step, with additional torques if given."""
        score = self.score
        torque = score.drive[step] + score.gain[step] * (score.goal[step] - data.qpos[score.spots])
        # muscles that lead a joint hold its own spring, too: else a springy body would hardly move
        torque += (score.gain[step] > 0) * self.stiffness * (score.goal[step] - score.rest)
        if extra is not None:
            torque += extra
        data.qfrc_applied[score.dofs] = torque
        if score.path is not None:
            data.mocap_pos[0], data.mocap_quat[0] = score.path[step, :3], score.path[step, 3:]
        mujoco.mj_step(self.model, data)

    def world(self, data: mujoco.MjData) -> Array:
        """The points' places (points x 3) as of the last kinematics."""
        turned = (data.xmat[self.bodies].reshape(-1, 3, 3) @ self.places)[..., 0]
        return data.xpos[self.bodies] + turned

    def play(self, stop: int) -> None:
        """Advance the clip itself, keeping every state."""
        while self.step < min(stop, self.score.steps):
            self.states[self.step] = self.data.qpos
            self.advance(self.data, self.step)
            self.step += 1

    def trial(self, steps: int, extra: Array | None) -> tuple[Array, Array]:
        """Points (steps x points x 3) and states from now on with additional torques, leaving the clip untouched."""
        mujoco.mj_copyData(self.spare, self.model, self.data)
        steps = min(steps, self.score.steps - self.step)
        track = np.empty((steps, len(self.points), 3))
        states = np.empty((steps, self.model.nq))
        for i in range(steps):
            states[i] = self.spare.qpos
            more = extra[i] if extra is not None and i < len(extra) else None
            self.advance(self.spare, self.step + i, more)
            track[i] = self.world(self.spare)
        return track, states

    def tracks(self, every: int) -> Array:
        """The points' places along the played clip, every so many steps."""
        found = []
        for state in self.states[::every]:
            self.spare.qpos[:] = state
            mujoco.mj_kinematics(self.model, self.spare)
            found.append(self.world(self.spare))
        return np.array(found)
