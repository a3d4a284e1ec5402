"""What a person hands to a command: a file, or standard input for ``-``."""

from __future__ import annotations

import sys
from pathlib import Path

from include.governance.errors import ConfigurationError


def read_lines(file: Path) -> list[str]:
    """The lines, ended by a line feed that a carriage return may stand before; nothing is trimmed.

    Raises ConfigurationError as ``read_text``.
    """
    return [line.removesuffix("\r") for line in read_text(file).split("\n")]


def read_text(file: Path) -> str:
    """The text; raises ConfigurationError when it is not UTF-8."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("file_not_utf8", file=file.name) from None
