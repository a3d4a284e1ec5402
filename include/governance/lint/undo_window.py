"""Compare the undo window with what else promises that data is gone by a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from include.governance.model.mistake import Mistake
from include.governance.policy.load import POLICY_FILE, Rulebook

#: Any day will do for periods of days; of months the shortest counts.
_FEBRUARY = date(2023, 2, 1)


def mistakes(rulebook: Rulebook) -> Iterator[Mistake]:
    """A window in which removed rows outlive what a person or the schedule was promised."""
    window = rulebook.policy.undo_window
    if window is None:
        return
    document, end = rulebook.documents[POLICY_FILE], window.after(_FEBRUARY)
    promised = rulebook.policy.requests.clocks.erase_everywhere
    if end > promised.after(_FEBRUARY):
        facts = {"found": str(window), "allowed": str(promised)}
        yield document.mistake(("undo_window",), "undo_beyond_request", **facts)
        return
    records = rulebook.schedule.record_classes.items()
    late = [name for name, each in records if end > each.erase_after.grace.after(_FEBRUARY)]
    if late:
        facts = {"found": str(window), "names": ", ".join(late)}
        yield document.mistake(("undo_window",), "undo_beyond_grace", "warning", **facts)
