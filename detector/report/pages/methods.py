"""The method of this run in paragraphs that can be quoted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detector.report.run_settings import regions_of, value_reader

if TYPE_CHECKING:
    from detector.records.result import Provenance, Result
    from detector.records.review import Review
    from detector.report.catalogue import Catalogue

__all__ = ["methods"]


def methods(result: Result, changed: tuple[str, ...], review: Review, say: Catalogue) -> tuple[str, ...]:
    """Return the method of this run; `changed` are the settings off their default."""
    return (_video(result, say), _events(result.provenance, say), _counts(result, changed, review, say))


def _video(result: Result, say: Catalogue) -> str:
    recording, run = result.recording, result.provenance
    rate = say("methods.unknown_rate")
    if math.isfinite(recording.fps):
        rate = say("front.rate", fps=say.plain(recording.fps))
    turned = say("methods.turned", degrees=recording.rotation_deg) if recording.rotation_deg else ""
    turned += say("methods.mirrored") if recording.mirrored else ""
    return say(
        "methods.video", codec=recording.codec, container=recording.container, width=recording.width,
        height=recording.height, turned=turned, frames=say.whole(recording.n_frames), rate=rate,
        variable=say("methods.variable") if recording.variable_rate else "", version=run.version,
        algorithm=run.algorithm,
    )  # fmt: skip


def _events(run: Provenance, say: Catalogue) -> str:
    value = value_reader(run, say)
    text = say(
        "methods.events", low=value("jerks", "min_duration_s"), high=value("jerks", "max_duration_s"),
        confidence=value("jerks", "min_confidence"),
        judge=_judge(run, say), together=value("jerks", "together_s"),
        least=value("clusters", "min_jerks"), gap=value("clusters", "gap_s"),
        episode=value("clusters", "episode_gap_s"),
    )  # fmt: skip
    drawn = len(regions_of(run))
    return f"{text} {say.count('methods.regions', drawn) if drawn else say('methods.zones')}"


def _judge(run: Provenance, say: Catalogue) -> str:
    given: Any = run.settings.get("jerks", {})
    if given.get("judge") == "rules":
        return say("methods.judge_rules")
    if not run.model:
        return say("methods.judge_classifier")
    return say("methods.judge_model", name=run.model, sha256=run.model_sha256[:12])


def _counts(result: Result, changed: tuple[str, ...], review: Review, say: Catalogue) -> str:
    looked = say("methods.reviewed" if review.begun else "methods.not_reviewed")
    differ = say("methods.differ", list="; ".join(changed)) if changed else say("methods.defaults")
    mark = say("methods.fingerprint", fingerprint=result.provenance.settings_fingerprint)
    counts = say("methods.counts", hours=say.fixed(result.rates.analysed_h, 3), review=looked)
    return f"{counts} {differ} {mark}"
