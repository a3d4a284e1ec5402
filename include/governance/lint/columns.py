"""Check that every column says what it holds and why it may be held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.lint.place import at_column, at_table, suggested, warned
from include.governance.model.contract import Column, Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.policy import Category, PrivacyPolicy


def mistakes(policy: PrivacyPolicy, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Undeclared or unknown categories and purposes, and purposes that allow nothing."""
    for dataset in datasets:
        for name in dataset.purposes:
            if name not in policy.purposes:
                code, facts = suggested("purpose_unknown", name, policy.purposes)
                yield at_table(dataset, "purposes", code, **facts)
        for column in dataset.columns:
            yield from _column(policy, dataset, column)


def _column(policy: PrivacyPolicy, dataset: Dataset, column: Column) -> Iterator[Mistake]:
    if column.quasi_identifier and (column.unique or (column.name,) == dataset.primary_key):
        yield at_column(dataset, column, "quasiIdentifier", "quasi_unique")
    for name in column.purposes:
        if name not in policy.purposes:
            code, facts = suggested("purpose_unknown", name, policy.purposes)
            yield at_column(dataset, column, "purposes", code, **facts)
    if column.category is None:
        yield at_column(dataset, column, "", "category_undeclared")
        return
    category = policy.categories.get(column.category)
    if category is None:
        code, facts = suggested("category_unknown", column.category, policy.categories)
        yield at_column(dataset, column, "dataCategory", code, **facts)
    elif column.category in policy.forbidden_categories:
        yield from _forbidden(dataset, column, column.category)
    elif category.personal:
        yield from _purpose(policy, dataset, column, category)


def _forbidden(dataset: Dataset, column: Column, category: str) -> Iterator[Mistake]:
    """A forbidden category has no purpose; a retired column may still name it, to stay watched."""
    if column.purposes:
        yield at_column(dataset, column, "purposes", "forbidden_with_purpose", category=category)
    elif not column.deprecated:
        yield warned(
            at_column(dataset, column, "dataCategory", "forbidden_in_use", category=category)
        )


def _purpose(
    policy: PrivacyPolicy, dataset: Dataset, column: Column, category: Category
) -> Iterator[Mistake]:
    """At least one purpose must name the category; each purpose written at the column should."""
    purposes = column.purposes or dataset.purposes
    if not purposes:
        yield at_column(dataset, column, "", "purpose_missing", category=column.category or "")
        return
    names = {column.category, category.part_of}
    known = [name for name in purposes if name in policy.purposes]
    naming = {name for name in known if names & set(policy.purposes[name].categories)}
    silent = [name for name in known if name not in naming]
    facts: dict[str, str | int] = {"category": column.category or "", "purposes": ", ".join(silent)}
    if known and not naming:
        if column.deprecated:
            yield warned(at_column(dataset, column, "purposes", "out_of_purpose_retired", **facts))
        else:
            yield at_column(dataset, column, "purposes", "out_of_purpose", **facts)
    elif column.purposes and silent:
        yield warned(at_column(dataset, column, "purposes", "purpose_silent", **facts))
