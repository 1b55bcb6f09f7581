"""Camera, splatting of points into layers with depth, and laying layers over one another."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Camera:
    """A pinhole camera: place, rows right/down/forward, focal length and centre in pixels."""

    place: np.ndarray
    axes: np.ndarray
    focal: float
    width: int
    height: int
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns, rows and depths of points (..., 3)."""
        seen = (points - self.place) @ self.axes.T
        depth = np.maximum(seen[..., 2], 0.03)
        x, y = (self.focal * seen[..., i] / depth + self.centre[i] for i in (0, 1))
        return x, y, depth

    def ground(self) -> np.ndarray:
        """World x and y (h, w, 2) where the ray of every pixel meets the mattress (far away above the horizon)."""
        columns, rows = np.meshgrid(np.arange(self.width), np.arange(self.height))
        rays = np.stack([columns - self.centre[0], rows - self.centre[1], np.full(columns.shape, self.focal)], -1)
        rays = rays @ self.axes
        reach = self.place[2] / np.maximum(-rays[..., 2:], 1e-3 * self.focal)
        return self.place[:2] + rays[..., :2] * reach


def look(target: np.ndarray, azimuth: float, elevation: float, distance: float, tilt: float) -> tuple[np.ndarray, ...]:
    """Place and axes of a camera that looks at target."""
    back = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    down = -np.cross(back, right)
    turned = np.cos(tilt) * right + np.sin(tilt) * down
    return target + back * distance, np.array([turned, np.cos(tilt) * down - np.sin(tilt) * right, -back])


@dataclass
class Layer:
    """A drawn part: corner, colour (h,w,C), cover (h,w) and depth (h,w)."""

    x: int
    y: int
    colour: np.ndarray
    cover: np.ndarray
    depth: np.ndarray


def splat(camera: Camera, points: np.ndarray, colour: np.ndarray, density: float, thick: float) -> Layer | None:
    """Front-facing points drawn with bilinear weights behind a z-buffer; thick is the depth tolerance."""
    x, y, depth = camera.project(points)
    inside = (x > -3) & (y > -3) & (x < camera.width - 0.01) & (y < camera.height - 0.01) & (depth > 0.05)
    if inside.sum() < 8:
        return None
    x, y, depth, colour = x[inside], y[inside], depth[inside], colour[inside]
    left, top = int(np.floor(x.min())), int(np.floor(y.min()))
    width, height = int(x.max()) - left + 3, int(y.max()) - top + 3
    x, y = x - left, y - top
    near = (y + 0.5).astype(np.int32) * width + (x + 0.5).astype(np.int32)
    front = np.full(width * height, np.inf)
    np.minimum.at(front, near, depth)
    keep = depth < front[near] + thick
    x, y, depth, colour = x[keep], y[keep], depth[keep], colour[keep]
    column, row = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - column, y - row
    place = row * width + column
    where = np.concatenate([place, place + 1, place + width, place + width + 1])
    shares = np.concatenate([(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy])
    size = width * height
    total = np.bincount(where, shares, size)[:size]
    filled = np.maximum(total, 1e-6)
    planes = [np.bincount(where, shares * np.tile(c, 4), size)[:size] / filled for c in (*colour.T, depth)]
    cover = np.clip(total * 1.6 / density**2, 0, 1).reshape(height, width).astype(np.float32)
    stack = np.stack(planes, -1).reshape(height, width, -1).astype(np.float32)
    x0, y0 = max(-left, 0), max(-top, 0)
    cut = np.s_[y0 : camera.height - top, x0 : camera.width - left]
    return Layer(left + x0, top + y0, stack[..., :-1][cut], cover[cut], stack[..., -1][cut])


def lay(picture: np.ndarray, depth: np.ndarray, layer: Layer) -> None:
    """Lay a layer into picture and depth where it is nearer."""
    height, width = layer.cover.shape
    cut = np.s_[layer.y : layer.y + height, layer.x : layer.x + width]
    ground = depth[cut]
    cover = layer.cover * (layer.depth < ground)
    picture[cut] += cover[..., None] * (layer.colour - picture[cut])
    np.copyto(ground, layer.depth, where=cover > 0.5)
