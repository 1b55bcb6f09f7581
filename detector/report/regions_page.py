"""The page on which a person draws regions on a still: complete in itself, works offline, saves a TOML file."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detector.report.catalogue import catalogue

__all__ = ["render_regions_page"]

_NAMES = ("left_arm", "right_arm", "left_leg", "right_leg", "face", "exclude")


def render_regions_page(still: bytes, reference: str, aspect: float, *, language: str = "en") -> str:
    """Return the page.

    Parameters
    ----------
    still : bytes
        JPEG of the upright picture.
    reference : str
        Edges of the picture, base64.
    aspect : float
        Width of the picture over its height.
    language : str
        Language of the texts.

    Raises
    ------
    SettingsError
        If the language is not known.
    """
    say = catalogue(language)
    web = files("detector.report") / "web"
    script = (web / "regions.js").read_text("utf-8").strip()
    environment = Environment(
        loader=PackageLoader("detector.report", "web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    data = json.dumps({"reference": reference, "aspect": round(aspect, 4), "words": say.below("draw.js")})
    return environment.get_template("regions.html.j2").render(
        say=say,
        names=_NAMES,
        still=base64.b64encode(still).decode("ascii"),
        styles=Markup((web / "regions.css").read_text("utf-8")),  # noqa: S704  (our own files)
        script=Markup(script),  # noqa: S704
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
        data=Markup(data.replace("<", "\\u003c").replace("&", "\\u0026")),  # noqa: S704  (escaped here)
    )
