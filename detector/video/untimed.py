"""Time stamps for the pictures before the first one that has any.

FFmpeg gives none to what comes before zero in a Matroska file, as where a tool cut it without moving its times.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from detector.video.order import REORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    Packets = list[Packet[VideoStream] | None]

__all__ = ["UntimedStart"]

_MOST_BYTES = 64 << 20  # of packets held: a minute of video, or all of a file without any time stamps


class UntimedStart:
    """Guess the time stamps of the pictures at the start of a stream: usual steps before the first one that has any.

    Parameters
    ----------
    step : int
        Usual step between pictures, in ticks.

    Attributes
    ----------
    n_guessed : int
        Number of time stamps guessed.
    """

    def __init__(self, step: int) -> None:
        self.n_guessed = 0
        self._step = step
        self._guessed: deque[int] = deque()

    def passed(self, packets: Iterable[Packet[VideoStream] | None]) -> Iterator[Packet[VideoStream] | None]:
        """Yield packets unchanged; those without time stamps at the start are held until what follows them is known."""
        held: Packets = []
        source, size, since = iter(packets), 0, 0
        for packet in source:
            held.append(packet)
            if packet is None or packet.size == 0:  # the end
                break
            size, since = size + packet.size, 0 if packet.pts is None else since + 1
            if since == len(held) or since == REORDER or size > _MOST_BYTES:
                break
        self._guess([packet.pts for packet in held if packet is not None and packet.size > 0])
        yield from held
        yield from source

    def _guess(self, stamps: list[int | None]) -> None:
        known = [stamp for stamp in stamps if stamp is not None]
        if known:
            self._guessed.extend(min(known) - self._step * left for left in range(len(stamps) - len(known), 0, -1))

    def give_time(self, frame: VideoFrame) -> None:
        """Give the next picture the time stamp guessed for it if it has none."""
        if frame.pts is not None:
            self._guessed.clear()
        elif self._guessed:
            frame.pts = self._guessed.popleft()
            self.n_guessed += 1
