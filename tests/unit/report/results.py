"""Small results for the tests of the page: a night, a clip, nothing at all, a bad night."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.stats import chi2

from detector.config import Settings
from detector.events.profiles import jerk_timing
from detector.events.sites import assign_sites
from detector.records.events import Cluster, Episode, Kind, Movement, Reason
from detector.records.motion import MotionSignal, PictureTrack
from detector.records.recording import QualityFlag, Recording, Severity, Span, TimeAccount
from detector.records.result import Provenance, Rates, Result
from detector.records.timing import Stability

SPOTS = ((0.35, 0.4), (0.62, 0.38), (0.42, 0.75), (0.6, 0.72), (0.5, 0.2), (0.2, 0.6), (0.85, 0.5))


def a_result(
    *, length_s=8.6 * 3600, jerks=214, trains=12, fps=25.0, seed=1, masked=(), missing=(), hidden=(), flags=(),
    recording_id="night-01", size=(1280, 720), settings=None,
) -> Result:  # fmt: skip
    """Return a result with `jerks` jerks, `trains` times eight of them close together."""
    rng = np.random.default_rng(seed)
    free = jerks - 8 * trains
    # Trains come in company: three clusters six seconds apart are one episode.
    starts = [at * length_s + 9.0 * k for at in rng.uniform(0.02, 0.93, (trains + 2) // 3) for k in range(3)][:trains]
    onsets = [start + k * 0.4 + rng.normal(0, 0.04) for start in starts for k in range(8)]
    onsets = np.sort(np.concatenate([onsets, rng.uniform(0.01, 0.98, free) * length_s]))
    blind = (*masked, *missing, *hidden)
    onsets = np.array([t for t in onsets if not any(s.onset_s <= t < s.offset_s for s in blind)])
    movements = [_jerk(i, float(onset), rng) for i, onset in enumerate(onsets, start=1)]
    movements, clusters, episodes = _grouped(movements)
    movements += _others(length_s, rng) if length_s > 60 else []
    time = TimeAccount(length_s, tuple(masked), tuple(missing))
    recording = Recording(
        recording_id, f"/home/someone/private/{recording_id}.mp4", "ab" * 32, 10**9, "mov,mp4", "h264", "yuv420p",
        *size, 0, False, int(length_s * fps), fps, False, 0.0, time, tuple(flags),
    )  # fmt: skip
    settings = settings or Settings()
    run = Provenance(
        "0.1.0",
        "1",
        {"numpy": "2.2.0", "opencv": "5.0.0", "av": "18.1.0"},
        settings.model_dump(),
        settings.fingerprint(),
        "jerk-classifier-0",
        "cd" * 32,
    )
    ordered = tuple(sorted(movements, key=lambda m: m.onset_s))
    signal = a_signal(length_s, fps, onsets, size, rng, (*masked, *missing))
    rates = _rates(len(onsets), time.analysed_s, hidden)
    ordered = assign_sites(ordered, {}, settings.regions, width=size[0], height=size[1])
    steps = [Stability(round(0.1 * k, 1), round(len(onsets) * (1.2 - 0.04 * k))) for k in range(3, 8)]
    timing = jerk_timing(ordered, clusters, time, hidden, steps)
    return Result(recording, signal, ordered, clusters, episodes, tuple(hidden), rates, run, timing)


def _jerk(i, onset, rng) -> Movement:
    spot = SPOTS[int(rng.choice(len(SPOTS), p=[0.3, 0.25, 0.15, 0.1, 0.1, 0.05, 0.05]))]
    x, y = np.clip(np.array(spot) + rng.normal(0, 0.025, 2), 0, 1)
    length = float(np.clip(rng.gamma(8, 0.03), 0.05, 0.95))
    return Movement(
        f"jerk-{i:04d}", Kind.JERK, Reason.NONE, onset, onset + length / 3, onset + length, float(rng.uniform(0.5, 1)),
        float(x), float(y), 0.01, float(rng.gamma(4, 3)), float(rng.gamma(4, 40)), 45.0,
    )  # fmt: skip


def _grouped(jerks):
    """Group as the definitions say, so that pictures look like real ones."""
    runs, chains = _runs(jerks, 2.0), _runs(jerks, 10.0)
    clusters, episodes, names = [], [], {}
    for run in (run for run in runs if len(run) >= 3):
        gaps = np.diff([j.onset_s for j in run])
        ids = tuple(j.id for j in run)
        clusters.append(Cluster(f"cluster-{len(clusters) + 1:03d}", run[0].onset_s, run[-1].offset_s, ids,
                                float(1 / gaps.mean()), float(gaps.std() / gaps.mean())))  # fmt: skip
        names |= dict.fromkeys(ids, clusters[-1].id)
    grown = []
    for chain in chains:
        ids = tuple(j.id for j in chain)
        inside = [c for c in clusters if c.jerks[0] in ids]
        if inside:
            name = f"episode-{len(episodes) + 1:03d}"
            episodes.append(Episode(name, chain[0].onset_s, chain[-1].offset_s, tuple(c.id for c in inside), ids))
            grown += [replace(c, episode=name) for c in inside]
    where = {i: e.id for e in episodes for i in e.jerks}
    out = [replace(j, cluster=names.get(j.id, "n/a"), episode=where.get(j.id, "n/a")) for j in jerks]
    return out, tuple(grown), tuple(episodes)


def _runs(jerks, gap):
    runs = []
    for jerk in jerks:
        if runs and jerk.onset_s - runs[-1][-1].onset_s <= gap:
            runs[-1].append(jerk)
        else:
            runs.append([jerk])
    return runs


def _others(length_s, rng):
    reasons = [Reason.LIGHT] * 9 + [Reason.BREATHING] * 31 + [Reason.NOISE] * 14 + [Reason.TOO_WEAK] * 22
    plan = [(Kind.REJECTED, r, 0.3) for r in reasons] + [(Kind.GROSS, Reason.GROSS, 12.0)] * 25
    plan += [(Kind.SLOW, Reason.SLOW, 1.2)] * 18 + [(Kind.HANDLING, Reason.HANDLING, 40.0)] * 3
    out = []
    for i, (kind, reason, length) in enumerate(plan, start=1):
        at = float(rng.uniform(0, 0.95) * length_s)
        out.append(Movement(f"{kind}-{i:04d}", kind, reason, at, at + length / 2, at + length, 0.1, 0.5, 0.5, 0.2,
                            float("nan"), float("nan"), 0.0))  # fmt: skip
    return out


def a_signal(length_s, fps, onsets, size, rng, blind) -> MotionSignal:
    n = int(length_s * min(fps, 2.0 if length_s > 3600 else fps))
    times = np.arange(n) * (length_s / max(n, 1))
    activity = np.clip(rng.exponential(0.0015, n), 0, 1)
    for onset in onsets:
        activity[np.searchsorted(times, onset, side="right") - 1] += 0.02 + rng.exponential(0.01)
    for at in rng.uniform(0, length_s, 30 if length_s > 3600 else 0):
        activity[(times >= at) & (times < at + 12)] += 0.25
    judged = ~np.any([(times >= s.onset_s) & (times < s.offset_s) for s in blind] or [times < 0], axis=0)
    flat = np.zeros(n)
    return MotionSignal(*size, PictureTrack(times, activity, flat, flat, flat + 90, flat, flat, flat, judged), ())


def _rates(jerks, analysed_s, hidden) -> Rates:
    hours = analysed_s / 3600
    quiet = max(0.0, hours - sum(s.duration_s for s in hidden) / 3600)
    if hours <= 0:
        return Rates(0.0, 0.0, *(math.nan,) * 4)
    low = chi2.ppf(0.025, 2 * jerks) / 2 if jerks else 0.0
    high = chi2.ppf(0.975, 2 * jerks + 2) / 2
    return Rates(
        hours, quiet, jerks / hours, float(low / hours), float(high / hours), jerks / quiet if quiet else math.nan
    )


def night() -> Result:
    """Return an ordinary night of 8.6 h with 214 jerks."""
    masked = (Span(3600, 4500, "dark"), Span(20000, 20030, "camera"))
    slow = "The video has 25 frames a second; short jerks may be lost."
    flags = (QualityFlag("fps_low", Severity.WARNING, slow, 25.0),
             QualityFlag("vfr", Severity.INFO, "The frame rate varies between 24.1 and 25.0 Hz.", 24.1))  # fmt: skip
    return a_result(
        jerks=254,
        masked=masked,
        missing=(Span(25000, 26600, "gap"),),
        hidden=(Span(9000, 9060, "gross"), Span(15000, 15400, "handling")),
        flags=flags,
    )


def clip() -> Result:
    """Return a clip of 20 s with five jerks in one cluster."""
    return a_result(length_s=20.0, jerks=5, trains=0, fps=30.0, seed=4, recording_id="clip", size=(640, 360))


def nothing() -> Result:
    """Return a night without a jerk."""
    return a_result(jerks=0, trains=0, recording_id="still")


def busy() -> Result:
    """Return ten hours with 2,000 jerks."""
    return a_result(length_s=36000.0, jerks=2000, trains=120, seed=3, recording_id="busy")


def bad() -> Result:
    """Return a night that is mostly masked, in many pieces, with a severe flag."""
    masked = [Span(t, t + 40.0, "dark") for t in np.arange(0, 20000, 60.0)]
    flags = (QualityFlag("dark", Severity.SEVERE, "The picture is dark for 4.1 h.", 14760.0),)
    return a_result(
        jerks=254, masked=masked, missing=(Span(21000, 30000, "truncated"),), flags=flags, recording_id="bad"
    )


def hostile() -> Result:
    """Return a clip whose every text is an attack."""
    attack = "<script>alert(1)</script>"
    message = "</style><svg onload=alert(3)> {{ 7*7 }}"
    flags = (QualityFlag('"><img src=x onerror=alert(2)>', Severity.SEVERE, message, math.nan),)
    result = a_result(
        length_s=20.0, jerks=5, trains=0, flags=flags, recording_id=attack, masked=(Span(1, 2, "</title><b>x"),)
    )
    first = replace(result.movements[0], site="$\\frac{</text><script>", side="left & right")
    run = replace(result.provenance, libraries={"<i>lib</i>": "<u>1</u>"}, version="<b>1</b>")
    recording = replace(result.recording, codec="<em>h264</em>", sha256="<hr>")
    return replace(result, movements=(first, *result.movements[1:]), provenance=run, recording=recording)


def undefined() -> Result:
    """Return a recording in which no number is defined."""
    nan = math.nan
    result = a_result(length_s=30.0, jerks=4, trains=0, recording_id="undefined")
    blank = {"x": nan, "y": nan, "amplitude_px": nan, "peak_speed_px_s": nan, "confidence": nan, "area": nan}
    recording = replace(result.recording, fps=nan, time=TimeAccount(30.0, (Span(0, 30, "damaged"),)))
    movements = tuple(replace(m, **blank) for m in result.movements)
    return replace(result, movements=movements, recording=recording, rates=Rates(0.0, 0.0, nan, nan, nan, nan))


CASES = {case.__name__: case for case in (night, clip, nothing, busy, bad, hostile, undefined)}
