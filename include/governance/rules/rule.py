"""A rule as a suite gives it: which relation's rows are judged, and what breaks the promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from include.governance.model.base import Model
from include.governance.model.policy import PrivacyPolicy
from include.governance.rules.parameters import Parameter, kinds, problems, unknown_settings
from include.governance.rules.query import Facts, Problem, Query, read
from include.governance.rules.relation import Relation, relations
from include.governance.yamlfile import check

TYPE = "expect_no_row_to_break"


class RuleWords(Model):
    """The kwargs of such an expectation.

    A field of ``optional`` counts as empty where no column fills it; any other makes the rule
    skip the table, and says so. The rule counts only where the settings of ``policy``, by their
    paths, stand so.
    """

    rows: str
    breach: str
    params: dict[str, Parameter] = {}
    optional: tuple[str, ...] = ()
    policy: dict[str, str | int] = {}


@dataclass(frozen=True)
class Rule:
    """A rule that was read without a mistake."""

    control: str
    id: str
    words: RuleWords
    query: Query


class RuleMistaken(Exception):  # caught where files are read, with the line of each
    """Everything that is wrong with a rule."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


def read_rule(
    control: str,
    name: str,
    kwargs: Mapping[str, Any],
    policy: PrivacyPolicy,
    known: Mapping[str, Relation] | None = None,
) -> Rule:
    """The rule, over the ``known`` relations (all without it); raises RuleMistaken."""
    known = relations() if known is None else known
    words, refused = check(dict(kwargs), RuleWords)
    if words is None:
        raise RuleMistaken(Problem(r.code, dict(r.facts), tuple(r.path)) for r in refused)
    query, wrong = read(words.rows, words.breach, known, kinds(words.params))
    wrong += [*problems(words.params, policy), *unknown_settings(words.policy, policy)]
    wrong += _optional(words, known)
    if query is None or wrong:
        raise RuleMistaken(wrong)
    return Rule(control, name, words, query)


def _optional(words: RuleWords, known: Mapping[str, Relation]) -> Iterator[Problem]:
    fields = known[words.rows].fields if words.rows in known else {}
    for name in words.optional:
        if fields and name not in fields:
            facts: Facts = {"name": name, "allowed": ", ".join(fields), "where": words.rows}
            yield Problem("rule_field", facts, ("optional",))
