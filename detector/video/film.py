"""An opened film: what its first picture tells about all of them, and its facts once it has been read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.records.names import safe_name
from detector.records.recording import Recording
from detector.video.declared import claim_tolerance_s, claimed_s, start_s, step_of, time_base_of, timeline_of
from detector.video.decoding import Decoder
from detector.video.frames import orientation_of_frame
from detector.video.identity import refuse_changed, sha256_of
from detector.video.quality import Observations, flags_for, rate_of
from detector.video.refusals import no_pictures, untimed
from detector.video.unread import rest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.frame import VideoFrame

    from detector.config import VideoSettings
    from detector.records.recording import TimeAccount
    from detector.video.container import OpenedFile
    from detector.video.damage import Ledger
    from detector.video.decoding import Decoded
    from detector.video.frames import Orientation
    from detector.video.timeline import Timeline

__all__ = ["Counts", "Film", "Start", "begin"]


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Properties shared by all pictures of an opened file.

    Attributes
    ----------
    opened : OpenedFile
        The file.
    settings : VideoSettings
        Settings for reading it.
    pixel_format : str
        Pixel format of the first picture.
    stored_size : (int, int)
        Width and height as stored, in pixels.
    orientation : Orientation
        How stored pictures are turned upright.
    first_pts : int or None
        Time stamp of the first picture in ticks of the stream; None if it has none.
    claimed_s : float
        Duration that the file claims, from its first picture on, in seconds; NaN if it claims none.
    step_s : float
        Step between two of the frames that are used, as the file (or the setting ``video.fps``) declares it, in s.
    late_s : float
        Delay of the film's start after the file's, in seconds; NaN if it cannot be told.
    """

    opened: OpenedFile
    settings: VideoSettings
    pixel_format: str
    stored_size: tuple[int, int]
    orientation: Orientation
    first_pts: int | None
    claimed_s: float
    step_s: float
    late_s: float

    @classmethod
    def of(cls, opened: OpenedFile, settings: VideoSettings, first: VideoFrame) -> Film:
        """Return the properties of a film, taken from its first picture.

        Raises
        ------
        RecordingError
            If the picture has no time stamp and the settings give no frame rate (``no_timestamps``).
        """
        if first.pts is None and settings.fps is None:
            raise untimed(opened.path)
        first_s = math.nan if first.pts is None else float(first.pts * time_base_of(opened.stream))
        return cls(
            opened=opened,
            settings=settings,
            pixel_format=first.format.name,
            stored_size=(first.width, first.height),
            orientation=orientation_of_frame(first),
            first_pts=first.pts,
            claimed_s=claimed_s(opened, first_s),
            step_s=step_of(opened, settings, timed=first.pts is not None),
            late_s=first_s - start_s(opened),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture in pixels."""
        width, height = self.stored_size[:: -1 if self.orientation.swaps_sides else 1]
        return width, height

    @property
    def given_fps(self) -> float | None:
        """Frame rate of the settings, if it replaces time stamps."""
        return self.settings.fps if self.first_pts is None else None

    @property
    def tick_s(self) -> float:
        """Duration of one tick of the stream's clock, in seconds."""
        return float(time_base_of(self.opened.stream))

    def timeline(self, *, from_its_middle: bool = False) -> Timeline:
        """Return the clock of the frames: that of the whole film even if reading begins `from_its_middle`."""
        origin = self.first_pts if from_its_middle else None
        return timeline_of(self.opened, self.settings, timed=self.first_pts is not None, origin=origin)

    def account(self, timeline: Timeline, ledger: Ledger) -> TimeAccount:
        """Return the time account of a film that was read to its end."""
        steps = timeline.steps
        step_s = float(np.median(np.frombuffer(steps, np.float64))) if steps else self.step_s
        tolerance_s = claim_tolerance_s(self.opened, step_s)
        return ledger.account(last_step_s=step_s, claimed_s=self.claimed_s, tolerance_s=tolerance_s)

    def recording(self, counts: Counts, timeline: Timeline, ledger: Ledger) -> Recording:
        """Return the facts of a film that was read to its end; reads the file once more for its hash.

        Parameters
        ----------
        counts, timeline, ledger : Counts, Timeline, Ledger
            Results of reading.

        Raises
        ------
        RecordingError
            If the file was changed since it was opened (``changed``).
        """
        opened, time, rate = self.opened, self.account(timeline, ledger), rate_of(timeline.steps, self.tick_s)
        digest = sha256_of(opened.descriptor, opened.path)
        refuse_changed(opened.path, opened.identity)
        width, height = self.size
        return Recording(
            id=safe_name(opened.path.stem),
            path=str(opened.path),
            sha256=digest,
            size_bytes=opened.identity.size_bytes,
            container=opened.container.format.name,
            codec=opened.stream.codec_context.codec.canonical_name,
            pixel_format=self.pixel_format,
            width=width,
            height=height,
            rotation_deg=self.orientation.rotation_deg,
            mirrored=self.orientation.mirrored,
            n_frames=counts.n_frames,
            fps=rate.fps,
            variable_rate=rate.variable,
            start_s=0.0 if self.given_fps is not None else timeline.start_s,
            time=time,
            flags=flags_for(self._observations(counts, timeline), rate, time),
        )

    def _observations(self, counts: Counts, timeline: Timeline) -> Observations:
        return Observations(
            n_frames=counts.n_frames,
            duplicates=timeline.duplicates,
            guesses=timeline.guesses + counts.guesses,
            reordered=timeline.reordered,
            misplaced=timeline.misplaced,
            jumps=timeline.jumps,
            gaps=timeline.gaps,
            interlaced=counts.interlaced,
            copies=counts.copies,
            size_changes=counts.size_changes,
            n_streams=self.opened.n_streams,
            stopped_early=counts.stopped_early,
            given_fps=self.given_fps,
            rotation_deg=self.orientation.rotation_deg,
            mirrored=self.orientation.mirrored,
            late_s=self.late_s,
            bad_share=counts.bad_share,
            rest=rest_of(self.opened, counts.end_byte),
            fast=self.settings.every > 1,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a film, or of a part of it.

    Attributes
    ----------
    n_frames, copies, interlaced : int
        Frames; exact copies of the one before; interlaced frames.
    size_changes : int
        How often the stored size changed.
    guesses : int
        Frames before the first one with a time stamp.
    bad_share : float
        Share of the packets that were corrupt or could not be decoded, 0-1.
    end_byte : int
        End of the last packet read, in bytes from the start of the file; 0 if the format does not tell.
    stopped_early : bool
        Whether reading ended with an error, not at the end of the file.
    """

    n_frames: int = 0
    copies: int = 0
    interlaced: int = 0
    size_changes: int = 0
    guesses: int = 0
    bad_share: float = 0.0
    end_byte: int = 0
    stopped_early: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A decoder and the first picture it gives.

    Attributes
    ----------
    decoder : Decoder
        Decoder of the film.
    first : Decoded
        Its first picture.
    following : iterator of Decoded
        Those after it.
    """

    decoder: Decoder
    first: Decoded
    following: Iterator[Decoded] = field(repr=False)

    @classmethod
    def of(cls, decoder: Decoder) -> Start | None:
        """Decode the first picture from the file's current position; None if there is none."""
        pictures = decoder.pictures()
        first = next(pictures, None)
        return None if first is None else cls(decoder, first, pictures)


def begin(opened: OpenedFile, settings: VideoSettings) -> tuple[Film, Start]:
    """Decode the first picture of an opened file; return the film and its start.

    Raises
    ------
    DecodeError
        If not one picture can be decoded.
    RecordingError
        As `Film.of`.
    """
    decoder = Decoder(opened.container, opened.stream)
    start = Start.of(decoder)
    if start is None:
        raise no_pictures(opened.path, decoder.n_packets)
    return Film.of(opened, settings, start.first.frame), start
