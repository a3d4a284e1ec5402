"""A small run, made by hand: three clauses, two declared tables and one that nobody declared."""

from datetime import UTC, date, datetime
from typing import Any

from include.governance.flag.outcome import conclude
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.control import Control
from include.governance.model.mistake import Mistake
from include.governance.model.plan import Plan
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import RuleResult
from include.governance.model.schedule import RetentionSchedule
from include.governance.report.given import (
    IssuedCertificate,
    KnownFinding,
    OpenWindows,
    ReportInput,
    RunEntry,
    TableScan,
    Versions,
)

AS_OF = date(2026, 11, 30)
MADE_AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
REFS = tuple(f"{n:x}" * 64 for n in range(1, 6))


def text(en: str, ja: str) -> dict[str, str]:
    """A text of the policy."""
    return {"en": en, "ja": ja}


def policy(**changes: Any) -> PrivacyPolicy:
    """Three clauses: one checked, one without a check, one that no data can show."""
    role = {"label": text("Data owner", "データ管理責任者"), "contact": "owner@shop.example"}
    document: dict[str, Any] = {
        "version": "2026-04",
        "effective_from": date(2026, 4, 1),
        "title": text("Privacy policy", "プライバシーポリシー"),
        "controller": {
            "name": text("Shop Ltd. (fictional)", "株式会社ショップ(架空)"),
            "address": text("1 Street", "一丁目1"),
            "representative": text("The director", "代表取締役"),
            "contact_desk": text("Desk", "窓口"),
            "domain": "shop.example",
        },
        "law_profile": {
            "id": "jp-appi",
            "label": text("Act on the Protection of Personal Information", "個人情報保護法"),
            "checked_on": date(2026, 11, 22),
            "recheck_after": "P90D",
            "pending": (
                {
                    "act": text("Act No. 56 of 2026", "令和8年法律第56号"),
                    "promulgated": date(2026, 7, 17),
                    "in_force": date(2027, 1, 17),
                    "scope": text("part of the penalties", "罰則の一部"),
                },
            ),
        },
        "fiscal_year": {"end": "03-31", "filing_due_months": 2},
        "clauses": {
            "2-(1)": {"label": text("Orders", "注文管理"), "law": ("APPI 27(5)(i)",)},
            "6": {"label": text("Accuracy and retention", "正確性と保存期間"), "law": ("APPI 22",)},
            "10": {
                "label": text("Review", "見直し"),
                "not_checkable": text("it is a matter of minutes", "議事録による"),
            },
        },
        "categories": {
            "email": {
                "label": text("E-mail address", "メールアドレス"),
                "kind": "contact",
                "entities": ("EMAIL_ADDRESS",),
            },
            "order": {"label": text("Order", "注文"), "kind": "transaction"},
            "none": {"label": text("Not personal", "個人に関しない"), "kind": "none"},
        },
        "forbidden_categories": (),
        "special_categories": (),
        "purposes": {
            "P1": {
                "clause": "2-(1)",
                "label": text("Orders", "注文管理"),
                "dpv": (),
                "fideslang": "essential",
                "categories": ("email", "order"),
            }
        },
        "recipients": {},
        "joint_use": {"clause": "2-(1)", "items": ()},
        "exceptions": {},
        "limits": {"max_rows": 1000, "max_percent": 20, "oldest_trigger": "P20Y"},
        "roles": {"DO": role, "CPO": role | {"label": text("Privacy officer", "管理者")}},
        "approvals": {"stages": (("DO",),), "expires_after": "P7D"},
        "act_within": {"critical": "P1D", "high": "P7D", "medium": "P30D", "low": "P1M"},
        "requests": {
            "clocks": dict.fromkeys(
                ("acknowledge", "stop_use", "decide", "hard_stop", "erase_everywhere"), "P1D"
            ),
            "fees_yen": {},
            "formats": (),
            "grounds": (),
            "contact_erased_after": "P180D",
        },
        "statements": {"controller_name": "2-(1)", "request_fee": None},
    }
    return PrivacyPolicy.model_validate(document | changes)


