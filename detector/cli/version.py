"""``sleepjerk version``: which version of what."""

from __future__ import annotations

import platform
from typing import Annotated

import typer

import detector
from detector.cli.console import ExitCode
from detector.records.version import installed_version

__all__ = ["LIBRARIES", "installed_version", "version_command", "version_line"]

LIBRARIES = ("av", "duckdb", "jinja2", "matplotlib", "numpy", "opencv-python", "pydantic", "rich", "scipy", "typer")


def version_command(
    *,
    long: Annotated[
        bool,
        typer.Option(
            "--all", help="Also print the versions of Python and of every library used, and the state of the kernel."
        ),
    ] = False,
) -> int:
    """Print the version."""
    print(version_line())
    if long:
        print(f"python {platform.python_version()} on {platform.platform()}")
        for name in LIBRARIES:
            print(f"{name} {installed_version(name, 'not installed')}")
        from detector.native.library import kernel_state  # noqa: PLC0415  (loads numpy)

        print(f"kernel {kernel_state()}")
    return ExitCode.DONE


def version_line() -> str:
    """Return distribution, version and import package: ``sleepjerk 0.1.0 (import package: detector)``."""
    return f"sleepjerk {detector.__version__} (import package: detector)"
