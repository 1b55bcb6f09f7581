"""``python -m detector`` is the command ``sleepjerk``."""

from __future__ import annotations

import sys

from detector.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
