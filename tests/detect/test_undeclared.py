"""A declaration is contradicted by what a column holds, and by nothing that looks like it."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.undeclared import is_undeclared
from include.governance.detect.values import Detector
from include.governance.model.contract import Column, Dataset, DatasetKind
from include.governance.model.policy import PrivacyPolicy
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT

LUCK = random.Random(11)
MAILS: list[object] = [f"u{n}@m.example" for n in range(100)]
PHONES: list[object] = [f"090-1234-{n:04d}" for n in range(100)]
NAMES: list[object] = [
    "青空 陽菜",
    "山田 太郎",
    "佐藤 花子",
    "鈴木 一郎",
    "高橋 美咲",
    "渡辺 健",
] * 5
STREETS: list[object] = [f"東京都渋谷区神宮前{n}-2-3" for n in range(1, 60)]
NOTES: list[object] = ["在庫を確認しました"] * 90
DAY = datetime(2026, 1, 1)  # noqa: DTZ001


@pytest.fixture(scope="module")
def policy() -> PrivacyPolicy:
    rulebook, _ = load_rulebook(Path(ROOT) / "include" / "policies", ROOT)
    assert rulebook is not None
    return rulebook.policy


def _undeclared(
    detector: Detector,
    policy: PrivacyPolicy,
    name: str,
    category: str | None,
    cells: list[object],
    kind: DatasetKind = "transaction",
) -> bool:
    scanner = TableScanner([ColumnInfo(name, "string")], detector, watch={})
    scanner.feed([(n,) for n in range(len(cells))], {name: cells})
    (found,) = scanner.finish().classified("shop", "t")
    column = Column(name=name, category=category)
    own = Dataset(source="shop", table="t", name="t", kind=kind, columns=(column,))
    return is_undeclared(found, own, policy)


@pytest.mark.parametrize(
    ("name", "category", "cells"),
    [
        ("c", "order", MAILS),
        ("c", "status", MAILS),
        ("c", "governance", MAILS),
        ("c", "none", PHONES),
        ("c", "member_id", MAILS),
        ("phone", "phone", [*PHONES[:80], *MAILS[:20]]),
        ("memo", "none", [*NOTES, *(f"{mail} へ連絡" for mail in MAILS[:6])]),
        ("memo", "log_message", [*NOTES, *(f"tel {phone}" for phone in PHONES[:10])]),
        ("c", "order", NAMES),
        ("c", "none", STREETS),
        ("cvv", "order", ["123", "456"]),
        ("my_number", "member_id", ["123456789018"]),
        ("birth_date", "none", [f"19{n}-03-01" for n in range(50, 99)]),
        ("c", None, MAILS),
        ("c", "nobody knows this category", MAILS),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_declaration_does_not_cover(
    detector: Detector, policy: PrivacyPolicy, name: str, category: str, cells: list[object]
) -> None:
    assert _undeclared(detector, policy, name, category, cells)


@pytest.mark.parametrize(
    ("name", "category", "cells"),
    [
        ("email", "email", MAILS),
        ("c", "contact", MAILS),
        ("c", "requester_contact", PHONES),
        ("name", "name", NAMES),
        ("kana", "kana", ["ヤマダ タロウ"] * 9),
        ("kana", "name", ["ヤマダ タロウ"] * 9),
        ("postal_code", "address", [f"150-{n:04d}" for n in range(50)]),
        ("ip", "usage", [f"198.51.100.{n + 1}" for n in range(50)]),
        ("body", "inquiry", [f"{mail} に返信ください" for mail in MAILS]),
        ("page_url", "page_url", ["/a"] * 290 + ["/?m=u1@m.example"] * 2),
        ("order_no", "order", [f"202611{n:06d}" for n in range(500)]),
        ("order_no", "order", [f"2024-1101-{n:04d}-1234" for n in range(500)]),
        ("order_no", "none", [LUCK.randrange(10**11, 10**12) for _ in range(500)]),
        ("tracking_no", "tracking", [str(LUCK.randrange(10**15, 10**16)) for _ in range(500)]),
        ("amount", "billing", [LUCK.randrange(100, 10**7) for _ in range(200)]),
        ("at", "governance", [str(DAY + timedelta(hours=n)) for n in range(200)]),
        ("at_ms", "none", [1_700_000_000_000 + n * 977 for n in range(200)]),
        ("id", "none", [str(uuid.UUID(int=LUCK.getrandbits(128), version=4)) for _ in range(200)]),
        ("hash", "governance", [f"{LUCK.getrandbits(256):064x}" for _ in range(300)]),
        ("version", "none", [f"4.{n % 20}.{n % 50}.1" for n in range(100)]),
        ("product_name", "order", ["山田 太郎モデル", "花子ワンピース", "青空の傘"] * 10),
        (
            "title",
            "order",
            ["リネンシャツ", "ウールコート", "デニムパンツ", "カシミヤマフラー"] * 9,
        ),
        ("shop_address", "none", STREETS),
        ("memo", "none", [*NOTES, "u1@m.example へ連絡"]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_covered_or_only_looks_like_personal_data(
    detector: Detector, policy: PrivacyPolicy, name: str, category: str, cells: list[object]
) -> None:
    assert not _undeclared(detector, policy, name, category, cells)


def test_places_and_names_are_what_reference_tables_are_made_of(
    detector: Detector, policy: PrivacyPolicy
) -> None:
    assert not _undeclared(detector, policy, "c", "none", STREETS, "reference")
    assert _undeclared(detector, policy, "c", "none", MAILS, "reference")
