"""Carry out an approved plan in one task: stopped between two chunks, resumed by a retry."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator


class ApplyPlan(BaseOperator):
    """Applies one plan; the evidence that it is approved is looked up, never handed in."""

    template_fields = ("plan_id", "about")

    def __init__(self, *, plan_id: str, about: str, **kwargs: Any) -> None:
        super().__init__(map_index_template="{{ task.about }}", **kwargs)
        self.plan_id = plan_id
        self.about = about
        self.stopping = False

    def execute(self, context: Any) -> Any:  # noqa: ARG002 - Airflow's signature
        """Erase what is approved and still due."""
        from include.orchestration import disposal

        return disposal.apply(self.plan_id, lambda: self.stopping)

    def on_kill(self) -> None:
        """Let the chunk at hand end; nothing is half done, and a retry goes on behind it."""
        self.stopping = True
