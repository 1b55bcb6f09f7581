"""The page as one text: values from `pages`, drawings from `figures`, words from `languages`, layout from `web`."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detector.report.catalogue import catalogue
from detector.report.options import ReportOptions
from detector.report.pages.page import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.clips import Clip
    from detector.records.study import Result

__all__ = ["render_report"]


def render_report(
    result: Result, options: ReportOptions | None = None, *, clips: Sequence[Clip] = (), still: bytes = b""
) -> str:
    """Return the report of `result` as one HTML page that is complete in itself; clips are files beside it.

    The page needs no network. Its bytes depend on the arguments alone. It names the recording by its study code and
    holds no path and no name of a machine.

    Parameters
    ----------
    result : Result
        What was found in one recording. NaN reads "not measured".
    options : ReportOptions, optional
        Language, names, dates, pictures, review.
    clips : sequence of Clip
        Clips in the folder ``clips`` beside the page.
    still : bytes
        A coarsened JPEG of the picture, on which the jerks' places are shown; empty for none.

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Raises
    ------
    SettingsError
        If the language is not known.
    """
    from detector.report.figures.draw import draw_all  # noqa: PLC0415  (loads matplotlib: after the video is read)

    options = options or ReportOptions()
    say = catalogue(options.language)
    environment = Environment(
        loader=PackageLoader("detector.report", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = summarise(result, options, clips, still, say)
    script = _asset("vendor/uPlot.iife.min.js") + "\n" + _asset("report.js")
    return environment.get_template("report.html.j2").render(
        page=page,
        say=say,
        scripted=True,
        figures=draw_all(page.plots),
        styles=Markup(_asset("report.css") + _asset("vendor/uPlot.min.css")),  # noqa: S704  (our own files)
        script=Markup(script),  # noqa: S704
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
        data=Markup(_json(page.data)),  # noqa: S704  (every sign that could end the element is escaped)
    )


def _asset(name: str) -> str:
    return (files("detector.report") / "web" / name).read_text("utf-8").strip()


def _json(values: dict[str, object]) -> str:
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)  # ASCII: all else is escaped already
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
