"""What truly happens in a clip, derived from the motion functions, and the file for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.camera import view_matrix
from detector.synthetic.cover import Field, is_covered
from detector.synthetic.movement import STEP_S, excursion, jerk_angles
from detector.synthetic.sight import is_seen
from detector.synthetic.skeleton import Skeleton, to_picture

if TYPE_CHECKING:
    from pathlib import Path

    from detector.synthetic.recipe import Distractor, Jerk, Limb, Motion, Recipe, Sleeper
    from detector.synthetic.skeleton import Array

__all__ = ["COLUMNS", "JOIN_S", "ONSET_SHARE", "Truth", "TruthEvent", "clip_truth"]

# A movement begins when the limb has left rest by this share of its amplitude, and ends when only this share of its
# return is left. A person stepping through the pictures sets the mark at 5-12 % (docs/decisions/0003).
ONSET_SHARE = 0.10

# Jerks of several limbs with onsets this close together are one jerk (docs/glossary.md).
JOIN_S = 0.10

_CLUSTER_GAP_S = 2.0
_CLUSTER_LEAST = 3

COLUMNS = ("onset", "duration", "trial_type", "id", "limb", "amplitude_px", "profile", "cluster")


@dataclass(frozen=True, slots=True, order=True)
class TruthEvent:
    """One row of a truth file.

    Attributes
    ----------
    onset_s, duration_s : float
        Seconds since the first frame.
    kind : str
        ``jerk``, ``cluster``, ``slow``, ``gross``, ``handling``, ``rhythmic``, ``twitch``, ``distractor`` or
        ``dont_care``.
    id : str
        ``jerk-0001`` and so on, numbered by onset within the kind.
    limbs : str
        Comma-separated limbs, or the kind of distractor or motion.
    amplitude_px : float
        Largest displacement of the fastest part in pixels of the video; NaN where it has no meaning.
    profile : str
        Time course of the movement, for tables by profile.
    cluster : str
        Id of the cluster to which a jerk belongs, or ``n/a``.
    """

    onset_s: float
    duration_s: float
    kind: str
    id: str = "n/a"
    limbs: str = "n/a"
    amplitude_px: float = float("nan")
    profile: str = "n/a"
    cluster: str = "n/a"


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that happens in a clip, by onset."""

    events: tuple[TruthEvent, ...]

    def of_kind(self, kind: str) -> tuple[TruthEvent, ...]:
        """Return the events of one kind by onset."""
        return tuple(event for event in self.events if event.kind == kind)

    def to_tsv(self) -> str:
        """Return the truth as a tab-separated table with the columns `COLUMNS`."""
        lines = ["\t".join(COLUMNS)]
        for event in self.events:
            size = "n/a" if np.isnan(event.amplitude_px) else f"{event.amplitude_px:.2f}"
            lines.append(
                f"{event.onset_s:.4f}\t{event.duration_s:.4f}\t{event.kind}\t{event.id}\t{event.limbs}\t{size}"
                f"\t{event.profile}\t{event.cluster}"
            )
        return "\n".join(lines) + "\n"

    def save(self, path: Path) -> None:
        """Write the table to `path`."""
        path.write_text(self.to_tsv(), encoding="utf-8", newline="\n")


def clip_truth(recipe: Recipe) -> Truth:
    """Return the truth of a recipe; nothing is rendered."""
    camera = recipe.camera
    skeleton = Skeleton(recipe.sleeper, camera.height / camera.width)
    view = view_matrix(camera)
    single = [_jerk_event(jerk, recipe, skeleton, view) for jerk in recipe.jerks]
    jerks = _joined(sorted(event for event in single if event.kind == "jerk"))
    jerks, clusters = _clustered(jerks)
    others = [event for event in single if event.kind != "jerk"]
    others += [_motion_event(motion) for motion in recipe.motions]
    others += [_distractor_event(item) for item in recipe.distractors]
    inside = [_clipped(event, camera.duration_s) for event in (*others, *clusters) if event.onset_s < camera.duration_s]
    return Truth(_numbered(sorted([*jerks, *inside])))


def _jerk_event(jerk: Jerk, recipe: Recipe, skeleton: Skeleton, view: Array) -> TruthEvent:
    length = jerk.rise_s + jerk.hold_s + jerk.return_s
    since = np.arange(0.0, 1.5 * length + 0.2, STEP_S)
    path = excursion(jerk.model_copy(update={"drift_s": 0.0}), since)
    peak = int(np.argmax(path))
    start = float(since[int(np.argmax(path > ONSET_SHARE))])
    if jerk.residual > 0.95:
        end = float(since[int(np.argmax(path > 1 - ONSET_SHARE))])
    else:
        left = (path[peak:] - jerk.residual) / (1 - jerk.residual)
        end = float(since[peak + int(np.argmax(left < ONSET_SHARE))])
    size = max(_visible_px(jerk, limb, recipe.sleeper, skeleton, view) for limb in jerk.limbs)
    lags = [jerk.lags_s[place] if place < len(jerk.lags_s) else 0.0 for place in range(len(jerk.limbs))]
    first = jerk.onset_s + min(lags)
    kind = "twitch" if jerk.residual > 0.95 else "jerk"
    if not any(is_seen(recipe, limb, skeleton, view, first) for limb in jerk.limbs):
        kind = "dont_care"
    return TruthEvent(
        first + start,
        end - start + max(lags) - min(lags),
        kind,
        limbs=",".join(sorted(jerk.limbs)),
        amplitude_px=size,
        profile=_profile(jerk),
    )


