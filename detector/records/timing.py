"""How the jerks follow each other: numbers that are measured on the events alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Ending", "EndingKind", "SeriesProfile", "Stability", "Timing"]


@dataclass(frozen=True, slots=True)
class SeriesProfile:
    """Series of movements by a rule of sleep medicine, counted on video: muscle activity was not measured.

    Attributes
    ----------
    rule : str
        ``plm_aasm``, ``plm_wasm`` or ``hflm``.
    least_s, most_s : float
        Shortest and longest interval within a series, onset to onset, in seconds.
    n_series, n_movements : int
        Series found, and the movements in them.
    per_analysed_h : float
        Movements in series per analysed hour; NaN where no time was analysed.
    """

    rule: str
    least_s: float
    most_s: float
    n_series: int
    n_movements: int
    per_analysed_h: float


class EndingKind(StrEnum):
    """What may come within 5 s after the last jerk of a cluster, or of an episode."""

    MOVEMENT = "movement"
    """A movement of the whole body, or handling."""

    QUIET = "quiet"
    """Neither of the others."""

    UNSEEN = "unseen"
    """Time that was not judged, or the end of the recording."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What came within 5 s after the last jerk of a cluster, or of an episode.

    Attributes
    ----------
    cluster : str
        Id of the cluster or episode.
    ending : EndingKind
        What came.
    """

    cluster: str
    ending: EndingKind


@dataclass(frozen=True, slots=True)
class Stability:
    """Number of jerks if the least confidence of a jerk were another one.

    Attributes
    ----------
    min_confidence : float
        Least confidence, 0-1.
    jerks : int
        How many candidates reach it.
    """

    min_confidence: float
    jerks: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Timing of the jerks of one recording. NaN where there are too few jerks to say.

    Attributes
    ----------
    valley_s : float
        Interval at which the histogram of log intervals has its valley, in seconds; NaN where it has none.
    periodicity : float
        Share of the intervals that lie in runs of three or more of 10-90 s (Ferri 2006), 0-1.
    fano : float
        Variance over mean of the jerks a minute: 1 for independent jerks, more for clustered ones.
    cv2 : float
        Mean of ``2 |b - a| / (a + b)`` over neighbouring intervals a, b: 0 even, about 1 irregular (Holt 1996).
    profiles : tuple of SeriesProfile
        Series by the rules of periodic leg movements and of high-frequency leg movements.
    endings : tuple of Ending
        One a cluster.
    stability : tuple of Stability
        Jerks at up to five least confidences, by confidence: near 0 and 1 some coincide; empty where it was not asked.
    """

    valley_s: float = float("nan")
    periodicity: float = float("nan")
    fano: float = float("nan")
    cv2: float = float("nan")
    profiles: tuple[SeriesProfile, ...] = ()
    endings: tuple[Ending, ...] = field(default=(), repr=False)
    stability: tuple[Stability, ...] = ()
