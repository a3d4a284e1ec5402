"""Explain a control: the promise, where it is checked here, by which SQL, and how it ended last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select

from include.governance.errors import ConfigurationError, GovernanceError
from include.governance.expectations.breaches import BREACHES
from include.governance.expectations.suites import Bound, bind, rules_of
from include.governance.model.base import Model
from include.governance.model.contract import Dataset
from include.governance.model.control import Control
from include.governance.model.result import RuleResult, Status
from include.governance.pipeline.database_grants import GRANTS, grants_statement
from include.governance.pipeline.flag import expected, rule_names
from include.governance.pipeline.purpose_needs import purpose_statements
from include.governance.pipeline.recipient_grants import recipient_statement
from include.governance.pipeline.registers import open_holds
from include.governance.pipeline.rules import open_run
from include.governance.pipeline.terms import retention_terms
from include.governance.pipeline.workspace import Workspace, names
from include.governance.refusal import did_you_mean
from include.governance.retention.declared import declared
from include.governance.retention.measure import due, open_rule
from include.governance.rules.place import places
from include.governance.rules.relation import relations
from include.governance.rules.run import Unmapped
from include.governance.source.database import Source
from include.governance.source.rows import table_of


class Asked(Model):
    """One statement, and the database in which it runs (``duckdb``: joined in memory)."""

    database: str
    sql: str


class PlaceExplained(Model):
    """One table: which rule judges it by which statements, and what the last run found.

    ``problem`` is the code of what forbids to judge it.
    """

    source: str
    table: str
    rule: str
    statements: tuple[Asked, ...] = ()
    problem: str | None = None
    status: Status | None = None
    rows: int = 0


class Explanation(Model):
    """A control as it is bound here; ``breaches`` are its rules as their suite writes them."""

    control: str
    definition: Control
    breaches: tuple[str, ...]
    places: tuple[PlaceExplained, ...]


def explain(
    workspace: Workspace, control: str, as_of: date, last: Sequence[RuleResult]
) -> Explanation:
    """Everything about one control; raises ConfigurationError for one that is not declared."""
    known = workspace.controls
    if control not in known:
        near = did_you_mean(control, known) or ", ".join(known)
        raise ConfigurationError("control_unknown", allowed=near)
    ended = {(r.source, r.table, r.rule): r for r in last if r.control == control}
    found = []
    for source, table, _, rule in sorted(e for e in expected(workspace, as_of) if e[2] == control):
        result = ended.get((source, table, rule))
        statements: tuple[Asked, ...] = ()
        problem = None
        try:
            statements = tuple(_statements(workspace, control, rule, source, table, as_of))
        except Unmapped as missing:
            problem = missing.code
        except GovernanceError as error:
            problem = error.code
        found.append(
            PlaceExplained(
                source=source,
                table=table,
                rule=rule,
                statements=statements,
                problem=problem,
                status=result.status if result else None,
                rows=result.rows if result else 0,
            )
        )
    rules = rules_of(workspace.suites, workspace.rulebook.policy)
    breaches = tuple(
        f"{rule.words.rows}: {rule.words.breach}" for rule in rules if rule.control == control
    )
    return Explanation(
        control=control, definition=known[control], breaches=breaches, places=tuple(found)
    )


def _statements(
    workspace: Workspace, control: str, rule: str, source: str, table: str, as_of: date
) -> Iterator[Asked]:
    """The SQL of one rule on one table; none where a detector reads cells or lists are compared."""
    yield from _of_rules(workspace, control, rule, (source, table), as_of)
    dataset = names(workspace.datasets).get(f"{source}.{table}")
    if dataset is None:
        return
    database = workspace.source(source)
    for bound in bind(workspace.suites, dataset, as_of, {}):
        if isinstance(bound, Bound) and (bound.control, bound.reported) == (control, rule):
            breach = BREACHES[bound.type](table_of(dataset), bound.kwargs)
            yield Asked(database=source, sql=_text(database, dataset, breach))
    yield from _of_retention(workspace, control, rule, database, dataset, as_of)


def _of_rules(
    workspace: Workspace, control: str, name: str, place: tuple[str, str], as_of: date
) -> Iterator[Asked]:
    run = open_run(workspace, as_of)
    for database, sql in purpose_statements(workspace, run, as_of, control, name, place):
        yield Asked(database=database, sql=sql)
    if name == GRANTS and workspace.controls[control].check == GRANTS:
        for database, sql in grants_statement(workspace, place):
            yield Asked(database=database, sql=sql)
    for database, sql in recipient_statement(workspace, control, name, place):
        yield Asked(database=database, sql=sql)
    for rule in rules_of(workspace.suites, workspace.rulebook.policy):
        if (rule.control, rule.id) != (control, name):
            continue
        relation = relations()[rule.words.rows]
        for each in places(relation, workspace.datasets):
            if each.named == place:
                for database, sql in run.statements(rule, relation, each):
                    yield Asked(database=database, sql=sql)
                return
        yield Asked(database="duckdb", sql=rule.words.breach)


def _of_retention(
    workspace: Workspace, control: str, rule: str, source: Source, dataset: Dataset, as_of: date
) -> Iterator[Asked]:
    if not dataset.record_classes:
        return
    terms = retention_terms(workspace, as_of, open_holds(workspace, as_of))
    for each in declared(dataset, workspace.rulebook.schedule, rule_names(workspace)):
        if (each.control, each.rule, each.kind) == (control, rule, "over"):
            free, _ = due(source, open_rule(source, dataset, each.use, terms), terms)
            yield Asked(database=source.name, sql=_text(source, dataset, free))


def _text(source: Source, dataset: Dataset, breach: ColumnElement[bool]) -> str:
    table = table_of(dataset)
    keys: list[Any] = [table.c[name] for name in dataset.primary_key] or [literal(1)]
    query: Select[Any] = select(*keys).where(breach)
    return source.text_of(query)
