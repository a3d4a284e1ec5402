"""What may be said of erased or changed rows, and which items of the law the numbers satisfy.

A keyed pseudonym can be traced by whoever has the key, so it is never called anonymous. Whether
something is anonymously processed information in the sense of the law, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from include.governance.model.certificate import ArticleItem, Label, Masking, Standing
from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import Action

_SAYS_WHO = ("identifier", "contact", "free_text")
_CODES = ("secret",)


@dataclass(frozen=True)
class Outcome:
    """What became of the records of a table: how many, which columns, what a second look saw.

    ``stays`` counts those that were approved and stay, as the plan was ended or undone.
    """

    dataset: Dataset
    records: int
    actions: Mapping[str, Action]
    masking: Masking | None
    stays: int = 0

    @property
    def looks_alike(self) -> bool:
        """No group of changed rows is too small."""
        return self.masking is not None and self.masking.groups.hold


def label_of(outcome: Outcome, policy: PrivacyPolicy) -> Label:
    """The strongest word that is true."""
    if not outcome.records:
        return "left_alone"
    if not outcome.actions:
        return "erased"
    if "pseudonymise" in outcome.actions.values():
        return "pseudonymised"
    left = _left(outcome, policy, (*_SAYS_WHO, *_CODES))
    if outcome.masking is None or not outcome.masking.clean or not outcome.looks_alike or left:
        return "masked"
    return "anonymised"


def articles_of(outcome: Outcome, policy: PrivacyPolicy) -> Iterator[ArticleItem]:
    """Every item that applies, satisfied or for a person to review."""
    match label_of(outcome, policy):
        case "left_alone":
            yield _item("appi_22", False, "left_alone")
        case "erased":
            yield _appi_22(outcome, "rows_gone")
        case "pseudonymised":
            yield _item("appi_22", False, "pseudonym_remains")
            yield from _rule_31(outcome, policy)
        case "anonymised":
            yield _appi_22(outcome, "values_gone")
            yield from _rule_34(outcome, policy)
        case "masked":
            yield _item("appi_22", False, "traces_remain")
            yield from _rule_34(outcome, policy)


def _appi_22(outcome: Outcome, reason: str) -> ArticleItem:
    """Erased without delay once no longer needed: not while a part of the plan stays."""
    if outcome.stays:
        return _item("appi_22", False, "part_stays")
    return _item("appi_22", True, reason)


def _rule_31(outcome: Outcome, policy: PrivacyPolicy) -> Iterator[ArticleItem]:
    """Pseudonymously processed information: APPI art. 41, enforcement rule 31."""
    yield _without(outcome, policy, "rule_31_1", _SAYS_WHO, "descriptions_gone")
    yield _without(outcome, policy, "rule_31_2", _CODES, "codes_gone")
    yield _without(outcome, policy, "rule_31_3", _CODES, "codes_gone")


def _rule_34(outcome: Outcome, policy: PrivacyPolicy) -> Iterator[ArticleItem]:
    """Anonymously processed information: APPI art. 43, enforcement rule 34."""
    alike = outcome.looks_alike
    yield _without(outcome, policy, "rule_34_1", _SAYS_WHO, "descriptions_gone")
    yield _without(outcome, policy, "rule_34_2", _CODES, "codes_gone")
    yield _item("rule_34_3", False, "row_key_remains")
    yield _item("rule_34_4", alike, "groups_hold" if alike else "small_groups")
    yield _item("rule_34_5", False, "person_decides")


def _without(
    outcome: Outcome, policy: PrivacyPolicy, law: str, kinds: tuple[str, ...], gone: str
) -> ArticleItem:
    """An item that no column of these kinds may be left for."""
    left = _left(outcome, policy, kinds)
    return _item(law, not left, "columns_remain" if left else gone)


def _left(outcome: Outcome, policy: PrivacyPolicy, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of these kinds that nothing was done to; a column nobody declared is one of them.

    The row's own key stays in every case, which has an item of its own.
    """
    found = []
    for column in outcome.dataset.columns:
        if column.name in outcome.actions or column.name in outcome.dataset.primary_key:
            continue
        category = policy.categories.get(column.category or "")
        if category is None or category.kind in kinds:
            found.append(column.name)
    return tuple(found)


def _item(law: str, satisfied: bool, reason: str) -> ArticleItem:
    standing: Standing = "satisfied" if satisfied else "needs_review"
    return ArticleItem(law=law, standing=standing, reason=reason)
