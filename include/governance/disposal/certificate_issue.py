"""Issue the certificate of a verified plan once: in store, ledger and register, then purge keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of

from sqlalchemy import select

from include.governance import PRODUCT
from include.governance.disposal.certificate import (
    Case,
    CertificateRefused,
    Conduct,
    Issue,
    Reason,
    compose,
)
from include.governance.disposal.certificate_check import check, read_file
from include.governance.disposal.clock import require_after
from include.governance.disposal.decide import decisions_of
from include.governance.disposal.deletion_record import enter_deletion
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import person_ref, require_receipts_as_told
from include.governance.disposal.forgetting import purge_keys
from include.governance.disposal.quarantine import require_over
from include.governance.disposal.rules import dataset_of
from include.governance.disposal.shown import require_as_planned
from include.governance.disposal.tombstone import bury, gone_keys, open_epoch
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.keys import sha256
from include.governance.erasure.record import read_spec
from include.governance.erasure.tables import DONE
from include.governance.errors import PlanError
from include.governance.ledger.entry import Certificate as CertificateEntry
from include.governance.ledger.entry import ChunkApplied, PlanApproved
from include.governance.ledger.rows import KEY_BYTES, commit_rows
from include.governance.model.certificate import Buried
from include.governance.model.disposal import Decision, PlanRecord, PlanState, Proof
from include.governance.model.quarantine import Keeping
from include.governance.store.certificates import Certificates, StoredCertificate
from include.governance.store.encoding import canonical
from include.governance.store.tombstones import Tombstones

REFERENCE_BITS = 128
#: What a ledger cannot know before it was told of the certificate, or of the one before.
NOT_YET = ("not_in_ledger", "no_predecessor")
CERTIFIABLE: tuple[PlanState, ...] = ("verified", "certified")


def certify(desk: Desk, plan_id: str) -> StoredCertificate:
    """The certificate of a verified plan, then the end of its keys; the same one ever after.

    Rows are buried and those that stayed looked at again first. Raises CertificateRefused with
    every reason when the verification does not hold. Killed at any point, the same call goes on.
    """
    plan = desk.records.plan(plan_id).plan
    with desk.records.alone() as connection:
        desk.records.require(connection, plan_id, CERTIFIABLE)
    window = require_over(desk, plan)
    shelf = Certificates(desk.records)
    found = shelf.of_plan(plan_id)
    if found is None:
        proof = desk.records.proof(plan_id)
        if proof is None:
            raise PlanError("certificate_unverified", plan=plan_id)
        at, book = desk.clock(), desk.workspace.rulebook
        require_after(plan_id, proof.at, at)
        require_receipts_as_told(desk, plan)
        case = _case(desk, plan, proof, window)
        certificate_id = f"{desk.random.getrandbits(REFERENCE_BITS):032x}"

        def write(number: int, previous: str) -> dict[str, object]:
            issue = Issue(certificate_id, number, previous, at, PRODUCT)
            made = compose(case, book.policy, book.schedule, issue).model_dump(mode="json")
            _refuse_differing(desk, plan_id, canonical(made), unless=NOT_YET)
            return made

        found = shelf.issue(plan_id, certificate_id, at, write)
    else:
        _refuse_differing(desk, plan_id, found.document, unless=NOT_YET)
    record_certificate(desk, found)
    enter_deletion(desk, found)
    purge_keys(desk, plan)
    with desk.records.alone() as connection:
        desk.records.move(connection, plan_id, "certified", desk.clock(), CERTIFIABLE)
    return found


def record_certificate(desk: Desk, stored: StoredCertificate) -> None:
    """Tell the ledger of a certificate, once."""
    certificate = stored.read()
    entry = CertificateEntry(
        at=stored.issued_at.astimezone(UTC),
        plan=certificate.plan_digest,
        certificate=certificate.certificate_id,
        document_digest=stored.sha256,
        rows=certificate.rows,
        rows_root=certificate.rows_root,
        row_key="destroyed",
        level=certificate.level,
        copies_open=len(certificate.copies),
    )
    desk.tell(entry)


def refuse_altered(desk: Desk, stored: StoredCertificate) -> None:
    """Raise CertificateRefused for a stored certificate that is not the one the ledger knows."""
    _refuse_differing(desk, stored.plan_id, stored.document)


def _refuse_differing(
    desk: Desk, plan_id: str, document: str, unless: Collection[str] = ()
) -> None:
    records = list(desk.evidence().ledger.records())
    found = [each for each in check(document, records).mismatches if each.code not in unless]
    certificate, _ = read_file(document)
    people = tuple(person_ref(desk, p) for p in (certificate.requester, *certificate.approvers))
    approved = [
        (entry.requested_by, *entry.approved_by)
        for record in records
        if isinstance(entry := record.entry, PlanApproved) and entry.plan == certificate.plan_digest
    ]
    others = len(found) + any(each != people for each in approved[-1:])
    if others:
        raise CertificateRefused(plan_id, [Reason("ledger_differs", others)])


def _case(desk: Desk, plan: PlanRecord, proof: Proof, window: Keeping | None) -> Case:
    dataset = dataset_of(desk, plan.source, plan.table)
    target = desk.target(plan.source)
    with target.snapshot() as connection:
        require_as_planned(connection, plan)
        spec = read_spec(connection, plan.plan_id)
        keys = [key for _, found in gone_keys(connection, plan.plan_id) for key in found]
        done = select(DONE.c.runner, DONE.c.at).where(DONE.c.plan_id == plan.plan_id)
        conduct = _conduct(connection.execute(done).all())
    masking = None
    if plan.erasure.actions:
        from include.governance.disposal.masking import look_again  # 1.5 s that few plans need

        threshold = desk.workspace.rulebook.policy.anonymity.smallest_group
        years, as_of = plan.erasure.age_cap, plan.erasure.as_of
        cap = AgeCap(years, as_of) if years else None
        masking = look_again(target, dataset, plan.erasure.actions, keys, threshold, cap)
    rows = commit_rows(((dataset.id, key) for key in keys), desk.random.randbytes(KEY_BYTES))
    return Case(
        plan=plan,
        dataset=dataset,
        approvals=tuple(_approvals(desk, plan)),
        proof=proof,
        conduct=conduct,
        runs=_runs(desk, plan),
        target_sha256=sha256(spec["target_id"]),
        rows=rows,
        buried=_buried(desk, plan),
        masking=masking,
        window=window,
    )


def _conduct(done: Sequence[tuple[str, datetime]]) -> Conduct | None:
    if not done:
        return None
    times = [at.replace(tzinfo=UTC) if at.tzinfo is None else at for _, at in done]
    return Conduct(tuple(sorted({runner for runner, _ in done})), min(times), max(times))


def _runs(desk: Desk, plan: PlanRecord) -> tuple[str, ...]:
    """The runs that erased something, as the ledger names them."""
    entries = (record.entry for record in desk.evidence().ledger.records())
    chunks = (each for each in entries if isinstance(each, ChunkApplied))
    return tuple(sorted({each.run for each in chunks if each.plan == plan.digest}))


def _approvals(desk: Desk, plan: PlanRecord) -> Iterator[Decision]:
    """The last approval of each stage."""
    by_stage = {d.stage: d for d in decisions_of(desk, plan) if d.decision == "approve"}
    yield from (by_stage[stage] for stage in sorted(by_stage))


def _buried(desk: Desk, plan: PlanRecord) -> Buried:
    stones = Tombstones(desk.records)
    dataset = dataset_of(desk, plan.source, plan.table)
    secret = desk.workspace.settings.key.get_secret_value()
    epoch, target = open_epoch(desk), desk.target(plan.source)
    bury(target, plan.plan_id, dataset, stones, secret, epoch, desk.clock())
    graves = [grave for grave in stones.of_plan(plan.plan_id) if grave.scope == "row"]
    return Buried(
        epoch=max((grave.epoch for grave in graves), default=epoch.number),
        tombstones=sum(grave.rows for grave in graves),
        digest=sha256_of(b"".join(grave.hashes for grave in graves)).hexdigest(),
    )
