"""Orders to a worker and its answers: units of work and their outcomes, passed as plain values."""

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
    from collections.abc import Iterable, Mapping

__all__ = ["Outcome", "OutcomeKind", "Unit", "UnitKind", "outcome_from", "unit_from"]


class UnitKind(StrEnum):
    """What a unit does."""

    WHOLE = "whole"
    """Inspect a recording, and analyse it at once if it is short."""

    PART = "part"
    """Read one part of a long recording."""

    JOIN = "join"
    """Join the parts of a recording, and find the events."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work; only plain values, so that it can be sent as JSON.

    Attributes
    ----------
    kind : UnitKind
        What the unit does.
    study : str
        Folder of the study.
    source : Source
        The input.
    stamp : FileStamp
        State of the input file when the run was planned.
    made_by : MadeBy
        What the receipt will give as the maker of the result.
    settings : Mapping
        All settings, by block.
    part_s : float
        Length of a part in seconds of recording; 0 to never divide.
    threads : int
        Decoding threads for a part; a whole recording is decoded as by `analyze`.
    index, spans
        Number of the part, and start and end of all parts in seconds.
    clips : ClipChoice or None
        Clips to make for the report; None for none.
    earlier : tuple of str
        Names of result folders that may hold earlier results of the same bytes.
    reference : Mapping
        The picture on which the regions were drawn, as `detector.results.drift.Reference.values`; empty for none.
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
        """A hash that names this unit without revealing its content: others can see task keys."""
        text = f"{self.source.key} {self.kind} {self.index} {len(self.spans)} {self.made_by} {self.stamp}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def values(self) -> dict[str, Any]:
        """Return the unit as plain values, which `unit_from` reads back."""
        return dataclasses.asdict(self) | {"kind": str(self.kind)}


def unit_from(values: Mapping[str, Any]) -> Unit:
    """Return the unit described by `Unit.values`."""
    asked = values["clips"]
    read = {
        "kind": UnitKind(values["kind"]),
        "source": Source(**values["source"]),
        "stamp": FileStamp(**values["stamp"]),
        "made_by": MadeBy(**values["made_by"]),
        "spans": _spans_from(values),
        "clips": None if asked is None else ClipChoice(asked["most"], _names_from(asked["pixelate"])),
        "earlier": tuple(values["earlier"]),
    }
    return Unit(**dict(values) | read)


def _names_from(names: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


def _spans_from(values: Mapping[str, Any]) -> tuple[PartSpan, ...]:
    return tuple(PartSpan(float(low), float(high)) for low, high in values["spans"])


class OutcomeKind(StrEnum):
    """The outcome of a unit, and what follows from it."""

    DONE = "done"
    """The recording was analysed and its receipt written."""

    FAILED = "failed"
    """The recording cannot be analysed, and its receipt says so."""

    PART = "part"
    """The file of a part was written."""

    DIVIDE = "divide"
    """Nothing is done yet: do the parts next."""

    WHOLE = "whole"
    """The parts cannot be joined: do the recording as a whole."""

    LOST = "lost"
    """Nothing was written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a unit; only plain values.

    Attributes
    ----------
    kind : OutcomeKind
        Kind of outcome.
    reason, message : str
        Code and text if the unit failed or was lost.
    spans : tuple of PartSpan
        The parts, if the recording is to be divided.
    """

    kind: OutcomeKind
    reason: str = ""
    message: str = ""
    spans: tuple[PartSpan, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return the outcome as plain values, which `outcome_from` reads back."""
        return dataclasses.asdict(self) | {"kind": str(self.kind)}


def outcome_from(values: Mapping[str, Any]) -> Outcome:
    """Return the outcome described by `Outcome.values`; any other values are ignored."""
    return Outcome(OutcomeKind(values["kind"]), values["reason"], values["message"], _spans_from(values))
