"""The infant as cut-outs: dresses the body, and lays every layer for given channel values."""

import numpy as np

from benchmarks.other_scenes.cutouts.body import INDEX, Body, bones
from benchmarks.other_scenes.cutouts.camera import Camera
from benchmarks.other_scenes.cutouts.paint import Palette, Rods, cloth, cut, plain, shadow
from benchmarks.other_scenes.cutouts.stage import Layer, Sprite, place


def _extremity(rng: np.random.Generator, name: str, length: float, r: float, side: int) -> Rods:
    """A hand with fingers and thumb, more or less a fist, or a foot with toes."""
    if "leg" in name:
        toes = [(0.95 * length - 0.02 * abs(k), 0.5 * r * k) * 2 for k in range(-2, 3)]
        return [(0, 0, 0.75 * length, 0, 0.9 * r, 1.1 * r), *((*toe, 0.3 * r, 0.3 * r) for toe in toes)]
    curl, spread, half = rng.uniform(0.25, 1.0), rng.uniform(0.08, 0.35), 0.5 * length
    rods = [(0, 0, half, 0, 0.8 * r, 1.1 * r), (0.2 * length, 0, 1.1 * half, -1.5 * side * r, 0.4 * r, 0.3 * r)]
    for k in (-1.5, -0.5, 0.5, 1.5):
        tip = ((0.6 + 0.45 * curl) * length, k * (0.7 * r + 0.4 * spread * length * curl))
        rods.append((half, 0.4 * r * k, *tip, 0.32 * r, 0.25 * r))
    return rods


def _head(palette: Palette, faced: bool) -> Sprite:
    """A head with ears, hair or a cap, and (when seen from the front) a sleeping face."""
    rng, turn, knit = palette.rng, palette.rng.uniform(-0.16, 0.16), cloth(palette.rng)
    capped = rng.random() < 0.3
    hair, line = rng.uniform(0.05, 0.4) * np.array([1, 0.8, 0.6]), rng.uniform(0.42, 0.7) - (0 if faced else 0.5)

    def draw(x: np.ndarray, y: np.ndarray, colour: np.ndarray) -> np.ndarray:
        top = np.clip((x - line - 0.3 * y * y) * 9, 0, 1)[..., None]
        colour = colour * (1 - top) + top * (knit.colour if capped else hair * (1 + 0.25 * np.sin(90 * y))[..., None])
        dark = 0.5 * np.exp(-(((x - 0.31) / 0.03) ** 2) - ((np.abs(y - turn * 1.3) - 0.025) / 0.015) ** 2)
        for side in (turn - 0.13, turn + 0.13):
            lid = np.exp(-(((x - 0.42 + 1.6 * (y - side) ** 2) / 0.012) ** 2) - ((y - side) / 0.06) ** 6)
            dark = dark + lid + 0.35 * np.exp(-(((x - 0.52) / 0.015) ** 2) - ((y - side) / 0.06) ** 4)
        return colour * (1 - 0.6 * faced * np.clip(dark, 0, 1))[..., None]

    ears = [(0.36, -0.35, 0.4, -0.36, 0.06, 0.06), (0.36, 0.35, 0.4, 0.36, 0.06, 0.06)]
    return cut(palette, [(0.37, 0, 0.47, 0, 0.36, 0.36), *ears], palette.flesh, 0.3, draw)


