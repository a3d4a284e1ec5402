"""How far the erasure of a certified plan went: space given back, files new, copies expired."""

from __future__ import annotations

from include.governance.disposal.copies import copies_of, open_copies
from include.governance.disposal.desk import Desk
from include.governance.disposal.levels import reclaim
from include.governance.disposal.telling import identity
from include.governance.erasure.graph import Place, place_of, shown
from include.governance.errors import ContractError, PlanError
from include.governance.model.certificate import Certificate, Level, LevelEvidence, level_now
from include.governance.pipeline.level_record import level_entry, levels_told
from include.governance.store.certificates import Certificates, StoredCertificate, StoredLevel


def levels_of(desk: Desk, plan_id: str) -> tuple[LevelEvidence, ...]:
    """The levels that were reached after the first, lowest first."""
    shelf = Certificates(desk.records)
    stored, found = shelf.of_plan(plan_id), shelf.levels(plan_id)
    if stored is None or not found:
        return ()
    return levels_told(stored.certificate_id, found, lambda entry: desk.says(identity(entry)))


def reclaim_plan(desk: Desk, plan_id: str, level: Level) -> LevelEvidence:
    """Bring the tables of a plan to level 2 or 3, with the database's own evidence.

    Raises PlanError for a plan without certificate: its keys would still be there.
    """
    certificate = certified(desk, plan_id).read()
    target = desk.target(certificate.source)
    reached, tables = reclaim(target, _places(desk, certificate), level)
    at = desk.clock()
    evidence = LevelEvidence(
        level=reached,
        reached_at=at,
        engine=target.kind,
        tables=tables,
        copies=copies_of(desk.workspace.rulebook.policy, certificate.source, desk.today()),
    )
    _keep(desk, certificate, evidence)
    return evidence


def close_copies(desk: Desk, plan_id: str) -> LevelEvidence:
    """Level 4, once the period of every declared copy is over since the files were written anew.

    Raises PlanError while a copy may hold the rows, or when nobody declared any.
    """
    certificate = certified(desk, plan_id).read()
    found = levels_of(desk, plan_id)
    reached = level_now(found)
    if reached < 3:
        raise PlanError("level_order", plan=plan_id, found=reached, wanted=4, needed=3)
    copies = open_copies(desk, certificate, found)
    if not copies:
        raise PlanError("level_copies_none", plan=plan_id, source=certificate.source)
    last = max(copy.expires_on for copy in copies)
    if last >= desk.today():
        still = sum(copy.expires_on >= desk.today() for copy in copies)
        raise PlanError("level_copies_open", plan=plan_id, found=still, day=last.isoformat())
    evidence = LevelEvidence(level=4, reached_at=desk.clock(), engine="copies", copies=copies)
    _keep(desk, certificate, evidence)
    return evidence


def close_expired(desk: Desk) -> tuple[StoredCertificate, ...]:
    """Level 4 for every plan that may have it now; the certificates of those plans."""
    closed = []
    for stored in Certificates(desk.records).all():
        found = levels_of(desk, stored.plan_id)
        if level_now(found) != 3:
            continue
        copies = open_copies(desk, stored.read(), found)
        if copies and max(copy.expires_on for copy in copies) < desk.today():
            close_copies(desk, stored.plan_id)
            closed.append(stored)
    return tuple(closed)


def certified(desk: Desk, plan_id: str) -> StoredCertificate:
    """The certificate of a plan; raises PlanError when it has none yet."""
    stored = Certificates(desk.records).of_plan(plan_id)
    if stored is None:
        desk.records.plan(plan_id)  # or what was given may be no plan's name, and is not repeated
        raise PlanError("level_uncertified", plan=plan_id)
    return stored


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


def _keep(desk: Desk, certificate: Certificate, evidence: LevelEvidence) -> None:
    """In the store, then in the ledger; reached again, the first evidence stays.

    What the ledger was never told gives way: somebody was killed, or wrote past this program.
    """
    if any(each.level == evidence.level for each in levels_of(desk, certificate.plan_id)):
        return
    Certificates(desk.records).reach(
        StoredLevel(
            plan_id=certificate.plan_id,
            level=evidence.level,
            reached_at=evidence.reached_at,
            evidence=evidence.model_dump(mode="json"),
        )
    )
    desk.tell(level_entry(certificate.certificate_id, evidence))
