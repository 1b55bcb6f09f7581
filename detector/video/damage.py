"""Damage: which pictures cannot be trusted, and how the time of a recording is accounted for.

A decoder hides damage: it repeats or invents parts of pictures, and what it invents depends on its threads. The first
correct picture then looks like a jerk (measured: 90 to 140 % of a true jerk's area). So everything from the first sign
of damage to the next intact key frame is masked, and the rest does not depend on the number of threads. In streams
whose pictures are refreshed bit by bit, the start of the second refresh after the damage counts as a key frame.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detector.records.recording import Span, TimeAccount

if TYPE_CHECKING:
    from detector.video.timeline import Moment

__all__ = ["DamageMask", "Ledger"]


SETTLE_FRAMES = 8
"""Pictures after damage in which even a key frame does not end the mask.

A decoder thread that met damage was seen (FFmpeg 8.1.2, H.264) to silently spoil the next picture it gets as well; with
4 threads that is 4 pictures later, a few more with B-frames.
"""


class DamageMask:
    """Tell for each picture in turn whether it is clean.

    Parameters
    ----------
    after_key : bool
        Whether an intact key frame came before the first picture. If not, the mask is on until one comes: a stream may
        start between key frames.
    """

    def __init__(self, *, after_key: bool = False) -> None:
        self._masked = not after_key
        self._settling = 0
        self._refreshed_in: int | None = None  # pictures; None if no refresh began since the damage

    def step(self, *, key: bool, hurt: bool, anew: bool = False, refresh: int = 0) -> bool:
        """Take the next picture in display order.

        Parameters
        ----------
        key : bool
            Whether it was coded without reference to others.
        hurt : bool
            Whether it is marked corrupt, or something went wrong between the picture before and this one.
        anew : bool
            Whether the decoder was restarted with it, so that earlier faults cannot show.
        refresh : int
            Pictures that a gradual refresh takes which begins with it; 0 if none does.

        Returns
        -------
        bool
            True when the picture is clean.
        """
        if hurt:
            self._masked, self._settling, self._refreshed_in = True, SETTLE_FRAMES, None
        elif anew:
            self._masked, self._settling = False, 0
        elif self._settling:
            self._settling -= 1
        elif key or (refresh and self._refreshed_in is not None and self._refreshed_in <= 0):
            self._masked = False
        elif self._refreshed_in is not None:
            self._refreshed_in -= 1
        elif refresh:
            self._refreshed_in = refresh - 1
        return not self._masked


class Ledger:
    """Keep account of time: each frame lasts until the next one, unless a gap comes first.

    Attributes
    ----------
    last_s : float
        Time of the newest frame in seconds; NaN before the first.
    """

    def __init__(self) -> None:
        self.last_s = math.nan
        self._masked: list[Span] = []
        self._gaps: list[Span] = []
        self._masked_from_s = math.nan

    @classmethod
    def of(cls, gaps: list[Span], last_s: float) -> Ledger:
        """Return the ledger of a recording without damage, as it stands after the last frame."""
        ledger = cls()
        ledger._gaps, ledger.last_s = list(gaps), last_s
        return ledger

    def add(self, moment: Moment, *, clean: bool) -> None:
        """Enter the next frame."""
        if moment.gap:
            self._close(moment.gap_from_s)
            self._gaps.append(Span(moment.gap_from_s, moment.time_s, "gap"))
        if clean:
            self._close(moment.time_s)
        elif math.isnan(self._masked_from_s):
            self._masked_from_s = moment.time_s
        self.last_s = moment.time_s

    def account(self, *, last_step_s: float, claimed_s: float, tolerance_s: float) -> TimeAccount:
        """Close the books after the last frame.

        Parameters
        ----------
        last_step_s : float
            Assumed duration of the last frame, in seconds.
        claimed_s : float
            Duration that the file claims, from the first frame on; NaN if it claims none.
        tolerance_s : float
            A claim that exceeds the frames by no more than this is attributed to rounding.

        Returns
        -------
        TimeAccount
            Account whose missing spans have the reasons ``gap`` and ``truncated``, and its masked spans ``damaged``.
        """
        end_s = self.last_s + last_step_s
        self._close(end_s)
        missing = list(self._gaps)
        if claimed_s > end_s + tolerance_s:
            missing.append(Span(end_s, claimed_s, "truncated"))
            end_s = claimed_s
        return TimeAccount(claimed_s=end_s, masked=tuple(self._masked), missing=tuple(missing))

    def _close(self, end_s: float) -> None:
        if not math.isnan(self._masked_from_s):
            self._masked.append(Span(self._masked_from_s, end_s, "damaged"))
            self._masked_from_s = math.nan
