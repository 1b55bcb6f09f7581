"""Pairing of files with found and known events by the recording's name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import TruthError
from detector.records.file_names import EVENTS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Partners", "find_partners", "recordings_in", "table_name"]

_ENDINGS = (".truth", "_truth", ".events", "_events")


@dataclass(frozen=True, slots=True)
class Partners:
    """The event files of a set of recordings.

    Attributes
    ----------
    pairs : tuple of (str, Path, Path, str)
        Name, found events, known events and condition of each recording that has both, sorted by name.
    only_found, only_known : tuple of str
        Names of the recordings without a partner on the other side.
    """

    pairs: tuple[tuple[str, Path, Path, str], ...]
    only_found: tuple[str, ...] = ()
    only_known: tuple[str, ...] = ()


def find_partners(predicted: Path, truth: Path) -> Partners:
    """Pair the found and known events of the same recordings.

    Two single files belong together whatever their names. In folders, a recording is named after its results folder, or
    after its table without ``.tsv`` and without ``.truth`` or ``_events``. The condition is taken from the recipe
    beside a truth file (``<name>.toml``, from `sleepjerk simulate`), else it is empty.

    Parameters
    ----------
    predicted, truth : Path
        An event table, a results folder, or a folder of either.

    Raises
    ------
    TruthError
        If a path does not exist or holds no event table, or if no name occurs on both sides.
    """
    found, known = recordings_in(predicted), recordings_in(truth)
    if len(found) == len(known) == 1 and (_single(predicted) or _single(truth)):
        ((name, first),), (second,) = found.items(), known.values()
        return Partners(((name, first, second, _condition(second)),))
    both = sorted(found.keys() & known.keys())
    if not both:
        raise TruthError(
            f"{predicted} and {truth} have no recording in common ({_some(found)} here, {_some(known)} there). "
            "Tables belong together when they have one name, such as night-01/events.tsv and night-01.truth.tsv"
        )
    return Partners(
        tuple((name, found[name], known[name], _condition(known[name])) for name in both),
        only_found=tuple(sorted(found.keys() - known.keys())),
        only_known=tuple(sorted(known.keys() - found.keys())),
    )


def recordings_in(path: Path) -> dict[str, Path]:
    """Return the event tables in `path` (a table, a results folder, or a folder of either), keyed by recording.

    Raises
    ------
    TruthError
        If there are none, or two with the same name.
    """
    if path.is_file():
        return {table_name(path): path}
    if not path.is_dir():
        raise TruthError(f"{path}: there is no such file or folder; an event table or a results folder is expected")
    if (path / EVENTS).is_file():
        return {path.name or path.absolute().name: path / EVENTS}
    tables = [*sorted(path.glob("[!.]*.tsv")), *sorted(path.glob("[!.]*/events.tsv"))]  # hidden: in the making
    out: dict[str, Path] = {}
    for table in tables:
        name = table_name(table)
        if name in out:
            raise TruthError(f"{path}: two tables are called {name!r}: {out[name].name} and {table}. Move one away")
        out[name] = table
    if not out:
        raise TruthError(f"{path}: no event table (*.tsv) and no results folder (*/events.tsv) in it")
    return out


def _single(path: Path) -> bool:
    return path.is_file() or (path / EVENTS).is_file()


def table_name(table: Path) -> str:
    """Return the name of the recording that an event table is named after, or that of its results folder."""
    if table.name == EVENTS:
        return table.absolute().parent.name
    for ending in _ENDINGS:
        if table.stem.endswith(ending) and table.stem != ending:
            return table.stem.removesuffix(ending)
    return table.stem


def _condition(truth: Path) -> str:
    recipe = truth.with_name(f"{table_name(truth)}.toml")
    try:
        return str(tomllib.loads(recipe.read_text("utf-8")).get("condition", ""))
    except (OSError, UnicodeError, RecursionError, tomllib.TOMLDecodeError):
        return ""


def _some(names: dict[str, Path]) -> str:
    shown = ", ".join(sorted(names)[:3])
    return f"{shown} ..." if len(names) > 3 else shown
