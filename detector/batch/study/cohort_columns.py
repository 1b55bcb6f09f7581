"""The columns of the cohort table: name, type, unit and meaning (docs/reference/cohort.md is made from these)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COHORT", "EVENTS", "FAILURES", "PATHS", "Column"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
        Heading.
    kind : str
        Type in Parquet: ``VARCHAR``, ``DOUBLE``, ``BIGINT``.
    meaning : str
        One sentence.
    unit : str
        Empty where there is none.
    decimals : int or None
        Decimals in the text files; None for texts and whole numbers.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    decimals: int | None = None


def _text(name: str, meaning: str) -> Column:
    return Column(name, "VARCHAR", meaning)


def _count(name: str, meaning: str) -> Column:
    return Column(name, "BIGINT", meaning, "count")


def _number(name: str, meaning: str, unit: str, decimals: int) -> Column:
    return Column(name, "DOUBLE", meaning, unit, decimals)


_WHO = (
    _text("id", "Name of the recording's folder below recordings/"),
    _text("subject", "Whose recording it is, from the table of recordings"),
    _text("session", "Which recording of that subject it is, from the table of recordings"),
    _number("age_weeks", "Age at the recording", "week", 2),
    _text("start_clock", "Time of day at the first picture"),
    _text("zone", "Time zone of start_clock: IANA name or offset"),
)

COHORT: tuple[Column, ...] = (
    *_WHO,
    _text("status", "done, failed or skipped"),
    _text("reason", "Reason code if it is not done (docs/reference/reason-codes.md)"),
    _number("claimed_h", "Duration that the file claims", "h", 6),
    _number("analysed_h", "Claimed minus masked and missing time", "h", 6),
    _number("quiet_h", "Analysed minus not assessable time", "h", 6),
    _number("masked_h", "Decoded, but could not be judged", "h", 6),
    _number("missing_h", "No picture at all", "h", 6),
    _number("not_assessable_h", "Analysed, but so much moved that jerks could not be recognised", "h", 6),
    _number("coverage", "Analysed share of the claimed duration", "", 4),
    _count("jerks", "Candidate jerks"),
    _number("jerks_per_analysed_h", "Jerks per analysed hour", "1/h", 3),
    _number("jerks_per_analysed_h_low", "Lower end of its 95 % Poisson interval (too narrow for clusters)", "1/h", 3),
    _number("jerks_per_analysed_h_high", "Upper end of its 95 % interval", "1/h", 3),
    _number("jerks_per_quiet_h", "Jerks per quiet hour", "1/h", 3),
    _count("clusters", "Clusters"),
    _number("clusters_per_quiet_h", "Clusters per quiet hour", "1/h", 3),
    _count("episodes", "Episodes"),
    _count("isolated_jerks", "Jerks outside every episode"),
    _number("episode_median_s", "Median length of the episodes", "s", 3),
    _number("episode_longest_s", "Length of the longest episode", "s", 3),
    _number("interval_in_clusters_s", "Median time from one jerk to the next inside clusters", "s", 3),
    _number("jerk_duration_s", "Median length of the jerks", "s", 3),
    _number("jerk_amplitude_px", "Median amplitude of the jerks, in pixels of the recording", "pixel", 2),
    _count("slow", "Slow movements"),
    _count("gross", "Whole-body movements"),
    _count("rejected", "Refused candidates"),
    _count("confirmed", "Candidate jerks that a person confirmed (sleepjerk decisions)"),
    _count("refused", "Candidate jerks that a person refused"),
    _count("added", "Refused candidates that are jerks in the reviewer's view"),
    _count("reviewed_jerks", "Jerks in the reviewer's view; those not yet reviewed are counted as found"),
    _number("reviewed_jerks_per_analysed_h", "These jerks per analysed hour", "1/h", 3),
    _number("reviewed_jerks_per_quiet_h", "These jerks per quiet hour", "1/h", 3),
    _count("reviewed_clusters", "Clusters of the jerks in the reviewer's view"),
    _number("reviewed_clusters_per_quiet_h", "These clusters per quiet hour", "1/h", 3),
    _count("reviewed_episodes", "Episodes of the jerks in the reviewer's view"),
    _number("reviewed_episode_longest_s", "Length of the longest of these episodes", "s", 3),
    _number("fps", "Frame rate", "Hz", 4),
    _count("width", "Width of the upright picture in pixels"),
    _count("height", "Height of the upright picture in pixels"),
    _text("severe_flags", "Codes of the quality flags that say: do not trust the counts"),
    _text("warning_flags", "Codes of the quality flags that say: some events may be lost or mistimed"),
    _text(
        "note",
        "What a reader must know about the age, in the reviewer's view if that covers every jerk; never a verdict",
    ),
    _text("code", "Study code: the recording's name in its report"),
    _text("sha256", "Hash of the video's bytes"),
    _text("settings", "Fingerprint of all settings"),
    _text("algorithm", "Version of the algorithm"),
    _text("version", "Version of sleepjerk"),
    _text("model", "SHA-256 of the classifier that judged the candidates; n/a where the rules alone did"),
)
"""One row per input."""

FAILURES: tuple[Column, ...] = (
    _text("id", "Name that the recording's folder would have"),
    _text("subject", "Whose recording it is"),
    _text("session", "Which recording of that subject it is"),
    _text("status", "failed or skipped"),
    _text("reason", "Reason code (docs/reference/reason-codes.md)"),
    _text("message", "What was found, and what to try"),
    _text("path", "The file"),
)
"""One row per input that gave no result."""

PATHS: tuple[Column, ...] = (
    _text("id", "Name of the recording's folder below recordings/, as in all tables"),
    _text("status", "done, failed or skipped"),
    _text("path", "The video: its absolute path, or its address on remote storage"),
)
"""One row per input: it leads from any row of the other tables back to its video."""

EVENTS = ("id", "subject", "session", "age_weeks")
"""Columns of ``events.parquet`` that precede those of ``events.tsv``."""
