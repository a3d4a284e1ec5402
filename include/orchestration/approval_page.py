"""What an approver reads about a plan, in both languages: counts, days and reasons, no value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.governance.disposal.decide import TYPED
from include.governance.disposal.view import PlanView
from include.governance.model.disposal import PlanRecord
from include.governance.model.policy import PrivacyPolicy
from include.governance.wording import LANGUAGES, Language, say


@dataclass(frozen=True)
class Page:
    """One plan, one stage; ``until`` is in the policy's time zone, ``conf`` what the run got."""

    view: PlanView
    policy: PrivacyPolicy
    stage: int
    until: datetime
    conf: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """One line for the list of required actions."""
        plan = self.view.status.plan
        facts = {"rows": plan.rows, "table": f"{plan.source}.{plan.table}", "rule": plan.rule}
        return " / ".join(say("approval.subject", language, **facts) for language in LANGUAGES)

    @property
    def body(self) -> str:
        """The page, as Markdown."""
        return "\n\n---\n\n".join("\n".join(_lines(self, language)) for language in LANGUAGES)


def _lines(page: Page, language: Language) -> Iterator[str]:
    plan, stages = page.view.status.plan, page.policy.approvals.stages
    roles = (page.policy.roles[name].label.say(language) for name in stages[page.stage - 1])
    yield say(
        "approval.asked",
        language,
        stage=page.stage,
        stages=len(stages),
        roles=", ".join(roles),
        until=f"{page.until:%Y-%m-%d %H:%M %Z}",
    )
    heads = (say(f"column.{key}", language) for key in ("table", "action", "rows"))
    yield f"\n| {' | '.join(heads)} | {say('approval.of', language)} |"
    yield "|---|---|---:|---:|"
    for step in plan.erasure.steps:
        change = "; ".join(_changes(plan, step.kind, language))
        yield f"| {step.table} | {change} | {step.rows:,} | {step.total_rows:,} |"
    yield ""
    yield from (f"- {fact}" for fact in _facts(page, plan, language))
    yield "\n" + say("approval.type", language, characters=TYPED, digest=plan.digest)


def _changes(plan: PlanRecord, kind: str, language: Language) -> Iterator[str]:
    if kind == "delete":
        yield say("action.delete", language)
    elif kind == "detach":
        yield say("disposal.detach", language)
    else:
        for column, action in sorted(plan.erasure.actions.items()):
            yield f"`{column}`: {say(f'disposal.action_{action}', language)}"


def _facts(page: Page, plan: PlanRecord, language: Language) -> Iterator[str]:
    yield say(
        f"disposal.cause_{plan.kind}",
        language,
        rule=plan.rule,
        reference=plan.reference or "-",
        as_of=plan.as_of.isoformat(),
        requester=plan.requester,
    )
    for key in ("reason", "ticket"):
        if text := page.conf.get(key):
            yield say(f"approval.{key}", language, text=text)
    oldest, youngest = plan.window.oldest, plan.window.youngest
    if oldest and youngest:
        yield say("disposal.window", language, oldest=oldest, youngest=youngest)
    else:
        yield say("approval.no_window", language)
    for kept in plan.kept:
        facts = {"table": kept.table, "rows": kept.rows, "rule": kept.record_class or "-"}
        yield say(f"disposal.kept_{kept.reason}", language, **facts)
    if not plan.kept:
        yield say("approval.kept_nothing", language)
    limits = page.policy.limits
    yield say(
        "approval.limits",
        language,
        rows=limits.max_rows,
        percent=limits.max_percent,
        oldest=limits.oldest_trigger,
    )
    yield from (hazard.say(language) for hazard in page.view.hazards)
    yield say("approval.later", language, chunks=plan.erasure.chunks, seconds=plan.seconds)
