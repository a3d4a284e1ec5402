"""The table for the console."""

import io

from rich.console import Console

from include.governance.report.compose import compose
from include.governance.report.summary import summary, summary_table
from tests.report.given import policy, report_input, text


def printed(language: str, **changes: object) -> str:
    report = compose(report_input(**changes))
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(summary_table(report, language))  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_the_last_row_is_the_sum() -> None:
    *clauses, total = summary(compose(report_input()), "en")
    assert [row.counts for row in clauses] == [(1, 1, 1, 0, 3)]
    assert total.counts == (1, 1, 1, 0, 3)


def test_the_table_speaks_the_readers_language() -> None:
    assert "要確認" in printed("ja")
    assert "Needs review" in printed("en")


def test_markup_in_a_name_is_text() -> None:
    clauses = policy().clauses
    named = clauses["6"].model_copy(
        update={"label": type(clauses["6"].label)(**text("[red]", "[red]"))}
    )
    hostile = policy().model_copy(update={"clauses": clauses | {"6": named}})
    assert "[red]" in printed("en", policy=hostile)
