"""The page of the public names, made from their signatures and docstrings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import griffe

import detector
from detector.report.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = """\
# Python

Made from the docstrings by `make docs`; do not edit.

`import detector` costs nothing: a name loads what it needs when it is first used. These are the public names; all else
may change between versions. Times are seconds since the first frame, lengths pixels of the recording, and what cannot
be told is NaN.

```python
from detector import analyze_into, load_result, read_pair, read_review, reviewed, score

written = analyze_into("night.mp4", "results", clips=12)  # as `sleepjerk analyze` does it
jerks = written.result.events().query("trial_type == 'jerk'")  # a pandas DataFrame

theirs = reviewed(written.result, read_review(written.folder, written.result))  # by decisions.tsv
theirs.rates.per_quiet_h

strict = load_result(written.folder, {"jerks": {"min_confidence": 0.9}})  # no video is needed, nothing is written
score(read_pair(strict, "rater.tsv")).recall
```
"""

GROUPS = {
    "Analyse": ("analyze", "analyze_into", "Written", "ClipChoice", "Settings", "read_regions", "RegionFile",
                "Progress", "Stage", "extract_signal", "find_events"),
    "Results": ("Result", "load_result", "Movement", "Kind", "Reason", "Pattern", "Cluster", "Episode", "Rates",
                "Timing", "SeriesProfile", "Ending", "EndingKind", "Stability", "Provenance"),
    "Recordings": ("Recording", "TimeAccount", "Span", "QualityFlag", "Severity"),
    "The motion signal": ("MotionSignal", "PictureTrack", "ZoneTrack"),
    "Review": ("Review", "read_review", "reviewed"),
    "Explain": ("evidence_for", "Evidence", "Checked", "Trace", "strip_of", "Strip", "explanation_svg",
                "explanation_png"),
    "Evaluate": ("read_pair", "Pair", "EventTable", "score", "Scores"),
    "Samples": ("sample_names", "sample_path"),
    "Errors": ("DetectorError", "RecordingError", "DecodeError", "ResultError", "SettingsError", "TruthError",
               "ResourceError", "MissingPackageError"),
}  # fmt: skip
"""All public names but ``__version__``, by what they are for."""

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"

_WIDE = 100
_LISTED = {"parameters": "Parameter", "attributes": "Attribute"}
_MEANINGS = {"Kind": lambda kind: _glossary()[kind], "Reason": lambda reason: catalogue()(f"reason.{reason}")}
_TOLD = {"returns": "Returns", "raises": "Raises"}


def api_page() -> str:
    """Return the text of docs/reference/api.md."""
    parts = [PAGE]
    for heading, names in GROUPS.items():
        parts.append(f"## {heading}\n")
        parts += ["\n".join(_entry(name)) for name in names]
    return "\n".join(parts)


def told_of(name: str) -> dict[str, set[str]]:
    """Return the names that a public name's docstring explains, by section of it."""
    told: dict[str, set[str]] = {section: set() for section in (*_LISTED, *_TOLD)}
    for section in _public_name(name).docstring.parsed:
        if section.kind.value in _LISTED:
            told[section.kind.value] = {part for one in section.value for part in one.name.split(", ")}
        elif section.kind.value in _TOLD:
            told[section.kind.value] = {str(one.annotation) for one in section.value}
    return told


@cache
def _package() -> Any:
    return griffe.load("detector", docstring_parser="numpy", resolve_external=False)


def _public_name(name: str) -> Any:
    return _package()[f"{detector._HOME_OF[name].removeprefix('detector.')}.{name}"]


def _entry(name: str) -> Iterator[str]:
    thing = _public_name(name)
    yield f"### {name}\n"
    if thing.is_function:
        yield f"```python\n{_signature(thing)}\n```\n"
    elif bases := [f"`{base}`" for base in thing.bases if not str(base).startswith("_")]:
        yield f"Bases: {', '.join(bases)}.\n"
    yield from _docstring(thing)
    if name == "Settings":
        yield "Blocks, names and limits: [settings](settings.md).\n"
    if thing.is_class:
        yield from _members(thing)


def _signature(function: Any) -> str:
    line: str = function.signature()
    if len(line) <= _WIDE:
        return line
    parameters = re.sub(r"^[^(]*\(|\) -> .*$", "", line)
    broken = ",\n    ".join(re.split(r", (?=\*|[a-z_]+(?::| =|=))", parameters))
    return f"{function.name}(\n    {broken},\n) -> {function.returns}"


def _docstring(thing: Any) -> Iterator[str]:
    for section in thing.docstring.parsed if thing.docstring else ():
        kind = section.kind.value
        if kind == "text":
            yield f"{_text(section.value)}\n"
        elif kind in _LISTED:
            yield f"| {_LISTED[kind]} | Type | Meaning |\n| --- | --- | --- |"
            yield from (_row(f"`{one.name}`", f"{one.annotation}", one.description) for one in section.value)
            yield ""
        elif kind in _TOLD:
            for one in section.value:
                yield f"{_TOLD[kind]} `{one.annotation}`: {_cell(one.description)}\n"
        else:
            raise ValueError(f"{thing.path}: no way to show a section of {kind!r} in docs/reference/api.md")


def _members(thing: Any) -> Iterator[str]:
    """Tell the values of an enumeration, properties and methods."""
    attributes = [one for one in _public(thing) if one.is_attribute and "property" not in one.labels]
    if "StrEnum" in map(str, thing.bases):
        yield "| Value | Meaning |\n| --- | --- |"
        yield from (_row(f"`{_value(one)}`", _meaning(thing, one)) for one in attributes)
        yield ""
    told = [one for one in _public(thing) if one.is_function or "property" in one.labels]
    if told:
        yield "| Also | |\n| --- | --- |"
        yield from (_row(f"`{one.signature() if one.is_function else one.name}`", _first(one)) for one in told)
        yield ""


def _meaning(enumeration: Any, member: Any) -> str:
    """Return what a member means: in words that stand elsewhere already, else in those below it."""
    if meanings := _MEANINGS.get(enumeration.name):
        return str(meanings(_value(member)))
    return str(member.docstring.value)


def _value(member: Any) -> str:
    return str(member.value).strip("'")


def _glossary() -> dict[str, str]:
    """Return the first sentences of docs/glossary.md by the words they explain."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return {word: re.split(r"(?<=\.) ", meaning)[0] for word, meaning in rows}


def _public(thing: Any) -> Iterable[Any]:
    return [one for name, one in thing.members.items() if not name.startswith("_") and not one.is_alias]


def _first(thing: Any) -> str:
    return thing.docstring.value.partition("\n\n")[0] if thing.docstring else ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return _text(" ".join(text.split())).replace("|", "\\|")


def _text(text: str) -> str:
    return text.replace("``", "`")
