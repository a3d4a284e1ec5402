"""Tell the ledger each thing once, however often and by whichever process it is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence

from include.governance.errors import LedgerError
from include.governance.ledger.entry import (
    Certificate,
    ChunkApplied,
    Entry,
    LevelReached,
    PlanApproved,
    PlanClosed,
    Quarantine,
    TombstoneEpoch,
)
from include.governance.ledger.log import Ledger, Mark
from include.governance.ledger.note import SigningKey
from include.governance.store.disposal_records import DisposalRecords

Identity = Hashable


class Evidence:
    """The ledger, the key that may append to it, and what it is known to say already.

    What a ledger acknowledged stays, so only what came since is read again. ``opened`` finds the
    current key; it is called again when that one was rotated.
    """

    def __init__(self, opened: Callable[[], tuple[Ledger, SigningKey]]) -> None:
        self._opened = opened
        self.ledger, self._key = opened()
        self._mark = Mark()
        self._known: set[Identity] = set()

    def known(self) -> Collection[Identity]:
        """Everything that the ledger says and may say only once."""
        self._read_on()
        return self._known

    def tell(self, records: DisposalRecords, entries: Sequence[Entry]) -> int:
        """Append what the ledger does not say yet, beside nobody else; how much that was."""
        with records.alone():
            self._read_on()
            new = [each for each in entries if identity(each) not in self._known]
            if new:
                self._append(new)
        return len(new)

    def _append(self, entries: Sequence[Entry]) -> None:
        try:
            self.ledger.append(entries, self._key)
        except LedgerError as error:
            if error.code != "ledger_other_key":
                raise
            _, self._key = self._opened()
            self.ledger.append(entries, self._key)

    def _read_on(self) -> None:
        found = (identity(record.entry) for record in self.ledger.read_on(self._mark))
        self._known.update(each for each in found if each is not None)


def identity(entry: Entry) -> Identity | None:
    """What may be said only once; None for what may happen again and again.

    A plan that had to be approved again has an entry for each time.
    """
    match entry:
        case ChunkApplied():
            return chunk_of(entry.plan, entry.chunk)
        case PlanApproved():
            return (entry.kind, entry.plan, entry.approval_digest)
        case PlanClosed():
            return (entry.kind, entry.plan)
        case Certificate():
            return (entry.kind, entry.certificate)
        case LevelReached():
            return (entry.kind, entry.certificate, entry.evidence_digest)
        case TombstoneEpoch():
            return epoch_event(entry.epoch, entry.event)
        case Quarantine():
            # a plan that went on after its window has another key, which is destroyed as well
            ended = entry.at if entry.event == "key_destroyed" else None
            return (entry.kind, entry.plan, entry.event, entry.rows, entry.expires_on, ended)
        case _:
            return None


def chunk_of(digest: str, chunk: int) -> Identity:
    """What may be said once of a chunk of a plan."""
    return ("chunk_applied", digest, chunk)


def epoch_event(epoch: int, event: str) -> Identity:
    """What may be said once of an epoch of tombstones."""
    return ("tombstone_epoch", epoch, event)
