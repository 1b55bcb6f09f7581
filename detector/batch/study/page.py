"""``study.html``: one self-contained page over all recordings of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.batch.study.figures import draw_study
from detector.batch.study.numbers import study_numbers
from detector.records.result import CAVEAT
from detector.report.catalogue import catalogue
from detector.report.templating import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.batch.study.cohort import Row

__all__ = ["render_study"]


def render_study(rows: Sequence[Row]) -> str:
    """Return the page of a study as HTML; its bytes depend on the rows alone.

    Parameters
    ----------
    rows : sequence of dict
        Rows of the cohort, as `detector.batch.study.cohort.cohort_row` makes them.
    """
    study = study_numbers(rows)
    page = template("study.html.j2", package="detector.batch.study")
    return page.render(study=study, figures=draw_study(study), caveat=CAVEAT, say=catalogue(), scripted=False)
