"""How far the erasure of a certified plan went: space given back, files new, copies expired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from include.governance.disposal.certificate import copies_of
from include.governance.disposal.certificate_html import level_now
from include.governance.disposal.certificate_issue import read_certificate
from include.governance.disposal.desk import Desk
from include.governance.disposal.levels import reclaim
from include.governance.erasure.graph import Place, place_of, shown
from include.governance.errors import ContractError, PlanError
from include.governance.ledger.entry import LevelReached
from include.governance.model.certificate import Certificate, ExpiringCopy, Level, LevelEvidence
from include.governance.store.certificates import Certificates, StoredLevel


def levels_of(desk: Desk, plan_id: str) -> tuple[LevelEvidence, ...]:
    """The levels that were reached after the first, lowest first."""
    found = Certificates(desk.records).levels(plan_id)
    return tuple(LevelEvidence.model_validate(each.evidence) for each in found)


def reclaim_plan(desk: Desk, plan_id: str, level: Level) -> LevelEvidence:
    """Bring the tables of a plan to level 2 or 3, with the database's own evidence.

    Raises PlanError for a plan without certificate: its keys would still be there.
    """
    certificate = _certificate(desk, plan_id)
    target = desk.target(certificate.source)
    reached, tables = reclaim(target, _places(desk, certificate), level)
    at = desk.clock()
    evidence = LevelEvidence(
        level=reached,
        reached_at=at,
        engine=target.kind,
        tables=tables,
        copies=_copies(desk, certificate, _day(desk)),
    )
    _keep(desk, certificate, evidence)
    return evidence


def close_copies(desk: Desk, plan_id: str) -> LevelEvidence:
    """Level 4, once the period of every declared copy is over since the files were written anew.

    Raises PlanError while a copy may hold the rows, or when nobody declared any.
    """
    certificate = _certificate(desk, plan_id)
    found = levels_of(desk, plan_id)
    reached = level_now(found)
    if reached < 3:
        raise PlanError("level_order", plan=plan_id, found=reached, wanted=4, needed=3)
    copies = open_copies(desk, certificate, found)
    if not copies:
        raise PlanError("level_copies_none", plan=plan_id, source=certificate.source)
    last = max(copy.expires_on for copy in copies)
    if last >= _day(desk):
        still = sum(copy.expires_on >= _day(desk) for copy in copies)
        raise PlanError("level_copies_open", plan=plan_id, found=still, day=last.isoformat())
    evidence = LevelEvidence(level=4, reached_at=desk.clock(), engine="copies", copies=copies)
    _keep(desk, certificate, evidence)
    return evidence


def close_expired(desk: Desk) -> tuple[str, ...]:
    """Level 4 for every plan that may have it now; for a task that runs every day."""
    closed = []
    for stored in Certificates(desk.records).all():
        found = levels_of(desk, stored.plan_id)
        if level_now(found) != 3:
            continue
        copies = open_copies(desk, read_certificate(stored), found)
        if copies and max(copy.expires_on for copy in copies) < _day(desk):
            close_copies(desk, stored.plan_id)
            closed.append(stored.plan_id)
    return tuple(closed)


def open_copies(
    desk: Desk, certificate: Certificate, found: Sequence[LevelEvidence]
) -> tuple[ExpiringCopy, ...]:
    """The copies by today's policy, counted from the day on which the files were new.

    Until then a copy of the files had the erased bytes in it. A copy that the policy does not name
    any more keeps the date that was written down.
    """
    zone = desk.workspace.zone.info
    new = [each.reached_at for each in found if each.level == 3]
    since = (new[0] if new else certificate.finished_at).astimezone(zone).date()
    known = {each.name: each for each in certificate.copies}
    known |= {each.name: each for level in found for each in level.copies}
    return tuple((known | {c.name: c for c in _copies(desk, certificate, since)}).values())


def _certificate(desk: Desk, plan_id: str) -> Certificate:
    stored = Certificates(desk.records).of_plan(plan_id)
    if stored is None:
        raise PlanError("level_uncertified", plan=plan_id)
    return read_certificate(stored)


def _places(desk: Desk, certificate: Certificate) -> list[Place]:
    datasets = desk.workspace.of_source(certificate.source)
    # a certificate says no schema where it is the default one, whatever the contract says
    declared = {dataset.table: place_of(dataset) for dataset in datasets}
    declared |= {shown(place_of(dataset)): place_of(dataset) for dataset in datasets}
    names = dict.fromkeys(table.table for table in certificate.tables)
    missing = [name for name in names if name not in declared]
    if missing:
        raise ContractError("disposal_table_unknown", source=certificate.source, table=missing[0])
    return [declared[name] for name in names]


def _copies(desk: Desk, certificate: Certificate, day: date) -> tuple[ExpiringCopy, ...]:
    return copies_of(desk.workspace.rulebook.policy, certificate.source, day)


def _day(desk: Desk) -> date:
    return desk.clock().astimezone(desk.workspace.zone.info).date()


def _keep(desk: Desk, certificate: Certificate, evidence: LevelEvidence) -> None:
    """In the store, then in the ledger; called again, only what is missing."""
    document = evidence.model_dump(mode="json")
    Certificates(desk.records).reach(
        StoredLevel(
            plan_id=certificate.plan_id,
            level=evidence.level,
            reached_at=evidence.reached_at,
            evidence=document,
        )
    )
    entry = LevelReached(
        at=evidence.reached_at.astimezone(UTC),
        certificate=certificate.certificate_id,
        level=evidence.level,
        copies_open=0 if evidence.level == 4 else len(evidence.copies),
    )
    ledger = desk.evidence()
    with desk.records.alone():
        for record in ledger.ledger.records():
            known = record.entry
            if isinstance(known, LevelReached) and (known.certificate, known.level) == (
                entry.certificate,
                entry.level,
            ):
                return
        ledger.ledger.append([entry], ledger.key)
