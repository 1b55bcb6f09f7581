"""The sentences of the page: headline, what would have been missed, method, words and context with its sources."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detector.report.words import count, length, number, percent, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from detector.records.study import Provenance, Result

__all__ = ["CONTEXT", "Sourced", "headline", "methods", "missed", "setting", "short_of_time", "words"]

_SHORT_S = 600.0
"""Below ten minutes analysed, a rate per hour is an extrapolation and the page says so."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """One sentence with the addresses of its sources."""

    text: str
    sources: tuple[str, ...]


CONTEXT: tuple[Sourced, ...] = (
    Sourced(
        "Brief twitches are a normal part of infant sleep: they come in bursts, most often in hands and feet, and are "
        "seen in active and in quiet sleep.",
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8513809",
         "https://www.cell.com/current-biology/fulltext/S0960-9822(21)00736-3"),
    ),
    Sourced(
        "Benign neonatal sleep myoclonus is the name for jerks that occur only in sleep or drowsiness and stop on "
        "arousal; the literature reports a start between day 1 and 16 of life (median day 3), and an end before "
        "3 months of age in 64\u00a0% and before 6 months in 95\u00a0%.",
        ("https://pubmed.ncbi.nlm.nih.gov/17574462",
         "https://read.qxmd.com/read/20351003/benign-neonatal-sleep-myoclonus-a-review-of-the-literature",
         "https://www.pediatricneurologybriefs.com/articles/10.15844/pedneurbriefs-24-5-2/"),
    ),
    Sourced(
        "In one review 35\u00a0% of the infants had been given antiepileptic drugs before the diagnosis.",
        ("https://www.pediatricneurologybriefs.com/articles/10.15844/pedneurbriefs-24-5-2/",),
    ),
    Sourced(
        "Neither a count nor a rate tells one cause from another: the descriptions of different causes overlap, and "
        "movements are judged together with the infant, the history and, where needed, an EEG with video.",
        ("https://icnapedia.org/wiki/content/benign_neonatal_sleep_myoclonus",
         "https://epilepsydiagnosis.org/seizure/neonatal-seizure-overview.html"),
    ),
)  # fmt: skip


_FIXED_WORDS = (
    ("place", "A patch of the picture in which jerks lie close together. The tool does not know limbs."),
    ("analysed", "Time that was judged. Analysed, masked and missing time add up to the whole recording."),
    ("masked", "Time with a picture that was not fit to be judged, for example too dark or damaged."),
    ("missing", "Time without a picture, for example a gap in the video."),
    (
        "not assessable",
        "Analysed time in which the whole body moved or another person handled the infant: jerks could not be told.",
    ),
    (
        "confidence",
        "How safely a movement is a jerk by the tool's own measure, 0 to 1. It is not a probability of any condition.",
    ),
)


def setting(provenance: Provenance, block: str, key: str) -> float:
    """Return a number from the run's settings; NaN where the run did not record it."""
    values: Mapping[str, Any] = provenance.settings.get(block, {})
    value = values.get(key)
    return float(value) if isinstance(value, (int, float)) else float("nan")


def short_of_time(result: Result) -> bool:
    """Return whether so little time was analysed that a rate per hour is an extrapolation."""
    return result.recording.time.analysed_s < _SHORT_S


def headline(result: Result) -> str:
    """Return the one sentence with the counts."""
    time = result.recording.time
    jerks = len(result.jerks)
    found = count(jerks, "candidate jerk") if jerks else "No candidate jerks"
    seen = f"{length(time.analysed_s)} analysed of {length(time.claimed_s)}"
    if not result.clusters:
        return f"{found} in {seen}; no clusters."
    return f"{found} in {seen}; {count(len(result.clusters), 'cluster')} in {count(len(result.episodes), 'episode')}."


def words(run: Provenance) -> tuple[tuple[str, str], ...]:
    """Return the words of the page with their meaning, as the settings of this run define them."""
    value = _settings_reader(run)
    jerk = (
        f"A brief movement with a fast start, {value('jerks', 'min_duration_s')} to "
        f"{value('jerks', 'max_duration_s')} s long. It goes out and comes back and is counted once. Starts within "
        f"{value('jerks', 'together_s')} s of each other, in several places, are one jerk."
    )
    cluster = (
        f"{value('clusters', 'min_jerks')} or more jerks, each at most {value('clusters', 'gap_s')} s after the one "
        "before, from start to start."
    )
    episode = (
        f"Clusters and jerks joined while the gaps are at most {value('clusters', 'episode_gap_s')} s; it holds at "
        "least one cluster. Jerks outside episodes are called isolated."
    )
    return (("jerk", jerk), ("cluster", cluster), ("episode", episode), *_FIXED_WORDS)


