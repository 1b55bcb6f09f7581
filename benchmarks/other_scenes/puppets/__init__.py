"""A jointed infant moved by a physics engine (MuJoCo): limbs fall, rebound, drag. Drawn by OpenGL without a screen."""

import os

os.environ.setdefault("MUJOCO_GL", "egl")  # read when the engine is loaded
