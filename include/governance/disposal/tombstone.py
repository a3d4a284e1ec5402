"""Remember what was erased, so that it is recognised should it come back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from include.governance.disposal.desk import Desk
from include.governance.disposal.levels import reclaim
from include.governance.disposal.receipts import finished
from include.governance.disposal.rules import dataset_of
from include.governance.disposal.telling import epoch_event
from include.governance.erasure.keys import Key, read_keys
from include.governance.erasure.quarantine import still_gone, undone_chunks
from include.governance.erasure.record import read_chunk, read_spec
from include.governance.erasure.tables import DONE
from include.governance.erasure.target import Target
from include.governance.ledger.entry import TombstoneEpoch
from include.governance.ledger.merkle import Tree, leaf_hash
from include.governance.model.contract import Dataset
from include.governance.model.disposal import PlanRecord
from include.governance.model.period import Period
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.tombstone import HASH_BYTES, Epoch, Grave, tombstones
from include.governance.store.engine import store_url
from include.governance.store.proof_schema import TOMBSTONE_EPOCH
from include.governance.store.tombstones import Tombstones

#: After this time another key is used, so that a key can be destroyed some day.
EPOCH_LASTS = Period.parse("P3M")
SALT_BYTES = 32


def gone_keys(
    connection: Connection, plan_id: str, but: Collection[int] = ()
) -> Iterator[tuple[int, list[Key]]]:
    """Of every finished chunk that was not put back the roots that were changed.

    Raises PlanError after the purge.
    """
    own = (DONE.c.plan_id == plan_id, still_gone(connection, DONE))
    done = select(DONE.c.no, DONE.c.body).where(*own).order_by(DONE.c.no)
    for no, body in connection.execute(done).all():
        if no in but:
            continue
        chunk = read_chunk(connection, plan_id, no)
        skipped = set(read_keys([key for key, _ in json.loads(body or "[]")]))
        yield no, [key for key in chunk.keys if key not in skipped]


def bury(
    target: Target,
    plan_id: str,
    root: Dataset,
    stones: Tombstones,
    secret: bytes,
    epoch: Epoch,
    at: datetime,
) -> int:
    """Tombstones for the roots of all chunks that are gone; called again, only for what is new.

    Must come before the keys of the plan are purged. Rows of persons that are gone leave a second
    one under the kind of person, by which they are recognised in other tables of persons.
    """
    key = stones.keys(secret)[epoch.number]
    with target.snapshot() as connection:
        actions = read_spec(connection, plan_id)["actions"]
        chunks = list(gone_keys(connection, plan_id, but=stones.chunks_of(plan_id)))

    def grave(no: int, scope: str, place: str, keys: Sequence[Key]) -> Grave:
        return Grave.model_validate(
            {
                "epoch": epoch.number,
                "plan_id": plan_id,
                "chunk": no,
                "scope": scope,
                "place": place,
                "actions": actions,
                "buried_at": at,
                "hashes": b"".join(tombstones(key, place, keys)),
            }
        )

    graves = [grave(no, "row", root.id, keys) for no, keys in chunks if keys]
    if root.kind == "subject_master" and root.entity and not actions:
        graves += [grave(no, "subject", root.entity, keys) for no, keys in chunks if keys]
    buried = stones.bury(graves)
    with target.snapshot() as connection:  # what an undo put back meanwhile is not erased
        back = undone_chunks(connection, plan_id).keys() & dict(chunks).keys()
    if back:
        stones.exhume(plan_id, back)
    return buried


def bury_plan(desk: Desk, plan: PlanRecord) -> None:
    """Bury what is gone by now and has no tombstone yet; called while a plan is applied."""
    stones, target = Tombstones(desk.records), desk.target(plan.source)
    with target.snapshot() as connection:
        done = finished(connection, plan.plan_id)
    if done - stones.chunks_of(plan.plan_id):
        root = dataset_of(desk, plan.source, plan.table)
        epoch, at = open_epoch(desk), desk.clock()
        bury(target, plan.plan_id, root, stones, _secret(desk), epoch, at)


def open_epoch(desk: Desk) -> Epoch:
    """The epoch to bury in; one that lasted long enough is closed, and the ledger told."""
    _close_if_over(desk)
    stones = Tombstones(desk.records)
    found = stones.open_epoch() or stones.begin(
        desk.random.randbytes(SALT_BYTES), _secret(desk), desk.clock()
    )
    _tell_ledger(desk)
    return found


def close_epoch(desk: Desk, epoch: Epoch) -> None:
    """Bury nothing in it any more; its key goes when the last copy of the data is gone."""
    at = desk.clock()
    expires = expiry(desk.workspace.rulebook.policy, desk.day(at))
    Tombstones(desk.records).close(epoch.number, at, expires)
    _tell_ledger(desk)


def destroy_expired(desk: Desk) -> tuple[int, ...]:
    """Destroy the keys of closed epochs whose copies are all gone; their numbers.

    The store's file is written anew, so that the salts are in none of its bytes; only then is the
    ledger told. Killed in between, the next call goes on there.
    """
    _close_if_over(desk)
    _tell_ledger(desk)
    stones = Tombstones(desk.records)
    for epoch in stones.epochs():
        if _is_expired(desk, epoch):
            stones.destroy(epoch.number, desk.clock())
    untold = [
        epoch
        for epoch in stones.epochs()
        if epoch.destroyed_at and not desk.says(epoch_event(epoch.number, "key_destroyed"))
    ]
    if untold:
        store = Target("store", store_url(desk.workspace.settings.store_url))
        reclaim(store, [(None, TOMBSTONE_EPOCH.name)], 3)
    for epoch in untold:
        _tell(desk, epoch, "key_destroyed", epoch.destroyed_at)
    return tuple(epoch.number for epoch in untold)


def expiry(policy: PrivacyPolicy, day: date) -> date | None:
    """When the last copy of what was erased until ``day`` is gone; None when none is declared."""
    return max((copy.expires_after.after(day) for copy in policy.copies.values()), default=None)


def _is_expired(desk: Desk, epoch: Epoch) -> bool:
    """Every copy is gone by what was declared when the epoch was closed and by today's policy."""
    if epoch.closed_at is None or epoch.destroyed_at is not None:
        return False
    now = expiry(desk.workspace.rulebook.policy, desk.day(epoch.closed_at))
    days = [day for day in (epoch.expires_on, now) if day is not None]
    return bool(days) and max(days) < desk.today()


