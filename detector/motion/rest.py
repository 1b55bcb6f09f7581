"""How unlike its picture at rest a zone looks.

Speeds that are added up lose the way in noise, and where a limb moves farther between two frames than its texture is
wide. Whether a place looks again as it did before needs neither: a jerk leaves its picture of rest and comes back to
it, however far it went; a tremor hardly ever shows it, and what went for good does not come back to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["away_from_rest"]

_LOOKS = 15  # pictures that the picture at rest is the median of: its error is a third of one picture's noise
_FEWEST = 5  # at rest; with fewer the usual picture of the whole track stands for it
_MOST_BLOCKS = 150  # of a zone; more of a large one say the same
_GAIN = (0.8, 1.25)  # a lamp changes contrast with brightness; more than this is another picture
_RIDGE = 1.0  # grey levels: a bare zone has no contrast to compare


def away_from_rest(
    picture: npt.NDArray[np.uint8],
    blocks: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    moving: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float32]:
    """Return the root mean square difference of each frame from the zone at rest, in grey levels.

    The picture at rest is the median of frames in which the zone does not move. Each frame is compared after its mean
    is taken out, and its contrast as far as light explains it.

    Parameters
    ----------
    picture : ndarray of uint8, shape (n, 2 rows, 2 cols)
        Pictures of two by two pixels a block.
    blocks : tuple of ndarray of int
        Rows and columns of the zone's blocks.
    moving : ndarray of bool, shape (n,)
        Whether the zone moves.

    Returns
    -------
    ndarray of float32, shape (n,)
        At least 0; noise keeps it above 0 at rest.
    """
    row, col = (axis[:: -(-len(axis) // _MOST_BLOCKS)] for axis in blocks)
    rows = np.concatenate((2 * row, 2 * row, 2 * row + 1, 2 * row + 1))
    cols = np.concatenate((2 * col, 2 * col + 1, 2 * col, 2 * col + 1))
    seen = picture[:, rows, cols].astype(np.float32)
    still = np.flatnonzero(~moving)
    if len(still) < _FEWEST:
        still = np.arange(len(seen))
    looks = still[np.linspace(0, len(still) - 1, min(_LOOKS, len(still))).round().astype(int)]
    rest = np.median(seen[looks], axis=0)
    rest -= rest.mean()
    seen -= seen.mean(axis=1, keepdims=True)
    contrast = float(rest @ rest) + _RIDGE**2 * len(rest)
    gain = np.clip((seen @ rest + _RIDGE**2 * len(rest)) / contrast, *_GAIN)
    seen -= gain[:, None] * rest
    return np.sqrt(np.einsum("tb,tb->t", seen, seen) / len(rest)).astype(np.float32)
