"""Random drawing of the parts of a recipe: who sleeps where, how it is filmed, and which jerks occur when."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from detector.synthetic.camera import view_matrix
from detector.synthetic.casting import LOOKS, Film, Look, draw_bed, draw_codec, draw_film, draw_sensor, draw_sleeper
from detector.synthetic.dice import Dice
from detector.synthetic.recipe import (
    LIMBS,
    Breathing,
    Camera,
    Distractor,
    DistractorKind,
    Jerk,
    Limb,
    Motion,
    MotionKind,
    Recipe,
)  # fmt: skip
from detector.synthetic.skeleton import Skeleton, to_picture

__all__ = ["Draft", "Order", "Part", "Shape"]

Part = Literal["whole", "lower", "end", "any"]
Order = Literal["same", "changing", "alternating", "turning"]
Shape = Literal["full", "fast", "incomplete", "creeping", "slow", "steps", "rebound", "none", "mixed"]
_PROXIMAL: tuple[Part, ...] = ("whole", "lower")


def _onset(jerk: Jerk) -> float:
    return jerk.onset_s


class Draft(Dice):
    """A recipe in the making; every call draws from the generator, in order.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng)
        self.restart()

    def restart(
        self, *, look: Look | None = None, size: tuple[float, float] = (0.45, 1.05), film: Film | None = None
    ) -> None:
        """Draw everything again, with a given light, range of the sleeper's length (share of the width) or film."""
        self.look: Look = self.pick(LOOKS) if look is None else look
        film = draw_film(self) if film is None else film
        self.camera = Camera(
            width=film.width,
            height=film.height,
            fps=film.fps,
            duration_s=round(self.between(24, 34) * film.shorten, 1),
            exposure=self.between(0.15, 0.9),
            turn_deg=self.between(-25, 25),
            tilt=self.between(-0.22, 0.22),
            slant=self.between(-0.12, 0.12),
            blur_px=self.between(0.35, 1.2),
            vignette=self.between(0.35, 0.8) if self.look == "infrared" else self.between(0.05, 0.35),
            spot_x=self.between(0.35, 0.65),
            spot_y=self.between(0.35, 0.65),
        )
        self.bed = draw_bed(self, self.look)
        self.sleeper = draw_sleeper(self, self.look, size, self.bed.grey)
        # A sleeper with fewer than two visible limbs is drawn again: no visible jerk could be planted.
        for _ in range(30):
            if len(self._seen()) >= 2:
                break
            self.sleeper = draw_sleeper(self, self.look, size, self.bed.grey)
        self.sensor = draw_sensor(self, self.look)
        self.breathing = Breathing(
            rate_hz=self.between(0.45, 1.0),
            amplitude_px=self.between(0.3, 1.6) * self.relative_size,
            irregularity=self.between(0.05, 0.35),
            sigh_every_s=self.pick((0.0, 40.0)),
            pause_every_s=self.pick((0.0, 30.0)),
        )
        self.codec = draw_codec(self)
        self.jerks: list[Jerk] = []
        self.motions: list[Motion] = []
        self.distractors: list[Distractor] = []

    def keep_jerks_outside(self, begin_s: float, end_s: float) -> None:
        """Remove the jerks between two times, where nobody could recognise them."""
        self.jerks = [jerk for jerk in self.jerks if not begin_s <= jerk.onset_s <= end_s]

    def change(self, block: str, **values: Any) -> None:
        """Replace fields of one block (``camera``, ``sleeper``, ...), with validation."""
        old = getattr(self, block)
        setattr(self, block, type(old).model_validate(old.model_dump() | values))

    @property
    def relative_size(self) -> float:
        """Pixels of the video per px in a picture 640 wide of an ordinary sleeper (0.8 of the width)."""
        return self.sleeper.size / 0.8 * self.camera.width / 640

    @property
    def limbs(self) -> tuple[Limb, ...]:
        """The limbs whose middle joint and tip lie inside the picture; all limbs if there are none."""
        return self._seen() or LIMBS

    def _seen(self) -> tuple[Limb, ...]:
        camera = self.camera
        skeleton = Skeleton(self.sleeper, camera.height / camera.width)
        places, view, seen = skeleton.places(skeleton.rest()), view_matrix(camera), []
        for limb in LIMBS:
            middle = places[f"{limb}_{skeleton.limb_parts(limb)[1].name}"][:2, 2]
            points = to_picture(view, np.array([middle, skeleton.tip(skeleton.rest(), limb)]))
            if np.all(points > 8) and np.all(points < (camera.width - 8, camera.height - 8)):
                seen.append(limb)
        return tuple(seen)

    def finish(self, seed: int, condition: str) -> Recipe:
        """Return the recipe; jerks in the first and last second are left out."""
        last = self.camera.duration_s - 1.2
        return Recipe(
            seed=seed, condition=condition, camera=self.camera, bed=self.bed, sleeper=self.sleeper,
            breathing=self.breathing, sensor=self.sensor, codec=self.codec,
            jerks=tuple(sorted((jerk for jerk in self.jerks if 1 <= jerk.onset_s <= last), key=_onset)),
            motions=tuple(self.motions), distractors=tuple(self.distractors),
        )  # fmt: skip

    # --- jerks ---------------------------------------------------------------------------------------------------

    def amplitude(self, low: float, high: float) -> float:
        """Return an amplitude in px of the video, from a range given for an ordinary sleeper at 640 px width."""
        return max(0.6, self.log_between(low, high) * self.relative_size)

    def jerk(
        self, onset_s: float, limbs: tuple[Limb, ...], amplitude_px: float, shape: Shape = "mixed", *,
        room_s: float = 1.0, part: Part = "any",
    ) -> Jerk:  # fmt: skip
        """Return a jerk that is over after at most `room_s`."""
        if shape == "mixed":
            shape = self.pick(("full", "full", "fast", "rebound", "incomplete", "slow", "steps"))
        rise = self.between(0.03, 0.15 if room_s > 0.5 else 0.08)
        ends = {
            "full": rise * self.between(1.0, 3.0), "fast": rise * self.between(0.9, 1.4),
            "slow": self.between(0.25, 0.5), "steps": self.between(0.2, 0.5),
            "rebound": rise * self.between(1.0, 2.0), "none": 0.05,
        }  # fmt: skip
        back = ends.get(shape, rise * self.between(1.0, 3.0))
        residual = {"incomplete": self.between(0.2, 0.8), "creeping": self.between(0.15, 0.5), "none": 1.0}.get(
            shape, self.between(0, 0.12)
        )
        squeeze = min(1.0, room_s / (rise + back))
        return Jerk(
            onset_s=round(onset_s, 4),
            limbs=limbs,
            lags_s=tuple(0.0 if place == 0 else self.between(0, 0.06) for place in range(len(limbs)))
            if len(limbs) > 1
            else (),
            amplitude_px=float(f"{amplitude_px:.4g}"),
            part=self.pick(("whole", "whole", "lower")) if part == "any" else part,
            rise_s=round(max(0.02, rise * squeeze), 4),
            hold_s=self.pick((0.0, 0.0, 0.02)) if squeeze == 1.0 else 0.0,
            return_s=round(max(0.02, back * squeeze), 4),
            residual=residual,
            steps=int(self.rng.integers(2, 4)) if shape == "steps" else 1,
            rebound=self.between(0.1, 0.25) if shape == "rebound" else 0.0,
            drift_s=self.between(0.8, 5.0) if shape in {"creeping", "incomplete"} else 0.0,
            bend=self.between(-0.7, 0.9),
            sign=self.pick((-1, 1)),
            lift=self.pick((0.0, 0.0, self.between(-0.8, 1.5))),
            recoil=self.pick((0.0, self.between(0.01, 0.05))),
        )

    def singles(
        self, low: float, high: float, shape: Shape = "mixed", *, gap: tuple[float, float] = (2.3, 5.0),
        part: Part = "any", begin_s: float = 1.5, several: float = 0.15,
    ) -> None:  # fmt: skip
        """Plant isolated jerks over the whole clip; a share `several` of them moves two to four limbs at once."""
        now = begin_s + self.between(0, 2)
        while now < self.camera.duration_s - 1.3:
            count = 1 if self.rng.random() >= several else int(self.rng.integers(2, max(3, len(self.limbs) + 1)))
            self.jerks.append(self.jerk(now, self.some(count), self.amplitude(low, high), shape, part=part))
            now += self.between(*gap)

    def pace(self, low: float, high: float) -> float:
        """Return a rate of jerks in Hz that the frame rate can show: at most a quarter of it (four frames per jerk)."""
        return min(self.between(low, high), 0.25 * self.camera.fps)

    def some(self, count: int) -> tuple[Limb, ...]:
        """Return `count` different visible limbs."""
        limbs = self.limbs
        return tuple(limbs[int(index)] for index in self.rng.permutation(len(limbs))[: min(count, len(limbs))])

    def train(
        self, begin_s: float, count: int, rate_hz: float, size: tuple[float, float], *, shape: Shape = "full",
        order: Order = "same", jitter: float = 0.15,
        part: Part = "any",
    ) -> float:  # fmt: skip
        """Plant a train of jerks and return the time after it; amplitudes vary by half within a train.

        The limb is always the same, a different one each time, or one of two in turn. `turning` is a single limb that
        moves to a random side each time and sets out again as soon as it is back.
        """
        period = 1 / rate_hz
        now, middle, sign, kept = begin_s, self.amplitude(*size), self.pick((-1, 1)), self.pick(_PROXIMAL)
        pair = self.some(2)
        for index in range(count):
            step = period * max(0.6, 1 + jitter * float(self.rng.standard_normal()))
            places = {"changing": self.some(1), "alternating": (pair[index % len(pair)],)}
            limbs = places.get(order, pair[:1])
            reach = middle * float(np.exp(0.25 * self.rng.standard_normal()))
            room = min(1.0, 0.85 * step * (1.0 if order in {"same", "turning"} else 1.5))
            jerk = self.jerk(now, limbs, max(0.6, reach), shape, room_s=room, part=kept if part == "any" else part)
            way: dict[str, Any] = {"sign": sign}
            if order == "turning":
                back_s = round(min(0.5, step - jerk.rise_s - jerk.hold_s), 4)
                way = {"sign": self.pick((-1, 1)), "return_s": max(0.02, back_s), "residual": 0.0}
            self.jerks.append(jerk.model_copy(update=way))
            now += step
        return now

    def trains(self, rate: tuple[float, float], low: float, high: float, **options: Any) -> None:
        """Plant trains over the whole clip; `options` are those of `train`."""
        now = 1.5 + self.between(0, 2)
        while now < self.camera.duration_s - 2.5:
            pace = self.pace(*rate)
            count = int(self.rng.integers(3, max(4, min(14, int(4 * pace)) + 1)))
            now = self.train(now, count, pace, (low, high), **options) + self.between(3, 7)

    # --- everything else -----------------------------------------------------------------------------------------

    def motion(
        self, kind: MotionKind, onset_s: float, duration_s: float, amplitude: tuple[float, float], **values: Any
    ) -> None:
        """Add another body movement; `amplitude` is a range for an ordinary sleeper at 640 px width."""
        length = min(duration_s, self.camera.duration_s - onset_s - 0.1)
        if length > 0.5:
            size = self.amplitude(*amplitude)
            self.motions.append(Motion(kind=kind, onset_s=onset_s, duration_s=length, amplitude_px=size, **values))

    def distractor(self, kind: DistractorKind, onset_s: float = 0.0, duration_s: float = 0.0, **values: Any) -> None:
        """Add something other than the sleeper; a duration of 0 lasts to the end of the clip."""
        length = duration_s or self.camera.duration_s - onset_s
        values = {"x": self.between(0.1, 0.9), "y": self.between(0.1, 0.9), "strength": self.between(0.6, 1.5)} | values
        self.distractors.append(Distractor(kind=kind, onset_s=onset_s, duration_s=length, **values))
