"""People who answer the requests of a running DAG, as Airflow's API server stores an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One waiting request."""

    task: str
    subject: str
    body: str
    users: tuple[str, ...]
    until: datetime | None
    tries: int

    @property
    def digest(self) -> str:
        """What the page shows to be typed."""
        return self.body.rsplit("`", 2)[1]


@dataclass(frozen=True)
class Answer:
    """What somebody answers; nobody is the clock, or a task that answers for itself."""

    user: str | None
    option: str = "Approve"
    typed: str | None = None
    timed_out: bool = False


Reply = Callable[[Asked], Answer | None]


@dataclass
class Desk:
    """Everything that was asked so far."""

    asked: list[Asked] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    late: set[Any] = field(default_factory=set)


@contextmanager
def answering(reply: Reply) -> Iterator[Desk]:
    """Answer every request that comes up, until the block ends."""
    desk, over = Desk(), threading.Event()

    def work() -> None:
        while not over.is_set():
            try:
                _answer_all(desk, reply)
            except Exception as error:
                desk.errors.append(error)
                return
            time.sleep(0.05)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        over.set()
        thread.join(10)
    assert desk.errors == []


def _answer_all(desk: Desk, reply: Reply) -> None:
    from airflow.models.hitl import HITLDetail, HITLUser
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        waiting = select(TaskInstance).where(TaskInstance.state == "awaiting_input")
        for task in session.scalars(waiting).all():
            detail: Any = session.get(HITLDetail, task.id)
            if detail.responded_at is not None:
                # parked by `dag.test` a second time, after the answer: it is as good as before
                payload = detail.as_resume_event_payload(timedout=task.id in desk.late)
                handle_event_submit(TriggerEvent(payload), task_instance=task, session=session)
                continue
            asked = Asked(
                task.task_id.rpartition(".")[2],
                detail.subject,
                detail.body,
                tuple(user["id"] for user in detail.assignees),
                task.trigger_timeout,
                task.try_number,
            )
            answer = reply(asked)
            if answer is None:
                continue
            desk.asked.append(asked)
            if answer.timed_out:
                desk.late.add(task.id)
            if answer.user:
                detail.responded_by = HITLUser(id=answer.user, name=answer.user)
            detail.responded_at = datetime.now(UTC)
            detail.chosen_options = [answer.option]
            detail.params_input = {} if answer.typed is None else {"digest": answer.typed}
            session.flush()
            payload = detail.as_resume_event_payload(timedout=answer.timed_out)
            handle_event_submit(TriggerEvent(payload), task_instance=task, session=session)


def both(asked: Asked) -> Answer:
    """The data owner and the privacy officer, who read what they approve."""
    user = {"approve": "owner.ec", "approve_again": "cpo"}[asked.task]
    return Answer(user, typed=asked.digest[:12])
