"""``sleepjerk batch`` and ``sleepjerk study``: whole studies in, one folder of results and tables out."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.batch_progress import show_batch, show_waiting
from detector.cli.console import ExitCode, printable
from detector.cli.options import ConfigOption, QuietOption, SetOption, clip_choice, read_settings
from detector.errors import ResultError, SettingsError
from detector.native.cores import usable_cores
from detector.records.plural import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.batch.plan import Entry
    from detector.batch.sources import Source
    from detector.batch.totals import Totals
    from detector.config import Settings
    from detector.results.drift import Reference

__all__ = ["batch_command", "study_command"]


_Videos = Annotated[
    list[str] | None,
    typer.Argument(help="Video files, folders (with all below them) and quoted patterns.", metavar="VIDEO"),
]
_Study = Annotated[Path, typer.Option("--out", "-o", help="Folder of the study.", metavar="STUDY")]
_List = Annotated[Path | None, typer.Option("--list", help="Text file of videos, one per line.", metavar="FILE")]
_Table = Annotated[
    Path | None,
    typer.Option(
        help="Table of recordings: path, subject, session, age_weeks or date_of_birth, start, zone.", metavar="FILE"
    ),
]
_Workers = Annotated[
    int | None, typer.Option("--workers", "-w", help="Worker processes; one per processor by default.", min=1)
]
_Engine = Annotated[str, typer.Option(help="processes (this machine) or dask (many).")]
_Scheduler = Annotated[str, typer.Option(help="Address or JSON file of a running Dask scheduler.", metavar="ADDRESS")]
_Shard = Annotated[str, typer.Option(help="Do the i-th of N shares of the inputs, counted from 1.", metavar="i/N")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done and why, and write nothing.")]
_Regions = Annotated[
    Path | None,
    typer.Option(help="Named parts of the picture, for all recordings: a file of `sleepjerk regions`.", metavar="FILE"),
]
_Clips = Annotated[
    str,
    typer.Option(
        help="Clips of the jerks for the report of each recording that is analysed: a number, `all` or `none`.",
        metavar="N|all|none",
    ),
]
_Segment = Annotated[
    float, typer.Option("--segment", help="Divide long recordings into pieces of so many seconds; 0: never divide.")
]
_Memory = Annotated[
    float,
    typer.Option(
        "--memory", help="Limit of each worker's address space in GiB, at least 1; 0: none (Linux only).", min=0
    ),
]
_Open = Annotated[bool, typer.Option("--include-open", help="Also take files written to in the last minute.")]
_Retry = Annotated[bool, typer.Option("--retry-failed", help="Retry files that are known to be broken.")]

_LEAST_GIB = 1.0


def batch_command(  # noqa: PLR0913  (its options are its arguments)
    videos: _Videos = None,
    *,
    out: _Study = Path("study"),
    listed: _List = None,
    table: _Table = None,
    workers: _Workers = None,
    engine: _Engine = "processes",
    scheduler: _Scheduler = "",
    shard: _Shard = "",
    dry_run: _DryRun = False,
    config: ConfigOption = None,
    assignments: SetOption = None,
    regions: _Regions = None,
    clips: _Clips = "none",
    part_s: _Segment = 600.0,
    memory_gib: _Memory = 8.0,
    include_open: _Open = False,
    retry_failed: _Retry = False,
    quiet: QuietOption = False,
) -> int:
    """Analyze all recordings of a study, on this machine or on many, continuing where an earlier run ended.

    Each recording gets a folder below STUDY/recordings and a receipt; cohort.tsv, cohort.parquet, events.parquet,
    failures.tsv, paths.tsv and study.html follow from the receipts and from what was reviewed. Recordings that are done
    are not analysed again unless the file, the settings or the version has changed. Exit codes: 0 all done, 1 some
    failed or were left out, 2 wrong usage or settings, or no place to write, 130 interrupted; the same command
    continues.
    """
    from detector.batch.limits import Limits  # noqa: PLC0415  (heavy, as all below)
    from detector.batch.run import Options, plan_study, run_study  # noqa: PLC0415

    _check_engine(engine, scheduler)
    limits = Limits(memory_bytes=_memory_bytes(memory_gib))
    settings, reference = _with_regions(read_settings(config, assignments or []), regions)
    sources = _sources(videos or [], listed, table)
    workers = workers or usable_cores()
    options = Options(
        workers=workers,
        engine=engine,
        scheduler=scheduler,
        shard=_shard(shard),
        part_s=part_s,
        threads=max(1, usable_cores() // workers),
        include_open=include_open,
        retry_failed=retry_failed,
        limits=limits,
        clips=clip_choice(clips, None),
        reference=reference,
    )
    if dry_run:
        print("\n".join(_plan_lines(plan_study(sources, out, settings, options))))
        return ExitCode.DONE
    with show_batch(quiet=quiet) as progress:
        totals = run_study(sources, out, settings, options, progress, show_waiting())
    _say_totals(totals, out, clips=options.clips is not None, quiet=quiet)
    return ExitCode.DONE if totals.complete else ExitCode.SOME_FAILED


def _memory_bytes(gib: float) -> int:
    if math.isinf(gib):
        raise SettingsError(f"--memory {gib:g}: give a number of GiB, or 0 for no limit")
    if 0 < gib < _LEAST_GIB:
        raise SettingsError(
            f"--memory {gib:g}: no worker starts with less than {_LEAST_GIB:g} GiB of address space, only part of "
            "which it uses; allow more, or give 0 for no limit"
        )
    return int(gib * 2**30)


def _check_engine(engine: str, scheduler: str) -> None:
    if engine not in {"processes", "dask"}:
        raise SettingsError(f"--engine {engine}: unknown; choose processes or dask")
    if scheduler and engine != "dask":
        raise SettingsError(f"--scheduler {scheduler}: only --engine dask uses one; add it, or leave the scheduler out")


def study_command(
    study: Annotated[Path, typer.Argument(help="Folder of the study.", metavar="STUDY")],
    *,
    quiet: QuietOption = False,
) -> int:
    """Rewrite the tables and study.html of a study from its receipts; no video is decoded.

    Use it after the shards of a cluster have ended. Exit codes: 0 all recordings have a result, 1 some have none
    or something was left out, 2 no study there, or no place to write.
    """
    from detector.batch.receipts import Status  # noqa: PLC0415
    from detector.batch.study.makers import mixture  # noqa: PLC0415
    from detector.batch.study.write import write_study  # noqa: PLC0415  (loads duckdb and matplotlib)

    faults: list[str] = []
    rows = write_study(study, faults.append, show_waiting())
    _say_faults(faults)
    _say_mixture(mixture(rows))
    bad = sum(row["status"] == Status.FAILED or row["reason"] == "growing" for row in rows)
    if not quiet:
        print(f"{plural(len(rows), 'recording')}, {bad} without a result")
        if faults:
            print(f"{plural(len(faults), 'recording')} not wholly in the tables (named above)")
        print(f"page: {printable(study / 'study.html')}")
    return ExitCode.SOME_FAILED if bad or faults else ExitCode.DONE


def _say_faults(faults: Sequence[str]) -> None:
    for fault in faults:
        print(f"not wholly in the tables: {printable(fault)}", file=sys.stderr)


def _say_mixture(caution: str) -> None:
    if caution:
        print(f"sleepjerk: {caution}", file=sys.stderr)


def _sources(videos: list[str], listed: Path | None, table: Path | None) -> list[Source]:
    from detector.batch.participants import read_participants  # noqa: PLC0415
    from detector.batch.sources import find_sources, read_list  # noqa: PLC0415

    if not (videos or listed or table):
        raise ResultError("no input: name videos or folders, or give --list or --table")
    if table and (videos or listed):
        raise ResultError("--table names all inputs of the study; do not give videos or --list as well")
    if table:
        return read_participants(table)
    return find_sources([*videos, *(read_list(listed) if listed else [])])


def _with_regions(settings: Settings, regions: Path | None) -> tuple[Settings, Reference | None]:
    from detector.results.region_file import read_regions  # noqa: PLC0415

    if regions is None:
        return settings, None
    file = read_regions(regions)
    return settings.model_copy(update={"regions": file.regions}), file.reference


def _shard(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None:
        raise SettingsError(f"--shard {text}: write i/N, such as 3/16; i is counted from 1")
    return int(match[1]), int(match[2])


def _plan_lines(entries: list[Entry]) -> list[str]:
    from detector.batch.plan import InputState  # noqa: PLC0415

    lines = [f"{e.state:<11}{printable(e.source.path)}: {printable(e.why)}" for e in entries]
    counts = {state: sum(e.state is state for e in entries) for state in InputState}
    lines.append(", ".join(f"{n} {state}" for state, n in counts.items() if n) or "no inputs in this shard")
    to_do = sum(e.to_do for e in entries)
    missing = sum(e.to_do and e.stamp.size_bytes < 0 for e in entries)
    fail = f", and {missing} of them would fail" if missing else ""
    return [*lines, f"{to_do} of {plural(len(entries), 'recording')} would be analysed{fail}; nothing was written"]


def _say_totals(totals: Totals, out: Path, *, clips: bool, quiet: bool) -> None:
    _say_faults(totals.faults)
    _say_mixture(totals.mixed)
    if quiet:
        return
    print("\n".join(_total_lines(totals, out)))
    if clips and totals.n_kept:
        print(f"  no clips were made of those done before: sleepjerk clips {printable(out / 'recordings')}/ID VIDEO")


def _with_example(n: int, path: str) -> str:
    """Return how many failed for one reason, and the first of them."""
    return f"{n} ({printable(path)})" if n == 1 else f"{n}, such as {printable(path)}"


def _total_lines(totals: Totals, out: Path) -> list[str]:
    from detector.batch.plan import InputState  # noqa: PLC0415

    rows = [("analysed", str(totals.n_done)), ("done before", str(totals.n_kept)), ("failed", str(totals.n_failed))]
    rows += [
        (f"  {reason}", _with_example(n, totals.examples.get(reason, "")))
        for reason, n in sorted(totals.reasons.items())
    ]
    left_out = (InputState.BROKEN, InputState.GROWING, InputState.DUPLICATE)
    rows += [(str(state), str(totals.states[state])) for state in left_out if totals.states[state]]
    if away := totals.states[InputState.AWAY]:
        rows.append(("away", f"{away} (its video is not there; its result is kept)"))
    if totals.n_of_before:
        rows.append(
            ("of before", f"{totals.n_of_before} (no longer inputs; in the tables until their receipts are deleted)")
        )
    rows += [
        ("not counted", f"{printable(out / 'recordings' / name)} (of no current recording)")
        for name in totals.left_over
    ]
    rows.append(("page", printable(out / "study.html")))
    if not totals.complete:
        rows.append(("why", printable(out / "failures.tsv")))
    return [f"  {label:<22}{text}" for label, text in rows]
