"""Ask a person to approve one plan, and keep what they answer where nobody can forge it.

The answer is signed and stored by the engine, bound to this run and to the plan's digest. Nothing
that follows looks at this task's state or at its XCom: both can be set by anybody who may edit a
task in Airflow's pages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

APPROVE, REJECT = "Approve", "Reject"
TYPED = "digest"


def _digest() -> Param:
    """What approvers type; may be empty, or the page would not let anybody reject."""
    return Param(
        None,
        type=["null", "string"],
        maxLength=64,
        title="To approve: first 12 characters of the digest / 承認する場合: 先頭12文字",
    )


class FourEyesApproval(HITLOperator):
    """Waits, without a worker, for one person of a stage; who asked is not among them.

    A wrong answer fails the try, and the next try asks again. Rejected, withdrawn or too late, the
    task and what follows it are skipped. That is not left to Airflow's own approval operator: its
    note of what to skip is not found from inside a mapped group of tasks.
    """

    template_fields = ("plan_id", "about")

    def __init__(self, *, plan_id: str, about: str, stage: int, **kwargs: Any) -> None:
        given = {
            **kwargs,
            "params": {TYPED: _digest()},
            "retries": 20,
            "retry_delay": timedelta(minutes=1),
            "retry_exponential_backoff": 0,
            "execution_timeout": None,  # or the operator takes it for how long people may wait
            "map_index_template": "{{ task.about }}",
        }
        super().__init__(subject="", options=[APPROVE, REJECT], defaults=REJECT, **given)
        self.plan_id = plan_id
        self.about = about
        self.stage = stage
        self.execution_timeout = timedelta(minutes=10)

    def execute(self, context: Any) -> Any:
        """Put the request on the page of whoever may answer it."""
        from include.orchestration import decision, notice

        request = decision.ask(self.plan_id, self.stage)
        if request is None:
            return None
        self.subject, self.body = request.page.subject, request.page.body
        self.notifiers = [notice.TellApprovers(notice.notice_of(request.page))]
        self.assigned_users = [{"id": each.id, "name": each.login} for each in request.people]
        self.response_timeout = request.waits
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:  # noqa: ARG002
        """Keep the answer; only then does anything else happen."""
        from include.orchestration import decision

        return decision.answer(self.plan_id, self.stage, event)