def _close_if_over(desk: Desk) -> None:
    found = Tombstones(desk.records).open_epoch()
    if found is not None and EPOCH_LASTS.after(desk.day(found.begun_at)) <= desk.today():
        close_epoch(desk, found)


def _secret(desk: Desk) -> bytes:
    return desk.workspace.settings.key.get_secret_value()


def _tell_ledger(desk: Desk) -> None:
    """When epochs began and were closed, as far as the ledger does not say it yet."""
    for epoch in Tombstones(desk.records).epochs():
        _tell(desk, epoch, "begun", epoch.begun_at)
        _tell(desk, epoch, "closed", epoch.closed_at)


def _tell(desk: Desk, epoch: Epoch, event: str, at: datetime | None) -> None:
    if at is None or desk.says(epoch_event(epoch.number, event)):
        return
    begun = event == "begun"
    tree = Tree(() if begun else map(leaf_hash, _stones(desk, epoch)))
    entry = TombstoneEpoch.model_validate(
        {
            "at": at,
            "epoch": epoch.number,
            "event": event,
            "secret": epoch.check,
            "tombstones": tree.size,
            "root": tree.root().hex() if tree.size else None,
            "expires_on": None if begun else epoch.expires_on,
        }
    )
    desk.tell(entry)


def _stones(desk: Desk, epoch: Epoch) -> Iterator[bytes]:
    for hashes in Tombstones(desk.records).of_epoch(epoch.number):
        for at in range(0, len(hashes), HASH_BYTES):
            yield hashes[at : at + HASH_BYTES]
