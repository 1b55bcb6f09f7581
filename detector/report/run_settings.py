"""The settings of the run: single values for sentences, and the whole list with what differs from the defaults."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic.fields import FieldInfo

    from detector.records.result import Provenance
    from detector.report.catalogue import Catalogue

__all__ = ["libraries_table", "regions_of", "setting", "settings_table", "value_reader"]


def setting(run: Provenance, block: str, key: str) -> float:
    """Return a number from the run's settings; NaN where the run did not record it."""
    values: Any = run.settings.get(block, {})
    value = values.get(key) if hasattr(values, "get") else None
    return float(value) if isinstance(value, (int, float)) else float("nan")


def value_reader(run: Provenance, say: Catalogue) -> Callable[[str, str], str]:
    """Return a function that gives a setting as text, and says so where the run did not record it."""

    def value(block: str, key: str) -> str:
        found = setting(run, block, key)
        return say.plain(found) if math.isfinite(found) else say("words.not_recorded", name=f"{block}.{key}")

    return value


def regions_of(run: Provenance) -> tuple[tuple[str, tuple[tuple[float, float], ...]], ...]:
    """Return name and corners of the regions that the run was given."""
    values: Any = run.settings.get("regions", {})
    named = values.get("named", ()) if hasattr(values, "get") else ()
    return tuple((str(region["name"]), tuple((float(x), float(y)) for x, y in region["points"])) for region in named)


def settings_table(settings: Mapping[str, Any], say: Catalogue) -> tuple[Table, tuple[str, ...]]:
    """Return every setting with its default and meaning, and the names of those that differ from their default."""
    rows, changed = [], []
    usual = Settings()
    for block, values in settings.items():
        known = getattr(usual, block, None)
        fields = type(known).model_fields if known is not None else {}
        for key, value in dict(values).items() if hasattr(values, "items") else [("", values)]:
            name = f"{block}.{key}" if key else block
            default = getattr(known, key) if key in fields else say("word.not_measured")
            differs = key not in fields or not _same(value, default)
            if differs:
                changed.append(f"{name} = {_setting(value, say)}")
            meaning = _meaning(name, fields.get(key), say)
            rows.append((name, _setting(value, say) + (" *" if differs else ""), _setting(default, say), meaning))
    columns = (
        Column(say("methods.setting"), numeric=False), Column(say("methods.value")), Column(say("methods.default")),
        Column(say("methods.meaning"), numeric=False),
    )  # fmt: skip
    return Table(say("methods.settings"), columns, tuple(rows)), tuple(changed)


def _meaning(name: str, known: FieldInfo | None, say: Catalogue) -> str:
    """Return what a setting means: in the catalogue's words where it has them, else in those of the settings."""
    if known is None:
        return say("methods.unknown_setting")
    return say(f"setting.{name}") if say.has(f"setting.{name}") else known.description or ""


def _same(value: object, default: object) -> bool:
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        return list(value) == list(default)
    return value == default


def _setting(value: object, say: Catalogue) -> str:
    """Return a setting as one would write it in a settings file, in every language."""
    if value is None:
        return say("word.none")
    if isinstance(value, list | tuple):
        return say.count("methods.n_regions", len(value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


def libraries_table(libraries: Mapping[str, str], say: Catalogue) -> Table:
    """Return the versions of the libraries that touched the pixels or the numbers."""
    columns = (Column(say("methods.library"), numeric=False), Column(say("methods.version"), numeric=False))
    return Table(say("methods.libraries"), columns, tuple(sorted(libraries.items())))
