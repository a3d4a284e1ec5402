"""What is said about a plan wherever people read it: its cause, its days, what stays and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from include.governance.model.disposal import KeptRows, PlanRecord
from include.governance.wording import Language, say


def cause(plan: PlanRecord, language: Language) -> str:
    """Why there is this plan, and who asked for it."""
    return say(
        f"disposal.cause_{plan.kind}",
        language,
        rule=plan.rule,
        reference=plan.reference or "-",
        as_of=plan.as_of.isoformat(),
        requester=plan.requester,
    )


def occasion(plan: PlanRecord, language: Language) -> str | None:
    """The reason and the ticket that somebody gave; None where the schedule alone asks."""
    given = plan.occasion
    if given is None:
        return None
    facts = {"reason": given.label.say(language), "code": given.reason, "ticket": given.ticket}
    return say("disposal.occasion", language, **facts)


def window(plan: PlanRecord, language: Language) -> str | None:
    """The oldest and the youngest day that made rows due; None where no day did."""
    oldest, youngest = plan.window.oldest, plan.window.youngest
    if not (oldest and youngest):
        return None
    days = {"oldest": oldest.isoformat(), "youngest": youngest.isoformat()}
    return say("disposal.window", language, **days)


def stays(kept: KeptRows, language: Language) -> str:
    """Rows of a table that stay, and the reason."""
    facts = {"table": kept.table, "rows": kept.rows, "rule": kept.record_class or "-"}
    return say(f"disposal.kept_{kept.reason}", language, **facts)


def changes(
    plan: PlanRecord, kind: str, language: Language, shown: Callable[[str], str]
) -> Iterator[str]:
    """What a step of a kind does; ``shown`` makes a column's name safe for where it is read."""
    if kind == "delete":
        yield say("action.delete", language)
    elif kind == "detach":
        yield say("disposal.detach", language)
    else:
        for action in sorted(set(plan.erasure.actions.values())):
            columns = sorted(n for n, each in plan.erasure.actions.items() if each == action)
            named = ", ".join(map(shown, columns))
            yield f"{say(f'disposal.action_{action}', language)}: {named}"
