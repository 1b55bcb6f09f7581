"""Settings for all tests."""

from __future__ import annotations

import hypothesis

# On a busy machine an example may take any time; how long code takes is measured in benchmarks/, not here.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
