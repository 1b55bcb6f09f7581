"""``study.html``: one self-contained page over all recordings of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from detector.batch.study_figures import draw_study
from detector.batch.study_numbers import study_numbers
from detector.records.study import CAVEAT
from detector.report.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.batch.cohort import Row

__all__ = ["render_study"]


def render_study(rows: Sequence[Row]) -> str:
    """Return the page of a study as HTML; its bytes depend on the rows alone.

    Parameters
    ----------
    rows : sequence of dict
        Rows of the cohort, as `detector.batch.cohort.cohort_row` makes them.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("detector.batch", "templates"), PackageLoader("detector.report", "web")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    study = study_numbers(rows)
    page = environment.get_template("study.html.j2")
    return page.render(study=study, figures=draw_study(study), caveat=CAVEAT, say=catalogue(), scripted=False)
