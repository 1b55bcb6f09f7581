"""Things that are not the infant: insects, cords, lamps, beams, curtains, bumps of the camera, a clock."""

from dataclasses import dataclass

import cv2
import numpy as np

KINDS = ("insect", "cord", "mobile", "lamp", "flicker", "beam", "bump", "clock")


@dataclass
class Extra:
    """One such thing from start to stop, with its own fixed random numbers."""

    kind: str
    start: float
    stop: float
    dice: np.ndarray
    path: np.ndarray


def choose(rng: np.random.Generator, seconds: float, theme: str) -> list[Extra]:
    """Extras of a film."""
    found = []
    for kind in rng.permutation(KINDS)[: rng.poisson({"mixed": 1.2, "none": 1.4, "quiet": 0}.get(theme, 0.15))]:
        start, length = rng.uniform(0, seconds * 0.6), rng.uniform(0.6, 1) if kind == "bump" else rng.uniform(2, 9)
        whole = kind == "clock" or (kind in ("cord", "mobile", "flicker") and rng.random() < 0.6)
        steps = rng.normal(0, 0.03, (200, 2)) * (rng.random((200, 1)) < 0.4)
        span = (0.0, seconds) if whole else (start, min(start + length, seconds))
        found.append(Extra(str(kind), *span, rng.random(8), np.cumsum(steps, 0) + rng.uniform(0.2, 0.8, 2)))
    return found


def paint(extra: Extra, picture: np.ndarray, t: float) -> np.ndarray:
    """The lens picture with a thing in it, under a changed light or a bumped camera."""
    height, width, channels = picture.shape
    dice, age, ink = extra.dice, t - extra.start, (float(0.05 + 0.5 * extra.dice[3]),) * channels
    if extra.kind == "insect":
        spot = np.array([np.interp(age * 7, np.arange(200), extra.path[:, i]) for i in (0, 1)]) % 1 * [width, height]
        axes = np.array([1.2 + 2.5 * dice[4], 0.8 + 1.2 * dice[5]]) * width / 640 * 16
        ends, turn = [tuple(int(v) for v in pair) for pair in (spot * 16, axes)], 360 * dice[6] + 40 * age
        return cv2.ellipse(picture.copy(), *ends, turn, 0, 360, (0.04,) * channels, -1, cv2.LINE_AA, 4)
    if extra.kind in ("cord", "mobile"):
        s = np.linspace(0, 1, 30)
        sway = 0.04 * np.sin(2 * np.pi * (0.3 + 2 * dice[4]) * age) * np.sin(0.7 * age + dice[5] * 6) ** 2
        x = width * (dice[6] + 0.1 * np.sin(2.5 * s + dice[7] * 6) + sway * s**2)
        line = np.column_stack([x, s * height * (0.2 + 0.7 * dice[5])]).astype(np.float32) * 16
        shape = [line.astype(np.int32)]
        picture = cv2.polylines(picture.copy(), shape, False, ink, 1 + int(3 * dice[3]), cv2.LINE_AA, 4)
        if extra.kind == "mobile":
            size = (int(width * (0.2 + 0.6 * dice[0])), int(width * 0.8 * abs(np.cos(age * (0.3 + 2 * dice[1])))))
            cv2.ellipse(picture, shape[0][-1].tolist(), size, 20, 0, 360, ink, -1, cv2.LINE_AA, 4)
        return picture
    if extra.kind == "lamp":
        return picture * np.float32(1 + (0.6 * dice[0] - 0.25) * min(age / (0.02 + dice[1]), 1))
    if extra.kind == "flicker":
        return picture * np.float32(1 + 0.12 * dice[0] * np.sin(2 * np.pi * (1 + 9 * dice[1]) * age))
    if extra.kind == "beam":
        across = np.arange(width) + np.arange(height)[:, None] * (dice[2] - 0.5)
        band = np.exp(-(((across / width - 1.6 * age * dice[1] + 0.2) / (0.05 + 0.2 * dice[3])) ** 2))
        return picture * (1 + (1.1 * dice[4] - 0.4) * band[..., None]).astype(np.float32)
    if extra.kind == "bump":
        swing = 8 * dice[0] * width / 640 * np.exp(-age * 6) * np.sin(2 * np.pi * (3 + 8 * dice[1]) * age)
        move = np.array([[1, 0, swing * (dice[2] - 0.5) * 2], [0, 1, swing * dice[3]]])
        return cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REFLECT).reshape(picture.shape)
    return picture


def clock(frame: np.ndarray, extra: Extra, t: float) -> None:
    """Burn a running clock into a finished frame."""
    scale, dice = frame.shape[1] / 640, extra.dice
    spot = (int((10 + 350 * (dice[0] > 0.5)) * scale), int((24 if dice[1] > 0.4 else 345) * scale))
    text = f"2024-03-{1 + int(27 * dice[3]):02d} 0{int(6 * dice[4])}:17:{int(t + 30 * dice[2]):02d}"
    ink = (255,) * frame.shape[2]
    cv2.putText(frame, text, spot, cv2.FONT_HERSHEY_SIMPLEX, 0.55 * scale, ink, max(int(scale * 1.5), 1), cv2.LINE_AA)
