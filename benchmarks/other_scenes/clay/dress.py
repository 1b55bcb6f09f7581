"""Builds the skins of all parts: their shapes, skin, clothes, face and hands."""

import numpy as np

from benchmarks.other_scenes.clay.skeleton import Chain
from benchmarks.other_scenes.clay.surface import Skin, grain, tube

ARM = [(-0.02, 2, 2), (-0.005, 20, 20), (0.044, 19, 19), (0.088, 16, 16), (0.125, 16.5, 16), (0.168, 11.5, 10.5)]
ARM += [(0.195, 19, 11), (0.218, 14, 9), (0.226, 2, 2)]
LEG = [(-0.03, 4, 4), (0, 31, 31), (0.052, 28, 28), (0.105, 21, 21), (0.145, 21.5, 22), (0.205, 14.5, 16.5)]
LEG += [(0.245, 17, 12), (0.266, 16, 9), (0.273, 3, 2)]
TRUNK = [(-0.055, 4, 4), (-0.03, 50, 44), (0.03, 58, 53), (0.1, 58, 56), (0.17, 57, 50), (0.215, 50, 36)]
TRUNK += [(0.24, 26, 24), (0.26, 18, 18)]
HAND = [(-0.02, 40, 40), (0.24, 42, 40), (0.46, 27, 22), (0.545, 43, 16), (0.61, 34, 12), (0.63, 3, 2)]
PET = [(-0.03, 3, 3), (0, 50, 55), (0.12, 66, 75), (0.35, 55, 60), (0.46, 36, 40), (0.53, 45, 45), (0.63, 6, 6)]


def tint(rng: np.random.Generator, channels: int, light: tuple[float, float] = (0.25, 0.85)) -> np.ndarray:
    """A random cloth colour (BGR, or one grey)."""
    return np.clip(rng.uniform(*light) * (1 + rng.normal(0, 0.16, channels) * (channels == 3)), 0.04, 0.97)


