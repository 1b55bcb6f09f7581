"""The result of one recording: everything that files, report and reviewer need, and no reference back to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detector.errors import MissingPackageError
from detector.records.events import NOT_KNOWN, Cluster, Episode, Kind, Movement
from detector.records.plural import clock, plural
from detector.records.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording, Span
    from detector.records.review import Review

__all__ = ["CAVEAT", "SCHEMA_VERSION", "SHORT_S", "Provenance", "Rates", "Result"]

SHORT_S = 600.0
"""Seconds: if less was analysed, a rate per hour would be an extrapolation and is not shown."""

SCHEMA_VERSION = "1.3"

CAVEAT = (
    "An aid to review, not a diagnosis and not a medical device. Brief twitches are frequent and normal in sleeping "
    "infants: a high count is not a disease. Whether these movements matter is for a clinician to judge from the video."
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Jerks per hour with exact Poisson intervals (Garwood 1936, doi:10.1093/biomet/28.3-4.437).

    Attributes
    ----------
    analysed_h, quiet_h : float
        Hours analysed, and those of them without gross movement or handling.
    per_analysed_h, per_quiet_h : float
        Jerks per hour; NaN if there is no such time.
    per_analysed_h_low, per_analysed_h_high : float
        95 % interval, assuming that jerks occur independently; clustered jerks do not, so it is too narrow for them.
    """

    analysed_h: float
    quiet_h: float
    per_analysed_h: float
    per_analysed_h_low: float
    per_analysed_h_high: float
    per_quiet_h: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced the result: enough to reproduce it.

    Attributes
    ----------
    version, algorithm : str
        Version of the package, and of the algorithm (raised whenever any event would change).
    libraries : Mapping of str to str
        Versions of the libraries that handled the pixels or the numbers.
    settings : Mapping
        The value of every setting, by block.
    settings_fingerprint : str
        Short hash of the settings.
    model, model_sha256 : str
        Name and SHA-256 of the classifier that gave the confidences; empty if the rules gave them.
    """

    version: str
    algorithm: str
    libraries: Mapping[str, str]
    settings: Mapping[str, Any] = field(repr=False)
    settings_fingerprint: str
    model: str = ""
    model_sha256: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Everything found in one recording.

    Attributes
    ----------
    recording : Recording
        Facts about the file, its time account and quality flags.
    signal : MotionSignal
        The motion signal in which the events were found.
    movements : tuple of Movement
        Jerks, other movements and rejected candidates, by onset.
    clusters : tuple of Cluster
        By onset.
    episodes : tuple of Episode
        By onset.
    not_assessable : tuple of Span
        Analysed time in which a jerk could not have been recognised (gross movement, handling); by onset.
    rates : Rates
        Jerks per hour.
    provenance : Provenance
        What produced the result.
    timing : Timing
        How the jerks follow each other.
    review : Review or None
        A person's decisions, if this result reflects them (see `reviewed`).
    """

    recording: Recording
    signal: MotionSignal
    movements: tuple[Movement, ...]
    clusters: tuple[Cluster, ...]
    episodes: tuple[Episode, ...]
    not_assessable: tuple[Span, ...]
    rates: Rates
    provenance: Provenance
    timing: Timing = field(default_factory=Timing)
    review: Review | None = None

    @property
    def too_short_for_rates(self) -> bool:
        """Whether less than ten minutes were analysed."""
        return self.recording.time.analysed_s < SHORT_S

    @property
    def jerks(self) -> tuple[Movement, ...]:
        """The movements counted as jerks, by onset."""
        return tuple(movement for movement in self.movements if movement.kind is Kind.JERK)

    @property
    def isolated(self) -> tuple[Movement, ...]:
        """Jerks outside every episode."""
        return tuple(jerk for jerk in self.jerks if jerk.episode == NOT_KNOWN)

    def counts(self) -> dict[str, int]:
        """Return the number of events of each kind, including zeros."""
        counts = {str(kind): 0 for kind in Kind}
        for movement in self.movements:
            counts[str(movement.kind)] += 1
        return counts | {"cluster": len(self.clusters), "episode": len(self.episodes), "isolated": len(self.isolated)}

    def rows(self) -> list[dict[str, object]]:
        """Return the rows of ``events.tsv``: movements (without refused candidates below 0.01), clusters and episodes.

        Rows are sorted by onset; 0.01 is a confidence, and `movements` holds every candidate, whatever its confidence.
        """
        from detector.records.table import event_rows  # noqa: PLC0415  (the table knows this record, not the reverse)

        return event_rows(self)

    def events(self) -> pd.DataFrame:
        """Return `rows` as a pandas DataFrame (``pip install 'sleepjerk[frames]'``).

        Raises
        ------
        MissingPackageError
            If pandas is not installed; `rows` needs no package.
        """
        try:
            import pandas as pd  # noqa: PLC0415  (an optional package)
        except ImportError as error:
            raise MissingPackageError(
                "Result.events() needs pandas, which is not installed; try `pip install 'sleepjerk[frames]'`, "
                "or use Result.rows(), a list of dicts with the same columns"
            ) from error
        return pd.DataFrame(self.rows())

    def summary(self) -> dict[str, Any]:
        """Return the content of ``summary.json`` as plain dicts, lists, strings and numbers; None where undefined."""
        from detector.records.table import summary  # noqa: PLC0415  (as in `rows`)

        return summary(self)

    def __repr__(self) -> str:
        counts = self.counts()
        return (
            f"<Result {self.recording.id!r}: {plural(counts['jerk'], 'jerk')} in "
            f"{clock(self.recording.time.analysed_s)} analysed, {plural(counts['cluster'], 'cluster')}, "
            f"{plural(counts['episode'], 'episode')}, {counts['rejected']} rejected>"
        )
