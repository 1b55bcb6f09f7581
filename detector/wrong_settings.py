"""What is wrong with settings that were given: one line a problem, with the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from detector.errors import SettingsError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["explained"]

_CORNERS = (
    "3 to 64 corners [x, y] are expected, as fractions of the picture's width and height from 0 to 1, such as "
    "[0.25, 0.5]; divide pixels by its width and height"
)
_NAMES = "small letters a-z, digits and _ are expected, first a letter, at most 40 signs, such as left_arm"


def explained(error: ValidationError, kind: type[Any]) -> SettingsError:
    """Return pydantic's report on a block, or on all settings, in words.

    Parameters
    ----------
    error : ValidationError
        The report.
    kind : type
        What was to be made: a block, or all settings.
    """
    told: dict[tuple[int | str, ...], str] = {}
    problems = error.errors(include_url=False)
    for problem in problems:
        loc = problem["loc"]
        # once a region: pydantic reports each number of each corner, and then that too few of them are left
        place = loc[: loc.index("points") + 1] if "points" in loc else loc
        told.setdefault(place, _in_words(problem, kind))
    return SettingsError("; ".join(sorted(told.values())), key=_key(problems[0]))


def _key(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"])


def _in_words(problem: ErrorDetails, kind: type[Any]) -> str:
    key, found, says = _key(problem), problem["input"], problem["type"]
    if says == "extra_forbidden":
        return _unknown(problem, kind)
    if says == "value_error":
        return f"{key}.{problem['ctx']['error']}".lstrip(".")
    if says == "string_pattern_mismatch":  # of all settings the names of regions alone have a pattern
        return f"{key} = {found!r}: {_NAMES}"
    if "points" in problem["loc"] and says != "missing":
        return f"{key} = {found!r}: {_CORNERS}"
    return f"{key} = {found!r}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _unknown(problem: ErrorDetails, kind: type[Any]) -> str:
    key, value = _key(problem), problem["input"]
    near = difflib.get_close_matches(key, _known_keys(kind), n=1, cutoff=0.4)
    if not near:
        return f"unknown setting {key!r}"
    block, dot, name = near[0].partition(".")
    if not dot or len(problem["loc"]) > 1 or isinstance(value, Mapping):
        return f"unknown setting {key!r}; did you mean {near[0]!r}?"
    # outside of its block, however it is spelt: `block.key` is a name of --set alone
    toml = str(value).lower() if isinstance(value, bool) else repr(value)
    return (
        f"unknown setting {key!r}: a setting goes in its block; did you mean {{{block!r}: {{{name!r}: {value!r}}}}}, "
        f"in TOML {name} = {toml} under [{block}]?"
    )


def _known_keys(kind: type[Any]) -> list[str]:
    """Return every name that a block knows; of all settings every block and ``block.key`` name."""
    known = []
    for name, field in kind.model_fields.items():
        inner = field.annotation
        known.append(name)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            known += [f"{name}.{key}" for key in inner.model_fields]
    return known
