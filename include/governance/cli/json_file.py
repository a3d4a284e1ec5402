"""``--json``: one whole document or none; the target is tried before any work is done."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from include.governance.errors import ConfigurationError

STANDARD_OUTPUT = "-"


def claim(target: Path | None) -> Path | None:
    """The target, ready to be written; raises ConfigurationError when it cannot be.

    Missing folders are made. What an earlier command wrote there is removed, so that it is never
    taken for what this one finds when this one fails.
    """
    if target is None or str(target) == STANDARD_OUTPUT:
        return target
    try:
        file = target.resolve()
        if not _is_special(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():
                raise IsADirectoryError
            _write(_partial(file), "")
            _partial(file).unlink()
            file.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name with NUL
        raise ConfigurationError(
            "json_target", path=str(target), kind=type(error).__name__
        ) from None
    return target


def write_json(document: object, target: Path | None) -> None:
    """A document as JSON to a file, or to standard output for ``-``."""
    if target is not None:
        write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", target)


def write_text(text: str, target: Path) -> None:
    """A text to a file, whole or not at all, or to standard output for ``-``."""
    if str(target) == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    file = target.resolve()
    if _is_special(file):
        file.write_text(text, "utf-8")
        return
    partial = _partial(file)
    try:
        _write(partial, text)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _is_special(file: Path) -> bool:
    """A pipe or a device, which nothing can be put in place of."""
    return file.exists() and not file.is_file() and not file.is_dir()


def _partial(file: Path) -> Path:
    """Beside the target, so that putting it in place is one step of the same disk."""
    return file.with_name(f".{file.name}.{os.getpid()}.partial")


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
