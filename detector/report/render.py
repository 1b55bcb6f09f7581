"""The page as one text: values from `pages`, drawings from `figures`, words from `languages`, layout from `web`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.native.memory import give_back
from detector.report.catalogue import catalogue
from detector.report.options import ReportOptions
from detector.report.pages.page import summarise
from detector.report.templating import Script, data_element, inline, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.clips import Clip
    from detector.records.result import Result

__all__ = ["render_report"]


def render_report(
    result: Result, options: ReportOptions | None = None, *, clips: Sequence[Clip] = (), still: bytes = b""
) -> str:
    """Return the report of `result` as one self-contained HTML page; clips are files beside it.

    The page needs no network, and its bytes depend only on the arguments. It names the recording by its study code and
    contains no path or machine name.

    Parameters
    ----------
    result : Result
        What was found in one recording. NaN is shown as "not measured".
    options : ReportOptions, optional
        Language, names, dates, pictures, review.
    clips : sequence of Clip
        Clips in the folder ``clips`` beside the page.
    still : bytes
        A pixelated JPEG of the picture on which the places of the jerks are shown; empty for none.

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Raises
    ------
    SettingsError
        If the language is not known.
    """
    options = options or ReportOptions()
    say = catalogue(options.language)
    page = summarise(result, options, clips, still, say)
    give_back()  # a night's figures are computed; drawing them needs other memory
    from detector.report.figures.draw import draw_all  # noqa: PLC0415  (loads matplotlib)

    return template("report.html.j2").render(
        page=page,
        say=say,
        scripted=True,
        figures=draw_all(page.plots),
        styles=inline("report.css", "vendor/uPlot.min.css"),
        script=Script.of("vendor/uPlot.iife.min.js", "report.js", "cards.js", "clips.js", "review.js"),
        data=data_element(page.data),
    )
