"""Arrows where a picture moved between two moments: the evidence for an amplitude, as the eye sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8]

__all__ = ["draw_arrows", "flow_arrows"]

_ARROWS = 14
_LEAST_PX, _LEAST_SHARE = 0.5, 0.25
_TIMES = 2.0
_LEAST_SIDE_PX = 16  # OpenCV 5.0 refuses smaller pictures or writes past their end, so they get a margin
_LIGHT, _DARK = (60, 200, 255), (0, 0, 0)  # blue-green-red: orange in a black border shows on any ground


def flow_arrows(rest: Picture, peak: Picture) -> npt.NDArray[np.float64]:
    """Return the shift from one picture to another where they differ in place (dense inverse search).

    Parameters
    ----------
    rest, peak : ndarray of uint8, shape (h, w)
        Grey pictures of the same place.

    Returns
    -------
    ndarray of float64, shape (n, 4)
        x, y, and the shift in x and y, in pixels, at those points of a grid of 14 columns that moved by half a pixel
        or more, and by a quarter of the largest shift or more.
    """
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    room = [max(0, _LEAST_SIDE_PX - side) for side in rest.shape]
    one, other = (np.pad(picture, [(0, more) for more in room], mode="edge") for picture in (rest, peak))
    flow = np.asarray(finder.calc(one, other, np.zeros((*one.shape, 2), np.float32)), np.float64)
    step = max(4, rest.shape[1] // _ARROWS)
    y, x = np.mgrid[step // 2 : rest.shape[0] : step, step // 2 : rest.shape[1] : step]
    shift = flow[y, x].reshape(-1, 2)
    size = np.hypot(shift[:, 0], shift[:, 1])
    moved = (size >= _LEAST_PX) & (size >= _LEAST_SHARE * float(size.max(initial=0.0)))
    points = np.stack((x.ravel(), y.ravel()), axis=1).astype(np.float64)
    return np.asarray(np.concatenate((points, shift), axis=1)[moved])


def draw_arrows(picture: Picture, arrows: npt.NDArray[np.float64]) -> None:
    """Draw arrows into a colour picture, shape (h, w, 3), in place, each twice as long as the shift."""
    for colour, thick in ((_DARK, 3), (_LIGHT, 1)):
        for x, y, right, down in arrows:
            end = (round(x + _TIMES * right), round(y + _TIMES * down))
            cv2.arrowedLine(picture, (round(x), round(y)), end, colour, thick, cv2.LINE_AA, tipLength=0.35)
