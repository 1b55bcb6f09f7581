"""Files that ship with the package: models and samples, in the installed package or in the checkout."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.errors import ResourceError

__all__ = [
    "MODELS",
    "Sample",
    "models_folder",
    "sample",
    "sample_names",
    "sample_path",
    "sample_truth",
    "samples_folder",
]

MODELS = "SLEEPJERK_MODELS"
"""Names a folder of models of one's own, laid out as ``models/``, that takes the place of those that ship."""

_PACKAGE = Path(__file__).resolve().parent
_ADVICE = "Install sleepjerk again, or run it from a whole checkout"


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry of ``samples/manifest.json``.

    Attributes
    ----------
    name : str
        How it is asked for.
    file, truth : Path
        The clip, and its exact events.
    recipe : str
        Name of its recipe in ``samples/recipes.toml``.
    sha256 : str
        Hex digest of the clip.
    bytes : int
        Length of the clip.
    description : str
        What it shows, in one line.
    duration_s, fps : float
        Length in seconds, and frames per second (the mean, where the rate varies).
    """

    name: str
    file: Path
    truth: Path
    recipe: str
    sha256: str
    bytes: int
    description: str
    duration_s: float
    fps: float


def models_folder() -> Path:
    """Return the folder of the models: that of the environment variable ``SLEEPJERK_MODELS``, or those that ship.

    Raises
    ------
    ResourceError
        If there is none.
    """
    own = os.environ.get(MODELS)
    if own and not Path(own).is_dir():
        raise ResourceError(f"{MODELS}={own}: there is no such folder. Name the folder that holds registry.json")
    return Path(own) if own else _folder("models")


def samples_folder() -> Path:
    """Return the folder of the samples.

    Raises
    ------
    ResourceError
        If there is none.
    """
    return _folder("samples")


def sample_names() -> tuple[str, ...]:
    """Return the names of the samples, in the order of the manifest.

    Returns
    -------
    tuple of str
        For `sample_path`.

    Raises
    ------
    ResourceError
        If the manifest is missing or unreadable.
    """
    return tuple(_manifest(samples_folder()))


def sample(name: str) -> Sample:
    """Return what the manifest says of a sample.

    Raises
    ------
    ResourceError
        If there is no such sample, or the manifest is missing or unreadable.
    """
    known = _manifest(samples_folder())
    if name not in known:
        raise ResourceError(f"there is no sample {name!r}; the samples are {', '.join(known) or 'none'}")
    return known[name]


def sample_path(name: str) -> Path:
    """Return the clip of a sample, its bytes compared with the manifest's digest.

    Parameters
    ----------
    name : str
        One of `sample_names`.

    Returns
    -------
    Path
        Of the film, for `analyze`.

    Raises
    ------
    ResourceError
        If there is no such sample, or its clip is missing or altered.
    """
    entry = sample(name)
    found = _sha256(entry.file)
    if found != entry.sha256:
        raise ResourceError(
            f"{entry.file}: altered: its sha256 begins with {found[:12]}, {entry.sha256[:12]} expected. {_ADVICE}"
        )
    return entry.file


def sample_truth(name: str) -> Path:
    """Return the exact events of a sample, a BIDS event table.

    Raises
    ------
    ResourceError
        If there is no such sample, or its events are missing.
    """
    entry = sample(name)
    if not entry.truth.is_file():
        raise ResourceError(f"{entry.truth}: there is no such file. {_ADVICE}")
    return entry.truth


def _folder(kind: str) -> Path:
    """Return ``detector/_data/<kind>`` of an installation, or ``<kind>`` of the checkout of this very project."""
    installed, checkout = _PACKAGE / "_data" / kind, _PACKAGE.parent / kind
    if installed.is_dir():
        return installed
    if checkout.is_dir() and _is_ours(_PACKAGE.parent / "pyproject.toml"):
        return checkout
    raise ResourceError(f"the {kind} are neither in {installed} nor in {checkout} of a checkout. {_ADVICE}")


def _is_ours(pyproject: Path) -> bool:
    try:
        project = tomllib.loads(pyproject.read_text("utf-8")).get("project", {})
    except (OSError, ValueError):
        return False
    return isinstance(project, dict) and project.get("name") == "sleepjerk"


@functools.lru_cache(maxsize=4)
def _manifest(folder: Path) -> dict[str, Sample]:
    path = folder / "manifest.json"
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        if content["format"] != 1:
            raise ResourceError(f"{path}: format {content['format']!r} found, 1 expected. {_ADVICE}")
        return {entry["name"]: _entry(folder, entry) for entry in content["samples"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, ResourceError):
            raise
        raise ResourceError(f"{path}: cannot be read as the list of samples ({error!r}). {_ADVICE}") from None


def _entry(folder: Path, values: dict[str, Any]) -> Sample:
    return Sample(
        name=str(values["name"]),
        file=folder / str(values["file"]),
        truth=folder / str(values["truth"]),
        recipe=str(values["recipe"]),
        sha256=str(values["sha256"]),
        bytes=int(values["bytes"]),
        description=str(values["description"]),
        duration_s=float(values["duration_s"]),
        fps=float(values["fps"]),
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ResourceError(f"{path}: cannot be read ({error.strerror}). {_ADVICE}") from None
