"""Light that changes: steps, headlights, exposure hunting, infrared switch, mains bands, shadows, television, flash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.movement import smooth_step

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe

    Picture = npt.NDArray[np.float32]

__all__ = ["Lighting"]


class Lighting:
    """Share of light at each pixel and time, relative to the steady light."""

    def __init__(self, recipe: Recipe) -> None:
        camera = recipe.camera
        self._shape = (camera.height, camera.width)
        rows, columns = np.mgrid[0 : camera.height, 0 : camera.width].astype(np.float32)
        self._across, self._down = columns / camera.width, rows / camera.height
        far = np.hypot(self._across - camera.spot_x, (self._down - camera.spot_y) * 0.7)
        self._steady = np.asarray(1 - camera.vignette * np.clip(far / 0.75, 0, 1.2) ** 1.7, np.float32)
        self._items = recipe.distractors
        self._seed = recipe.seed

    def at(self, time_s: float) -> Picture:
        """Return the factor for the scene's light at `time_s`, float32, shape (h, w)."""
        gain, field = 1.0, self._steady
        for place, item in enumerate(self._items):
            since = time_s - item.onset_s
            if since < 0 or (since > item.duration_s and item.kind not in {"light_step", "infrared_switch"}):
                continue
            gain *= self._gain(item, since, place)
            extra = self._field(item, since, place)
            if extra is not None:
                field = field * extra
        return np.asarray(field * np.float32(gain), np.float32)

    def noise(self, time_s: float) -> float:
        """Return the factor for the sensor's noise: a camera raises its gain when there is less light."""
        factor = 1.0
        for item in self._items:
            if item.kind == "infrared_switch" and time_s >= item.onset_s:
                factor *= 1 + 0.8 * item.strength
        return factor

    def _gain(self, item: Distractor, since_s: float, place: int) -> float:
        up = 1.0 if item.x > 0.5 else -1.0
        if item.kind == "light_step":
            step = float(smooth_step(since_s / (0.03 + 0.3 * item.y**3)))
            # The camera's exposure compensates part of the step within a second or two.
            settled = 1 - 0.6 * (1 - np.exp(-max(0.0, since_s - 0.3) / 0.8)) if item.size > 1 else 1.0
            return float(np.exp(up * 0.45 * item.strength * step * settled))
        if item.kind == "infrared_switch":
            flash = 0.7 * np.exp(-since_s / 0.12) * np.cos(10 * since_s)
            return float(np.exp(-0.35 * item.strength * up + 0.5 * flash))
        if item.kind == "exposure_hunting":
            wave = np.sin(2 * np.pi * item.rate_hz * since_s)
            return float(np.exp(0.09 * item.strength * wave * min(1.0, 2 * since_s, 2 * (item.duration_s - since_s))))
        if item.kind == "television":
            rng = np.random.default_rng([self._seed, place, int(since_s * item.rate_hz), 41])
            return float(np.exp(0.10 * item.strength * (rng.standard_normal() + 0.3 * np.sin(5 * since_s))))
        return 1.0

    def _field(self, item: Distractor, since_s: float, place: int) -> Picture | None:
        share = since_s / item.duration_s
        soft = min(1.0, 4 * share, 4 * (1 - share))
        if item.kind == "headlights":
            centre = -0.3 + 1.6 * share if item.x > 0.5 else 1.3 - 1.6 * share
            beam = np.exp(-(((self._across - centre + 0.25 * (self._down - 0.5)) / (0.10 + 0.12 * item.size)) ** 2))
            return np.asarray(1 + 0.7 * item.strength * soft * beam, np.float32)
        if item.kind == "shadow":
            centre = -0.3 + 1.6 * share if item.x > 0.5 else 1.3 - 1.6 * share
            dark = np.exp(-(((self._across - centre) / 0.22) ** 2) - ((self._down - item.y) / (0.35 * item.size)) ** 2)
            return np.asarray(1 - min(0.7, 0.35 * item.strength) * dark, np.float32)
        if item.kind == "mains":
            # A rolling shutter turns 100 or 120 Hz into bands that drift at the alias frequency `rate_hz`.
            phase = 2 * np.pi * (item.rate_hz * since_s + 2.2 * item.size * self._down[:, :1])
            return np.asarray(1 + 0.045 * item.strength * np.sin(phase), np.float32)
        if item.kind == "flash":
            return self._flash(item, since_s, place)
        if item.kind == "television":
            rng = np.random.default_rng([self._seed, place, int(since_s * item.rate_hz), 43])
            tilt = 0.25 * item.strength * rng.standard_normal()
            return np.asarray(1 + tilt * (self._across - 0.5) * (1 - item.y), np.float32)
        return None

    def _flash(self, item: Distractor, since_s: float, place: int) -> Picture:
        """Return light that comes or goes for a moment: everywhere, or (`size` below 1) in one part of the picture."""
        sudden_s = 0.001 + 0.3 * item.y**3
        level = float(smooth_step(since_s / sudden_s)) * float(smooth_step((item.duration_s - since_s) / sudden_s))
        where = np.ones_like(self._steady)
        if item.size < 1:
            across, down = np.random.default_rng([self._seed, place, 47]).uniform(0.1, 0.9, 2)
            far = (self._across - across) ** 2 + (self._down - down) ** 2
            where = np.exp(-far / (2 * (0.35 * item.size) ** 2)).astype(np.float32)
        up = 1.0 if item.x > 0.5 else -1.0
        return np.asarray(np.exp(np.float32(0.5 * up * item.strength * level) * where), np.float32)
