"""Whether a column holds personal data that its contract does not say it holds."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.policy import Category, PrivacyPolicy

#: Kinds that nothing else looks like: they contradict a declaration wherever they are found.
STRONG = frozenset(
    {
        Entity.CARD_SECURITY_CODE,
        Entity.CREDIT_CARD,
        Entity.EMAIL_ADDRESS,
        Entity.JP_MY_NUMBER,
        Entity.PHONE_NUMBER,
    }
)
SIZEABLE = 0.05
"""Share of the rows from which a strong kind inside other text is no stray value."""
FEWEST_ROWS = 3
WHOLE = 0.9
"""Share of the rows that a weak kind must fill: things have names and addresses, too."""
FEWEST_WEAK_ROWS = 5


def is_undeclared(found: Classification, dataset: Dataset | None, policy: PrivacyPolicy) -> bool:
    """Personal data in a column that no contract declares, or declares as something else.

    A person's verdict on the column wins until a scan contradicts it; then the kinds in however few
    rows count, for the person judged rows of such a number.
    """
    if found.outcome == "none" or not personal_kinds(found, policy):
        return False
    column = dataset.column(found.stored_in) if dataset else None
    declared = policy.categories.get(column.category or "") if column else None
    if dataset is None or column is None or column.category is None or declared is None:
        return True
    if declared.kind == "free_text":
        return False
    if found.standing == "stands":
        return False
    seen = personal_kinds(found, policy) if found.standing else _contradicting(found, dataset)
    return any(
        _is_personal(category, policy) and not _covers(column.category, category, policy)
        for category in seen
    )


def personal_kinds(found: Classification, policy: PrivacyPolicy) -> list[str]:
    """The categories of personal data in a column, in however few rows."""
    kinds = {found.data_category, *(part.data_category for part in found.prevalence)}
    return sorted(kind for kind in kinds if kind and _is_personal(kind, policy))


def _contradicting(found: Classification, dataset: Dataset) -> Iterator[str]:
    """The categories of what was found in numbers that no mistake of a detector explains."""
    if found.outcome == "column" and found.data_category and _fills(found, dataset):
        yield found.data_category
    for part in found.prevalence:
        if part.entity in STRONG and part.share >= SIZEABLE and part.rows >= FEWEST_ROWS:
            yield part.data_category


def _fills(found: Classification, dataset: Dataset) -> bool:
    if found.entity in STRONG:
        return True
    thing = dataset.kind == "reference" or "negative_header" in found.reasons
    return not thing and found.share >= WHOLE and found.hits >= FEWEST_WEAK_ROWS


def _covers(declared: str, found: str, policy: PrivacyPolicy) -> bool:
    """The same, a part of the other, of the same detector, or contact data of any kind."""
    said, seen = policy.categories[declared], policy.categories.get(found)
    if seen is None:
        return declared == found
    parts = {declared, said.part_of} & {found, seen.part_of} - {None}
    shared = set(said.entities) & set(seen.entities)
    return bool(parts or shared) or (_is_any_contact(said) and seen.kind == "contact")


def _is_any_contact(category: Category) -> bool:
    return category.kind == "contact" and not category.entities and category.part_of is None


def _is_personal(kind: str, policy: PrivacyPolicy) -> bool:
    """A kind that the policy does not know counts as personal."""
    category = policy.categories.get(kind)
    return category is None or category.personal
