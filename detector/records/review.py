"""What a person decided on the movements of a result: a layer on top of it, which changes nothing below."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Review"]


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided on the movements of a result.

    Attributes
    ----------
    confirmed, refused : tuple of str
        Ids of the jerks that are jerks in their view, and of those that are none.
    added : tuple of str
        Ids of movements that were not counted, and are jerks in their view.
    dismissed : tuple of str
        Ids of movements that were not counted, and are none in their view, either.
    lost : int
        Number of decisions on what is not in the result (any more).
    disputed : tuple of str
        Ids on which the last words of different persons differ; the decision that was added last counts.
    unread : bool
        Whether there are decisions that cannot be read.
    at : tuple of (str, str)
        Id of each of them, and the time of the decision that counts, as it is written.
    """

    confirmed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()
    lost: int = 0
    disputed: tuple[str, ...] = ()
    unread: bool = False
    at: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def begun(self) -> bool:
        """Whether the person has decided on anything that is in the result."""
        return bool(self.confirmed or self.refused or self.added or self.dismissed)

    @property
    def looked(self) -> int:
        """Number of jerks that were decided on."""
        return len(self.confirmed) + len(self.refused)
