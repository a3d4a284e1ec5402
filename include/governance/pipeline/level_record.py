"""What the ledger is told of a level that an erasure reached; a level it does not know is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC

from include.governance.ledger.entry import LevelReached
from include.governance.model.certificate import LevelEvidence
from include.governance.store.certificates import StoredLevel
from include.governance.store.encoding import canonical, sha256


def level_entry(certificate_id: str, evidence: LevelEvidence) -> LevelReached:
    """A level, bound to the evidence that the store keeps."""
    return LevelReached(
        at=evidence.reached_at.astimezone(UTC),
        certificate=certificate_id,
        level=evidence.level,
        copies_open=0 if evidence.level == 4 else len(evidence.copies),
        evidence_digest=sha256(canonical(evidence.model_dump(mode="json"))),
    )


def levels_told(
    certificate_id: str, found: Iterable[StoredLevel], says: Callable[[LevelReached], bool]
) -> tuple[LevelEvidence, ...]:
    """The stored levels that the ledger says were reached with this very evidence."""
    evidence = (LevelEvidence.model_validate(each.evidence) for each in found)
    return tuple(each for each in evidence if says(level_entry(certificate_id, each)))
