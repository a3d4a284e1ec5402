"""Carry out an approved plan by several tasks at once: stopped between two chunks, then resumed."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator


class ApplyPlan(BaseOperator):
    """One worker of a plan; the evidence that it is approved is looked up, never handed in.

    Workers take chunks that no other has. Which ones is settled chunk by chunk in the database, so
    what a killed worker had is done by another or by its own next try.
    """

    template_fields = ("plan_id", "about")

    def __init__(self, *, plan_id: str, about: str, worker: int, **kwargs: Any) -> None:
        super().__init__(map_index_template="{{ task.about }}", **kwargs)
        self.plan_id = plan_id
        self.about = about
        self.worker = worker
        self.stopping = False

    def execute(self, context: Any) -> Any:  # noqa: ARG002 - Airflow's signature
        """Erase what is approved and still due."""
        from include.orchestration import disposal

        return disposal.apply(self.plan_id, self.worker, lambda: self.stopping)

    def on_kill(self) -> None:
        """Let the chunk at hand end; nothing is half done, and a retry goes on behind it."""
        self.stopping = True
