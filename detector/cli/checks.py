"""What a machine can lack: each check looks at one thing and says how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from detector.cli.version import LIBRARIES
from detector.records.version import installed_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Check", "run_checks"]

MODULES = {"opencv-python": "cv2"}
"""Distributions whose import name differs."""

MIN_PYTHON = (3, 11)
LEAST_FREE_MB = 500
"""A night's results with clips take some tens of megabytes; below this, one batch fills the disk."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check.

    Attributes
    ----------
    name : str
        What was looked at.
    state : str
        ``ok``, ``info`` (good to know), ``warn`` (works, but not all of it) or ``fail`` (analysis cannot work).
    found : str
        What was found.
    fix : str
        What to do; empty when all is well.
    """

    name: str
    state: str
    found: str
    fix: str = ""


def run_checks(out: Path) -> Iterator[Check]:
    """Check the machine, and `out` as the place of the results, one thing after the other."""
    yield _python()
    yield Check("cores", "info", f"{os.cpu_count() or 1} on {platform.platform()}")
    for name in LIBRARIES:
        yield _library(name)
    yield _one_opencv()
    yield _kernel()
    for codec, mode, state, loss in (
        ("h264", "r", "fail", "phone and camera videos cannot be read"),
        ("hevc", "r", "warn", "H.265 videos cannot be read"),
        ("libx264", "w", "warn", "clips of the jerks cannot be written"),
    ):
        yield _codec(codec, mode, state, loss)
    yield _place("results folder", out)
    yield _place("temporary folder", None)
    yield _browser()


def _python() -> Check:
    found = platform.python_version()
    if sys.version_info >= MIN_PYTHON:
        return Check("python", "ok", found)
    return Check("python", "fail", found, "install Python 3.11 or newer")


def _library(name: str) -> Check:
    found = installed_version(name, "") or installed_version(f"{name}-headless", "")
    try:
        import_module(MODULES.get(name, name))
    except ImportError as error:
        return Check(name, "fail", f"{found or 'not installed'}: {error}", _import_fix(name, str(error)))
    return Check(name, "ok", found or "version unknown")


def _kernel() -> Check:
    try:
        from detector.native.library import kernel_state  # noqa: PLC0415  (loads numpy)
    except ImportError:
        return Check("kernel", "info", "not checked: numpy cannot be imported")
    state = kernel_state()
    if state == "compiled":
        return Check("kernel", "ok", state)
    return Check("kernel", "info", state, "everything works without it, but several times slower for small videos")


def _import_fix(name: str, message: str) -> str:
    """Return how to make a library importable; opencv-python needs two system libraries that slim Linux images lack."""
    if ".so" in message and sys.platform == "linux":
        headless = "pip uninstall opencv-python && pip install opencv-python-headless"
        system = "apt-get install libgl1 libglib2.0-0 (Fedora: dnf install mesa-libGL glib2)"
        return f"{system}, or without a screen: {headless}" if name == "opencv-python" else f"{message}"
    return f"pip install --force-reinstall {name}"


def _one_opencv() -> Check:
    """Two OpenCV distributions own the same folder and break each other."""
    names = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")
    found = [name for name in names if installed_version(name, "")]
    if len(found) > 1:
        return Check("one opencv", "warn", " and ".join(found), f"pip uninstall {' '.join(found[1:])}, then reinstall")
    return Check("one opencv", "ok", found[0] if found else "none")


def _codec(codec: str, mode: str, state: str, loss: str) -> Check:
    name = f"{codec} {'decoder' if mode == 'r' else 'encoder'}"
    try:
        import_module("av").codec.Codec(codec, mode)
    except (ImportError, ValueError) as error:  # PyAV's "unknown codec" is a ValueError
        return Check(name, state, f"missing ({error}): {loss}", "pip install --force-reinstall av (the wheel has it)")
    return Check(name, "ok", "available")


def _place(name: str, place: Path | None) -> Check:
    """Write a small file into `place` (or its nearest parent that exists) and look at the free space."""
    try:
        folder = _nearest(place) if place else tempfile.gettempdir()
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"sleepjerk")
        free_mb = shutil.disk_usage(folder).free // 2**20
    except OSError as error:
        return Check(name, "fail", str(error), "use --out to choose a place you may write to, or set TMPDIR")
    found = f"{folder}: writable, {free_mb / 1024:.1f} GB free"
    if free_mb < LEAST_FREE_MB:
        return Check(name, "warn", found, "free some space")
    return Check(name, "ok", found)


def _nearest(place: Path) -> Path:
    path = place.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _browser() -> Check:
    for name in BROWSERS:
        if where := shutil.which(name):
            return Check("browser", "ok", where)
    return Check("browser", "info", "no Chromium found", "only the project's browser tests need one")