class Wardrobe:
    """Colours and pattern that all parts share."""

    def __init__(self, rng: np.random.Generator, channels: int, density: float) -> None:
        self.rng, self.density, depth = rng, density, rng.uniform(0.25, 0.9)
        self.skin = depth * np.array([0.68, 0.78, 1.0]) if channels == 3 else np.array([0.35 + 0.5 * depth])
        self.base, self.mark = tint(rng, channels), tint(rng, channels)
        self.pattern = str(rng.choice(["plain", "stripes", "dots", "knit", "checks", "mottled"]))
        self.pitch, self.contrast = rng.uniform(0.008, 0.03), rng.uniform(0.2, 1.0)
        self.ends = {"arm": float(rng.choice([0.0, 0.06, 0.16, 0.3], p=[0.15, 0.25, 0.5, 0.1]))}
        self.ends["leg"] = float(rng.choice([0.0, 0.1, 0.2, 0.4], p=[0.25, 0.15, 0.35, 0.25]))

    def colour(self, skin: Skin, cloth: np.ndarray) -> None:
        """Colour and fold a skin that is clothed where cloth is 1."""
        x, y, z = skin.points.T
        around, wave = np.arctan2(y, x) * np.hypot(x, y), 2 * np.pi / self.pitch
        amount = {
            "plain": 0.1 * np.sin(z * 900),
            "stripes": np.tanh(4 * np.sin(wave * z)),
            "dots": np.tanh(6 * (np.sin(wave * z) * np.sin(wave * around) - 0.4)),
            "knit": 0.6 * np.sin(wave * 3 * around + 1.5 * np.sin(wave * 3 * z)),
            "checks": np.sign(np.sin(wave * z)) * 0.5 + np.sign(np.sin(wave * around)) * 0.5,
            "mottled": grain(skin.points, self.rng, self.pitch * 1.5),
        }[self.pattern][:, None]
        printed = self.base + (self.mark - self.base) * (0.5 + 0.5 * amount) * self.contrast
        worn = 1 + 0.07 * grain(skin.points, self.rng, 0.02)[:, None] + 0.04 * self.rng.normal(size=(len(x), 1))
        bare = self.skin * (1 + 0.05 * grain(skin.points, self.rng, 0.03)[:, None])
        skin.albedo = np.where(cloth[:, None] > 0.5, printed * worn, bare)
        skin.add_folds(cloth, self.rng)

    def part(self, name: str, chain: Chain) -> Skin:
        """The skin of the trunk or a limb, with fingers or toes."""
        kind = name.rsplit("_", maxsplit=1)[-1]
        rows = np.array({"arm": ARM, "leg": LEG}.get(kind, TRUNK)) * [1, 0.001, 0.001]
        if kind != "torso":
            full = self.rng.uniform(0.9, 1.15)
            rows = rows * [sum(chain.lengths) / rows[-1, 0], full, full]
        skin = tube(chain.lengths, rows, self.density, self.rng)
        z, front = skin.points[:, 2], skin.normals[:, 1]
        end = self.ends.get(kind, 0.225 if self.ends["arm"] else 0.045)
        cloth = (z < end).astype(float)
        self.colour(skin, cloth)
        skin.albedo[np.abs(z - end) < 0.003] *= 0.72
        if kind == "torso":
            belly = np.exp(-(((z - 0.1) / 0.05) ** 2)) + 0.5 * np.exp(-(((z - 0.18) / 0.04) ** 2))
            skin.swell = (0.0032 * belly * np.clip(0.4 + front, 0, 1.2))[:, None]
            return skin
        lines = np.abs(np.sin(np.pi * skin.points[:, 0] / 0.007)) < 0.3
        skin.albedo[(z > sum(chain.lengths) - 0.27 * chain.lengths[2]) & lines & (cloth < 0.5)] *= 0.55
        skin.points += skin.normals * (cloth * self.rng.uniform(0.001, 0.005))[:, None].astype(np.float32)
        return skin

    def head(self, chain: Chain) -> Skin:
        """Head with hair, closed eyes, nose, ears and a mouth whose jaw can move."""
        t = np.linspace(-1, 1, 21)
        ball = np.sqrt(np.maximum(1 - t**2, 0.0004))
        rows = np.column_stack([0.052 + 0.066 * t, 0.052 * ball, 0.059 * ball])
        skin = tube(chain.lengths, rows, self.density, self.rng)
        x, y, z = skin.points.T
        self.colour(skin, np.zeros(len(x)))
        edge = 0.006 + 0.6 * (z - 0.075) - y + 0.006 * grain(skin.points, self.rng, 0.02)
        cap = self.base if self.rng.random() < 0.2 else self.skin * self.rng.uniform(0.25, 0.9)
        strand = 1 + 0.15 * np.sin(x * 700 + 40 * z)[:, None]
        skin.albedo += (cap * strand - skin.albedo) / (1 + np.exp(-np.clip(edge / 0.003, -30, 30)))[:, None]
        beside, face = np.abs(x) - 0.021, y > 0.01
        skin.albedo[face & (np.abs(z - 0.052 + 10 * beside**2) < 0.0016) & (np.abs(beside) < 0.009)] *= 0.35
        skin.albedo[face & (np.abs(z - 0.068 + 12 * beside**2) < 0.0018) & (np.abs(beside) < 0.011)] *= 0.75
        skin.albedo[face & (np.abs(z - 0.018) < 0.0022) & (np.abs(x) < 0.012)] *= 0.5
        skin.points[:, 0] += 0.009 * np.exp(-(((y + 0.002) / 0.008) ** 2) - (((z - 0.04) / 0.013) ** 2)) * np.sign(x)
        skin.points[:, 1] += 0.008 * np.exp(-((x / 0.006) ** 2) - (((z - 0.034) / 0.008) ** 2)) * face
        skin.jaw = (np.exp(-(((z - 0.008) / 0.016) ** 2)) * (y > 0))[:, None] * np.array([0, -0.002, -0.005])
        return skin

    def guest(self, chain: Chain, kind: str) -> Skin:
        """A grown-up's forearm with a hand, or a furry animal."""
        rows = np.array(HAND if kind == "hand" else PET) * [1, 0.001, 0.001]
        skin = tube(chain.lengths, rows, self.density, self.rng)
        other = Wardrobe(self.rng, len(self.base), self.density)
        end = self.rng.uniform(0.2, 0.45) if kind == "hand" else 1.0
        other.pattern = other.pattern if kind == "hand" else "mottled"
        other.colour(skin, (skin.points[:, 2] < end).astype(float))
        tips = (skin.points[:, 2] > 0.55) & (np.abs(np.sin(np.pi * skin.points[:, 0] / 0.019)) < 0.2)
        skin.albedo[tips] *= 0.5
        return skin
