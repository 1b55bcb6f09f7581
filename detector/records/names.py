"""Names of result folders: safe on every file system, and never the same for two recordings."""

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
_MAX_BYTES = 120  # of UTF-8; names end at 255 bytes on most file systems, and temporary names are longer than this one
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)


def recording_id(path: Path, taken: AbstractSet[str]) -> str:
    """Return the name of a recording's result folder: the file's stem made safe.

    Parameters
    ----------
    path : Path
        The video as the user named it.
    taken : set of str
        Names that belong to other recordings; upper and lower case are the same, as on Windows and macOS.

    Returns
    -------
    str
        At most 80 characters; with a hash of `path` at its end where the plain name is taken.
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
    """Return `text` as a folder name: letters and digits of any script, ``.``, ``_`` and ``-``; never empty."""
    kept = "".join(sign if _allowed(sign) else "-" for sign in unicodedata.normalize("NFC", text))
    name = shortened(re.sub(r"-{2,}", "-", kept).lstrip(".-"), 0)
    if not name:
        return "recording"
    return shortened(f"recording-{name}", 0) if _RESERVED.fullmatch(name) else name


def _allowed(sign: str) -> bool:
    return sign in "._-" or unicodedata.category(sign)[0] in "LMN"


def shortened(name: str, spare: int) -> str:
    """Return `name` so short that `spare` more ASCII signs fit, without what Windows drops at the end of a name."""
    name = name[: _MAX_CHARS - spare]
    return name.encode()[: _MAX_BYTES - spare].decode(errors="ignore").rstrip(".- ")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
