"""Run every rule over the rulebook and the contracts and put the mistakes in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from include.governance.lint import (
    catalogue,
    columns,
    keys,
    levels,
    policy_text,
    recipients,
    record_classes,
    registers,
    schedule,
    undo_window,
)
from include.governance.model.contract import DataContract
from include.governance.model.mistake import Mistake
from include.governance.policy.load import Rulebook


def lint(rulebook: Rulebook, contracts: Sequence[DataContract], as_of: date) -> list[Mistake]:
    """Every mistake in the policy, the schedule, the controls and the contracts.

    ``as_of`` is the day on which agreements and the profile of the law must be current.
    """
    datasets = [dataset for contract in contracts for dataset in contract.datasets]
    found = [
        *policy_text.mistakes(rulebook),
        *recipients.mistakes(rulebook, as_of),
        *catalogue.mistakes(rulebook, datasets),
        *schedule.mistakes(rulebook, datasets),
        *undo_window.mistakes(rulebook),
        *columns.mistakes(rulebook.policy, datasets),
        *keys.mistakes(datasets),
        *record_classes.mistakes(rulebook, datasets),
        *registers.mistakes(datasets),
        *levels.mistakes(rulebook.schedule, contracts),
    ]
    return ordered(found)


def ordered(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Each place once, by file and line; an anchor used ten times is one mistake."""
    once: dict[tuple[str, int, str, str], Mistake] = {}
    for mistake in mistakes:
        subject = "" if mistake.code in _SHARED else f"{mistake.path} {mistake.facts}"
        once.setdefault((mistake.file, mistake.line, mistake.code, subject), mistake)
    return sorted(once.values(), key=lambda m: (m.file, m.line, m.path, m.code))


#: Mistakes of a line that YAML aliases repeat under many paths.
_SHARED = frozenset({"basis_not_verified"})
