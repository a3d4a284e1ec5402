"""Registers on the terminal: rows with the fields that are filled in, and who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rich.table import Table

from include.governance.cli.edge import console
from include.governance.cli.terminal import plain
from include.governance.model.register_row import RegisterRow
from include.governance.store.register_given import kept_fields
from include.governance.store.register_table import RegisterEvent
from include.governance.wording import Language, say

_RIGHT = {"rows"}


def print_rows(model: type[RegisterRow], rows: Sequence[RegisterRow]) -> None:
    """A table whose columns are named as in files; fields that no row fills in are left out."""
    filled = [
        name
        for name in kept_fields(model)
        if name == model.key_field or any(getattr(row, name) not in (None, ()) for row in rows)
    ]
    table = Table()
    for name in filled:
        table.add_column(name)
    for row in rows:
        table.add_row(*(plain(_cell(getattr(row, name))) for name in filled))
    console().print(table)


def print_changes(events: Iterable[RegisterEvent], language: Language) -> None:
    """The history of a register."""
    lines = (
        (
            f"{event.at:%Y-%m-%d %H:%M}Z",
            event.by,
            say(f"register.{event.action}", language),
            event.key,
            ", ".join(event.fields),
        )
        for event in events
    )
    print_lines(("change_at", "change_by", "change_kind", "id", "change_fields"), lines, language)


def print_lines(columns: Sequence[str], lines: Iterable[Sequence[str]], language: Language) -> None:
    """A table with titles in the reader's language."""
    table = Table()
    for name in columns:
        table.add_column(
            say(f"column.{name}", language), justify="right" if name in _RIGHT else "left"
        )
    for line in lines:
        table.add_row(*map(plain, line))
    console().print(table)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(value)
        case date():
            return value.isoformat()
    return str(value)
