"""Tell roles by e-mail what is overdue: counts and a link, once for each stage."""

from __future__ import annotations

from include.governance.model.policy import SEVERITIES
from include.governance.pipeline.escalation import Overdue, overdue
from include.governance.pipeline.incidents import late_questions
from include.governance.pipeline.record import Recorder
from include.governance.wording import LANGUAGES, Language, say
from include.orchestration.edge import at_the_edge, reader
from include.orchestration.notice import Notice, address, send
from include.orchestration.tasks import recorder


@at_the_edge
def escalate(run_id: str, as_of: str) -> dict[str, int]:
    """How many findings somebody was told of now."""
    own, told = recorder(run_id, as_of), 0
    roles = own.workspace.rulebook.policy.roles
    for each in overdue(own.workspace, own.store, own.as_of):
        to = roles[each.role].contact
        if "@" in to and send(_notice(each, to), f"{address()}/dags/daicho_report"):
            own.store.escalated(each.fingerprints, each.role, own.clock())
            told += len(each.fingerprints)
    return {"escalated": told, "incidents_asked": _ask(own)}


def _ask(own: Recorder) -> int:
    """How many findings somebody was reminded to say of whether they are a leak."""
    policy = own.workspace.rulebook.policy
    late = list(late_questions(own.workspace, own.store, own.as_of))
    if not late or policy.incident_question is None:
        return 0
    role = policy.incident_question.role
    to, facts = policy.roles[role].contact, {"found": len(late), "day": f"{late[0].known_on}"}
    notice = Notice(
        to=(to,),
        subject=say("escalation.incident_subject", reader(), **facts),
        text=tuple(say("escalation.incident_mail", language, **facts) for language in LANGUAGES),
    )
    if "@" not in to or not send(notice, f"{address()}/dags/daicho_report"):
        return 0
    own.store.incident_asked((q.record.finding.fingerprint for q in late), role, own.clock())
    return len(late)


def _notice(each: Overdue, to: str) -> Notice:
    rows = len(each.fingerprints)
    return Notice(
        to=(to,),
        subject=say("escalation.subject", reader(), found=rows),
        text=tuple(
            say("escalation.mail", language, found=rows, counts=_counts(each, language))
            for language in LANGUAGES
        ),
    )


def _counts(each: Overdue, language: Language) -> str:
    """By severity, the worst first."""
    named = ((say(f"severity.{s}", language), each.severities.get(s, 0)) for s in SEVERITIES)
    return ", ".join(f"{name} {number}" for name, number in named if number)
