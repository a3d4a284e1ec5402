"""Say where in a contract a mistake stands."""

from __future__ import annotations

from collections.abc import Collection

from include.governance.model.contract import Column, Dataset
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import did_you_mean


def at_table(dataset: Dataset, part: str, code: str, /, **facts: str | int) -> Mistake:
    """A mistake of a table, on the line of one of its words, or of the table without it."""
    path = f"{dataset.table}.{part}" if part else dataset.table
    return Mistake(
        file=dataset.file,
        line=_line(dataset, part),
        path=path,
        code=code,
        facts={"table": dataset.table, **facts},
    )


def at_column(
    dataset: Dataset, column: Column, part: str, code: str, /, **facts: str | int
) -> Mistake:
    """A mistake of a column, on the line of one of its words, or of the column without it."""
    item = f"columns[{dataset.columns.index(column)}]"
    path = f"{dataset.table}.{column.name}"
    return Mistake(
        file=dataset.file,
        line=_line(dataset, f"{item}.{part}" if part else item),
        path=f"{path}.{part}" if part else path,
        code=code,
        facts={"table": dataset.table, "column": column.name, **facts},
    )


def warned(mistake: Mistake) -> Mistake:
    """The same as a warning: somebody should look, nothing is wrong yet."""
    return mistake.model_copy(update={"level": "warning"})


def _line(dataset: Dataset, part: str) -> int:
    """The line of a part, or of what it is a part of."""
    while part and part not in dataset.lines:
        part = part.rpartition(".")[0] if "." in part else part.rpartition("[")[0]
    return dataset.lines.get(part, 1)


def suggested(code: str, name: str, known: Collection[str]) -> tuple[str, dict[str, str | int]]:
    """``<code>`` for a name nobody defined, ``<code>_near`` when something like it is defined."""
    near = did_you_mean(name, known)
    return (f"{code}_near", {"name": name, "near": near}) if near else (code, {"name": name})
