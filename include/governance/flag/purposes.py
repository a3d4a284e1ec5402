"""Whether a column's category is named by one of its purposes: yes, no, or nobody said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from include.governance.model.contract import Column, Dataset
from include.governance.model.policy import PrivacyPolicy

Verdict = Literal["in_purpose", "out_of_purpose", "gap"]


def purpose_verdict(dataset: Dataset, column: Column, policy: PrivacyPolicy) -> Verdict:
    """The verdict on one declared column.

    ``gap``: the category or the purposes were not declared, so nothing can be said.
    """
    category = policy.categories.get(column.category or "")
    if category is None:
        return "gap"
    if not category.personal:
        return "in_purpose"
    if not any(name in policy.purposes for name in column.purposes or dataset.purposes):
        return "gap"
    return "in_purpose" if serving(dataset, column, policy) else "out_of_purpose"


def serving(dataset: Dataset, column: Column, policy: PrivacyPolicy) -> tuple[str, ...]:
    """The declared purposes that name a personal column's category, in the policy's order."""
    category = policy.categories.get(column.category or "")
    if category is None or not category.personal:
        return ()
    names = {column.category, category.part_of}
    declared = column.purposes or dataset.purposes
    return tuple(
        name
        for name, purpose in policy.purposes.items()
        if name in declared and names & set(purpose.categories)
    )


def outside_purpose(
    dataset: Dataset, policy: PrivacyPolicy, filled: Mapping[str, int]
) -> tuple[str, ...]:
    """Columns that hold values and whose category none of their purposes names.

    ``filled`` gives the non-null rows per column; a column that holds nothing breaks nothing.
    Forbidden categories have no purpose at all and controls of their own.
    """
    return tuple(
        column.name
        for column in dataset.columns
        if filled.get(column.name)
        and column.category not in policy.forbidden_categories
        and purpose_verdict(dataset, column, policy) == "out_of_purpose"
    )
