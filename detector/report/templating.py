"""Self-contained pages from templates: styles, data and the only script that may run are part of the page."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Script", "data_element", "inline", "template"]

_WEB = ("detector.report", "web")


@dataclass(frozen=True, slots=True)
class Script:
    """A script as embedded in a page.

    Attributes
    ----------
    text : Markup
        Its text.
    sha256 : str
        Its hash in base64; the page's content security policy allows no other script.
    """

    text: Markup
    sha256: str

    @classmethod
    def of(cls, *names: str) -> Script:
        """Return files from the folder ``web`` as one script."""
        text = inline(*names)
        return cls(text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii"))


def template(name: str, *, package: str = "") -> Template:
    """Return a template from the folder ``templates`` of another package, if given and found there, or else ``web``.

    A name that the template uses but nobody supplied is an error, and all text is escaped.
    """
    places = [(package, "templates"), _WEB] if package else [_WEB]
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(*place) for place in places]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def inline(*names: str) -> Markup:
    """Return files from the folder ``web``, concatenated, to be embedded in a page unchanged."""
    web = files("detector.report") / "web"
    return Markup("\n".join((web / name).read_text("utf-8").strip() for name in names))  # noqa: S704  (our own files)


def data_element(values: dict[str, object]) -> Markup:
    """Return values as JSON in a ``<script type="application/json">``; characters that could end it are escaped."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)  # ASCII: everything else is already escaped
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704  (escaped here)
