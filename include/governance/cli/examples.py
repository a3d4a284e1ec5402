"""``daicho scan --examples``: masked examples for the eyes at a terminal, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from include.governance.cli.terminal import Terminal, plain
from include.governance.errors import ConfigurationError
from include.governance.model.classification import Classification
from include.governance.pipeline.examples import examples_of
from include.governance.pipeline.workspace import Workspace
from include.governance.wording import Language, say


def require_terminal(out: Terminal) -> None:
    """Raises ConfigurationError unless somebody watches: a pipe or a file would keep them."""
    if not out.file.isatty():
        raise ConfigurationError("examples_no_terminal")


def examples_table(
    workspace: Workspace, found: Iterable[Classification], count: int, language: Language
) -> Table:
    """At most ``count`` examples of each column, read anew from the sources."""
    table = Table(title=say("cli.examples_title", language), title_justify="left")
    for key in ("table", "column", "category", "example"):
        table.add_column(say(f"column.{key}", language))
    for verdict, example in examples_of(workspace, found, count):
        table.add_row(
            plain(f"{verdict.source}.{verdict.table}"),
            plain(example.column),
            say(f"detect_entity.{example.entity}", language),
            plain(example.shown),
        )
    return table
