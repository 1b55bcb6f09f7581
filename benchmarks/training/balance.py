"""How much a clip counts among clips of several renderers, and with which others it is held out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gather import Clip

__all__ = ["balanced", "clip_groups", "condition_groups", "copies_apart", "renderer_of"]


def renderer_of(condition: str) -> str:
    """Return what drew the clips of a condition: the name before its colon; nothing for ours and for real video."""
    renderer, colon, _ = condition.partition(":")
    return renderer if colon else ""


def balanced(clips: list[Clip], copies: list[Clip]) -> tuple[list[Clip], list[Clip]]:
    """Return clips and copies of them, their candidates weighed so that no renderer drowns the others.

    A renderer counts as the square root of its clips and copies: with even weights seven in ten are the simulator's,
    and less is found in scenes by others (docs/decisions/0019). Without what follows, the mean weight of a clip stays
    1. A clip without jerks weighs at least 1: few renderers draw much of what disturbs.

    Raises
    ------
    ValueError
        If there is no clip.
    """
    if not clips:
        raise ValueError("no clip with truth and no result with decisions was found; at least two are needed")
    numbers = Counter(renderer_of(clip.condition) for clip in [*clips, *copies])
    level = sum(numbers.values()) / sum(map(sqrt, numbers.values()))

    def factor(clip: Clip) -> float:
        even = level / sqrt(numbers[renderer_of(clip.condition)])
        return even if len(clip.truth_onsets_s) else max(even, 1.0)

    def weighed(some: list[Clip]) -> list[Clip]:
        return [replace(clip, weights=clip.weights * factor(clip)) for clip in some]

    return weighed(clips), weighed(copies)


def clip_groups(clips: Sequence[Clip]) -> list[str]:
    """Return the group of each clip: itself.

    Raises
    ------
    ValueError
        If there are fewer than two clips: nothing would be left to learn from.
    """
    if len(clips) < 2:
        raise ValueError(f"{len(clips)} clips with truth were found; at least two are needed, better a hundred")
    return [str(clip.path) for clip in clips]


def condition_groups(clips: Sequence[Clip]) -> list[str]:
    """Return the group of each clip: its condition, with that of its `_quiet` twin, or the whole renderer that drew it.

    Where all are of one condition, as a lab's own may be, it is the clip.
    """
    groups = [renderer_of(clip.condition) or clip.condition.removesuffix("_quiet") for clip in clips]
    return groups if len(set(groups)) > 1 else clip_groups(clips)


def copies_apart(clips: Sequence[Clip], copies: Sequence[Clip], held_out: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return which copies are of other clips than those held out, and which are of these.

    A copy has the condition and the name of its clip. The name alone does not tell: renderers by others count their
    clips from the same numbers.

    Raises
    ------
    ValueError
        If a copy is of none of the clips, or of which is not told: it could not be held out with its clip.
    """
    known, out = Counter(map(_name, clips)), {_name(clips[i]) for i in held_out}
    strange = next((copy for copy in copies if _name(copy) not in known), None)
    if strange is not None:
        raise ValueError(f"{strange.path} is a copy of none of the clips; give the folder that it was copied from, too")
    twice = next((copy for copy in copies if known[_name(copy)] > 1), None)
    if twice is not None:
        raise ValueError(f"{twice.path} may be a copy of several clips of that condition and name; rename the others")
    of_these = [k for k, copy in enumerate(copies) if _name(copy) in out]
    return [k for k, copy in enumerate(copies) if _name(copy) not in out], of_these


def _name(clip: Clip) -> tuple[str, str]:
    return clip.condition, clip.path.stem
