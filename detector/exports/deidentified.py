"""A result without what could name a person: name, file, digest, names of regions. Numbers stay as they are."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detector.events.sites import PROPOSED
from detector.records.events import Reason

if TYPE_CHECKING:
    from detector.records.events import Movement
    from detector.records.result import Provenance, Result

__all__ = ["COMMON_SITES", "deidentified"]

COMMON_SITES = frozenset({
    "arm", "leg", "hand", "foot", "head", "face", "mouth", "trunk", "body", "shoulder", "hip", "knee", "elbow",
    "exclude", "exclude_clock", "exclude_window", "exclude_curtain",
})  # fmt: skip
"""Names of regions that tell nothing of a person; all others become ``region_1``, ..."""


def deidentified(result: Result, code: str) -> Result:
    """Return `result` under the name `code`.

    The digest of the video is replaced by a digest of it: whoever has the video can still tell that it is the one, and
    nobody else. Its length in bytes is left out. Quality flags keep their codes and values; their sentences are made
    by this program and hold numbers only.

    Parameters
    ----------
    result : Result
        What was found.
    code : str
        Name to be used instead of the recording's.
    """
    names = _new_names(result)
    recording = replace(
        result.recording, id=code, path=code, size_bytes=0, sha256=digest_of_digest(result.recording.sha256)
    )
    movements = tuple(_renamed(movement, names) for movement in result.movements)
    return replace(
        result, recording=recording, movements=movements, provenance=_without_names(result.provenance, names)
    )


def digest_of_digest(sha256: str) -> str:
    """Return the digest that stands for a video's digest."""
    return hashlib.sha256(f"sleepjerk:{sha256}".encode()).hexdigest()


def _regions(run: Provenance) -> list[dict[str, Any]]:
    block: Any = run.settings.get("regions", {})
    return [dict(region) for region in block.get("named", ())]


def _new_names(result: Result) -> dict[str, str]:
    """Return new names for the regions, and for sites, whose own are not on the common list."""
    new: dict[str, str] = {}
    sites = [str(region["name"]) for region in _regions(result.provenance)]
    sites += [m.site for m in result.movements if m.site != str(Reason.NONE) and not m.site.startswith(PROPOSED)]
    for name in sites:
        side, _, rest = name.partition("_")
        plain, head = (rest, f"{side}_") if side in {"left", "right"} and rest else (name, "")
        if plain not in COMMON_SITES:
            mark = "exclude_" if plain.startswith("exclude") else ""
            new.setdefault(plain, f"{mark}region_{len(new) + 1}")
            new[name] = head + new[plain]
    return new


def _renamed(movement: Movement, names: dict[str, str]) -> Movement:
    return replace(movement, site=names[movement.site]) if movement.site in names else movement


def _without_names(run: Provenance, names: dict[str, str]) -> Provenance:
    named = [region | {"name": names.get(str(region["name"]), region["name"])} for region in _regions(run)]
    block: Any = run.settings.get("regions", {})
    return replace(run, settings=dict(run.settings) | {"regions": dict(block) | {"named": named}})
