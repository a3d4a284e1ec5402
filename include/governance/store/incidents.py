"""Whether findings are leaks: the question, its answer, and the incident that a yes enters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from include.governance.errors import StoreError
from include.governance.model.control import IncidentCategory
from include.governance.model.register import IncidentRow
from include.governance.store import finding_rows, register_table
from include.governance.store.base import Database, queue_for
from include.governance.store.lifecycle import (
    FindingEvent,
    FindingRecord,
    IncidentAnswer,
    IncidentState,
    incident_state,
)
from include.governance.store.officer_text import require_name, require_role, require_text
from include.governance.store.schema import FINDING_EVENT

Answer = Literal["yes", "no"]
_ANSWERS: dict[Answer, IncidentAnswer] = {"yes": "incident_yes", "no": "incident_no"}


class Incidents(Database):
    """The part of the store that knows which findings are leaks."""

    def answer_incident(
        self,
        fingerprint: str,
        answer: Answer,
        *,
        reason: str,
        by: str,
        at: datetime,
        role: str,
        category: IncidentCategory | None = None,
        persons: int | None = None,
    ) -> IncidentRow | None:
        """Say whether a finding is a leak; of a yes, the row of the register of incidents.

        It is known since the day, in the zone of ``at``, on which the finding was opened last. The
        same answer again changes nothing. Raises StoreError for an unknown finding, a yes without
        a category, and another answer after a yes: the incident is corrected in its register.
        """
        said = {
            "actor": require_name("by", by),
            "reason": require_text("reason", reason),
            "role": require_role(role),
        }
        if (answer == "yes") != (category is not None):
            raise StoreError("incident_category")
        with self.writing() as connection:
            queue_for(connection, "finding")
            record, state = _known(connection, fingerprint)
            if state.answer == "incident_yes" and answer == "no":
                raise StoreError("incident_entered", key=_key(fingerprint, state))
            if state.answer != _ANSWERS[answer]:
                finding_rows.append_event(connection, record, record, _ANSWERS[answer], at, **said)
            if answer == "no":
                return None
            queue_for(connection, "register")
            entered = register_table.find(connection, IncidentRow, _key(fingerprint, state))
            if entered is not None:
                if entered.category != category or persons not in (None, entered.persons_affected):
                    raise StoreError("incident_entered", key=entered.incident_id)
                return entered
            row = IncidentRow(
                incident_id=_key(fingerprint, state),
                known_on=state.known_at.astimezone(at.tzinfo).date(),
                category=category,
                persons_affected=persons,
            )
            register_table.enter(connection, row, said["actor"], at)
        return row

    def incident_states(self) -> dict[str, IncidentState]:
        """By fingerprint, whether each finding is a leak as far as somebody said."""
        events: dict[str, list[FindingEvent]] = {}
        for event in self._events():
            events.setdefault(event.fingerprint, []).append(event)
        found = {fingerprint: incident_state(own) for fingerprint, own in events.items()}
        return {fingerprint: state for fingerprint, state in found.items() if state}

    def incident_asked(self, fingerprints: Iterable[str], role: str, at: datetime) -> None:
        """Write down that a role was reminded of the questions about these."""
        with self.writing() as connection:
            queue_for(connection, "finding")
            for fingerprint in fingerprints:
                record, _ = _known(connection, fingerprint)
                finding_rows.append_event(
                    connection, record, record, "incident_asked", at, role=role
                )

    def _events(self) -> list[FindingEvent]:
        with self.reading() as connection:
            rows = connection.execute(select(FINDING_EVENT).order_by(FINDING_EVENT.c.event_id))
            return [finding_rows.event(row) for row in rows.mappings()]


def _known(connection: Connection, fingerprint: str) -> tuple[FindingRecord, IncidentState]:
    record = finding_rows.load(connection, fingerprint)
    own = select(FINDING_EVENT).where(FINDING_EVENT.c.fingerprint == fingerprint)
    rows = connection.execute(own.order_by(FINDING_EVENT.c.event_id)).mappings()
    state = incident_state(finding_rows.event(row) for row in rows)
    if record is None or state is None:
        raise StoreError("finding_unknown", fingerprint=fingerprint[:12])
    return record, state


def _key(fingerprint: str, state: IncidentState) -> str:
    """One for each time that the finding was opened."""
    return f"finding-{fingerprint[:12]}-{state.opening}"
