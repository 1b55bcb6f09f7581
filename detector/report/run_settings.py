"""The settings of the run, those that differ from the defaults, and the libraries used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.config import Settings
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.report.catalogue import Catalogue

__all__ = ["libraries_table", "settings_table"]


def settings_table(settings: Settings, say: Catalogue) -> tuple[Table, tuple[str, ...]]:
    """Return a table of all settings with default and meaning, and the names of those that differ from the default."""
    rows, changed = [], []
    usual = Settings()
    for block in type(settings).model_fields:
        given, defaults = getattr(settings, block), getattr(usual, block)
        for key, about in type(given).model_fields.items():
            name, value, default = f"{block}.{key}", getattr(given, key), getattr(defaults, key)
            differs = value != default
            if differs:
                changed.append(f"{name} = {_setting(value, say)}")
            meaning = say(f"setting.{name}") if say.has(f"setting.{name}") else about.description or ""
            rows.append((name, _setting(value, say) + (" *" if differs else ""), _setting(default, say), meaning))
    columns = (
        Column(say("methods.setting"), numeric=False), Column(say("methods.value")), Column(say("methods.default")),
        Column(say("methods.meaning"), numeric=False),
    )  # fmt: skip
    return Table(say("methods.settings"), columns, tuple(rows)), tuple(changed)


def _setting(value: object, say: Catalogue) -> str:
    """Return a setting as written in a settings file, the same in every language."""
    if value is None:
        return say("word.none")
    if isinstance(value, tuple):
        return say.count("methods.n_regions", len(value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


def libraries_table(libraries: Mapping[str, str], say: Catalogue) -> Table:
    """Return a table with the versions of the libraries that handled the pixels or the numbers."""
    columns = (Column(say("methods.library"), numeric=False), Column(say("methods.version"), numeric=False))
    return Table(say("methods.libraries"), columns, tuple(sorted(libraries.items())))
