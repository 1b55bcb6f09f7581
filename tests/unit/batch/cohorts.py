"""Receipts of a plausible study: subjects whose jerks fade with age, and some inputs that failed."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.batch.reasons import LEFT_OUT
from detector.batch.receipts import FileStamp, MadeBy, Receipt, Status, short_summary
from detector.batch.sources import source_of
from tests.factories import make_result

if TYPE_CHECKING:
    from pathlib import Path

MADE = MadeBy("0.1.0", "1", "0123456789abcdef")


def receipt_of(
    path: str = "/videos/night.mp4",
    *,
    n_jerks: int = 24,
    hours: float = 1.0,
    age_weeks: float | None = None,
    subject: str = "",
    session: str = "",
    seed: int = 1,
) -> Receipt:
    source = source_of(path, subject=subject, session=session, age_weeks=age_weeks)
    result = make_result(n_jerks, hours, seed=seed, name=source.id, fps=2.0)
    return Receipt(
        source, FileStamp(1000, 1), MADE, Status.DONE, sha256="ab" * 32, files={"events.tsv": "cd" * 32},
        summary=short_summary(result.summary()),
    )  # fmt: skip


def certified(receipt: Receipt, study: Path) -> Receipt:
    """Let a receipt name the events that lie in its result folder."""
    events = study / "recordings" / receipt.source.id / "events.tsv"
    return replace(receipt, files={"events.tsv": hashlib.sha256(events.read_bytes()).hexdigest()})


def failed(path: str, reason: str = "not_video", *, subject: str = "") -> Receipt:
    status = Status.SKIPPED if reason in LEFT_OUT else Status.FAILED
    return Receipt(source_of(path, subject=subject), FileStamp(10, 1), MADE, status, reason, "it is no video. Play it")


def fading_study(n_subjects: int = 5, n_sessions: int = 4, *, seed: int = 1) -> list[Receipt]:
    """Return receipts by id: rates that halve every few weeks; the last subject's do not fade."""
    rng = np.random.default_rng(seed)
    made = []
    for subject in range(n_subjects):
        for session in range(n_sessions):
            age = 1.5 + 8.0 * session + float(rng.uniform(0, 3))
            keeps = subject == n_subjects - 1
            rate = 120 * math.exp(-age / (1e9 if keeps else 7)) * float(rng.uniform(0.6, 1.4))
            made.append(
                receipt_of(
                    f"/videos/{subject}/{session}.mp4",
                    n_jerks=int(rate),
                    hours=float(rng.uniform(0.5, 2)),
                    age_weeks=round(age, 2),
                    subject=f"{subject + 1:02d}",
                    session=str(session + 1),
                    seed=seed + subject * 10 + session,
                )
            )
    made += [failed("/videos/x.mp4"), failed("/videos/y.mp4", "truncated_index"), failed("/videos/z.mp4", "duplicate")]
    return sorted(made, key=lambda receipt: receipt.source.id)