class Puppet:
    """Cut-outs of one infant, its cover and its shadows."""

    def __init__(self, palette: Palette, body: Body, camera: Camera) -> None:
        rng = palette.rng
        self.body, self.camera, self.light, self.sprites = body, camera, palette.light, {}
        suit, flesh, bare = cloth(rng), palette.flesh, rng.random() < 0.15
        socks = cloth(rng) if rng.random() < 0.5 else flesh
        sleeves = {"arm": rng.random() < 0.6, "leg": rng.random() < 0.6}
        wide = 0.78 if body.posture == "side" else 1.0
        for name, (length, ra, rb) in body.sizes.items():
            if name == "head":
                self.sprites[name] = _head(palette, body.posture == "supine")
            elif name == "trunk":
                rods = [(0.22, 0, 0.72, 0, 0.37 * wide, 0.4 * wide), (0.75, 0, 0.98, 0, 0.37 * wide, 0.3 * wide)]
                self.sprites[name] = cut(palette, rods, flesh if bare else suit, 0.3)
            elif name[-1] == "2":
                rods = _extremity(rng, name, length, ra, body.sides[name[:-2]])
                self.sprites[name] = cut(palette, rods, socks if "leg" in name else flesh, 0.4 * ra)
            else:
                dressed = not bare and (name[-1] == "0" or sleeves[name[-5:-2]])
                belly = (0.2 * length, 0, 0.6 * length, 0, ra, 0.5 * (ra + rb) * rng.uniform(1, 1.12))
                rods = [(0, 0, length, 0, ra, rb), belly]
                self.sprites[name] = cut(palette, rods, suit if dressed else flesh, 0.9 * rb)
        softness, lump = rng.uniform(0.03, 0.07), rng.choice([-0.07, 0.2])
        self.shadows = {name: shadow(palette, sprite, softness, 0.45) for name, sprite in self.sprites.items()}
        self.lumps = {n: shadow(palette, s, 0.06, lump) for n, s in self.sprites.items() if "leg" in n}
        lips = [(0, -0.05, 0, 0.05, 0.03, 0.03)] if rng.random() < 0.7 else [(0, -0.05, 0, 0.05, 0.09, 0.09)]
        self.mouth = cut(palette, lips, plain([0.55, 0.25, 0.25]) if lips[0][4] < 0.05 else cloth(rng), 0.03)
        self.cover_kind = str(rng.choice(["none", "bag", "blanket"], p=[0.6, 0.18, 0.22]))
        self.cover = self._cover(palette)

    def _cover(self, palette: Palette) -> Sprite:
        """A blanket with a wavy edge, or the lower part of a sleeping bag: rods side by side."""
        rng, bag = palette.rng, self.cover_kind == "bag"
        top, half = (0.1, 0.5) if bag else (rng.uniform(0.35, 1.0), rng.uniform(0.8, 1.3))
        slope, bow, phase = rng.normal(0, (0.12, 0.12, 2))
        wave, rods = rng.uniform(0.01, 0.06) * (not bag), []
        for y in np.arange(-half, half + 0.01, 0.09):
            start = top + 0.15 + wave * np.sin(6 * y + phase) + (slope * y + bow * y * y) * (not bag)
            end = 2.2 + wave * np.sin(5 * y) + slope * y
            rods.append((start, y * (0.8 if bag else 0.95), end, y, 0.13, 0.13))
        return cut(palette, rods, cloth(rng), 0.12)

    def layers(self, q: np.ndarray) -> list[Layer]:
        """Every layer for one set of channel values, lowest first."""
        found, plane, under, over, lumps = bones(self.body, q), self.camera.plane, [], [], []
        breath, mouth = q[INDEX["breath"]], q[INDEX["mouth"]]
        for name in self.body.order:
            x, y, heading, height = found[name]
            flat = place(x, y, heading, (1 + 0.3 * breath, 1 + breath) if name == "trunk" else (1.0, 1.0))
            reach = 0.75 * (0.22 if name == "trunk" else height)
            cast = place(reach * np.cos(self.light), reach * np.sin(self.light), 0) @ place(x, y, heading)
            under.append((f"shadow {name}", self.shadows[name], plane(0.0) @ cast))
            over.append((name, self.sprites[name], plane(height) @ flat))
            if "leg" in name:
                lumps.append((f"lump {name}", self.lumps[name], plane(height + 0.1) @ flat))
            if name == "head" and self.body.posture == "supine":
                lips = flat @ place(0.2 - 0.03 * mouth, 0, 0, (1 + mouth, 1 - 0.3 * mouth))
                over.append(("mouth", self.mouth, plane(height) @ lips))
        if self.cover_kind == "none":
            return under + over
        x, y, heading, height = found["trunk"]
        cover = ("cover", self.cover, plane(height + 0.08) @ place(x, y, heading, (1.0, 1 + 0.7 * breath)))
        bare = ("arm", "head", "mouth") if self.cover_kind == "bag" else ()
        free = [layer for layer in over if any(word in layer[0] for word in bare)]
        return under + [layer for layer in over if not any(word in layer[0] for word in bare)] + [cover, *lumps] + free
