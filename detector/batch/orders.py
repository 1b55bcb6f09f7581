"""What a worker is told to do and what it answers: units of work and their outcomes, which travel as plain values."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from detector.batch.receipts import FileStamp, MadeBy
from detector.batch.sources import Source
from detector.results.clips import ClipChoice
from detector.video.part import PartSpan

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Outcome", "OutcomeKind", "Unit", "UnitKind", "outcome_from", "unit_from"]


class UnitKind(StrEnum):
    """What is to be done."""

    WHOLE = "whole"
    """Look at a recording, and analyse it at once if it is short."""

    PART = "part"
    """Read one part of a long one."""

    JOIN = "join"
    """Join its parts, and find the events."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work; plain values only, so that it travels as JSON.

    Attributes
    ----------
    kind : UnitKind
        What is to be done.
    study : str
        Folder of the study.
    source : Source
        The input.
    stamp : FileStamp
        What the input looked like when the run was planned.
    made_by : MadeBy
        What will stand in the receipt.
    settings : Mapping
        All settings, by block.
    part_s : float
        Length of a part in seconds of recording; 0: never divide.
    threads : int
        Decoding threads of a part; a whole recording is decoded as `analyze` does it.
    index, spans
        Number of the part, and where all parts begin and end, in seconds.
    clips : ClipChoice or None
        Clips for the report; None makes none.
    earlier : tuple of str
        Names of result folders that may hold earlier results of the same bytes.
    reference : Mapping
        The picture that the regions were drawn on, as `detector.results.drift.Reference.values`; empty: none.
    """

    kind: UnitKind
    study: str
    source: Source
    stamp: FileStamp
    made_by: MadeBy
    settings: Mapping[str, Any]
    part_s: float = 0.0
    threads: int = 1
    index: int = 0
    spans: tuple[PartSpan, ...] = ()
    clips: ClipChoice | None = None
    earlier: tuple[str, ...] = ()
    reference: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A hash that names this unit and nothing of its content: task keys are seen by others."""
        text = f"{self.source.key} {self.kind} {self.index} {len(self.spans)} {self.made_by} {self.stamp}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def values(self) -> dict[str, Any]:
        """Return the unit as plain values; `unit_from` reads them back."""
        return dataclasses.asdict(self) | {"kind": str(self.kind)}


def unit_from(values: Mapping[str, Any]) -> Unit:
    """Return the unit that `Unit.values` described."""
    asked = values["clips"]
    read = {
        "kind": UnitKind(values["kind"]),
        "source": Source(**values["source"]),
        "stamp": FileStamp(**values["stamp"]),
        "made_by": MadeBy(**values["made_by"]),
        "spans": _spans_from(values),
        "clips": None if asked is None else ClipChoice(asked["most"]),
        "earlier": tuple(values["earlier"]),
    }
    return Unit(**dict(values) | read)


def _spans_from(values: Mapping[str, Any]) -> tuple[PartSpan, ...]:
    return tuple(PartSpan(float(low), float(high)) for low, high in values["spans"])


class OutcomeKind(StrEnum):
    """What came of a unit, and what follows from it."""

    DONE = "done"
    """The recording is analysed, and its receipt written."""

    FAILED = "failed"
    """It cannot be analysed, and its receipt says so."""

    PART = "part"
    """The file of a part is written."""

    DIVIDE = "divide"
    """Nothing is done yet: do the parts."""

    WHOLE = "whole"
    """The parts cannot be joined: do the recording in one."""

    LOST = "lost"
    """Nothing was written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a unit; plain values only.

    Attributes
    ----------
    kind : OutcomeKind
        What came.
    reason, message : str
        Code and words where it failed or was lost.
    spans : tuple of PartSpan
        The parts, where it is to be divided.
    """

    kind: OutcomeKind
    reason: str = ""
    message: str = ""
    spans: tuple[PartSpan, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return the outcome as plain values; `outcome_from` reads them back."""
        return dataclasses.asdict(self) | {"kind": str(self.kind)}


def outcome_from(values: Mapping[str, Any]) -> Outcome:
    """Return the outcome that `Outcome.values` described; what else stands among the values is passed over."""
    return Outcome(OutcomeKind(values["kind"]), values["reason"], values["message"], _spans_from(values))
