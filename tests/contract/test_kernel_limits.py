"""The kernel's limits are those of the Python modules."""

from __future__ import annotations

import re

from tests.contract.kernel_limits import HEADER, NATIVE, limits_header


def test_kernel_has_the_limits_of_the_modules() -> None:
    assert HEADER.read_text("utf-8") == limits_header(), "run `make docs`, then install again"


def test_every_limit_that_the_kernel_names_is_there() -> None:
    modules = {name.split("_")[0] for name in re.findall(r"#define (\w+)", HEADER.read_text("utf-8"))}
    named = re.compile(rf"\b(?:{'|'.join(sorted(modules - {'SLEEPJERK'}))})_[A-Z0-9_]+\b")
    used = {name for path in NATIVE.glob("*.c") for name in named.findall(path.read_text("utf-8"))}
    assert used <= set(re.findall(r"#define (\w+)", HEADER.read_text("utf-8")))
