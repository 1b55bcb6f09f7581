"""Procedural pictures for cloth, sheets and walls, as PNG bytes."""

import cv2
import numpy as np

Rng = np.random.Generator
SIDE = 256


def colour(rng: Rng, low: float = 0.15, high: float = 0.95, saturation: float = 0.6) -> np.ndarray:
    """Draw an RGB colour (0..1) of limited saturation."""
    grey = rng.uniform(low, high)
    tint = rng.uniform(-0.5, 0.5, 3) * rng.uniform(0, saturation)
    return np.clip(grey + tint * min(grey, 0.6), 0.03, 0.98)


def grain(rng: Rng, side: int, blur: float) -> np.ndarray:
    """Smooth noise of unit deviation that wraps around at the borders."""
    tiles = np.tile(rng.standard_normal((side, side)).astype(np.float32), (3, 3))
    field: np.ndarray = cv2.GaussianBlur(tiles, (0, 0), blur)[side : 2 * side, side : 2 * side]
    return (field - field.mean()) / (field.std() + 1e-6)


def weave(rng: Rng, base: np.ndarray, strength: float = 0.03) -> np.ndarray:
    """A plain cloth with threads and slight unevenness."""
    shade = 1 + strength * (0.6 * grain(rng, SIDE, 0.8) + grain(rng, SIDE, 9))
    return np.clip(base[None, None] * shade[..., None], 0, 1)


def stripes(rng: Rng, base: np.ndarray) -> np.ndarray:
    """Stripes of a second colour."""
    picture = weave(rng, base)
    rows = (np.arange(SIDE) * rng.integers(3, 14) * 2 // SIDE) % 2 == 0
    picture[rows] = weave(rng, colour(rng))[rows]
    return picture if rng.random() < 0.5 else picture.transpose(1, 0, 2).copy()


def checks(rng: Rng, base: np.ndarray) -> np.ndarray:
    """A checked cloth of two overlaid stripes."""
    bands = (np.arange(SIDE) * rng.integers(3, 9) * 2 // SIDE) % 2
    mix = 0.5 * (bands[:, None] + bands[None])[..., None]
    return weave(rng, base) * (1 - mix) + weave(rng, colour(rng)) * mix


def dots(rng: Rng, base: np.ndarray) -> np.ndarray:
    """Scattered dots and small ellipses."""
    picture = np.ascontiguousarray(weave(rng, base), np.float32)
    inks = [colour(rng) for _ in range(3)]
    for _ in range(rng.integers(20, 80)):
        centre = tuple(int(v) for v in rng.integers(0, SIDE, 2))
        axes = tuple(int(v) for v in rng.integers(4, 15, 2))
        ink = [float(v) for v in inks[rng.integers(3)]]
        cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, ink, -1, cv2.LINE_AA)
    return picture


def cloth(rng: Rng) -> np.ndarray:
    """Any cloth, plain ones most often."""
    base = colour(rng)
    kind = rng.random()
    if kind < 0.4:
        return weave(rng, base)
    return (stripes, checks, dots)[int((kind - 0.4) / 0.6 * 3)](rng, base)


def skin(rng: Rng) -> np.ndarray:
    """Skin from pale to dark, slightly blotched."""
    pale, dark = np.array([0.95, 0.75, 0.66]), np.array([0.33, 0.21, 0.15])
    tone = pale + (dark - pale) * rng.beta(1, 1.6)
    shade = 1 + 0.03 * grain(rng, SIDE, 12) + 0.012 * grain(rng, SIDE, 1.5)
    return np.clip(tone[None, None] * shade[..., None], 0, 1)


def png(picture: np.ndarray) -> bytes:
    """Encode an RGB picture of 0..1."""
    data = cv2.imencode(".png", (np.clip(picture, 0, 1)[..., ::-1] * 255).astype(np.uint8))[1]
    return data.tobytes()


def draw(rng: Rng) -> dict[str, bytes]:
    """All textures of a clip by file name."""
    top = cloth(rng)
    names = {
        "skin": skin(rng),
        "top": top,
        "legs": top if rng.random() < 0.6 else cloth(rng),
        "sock": cloth(rng),
        "sheet": cloth(rng) if rng.random() < 0.5 else weave(rng, colour(rng, 0.5, 0.95, 0.3)),
        "blanket": cloth(rng),
        "wall": weave(rng, colour(rng, 0.2, 0.9, 0.3), 0.03),
        "wood": weave(rng, colour(rng, 0.2, 0.9, 0.3), 0.04),
        "toy": cloth(rng),
        "fur": weave(rng, colour(rng, 0.1, 0.8, 0.3), 0.15),
        "hair": weave(rng, colour(rng, 0.08, 0.45, 0.2), 0.15),
        "cap": cloth(rng),
        "nappy": weave(rng, np.array([0.93, 0.93, 0.93]), 0.02),
    }
    return {f"{name}.png": png(picture) for name, picture in names.items()}
