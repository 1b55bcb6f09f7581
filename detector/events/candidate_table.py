"""Candidates as a table, one row each; a night has half a million of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

import numpy as np

from detector.records.feature_row import FeatureRow, columns_of
from detector.records.zone_table import ZoneConstants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from detector.records.motion import ZoneTrack
    from detector.records.zone_table import ZonePlace

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["TIMES_AND_SIZES", "Candidate", "Candidates"]

TIMES_AND_SIZES = ("onset_s", "peak_s", "offset_s", "end_s", "amplitude_px", "peak_speed_px_s")
"""First columns of the table, described in `Candidate`; the features follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One excursion of one zone.

    Attributes
    ----------
    zone : ZonePlace or ZoneTrack
        Where it happened.
    onset_s, peak_s, offset_s : float
        12 % of the way out, the farthest point along it, and 12 % from the end of the way back (or of the way out if
        nothing comes back), interpolated between frames; seconds since the first frame. The peak is never after
        `end_s`.
    end_s : float
        `offset_s`; or, if nothing comes back fast enough to be seen as a movement, the time at which the picture is
        nearly as it was at rest (`detector.events.timing.back_in_sight`).
    amplitude_px, peak_speed_px_s : float
        Of the zone's fastest part, in pixels of the recording.
    features : Mapping of str to float
        Measured values, by name.
    views : tuple of ZonePlace or ZoneTrack
        The zones of other views of the same movement, by onset.
    """

    zone: ZonePlace | ZoneTrack
    onset_s: float
    peak_s: float
    offset_s: float
    end_s: float
    amplitude_px: float
    peak_speed_px_s: float
    features: Mapping[str, float] = field(repr=False)
    views: tuple[ZonePlace | ZoneTrack, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates(Sequence[Candidate]):
    """Candidates of one recording, by onset. An element is a `Candidate`; most code works on whole columns.

    Attributes
    ----------
    names : tuple of str
        Names of the features.
    values : float64, shape (n, 6 + number of features)
        `TIMES_AND_SIZES`, then the features.
    zone : intp, shape (n,)
        Index in `zones` of the zone that each belongs to.
    zones : ZoneConstants
        The zones of the recording.
    view_starts : intp, shape (n + 1,)
        Where the other views of each begin in `view_zone`, and where those of the last end.
    view_zone : intp
        Indices in `zones` of the zones of the other views.
    """

    names: tuple[str, ...]
    values: FloatArray = field(repr=False)
    zone: IndexArray = field(repr=False)
    zones: ZoneConstants
    view_starts: IndexArray = field(repr=False)
    view_zone: IndexArray = field(repr=False)

    @classmethod
    def without_views(
        cls, names: tuple[str, ...], values: FloatArray, zone: IndexArray, zones: ZoneConstants
    ) -> Candidates:
        """Return candidates without other views."""
        return cls(names, values, zone, zones, np.zeros(len(values) + 1, np.intp), np.zeros(0, np.intp))

    @classmethod
    def of(cls, rows: Sequence[Candidate]) -> Candidates:
        """Return single candidates as a table; all must have features of the same names."""
        names = tuple(rows[0].features) if rows else ()
        places = {id(zone): zone for row in rows for zone in (row.zone, *row.views)}
        index = {key: i for i, key in enumerate(places)}
        values = [
            [*(getattr(row, name) for name in TIMES_AND_SIZES), *(row.features[name] for name in names)] for row in rows
        ]
        starts = np.concatenate(([0], np.cumsum([len(row.views) for row in rows], dtype=np.intp)))
        return cls(
            names,
            np.array(values, np.float64).reshape(len(rows), len(TIMES_AND_SIZES) + len(names)),
            np.array([index[id(row.zone)] for row in rows], np.intp),
            ZoneConstants.of(list(places.values())),
            starts,
            np.array([index[id(view)] for row in rows for view in row.views], np.intp),
        )

    @classmethod
    def joined(cls, parts: Sequence[Candidates]) -> Candidates:
        """Return the candidates of all parts (at least one) of one recording, in the order of the parts."""
        views = [np.diff(part.view_starts) for part in parts]
        return cls(
            parts[0].names,
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.zone for part in parts]),
            parts[0].zones,
            np.concatenate(([0], np.cumsum(np.concatenate(views)))),
            np.concatenate([part.view_zone for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, index: int | slice) -> Candidate | tuple[Candidate, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        i = range(len(self))[index]
        views = self.view_zone[self.view_starts[i] : self.view_starts[i + 1]].tolist()
        times_and_sizes = dict(zip(TIMES_AND_SIZES, self.values[i].tolist(), strict=False))
        return Candidate(
            zone=self.zones[int(self.zone[i])],
            features=FeatureRow(columns_of(self.names), self.measured, i),
            views=tuple(self.zones[view] for view in views),
            **times_and_sizes,
        )

    @property
    def measured(self) -> FloatArray:
        """The features alone, shape (n, number of features)."""
        return self.values[:, len(TIMES_AND_SIZES) :]

    @property
    def features(self) -> dict[str, FloatArray]:
        """The column of each feature, by name."""
        return dict(zip(self.names, self.measured.T, strict=True))

    @property
    def weight(self) -> FloatArray:
        """How much of the picture moved, how fast and how much as one; the heavier view of a movement represents it."""
        if not len(self):
            return np.zeros(0)
        features = self.features
        return features["area"] * features["speed"] * features["coherence"]

    def column(self, name: str) -> FloatArray:
        """Return one of `TIMES_AND_SIZES`, shape (n,)."""
        return self.values[:, TIMES_AND_SIZES.index(name)]

    def zone_value(self, name: str) -> FloatArray:
        """Return a constant (`ZoneTrack.constants`) of each candidate's zone, shape (n,)."""
        return self.zones.column(name)[self.zone]

    def taken(self, which: IndexArray) -> Candidates:
        """Return the candidates `which`, in that order."""
        counts = np.diff(self.view_starts)[which]
        starts = np.concatenate(([0], np.cumsum(counts)))
        view = np.arange(starts[-1]) + np.repeat(self.view_starts[which] - starts[:-1], counts)
        return Candidates(self.names, self.values[which], self.zone[which], self.zones, starts, self.view_zone[view])

    def by_onset(self) -> Candidates:
        """Return the candidates by onset; those with the same onset by the number of their zone."""
        return self.taken(np.lexsort((self.zones.number[self.zone], self.column("onset_s"))))

    def extended(self, names: Iterable[str], values: FloatArray) -> Candidates:
        """Return the candidates with more features, `values` of shape (n, number of names)."""
        more = np.hstack((self.values, values))
        return Candidates((*self.names, *names), more, self.zone, self.zones, self.view_starts, self.view_zone)
