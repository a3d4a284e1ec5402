"""A subject's key in one spelling, as it is compared with a column."""

from __future__ import annotations

import re

from include.governance.source.types import Stored

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def comparable(key: str, stored: Stored) -> str | None:
    """A key as a column that is kept so would hold it; None when it cannot hold it at all."""
    if "\0" in key or not _can_be_sent(key):
        return None
    if stored == "number":
        return str(int(key)) if _WHOLE.fullmatch(key.strip()) else None
    return key if stored == "text" else key.lower()


def _can_be_sent(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
