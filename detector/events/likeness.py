"""Likeness: whether a zone looks as it did at rest.

Speed shows that something moves and which way; only the picture shows that it is back. These measures use neither
direction nor sums over frames, so errors from noise or from movement too fast to follow do not add up in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events.bursts import ZonePath

    FloatArray = npt.NDArray[np.float64]

__all__ = ["LIKENESS_FEATURES", "less_noise", "likeness_of"]

_BEFORE_S = 0.35  # rest is looked for this far before the onset: the shortest gap in trains of 3 a second
_BACK_S = 0.6  # and this far after the offset: as long as a return is looked for
_AROUND_S = 1.0
_USUAL = 0.1  # quantile of a track that gives the noise at rest
_NEAR = 0.3  # share of the farthest: nearer to rest than this counts as rest
_CLEAR = 20.0  # more adds nothing
_LEAST = 0.3  # grey levels: rounding alone gives this much

LIKENESS_FEATURES = ("away_snr", "away_before", "away_after", "away_share", "away_alone", "away_fit")
"""Names of the likeness features, in order; see `likeness_of`."""


def less_noise(away: npt.NDArray[np.float32]) -> tuple[FloatArray, float]:
    """Return a zone's difference from rest, less the noise at rest in quadrature; and that noise.

    Parameters
    ----------
    away : ndarray of float32, shape (m,)
        `ZoneTrack.away`, grey levels, at least 0.

    Returns
    -------
    (ndarray of float64, shape (m,), float)
        ``sqrt(max(away^2 - usual^2, 0))``, and *usual*: the tenth percentile of `away`, at least 0.3; in grey levels.
    """
    values = away.astype(np.float64)
    usual = max(_LEAST, float(np.quantile(values, _USUAL))) if len(values) else _LEAST
    return np.sqrt(np.maximum(values**2 - usual**2, 0.0)), usual


def likeness_of(path: ZonePath, position: npt.NDArray[np.complex128], onset_s: float, offset_s: float) -> FloatArray:
    """Return the likeness features of one excursion.

    *Away* is `ZonePath.away`, the zone's difference from rest.

    =========== =====================================================================================================
    away_snr    farthest away during the excursion, over the noise at rest; at most 20
    away_before least away in the 0.35 s before the onset, over the farthest
    away_after  least away in the 0.6 s after the offset, over the farthest
    away_share  share of the frames within 1 s that are away by more than 0.3 of the farthest
    away_alone  the farthest over the farthest within 1 s but outside the excursion, at most 20
    away_fit    correlation of away with the distance from rest that the speeds add up to, within 0.6 s
    =========== =====================================================================================================

    Parameters
    ----------
    path : ZonePath
        Path of the excursion's zone.
    position : ndarray of complex128, shape (m,)
        Place relative to rest before the excursion.
    onset_s, offset_s : float
        Onset and offset, in seconds.
    """
    time_s, away = path.time_s, path.away
    early, begin, end, late, first, last, low, high = np.searchsorted(
        time_s,
        (onset_s - _BEFORE_S, onset_s, offset_s, offset_s + _BACK_S, onset_s - _AROUND_S, offset_s + _AROUND_S,
         onset_s - _BACK_S, offset_s + _BACK_S),
    ).tolist()  # fmt: skip
    end = max(end, begin + 1)
    farthest = max(float(away[begin : end + 1].max(initial=0.0)), 1e-6)
    around = np.r_[away[first : max(begin - 1, first)], away[end + 1 : last]]
    return np.array(
        [
            min(_CLEAR, farthest / path.usual),
            min(2.0, float(away[early:begin].min(initial=np.inf)) / farthest) if begin > early else 2.0,
            min(2.0, float(away[end:late].min(initial=np.inf)) / farthest) if late > end else 2.0,
            float((away[first:last] > _NEAR * farthest).mean()) if last > first else 1.0,
            min(_CLEAR, farthest / max(float(around.max(initial=0.0)), 1e-6)),
            _correlation(away[low:high], np.abs(position[low:high])),
        ]
    )


def _correlation(one: FloatArray, other: FloatArray) -> float:
    """Return Pearson's correlation; 0 if either does not vary."""
    if len(one) < 3:
        return 0.0
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 1e-9 else 0.0
