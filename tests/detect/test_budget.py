"""One kind of personal data never hides another, however much of it there is."""

from __future__ import annotations

from include.governance.detect.entities import Entity
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector

WATCHED = frozenset({Entity.EMAIL_ADDRESS, Entity.JP_MY_NUMBER})


def test_a_rare_kind_is_kept_behind_many_hits_of_another() -> None:
    scanner = TableScanner(
        [ColumnInfo("message", "string")], Detector(), watch={"message": WATCHED}, max_hits=5
    )
    lines = [f"mail a{n}@mail1.example sent" for n in range(20)]
    lines.append("マイナンバー 123456789018 を受領")
    scanner.feed([(n,) for n in range(21)], {"message": lines})
    found = scanner.finish()
    numbers = [hit.key for hit in found.hits if hit.entity is Entity.JP_MY_NUMBER]
    assert numbers == [(20,)]
    assert found.rows_with({Entity.EMAIL_ADDRESS}) == 20
    assert found.rows_with(WATCHED) == 21
