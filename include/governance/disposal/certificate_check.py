"""Hold a certificate against the ledger, with nothing but the two files and a public key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from include.governance.disposal.checks import balance_sha256
from include.governance.disposal.shown import shown_in
from include.governance.errors import PlanError
from include.governance.ledger.entry import (
    Certificate as CertificateEntry,
)
from include.governance.ledger.entry import (
    ChunkApplied,
    Entry,
    LevelReached,
    PlanApproved,
    PlanClosed,
    PlanVerified,
    Quarantine,
    Record,
)
from include.governance.ledger.fields import table_name
from include.governance.model.base import Model
from include.governance.model.certificate import Certificate
from include.governance.store.certificates import NOTHING_BEFORE
from include.governance.store.encoding import canonical, sha256
from include.governance.wording import Language, say


class Mismatch(Model):
    """One thing in which certificate and ledger differ."""

    code: str
    facts: dict[str, str | int] = {}

    def say(self, language: Language) -> str:
        """The difference in the reader's language."""
        return say(f"certificate_check.{self.code}", language, **self.facts)


class Checked(Model):
    """What came out; ``level`` is the one that the ledger knows of by now."""

    certificate_id: str
    number: int
    level: int
    mismatches: tuple[Mismatch, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.mismatches


@dataclass
class _Known:
    """What a ledger says about one plan and its certificate."""

    issued: CertificateEntry | None = None
    approved: PlanApproved | None = None
    verified: PlanVerified | None = None
    chunks: dict[int, ChunkApplied] = field(default_factory=dict)
    twice: int = 0
    ended: bool = False
    back: frozenset[int] = frozenset()
    levels: list[LevelReached] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)


def read_file(text: str) -> tuple[Certificate, str]:
    """A certificate from its file, and the text that its hash is of."""
    document = text.removesuffix("\n")
    try:
        parsed = json.loads(document)
        certificate = Certificate.model_validate(parsed)
    except (ValueError, ValidationError):
        raise PlanError("certificate_unreadable") from None
    if canonical(parsed) != document:
        raise PlanError("certificate_unreadable")
    return certificate, document


def check(text: str, records: Iterable[Record]) -> Checked:
    """Every difference between a certificate's file and the entries of a ledger that verifies."""
    certificate, document = read_file(text)
    known = _read(certificate, records)
    return Checked(
        certificate_id=certificate.certificate_id,
        number=certificate.number,
        level=max((each.level for each in known.levels), default=1),
        mismatches=tuple(_mismatches(certificate, sha256(document), known)),
    )


def _read(certificate: Certificate, records: Iterable[Record]) -> _Known:
    known = _Known()
    for record in records:
        _note(known, certificate, record.entry)
    return known


def _note(known: _Known, certificate: Certificate, entry: Entry) -> None:
    match entry:
        case CertificateEntry():
            known.digests.add(entry.document_digest)
            if entry.certificate == certificate.certificate_id:
                known.issued = entry
        case LevelReached() if entry.certificate == certificate.certificate_id:
            known.levels.append(entry)
        case PlanApproved() if entry.plan == certificate.plan_digest:
            known.approved = entry
        case ChunkApplied() if entry.plan == certificate.plan_digest:
            known.twice += entry.chunk in known.chunks
            known.chunks[entry.chunk] = entry
        case PlanClosed() if entry.plan == certificate.plan_digest:
            known.ended = entry.outcome == "ended"
        case Quarantine() if entry.plan == certificate.plan_digest:
            known.back |= frozenset(entry.chunks)
        case PlanVerified() if entry.plan == certificate.plan_digest:
            known.verified = entry
        case _:
            pass


def _mismatches(certificate: Certificate, digest: str, known: _Known) -> Iterator[Mismatch]:
    if known.issued is None:
        yield Mismatch(code="not_in_ledger")
    elif known.issued.document_digest != digest:
        yield Mismatch(code="other_document")
    previous = certificate.previous_sha256
    first = certificate.number == 1 and previous == NOTHING_BEFORE
    if not first and previous not in known.digests - {digest}:
        yield Mismatch(code="no_predecessor")
    yield from _approval(certificate, known.approved)
    yield from _rows(certificate, known)
    yield from _verification(certificate, known.verified)
    yield from _levels(certificate, known.levels)


