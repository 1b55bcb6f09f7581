"""What was found: movements, clusters of jerks, and episodes. Intervals are half-open, in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NOT_KNOWN", "Cluster", "Episode", "Kind", "Movement", "Pattern", "Reason"]

NOT_KNOWN = "n/a"
"""Placeholder for a missing site, side, cluster or episode, as BIDS writes missing values."""


class Kind(StrEnum):
    """Class of a movement (docs/glossary.md). Only `JERK` is counted as a jerk."""

    JERK = "jerk"
    TWITCH = "twitch"
    SLOW = "slow"
    GROSS = "gross"
    RHYTHMIC = "rhythmic"
    HANDLING = "handling"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a candidate is not counted as a jerk (docs/explanation/what-counts-as-a-jerk.md).

    `KEYFRAME`, `BREATHING`, `RETURN` and `REBOUND` are reserved and currently unused. `REVIEWER` is only
    given by a person (see `reviewed`).
    """

    NONE = "n/a"
    LIGHT = "light"
    CAMERA = "camera"
    KEYFRAME = "keyframe"
    OVERLAY = "overlay"
    BREATHING = "breathing"
    HANDLING = "handling"
    PASSER_BY = "passer_by"
    NOISE = "noise"
    INCOHERENT = "incoherent"
    SLOW = "slow"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_WEAK = "too_weak"
    NO_RETURN = "no_return"
    RETURN = "return"
    REBOUND = "rebound"
    RHYTHMIC = "rhythmic"
    GROSS = "gross"
    GAP = "gap"
    EXCLUDED = "excluded"
    REVIEWER = "reviewer"


class Pattern(StrEnum):
    """In how many places something moves at once, in increasing order."""

    SINGLE = "single"
    """In one place."""

    BILATERAL = "bilateral"
    """In two places, not necessarily on the two sides of the body."""

    MULTIFOCAL = "multifocal"
    """In three places or more."""


def _no_features() -> Mapping[str, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Movement:
    """A candidate with its verdict: a jerk, another class of movement, or rejected with a reason.

    Attributes
    ----------
    id : str
        ``jerk-0001``, ``rejected-0001``, ...; numbered by onset within the class.
    kind : Kind
        Class of the movement.
    reason : Reason
        Why it is not a jerk; ``n/a`` for jerks.
    onset_s, peak_s, offset_s : float
        Times of the start, largest excursion and end of the movement, in seconds since the first frame.
    confidence : float
        Confidence that it is a jerk, 0-1.
    x, y : float
        Centre as a fraction of the picture's width and height.
    area : float
        Share of the picture that moved, 0-1.
    amplitude_px : float
        Largest excursion in pixels of the recording.
    peak_speed_px_s : float
        Largest speed in pixels of the recording per second.
    direction_deg : float
        Main axis of the movement, degrees clockwise from the right, 0-180.
    pattern : Pattern
        In how many places it moves at once.
    site, side : str
        Named region and the infant's side; ``n/a`` where not known.
    zones : tuple of int
        Numbers of the zones of the motion signal that took part, strongest first.
    cluster, episode : str
        Ids of the cluster and episode it belongs to, or ``n/a``.
    features : Mapping of str to float
        The measured values on which the verdict is based, by name; NaN where not measurable.
    """

    id: str
    kind: Kind
    reason: Reason
    onset_s: float
    peak_s: float
    offset_s: float
    confidence: float
    x: float
    y: float
    area: float
    amplitude_px: float
    peak_speed_px_s: float
    direction_deg: float
    pattern: Pattern = Pattern.SINGLE
    site: str = NOT_KNOWN
    side: str = NOT_KNOWN
    zones: tuple[int, ...] = ()
    cluster: str = NOT_KNOWN
    episode: str = NOT_KNOWN
    features: Mapping[str, float] = field(default_factory=_no_features, repr=False)

    @property
    def duration_s(self) -> float:
        """Length in seconds, onset to offset."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Cluster:
    """Three or more jerks, each at most 2.0 s after the one before (onset to onset).

    Attributes
    ----------
    id : str
        ``cluster-001``, ...; numbered by onset.
    onset_s, offset_s : float
        Onset of the first jerk and offset of the last, in seconds.
    jerks : tuple of str
        Ids of its jerks, by onset.
    rate_hz : float
        (number of jerks - 1) / (last onset - first onset).
    interval_cv : float
        Standard deviation over mean of the onset-to-onset intervals; NaN with fewer than three jerks.
    episode : str
        Id of its episode.
    """

    id: str
    onset_s: float
    offset_s: float
    jerks: tuple[str, ...]
    rate_hz: float
    interval_cv: float
    episode: str = NOT_KNOWN

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Episode:
    """Clusters and jerks joined across gaps of at most 10 s, including at least one cluster.

    Attributes
    ----------
    id : str
        ``episode-001``, ...; numbered by onset.
    onset_s, offset_s : float
        Onset of the first jerk and offset of the last, in seconds.
    clusters, jerks : tuple of str
        Ids, by onset.
    """

    id: str
    onset_s: float
    offset_s: float
    clusters: tuple[str, ...]
    jerks: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s
