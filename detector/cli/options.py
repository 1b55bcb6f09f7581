"""What several commands ask in the same words, and what is made of the answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.errors import SettingsError

if TYPE_CHECKING:
    from detector.config import Settings
    from detector.results.clips import ClipChoice

__all__ = ["ConfigOption", "PixelateOption", "QuietOption", "SetOption", "clip_choice", "read_settings"]

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings as a TOML file (docs/reference/settings.md).", metavar="FILE")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting, such as jerks.max_duration_s=0.8; may be repeated.", metavar="KEY=VALUE"),
]
PixelateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--pixelate",
        help="A region to pixelate in all clips; may be repeated. Later clips keep it; `none` ends it.",
        metavar="NAME",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]


def read_settings(config: Path | None, assignments: list[str]) -> Settings:
    """Return the defaults, changed by the file, changed by the assignments."""
    from detector.config import Settings  # noqa: PLC0415  (pydantic is slow to load)

    settings = Settings.from_toml(config) if config else Settings()
    return settings.with_assignments(assignments)


def clip_choice(text: str, pixelate: list[str] | None) -> ClipChoice | None:
    """Return what ``--clips`` and ``--pixelate`` ask for; None for no clips.

    Raises
    ------
    SettingsError
        If it is neither a number nor ``all`` nor ``none``.
    """
    from detector.results.clips import ClipChoice  # noqa: PLC0415  (loads cv2 and av)

    hidden = None if not pixelate else () if pixelate == ["none"] else tuple(pixelate)
    if text == "all":
        return ClipChoice(None, hidden)
    if text in {"none", "0"}:
        return None
    if not text.isdecimal():
        raise SettingsError(f"--clips {text!r} is neither a number nor `all` nor `none`", key="clips")
    return ClipChoice(int(text), hidden)
