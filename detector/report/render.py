"""The page as one text: values from `summary`, drawings from `figures`, words and layout from the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from detector.report.figures import draw_all
from detector.report.summary import summarise

if TYPE_CHECKING:
    from detector.records.study import Result

__all__ = ["render_report"]


def render_report(result: Result) -> str:
    """Return the report of `result` as one self-contained HTML page.

    The page needs no network, no script and no other file; its bytes depend on `result` alone. It names the recording
    by its id and holds no path, no date and no name of a machine.

    Parameters
    ----------
    result : Result
        What was found in one recording. NaN reads "not measured".

    Returns
    -------
    str
        HTML, to be written as UTF-8.
    """
    environment = Environment(
        loader=PackageLoader("detector.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = summarise(result)
    return environment.get_template("report.html.j2").render(page=page, figures=draw_all(page.plots))
