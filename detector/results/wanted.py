"""Options of the report, kept in ``report.json`` beside it, so that later runs make it the same way."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from detector.errors import SettingsError
from detector.records.file_names import WANTED
from detector.report.catalogue import catalogue
from detector.report.options import ReportOptions
from detector.results.atomic import write_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["keep_options", "kept_options"]


def keep_options(folder: Path, options: ReportOptions) -> None:
    """Keep the language, names, study code and clock time of a report; nothing is kept if they are the defaults.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    wanted = ReportOptions(options.language, options.show_names, options.code, options.start)
    if wanted == ReportOptions():
        (folder / WANTED).unlink(missing_ok=True)
    else:
        start = "" if wanted.start is None else wanted.start.isoformat()
        values = {"language": wanted.language, "show_names": wanted.show_names, "code": wanted.code, "start": start}
        write_file(folder / WANTED, (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode())


def kept_options(folder: Path) -> ReportOptions:
    """Return the options kept by `keep_options`; the defaults if there are none or they cannot be read."""
    try:
        values = json.loads((folder / WANTED).read_text("utf-8"))
        language, code = str(values["language"]), str(values["code"])
        catalogue(language)
        start = datetime.fromisoformat(values["start"]) if values["start"] else None
        if start is not None and start.tzinfo is None:
            return ReportOptions()
        return ReportOptions(language, show_names=values["show_names"] is True, code=code, start=start)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SettingsError):
        return ReportOptions()
