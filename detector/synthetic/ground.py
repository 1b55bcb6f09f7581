"""What the sleeper lies on: a painted sheet, or a picture or video given by the user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from detector.errors import SettingsError
from detector.synthetic.body import cloth_tint
from detector.synthetic.camera import view_matrix
from detector.synthetic.layers import Surface, paint
from detector.synthetic.textures import creases, fractal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.synthetic.recipe import Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Ground"]

_MARGIN = 60
_TINY_S = 1e-6


class Ground:
    """The bed of a recipe, seen from anywhere at any time.

    Parameters
    ----------
    recipe : Recipe
        Its block ``bed`` is used. With ``bed.picture``, the picture in the file fills the view of the camera at rest,
        cropped to its shape, with levels scaled to a mean of ``bed.grey``, the light for which the sleeper was drawn.
    scale : float
        Pixels of the video per px in a picture 640 wide.

    Raises
    ------
    SettingsError
        If the file given by ``bed.picture`` cannot be read.
    """

    def __init__(self, recipe: Recipe, scale: float) -> None:
        self._size = (recipe.camera.width, recipe.camera.height)
        self._given: _Given | None = None
        if recipe.bed.picture:
            self._given = _Given(Path(recipe.bed.picture), recipe)
            self._bed, self._place = self._given.at(0.0), np.linalg.inv(view_matrix(recipe.camera))
        else:
            self._bed, self._place = _sheet(recipe, scale)
        self._seen: tuple[Array, Picture, Picture] | None = None

    def at(self, view: Array, time_s: float) -> Picture:
        """Return the ground through `view` (world px to pixels of the video): float32, to be drawn on."""
        if self._given is not None:
            self._bed = self._given.at(time_s)
        if self._seen is None or self._seen[0] is not view or self._seen[1] is not self._bed:
            ground = cv2.warpPerspective(
                self._bed, view @ self._place, self._size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
            )
            self._seen = (view, self._bed, np.asarray(ground, np.float32))
        return self._seen[2].copy()


class _Given:
    """Pictures of a file at the camera's size, in order of time; a still picture is shown at all times."""

    def __init__(self, path: Path, recipe: Recipe) -> None:
        self._path = path
        self._needs_s = recipe.camera.duration_s
        self._size, self._colour = (recipe.camera.width, recipe.camera.height), recipe.camera.colour
        self._pictures = self._read()
        try:
            self._now = next(self._pictures)
        except StopIteration:
            raise SettingsError(f"bed.picture: {path} holds no picture", key="bed.picture") from None
        self._next = next(self._pictures, None)
        self._still = self._next is None
        self._gain = np.float32(recipe.bed.grey / max(float(self._now[1].mean()), 1.0))
        self._now = (self._now[0], self._now[1] * self._gain)

    def at(self, time_s: float) -> Picture:
        """Return the picture shown at `time_s`; times must not go back by more than one picture."""
        while self._next is not None and self._next[0] <= time_s + _TINY_S:
            self._now = (self._next[0], self._next[1] * self._gain)
            self._next = next(self._pictures, None)
        if self._next is None and not self._still and time_s > self._now[0] + 1.0:
            raise SettingsError(
                f"bed.picture: {self._path} ends after {self._now[0]:.1f} s, but the clip lasts {self._needs_s:g} s; "
                "give a longer one, or a still picture, or set camera.duration_s",
                key="bed.picture",
            )
        return self._now[1]

    def _read(self) -> Iterator[tuple[float, Picture]]:
        try:
            with av.open(str(self._path), metadata_errors="replace") as file:
                start_s: float | None = None
                for frame in file.decode(video=0):
                    time_s = float(frame.time or 0.0)
                    start_s = time_s if start_s is None else start_s
                    picture = frame.to_ndarray(format="bgr24" if self._colour else "gray")
                    yield time_s - start_s, self._fitted(picture.astype(np.uint8, copy=False))
        except (av.FFmpegError, IndexError, OSError) as error:
            raise SettingsError(
                f"bed.picture: {self._path} cannot be read as a picture or video ({error})", key="bed.picture"
            ) from error

    def _fitted(self, picture: npt.NDArray[np.uint8]) -> Picture:
        """Return `picture` scaled and cropped around its centre to the camera's picture."""
        width, height = self._size
        rows, columns = picture.shape[:2]
        factor = max(width / columns, height / rows)
        wide, high = max(width, round(columns * factor)), max(height, round(rows * factor))
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(picture, (wide, high), interpolation=way)
        left, top = (wide - width) // 2, (high - height) // 2
        return np.asarray(scaled[top : top + height, left : left + width], np.float32)


def _sheet(recipe: Recipe, scale: float) -> tuple[Picture, Array]:
    """Return the painted bed's picture and the matrix from its pixels to the world."""
    bed = recipe.bed
    rng = np.random.default_rng([recipe.seed, 3])
    density = 1.2 * scale
    ratio = recipe.camera.height / recipe.camera.width
    reach = 0.5 * float(np.hypot(640, 640 * ratio)) * 1.15 + _MARGIN
    side = int(2 * reach * density)
    surface = Surface(bed.grey, bed.contrast, bed.texture, bed.scale_px, cloth_tint(rng))
    grey = paint(surface, (side, side), density, rng)
    grey *= 1 + np.float32(bed.folds) * 0.5 * (
        creases((side, side), 90 * density, rng) * 0.6 + fractal((side, side), 220 * density, rng)
    )
    grey = np.clip(grey, 2, 400)
    place = np.array([[1 / density, 0, 320 - reach], [0, 1 / density, 320 * ratio - reach], [0, 0, 1.0]])
    if recipe.camera.colour:
        grey = np.asarray(grey[:, :, None] * np.array(surface.tint, np.float32), np.float32)
    return np.ascontiguousarray(grey, dtype=np.float32), place
