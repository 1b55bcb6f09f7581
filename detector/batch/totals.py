"""What came of a run over a study, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.batch.plan import InputState

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["Totals"]


@dataclass(frozen=True, slots=True)
class Totals:
    """What came of a run.

    Attributes
    ----------
    states : Counter
        Inputs by the state they were found in.
    n_done, n_failed : int
        Recordings that were analysed now, and that failed now.
    reasons : Counter
        Reason codes of those that failed now.
    examples : dict of str to str
        By reason code, the path of the first that failed for it now.
    faults : tuple of str
        Words on receipts and events that the tables had to be written without.
    left_over : tuple of str
        Names of result folders that belong to no recording of the study any more; nothing counts them.
    n_of_before : int
        Recordings of the study that are no inputs of this run; the tables count them.
    """

    states: Counter[InputState]
    n_done: int
    n_failed: int
    reasons: Counter[str]
    examples: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    n_of_before: int = 0

    @property
    def n_kept(self) -> int:
        """Recordings that were analysed before, with the same settings by the same version."""
        return self.states[InputState.DONE] + self.states[InputState.RELABELLED]

    @property
    def complete(self) -> bool:
        """Whether every input has a result, be its video there or not, or is a copy of one that has."""
        return not (self.n_failed or self.states[InputState.BROKEN] or self.states[InputState.GROWING] or self.faults)
