"""The outcome of a run over a study, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.batch.plan import InputState

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["Totals"]


@dataclass(frozen=True, slots=True)
class Totals:
    """The outcome of a run.

    Attributes
    ----------
    states : Counter
        Numbers of inputs by the state in which they were found.
    n_done, n_failed : int
        Numbers of recordings that were analysed, and that failed, in this run.
    reasons : Counter
        Reason codes of those that failed in this run.
    examples : dict of str to str
        By reason code, the path of the first recording that failed for it in this run.
    faults : tuple of str
        Texts on receipts and events that had to be left out of the tables.
    left_over : tuple of str
        Names of result folders that no longer belong to any recording of the study; they are not counted.
    n_of_before : int
        Number of recordings of the study that are not inputs of this run; the tables count them.
    mixed : str
        Caution if the results of the study were not all made alike (`detector.batch.study.makers.mixture`).
    """

    states: Counter[InputState]
    n_done: int
    n_failed: int
    reasons: Counter[str]
    examples: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    n_of_before: int = 0
    mixed: str = ""

    @property
    def n_kept(self) -> int:
        """Number of recordings analysed before, with the same settings and by the same version."""
        return self.states[InputState.DONE] + self.states[InputState.RELABELLED]

    @property
    def complete(self) -> bool:
        """Whether every input has a result, whether its video is there or not, or is a copy of one that has."""
        return not (self.n_failed or self.states[InputState.BROKEN] or self.states[InputState.GROWING] or self.faults)
