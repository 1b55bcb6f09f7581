"""The page on which a person draws regions on a still: self-contained, works offline, saves a TOML file."""

from __future__ import annotations

import base64

from detector.report.catalogue import catalogue
from detector.report.templating import Script, data_element, inline, template

__all__ = ["render_regions_page"]

_NAMES = ("left_arm", "right_arm", "left_leg", "right_leg", "face", "exclude")


def render_regions_page(still: bytes, reference: str, aspect: float, *, language: str = "en") -> str:
    """Return the page as HTML.

    Parameters
    ----------
    still : bytes
        JPEG of the upright picture.
    reference : str
        Edges of the picture, base64.
    aspect : float
        Picture width over height.
    language : str
        Language of the texts.

    Raises
    ------
    SettingsError
        If the language is not known.
    """
    say = catalogue(language)
    aspect = round(aspect, 4)
    data = {"reference": reference, "aspect": aspect, "words": say.below("draw.js")}
    return template("regions.html.j2").render(
        say=say,
        names=_NAMES,
        aspect=aspect,
        still=base64.b64encode(still).decode("ascii"),
        styles=inline("regions.css"),
        script=Script.of("regions.js"),
        data=data_element(data),
    )