def _settings_reader(run: Provenance) -> Callable[[str, str], str]:
    def value(block: str, key: str) -> str:
        found = setting(run, block, key)
        return plain(found) if math.isfinite(found) else f"({block}.{key}: not recorded)"

    return value


def missed(result: Result) -> tuple[str, ...]:
    """Return what this run could not have seen, one sentence each."""
    time, recording, run = result.recording.time, result.recording, result.provenance
    out = []
    blind = time.masked_s + time.missing_s
    if blind > 0:
        out.append(f"Anything in the {length(blind)} of masked and missing time ({percent(blind, time.claimed_s)}).")
    covered = sum(span.duration_s for span in result.not_assessable)
    if covered > 0:
        out.append(f"Jerks hidden by larger movements: {length(covered)} could not be assessed.")
    if math.isfinite(recording.fps) and recording.fps > 0:
        step = 1 / recording.fps
        out.append(
            f"Movements shorter than about two frames ({number(2 * step, 2)} s at {plain(recording.fps)} frames a "
            f"second), and the single jerks of trains faster than about {number(0.4 * recording.fps, 2)} per second."
        )
    speed = setting(run, "bursts", "min_peak_speed") * recording.width
    if math.isfinite(speed):
        out.append(f"Movements slower than {number(speed, 2)} px/s at their fastest: small or distant hands and feet.")
    low, high = setting(run, "jerks", "min_duration_s"), setting(run, "jerks", "max_duration_s")
    if math.isfinite(low) and math.isfinite(high):
        out.append(f"Movements shorter than {plain(low)} s or longer than {plain(high)} s are not counted as jerks.")
    out.append("Limbs under a blanket, outside the picture or behind something, and movements towards the camera.")
    return tuple(out)


def methods(result: Result, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the method of this run in paragraphs that can be quoted; `changed` are the settings off their default."""
    return (_method_video(result), _method_events(result.provenance), _method_counts(result, changed))


def _method_video(result: Result) -> str:
    recording, run = result.recording, result.provenance
    rate = f"{plain(recording.fps)} frames a second" if math.isfinite(recording.fps) else "an unknown frame rate"
    turned = f", turned by {recording.rotation_deg} degrees" if recording.rotation_deg else ""
    turned += ", mirrored back" if recording.mirrored else ""
    return (
        f"The video ({recording.codec} in {recording.container}, {recording.width} x {recording.height} px{turned}, "
        f"{recording.n_frames:,} frames at {rate}{', variable' if recording.variable_rate else ''}) was analysed with "
        f"sleepjerk {run.version} (algorithm {run.algorithm}). All times are presentation times in seconds since the "
        "first frame. Motion was found by frame differencing on a grid of blocks, measured against each block's own "
        "noise, and given a direction and a speed by optical flow. Sound was not read."
    )


def _method_events(run: Provenance) -> str:
    value = _settings_reader(run)
    return (
        "A movement with a fast start, its way out and its way back together, was counted as one jerk when it lasted "
        f"{value('jerks', 'min_duration_s')} to {value('jerks', 'max_duration_s')} s and its confidence was at least "
        f"{value('jerks', 'min_confidence')}; onsets within {value('jerks', 'together_s')} s of each other were one "
        f"jerk. {value('clusters', 'min_jerks')} or more jerks with onsets at most {value('clusters', 'gap_s')} s "
        "apart formed a cluster; clusters and jerks at most "
        f"{value('clusters', 'episode_gap_s')} s apart formed an episode. Movements that were slow, or part of "
        "a larger one, were told apart and not counted."
    )


def _method_counts(result: Result, changed: tuple[str, ...]) -> str:
    differ = f"Settings that differ from their default: {'; '.join(changed)}." if changed else (
        "All settings had their default values."
    )  # fmt: skip
    return (
        f"Rates are jerks per analysed hour ({result.rates.analysed_h:.3f} h), never per hour of sleep, with exact "
        "95\u00a0% Poisson intervals (Garwood 1936, doi:10.1093/biomet/28.3-4.437). These assume jerks that come "
        "independently of each other; clustered jerks do not, so the interval is too narrow. No event was reviewed "
        "by a person. "
        f"{differ} Settings fingerprint {result.provenance.settings_fingerprint}."
    )
