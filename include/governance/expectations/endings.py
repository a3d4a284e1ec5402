"""``$`` in a regular expression is the end of the value, on every engine.

Python (SQLite) and PCRE (MariaDB) would let a line's end follow.
"""

from __future__ import annotations

import re

from include.governance.source.iso_text import END

#: A character that is escaped, a class of characters, or a dollar sign that stands for the end.
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|\$", re.DOTALL)


def to_the_end(regex: str) -> str:
    """The same expression, in which nothing follows ``$``."""
    return _TOKEN.sub(lambda found: END if found[0] == "$" else found[0], regex)
