"""Plausible results for tests: one seeded night with trains of jerks, zones, masked time and flags."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np

from detector.config import Settings
from detector.records.events import Cluster, Episode, Kind, Movement, Reason
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from detector.records.recording import QualityFlag, Recording, Severity, Span, TimeAccount
from detector.records.result import Provenance, Rates, Result

TRAIN = 6  # jerks in a cluster
SITES = ("left arm", "right leg", "n/a")


def make_result(
    n_jerks: int = 24, hours: float = 1.0, *, seed: int = 1, name: str = "night-01", fps: float = 10.0
) -> Result:
    """Return a night of `hours` with `n_jerks` jerks: trains of six where they fit, the rest isolated."""
    rng = np.random.default_rng(seed)
    claimed_s = hours * 3600.0
    recording = make_recording(claimed_s, name=name, fps=fps)
    jerks, clusters, episodes = _jerks(rng, n_jerks, claimed_s)
    others = _others(rng, claimed_s)
    movements = tuple(sorted((*jerks, *others), key=lambda movement: movement.onset_s))
    signal = make_signal(rng, claimed_s, fps, [jerk.onset_s for jerk in jerks])
    blind = (Span(claimed_s * 0.7, claimed_s * 0.7 + min(20.0, claimed_s * 0.01), "gross"),)
    analysed_h = recording.time.analysed_s / 3600.0
    quiet_h = max(0.0, analysed_h - blind[0].duration_s / 3600.0)
    rates = Rates(
        analysed_h=analysed_h,
        quiet_h=quiet_h,
        per_analysed_h=n_jerks / analysed_h if analysed_h else math.nan,
        per_analysed_h_low=max(0.0, n_jerks - 2 * math.sqrt(n_jerks)) / analysed_h if analysed_h else math.nan,
        per_analysed_h_high=(n_jerks + 2 * math.sqrt(n_jerks) + 3.7) / analysed_h if analysed_h else math.nan,
        per_quiet_h=n_jerks / quiet_h if quiet_h else math.nan,
    )
    return Result(recording, signal, movements, clusters, episodes, blind, rates, make_provenance())


def make_provenance(settings: Settings | None = None) -> Provenance:
    settings = settings or Settings()
    return Provenance(
        version="0.1.0",
        algorithm="1",
        libraries=MappingProxyType({"numpy": "2.4.6", "av": "18.1.0", "opencv": "5.0.0"}),
        settings=MappingProxyType(settings.model_dump()),
        settings_fingerprint=settings.fingerprint(),
    )


def make_recording(claimed_s: float = 3600.0, *, name: str = "night-01", fps: float = 10.0) -> Recording:
    return Recording(
        id=name,
        path=f"/home/someone/Videos of Anna/{name}.mp4",
        sha256="ab" * 32,
        size_bytes=123_456_789,
        container="mov,mp4,m4a,3gp,3g2,mj2",
        codec="h264",
        pixel_format="yuv420p",
        width=640,
        height=360,
        rotation_deg=0,
        mirrored=False,
        n_frames=int(claimed_s * fps),
        fps=fps,
        variable_rate=False,
        start_s=1.466,
        time=TimeAccount(
            claimed_s,
            masked=(
                Span(claimed_s * 0.4, claimed_s * 0.4 + claimed_s * 0.005, "camera"),
                Span(claimed_s * 0.5, claimed_s * 0.5 + claimed_s * 0.002, "dark"),
            ),
            missing=(Span(claimed_s * 0.6, claimed_s * 0.61, "gap"),),
        ),
        flags=(
            QualityFlag(
                "fps_low", Severity.WARNING, f"{fps:g} frames per second: the shortest jerks may be lost.", fps
            ),
            QualityFlag("no_claim", Severity.INFO, "The file claims no duration."),
        ),
    )


def make_signal(rng: np.random.Generator, claimed_s: float, fps: float, onsets_s: list[float]) -> MotionSignal:
    """Return a signal with one zone around each stretch of onsets that lie within 5 s."""
    n = int(claimed_s * fps)
    noise = rng.random((7, n), dtype=np.float32)
    picture = PictureTrack(np.arange(n) / fps, *noise, rng.random(n) > 0.01)
    zones: list[ZoneTrack] = []
    starts = [onset for onset, before in zip(onsets_s, [-math.inf, *onsets_s], strict=False) if onset - before > 5.0]
    for number, start in enumerate(starts, 1):
        times = picture.time_s[(picture.time_s >= start - 1.0) & (picture.time_s < start + 4.0)]
        columns = rng.normal(size=(6, len(times))).astype(np.float32)
        constants = rng.random(9).tolist()
        zones.append(ZoneTrack(number, *constants, times, *columns))
    return MotionSignal(640, 360, picture, tuple(zones))


def make_movement(number: int, onset_s: float, **changes: object) -> Movement:
    values: dict[str, object] = {
        "id": f"jerk-{number:04d}",
        "kind": Kind.JERK,
        "reason": Reason.NONE,
        "onset_s": onset_s,
        "peak_s": onset_s + 0.08,
        "offset_s": onset_s + 0.25,
        "confidence": 0.9,
        "x": 0.41,
        "y": 0.62,
        "area": 0.02,
        "amplitude_px": 7.5,
        "peak_speed_px_s": 120.0,
        "direction_deg": 35.0,
    }
    return Movement(**(values | changes))  # type: ignore[arg-type]


def _jerks(
    rng: np.random.Generator, n: int, claimed_s: float
) -> tuple[tuple[Movement, ...], tuple[Cluster, ...], tuple[Episode, ...]]:
    n_trains = n // TRAIN
    starts = claimed_s * (np.arange(n_trains) + 0.5) / max(1, n_trains) * 0.35
    loose = claimed_s * (0.75 + 0.2 * (np.arange(n - n_trains * TRAIN) + 1) / TRAIN)
    jerks: list[Movement] = []
    clusters: list[Cluster] = []
    episodes: list[Episode] = []
    for number, start in enumerate(starts, 1):
        onsets = start + 0.6 * np.arange(TRAIN) + rng.normal(0, 0.03, TRAIN)
        names = tuple(f"jerk-{len(jerks) + place:04d}" for place in range(1, TRAIN + 1))
        cluster, episode = f"cluster-{number:03d}", f"episode-{number:03d}"
        for name, onset in zip(names, onsets.tolist(), strict=True):
            jerks.append(
                make_movement(
                    0, onset, id=name, cluster=cluster, episode=episode, site=SITES[number % 3],
                    amplitude_px=float(rng.uniform(2, 15)), confidence=float(rng.uniform(0.5, 1.0)), zones=(number,),
                )
            )  # fmt: skip
        gaps = np.diff(onsets)
        first, last = float(onsets[0]), float(onsets[-1])
        rate_hz, cv = (TRAIN - 1) / (last - first), float(gaps.std() / gaps.mean())
        clusters.append(Cluster(cluster, first, last + 0.25, names, rate_hz, cv, episode))
        episodes.append(Episode(episode, first, last + 0.25, (cluster,), names))
    jerks += [make_movement(len(jerks) + place, onset) for place, onset in enumerate(loose.tolist(), 1)]
    return tuple(jerks), tuple(clusters), tuple(episodes)


def _others(rng: np.random.Generator, claimed_s: float) -> tuple[Movement, ...]:
    reasons = (Reason.LIGHT, Reason.NOISE, Reason.BREATHING)
    rejected = [
        make_movement(
            0, float(rng.uniform(0, claimed_s * 0.98)), id=f"rejected-{number:04d}", kind=Kind.REJECTED, reason=reason,
            confidence=0.1, amplitude_px=math.nan, direction_deg=math.nan,
        )
        for number, reason in enumerate(reasons * 2, 1)
    ]  # fmt: skip
    onset_s, length_s = claimed_s * 0.7, min(20.0, claimed_s * 0.01)
    gross = make_movement(
        0,
        onset_s,
        id="gross-0001",
        kind=Kind.GROSS,
        reason=Reason.GROSS,
        offset_s=onset_s + length_s,
    )
    return (*rejected, gross)
