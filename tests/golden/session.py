"""The session that README.md shows, and the one that the command speaks today."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from detector.resources import samples_folder

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"

_BEFORE, _AFTER = "once it is installed:\n\n```text\n", "\n```\n"


def shown_session(text: str) -> str:
    """Return the session that stands in the text of the README."""
    start = text.index(_BEFORE) + len(_BEFORE)
    return text[start : text.index(_AFTER, start)]


def spoken_session() -> str:
    """Run the demo in a fresh folder and return what it prints, with the paths of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "detector", "demo"],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
    clips = f"{samples_folder()}".rstrip("/\\")
    return done.stdout.replace(clips, "samples").replace("\\", "/").strip()
