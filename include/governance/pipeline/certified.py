"""Certificates of erasure issued in a month, and how far those erasures went by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from include.governance.ledger.entry import LevelReached
from include.governance.ledger.log import Ledger
from include.governance.model.certificate import level_now, written_copies
from include.governance.pipeline.level_record import levels_told
from include.governance.pipeline.workspace import Workspace
from include.governance.report.given import IssuedCertificate
from include.governance.store.certificates import Certificates


def certified_until(workspace: Workspace, as_of: date) -> Iterator[IssuedCertificate]:
    """Those of the month of a day, up to that day, by number."""
    shelf, zone = Certificates(workspace.store()), workspace.zone.info
    told = cache(lambda: _told(workspace))
    for stored in shelf.all():
        issued_on = stored.issued_at.astimezone(zone).date()
        if not as_of.replace(day=1) <= issued_on <= as_of:
            continue
        certificate = stored.read()
        found = shelf.levels(stored.plan_id)
        levels = levels_told(stored.certificate_id, found, lambda entry: entry in told())
        level, copies = level_now(levels), written_copies(certificate, levels)
        left = [each.expires_on for each in copies] if level < 4 else []
        yield IssuedCertificate(
            number=stored.number,
            certificate_id=stored.certificate_id,
            issued_on=issued_on,
            source=certificate.source,
            table=certificate.table,
            rows=certificate.rows,
            level=level,
            copies=len(left),
            last_copy=max(left, default=None),
        )


def _told(workspace: Workspace) -> frozenset[LevelReached]:
    entries = (record.entry for record in Ledger(workspace.settings.ledger).records())
    return frozenset(entry for entry in entries if isinstance(entry, LevelReached))
