"""Tombstones, certificates and levels in the store, on every database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from include.governance.errors import StoreError
from include.governance.model.tombstone import Grave
from include.governance.store.certificates import NOTHING_BEFORE, Certificates, StoredLevel
from include.governance.store.proof_schema import CERTIFICATE
from include.governance.store.store import Store
from include.governance.store.tombstones import Tombstones

AT = datetime(2026, 11, 30, 3, 0, 0, 123456, tzinfo=UTC)
SECRET = bytes(range(32))


def grave(chunk: int, at: datetime = AT) -> Grave:
    return Grave(
        epoch=1, plan_id="p", chunk=chunk, scope="row", place="shop.t", actions={"email": "null"},
        buried_at=at, hashes=bytes([chunk]) * 32,
    )  # fmt: skip


def test_tombstones_are_kept_once_and_read_back_as_they_were(any_store: Store) -> None:
    stones = Tombstones(any_store)
    assert stones.keys(SECRET) == {}
    epoch = stones.begin(b"s" * 32, SECRET, AT)
    assert stones.begin(b"t" * 32, SECRET, AT) == epoch == stones.open_epoch()
    later = AT + timedelta(days=1)
    assert stones.bury([grave(0), grave(255, later)]) == 4
    assert stones.bury([grave(0), grave(1)]) == 2
    assert list(stones.graves(since=later)) == [grave(255, later)]
    assert list(stones.graves("subject")) == list(stones.graves("row", "shop.other")) == []
    assert stones.of_plan("p") == [grave(0), grave(1), grave(255, later)]
    assert list(stones.of_epoch(1)) == [g.hashes for g in stones.of_plan("p")]
    stones.close(1, AT, date(2027, 1, 4))
    stones.destroy(1, later)
    [found] = stones.epochs()
    assert (found.expires_on, found.destroyed_at) == (date(2027, 1, 4), later)
    assert (list(stones.graves()), stones.keys(SECRET), stones.open_epoch()) == ([], {}, None)


def test_certificates_are_numbered_chained_and_never_altered(any_store: Store) -> None:
    shelf = Certificates(any_store)

    def issue(plan: str, name: str) -> str:
        return shelf.issue(plan, name, AT, lambda n, before: {"n": n, "before": before}).sha256

    first = issue("p1", "a" * 32)
    assert issue("p1", "b" * 32) == first
    issue("p2", "c" * 32)
    one, two = shelf.all()
    assert (one.document, one.issued_at) == (f'{{"before":"{NOTHING_BEFORE}","n":1}}', AT)
    assert two.document == f'{{"before":"{first}","n":2}}'
    assert shelf.by_id("c" * 32) == shelf.of_plan("p2") == two
    assert shelf.by_id("b" * 32) is None
    with any_store.writing() as connection:
        changed = update(CERTIFICATE).where(CERTIFICATE.c.number == 2)
        connection.execute(changed.values(document='{"n":3}'))
    with pytest.raises(StoreError) as refused:
        shelf.all()
    assert refused.value.code == "certificate_altered"


def test_a_level_has_one_evidence(store: Store) -> None:
    shelf = Certificates(store)
    for level, file in ((3, "1"), (2, "2"), (3, "3")):
        found = StoredLevel(plan_id="p", level=level, reached_at=AT, evidence={"file": file})
        shelf.reach(found)
    assert [(each.level, each.evidence["file"]) for each in shelf.levels("p")] == [
        (2, "2"), (3, "3"),
    ]  # fmt: skip
    assert shelf.levels("other") == ()
