"""How the jerks follow each other, measured on the events alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Ending", "EndingKind", "SeriesProfile", "Stability", "Timing"]


@dataclass(frozen=True, slots=True)
class SeriesProfile:
    """Series of movements by a rule from sleep medicine, counted on video; muscle activity was not measured.

    Attributes
    ----------
    rule : str
        ``plm_aasm``, ``plm_wasm`` or ``hflm``.
    least_s, most_s : float
        Shortest and longest interval within a series, onset to onset, in seconds.
    n_series, n_movements : int
        Number of series found, and of the movements in them.
    per_analysed_h : float
        Movements in series per analysed hour; NaN if no time was analysed.
    """

    rule: str
    least_s: float
    most_s: float
    n_series: int
    n_movements: int
    per_analysed_h: float


class EndingKind(StrEnum):
    """What may follow within 5 s of the last jerk of a cluster or episode."""

    MOVEMENT = "movement"
    """A whole-body movement, or handling."""

    QUIET = "quiet"
    """None of the others."""

    UNSEEN = "unseen"
    """Time that was not judged, or the end of the recording."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What followed within 5 s of the last jerk of a cluster or episode.

    Attributes
    ----------
    cluster : str
        Id of the cluster or episode.
    ending : EndingKind
        What followed.
    """

    cluster: str
    ending: EndingKind


@dataclass(frozen=True, slots=True)
class Stability:
    """Number of jerks at a different minimum confidence.

    Attributes
    ----------
    min_confidence : float
        Minimum confidence of a jerk, 0-1.
    jerks : int
        Number of candidates that reach it.
    """

    min_confidence: float
    jerks: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Timing of the jerks of one recording; values are NaN if there are too few jerks.

    Attributes
    ----------
    valley_s : float
        Interval at which the histogram of log intervals has its valley, in seconds; NaN if it has none.
    periodicity : float
        Share of the intervals that lie in runs of three or more intervals of 10-90 s (Ferri 2006), 0-1.
    fano : float
        Variance over mean of the number of jerks per minute: 1 for independent jerks, more for clustered ones.
    cv2 : float
        Mean of ``2 |b - a| / (a + b)`` over neighbouring intervals a, b: 0 if even, about 1 if irregular (Holt 1996).
    profiles : tuple of SeriesProfile
        Series by the rules for periodic leg movements and for high-frequency leg movements.
    endings : tuple of Ending
        One per cluster.
    stability : tuple of Stability
        Number of jerks at up to five minimum confidences, by confidence (near 0 and 1 some coincide); empty if not
        requested.
    """

    valley_s: float = float("nan")
    periodicity: float = float("nan")
    fano: float = float("nan")
    cv2: float = float("nan")
    profiles: tuple[SeriesProfile, ...] = ()
    endings: tuple[Ending, ...] = field(default=(), repr=False)
    stability: tuple[Stability, ...] = ()
