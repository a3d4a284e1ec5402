"""Tell the roles that decide, by e-mail, that a plan waits for them: counts and a link, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import quote

from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import BaseNotifier, Connection
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException

from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.stages import open_stage
from include.governance.disposal.write_plan import WAITING
from include.governance.wording import LANGUAGES, say
from include.orchestration.approval_page import Page, page_of
from include.orchestration.disposal import open_desk
from include.orchestration.edge import at_the_edge, reader

#: Without this connection nobody is told; it also says from whom the e-mail is.
CONNECTION = "smtp_default"
#: A plan whose time to be approved ends within this is told of once more, every morning.
SOON = timedelta(days=2)


@dataclass(frozen=True)
class Notice:
    """What is told, and to which addresses of roles."""

    to: tuple[str, ...]
    subject: str
    text: tuple[str, ...]


class TellApprovers(BaseNotifier):
    """Sends a notice with a link to the page of the task that waits."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice

    def notify(self, context: Any) -> None:
        """Send it; an approval waits whether or not this succeeds."""
        send(self.notice, _page_of_task(context["task_instance"]))


def notice_of(page: Page) -> Notice:
    """One plan at one stage, in both languages, for the roles of the stage."""
    roles = (page.policy.roles[name] for name in page.policy.approvals.stages[page.stage - 1])
    return Notice(
        to=tuple(role.contact for role in roles if "@" in role.contact),
        subject=page.subject,
        text=tuple(
            say("approval.mail", language, **page.asked(language)) for language in LANGUAGES
        ),
    )


def send(notice: Notice, link: str) -> bool:
    """Whether it was sent; of what goes wrong only the type is told, for its text may quote."""
    lines = (escape(line) for line in (notice.subject, *notice.text))
    html = "".join(f"<p>{line}</p>" for line in lines)
    html += f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
    try:
        Connection.get(CONNECTION)
        mail = SmtpNotifier(
            to=list(notice.to),
            subject=notice.subject,
            html_content=html,
            smtp_conn_id=CONNECTION,
        )
        mail.notify({})
    except AirflowNotFoundException:
        return False
    except Exception as error:
        print(say("airflow.not_told", reader(), kind=type(error).__name__, connection=CONNECTION))
        return False
    return True


def _page_of_task(task: Any) -> str:
    """Not by Airflow's own means, whose link to a mapped task leads to a page without it."""
    run = f"/dags/{task.dag_id}/runs/{quote(task.run_id)}"
    where = f"/tasks/{task.task_id}/mapped/{task.map_index}/required_actions"
    return address() + run + where


def address() -> str:
    """Where Airflow's pages are; its own default when nobody set ``[api] base_url``."""
    return str(conf.get("api", "base_url", fallback="") or "http://localhost:8080").rstrip("/")


@at_the_edge
def remind() -> dict[str, int]:
    """Tell once more of plans that will soon be rejected for want of an answer; how many."""
    link = f"{address()}/required_actions"
    return {"reminded": sum(send(notice_of(page), link) for page in _ending_soon(open_desk()))}


def _ending_soon(desk: Desk) -> Iterator[Page]:
    policy, now = desk.workspace.rulebook.policy, desk.clock()
    for status in desk.records.plans(WAITING):
        if stage := open_stage(policy, decisions_of(desk, status.plan), now):
            page = page_of(desk, status, stage)
            if now < page.until <= now + SOON:
                yield page
