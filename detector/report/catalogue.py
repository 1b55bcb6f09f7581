"""All texts of the page, in one catalogue per language, and the formatting of numbers in that language.

Nothing is computed here except rounding. A no-break space keeps a number and its unit together.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from detector.errors import SettingsError

__all__ = ["Catalogue", "catalogue", "languages"]


class Catalogue:
    """The texts of one language.

    Attributes
    ----------
    code : str
        Language tag, such as ``en``.
    """

    def __init__(self, code: str, texts: dict[str, str]) -> None:
        self.code = code
        self._texts = texts
        self._signs = str.maketrans({",": texts["sign.thousands"], ".": texts["sign.decimal"]})

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such text.
        """
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Return whether there is a text for this key."""
        return key in self._texts

    def below(self, head: str) -> dict[str, str]:
        """Return the texts whose keys begin with ``head.``, keyed by the rest of the key, in order."""
        start = f"{head}."
        return {key.removeprefix(start): text for key, text in self._texts.items() if key.startswith(start)}

    def count(self, key: str, amount: int, **values: object) -> str:
        """Return the singular or plural text of `key` with its count: ``1 cluster``, ``2,000 clusters``."""
        return self(f"{key}.{'one' if amount == 1 else 'many'}", n=self.whole(amount), **values)

    def whole(self, amount: int) -> str:
        """Return a whole number with thousands separators."""
        return f"{amount:,}".translate(self._signs)

    def number(self, value: float, digits: int = 3) -> str:
        """Return `value` with `digits` significant digits and no exponent; NaN and infinities as not measured."""
        if not math.isfinite(value):
            return self("word.not_measured")
        if value == 0:
            return "0"
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return f"{value:,.{min(decimals, 6)}f}".translate(self._signs)

    def plain(self, value: float) -> str:
        """Return `value` as short as possible with up to four digits (2, 0.03, 29.97); NaN as not measured."""
        if math.isfinite(value) and abs(value) < 10_000:
            return f"{value:,.4g}".translate(self._signs)
        return self.number(value)

    def fixed(self, value: float, decimals: int) -> str:
        """Return `value` with this number of decimals; NaN as not measured."""
        return f"{value:,.{decimals}f}".translate(self._signs) if math.isfinite(value) else self("word.not_measured")

    def percent(self, part: float, whole: float) -> str:
        """Return `part` as a percentage of `whole`; never 100 % for less than all, nor 0 % for more than nothing."""
        if not (math.isfinite(part) and whole > 0):
            return self("word.not_measured")
        share = 100 * part / whole
        if 0 < share < 0.1:
            return self("word.under", value=self.fixed(0.1, 1))
        if 99.9 < share < 100 and whole - part > 1e-6 * whole:
            return self("word.over", value=self.fixed(99.9, 1))
        return f"{self.fixed(share, 0 if abs(share - round(share)) < 0.05 else 1)}\u00a0%"

    def elapsed(self, time_s: float) -> str:
        """Return a time since the first frame as ``h:mm:ss.s``."""
        if not math.isfinite(time_s):
            return self("word.not_measured")
        tenths = round(time_s * 10)
        sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
        seconds, tenth = divmod(tenths, 10)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{self._decimal}{tenth}"

    @property
    def _decimal(self) -> str:
        return self._texts["sign.decimal"]

    def length(self, duration_s: float) -> str:
        """Return a duration in the unit a person would choose: seconds, minutes or hours."""
        if not math.isfinite(duration_s):
            return self("word.not_measured")
        if duration_s < 119.95:
            return f"{self.fixed(duration_s, 1)}\u00a0{self('unit.s')}"
        if duration_s < 7197:
            return f"{self.fixed(duration_s / 60, 1)}\u00a0{self('unit.min')}"
        return f"{self.fixed(duration_s / 3600, 1)}\u00a0{self('unit.h')}"


def languages() -> tuple[str, ...]:
    """Return the codes of the available languages, English first."""
    found = sorted(item.name.removesuffix(".toml") for item in _folder().iterdir() if item.name.endswith(".toml"))
    return ("en", *(code for code in found if code != "en"))


@cache
def catalogue(code: str = "en") -> Catalogue:
    """Return the texts of a language.

    Raises
    ------
    SettingsError
        If there is no such language.
    """
    if code not in languages():
        raise SettingsError(f"no report language {code!r}; there are: {', '.join(languages())}", key="language")
    values = tomllib.loads((_folder() / f"{code}.toml").read_text("utf-8"))
    return Catalogue(code, dict(_flat(values)))


def _folder() -> Any:
    return files("detector.report") / "languages"


def _flat(values: dict[str, Any], head: str = "") -> list[tuple[str, str]]:
    """Return nested tables as dotted keys; ``~`` stands for a no-break space in the file."""
    out: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{head}{key}"
        out += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value).replace("~", "\u00a0"))]
    return out
