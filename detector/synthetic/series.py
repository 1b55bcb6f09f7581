"""Many clips: choose conditions and seeds, skip what is already there, and render several at once."""

from __future__ import annotations

import multiprocessing
import signal
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import cv2

from detector.errors import DetectorError, SettingsError
from detector.synthetic.conditions import CONDITIONS, NEGATIVE, random_recipe
from detector.synthetic.encode import write_clip
from detector.synthetic.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["Job", "Made", "chosen_conditions", "chosen_seeds", "is_there", "jobs_for", "render_all"]

_LARGEST_SEED = 2**32 - 1
_POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to make: its recipe and the path of its video (the suffix is the recipe's container)."""

    recipe: Recipe
    path: Path


@dataclass(frozen=True, slots=True)
class Made:
    """Outcome of a job.

    Attributes
    ----------
    job : Job
        The clip.
    state : str
        ``rendered``, ``kept`` (it was already there) or ``failed``.
    seconds : float
        Wall-clock time for rendering.
    error : str
        Why it failed.
    """

    job: Job
    state: str
    seconds: float = 0.0
    error: str = ""


def chosen_conditions(text: str) -> tuple[str, ...]:
    """Return the conditions named in a text, in the order of the list of conditions.

    Parameters
    ----------
    text : str
        Comma-separated names, patterns such as ``*_quiet``, and the words ``all``, ``jerks`` (conditions with planted
        jerks) and ``jerk-free``.

    Raises
    ------
    SettingsError
        If a part names no condition.
    """
    chosen: set[str] = set()
    groups = {"all": set(CONDITIONS), "jerk-free": set(NEGATIVE), "jerks": set(CONDITIONS) - NEGATIVE}
    for part in (part.strip() for part in text.split(",")):
        names = groups.get(part) or {name for name in CONDITIONS if fnmatchcase(name, part)}
        if not names:
            raise SettingsError(
                f"unknown condition {part!r}; `sleepjerk simulate --list` shows them all", key="conditions"
            )
        chosen |= names
    return tuple(name for name in CONDITIONS if name in chosen)


def chosen_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds named in a text such as ``1-4,9``, each once, in the order given.

    Raises
    ------
    SettingsError
        If a part is neither a whole number nor a range between two.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise SettingsError(
                f"seeds: {part.strip()!r}; whole numbers and ranges such as 1-4,9 expected", key="seeds"
            )
        low, high = int(first), int(last or first)
        if not low <= high <= _LARGEST_SEED or high - low > 100_000:
            raise SettingsError(
                f"seeds: {part.strip()!r}; a rising range of at most 100,000 seeds expected", key="seeds"
            )
        seeds |= dict.fromkeys(range(low, high + 1))
    return tuple(seeds)


def jobs_for(conditions: Iterable[str], seeds: Iterable[int], out: Path, *, bed: str = "") -> list[Job]:
    """Return a job for every condition and seed, ordered by seed, so that a part of them is also balanced.

    Parameters
    ----------
    conditions : iterable of str
        Keys of `CONDITIONS`.
    seeds : iterable of int
        Seeds.
    out : Path
        Folder of the clips, which are named ``<condition>-<seed>.<container>``.
    bed : str
        A picture or video that replaces the bed in every clip; empty for none.
    """
    jobs = []
    names = tuple(conditions)
    for seed in seeds:
        for name in names:
            recipe = random_recipe(seed, name)
            if bed:
                recipe = recipe.model_copy(update={"bed": recipe.bed.model_copy(update={"picture": bed})})
            jobs.append(Job(recipe, out / f"{name}-{seed:05d}.{recipe.codec.container}"))
    return jobs


def is_there(job: Job) -> bool:
    """Return whether the clip, its truth and an identical recipe are there; the recipe is written last."""
    recipe = job.path.with_suffix(".toml")
    try:
        same = Recipe.from_toml(recipe.read_text("utf-8")) == job.recipe
    except (OSError, UnicodeError, SettingsError):
        return False
    return same and job.path.is_file() and job.path.with_suffix(".truth.tsv").is_file()


def render_all(jobs: Iterable[Job], *, workers: int = 1, idle: Callable[[], None] | None = None) -> Iterator[Made]:
    """Render the clips that are not there yet and yield the outcome of each job as it is done.

    Parameters
    ----------
    jobs : iterable of Job
        Clips; their folders must exist.
    workers : int
        Number of parallel processes; with 1, or one clip, this process renders. The clips do not depend on it.
    idle : callable, optional
        Called now and then while clips are being rendered. If it raises, work stops after the clips in progress, and
        nothing half-written is left.
    """
    missing = []
    for job in jobs:
        if is_there(job):
            yield Made(job, "kept")
        else:
            missing.append(job)
    if min(workers, len(missing)) <= 1:
        for job in missing:
            yield _render(job)
            if idle is not None:
                idle()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(missing)), mp_context=context, initializer=_start) as pool:
        waiting: set[Future[Made]] = {pool.submit(_render, job) for job in missing}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                if idle is not None:
                    idle()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start() -> None:
    """Prepare a worker: Ctrl-C is left to the parent, and each clip uses one core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def _render(job: Job) -> Made:
    began = time.monotonic()
    try:
        write_clip(job.recipe, job.path)
    except DetectorError as error:
        return Made(job, "failed", time.monotonic() - began, str(error))
    except OSError as error:
        what = f"the clip cannot be written ({error.strerror or error})"
        advice = f"Free some space and check that {job.path.parent} is writable, then run again"
        return Made(job, "failed", time.monotonic() - began, f"{what}. {advice}")
    return Made(job, "rendered", time.monotonic() - began)