def _approval(certificate: Certificate, approved: PlanApproved | None) -> Iterator[Mismatch]:
    if approved is None:
        yield Mismatch(code="not_approved")
        return
    occasion = certificate.occasion
    pairs = {
        "policy_sha256": (certificate.policy_sha256, approved.policy_digest),
        "contracts_sha256": (certificate.contracts_sha256, approved.contracts_digest),
        "schema_sha256": (certificate.schema_sha256, approved.schema_digest),
        "target_sha256": (certificate.target_sha256, approved.target),
        "kind": (certificate.kind, approved.start),
        "reason": (occasion.reason if occasion else None, approved.reason),
        "ticket": (occasion.ticket if occasion else None, approved.ticket),
        "shown": (shown_in(certificate).sha256, approved.shown_digest),
        "approvers": (len(certificate.approvers), len(approved.approved_by)),
    }
    for name, (said, recorded) in pairs.items():
        if said != recorded:
            yield Mismatch(code="other_field", facts={"field": name})


def _rows(certificate: Certificate, known: _Known) -> Iterator[Mismatch]:
    if known.twice:
        yield Mismatch(code="chunk_twice", facts={"n": known.twice})
    ended, undone = (certificate.skipped.get(why, 0) for why in ("ended", "undone"))
    chunks = list(known.chunks.values())
    gone = [chunk for chunk in chunks if chunk.chunk not in known.back]
    back = [chunk for chunk in chunks if chunk.chunk in known.back]
    if ended and not known.ended:
        yield Mismatch(code="not_ended", facts={"n": ended})
    counts = {
        "planned": (certificate.planned - ended, sum(chunk.roots_planned for chunk in chunks)),
        "affected": (certificate.affected, sum(chunk.roots_applied for chunk in gone)),
        "undone": (undone, sum(chunk.roots_applied for chunk in back)),
        "skipped": (
            sum(certificate.skipped.values()) - ended - undone,
            sum(chunk.roots_skipped for chunk in chunks),
        ),
    }
    for name, (said, recorded) in counts.items():
        if said != recorded:
            facts: dict[str, str | int] = {"field": name, "found": said, "recorded": recorded}
            yield Mismatch(code="other_count", facts=facts)
    said_rows, recorded_rows = _by_table(certificate), _recorded(gone)
    for table in sorted(said_rows.keys() | recorded_rows.keys()):
        found, wanted = said_rows.get(table, 0), recorded_rows.get(table, 0)
        if found != wanted:
            facts = {"field": table, "found": found, "recorded": wanted}
            yield Mismatch(code="other_count", facts=facts)


def _by_table(certificate: Certificate) -> Mapping[str, int]:
    rows: dict[str, int] = {}
    for each in certificate.tables:
        name = table_name(each.table)
        rows[name] = rows.get(name, 0) + each.changed
    return rows


def _recorded(chunks: Sequence[ChunkApplied]) -> Mapping[str, int]:
    rows: dict[str, int] = {}
    for chunk in chunks:
        for table in chunk.tables:
            rows[table.table] = rows.get(table.table, 0) + table.rows
    return rows


def _verification(certificate: Certificate, verified: PlanVerified | None) -> Iterator[Mismatch]:
    if verified is None:
        yield Mismatch(code="not_verified")
        return
    if any(each.outcome in ("fail", "error") for each in verified.checks):
        yield Mismatch(code="verification_failed")
    said = {each.name: (each.outcome, each.found) for each in certificate.checks}
    recorded = {each.name: (each.outcome, each.found) for each in verified.checks}
    counted = balance_sha256(certificate.balance, certificate.skipped)
    if (
        not recorded.items() <= said.items()
        or certificate.verified_at != verified.at
        or counted != verified.balance_digest
    ):
        yield Mismatch(code="other_checks")
    if verified.rows_changed != certificate.rows:
        facts: dict[str, str | int] = {
            "field": "rows",
            "found": certificate.rows,
            "recorded": verified.rows_changed,
        }
        yield Mismatch(code="other_count", facts=facts)


def _levels(certificate: Certificate, levels: Sequence[LevelReached]) -> Iterator[Mismatch]:
    """That all copies were said to be gone before the last day that the certificate gives one."""
    zone = ZoneInfo(certificate.timezone)
    last = max((copy.expires_on for copy in certificate.copies), default=date.min)
    for each in levels:
        if each.level == 4 and each.at.astimezone(zone).date() <= last:
            yield Mismatch(code="level_early", facts={"day": last.isoformat()})
