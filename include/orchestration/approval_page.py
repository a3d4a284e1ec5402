"""What an approver reads about a plan, in both languages: counts, days and reasons, no value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from include.governance.disposal import told
from include.governance.disposal.decide import TYPED
from include.governance.disposal.desk import Desk
from include.governance.disposal.view import PlanView, view_plan
from include.governance.model.disposal import PlanRecord, PlanStatus
from include.governance.model.policy import PrivacyPolicy
from include.governance.wording import LANGUAGES, Language, say


@dataclass(frozen=True)
class Page:
    """One plan, one stage; ``until`` is in the policy's time zone."""

    view: PlanView
    policy: PrivacyPolicy
    stage: int
    until: datetime

    @property
    def subject(self) -> str:
        """One line for the list of required actions."""
        plan = self.view.status.plan
        facts = {"rows": plan.rows, "table": f"{plan.source}.{plan.table}", "rule": plan.rule}
        return " / ".join(say("approval.subject", language, **facts) for language in LANGUAGES)

    def asked(self, language: Language) -> dict[str, str | int]:
        """Who is asked, at which stage, and until when; as the wordings need it."""
        stages = self.policy.approvals.stages
        roles = (self.policy.roles[name].label.say(language) for name in stages[self.stage - 1])
        return {
            "stage": self.stage,
            "stages": len(stages),
            "roles": ", ".join(roles),
            "until": f"{self.until:%Y-%m-%d %H:%M %Z}",
        }

    @property
    def body(self) -> str:
        """The page, as Markdown."""
        return "\n\n---\n\n".join("\n".join(_lines(self, language)) for language in LANGUAGES)


def page_of(desk: Desk, status: PlanStatus, stage: int) -> Page:
    """A plan waits for approval as long as an approval would be good for.

    One that was begun, and whose approval expired before its end, waits so long anew.
    """
    policy = desk.workspace.rulebook.policy
    since = status.plan.created_at if status.state == "planned" else desk.clock()
    until = datetime.combine(policy.approvals.expires_after.after(since.date()), since.timetz())
    view = view_plan(desk, status.plan.plan_id)
    return Page(view, policy, stage, until.astimezone(desk.workspace.zone.info))


def _lines(page: Page, language: Language) -> Iterator[str]:
    plan = page.view.status.plan
    yield say("approval.asked", language, **page.asked(language))
    heads = (say(f"column.{key}", language) for key in ("table", "action", "rows", "total_rows"))
    yield f"\n| {' | '.join(heads)} |"
    yield "|---|---|---:|---:|"
    for step in plan.erasure.steps:
        change = "; ".join(told.changes(plan, step.kind, language, _code))
        yield f"| {_code(step.table)} | {change} | {step.rows:,} | {step.total_rows:,} |"
    yield ""
    yield from (f"- {fact}" for fact in _facts(page, plan, language))
    yield "\n" + say("approval.type", language, characters=TYPED, digest=plan.digest)


def _code(name: str) -> str:
    """A name of somebody's table or column, which is to be read and not to be rendered."""
    seen = "".join(
        c if c.isprintable() and c not in "`|" else "\N{REPLACEMENT CHARACTER}" for c in name
    )
    return f"`{seen}`"


def _facts(page: Page, plan: PlanRecord, language: Language) -> Iterator[str]:
    yield from told.facts(plan, page.policy.limits, language)
    if page.view.kept or page.view.undo_window:
        yield told.keeping(page.view.kept, page.view.undo_window, language)
    yield from (hazard.say(language) for hazard in page.view.hazards)
