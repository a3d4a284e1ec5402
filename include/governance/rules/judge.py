"""Judge rules: in the database that holds all their relations, else joined in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from include.governance.errors import SourceError, StoreError
from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import Expected, Facts, RuleResult
from include.governance.rules.given import Row, declared_rows, policy_rows
from include.governance.rules.listing import Listing
from include.governance.rules.place import Place, places
from include.governance.rules.relation import Relation, relations
from include.governance.rules.rule import Rule
from include.governance.rules.run import Ran, Run, Unmapped
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs

#: Where rows of the policy itself are judged.
POLICY = "policy"


@dataclass(frozen=True)
class Company:
    """What rules are judged on, and how its rows are named."""

    policy: PrivacyPolicy
    datasets: tuple[Dataset, ...]
    zone: Zone
    hashing: Hashing
    open: Callable[[str], Source]
    listing: Listing


@dataclass(frozen=True)
class Given:
    """Rows of the policy or of contracts that are judged, and the tables that they are about."""

    rows: tuple[Row, ...]
    places: tuple[tuple[str, str], ...]
    place_of: Callable[[Row], tuple[str, str]]


def expected(rules: Iterable[Rule], datasets: tuple[Dataset, ...]) -> Iterator[Expected]:
    """Every table whose rows a rule judges."""
    for rule in rules:
        for source, table in _judged(relations()[rule.words.rows], datasets):
            yield source, table, rule.control, rule.id


def _judged(relation: Relation, datasets: tuple[Dataset, ...]) -> Iterator[tuple[str, str]]:
    if relation.origin == "contracts":
        yield from ((each.source, each.table) for each in datasets)
        return
    if relation.origin == "policy":
        yield POLICY, relation.name
    for place in places(relation, datasets):
        yield place.named


def judge(rules: Iterable[Rule], company: Company, as_of: date) -> Iterator[RuleResult]:
    """The result of each rule on each table whose rows it judges.

    What cannot be read makes the rule an error; raises only for a store that does not answer.
    """
    run = Run(company.policy, company.datasets, company.zone, company.hashing, company.open, as_of)
    for rule in rules:
        relation = relations()[rule.words.rows]
        for target in _targets(relation, company):
            yield from _guarded(rule, relation, target, run, company.listing)


def _targets(relation: Relation, company: Company) -> Iterator[Place | Given]:
    if relation.origin == "contracts":
        rows = declared_rows(relation.name, company.datasets)
        yield Given(rows, tuple(_judged(relation, company.datasets)), _declared_at(relation))
        return
    if relation.origin == "policy":
        place = (POLICY, relation.name)
        yield Given(policy_rows(relation.name, company.policy), (place,), lambda _row: place)
    yield from places(relation, company.datasets)


def _declared_at(relation: Relation) -> Callable[[Row], tuple[str, str]]:
    """Where the row of a declaration says that it is from."""
    fields = list(relation.fields)
    source, table = fields.index("source"), fields.index("table_name")
    return lambda row: (str(row[source]), str(row[table]))


def _guarded(
    rule: Rule, relation: Relation, target: Place | Given, run: Run, listing: Listing
) -> Iterator[RuleResult]:
    places = target.places if isinstance(target, Given) else (target.named,)
    try:
        if isinstance(target, Place):
            ran = {target.named: run.table(rule, relation, target, listing)}
        else:
            ran = run.given(rule, relation, target.rows, target.place_of)
    except Unmapped as missing:
        yield from (_result(rule, p, "skip", missing.code, missing.facts) for p in places)
    except (SourceError, StoreError) as error:
        if isinstance(error, StoreError) and error.retryable:
            raise
        yield from (_result(rule, p, "error", error.code, error.facts) for p in places)
    else:
        columns = _columns(rule, target) if isinstance(target, Place) else ()
        for place in places:
            yield _ran(rule, place, columns, ran.get(place, Ran(RowRefs(), {"ran": "given"})))


def _columns(rule: Rule, place: Place) -> tuple[str, ...]:
    asked = (place.columns.get(field) for field in sorted(rule.query.asked))
    return tuple(dict.fromkeys(column for column in asked if column))


def _ran(rule: Rule, place: tuple[str, str], columns: tuple[str, ...], ran: Ran) -> RuleResult:
    return RuleResult(
        control=rule.control,
        rule=rule.id,
        source=place[0],
        table=place[1],
        columns=columns,
        status="fail" if ran.found.rows else "pass",
        rows=ran.found.rows,
        row_refs=ran.found.refs,
        facts=ran.facts,
    )


def _result(
    rule: Rule, place: tuple[str, str], status: str, reason: str, facts: Mapping[str, object]
) -> RuleResult:
    source, table = place
    where: Facts = {"source": source, "table": table}
    return RuleResult.model_validate(
        {
            "control": rule.control,
            "rule": rule.id,
            "source": source,
            "table": table,
            "status": status,
            "reason": reason,
            "facts": {**where, **facts},
        }
    )
