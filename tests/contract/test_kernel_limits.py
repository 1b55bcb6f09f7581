"""The kernel's limits are those of the Python modules."""

from __future__ import annotations

import re

from tests.contract.kernel_limits import HEADER, NATIVE, limits_header


def test_kernel_has_the_limits_of_the_modules() -> None:
    assert HEADER.read_text("utf-8") == limits_header(), "run `make docs`, then install again"


def test_every_limit_that_the_kernel_names_is_there() -> None:
    there = set(re.findall(r"#define (\w+)", HEADER.read_text("utf-8")))
    sources = [*NATIVE.glob("*.c"), *(path for path in NATIVE.glob("*.h") if path != HEADER)]
    kernel = "".join(path.read_text("utf-8") for path in sources)
    own = {name for block in re.findall(r"enum \{(.*?)\}", kernel, re.DOTALL) for name in re.findall(r"\w+", block)}
    modules = {name.split("_")[0] for name in there} - {"SLEEPJERK"}
    named = re.findall(rf"\b(?:{'|'.join(sorted(modules))})_[A-Z0-9_]+\b", kernel)
    assert set(named) - own <= there
