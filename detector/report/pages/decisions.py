"""Data for the page's script that lets a person decide on the clips."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from detector.records.events import Kind
from detector.report.options import study_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.result import Result
    from detector.report.catalogue import Catalogue
    from detector.report.clips.gallery import ClipCard
    from detector.report.options import ReportOptions

__all__ = ["page_data"]

_WORDS = (
    "unsaved", "saved", "before", "count", "count_refused", "pending", "all_decided", "not_kept", "who", "take_in",
    "here",
)  # fmt: skip


def page_data(result: Result, options: ReportOptions, cards: Sequence[ClipCard], say: Catalogue) -> dict[str, Any]:
    """Return the movements that can be decided on and the decisions so far, but never who made them.

    Parameters
    ----------
    result : Result
        What was found.
    options : ReportOptions
        Options with the review so far, and the name shown on the page, with which the name of the saved file begins.
    cards : sequence of ClipCard
        Cards of the gallery; only movements with a clip to look at can be decided on.
    say : Catalogue
        The language.
    """
    shown = {card.movement for card in cards if card.file}
    unshown = sum(jerk.id not in shown for jerk in result.jerks)
    words = {name: say(f"review.{name}") for name in _WORDS}
    words["unshown"] = say("review.unshown", jerks=say.count("count.jerk", unshown)) if unshown else ""
    review = options.review
    said = dict.fromkeys((*review.confirmed, *review.added), "confirmed")
    said |= dict.fromkeys((*review.refused, *review.dismissed), "rejected")
    when = dict(review.at)
    return {
        "recording": study_code(result.recording.sha256),
        "name": re.sub(r"[^\w.-]+", "-", options.name_of(result)).strip("-.") or "recording",
        "onsets": {one.id: f"{one.onset_s:.4f}" for one in result.movements if one.id in shown},
        "decided": {name: [decision, when.get(name, "")] for name, decision in said.items() if name in shown},
        "refused": [one.id for one in result.movements if one.id in shown and one.kind is not Kind.JERK],
        "words": words,
    }
