"""The receipt of a chunk: what each step changed, how many roots went, why others did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert

from include.governance.erasure.keys import Key, SetHash, as_json
from include.governance.erasure.quarantine_parts import Part
from include.governance.erasure.tables import DONE, RECEIPT
from include.governance.model.erasure import SkipReason


@dataclass(frozen=True)
class Erased:
    """What the steps of a chunk changed, how many roots went, and why others did not.

    ``removed`` is what it took away, where that is to be kept.
    """

    sets: Mapping[str, SetHash]
    roots: int
    skipped: Mapping[Key, SkipReason] = field(default_factory=dict)
    removed: Sequence[Part] = ()


def write_receipt(
    connection: Connection, plan_id: str, no: int, erased: Erased, runner: str, at: datetime
) -> None:
    """Write it, in the transaction that made the change."""
    skipped = erased.skipped
    connection.execute(
        insert(DONE).values(
            plan_id=plan_id,
            no=no,
            roots=erased.roots,
            skipped=len(skipped),
            reasons=as_json(Counter(skipped.values())),
            body=as_json([[list(key), reason] for key, reason in skipped.items()]),
            way="whole" if not skipped else "in_part",
            runner=runner,
            at=at,
        )
    )
    rows = [
        {
            "plan_id": plan_id,
            "no": no,
            "step": step,
            "row_count": found.rows,
            "set_hash": found.hex,
        }
        for step, found in erased.sets.items()
    ]
    connection.execute(insert(RECEIPT), rows)
