"""Copies of erased rows: which may still hold them, until when, and by whose word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from include.governance.disposal.desk import Desk
from include.governance.model.certificate import (
    Certificate,
    ExpiringCopy,
    LevelEvidence,
    written_copies,
)
from include.governance.model.policy import PrivacyPolicy


def copies_of(policy: PrivacyPolicy, source: str, day: date) -> tuple[ExpiringCopy, ...]:
    """The declared copies of a source, and until when they may hold what was there on a day."""
    return tuple(
        ExpiringCopy(
            name=name,
            kind=copy.kind,
            label=copy.label,
            role=policy.roles[copy.role].label,
            expires_on=copy.expires_after.after(day),
        )
        for name, copy in policy.copies.items()
        if source in copy.sources
    )


def open_copies(
    desk: Desk, certificate: Certificate, levels: Sequence[LevelEvidence]
) -> tuple[ExpiringCopy, ...]:
    """The copies by today's policy, counted from the day on which the files were new.

    Until then a copy of the files had the erased bytes in it. A date that was written down stays
    where it is the later one: a policy that changed since takes nothing out of an old copy.
    """
    new = [each.reached_at for each in levels if each.level == 3]
    since = desk.day(new[0] if new else certificate.finished_at)
    today = copies_of(desk.workspace.rulebook.policy, certificate.source, since)
    last = {each.name: each for each in written_copies(certificate, levels)}
    for each in today:
        if each.name not in last or last[each.name].expires_on < each.expires_on:
            last[each.name] = each
    return tuple(last.values())
