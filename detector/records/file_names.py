"""Names of what is in a result folder (docs/decisions/0005)."""

from __future__ import annotations

__all__ = [
    "CANDIDATES", "CLIPS", "CLIP_LIST", "DECISIONS", "DEIDENTIFIED", "EVENTS", "FILES", "ON_REQUEST", "PDF", "REPORT",
    "REVIEWED", "SIDECAR", "SIGNAL", "SUMMARY", "WANTED",
]  # fmt: skip

EVENTS, SIDECAR, SUMMARY = "events.tsv", "events.json", "summary.json"
SIGNAL, CANDIDATES, REPORT = "signal.parquet", "candidates.parquet", "report.html"

FILES = (EVENTS, SIDECAR, SUMMARY, SIGNAL, CANDIDATES, REPORT)
"""What an analysis writes anew; what else is in the folder is kept, or made again when it is asked for."""

DECISIONS, CLIPS, WANTED, REVIEWED = "decisions.tsv", "clips", "report.json", "reviewed"
PDF, DEIDENTIFIED = "report.pdf", "deidentified"

CLIP_LIST = "clips.json"
"""In the folder of clips: which there are."""

ON_REQUEST = (PDF, DEIDENTIFIED)
"""What `sleepjerk report` makes when it is asked to."""
