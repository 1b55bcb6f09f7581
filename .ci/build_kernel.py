"""Compiles ``detector/native`` while the package is built, if there is a C compiler; without one it goes on.

Runs inside ``pip install`` (pyproject.toml, ``tool.hatch.build.hooks.custom``). The library needs no Python headers: it
is loaded with ctypes. ``CC`` and ``CFLAGS`` are heeded.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("detector/native")
NAME = {"win32": "_kernel.dll", "darwin": "_kernel.dylib"}.get(sys.platform, "_kernel.so")
# no fused multiply-add and no reordered sums: the same bits on every machine
FLAGS = (
    *("-std=gnu11", "-O3", "-shared", "-fPIC", "-fvisibility=hidden"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
)

MATHS = () if os.name == "nt" else ("-lm",)


class KernelHook(BuildHookInterface):
    """Adds the library to the wheel, or to the checkout of an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        del version
        folder = Path(self.root) / FOLDER
        if self.target_name != "wheel":
            return
        if not self._compile(folder):
            (folder / NAME).unlink(missing_ok=True)  # of an earlier state of the sources
            return
        build_data["artifacts"].append((FOLDER / NAME).as_posix())
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"

    def _compile(self, folder: Path) -> bool:
        known = [os.environ["CC"]] if os.environ.get("CC") else ["cc", "gcc", "clang"]
        compiler = next((words for words in map(shlex.split, known) if shutil.which(words[0])), None)
        if compiler is None:
            self.app.display_warning("no C compiler found: sleepjerk works without its kernel, only slower")
            return False
        sources = sorted(str(path) for path in folder.glob("*.c"))
        part = folder / f"{NAME}.part"
        words = [*compiler, *FLAGS, *shlex.split(os.environ.get("CFLAGS", "")), *sources, "-o", str(part)]
        done = subprocess.run([*words, *MATHS], capture_output=True, text=True, check=False)
        if done.returncode:
            part.unlink(missing_ok=True)
            self.app.display_warning(f"the kernel was not built, sleepjerk works without it: {done.stderr.strip()}")
            return False
        part.replace(folder / NAME)
        return True
