"""What a reader wants of the page: language, names, dates, pictures, what was reviewed."""

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
    """Choices for one report.

    Attributes
    ----------
    language : str
        Language of the texts, such as ``en``.
    show_names : bool
        Show the name of the recording instead of its study code.
    code : str
        Study code to show; empty for the one made from the video's content.
    start : datetime or None
        Clock time of the first frame, with its zone; labels only, elapsed time stays the key.
    shifted : bool
        True when `start` is not the true date (de-identified).
    pictures : bool
        Show pictures of the video where there are any.
    clips_elsewhere : bool
        Whether there are clips, in a folder that this page does not lie in.
    review : Review
        What a person has decided.
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
        """Return how the page names the recording."""
        if self.show_names:
            return result.recording.id
        return self.code or study_code(result.recording.sha256)

    def clock(self, time_s: float) -> str:
        """Return the clock time of a moment, empty without a start; the offset is shown where it changes."""
        if self.start is None:
            return ""
        moment = datetime.fromtimestamp(self.start.timestamp() + time_s, tz=self.start.tzinfo)
        return moment.strftime("%Y-%m-%d %H:%M:%S %z")

    def shift(self, key: str) -> datetime | None:
        """Return `start` moved by whole weeks (52 to 520 back) that depend on `key` alone; the clock time stays."""
        if self.start is None:
            return None
        weeks = 52 + int(hashlib.sha256(f"date:{key}".encode()).hexdigest()[:8], 16) % 469
        return self.start - timedelta(weeks=weeks)


def study_code(sha256: str) -> str:
    """Return eight signs made from the digest of a video: the same for the same video, and no way back to its name."""
    digest = hashlib.sha256(f"study code:{sha256}".encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"
