"""The pages, and columns of pages, that are made from the code; run as a module, it writes them (``make docs``)."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.training.write_card import card
from detector.batch.reasons import AGAIN, LEFT_OUT, REASONS
from detector.batch.receipts import Status
from detector.batch.study.cohort_columns import COHORT, FAILURES, PATHS
from detector.cli.console import ExitCode
from detector.cli.main import app, main
from detector.config import Settings
from tests.contract.api_page import api_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from detector.batch.study.cohort_columns import Column

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
CONSTANTS = ROOT / "docs" / "decisions" / "0004-zones-and-signed-speed.md"

EXIT_MEANING = {
    ExitCode.DONE: "done",
    ExitCode.SOME_FAILED: "some of several recordings failed; `doctor`: something is missing",
    ExitCode.USAGE: "wrong usage, a wrong setting, or no place to write; nothing was analysed",
    ExitCode.REFUSED: "the one recording was refused: the line on stderr says why and what to try",
    ExitCode.UNEXPECTED: "a fault in sleepjerk",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C); nothing half-written is left",
    ExitCode.TERMINATED: "terminated (SIGTERM); nothing half-written is left",
}


def command_names() -> list[str]:
    """Return the names of the commands, sorted."""
    return sorted(str(command.name) for command in app.registered_commands)


def help_text(*command: str) -> str:
    """Return what ``sleepjerk COMMAND --help`` prints on a terminal 100 columns wide."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            main([*command, "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def cli_page() -> str:
    """Return the text of docs/reference/cli.md."""
    parts = [
        "# Command line\n\nMade from `sleepjerk --help` by `make docs`; do not edit.\n",
        f"```text\n{help_text()}\n```\n",
        *(f"## sleepjerk {name}\n\n```text\n{help_text(name)}\n```\n" for name in command_names()),
        "## Exit codes\n\n| Code | Meaning |\n| ---: | --- |",
        *(f"| {int(code)} | {EXIT_MEANING[code]} |" for code in ExitCode),
    ]
    return "\n".join(parts) + "\n"


def settings_page() -> str:
    """Return the text of docs/reference/settings.md."""
    lines = [
        "# Settings\n\nMade from `detector.config` by `make docs`; do not edit.\n",
        "Give them in a TOML file, a table a block (`--config file.toml`), or one by one",
        "(`--set jerks.max_duration_s=0.8`); later ones win. Seconds and hertz, never frames.",
        "Unknown names are refused. Every result carries its settings.\n",
    ]
    for block, field in Settings.model_fields.items():
        kind: Any = field.annotation
        lines += [f"## {block}\n", f"{(kind.__doc__ or '').splitlines()[0]}\n", *_block(kind), ""]
    return "\n".join(lines)


def _block(kind: type[BaseModel]) -> Iterator[str]:
    yield "| Setting | Default | Range | Meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in kind.model_fields.items():
        default = "none" if field.default is None else str(field.default)
        yield f"| `{name}` | `{default}` | {_range(field)} | {field.description} |"


def _range(field: FieldInfo) -> str:
    signs = {"Gt": ">", "Ge": ">=", "Lt": "<", "Le": "<="}
    limits = [
        f"{signs[type(limit).__name__]} {getattr(limit, type(limit).__name__.lower())}"
        for limit in field.metadata
        if type(limit).__name__ in signs
    ]
    return ", ".join(limits) or "any"


COHORT_PAGE = """\
# Tables of a study

Made from `detector.batch.study.cohort_columns` by `make docs`; do not edit.

`n/a` in the text files, and NULL in Parquet, where there is no value.

## cohort.tsv, cohort.parquet

A row per input. No rate (`..._per_..._h`) where less than ten minutes were analysed.

{cohort}

## failures.tsv

A row per input without a result.

{failures}

## paths.tsv

A row per input, to lead any other row back to its video by `id`. It is a file of its own because folders and files
often carry names: where subjects are given, `cohort.*` and `events.parquet` name no file and can be passed on without
it.

{paths}

## events.parquet

All rows of all `events.tsv`: `id`, `subject`, `session` and `age_weeks` of the recording, then the columns of
[events.tsv](events-tsv.md), whose `id` is called `event` here.

## receipts/

One JSON file an input: the input and its labels, what it looked like, what made the result, status, reason, the SHA-256
of each result file, and `summary.json` without its lists. [Why](../decisions/0030-the-receipt-is-the-commit.md).
"""

REASONS_PAGE = """\
# Reason codes

Made from `detector.batch.reasons` by `make docs`; do not edit.

Why an input of a study has no result. Again: the reason may lie in the machine or the moment, and the next run tries
the input again without being asked.

| Code | Meaning | Status | Again |
| --- | --- | --- | --- |
"""


def cohort_page() -> str:
    """Return the text of docs/reference/cohort.md."""
    tables = {"cohort": COHORT, "failures": FAILURES, "paths": PATHS}
    return COHORT_PAGE.format_map({name: "\n".join(_columns(columns)) for name, columns in tables.items()})


def _columns(columns: Sequence[Column]) -> Iterator[str]:
    yield "| Column | Type | Unit | Meaning |"
    yield "| --- | --- | --- | --- |"
    for column in columns:
        kind = {"VARCHAR": "text", "DOUBLE": "number", "BIGINT": "whole number"}[column.kind]
        yield f"| `{column.name}` | {kind} | {column.unit} | {column.meaning} |"


def reasons_page() -> str:
    """Return the text of docs/reference/reason-codes.md."""
    rows = [
        (f"`{code}`", meaning, Status.SKIPPED if code in LEFT_OUT else Status.FAILED, "yes" if code in AGAIN else "")
        for code, meaning in REASONS.items()
    ]
    return REASONS_PAGE + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def constants() -> dict[str, str]:
    """Return the limits in the modules of motion and events, and in the record between, each with its value."""
    found = {}
    for pattern in ("motion/*.py", "events/*.py", "records/motion.py"):
        for path in sorted((ROOT / "detector").glob(pattern)):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.Assign) and _is_limit(node.value):
                    names = ast.unparse(node.targets[0]).strip("()")
                    found[f"{path.parent.name}.{path.stem}.{names}"] = ast.unparse(node.value)
    return found


def _is_limit(value: ast.expr) -> bool:
    """Tell whether a value is a number, or numbers, rather than names or records."""
    parts = list(ast.walk(value))
    numbers = any(isinstance(part, ast.Constant) and isinstance(part.value, int | float) for part in parts)
    return numbers and not any(isinstance(part, ast.Call) for part in parts)


def constants_page(text: str) -> str:
    """Return the text of decision 4 with the values of today in its table of constants."""
    for name, value in constants().items():
        row = re.compile(rf"^(\| `{re.escape(name)}` \|) .*? (?<!\\)(\|)", re.MULTILINE)
        cell = value.replace("|", "\\|")
        text = row.sub(lambda match, cell=cell: f"{match[1]} {cell} {match[2]}", text)
    return text


if __name__ == "__main__":
    (REFERENCE / "api.md").write_text(api_page(), "utf-8")
    (REFERENCE / "cli.md").write_text(cli_page(), "utf-8")
    (REFERENCE / "settings.md").write_text(settings_page(), "utf-8")
    (REFERENCE / "cohort.md").write_text(cohort_page(), "utf-8")
    (REFERENCE / "reason-codes.md").write_text(reasons_page(), "utf-8")
    CONSTANTS.write_text(constants_page(CONSTANTS.read_text("utf-8")), "utf-8")
    for metrics in (ROOT / "models").glob("*/metrics.json"):
        metrics.with_name("CARD.md").write_text(card(metrics.parent), "utf-8")
