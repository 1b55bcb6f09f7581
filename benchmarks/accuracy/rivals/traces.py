"""One value a frame, as simple programs take it from a video: what the small rivals decide on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Trace = npt.NDArray[np.float64]

CHANGED_GREY = 15  # a pixel has changed when it differs by more than this, as is usual in such scripts
FLOW_WIDTH, FLOW_STEP_S = 320, 0.079  # Cuppens 2010: 320 x 240 at 12.5 Hz
BIN = 4  # Facemap's default spatial bin


@dataclass(frozen=True, eq=False)
class Traces:
    """All of shape (n,), a value a frame; `flow` has its own, slower clock."""

    time_s: Trace
    changed: Trace
    energy: Trace
    flow_time_s: Trace
    flow: Trace


def traces_of(video: Path, cache: Path) -> Traces:
    """Return the traces of a video; they are kept in `cache`, and made anew when the video is newer."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{video.stem}.npz"
    if not kept.exists() or kept.stat().st_mtime < video.stat().st_mtime:
        made = _measure(video)
        with kept.open("wb") as file:
            np.savez(file, **{field.name: getattr(made, field.name) for field in fields(Traces)})
    with np.load(kept) as stored:
        return Traces(**{field.name: stored[field.name] for field in fields(Traces)})


def _measure(video: Path) -> Traces:
    time_s: list[float] = []
    changed, energy, flow_time_s, flow = [0.0], [0.0], [], []
    previous = small = seen = None
    with av.open(str(video)) as file:
        for frame in file.decode(video=0):
            now_s = float(frame.time or 0.0)
            picture = cv2.GaussianBlur(frame.to_ndarray(format="gray"), (5, 5), 0)
            binned = cv2.resize(picture, None, fx=1 / BIN, fy=1 / BIN, interpolation=cv2.INTER_AREA)
            if previous is not None:
                changed.append(float((cv2.absdiff(picture, previous) > CHANGED_GREY).mean()))
                energy.append(float(cv2.absdiff(binned, small).mean()))
            if not flow_time_s or now_s - flow_time_s[-1] >= FLOW_STEP_S:
                height = round(FLOW_WIDTH * picture.shape[0] / picture.shape[1])
                look = cv2.resize(picture, (FLOW_WIDTH, height), interpolation=cv2.INTER_AREA)
                flow.append(0.0 if seen is None else _mean_flow(seen, look))
                flow_time_s.append(now_s)
                seen = look
            previous, small = picture, binned
            time_s.append(now_s)
    start_s = time_s[0]
    return Traces(
        np.array(time_s) - start_s, np.array(changed), np.array(energy), np.array(flow_time_s) - start_s, np.array(flow)
    )


def _mean_flow(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> float:
    flow = cv2.calcOpticalFlowFarneback(before, after, None, 0.5, 2, 15, 2, 5, 1.1, 0)  # type: ignore[call-overload]
    return float(np.hypot(flow[..., 0], flow[..., 1]).mean())
