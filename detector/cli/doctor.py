"""``sleepjerk doctor``: what this machine lacks, and the fix."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.checks import run_checks
from detector.cli.console import ExitCode, printable
from detector.records.plural import plural

if TYPE_CHECKING:
    from detector.cli.checks import Check

__all__ = ["doctor_command"]

COLOURS = {"ok": "32", "info": "36", "warn": "33", "fail": "31"}
"""ANSI colours of the states; the word itself is always there too."""


def doctor_command(
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where results would go.", metavar="FOLDER")] = Path(
        "results"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as one JSON object.")] = False,
) -> int:
    """Check what this machine may lack, and print the fix. Exit codes: 0 ready, 1 something is missing."""
    checks = []
    for check in run_checks(out):
        checks.append(check)
        if not as_json:
            _show(check)
    failed = sum(check.state == "fail" for check in checks)
    if as_json:
        print(json.dumps({"ready": not failed, "checks": [asdict(check) for check in checks]}))
    else:
        print("ready" if not failed else f"not ready: {plural(failed, 'problem')}")
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def _show(check: Check) -> None:
    state = f"{check.state:<5}"
    if sys.stdout.isatty():
        state = f"\033[{COLOURS[check.state]}m{state}\033[0m"
    print(f"{state} {check.name:<18} {printable(check.found)}")
    if check.fix:
        print(f"{'':<24} -> {printable(check.fix)}")
