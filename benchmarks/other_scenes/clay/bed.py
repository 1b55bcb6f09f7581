"""The still world: mattress with creased sheet, room beyond, pillow; and soft shadows on the sheet."""

import cv2
import numpy as np

from benchmarks.other_scenes.clay.dress import tint
from benchmarks.other_scenes.clay.splat import Camera
from benchmarks.other_scenes.clay.surface import grain


def sheet(camera: Camera, rng: np.random.Generator, channels: int) -> np.ndarray:
    """Picture of mattress, flat pillow and room, (h, w, C)."""
    flat = np.clip(camera.ground().reshape(-1, 2), -3, 3)
    relief = rng.uniform(0.01, 0.1) * grain(flat, rng, 0.12) + rng.uniform(0, 0.05) * grain(flat, rng, 0.03)
    for way in rng.uniform(0, np.pi, rng.integers(2, 9)):
        across = flat @ [np.cos(way), np.sin(way)] + 0.02 * grain(flat, rng, 0.2) - rng.uniform(-0.4, 0.4)
        across /= rng.uniform(0.004, 0.02)
        relief += rng.uniform(-0.25, 0.25) * across * np.exp(-(across**2))
    base, mark, pitch = tint(rng, channels, (0.35, 0.9)), tint(rng, channels), rng.uniform(0.02, 0.09)
    wave = np.sin(2 * np.pi / pitch * flat)
    draw, spots = rng.random(), np.zeros(len(flat))
    if draw < 0.15:
        spots = 0.5 + 0.5 * np.tanh(3 * wave[:, 0])
    elif draw < 0.3:
        spots = (wave.prod(1) > 0.6).astype(float)
    elif draw < 0.5:
        spots = (grain(flat, rng, pitch) > 0.7).astype(float)
    picture = (base + (mark - base) * (spots * rng.uniform(0.2, 0.9))[:, None]) * (1 + relief)[:, None]
    size = [rng.uniform(0.3, 0.5), rng.uniform(0.55, 0.75)]
    room = tint(rng, channels, (0.08, 0.4)) * (1 + 0.25 * grain(flat, rng, 0.15))[:, None]
    fields = [((np.abs(flat - [0, 0.05]) - size).max(1), room)]
    if rng.random() < 0.5:
        edge = ((np.abs(flat - [0, 0.3]) / [rng.uniform(0.13, 0.22), 0.12]) ** 6).sum(1) ** (1 / 6) - 1
        fields.append((-0.15 * edge, tint(rng, channels, (0.3, 0.9)) * (1 + 0.5 * relief)[:, None]))
    for edge, colour in fields:
        picture += (colour - picture) * np.clip(edge / 0.006, 0, 1)[:, None]
        picture *= 1 - 0.4 * np.exp(-((edge / 0.015) ** 2))[:, None]
    picture = picture.reshape(camera.height, camera.width, channels).astype(np.float32)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7).reshape(picture.shape), 0.02, 1.0)


def shadow(camera: Camera, points: np.ndarray, light: np.ndarray, spacing: float) -> np.ndarray:
    """Darkness (h/4, w/4) that points spaced apart cast on the mattress: one shadow of the light, one of contact."""
    height, width = camera.height // 4 + 1, camera.width // 4 + 1
    total = np.zeros(height * width)
    for aim, reach, amount in ((light, 0.12, 0.45), (np.array([0, 0, 1.0]), 0.03, 0.8)):
        x, y, depth = camera.project(points - aim * (points[:, 2:] / aim[2]))
        column, row = (x / 4).astype(np.int32), (y / 4).astype(np.int32)
        good = (x > 0) & (y > 0) & (column < width) & (row < height)
        area = (camera.focal / depth * spacing / 4) ** 2 * np.abs(camera.axes[2, 2])
        dark = amount * area * np.exp(-np.maximum(points[:, 2], 0) / reach)
        total += np.bincount((row * width + column)[good], dark[good], height * width)
    blurred = cv2.GaussianBlur(total.reshape(height, width).astype(np.float32), (0, 0), 1.6)
    return np.minimum(1 - np.exp(-blurred), 0.75)
