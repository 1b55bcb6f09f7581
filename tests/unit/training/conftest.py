"""Scripts of a folder find each other by name, as when one of them is run."""

from __future__ import annotations

import sys
from pathlib import Path

import benchmarks

sys.path.append(str(Path(benchmarks.__path__[0]) / "training"))
