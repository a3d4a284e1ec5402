"""Advertising mail to existing customers: the policy's switch decides, and a refusal wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.governance.expectations.files import load_suites
from include.governance.expectations.suites import rules_of
from include.governance.model.policy import AdvertisingMail
from include.governance.rules.rule import RuleMistaken, read_rule
from include.governance.settings import ROOT
from tests.rules.small import POLICY, RULEBOOK, Small, Table, build, refs

MESSAGES = Table(
    "mails",
    ("message_id", "campaign_id", "member", "event_type", "occurred_at"),
    kind="communication",
    subject_key="member",
)
CAMPAIGNS = Table("campaigns", ("campaign_id", "purpose"), entity="campaign")
CONSENTS = Table(
    "consents",
    ("consent_id", "subject_id", "purpose", "status", "granted_at", "withdrawn_at"),
    register="consents",
)
ORDERS = Table(
    "orders_",
    ("order_id", "buyer", "ordered_at"),
    kind="transaction",
    entity="order",
    subject_key="buyer",
)
SENT = "2026-11-20 09:00:00"


def _consent(number: int, person: int, granted: str, withdrawn: str | None) -> dict[str, object]:
    return {
        **{"consent_id": number, "subject_id": person, "purpose": "P4"},
        **{"status": "granted", "granted_at": granted, "withdrawn_at": withdrawn},
    }


#: Person 1 agreed, 2 ordered, 3 did neither, 4 ordered and refused, 5 ordered afterwards,
#: 6 ordered and refused afterwards.
ROWS = {
    MESSAGES: [
        {
            **{"message_id": n, "campaign_id": "C1", "member": n},
            **{"event_type": "sent", "occurred_at": SENT},
        }
        for n in range(1, 7)
    ],
    CAMPAIGNS: [{"campaign_id": "C1", "purpose": "P4"}],
    CONSENTS: [
        _consent(1, 1, "2026-01-01", None),
        _consent(4, 4, "2026-01-01", "2026-06-01"),
        _consent(6, 6, "2026-11-21", "2026-11-22"),
    ],
    ORDERS: [
        {"order_id": n, "buyer": n, "ordered_at": day}
        for n, day in {2: "2026-03-01", 4: "2026-03-01", 5: "2026-11-21", 6: SENT}.items()
    ],
}


def _found(small: Small, *, existing_customers: bool) -> tuple[str, ...]:
    assert RULEBOOK
    suites, mistakes = load_suites(ROOT / "expectations", ROOT, RULEBOOK)
    assert not mistakes
    switch = AdvertisingMail(existing_customers=existing_customers)
    policy = POLICY.model_copy(update={"advertising_mail": switch})
    [rule] = [r for r in rules_of(suites, policy) if r.control == "S2-04a"]
    [found] = small.judge(**rule.words.model_dump(exclude={"policy"}))
    assert found.status == "fail"
    return found.row_refs


@pytest.mark.parametrize("apart", [(), ("orders_", "consents")])
def test_an_order_before_the_mail_stands_for_a_consent(
    tmp_path: Path, apart: tuple[str, ...]
) -> None:
    small = build(tmp_path, ROWS, apart)
    assert _found(small, existing_customers=False) == refs("mails", 2, 3, 4, 5, 6)
    assert _found(small, existing_customers=True) == refs("mails", 3, 4, 5)


def test_where_no_table_holds_orders_nobody_is_a_customer(tmp_path: Path) -> None:
    without = {table: rows for table, rows in ROWS.items() if table is not ORDERS}
    assert _found(build(tmp_path, without), existing_customers=True) == refs("mails", 2, 3, 4, 5, 6)


def test_a_switch_that_the_policy_does_not_have_is_a_mistake() -> None:
    words = {"rows": "campaigns", "breach": "purpose IS NULL"}
    with pytest.raises(RuleMistaken) as caught:
        read_rule("S2-04a", "r", {**words, "policy": {"advertising_mail.old": True}}, POLICY)
    [problem] = caught.value.problems
    assert (problem.code, problem.path) == ("rule_setting", ("policy", "advertising_mail.old"))
