"""Read the SQL of a rule: one condition over relations, and nothing that could do anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from include.governance.refusal import did_you_mean
from include.governance.rules.relation import CellKind, Relation, held_as
from include.governance.rules.vocabulary import DAY_OF, FUNCTIONS, NODES

Facts = dict[str, str | int]
READ_AS = "postgres"
_WRITTEN_AS = {"postgresql": "postgres", "mariadb": "mysql"}
#: The day of the run, known to every rule.
AS_OF = "as_of"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a rule: a key of the wordings of mistakes, its facts, and at which key."""

    code: str
    facts: Facts
    path: tuple[str | int, ...] = ("breach",)


@dataclass
class Query:
    """A condition whose columns all name their relation.

    ``asked`` are the fields it needs of the judged rows, ``inner`` of the relations in its
    subqueries; ``parameters`` are the names that wait for a value.
    """

    rows: str
    condition: exp.Expr
    asked: set[str] = field(default_factory=set)
    inner: dict[str, set[str]] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)

    def sql(self, dialect: str, values: Mapping[str, str | int]) -> str:
        """The condition as a database writes it, with the values of its parameters."""
        return self.part(self.condition, dialect, values)

    def part(self, condition: exp.Expr, dialect: str, values: Mapping[str, str | int]) -> str:
        """The same for a part of it."""
        filled = condition.transform(lambda node: _filled(node, values))
        return filled.sql(dialect=_WRITTEN_AS.get(dialect, dialect), identify=True, comments=False)


def _filled(node: exp.Expr, values: Mapping[str, str | int]) -> exp.Expr:
    if isinstance(node, exp.Table):
        alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name))
        return exp.Table(this=exp.to_identifier(held_as(node.name)), alias=alias)
    if not isinstance(node, exp.Placeholder):
        return node
    value = values[node.name]
    return exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(value)


def read(
    rows: str,
    breach: str,
    relations: Mapping[str, Relation],
    parameters: Mapping[str, CellKind | None],
) -> tuple[Query | None, list[Problem]]:
    """The condition, or everything that is wrong with it; ``parameters`` are those it may use."""
    judged = [name for name, each in relations.items() if not each.list_of]
    if rows not in judged:
        return None, [_unknown("rule_relation", rows, judged, path=("rows",))]
    try:
        condition = sqlglot.parse_one(breach, into=exp.Condition, dialect=READ_AS)
    except SqlglotError as error:
        return None, [Problem("rule_not_sql", {"at": _at(error)})]
    query = Query(rows, condition)
    reader = _Reader(query, relations, parameters)
    reader.visit(condition, [{rows: relations[rows]}])
    unused = sorted(set(parameters) - query.parameters - {AS_OF})
    problems = reader.problems + [Problem("rule_unused", {"name": name}) for name in unused]
    if problems:
        return None, problems
    return query, []


def _at(error: SqlglotError) -> int:
    """The character at which the parser stopped; what stands there is not repeated."""
    found: list[dict[str, int]] = getattr(error, "errors", None) or [{}]
    return found[0].get("col") or 1


Scope = Mapping[str, Relation]


