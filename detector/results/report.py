"""Remake the report of a result folder: in other words, as PDF, with a person's decisions, or without names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.exports.deidentified import deidentified
from detector.records.file_names import DEIDENTIFIED, PDF, REPORT, SIGNAL
from detector.report.render import render_report
from detector.results.atomic import write_file
from detector.results.clip_folder import Pictures, read_clips
from detector.results.decisions import read_review
from detector.results.load import load_result
from detector.results.refusal import refusal
from detector.results.reviewed_folder import write_numbers, write_reviewed
from detector.results.wanted import keep_options

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result
    from detector.report.options import ReportOptions

__all__ = ["ReportRequest", "write_reports"]


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What to write.

    Attributes
    ----------
    options : ReportOptions
        Language, names, start of the recording.
    pdf : bool
        Also write ``report.pdf``.
    deidentify : bool
        Write report, events and summary under a study code into a folder of their own.
    out : Path or None
        Folder to write to; None for the result folder (or a folder ``deidentified`` in it).
    """

    options: ReportOptions
    pdf: bool = False
    deidentify: bool = False
    out: Path | None = None


def write_reports(folder: Path, request: ReportRequest) -> tuple[Path, ...]:
    """Write the report of a result folder and return the files written.

    If a person has made decisions on the result, events and summary in their view are also written, into a folder
    ``reviewed``.

    Raises
    ------
    ResultError
        If the folder holds no result, its decisions cannot be read, or a file cannot be written.
    MissingPackageError
        If a PDF is requested and typst is not installed.
    SettingsError
        If the language is unknown.
    """
    result = load_result(folder)
    options = replace(request.options, review=read_review(folder, result))
    pictures = read_clips(folder, result)
    place = request.out or (folder / DEIDENTIFIED if request.deidentify else folder)
    if request.out is not None and (place / SIGNAL).exists():
        raise ResultError(f"{place}: it holds a result, which the report would replace. Choose another folder")
    if request.deidentify:
        result, options, pictures = _anonymous(result, options)
    elif request.out is not None:
        options = replace(options, clips_elsewhere=bool(pictures.clips))
        pictures = replace(pictures, clips=())  # the clips are not beside the page there
    texts = {REPORT: render_report(result, options, clips=pictures.clips, still=pictures.still).encode(
        "utf-8", "backslashreplace")}  # fmt: skip
    if request.pdf:
        from detector.report.pdf.document import render_pdf  # noqa: PLC0415  (an optional package)

        texts[PDF] = render_pdf(result, options, still=pictures.still)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            write_file(place / name, content)
        written = [place / name for name in texts]
        if request.deidentify:
            written += write_numbers(result, place)
        elif place == folder:
            keep_options(folder, request.options)
            written += write_reviewed(result, options.review, folder)
    except OSError as error:
        raise refusal(place, error, "choose another folder") from error
    return tuple(written)


def _anonymous(result: Result, options: ReportOptions) -> tuple[Result, ReportOptions, Pictures]:
    code = options.name_of(result) if not options.show_names else replace(options, show_names=False).name_of(result)
    moved = options.shift(result.recording.sha256)
    plain = replace(options, code=code, show_names=False, start=moved, shifted=moved is not None, pictures=False)
    return deidentified(result, code), plain, Pictures()
