"""What results are made by here: versions, settings and model; and whether that is what a run was planned with."""

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
    """Return what results made here, with these settings, are made by."""
    model = "" if settings.jerks.judge == "rules" else registered_model()[1]
    return MadeBy(installed_version("sleepjerk"), ALGORITHM, settings.fingerprint(), model)


def refuse_other_maker(planned: MadeBy, settings: Settings) -> None:
    """Raise ResultError where this machine would make other results than those that the run was planned for."""
    here = made_by(settings)
    if planned != here:
        raise ResultError(
            f"this worker has {_words(here)}; the run was planned with {_words(planned)}. "
            "Install the same version everywhere, with the same models"
        )


def _words(made: MadeBy) -> str:
    model = f", model {made.model[:8]}" if made.model else ""
    return f"sleepjerk {made.version}, algorithm {made.algorithm}{model}"