class _Reader:
    """Walks a condition from the outside in; a subquery sees the relations around it."""

    def __init__(
        self,
        query: Query,
        relations: Mapping[str, Relation],
        parameters: Mapping[str, CellKind | None],
    ) -> None:
        self._query, self._relations, self._parameters = query, relations, parameters
        self._kinds: dict[int, CellKind] = {}
        self.problems: list[Problem] = []

    def visit(self, node: exp.Expr, scopes: list[Scope]) -> None:
        if isinstance(node, exp.Select):
            scopes = [self._tables(node), *scopes]
        elif isinstance(node, exp.Placeholder):
            self._query.parameters.add(node.name)
            if node.name not in self._parameters:
                self.problems.append(_unknown("rule_parameter", node.name, self._parameters))
            return
        if not self._allowed(node):
            return
        for child in list(node.iter_expressions()):
            self.visit(child, scopes)
        if isinstance(node, exp.Column):
            self._column(node, scopes)
        elif isinstance(node, exp.Anonymous):
            self._day_of(node)
        elif isinstance(node, exp.Trim | exp.Substring):
            self._compared(node.this, ordered=True)
        elif isinstance(node, exp.In) and (query := node.args.get("query")):
            self._compared(node.this, *query.this.expressions)
        elif isinstance(node, exp.In):
            self._compared(node.this, *node.expressions)
        elif isinstance(node, exp.Between):
            self._compared(node.this, node.args["low"], node.args["high"])
        elif isinstance(node, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
            self._compared(node.this, node.expression, ordered=not isinstance(node, _EQUALITY))

    def _allowed(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Anonymous):
            good = str(node.name).lower() == DAY_OF and len(node.expressions) == 1
        elif isinstance(node, exp.Join):
            good = not (set(filter(node.args.get, node.args)) - {"this", "on"})
        else:
            good = isinstance(node, NODES)
        if not good:
            found = str(node.name) if isinstance(node, exp.Anonymous) else node.key
            self._wrong("rule_word", found=found.upper(), allowed=", ".join(FUNCTIONS))
        return good

    def _tables(self, select: exp.Select) -> Scope:
        found: dict[str, Relation] = {}
        for part in (select.args.get("from_"), *(select.args.get("joins") or ())):
            table = part.this if part is not None else None
            if not isinstance(table, exp.Table) or table.args.get("db"):
                self._wrong("rule_from")
                continue
            relation = self._relations.get(table.name)
            if relation is None:
                self.problems.append(_unknown("rule_relation", table.name, self._relations))
                continue
            if table.alias_or_name in found:
                self._wrong("rule_alias", name=table.alias_or_name)
            found[table.alias_or_name] = relation
            self._query.inner.setdefault(relation.name, set())
        return found

    def _column(self, column: exp.Column, scopes: list[Scope]) -> None:
        name, table = column.name, column.table
        if table:
            seen = next((scope for scope in scopes if table in scope), None)
            if seen is None:
                names = [alias for scope in scopes for alias in scope]
                self.problems.append(_unknown("rule_relation", table, names))
                return
            if name not in seen[table].fields:
                self.problems.append(_unknown("rule_field", name, seen[table].fields, table))
                return
        else:
            holders = [[a for a, r in scope.items() if name in r.fields] for scope in scopes]
            own = next((found for found in holders if found), [])
            if len(own) != 1:
                if own:
                    self._wrong("rule_ambiguous", name=name, allowed=", ".join(own))
                else:
                    fields = dict.fromkeys(f for s in scopes for r in s.values() for f in r.fields)
                    tables = ", ".join(alias for scope in scopes for alias in scope)
                    self.problems.append(_unknown("rule_field", name, fields, tables))
                return
            table = own[0]
            column.set("table", exp.to_identifier(table))
            seen = next(scope for scope in scopes if table in scope)
        relation = seen[table]
        self._kinds[id(column)] = relation.fields[name].kind
        if seen is scopes[-1]:
            self._query.asked.add(name)
        else:
            self._query.inner[relation.name].add(name)

    def _day_of(self, call: exp.Anonymous) -> None:
        [moment] = call.expressions
        if self._kind(moment) not in (CellKind.MOMENT, CellKind.DAY):
            self._wrong("rule_day_of")
        call.replace(
            exp.Substring(
                this=moment, start=exp.Literal.number(1), length=exp.Literal.number(DAY_LENGTH)
            )
        )

    def _compared(self, *sides: exp.Expr, ordered: bool = False) -> None:
        """Both sides must be of one kind: days beside moments would be one day off."""
        kinds = {kind for side in sides if (kind := self._kind(side))}
        kinds = {_ALIKE.get(kind, kind) for kind in kinds}
        hidden = kinds & HASHED_OR_LIST
        literal = any(isinstance(side, exp.Literal) for side in sides)
        if len(kinds) > 1:
            self._wrong("rule_kinds", found=", ".join(sorted(kinds)))
        elif hidden and (literal or ordered):
            self._wrong("rule_hidden", kind=", ".join(sorted(hidden)))

    def _kind(self, node: exp.Expr) -> CellKind | None:
        """The kind of an expression; None where it takes that of the other side."""
        match node:
            case exp.Column():
                return self._kinds.get(id(node))
            case exp.Substring():
                return CellKind.DAY if _is_day(node) else CellKind.TEXT
            case exp.Placeholder():
                return self._parameters.get(node.name)
            case exp.Coalesce() | exp.Min() | exp.Max() | exp.Paren() | exp.Trim() | exp.Nullif():
                return self._kind(node.this)
            case exp.Count() | exp.Sum() | exp.Add() | exp.Sub() | exp.Mul():
                return CellKind.NUMBER
            case exp.Subquery():
                inner = node.this.expressions
                return self._kind(inner[0]) if inner else None
            case _:
                return None

    def _wrong(self, code: str, **facts: str | int) -> None:
        self.problems.append(Problem(code, facts))


DAY_LENGTH = 10
_EQUALITY = (exp.EQ, exp.NEQ)
_ALIKE = {CellKind.FLAG: CellKind.NUMBER}
HASHED_OR_LIST = frozenset({CellKind.SUBJECT, CellKind.CONTACT, CellKind.PERSONAL, CellKind.WORDS})


def _is_day(node: exp.Substring) -> bool:
    length = node.args.get("length")
    return isinstance(length, exp.Literal) and length.this == str(DAY_LENGTH)


def _unknown(
    code: str,
    name: str,
    known: Iterable[str],
    where: str = "",
    path: tuple[str, ...] = ("breach",),
) -> Problem:
    allowed = list(known)
    near = did_you_mean(name, allowed)
    facts: Facts = {"name": name, "allowed": near or ", ".join(allowed)}
    return Problem(code, facts | ({"where": where} if where else {}), path)
