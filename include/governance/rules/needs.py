"""Which records some purpose still needs: the reasons that the policy gives, as rules on a table.

A reason that cannot be judged on a table (it asks for an event that no column of it records, or
for a relation that no table fills) is no reason there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from include.governance.flag.purposes import serving
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.purpose import Need
from include.governance.policy.load import POLICY_FILE, Rulebook
from include.governance.rules.parameters import Parameter
from include.governance.rules.place import Place, places
from include.governance.rules.query import AS_OF, Query
from include.governance.rules.relation import CellKind, Relation, RelationField, relations
from include.governance.rules.rule import Rule, RuleMistaken, RuleWords, read_rule

#: What the conditions call the judged row.
RECORD = "record"
_SUBJECT = "subject_id"


@dataclass(frozen=True)
class Needed:
    """Columns of a table that serve the same purposes.

    ``silent`` are the purposes that give no reason that can be judged here. ``rule`` finds the
    records that none of the others needs; None where a purpose needs them for as long as the
    schedule keeps them.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    purposes: tuple[str, ...]
    silent: tuple[str, ...]
    place: Place
    rule: Rule | None

    @property
    def relation(self) -> Relation:
        """What its rule calls a record."""
        return _record(event for each in self.dataset.columns for event in each.clocks)

    def called(self, check: str) -> str:
        """The name of a check of these columns."""
        return f"{check}.{'_'.join(self.purposes)}"


#: No personal data any more, and the evidence itself.
_NOT_JUDGED = ("anonymised", "register")


def read_reasons(
    policy: PrivacyPolicy, datasets: Collection[Dataset]
) -> Mapping[str, tuple[Rule, ...]]:
    """The conditions of each purpose; raises RuleMistaken for what ``wrong_needs`` names."""
    known = _known(datasets)
    return {
        name: tuple(
            _read(n, policy, known) for n in purpose.needed_while if n.condition is not None
        )
        for name, purpose in policy.purposes.items()
    }


def needed(
    dataset: Dataset,
    datasets: Collection[Dataset],
    policy: PrivacyPolicy,
    reasons: Mapping[str, tuple[Rule, ...]],
    *,
    scheduled: bool,
) -> Iterator[Needed]:
    """The personal columns of a table by the purposes that they serve.

    ``scheduled``: the retention schedule says how long its records are kept.
    """
    if dataset.kind in _NOT_JUDGED:
        return
    groups: dict[tuple[str, ...], list[str]] = {}
    for column in dataset.columns:
        if purposes := serving(dataset, column, policy):
            groups.setdefault(purposes, []).append(column.name)
    for purposes, columns in groups.items():
        judged = dataset.model_copy(update={"primary_key": dataset.primary_key or tuple(columns)})
        place = Place(judged, dict(_filled(dataset)))
        silent, kept = [], False
        applying: list[Rule] = []
        for purpose in purposes:
            by_schedule = scheduled and any(
                need.retention for need in policy.purposes[purpose].needed_while
            )
            here = [rule for rule in reasons[purpose] if _applies(rule, place, datasets)]
            applying += here
            kept = kept or by_schedule
            if not here and not by_schedule:
                silent.append(purpose)
        rule = None if kept else _unmet(applying)
        yield Needed(judged, tuple(columns), purposes, tuple(silent), place, rule)


def _record(events: Iterable[str]) -> Relation:
    """The judged rows: whose they are, and what happened when."""
    fields = {_SUBJECT: RelationField(kind=CellKind.SUBJECT, subject_key=True)}
    fields |= {event: RelationField(kind=CellKind.MOMENT, clock=event) for event in events}
    return Relation(name=RECORD, origin="contracts", fields=fields)


def _filled(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """The fields of a record, by the columns of a table; an event that two record is no field."""
    if dataset.subject_key:
        yield _SUBJECT, dataset.subject_key
    for event in dict.fromkeys(event for each in dataset.columns for event in each.clocks):
        if len(clocks := dataset.clock(event)) == 1:
            yield event, clocks[0].name


def _known(datasets: Iterable[Dataset]) -> dict[str, Relation]:
    """What a condition may speak of: every event that any table records among it."""
    events = (event for each in datasets for column in each.columns for event in column.clocks)
    return {**relations(), RECORD: _record(events)}


def _read(need: Need, policy: PrivacyPolicy, known: dict[str, Relation]) -> Rule:
    words = {"rows": RECORD, "breach": need.condition, "params": need.params}
    return read_rule("", "", words, policy, known)


def _applies(rule: Rule, place: Place, datasets: Collection[Dataset]) -> bool:
    """Whether everything that a reason asks for is there."""
    if place.lacks(rule.query.asked):
        return False
    for name, fields in rule.query.inner.items():
        relation = relations()[name]
        if relation.origin in ("policy", "contracts"):
            continue
        found = places(relation, datasets)
        wanted = relation.columns_of(relation.asked(fields))
        if not (found or relation.optional) or any(each.lacks(wanted) for each in found):
            return False
    return True


def _unmet(reasons: Sequence[Rule]) -> Rule:
    """The rule that none of the reasons holds; one that is neither true nor false does not."""
    params: dict[str, Parameter] = {}
    query = Query(RECORD, exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1)))
    met = exp.case()
    for at, reason in enumerate(reasons):
        names = {name: f"{name}_{at}" for name in reason.words.params}
        params |= {names[name]: each for name, each in reason.words.params.items()}
        met = met.when(_renamed(reason.query.condition, names), exp.Literal.number(0), copy=False)
        query.asked |= reason.query.asked
        for name, fields in reason.query.inner.items():
            query.inner.setdefault(name, set()).update(fields)
    if reasons:
        unmet = met.else_(exp.Literal.number(1), copy=False)
        query.condition = exp.EQ(this=unmet, expression=exp.Literal.number(1))
    query.parameters = {*params, AS_OF}
    words = RuleWords(rows=RECORD, breach=query.condition.sql(dialect="postgres"), params=params)
    return Rule("", RECORD, words, query)


def _renamed(condition: exp.Expr, names: dict[str, str]) -> exp.Expr:
    return condition.transform(
        lambda node: (
            exp.Placeholder(this=names[node.name])
            if isinstance(node, exp.Placeholder) and node.name in names
            else node
        )
    )


def wrong_needs(rulebook: Rulebook, datasets: Collection[Dataset]) -> Iterator[Mistake]:
    """What nobody could judge in the reasons that the policy's purposes give."""
    document, known = rulebook.documents[POLICY_FILE], _known(datasets)
    for purpose, words in rulebook.policy.purposes.items():
        for at, need in enumerate(words.needed_while):
            if need.condition is None:
                continue
            try:
                _read(need, rulebook.policy, known)
            except RuleMistaken as mistaken:
                for wrong in mistaken.problems:
                    inner = ("condition",) if wrong.path == ("breach",) else wrong.path
                    path = ("purposes", purpose, "needed_while", at, *inner)
                    yield document.mistake(path, wrong.code, "error", **wrong.facts)