def schedule() -> RetentionSchedule:
    """One record class with a confirmed floor and an unconfirmed ceiling."""
    return RetentionSchedule.model_validate(
        {
            "version": "2026-04",
            "reviewed_on": date(2026, 4, 1),
            "hold_reasons": {},
            "max_hold_review": "P6M",
            "record_classes": {
                "order": {
                    "label": text("Order", "注文"),
                    "control": "S6-10",
                    "trigger": {"latest_of": ("ordered",)},
                    "keep_at_least": {
                        "period": "P7Y",
                        "basis": ({"text": text("Tax law", "税法"), "verified": True},),
                    },
                    "erase_after": {
                        "period": "P10Y",
                        "basis": ({"text": text("Practice", "慣行"), "verified": False},),
                    },
                    "action": "delete",
                    "verify": {"recheck_after": "P1D"},
                }
            },
        }
    )


def controls() -> dict[str, Control]:
    """One control of each verb, and one that no result is about."""
    base = {"clause": "6", "law": ("APPI 22",), "role": "DO"}
    found = {
        "S6-01": {"severity": "medium", "verb": "check", "title": text("Invalid e-mail", "不正")},
        "S6-10": {
            "severity": "high",
            "verb": "flag",
            "flag": "over_retained",
            "title": text("Kept too long", "保存期間超過"),
        },
        "S6-13": {
            "severity": "critical",
            "verb": "scan",
            "scan": {"undeclared": True},
            "title": text("Undeclared", "未登録"),
        },
        "S6-19": {
            "severity": "low",
            "verb": "flag",
            "flag": "undated",
            "title": text("Undated", "起算日なし"),
        },
    }
    todo = {"todo": text("Look at it.", "確認してください。")}
    return {name: Control.model_validate(base | todo | about) for name, about in found.items()}


def dataset(table: str, **changes: Any) -> Dataset:
    """A declared table with a contact, an order and a number."""
    document: dict[str, Any] = {
        "source": "shop",
        "table": table,
        "name": table,
        "kind": "transaction",
        "owner": "EC",
        "purposes": ("P1",),
        "columns": (
            {"name": "email", "category": "email"},
            {"name": "item", "category": "order"},
            {"name": "id", "category": "none"},
        ),
        "primary_key": ("id",),
    }
    return Dataset.model_validate(document | changes)


def classification(table: str, column: str, **changes: Any) -> Classification:
    """A verdict; by default nothing was found in 100 rows."""
    document: dict[str, Any] = {
        "source": "shop",
        "table": table,
        "column": column,
        "outcome": "none",
        "rows": 100,
        "hits": 0,
        "share": 0.0,
        "bound": 0.0295,
        "confidence": 0.95,
    }
    return Classification.model_validate(document | changes)


def emails(table: str, column: str, rows: int = 100) -> Classification:
    """A column in which ``rows`` of 100 hold an e-mail address."""
    return classification(
        table,
        column,
        outcome="column",
        reasons=("share", "header"),
        entity="EMAIL_ADDRESS",
        data_category="email",
        hits=rows,
        share=rows / 100,
        prevalence=(
            {
                "entity": "EMAIL_ADDRESS",
                "data_category": "email",
                "rows": rows,
                "share": rows / 100,
                "upper": 1.0,
            },
        ),
    )


def result(control: str, table: str, status: str = "pass", **changes: Any) -> RuleResult:
    """What a rule concluded about a table of the shop."""
    return RuleResult.model_validate(
        {"control": control, "rule": "rule", "source": "shop", "table": table, "status": status}
        | changes
    )


def plan() -> Plan:
    """Two rows to delete, one on hold, one limit exceeded."""
    return Plan.model_validate(
        {
            "kind": "retention",
            "as_of": AS_OF,
            "policy_version": "2026-04",
            "rulebook_sha256": "a" * 64,
            "contracts_sha256": "b" * 64,
            "steps": (
                {
                    "order": 0,
                    "source": "shop",
                    "table": "orders",
                    "record_class": "order",
                    "root": True,
                    "action": "delete",
                    "actions": {},
                    "rows": 2,
                    "total_rows": 100,
                    "oldest": date(2014, 6, 1),
                    "youngest": date(2015, 5, 1),
                    "key_digest": "c" * 64,
                },
            ),
            "kept": (
                {
                    "source": "shop",
                    "table": "orders",
                    "record_class": "order",
                    "reason": "hold",
                    "rows": 1,
                },
            ),
            "refusals": (
                {
                    "code": "oldest_trigger",
                    "source": "shop",
                    "table": "orders",
                    "found": "1999-01-01",
                    "allowed": "P20Y",
                },
            ),
            "digest": "d" * 64,
        }
    )


