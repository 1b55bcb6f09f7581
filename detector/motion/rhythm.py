"""Fit what blocks moving as one have in common: a rhythm in time and a pattern over the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    ComplexArray = npt.NDArray[np.complex64]

__all__ = ["common_rhythm", "fit_rhythm", "main_axis"]


def common_rhythm(flat: ComplexArray) -> ComplexArray:
    """Return the common movement (n,) of a few blocks (n, m): the part that the first singular vector explains."""
    return np.asarray(flat @ np.conj(_main_pattern(flat)), np.complex64)


def _main_pattern(flat: ComplexArray) -> ComplexArray:
    """Return the pattern (m,) of unit length that explains most of movements (n, m): the first right singular vector.

    Uses the smaller of the two products of `flat` with itself, which is several times faster than a full decomposition.
    """
    wide = flat.astype(np.complex128)
    if wide.shape[1] <= wide.shape[0]:
        return np.asarray(np.conj(np.linalg.eigh(np.conj(wide.T) @ wide)[1][:, -1]))
    pattern = np.conj(np.linalg.eigh(wide @ np.conj(wide.T))[1][:, -1]) @ wide
    return np.asarray(pattern / max(float(np.linalg.norm(pattern)), 1e-30))


def fit_rhythm(
    velocity: ComplexArray, weighted: ComplexArray, texture: FloatArray
) -> tuple[ComplexArray, ComplexArray]:
    """Fit ``velocity[t, b] = rhythm[t] * pattern[b]``, blocks weighted by texture (> 0); patterns have mean size 1.

    The pattern is fitted to the `weighted` velocity inside the tube; the rhythm is then read from all frames.
    """
    shape = _main_pattern(weighted)
    size, squared = np.abs(shape), texture**2
    pattern = shape / texture
    pattern = pattern * np.exp(-1j * np.angle(pattern[size.argmax()]))
    information = size**2
    pattern = pattern / float((np.abs(pattern) * information).sum() / information.sum())
    projector = np.conj(pattern) * squared
    rhythm = velocity @ projector / float((np.abs(pattern) ** 2 * squared).sum())
    return np.asarray(pattern, np.complex64), np.asarray(rhythm, np.complex64)


def main_axis(rhythm: ComplexArray) -> float:
    """Return the angle of the line along which a movement goes, in radians: half the phase of the mean square."""
    return 0.5 * float(np.angle((rhythm.astype(np.complex128) ** 2).sum()))
