"""What is printed: nothing is cut off, and a name cannot command the terminal."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

#: Where nobody watches, a row stands on one line, however long it is.
PIPE_COLUMNS = 10_000
#: A narrower terminal wraps the lines itself: folding further would put each letter on its own.
FEWEST_COLUMNS = 60
#: Controls, and the marks that turn the direction of text or are not seen at all.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Text for the terminal as it is written: no markup, and controls as ``\\x1b``."""
    return escape(visible(text))


def visible(text: str, but: str = "") -> str:
    """Controls, line ends too, as their escape sequence; those in ``but`` are left."""
    return _UNSEEN.sub(
        lambda found: found[0] if found[0] in but else ascii(found[0])[1:-1],
        text,
    )


class Terminal(Console):
    """A console whose tables fold long cells instead of cutting them."""

    def __init__(self, *, error: bool = False) -> None:
        super().__init__(stderr=error, highlight=False, soft_wrap=True, emoji=False)
        columns = super().width if self.is_terminal else PIPE_COLUMNS
        self.width = max(columns, FEWEST_COLUMNS)

    def print(self, *objects: Any, **how: Any) -> None:
        """Print, with every column of a table folded where it is too narrow."""
        for each in objects:
            if isinstance(each, Table):
                for column in each.columns:
                    column.overflow = "fold"
        super().print(*objects, **how)

    def render_str(self, text: str, **how: Any) -> Any:
        """Text with its markup; controls stay visible, line ends of sentences stay."""
        return super().render_str(visible(text, but="\n"), **how)
