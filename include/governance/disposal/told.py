"""What is said about a plan wherever people read it: its cause, its days, what stays and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from include.governance.model.disposal import KeptRows, PlanRecord, Proof, RequestPlans
from include.governance.model.erasure import Obstacle, OverLimit
from include.governance.model.occasion import Occasion
from include.governance.model.period import Period
from include.governance.model.plan import Refusal
from include.governance.model.policy import Limits
from include.governance.model.quarantine import Keeping
from include.governance.report.format import limit, period
from include.governance.wording import Language, say

_MOST_NUMBERS = 10


def facts(plan: PlanRecord, limits: Limits, language: Language) -> Iterator[str]:
    """What people decide on besides the rows: cause, days, what stays, limits, size."""
    yield _cause(plan, language)
    if plan.occasion:
        yield _occasion(plan.occasion, language)
    yield _window(plan, language)
    yield from (stays(kept, language) for kept in plan.kept)
    if not plan.kept:
        yield say("disposal.kept_nothing", language)
    yield say(
        "disposal.limits",
        language,
        rows=limits.max_rows,
        percent=limits.max_percent,
        oldest=period(limits.oldest_trigger, language),
        youngest=period(limits.youngest_trigger, language),
    )
    yield say(
        "disposal.size",
        language,
        roots=plan.erasure.roots,
        chunks=plan.erasure.chunks,
        seconds=plan.seconds,
    )


def refused(over: OverLimit | Refusal, table: str, language: Language) -> str:
    """A limit that a plan breaks, with what was found and what is allowed."""
    found, allowed = limit(over.found, language), limit(over.allowed, language)
    return say(f"plan.refused_{over.code}", language, table=table, found=found, allowed=allowed)


def _cause(plan: PlanRecord, language: Language) -> str:
    return say(
        f"disposal.cause_{plan.kind}",
        language,
        rule=plan.rule,
        reference=plan.reference or "-",
        as_of=plan.as_of.isoformat(),
        requester=plan.requester,
    )


def _occasion(given: Occasion, language: Language) -> str:
    about = {"reason": given.label.say(language), "code": given.reason, "ticket": given.ticket}
    return say("disposal.occasion", language, **about)


def _window(plan: PlanRecord, language: Language) -> str:
    oldest, youngest = plan.window.oldest, plan.window.youngest
    if not (oldest and youngest):
        return say("disposal.no_window", language)
    days = {"oldest": oldest.isoformat(), "youngest": youngest.isoformat()}
    return say("disposal.window", language, **days)


def answer(found: RequestPlans, language: Language) -> Iterator[str]:
    """What is told to whoever answers a person: what stays and why, or that nothing was found."""
    yield from (stays(kept, language) for kept in found.left)
    for each in found.sealed:
        about = {"plan": each.plan_id, "until": each.until.isoformat()}
        yield say("quarantine.may_be", language, **about)
    if found.nobody:
        tables = {"n": len(found.searched), "tables": ", ".join(found.searched)}
        yield say("disposal.nobody", language, reference=found.request, **tables)
    elif not found.plans:
        yield say("disposal.nothing_to_plan", language)


def stays(kept: KeptRows, language: Language) -> str:
    """Rows of a table that stay, and the reason."""
    about = {"table": kept.table, "rows": kept.rows, "rule": kept.record_class or "-"}
    return say(f"disposal.kept_{kept.reason}", language, **about)


def left(deferred: Mapping[int, Obstacle], language: Language) -> Iterator[str]:
    """Chunks that had to be left for later, by what was in their way."""
    for reason in sorted(set(deferred.values())):
        chunks = [str(no) for no, each in sorted(deferred.items()) if each == reason]
        more = ", …" if len(chunks) > _MOST_NUMBERS else ""
        yield say(
            "disposal.deferred",
            language,
            count=len(chunks),
            chunks=", ".join(chunks[:_MOST_NUMBERS]) + more,
            why=say(f"disposal.obstacle_{reason}", language),
        )


def proven(proof: Proof, language: Language) -> Iterator[str]:
    """Whether what was approved is gone, how that was seen, and what was left alone and why."""
    if proof.holds and proof.stays:
        yield say("disposal.proof_partly", language, n=proof.stays)
    else:
        yield say("disposal.proof_holds" if proof.holds else "disposal.proof_not", language)
    if proof.by_keys:
        yield say("disposal.by_keys", language)
    if n := len(proof.verification.guaranteed):
        yield say("disposal.keys_guaranteed", language, n=n)
    for reason, n in sorted(proof.verification.skipped.items()):
        if n:
            why = say(f"certificate.skip_{reason}", language)
            yield say("disposal.left_alone", language, n=n, why=why)


def keeping(kept: Keeping | None, window: Period | None, language: Language) -> str:
    """That removed rows are kept, will be for a while, or were until their key was destroyed."""
    if kept is None:
        return say("quarantine.will_be", language, window=str(window))
    if kept.destroyed_at is None:
        return say("quarantine.is", language, until=kept.until.isoformat())
    return say("quarantine.was", language, at=f"{kept.destroyed_at:%Y-%m-%d %H:%M}Z")


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
        if plan.erasure.age_cap:
            yield say("disposal.age_cap", language, years=plan.erasure.age_cap)
