"""Names of the files and folders in a result folder (docs/decisions/0005)."""

from __future__ import annotations

__all__ = [
    "CANDIDATES", "CLIPS", "CLIP_LIST", "DECISIONS", "DEIDENTIFIED", "EVENTS", "FILES", "ON_REQUEST", "PDF", "REPORT",
    "REVIEWED", "SIDECAR", "SIGNAL", "SUMMARY", "WANTED",
]  # fmt: skip

EVENTS, SIDECAR, SUMMARY = "events.tsv", "events.json", "summary.json"
SIGNAL, CANDIDATES, REPORT = "signal.parquet", "candidates.parquet", "report.html"

FILES = (EVENTS, SIDECAR, SUMMARY, SIGNAL, CANDIDATES, REPORT)
"""Files that an analysis rewrites; everything else in the folder is kept, or made again on request."""

DECISIONS, CLIPS, WANTED, REVIEWED = "decisions.tsv", "clips", "report.json", "reviewed"
PDF, DEIDENTIFIED = "report.pdf", "deidentified"

CLIP_LIST = "clips.json"
"""The list of clips, inside the folder of clips."""

ON_REQUEST = (PDF, DEIDENTIFIED)
"""What `sleepjerk report` makes only on request."""
