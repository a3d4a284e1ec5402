"""What the ledger says was erased and no tombstone of the store remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from include.governance.errors import StoreError
from include.governance.ledger.entry import ChunkApplied, Quarantine
from include.governance.ledger.folder import CHECKPOINTS
from include.governance.ledger.log import Ledger
from include.governance.model.contract import Dataset
from include.governance.pipeline.workspace import Workspace
from include.governance.store.disposal_records import DisposalRecords
from include.governance.store.tombstones import Tombstones


@dataclass(frozen=True)
class Forgotten:
    """Chunks by ``source.table``, and the number of plans that the store does not know at all."""

    chunks: Mapping[str, int]
    plans: int

    def of_source(self, source: str) -> int:
        """How many chunks or plans may concern a source."""
        own = (n for place, n in self.chunks.items() if place.partition(".")[0] == source)
        return self.plans + sum(own)

    def error(self, dataset: Dataset) -> StoreError | None:
        """Why nobody can tell of a table whether erased rows are back."""
        place = {"source": dataset.source, "table": dataset.table}
        if chunks := self.chunks.get(dataset.id):
            return StoreError("tombstone_fewer", **place, chunks=chunks)
        if self.plans:
            return StoreError("tombstone_plans", **place, plans=self.plans)
        return None


def forgotten(workspace: Workspace) -> Forgotten:
    """Held against the ledger, as a store that was restored or edited forgets without a trace.

    Plans of which rows were put back have no tombstones of those. Raises LedgerError when the
    ledger cannot be read; nothing is forgotten where none was begun.
    """
    erased = _erased(workspace)  # first: rows are buried before the ledger is told of them
    if not erased:
        return Forgotten({}, 0)
    records = DisposalRecords(workspace.settings.store_url)
    plans = {status.plan.digest: status.plan for status in records.plans()}
    stones, missing = Tombstones(records).numbers(), Counter[str]()
    for digest, chunk in erased:
        if plan := plans.get(digest):
            short = stones.get((plan.plan_id, chunk), 0) < erased[digest, chunk]
            missing[f"{plan.source}.{plan.table}"] += short
    return Forgotten(+missing, len({digest for digest, _ in erased} - plans.keys()))


def _erased(workspace: Workspace) -> Mapping[tuple[str, int], int]:
    """Roots of each chunk that was not put back."""
    folder = workspace.settings.ledger
    if not (folder / CHECKPOINTS).is_file():
        return {}
    roots: dict[tuple[str, int], int] = {}
    restored: set[tuple[str, int]] = set()
    for record in Ledger(folder).records():
        entry = record.entry
        if isinstance(entry, ChunkApplied):
            roots[entry.plan, entry.chunk] = entry.roots_applied
        elif isinstance(entry, Quarantine) and entry.event == "restored":
            restored.update((entry.plan, chunk) for chunk in entry.chunks)
    return {key: n for key, n in roots.items() if n and key not in restored}
