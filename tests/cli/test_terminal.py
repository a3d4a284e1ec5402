"""What is printed is whole, and no name commands the terminal."""

from __future__ import annotations

import io

import pytest
from rich.table import Table

from include.governance.cli.terminal import FEWEST_COLUMNS, Terminal, plain

LONG = "source." + "a_very_long_table_name_" * 12
JAPANESE = "統制の名前がとても長い場合でも途中で切らずに表示します" * 4


def shown(text: str, columns: int | None) -> str:
    """The cells of a table with one long name, as a terminal of this width or a pipe shows them."""
    out = Terminal()
    out.file = io.StringIO()
    if columns:
        out.width = max(columns, FEWEST_COLUMNS)
    table = Table()
    for name in ("One", "Two", "Three"):
        table.add_column(name)
    table.add_row("x", plain(text), "y" * 30)
    out.print(table)
    lines = out.file.getvalue().splitlines()
    return "".join(line.split("│")[2].strip() for line in lines if line.startswith("│"))


@pytest.mark.parametrize("columns", [None, 120, 80, 40])
@pytest.mark.parametrize("text", [LONG, JAPANESE], ids=["latin", "japanese"])
def test_nothing_of_a_long_name_is_cut(text: str, columns: int | None) -> None:
    assert shown(text, columns) == text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\r", "a\\nb\\r"),
        ("a\u202eb", "a\\u202eb"),
        ("a\x9b2Jb", "a\\x9b2Jb"),
        ("[bold]a[/]", "\\[bold]a\\[/]"),
        ("顧客", "顧客"),
        ("a\udcff", "a\\udcff"),
    ],
    ids=["escape", "line", "turn", "c1", "markup", "kanji", "surrogate"],
)
def test_controls_in_a_name_are_seen_and_not_obeyed(name: str, seen: str) -> None:
    assert plain(name) == seen


def test_what_forgot_to_make_a_name_plain_is_caught_too() -> None:
    out = Terminal()
    out.file = io.StringIO()
    out.print("one\ntwo \x1b]0;title\x07")
    assert out.file.getvalue() == "one\ntwo \\x1b]0;title\\x07\n"
