"""The method of this run in paragraphs that can be quoted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detector.config import Settings

if TYPE_CHECKING:
    from detector.config import JerkSettings
    from detector.records.result import Provenance, Result
    from detector.records.review import Review
    from detector.report.catalogue import Catalogue

__all__ = ["methods"]


def methods(result: Result, changed: tuple[str, ...], review: Review, say: Catalogue) -> tuple[str, ...]:
    """Return the method of this run; `changed` are the settings that differ from their default."""
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
    settings = Settings.of_run(run)
    jerks, clusters, drawn = settings.jerks, settings.clusters, len(settings.regions.named)
    text = say(
        "methods.events", low=say.plain(jerks.min_duration_s), high=say.plain(jerks.max_duration_s),
        confidence=say.plain(jerks.min_confidence), judge=_judge(jerks, run, say), together=say.plain(jerks.together_s),
        least=say.plain(clusters.min_jerks), gap=say.plain(clusters.gap_s), episode=say.plain(clusters.episode_gap_s),
    )  # fmt: skip
    return f"{text} {say.count('methods.regions', drawn) if drawn else say('methods.zones')}"


def _judge(jerks: JerkSettings, run: Provenance, say: Catalogue) -> str:
    if jerks.judge == "rules":
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
