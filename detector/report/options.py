"""Options of the page: language, names, dates, pictures, review."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from detector.records.review import Review

if TYPE_CHECKING:
    from detector.records.result import Result

__all__ = ["ReportOptions", "study_code"]


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Options for one report.

    Attributes
    ----------
    language : str
        Language of the texts, such as ``en``.
    show_names : bool
        Show the name of the recording instead of its study code.
    code : str
        Study code to show; empty for the code made from the video's content.
    start : datetime or None
        Clock time of the first frame, with its time zone; used for labels only, elapsed time remains the key.
    shifted : bool
        True if `start` is not the true date (de-identified).
    pictures : bool
        Show pictures of the video if there are any.
    clips_elsewhere : bool
        Whether there are clips in a folder other than that of this page.
    review : Review
        A person's decisions.
    """

    language: str = "en"
    show_names: bool = False
    code: str = ""
    start: datetime | None = None
    shifted: bool = False
    pictures: bool = True
    clips_elsewhere: bool = False
    review: Review = field(default_factory=Review)

    def name_of(self, result: Result) -> str:
        """Return the name of the recording on the page."""
        if self.show_names:
            return result.recording.id
        return self.code or study_code(result.recording.sha256)

    def clock(self, time_s: float) -> str:
        """Return the date, clock time and UTC offset of a moment; empty if no start is known."""
        if self.start is None:
            return ""
        moment = datetime.fromtimestamp(self.start.timestamp() + time_s, tz=self.start.tzinfo)
        return moment.strftime("%Y-%m-%d %H:%M:%S %z")

    def shift(self, key: str) -> datetime | None:
        """Return `start` moved back by 52 to 520 whole weeks, determined by `key` alone; the clock time stays."""
        if self.start is None:
            return None
        weeks = 52 + int(hashlib.sha256(f"date:{key}".encode()).hexdigest()[:8], 16) % 469
        return self.start - timedelta(weeks=weeks)


def study_code(sha256: str) -> str:
    """Return eight characters made from a video's digest: the same for the same video, and no way back to its name."""
    digest = hashlib.sha256(f"study code:{sha256}".encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"
