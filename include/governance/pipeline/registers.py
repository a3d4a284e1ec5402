"""The registers that the verbs look at: holds today, joined from the store and mapped tables."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from include.governance.model.register import HoldRow
from include.governance.model.register_row import RegisterRow
from include.governance.model.result import Expected, RuleResult
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.hold_review import (
    RULES,
    Problem,
    ReviewTerms,
    is_open,
    problems,
)
from include.governance.retention.hold_scope import OpenHold
from include.governance.store.register_rows import (
    STORE,
    Reading,
    RegisterEntry,
    fields_of,
    register_rows,
)
from include.governance.store.registers import Registers

R = TypeVar("R", bound=RegisterRow)
#: The scope of the runs that judge registers, wherever these are kept.
REGISTERS = "registers"


def holds(workspace: Workspace) -> Iterator[RegisterEntry[HoldRow]]:
    """Every hold, wherever it is kept; raises when a table of holds cannot be read."""
    return entries(workspace, HoldRow)


def entries(workspace: Workspace, model: type[R]) -> Iterator[RegisterEntry[R]]:
    """Every row of a register, wherever it is kept; raises when a table of it cannot be read."""
    datasets = [d for d in workspace.datasets if d.fills_register == model.register_name]
    sources = {name: workspace.source(name) for name in {d.source for d in datasets}}
    registers = Registers(workspace.store(), workspace.rulebook.schedule.max_hold_review)
    reading = Reading(ZoneInfo(workspace.zone.name), lambda text: _hashed(workspace, text))
    yield from register_rows(model, registers, datasets, sources, reading)


def open_holds(workspace: Workspace, as_of: date) -> tuple[OpenHold, ...]:
    """The holds that are not released on a day; one whose release cannot be read is open."""
    return tuple(_scope(workspace, e) for e in holds(workspace) if is_open(e.row, as_of))


def _scope(workspace: Workspace, entry: RegisterEntry[HoldRow]) -> OpenHold:
    return OpenHold(entry.row.table_name, entry.row.subject_ref, _ref(workspace, entry))


def _ref(workspace: Workspace, entry: RegisterEntry[HoldRow]) -> str:
    return workspace.hashing.ref(entry.source, entry.table, entry.key)


def places(workspace: Workspace, model: type[RegisterRow]) -> Iterator[tuple[str, str]]:
    """Where rows of a register are kept: the store, and every table that a contract maps."""
    yield STORE, f"register_{model.register_name}"
    for dataset in workspace.datasets:
        if dataset.fills_register == model.register_name:
            yield dataset.source, dataset.table


def hold_rules(workspace: Workspace) -> Iterator[Expected]:
    """What is judged of every table that keeps holds."""
    control = workspace.control_of("hold_review")
    for source, table in places(workspace, HoldRow):
        yield from ((source, table, control, rule) for rule in RULES)


def reviewed_holds(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """What is wrong with the open holds of every table that keeps holds, rule by rule.

    A hold that is not in order still keeps its rows; one that is not clear is an error.
    """
    wrong: dict[tuple[str, str], dict[str, list[str]]] = {
        place: {rule: [] for rule in RULES} for place in places(workspace, HoldRow)
    }
    unclear: list[tuple[RegisterEntry[HoldRow], Problem]] = []
    for entry in holds(workspace):
        if not is_open(entry.row, as_of):
            continue
        scope = _scope(workspace, entry)
        terms = ReviewTerms(as_of, workspace.rulebook.schedule, workspace.datasets)
        for problem in problems(entry.row, scope, terms):
            if problem.code is None:
                wrong[entry.source, entry.table][problem.rule].append(scope.ref)
            else:
                unclear.append((entry, problem))
    control = workspace.control_of("hold_review")
    for (source, table), rules in sorted(wrong.items()):
        for rule, refs in rules.items():
            yield RuleResult(
                control=control,
                rule=rule,
                source=source,
                table=table,
                columns=tuple(_columns(workspace, source, table, RULES[rule])),
                status="fail" if refs else "pass",
                rows=len(refs),
                row_refs=tuple(sorted(refs)),
            )
    for entry, problem in unclear:
        yield _unclear(control, entry, problem, _ref(workspace, entry))


def _unclear(control: str, entry: RegisterEntry[HoldRow], problem: Problem, ref: str) -> RuleResult:
    """A hold of which nobody can say what it keeps, or why."""
    place = {"source": entry.source, "table": entry.table}
    return RuleResult(
        control=control,
        rule=problem.rule,
        status="error",
        reason=problem.code,
        row_refs=(ref,),
        facts={"table": f"{entry.source}.{entry.table}", "hold": ref, **problem.facts},
        **place,
    )


def _columns(workspace: Workspace, source: str, table: str, fields: Sequence[str]) -> Iterator[str]:
    """The columns that fill these fields; in the store they are called the same."""
    mapped = [d for d in workspace.of_source(source) if d.table == table]
    names = fields_of(HoldRow, mapped[0]) if mapped else {}
    yield from (names.get(field, field) for field in fields)


def _hashed(workspace: Workspace, text: str) -> str:
    secret = workspace.settings.key.get_secret_value()
    return hmac.new(secret, text.encode(), "sha256").hexdigest()
