"""Names of result folders: safe on every file system and unique to each recording."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

__all__ = ["recording_id", "safe_name", "shortened"]

_MAX_CHARS = 80
_MAX_BYTES = 120  # of UTF-8; most file systems limit names to 255 bytes, and temporary names are longer than this one
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)


def recording_id(path: Path, taken: AbstractSet[str]) -> str:
    """Return the name of a recording's result folder: the file's stem made safe.

    Parameters
    ----------
    path : Path
        The video as the user named it.
    taken : set of str
        Names that belong to other recordings; case is ignored, as on Windows and macOS.

    Returns
    -------
    str
        At most 80 characters; ends with a hash of `path` if the plain name is taken.
    """
    used = {_folded(name) for name in taken}
    name = safe_name(path.stem)
    digest = hashlib.sha256(path.as_posix().encode("utf-8", "surrogateescape")).hexdigest()
    for length in (0, *range(8, len(digest) + 1, 8)):
        found = f"{shortened(name, length + 1)}-{digest[:length]}" if length else name
        if _folded(found) not in used:
            return found
    raise ValueError(f"{path}: every name for its result folder is taken")


def safe_name(text: str) -> str:
    """Return `text` as a folder name of letters and digits of any script, ``.``, ``_`` and ``-``; never empty."""
    kept = "".join(sign if _allowed(sign) else "-" for sign in unicodedata.normalize("NFC", text))
    name = shortened(re.sub(r"-{2,}", "-", kept).lstrip(".-"), 0)
    if not name:
        return "recording"
    return shortened(f"recording-{name}", 0) if _RESERVED.fullmatch(name) else name


def _allowed(sign: str) -> bool:
    return sign in "._-" or unicodedata.category(sign)[0] in "LMN"


def shortened(name: str, spare: int) -> str:
    """Return `name` cut so that `spare` more ASCII characters fit, without the endings that Windows drops."""
    name = name[: _MAX_CHARS - spare]
    return name.encode()[: _MAX_BYTES - spare].decode(errors="ignore").rstrip(".- ")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
