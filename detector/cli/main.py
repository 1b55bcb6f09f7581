"""The command ``sleepjerk``: its commands, its exit codes, its last line of defence."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.analyze import analyze_command
from detector.cli.batch import batch_command, study_command
from detector.cli.console import ExitCode, fail, printable, soften_streams, unsaid
from detector.cli.decisions import decisions_command
from detector.cli.demo import demo_command
from detector.cli.doctor import doctor_command
from detector.cli.evaluate import evaluate_command
from detector.cli.explain import explain_command
from detector.cli.interruption import exit_code_of_signal, listening
from detector.cli.regions import regions_command
from detector.cli.report import clips_command, report_command
from detector.cli.simulate import simulate_command
from detector.cli.version import version_command, version_line

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "main"]

# The usage error of the parser that typer brings; its import path differs between typer versions, its heir's does not.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_OBJECTS_A_SWEEP = 50_000
"""New objects between two looks for cycles: a night holds millions of them and few cycles, and 700 costs a tenth."""

app = typer.Typer(
    name="sleepjerk",
    help=(
        "Find, time and group brief limb jerks in sleep videos of infants, for review by a person. "
        "An aid, never a diagnosis. Nothing leaves this machine."
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("analyze")(analyze_command)
app.command("report")(report_command)
app.command("clips")(clips_command)
app.command("decisions")(decisions_command)
app.command("regions")(regions_command)
app.command("batch")(batch_command)
app.command("study")(study_command)
app.command("demo")(demo_command)
app.command("doctor")(doctor_command)
app.command("evaluate")(evaluate_command)
app.command("explain")(explain_command)
app.command("simulate")(simulate_command)
app.command("version")(version_command)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  (the parser calls it with the flag)
    if wanted:
        print(version_line())
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="If something unexpected fails, also print where in the code.")
    ] = False,
) -> None:
    del version, verbose  # the one is asked at once, `_run` looks for the other


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `arguments` are those of the process by default."""
    soften_streams()
    for library in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(library, "1")  # matrices and pictures here are small: threads would only spin
    gc.set_threshold(_OBJECTS_A_SWEEP)
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with listening():
        code = _run(words)
        code = exit_code_of_signal() or code or (ExitCode.USAGE if unsaid() else ExitCode.DONE)
    if code in {ExitCode.INTERRUPTED, ExitCode.TERMINATED}:
        print("sleepjerk: interrupted; nothing half-written was left behind", file=sys.stderr)
    return code


def _run(words: list[str]) -> int:
    try:
        return int(app(args=words, prog_name="sleepjerk", standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except UsageError as error:
        return _usage(error)
    except Exception as error:  # noqa: BLE001  (the last line of defence: a line and a code instead of a traceback)
        return fail(error, verbose=not {"-v", "--verbose"}.isdisjoint(words))


def _usage(error: Exception) -> ExitCode:
    """Print what is wrong with the command line and where help is."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "sleepjerk"
    words = getattr(error, "format_message", error.__str__)()
    print(f"sleepjerk: error: {printable(words)} (see `{where} --help`)", file=sys.stderr)
    return ExitCode.USAGE