def results() -> tuple[RuleResult, ...]:
    """Two findings, a pass, a skip, and a table that nobody declared."""
    return (
        result("S6-01", "orders", "fail", columns=("email",), rows=4, row_refs=REFS[:4]),
        result("S6-01", "carts", "skip", reason="no_such_column", facts={"missing": "phone"}),
        result(
            "S6-10",
            "orders",
            "fail",
            rule="order",
            rows=2,
            row_refs=REFS[:2],
            facts={"held_rows": 1},
        ),
        result(
            "S6-13",
            "open_orders",
            "skip",
            rule="foreign_table",
            reason="foreign_table_not_scanned",
            facts={"source": "shop", "table": "open_orders"},
        ),
        result("S6-13", "orders"),
        result("S6-13", "vip", "fail", columns=("mail",), rows=1, row_refs=REFS[:1]),
        result("S6-19", "orders", rule="order"),
    )


def report_input(**changes: Any) -> ReportInput:
    """The whole run."""
    datasets = changes.pop("datasets", None) or (
        dataset("orders", record_classes=({"record_class": "order"},)),
        dataset("carts", kind="reference", owner=None, purposes=()),
    )
    found = changes.pop("results", results())
    given: dict[str, Any] = {
        "outcome": conclude(found, controls(), policy(), datasets, AS_OF),
        "results": found,
        "classifications": (
            emails("orders", "email"),
            classification("orders", "item"),
            classification("orders", "id"),
            classification("carts", "email"),
            emails("carts", "id", rows=2),
            emails("vip", "mail", rows=98),
        ),
        "scanned": tuple(
            TableScan(source="shop", table=table, rows=100) for table in ("orders", "carts", "vip")
        ),
        "policy": policy(),
        "schedule": schedule(),
        "controls": controls(),
        "datasets": datasets,
        "versions": Versions(
            product="Daicho 0.1.0", rulebook_sha256="a" * 64, contracts_sha256="b" * 64
        ),
        "made_at": MADE_AT,
        "plan": plan(),
        "mistakes": (
            Mistake(file="contracts/carts.yaml", line=7, path="schema", code="x", level="warning"),
        ),
        "runs": (
            RunEntry(
                run_id="r1:scan:shop",
                verb="scan",
                scope="shop",
                status="fail",
                started_at=MADE_AT,
                finished_at=MADE_AT,
            ),
        ),
    }
    return ReportInput.model_validate(given | changes)


def with_history(given: ReportInput) -> ReportInput:
    """The same run with a history: the first finding is overdue, the second accepted."""
    first, second, *_ = given.outcome.findings
    known = (
        KnownFinding(
            finding=first.model_copy(update={"due": date(2026, 10, 31)}),
            status="open",
            first_seen=date(2026, 10, 1),
            last_seen=AS_OF,
        ),
        KnownFinding(
            finding=second,
            status="accepted",
            first_seen=date(2026, 10, 1),
            last_seen=AS_OF,
            role="CPO",
            by="officer",
            reason="The carrier changes in spring.",
            until=date(2027, 3, 31),
            leak_asked_since=date(2026, 11, 2),
        ),
    )
    heard = tuple(finding for finding in given.outcome.findings if finding is not second)
    outcome = given.outcome.model_copy(update={"findings": heard})
    issued = tuple(
        IssuedCertificate(
            number=number,
            certificate_id=f"{number}" * 32,
            issued_on=date(2026, 11, 20 + number),
            source="shop",
            table="carts",
            rows=1_200 * number,
            level=level,
            copies=2 if last else 0,
            last_copy=last,
        )
        for number, level, last in ((1, 4, None), (2, 3, date(2027, 1, 4)))
    )
    windows = OpenWindows(plans=2, until=date(2026, 12, 5))
    changes = {"known": known, "outcome": outcome, "certificates": issued, "windows": windows}
    return given.model_copy(update=changes)
