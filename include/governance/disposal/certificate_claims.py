"""What may be said of erased or changed rows, and which items of the law the numbers satisfy.

A keyed pseudonym can be traced by whoever has the key, so it is never called anonymous. Whether
something is anonymously processed information in the sense of the law, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from include.governance.model.certificate import ArticleItem, Label, Masking, Standing
from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import Action

_SAYS_WHO = ("identifier", "contact", "free_text")
_CODES = ("secret",)


def label_of(
    dataset: Dataset, actions: Mapping[str, Action], masking: Masking | None, policy: PrivacyPolicy
) -> Label:
    """The strongest word that is true."""
    if not actions:
        return "erased"
    if "pseudonymise" in actions.values():
        return "pseudonymised"
    left = _left(dataset, actions, policy, (*_SAYS_WHO, *_CODES))
    if masking is None or not masking.clean or not masking.groups.hold or left:
        return "masked"
    return "anonymised"


def articles_of(
    dataset: Dataset, actions: Mapping[str, Action], masking: Masking | None, policy: PrivacyPolicy
) -> Iterator[ArticleItem]:
    """Every item that applies, satisfied or for a person to review."""
    match label_of(dataset, actions, masking, policy):
        case "erased":
            yield _item("appi_22", True, "rows_gone")
        case "pseudonymised":
            yield _item("appi_22", False, "pseudonym_remains")
            yield from _rule_31(dataset, actions, policy)
        case label:
            anonymised = label == "anonymised"
            reason = "values_gone" if anonymised else "traces_remain"
            yield _item("appi_22", anonymised, reason)
            yield from _rule_34(dataset, actions, masking, policy)


def _rule_31(
    dataset: Dataset, actions: Mapping[str, Action], policy: PrivacyPolicy
) -> Iterator[ArticleItem]:
    """Pseudonymously processed information: APPI art. 41, enforcement rule 31."""
    who = _left(dataset, actions, policy, _SAYS_WHO)
    codes = _left(dataset, actions, policy, _CODES)
    yield _item("rule_31_1", not who, "columns_remain" if who else "descriptions_gone")
    yield _item("rule_31_2", not codes, "columns_remain" if codes else "codes_gone")
    yield _item("rule_31_3", not codes, "columns_remain" if codes else "codes_gone")


def _rule_34(
    dataset: Dataset, actions: Mapping[str, Action], masking: Masking | None, policy: PrivacyPolicy
) -> Iterator[ArticleItem]:
    """Anonymously processed information: APPI art. 43, enforcement rule 34."""
    who = _left(dataset, actions, policy, _SAYS_WHO)
    codes = _left(dataset, actions, policy, _CODES)
    alike = masking is not None and masking.groups.hold
    yield _item("rule_34_1", not who, "columns_remain" if who else "descriptions_gone")
    yield _item("rule_34_2", not codes, "columns_remain" if codes else "codes_gone")
    yield _item("rule_34_3", False, "row_key_remains")
    yield _item("rule_34_4", alike, "groups_hold" if alike else "small_groups")
    yield _item("rule_34_5", False, "person_decides")


def _left(
    dataset: Dataset,
    actions: Mapping[str, Action],
    policy: PrivacyPolicy,
    kinds: tuple[str, ...],
) -> tuple[str, ...]:
    """Columns of these kinds that nothing was done to; a column nobody declared is one of them.

    The row's own key stays in every case, which has an item of its own.
    """
    found = []
    for column in dataset.columns:
        if column.name in actions or column.name in dataset.primary_key:
            continue
        category = policy.categories.get(column.category or "")
        if category is None or category.kind in kinds:
            found.append(column.name)
    return tuple(found)


def _item(law: str, satisfied: bool, reason: str) -> ArticleItem:
    standing: Standing = "satisfied" if satisfied else "needs_review"
    return ArticleItem(law=law, standing=standing, reason=reason)
