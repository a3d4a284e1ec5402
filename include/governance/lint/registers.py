"""Check that a table that fills a register fills its fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.contract.registers import REGISTERS
from include.governance.lint.place import at_column, at_table, suggested, warned
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.rules.place import fields_open_to


def mistakes(datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Unknown registers and fields, fields filled twice, and fields left empty."""
    for dataset in datasets:
        if dataset.fills_register is None:
            yield from _no_register(dataset)
        elif dataset.fills_register in REGISTERS:
            yield from _fields(dataset, dataset.fills_register)
        else:
            code, facts = suggested("register_unknown", dataset.fills_register, REGISTERS)
            yield at_table(dataset, "register", code, **facts)


def _no_register(dataset: Dataset) -> Iterator[Mistake]:
    for column in dataset.columns:
        field = column.register_field
        if field and field not in fields_open_to(dataset):
            yield at_column(dataset, column, "registerField", "field_without_register", field=field)
    if dataset.kind == "register":
        allowed = ", ".join(REGISTERS)
        yield at_table(dataset, "datasetKind", "register_not_named", allowed=allowed)


def _fields(dataset: Dataset, register: str) -> Iterator[Mistake]:
    fields = REGISTERS[register]
    filled: dict[str, str] = {}
    slip = False  # a field that was written wrongly may be the one that is empty
    for column in dataset.columns:
        field = column.field(fields.names)
        if column.register_field and field not in fields.names:
            code, facts = suggested("field_unknown", field, fields.names)
            yield at_column(dataset, column, "registerField", code, **facts, register=register)
            slip = True
        elif field in filled:
            facts = {"field": field, "other": filled[field]}
            yield at_column(dataset, column, "registerField", "field_twice", **facts)
            slip = True
        filled.setdefault(field, column.name)
    for field in fields.key:
        if field not in filled:
            yield at_table(dataset, "register", "field_missing", field=field, register=register)
    unfilled = [field for field in fields.needed if field not in filled]
    if unfilled and not slip:
        facts = {"fields": ", ".join(unfilled), "register": register}
        yield warned(at_table(dataset, "register", "field_unfilled", **facts))
