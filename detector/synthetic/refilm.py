"""The same scene in front of another camera: the same movements at another picture size and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.synthetic.recipe import Codec, Recipe

__all__ = ["refilmed"]

_LAST_JERK_S = 1.2  # before the end, as where recipes are drawn
_LEAST_PX = 0.6
_MOST_BREATH_PX = 8.0


def refilmed(
    recipe: Recipe, *, width: int | None = None, fps: float | None = None, duration_s: float | None = None
) -> Recipe:
    """Return the recipe for another picture size, rate or length; whatever is not given stays the same.

    Parameters
    ----------
    recipe : Recipe
        The scene.
    width : int, optional
        Width in pixels, even; the height follows. All lengths in pixels of the video, and the bit rate, are scaled with
        it, so that everything moves as far in the picture as before.
    fps : float, optional
        Frame rate in Hz.
    duration_s : float, optional
        Length in seconds, at most that of the scene; later events are left out.

    Raises
    ------
    ValueError
        If the scene is shorter than `duration_s`.
    """
    camera = recipe.camera
    end_s = camera.duration_s if duration_s is None else duration_s
    if end_s > camera.duration_s:
        raise ValueError(f"duration_s is {end_s:g} s, at most the {camera.duration_s:g} s of the scene expected")
    factor = 1.0 if width is None else width / camera.width
    size: dict[str, Any] = {}
    if width is not None:
        size = {"width": width, "height": max(64, round(camera.height * factor / 2) * 2)}
    jerks = [jerk.model_copy(update={"amplitude_px": max(_LEAST_PX, jerk.amplitude_px * factor)})
             for jerk in recipe.jerks if jerk.onset_s <= end_s - _LAST_JERK_S]  # fmt: skip
    motions = [motion.model_copy(update={"amplitude_px": motion.amplitude_px * factor,
                                         "duration_s": min(motion.duration_s, end_s - motion.onset_s)})
               for motion in recipe.motions if motion.onset_s < end_s - 0.5]  # fmt: skip
    items = [item.model_copy(update={"duration_s": min(item.duration_s, end_s - item.onset_s)})
             for item in recipe.distractors if item.onset_s < end_s - 0.5]  # fmt: skip
    breath_px = min(_MOST_BREATH_PX, recipe.breathing.amplitude_px * factor)
    blocks = {
        "camera": camera.model_copy(update=size | {"fps": fps or camera.fps, "duration_s": end_s}),
        "breathing": recipe.breathing.model_copy(update={"amplitude_px": breath_px}),
        "codec": _with_rate(recipe.codec, factor),
        "jerks": tuple(jerks), "motions": tuple(motions), "distractors": tuple(items),
    }  # fmt: skip
    return type(recipe).model_validate(recipe.model_copy(update=blocks).model_dump())


def _with_rate(codec: Codec, factor: float) -> Codec:
    """Return the codec with a bit rate for pictures `factor` times as wide: small ones need more bits per pixel."""
    return codec.model_copy(update={"bitrate_kbps": round(codec.bitrate_kbps * factor**1.5)})
