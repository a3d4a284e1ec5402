"""Everything a disposal needs, handed in by the edge: workspace, clock, chance, keys, ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from random import Random
from time import perf_counter, sleep

from pydantic import SecretBytes

from include.governance.disposal.telling import Evidence, Identity
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.target import Target
from include.governance.ledger.entry import Entry
from include.governance.ledger.note import SigningKey, VerifierKey
from include.governance.pipeline.workspace import Workspace
from include.governance.store.disposal_records import DisposalRecords


def _never() -> bool:
    """Nobody wants the work at hand to stop."""
    return False


@dataclass(frozen=True)
class Desk:
    """One installation's disposals.

    ``signing`` signs decisions and is there only where people decide; ``trusted`` are the public
    keys that decisions must be signed with. ``quarantine_key`` is called only under an undo window,
    ``evidence`` when the ledger is needed.
    ``stopping`` says that this process is to end, which ends applying before the next chunk.
    ``chunk_roots`` makes chunks of that size instead of one that suits the table.
    With ``keeps`` false plans are made to be looked at only, and nothing of them stays.
    """

    workspace: Workspace
    clock: Callable[[], datetime]
    random: Random
    evidence: Callable[[], Evidence]
    signing: Callable[[], SigningKey]
    trusted: Callable[[], tuple[VerifierKey, ...]]
    quarantine_key: Callable[[], SecretBytes]
    pseudonym_key: PseudonymKey | None = None
    seconds: Callable[[], float] = perf_counter
    sleep: Callable[[float], None] = sleep
    stopping: Callable[[], bool] = _never
    chunk_roots: int | None = None
    keeps: bool = True

    @cached_property
    def records(self) -> DisposalRecords:
        """Plans, decisions and selections in the governance store."""
        return DisposalRecords(self.workspace.settings.store_url)

    def target(self, source: str) -> Target:
        """A source, opened for writing."""
        return Target(source, self.workspace.connect(source))

    def day(self, at: datetime) -> date:
        """The day of a moment in the policy's time zone."""
        return at.astimezone(self.workspace.zone.info).date()

    def today(self) -> date:
        """The day by the policy's time zone."""
        return self.day(self.clock())

    def tell(self, *entries: Entry) -> int:
        """Let the ledger say what it does not say yet; how much that was.

        Nothing to say needs no ledger: one that only scans has none.
        """
        return self.evidence().tell(self.records, entries) if entries else 0

    def says(self, what: Identity) -> bool:
        """Whether the ledger says something already; it is opened only when this is asked."""
        return what in self.evidence().known()
