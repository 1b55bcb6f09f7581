"""A person's decisions on the movements of a result: a layer on top that leaves the result itself unchanged."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Review"]


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decisions on the movements of a result.

    Attributes
    ----------
    confirmed, refused : tuple of str
        Ids of the jerks that the person confirmed as jerks, and of those that they refused.
    added : tuple of str
        Ids of movements that were not counted but are jerks in the person's view.
    dismissed : tuple of str
        Ids of movements that were not counted and are not jerks in the person's view either.
    lost : int
        Number of decisions on movements that are not, or no longer, in the result.
    disputed : tuple of str
        Ids on which the latest decisions of different persons differ; the decision added last counts.
    unread : bool
        Whether there are decisions that cannot be read.
    at : tuple of (str, str)
        Id of each movement decided on, and the time of the decision that counts, as written.
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
        """Whether the person has decided on any movement in the result."""
        return bool(self.confirmed or self.refused or self.added or self.dismissed)

    @property
    def looked(self) -> int:
        """Number of jerks decided on."""
        return len(self.confirmed) + len(self.refused)
