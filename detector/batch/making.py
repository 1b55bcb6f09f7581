"""Versions, settings and model that make results on this machine, and whether they match a run's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.batch.receipts import MadeBy
from detector.classify.model_file import registered_model
from detector.errors import ResultError
from detector.pipeline import ALGORITHM
from detector.records.version import installed_version

if TYPE_CHECKING:
    from detector.config import Settings

__all__ = ["made_by", "refuse_other_maker"]


def made_by(settings: Settings) -> MadeBy:
    """Return the versions, settings and model that make results on this machine with these settings."""
    model = "" if settings.jerks.judge == "rules" else registered_model()[1]
    return MadeBy(installed_version("sleepjerk"), ALGORITHM, settings.fingerprint(), model)


def refuse_other_maker(planned: MadeBy, settings: Settings) -> None:
    """Raise ResultError if this machine would make results other than those for which the run was planned."""
    here = made_by(settings)
    if planned != here:
        raise ResultError(
            f"this worker has {_words(here)}; the run was planned with {_words(planned)}. "
            "Install the same version everywhere, with the same models"
        )


def _words(made: MadeBy) -> str:
    model = f", model {made.model[:8]}" if made.model else ""
    return f"sleepjerk {made.version}, algorithm {made.algorithm}{model}"
