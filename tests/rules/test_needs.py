"""Purpose limitation against a model of plain loops, on small companies drawn at random."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from include.governance.model.contract import Column, Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.purpose import Need
from include.governance.policy.load import load_rulebook
from include.governance.rules.needs import Needed, needed, read_reasons, wrong_needs
from include.governance.rules.run import Run
from include.governance.settings import ROOT
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from tests.rules.small import AS_OF, HASHING, POLICY, Table, build, listing, refs

#: Reasons, and whether each holds for a record of a person.
REASONS: dict[str, tuple[dict[str, Any], Any]] = {
    "member": (
        {
            "condition": "EXISTS (SELECT 1 FROM persons p WHERE p.subject_id = record.subject_id"
            " AND p.withdrawn_at IS NULL)"
        },
        lambda row, made: row["person"] in made["members"],
    ),
    "consent": (
        {
            "condition": "EXISTS (SELECT 1 FROM consents c WHERE c.subject_id = record.subject_id"
            " AND c.purpose = 'A' AND c.withdrawn_at IS NULL)"
        },
        lambda row, made: row["person"] in made["agreed"],
    ),
    "open": ({"condition": "record.closed IS NULL"}, lambda row, _made: row["closed"] is None),
    "recent": (
        {
            "condition": "DAY_OF(record.closed) >= :since",
            "params": {"since": {"ago": "P90D"}},
        },
        lambda row, _made: row["closed"] is not None and row["closed"] >= SINCE,
    ),
}
SINCE = (AS_OF - timedelta(days=90)).isoformat()
#: Some other table records the event, so that a reason may speak of it.
ENDS = Dataset(
    source="main",
    table="e",
    name="e",
    kind="transaction",
    columns=(Column(name="at", clocks=("closed",)),),
)
#: These ask whose a record is, the others when it was closed.
ASKS_PERSON = {"member", "consent"}
DAYS = st.sampled_from([None, "2026-11-29", SINCE, "2026-09-01", "2020-01-01"])
PERSON = st.sampled_from(["1", "2", "3", None])
ROW = st.fixed_dictionaries({"person": PERSON, "closed": DAYS})


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """Purposes A, B and C with reasons, two columns that serve some of them, and rows."""
    reasons = st.lists(st.sampled_from(sorted(REASONS)), unique=True, max_size=2)
    serves = st.lists(st.sampled_from("ABC"), unique=True, min_size=1)
    return {
        "reasons": {name: draw(reasons) for name in "ABC"},
        "serves": {"mail": draw(serves), "tel": draw(serves)},
        "members": draw(st.sets(st.sampled_from("123"))),
        "agreed": draw(st.sets(st.sampled_from("123"))),
        "of_persons": draw(st.booleans()),
        "dated": draw(st.booleans()),
        "apart": draw(st.sampled_from([(), ("consents",), ("persons",)])),
        "rows": draw(st.lists(ROW, max_size=6)),
    }


def judged_here(made: dict[str, Any], reason: str) -> bool:
    return made["of_persons"] if reason in ASKS_PERSON else made["dated"]


def modelled(made: dict[str, Any]) -> dict[tuple[str, ...], tuple[set[int], set[str]]]:
    """By purposes: the rows that no reason needs, and the purposes that give none."""
    found = {}
    for purposes in made["serves"].values():
        named = tuple(name for name in "ABC" if name in purposes)
        given_here = {p: [r for r in made["reasons"][p] if judged_here(made, r)] for p in named}
        unneeded = {
            at
            for at, row in enumerate(made["rows"])
            if not any(REASONS[r][1](row, made) for rs in given_here.values() for r in rs)
        }
        found[named] = (unneeded, {p for p, reasons in given_here.items() if not reasons})
    return found


def policy_of(made: dict[str, Any]) -> PrivacyPolicy:
    label = {"en": "a reason", "ja": "理由"}
    words = POLICY.purposes["P1"]
    purposes = {
        name: words.model_copy(
            update={
                "categories": ("email", "phone"),
                "needed_while": tuple(
                    Need.model_validate({"label": label, **REASONS[r][0]}) for r in reasons
                ),
            }
        )
        for name, reasons in made["reasons"].items()
    }
    return POLICY.model_copy(update={"purposes": purposes})


def judged(folder: Path, made: dict[str, Any]) -> dict[tuple[str, ...], tuple[Needed, set[str]]]:
    """What the product says of the same company."""
    persons = Table(
        "persons", ("subject_id", "withdrawn_at"), kind="subject_master", subject_key="subject_id"
    )
    consents = Table(
        "consents", ("consent_id", "subject_id", "purpose", "withdrawn_at"), register="consents"
    )
    records = Table("records", ("id", "person", "closed", "mail", "tel"), kind="transaction")
    everybody = [
        {"subject_id": p, "withdrawn_at": None if p in made["members"] else "2026-01-01"}
        for p in "123"
    ]
    consented = [
        {"consent_id": f"{p}{at}", "subject_id": p, "purpose": "A", "withdrawn_at": ended}
        for p in "123"
        for at, ended in enumerate([None] if p in made["agreed"] else ["2026-01-01"])
    ]
    rows = [{"id": at, "mail": "x", "tel": "y", **row} for at, row in enumerate(made["rows"])]
    small = build(
        folder, {persons: everybody, consents: consented, records: rows}, apart=made["apart"]
    )
    columns = (
        Column(name="id"),
        Column(name="person"),
        Column(name="closed", clocks=("closed",) if made["dated"] else ()),
        Column(name="mail", category="email", purposes=tuple(made["serves"]["mail"])),
        Column(name="tel", category="phone", purposes=tuple(made["serves"]["tel"])),
    )
    record = records.dataset("main").model_copy(
        update={"columns": columns, "subject_key": "person" if made["of_persons"] else None}
    )
    datasets: tuple[Dataset, ...] = (
        persons.dataset(small.places["persons"]),
        consents.dataset(small.places["consents"]),
        record,
        ENDS,
    )
    policy = policy_of(made)

    def opened(name: str) -> Source:
        return Source(name, URL.create("sqlite", database=str(folder / f"{name}.db")))

    run = Run(policy, datasets, Zone("Asia/Tokyo"), HASHING, opened, AS_OF)
    found = {}
    reasons = read_reasons(policy, datasets)
    for group in needed(record, datasets, policy, reasons, scheduled=False):
        assert group.rule is not None
        ran = run.table(group.rule, group.relation, group.place, listing)
        found[group.purposes] = (group, set(ran.found.refs))
    return found


@settings(max_examples=60, deadline=None)
@given(companies())
def test_a_record_is_needed_while_one_reason_holds(made: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        found = judged(Path(folder), made)
    wanted = modelled(made)
    assert set(found) == set(wanted)
    for purposes, (unneeded, silent) in wanted.items():
        group, rows = found[purposes]
        assert rows == set(refs("records", *unneeded))
        assert set(group.silent) == silent


def test_the_schedule_is_a_reason_only_where_it_says_how_long() -> None:
    need = Need.model_validate({"label": {"en": "kept", "ja": "保存"}, "retention": True})
    kept = POLICY.purposes["P1"].model_copy(update={"needed_while": (need,)})
    policy = POLICY.model_copy(update={"purposes": {"P1": kept}})
    columns = (Column(name="mail", category="email", purposes=("P1",)),)
    table = Dataset(source="s", table="t", name="t", kind="transaction", columns=columns)
    reasons = read_reasons(policy, (table,))
    [with_schedule] = needed(table, (table,), policy, reasons, scheduled=True)
    [without] = needed(table, (table,), policy, reasons, scheduled=False)
    assert (with_schedule.rule, with_schedule.silent) == (None, ())
    assert without.rule is not None
    assert without.silent == ("P1",)


def test_what_is_no_personal_data_any_more_is_not_judged() -> None:
    columns = (Column(name="mail", category="email", purposes=("P1",)),)
    for kind in ("anonymised", "register"):
        table = Dataset(source="s", table="t", name="t", kind=kind, columns=columns)
        assert not list(needed(table, (table,), POLICY, {"P1": ()}, scheduled=True))


def test_a_day_of_the_model_is_a_day_of_the_rule() -> None:
    assert date.fromisoformat(SINCE) + timedelta(days=90) == AS_OF


def test_a_reason_that_nobody_can_judge_is_a_mistake_of_the_policy_file(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "include/policies", policies)
    file = policies / "privacy_policy.yaml"
    text = file.read_text("utf-8")
    wrong = text.replace("FROM persons p WHERE p.subject_id", "FROM persns p WHERE p.subject_id", 1)
    file.write_text(wrong, "utf-8")
    rulebook, _ = load_rulebook(policies, tmp_path)
    assert rulebook is not None
    [first, *rest] = wrong_needs(rulebook, ())
    line = 1 + wrong[: wrong.index("persns")].count("\n")
    assert (first.code, first.line) == ("rule_relation", line)
    assert first.path == "purposes.P1.needed_while[1].condition"
    assert first.facts["allowed"] == "persons"
    assert {mistake.path.split(".")[1] for mistake in rest} == {"P1", "P7"}
