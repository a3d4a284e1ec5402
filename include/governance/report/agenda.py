"""Who must act by when: the first thing that a reader wants to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from include.governance.model.policy import SEVERITIES
from include.governance.report.model import Agenda
from include.governance.report.sections import ControlFindings, ListedFinding


def agenda(groups: Iterable[ControlFindings]) -> tuple[Agenda, ...]:
    """Everybody with open findings, the earliest deadline first, then the worst severity."""
    of_whom: dict[str, list[tuple[ControlFindings, ListedFinding]]] = {}
    for group in groups:
        for finding in group.findings:
            of_whom.setdefault(finding.owner.model_dump_json(), []).append((group, finding))
    return tuple(sorted(_lines(of_whom.values()), key=_urgency))


def _lines(all_of: Iterable[list[tuple[ControlFindings, ListedFinding]]]) -> Iterator[Agenda]:
    for own in all_of:
        due = min(finding.due for _, finding in own)
        yield Agenda(
            who=own[0][1].owner,
            due=due,
            due_then=sum(finding.due == due for _, finding in own),
            open=len(own),
            overdue=sum(finding.progress == "overdue" for _, finding in own),
            worst=min((group.severity for group, _ in own), key=SEVERITIES.index),
        )


def _urgency(each: Agenda) -> tuple[date, int, int, str]:
    return each.due, SEVERITIES.index(each.worst), -each.open, each.who.en
