"""``sleepjerk regions``: a page on which named parts of the picture are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detector.cli.console import ExitCode, printable

__all__ = ["regions_command"]


def regions_command(
    video: Annotated[Path, typer.Argument(help="A video from the camera.", metavar="VIDEO")],
    *,
    at_s: Annotated[
        float, typer.Option("--at", help="Time of the still, in seconds.", min=0.0, metavar="SECONDS")
    ] = 0.0,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The page to write; it holds a picture of the video.", metavar="FILE")
    ] = Path("regions.html"),
    language: Annotated[str, typer.Option(help="Language of the page: en or de.", metavar="CODE")] = "en",
) -> int:
    """Write a page for drawing the infant's arms, legs and face, and what to leave out, on a still.

    Open the page in a browser, draw, and save regions.toml; then use it with `sleepjerk analyze --regions`. Nothing
    leaves the machine; delete the page when it is no longer needed: it holds a picture.
    """
    from detector.results.regions_page import write_regions_page  # noqa: PLC0415  (loads cv2 and av)

    write_regions_page(video, out, at_s=at_s, language=language)
    print(f"{printable(out)}: open it in a browser, draw the regions and save them as regions.toml")
    return ExitCode.DONE
