"""The register of deletions: a row for each certified erasure, and when recipients were told."""

from __future__ import annotations

from datetime import date

from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import leaves_most
from include.governance.errors import PlanError
from include.governance.model.register import DeletionRow
from include.governance.pipeline.legal_hold import store_registers
from include.governance.store.certificates import StoredCertificate


def enter_deletion(desk: Desk, stored: StoredCertificate) -> None:
    """Enter what a certificate says was erased, once; it names no person."""
    certificate, registers = stored.read(), store_registers(desk.workspace)
    if not certificate.affected or registers.row(DeletionRow, certificate.certificate_id):
        return
    row = DeletionRow(
        deletion_id=certificate.certificate_id,
        deleted_on=desk.day(certificate.finished_at),
        action=leaves_most(certificate.actions) if certificate.actions else "delete",
        certificate=certificate.certificate_id,
    )
    registers.enter([row], certificate.executors[0], stored.issued_at)


def told_on(desk: Desk, certificate_id: str) -> date | None:
    """When the recipients of the erased data were told; None when they were not."""
    row = store_registers(desk.workspace).row(DeletionRow, certificate_id)
    return row.recipients_notified_on if row else None


def tell_recipients(desk: Desk, stored: StoredCertificate, on: date, by: str) -> None:
    """Note that everybody whom a certificate names was told on a day.

    Raises PlanError when it names nobody, or for a day before the erasure or after today.
    """
    certificate = stored.read()
    first, last = desk.day(certificate.finished_at), desk.today()
    if not certificate.recipients or not certificate.affected:
        raise PlanError("certificate_nobody_told", certificate=certificate.certificate_id)
    if not first <= on <= last:
        raise PlanError(
            "certificate_told_day",
            found=on.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )
    changes = {"recipients_notified_on": on}
    registers = store_registers(desk.workspace)
    registers.update(DeletionRow, certificate.certificate_id, changes, by, desk.clock())
