"""The limits of the kernel, made from those of the Python modules; run as a module, it writes them (``make docs``)."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

from tests.contract.generated_docs import ROOT, constants

if TYPE_CHECKING:
    from collections.abc import Iterator

NATIVE = ROOT / "detector" / "native"
HEADER = NATIVE / "limits.h"

_TOP = """\
/* Limits that Python code and kernel share. Made by `make docs` from the modules named; do not edit. */
#ifndef SLEEPJERK_LIMITS_H
#define SLEEPJERK_LIMITS_H

"""


def limits_header() -> str:
    """Return the text of detector/native/limits.h: every limit of motion and events that the kernel names."""
    kernel = "".join(path.read_text("utf-8") for path in sorted(NATIVE.glob("*.c")))
    lines = [f"#define {name} {value!r} /* {where} */" for name, value, where in _limits() if _names(kernel, name)]
    return _TOP + "\n".join(lines) + "\n\n#endif\n"


def _limits() -> Iterator[tuple[str, float, str]]:
    """Yield name, value and place of each limit; the numbers of a pair have names that end in 0 and 1."""
    for place in constants():
        folder, module, names = place.split(".", 2)
        values = importlib.import_module(f"detector.{folder}.{module}")
        for name in names.split(", "):
            value = getattr(values, name)
            macro = f"{module}_{name.lstrip('_')}".upper()
            if isinstance(value, tuple):
                yield from ((f"{macro}_{i}", part, f"{folder}.{module}.{name}") for i, part in enumerate(value))
            else:
                yield macro, value, f"{folder}.{module}.{name}"


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None


if __name__ == "__main__":
    HEADER.write_text(limits_header(), "utf-8")