def _visible_px(jerk: Jerk, limb: Limb, sleeper: Sleeper, skeleton: Skeleton, view: Array) -> float:
    """Return the largest visible displacement, of the limb's tip or of the cloth that covers it."""
    rest = skeleton.rest()
    moved = rest + jerk_angles(jerk, limb, skeleton, view)
    pairs = [(skeleton.tip(rest, limb), skeleton.tip(moved, limb))]
    if is_covered(sleeper, skeleton, pairs[0][0]):
        field = Field(sleeper, skeleton)
        shift = field.at(moved)
        pairs = list(zip(field.nodes, field.nodes + shift, strict=True))
    before, after = to_picture(view, np.array([a for a, _ in pairs])), to_picture(view, np.array([b for _, b in pairs]))
    return float(np.hypot(*(after - before).T).max())


def _profile(jerk: Jerk) -> str:
    if jerk.residual > 0.95:
        return "no_return"
    if jerk.drift_s > 0 and jerk.residual >= 0.1:
        return "creeping"
    if jerk.residual >= 0.2:
        return "incomplete"
    if jerk.steps > 1:
        return "steps"
    if jerk.return_s >= 0.25:
        return "slow_return"
    return "rebound" if jerk.rebound >= 0.1 else "full"


def _joined(jerks: list[TruthEvent]) -> list[TruthEvent]:
    """Join jerks of different limbs whose onsets are within `JOIN_S` of the first."""
    out: list[TruthEvent] = []
    for jerk in jerks:
        if (
            out
            and jerk.onset_s - out[-1].onset_s < JOIN_S
            and not set(jerk.limbs.split(",")) & set(out[-1].limbs.split(","))
        ):
            last = out[-1]
            end = max(last.onset_s + last.duration_s, jerk.onset_s + jerk.duration_s)
            out[-1] = replace(
                last,
                duration_s=end - last.onset_s,
                limbs=",".join(sorted({*last.limbs.split(","), *jerk.limbs.split(",")})),
                amplitude_px=max(last.amplitude_px, jerk.amplitude_px),
            )
        else:
            out.append(jerk)
    return out


def _clustered(jerks: list[TruthEvent]) -> tuple[list[TruthEvent], list[TruthEvent]]:
    runs: list[list[int]] = []
    for index, jerk in enumerate(jerks):
        if runs and jerk.onset_s - jerks[runs[-1][-1]].onset_s <= _CLUSTER_GAP_S:
            runs[-1].append(index)
        else:
            runs.append([index])
    out = list(jerks)
    clusters: list[TruthEvent] = []
    for run in (run for run in runs if len(run) >= _CLUSTER_LEAST):
        name = f"cluster-{len(clusters) + 1:03d}"
        first, last = jerks[run[0]], jerks[run[-1]]
        limbs = ",".join(sorted({limb for index in run for limb in jerks[index].limbs.split(",")}))
        largest = max(jerks[index].amplitude_px for index in run)
        clusters.append(
            TruthEvent(first.onset_s, last.onset_s + last.duration_s - first.onset_s, "cluster", name, limbs, largest)
        )
        for index in run:
            out[index] = replace(jerks[index], cluster=name)
    return out, clusters


_MOTION_KINDS = {
    "stretch": "slow", "fidget": "slow", "head_turn": "slow", "suck": "rhythmic", "chew": "rhythmic",
    "tremor": "rhythmic", "roll": "rhythmic", "gross": "gross", "startle": "dont_care", "arousal": "gross",
}  # fmt: skip
_DISTRACTOR_KINDS = {"hand": "handling", "patting": "handling", "rocking": "handling"}


def _motion_event(motion: Motion) -> TruthEvent:
    limbs = f"{motion.kind}:{motion.limb}"
    kind = _MOTION_KINDS[motion.kind]
    return TruthEvent(motion.onset_s, motion.duration_s, kind, limbs=limbs, amplitude_px=motion.amplitude_px)


def _distractor_event(item: Distractor) -> TruthEvent:
    return TruthEvent(item.onset_s, item.duration_s, _DISTRACTOR_KINDS.get(item.kind, "distractor"), limbs=item.kind)


def _clipped(event: TruthEvent, length_s: float) -> TruthEvent:
    return replace(event, duration_s=min(event.duration_s, length_s - event.onset_s))


def _numbered(events: list[TruthEvent]) -> tuple[TruthEvent, ...]:
    counts: dict[str, int] = {}
    out = []
    for event in events:
        counts[event.kind] = counts.get(event.kind, 0) + 1
        out.append(event if event.kind == "cluster" else replace(event, id=f"{event.kind}-{counts[event.kind]:04d}"))
    return tuple(out)
