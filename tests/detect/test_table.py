"""Columns: one kind, free text or nothing, and the rows that are asked for."""

from __future__ import annotations

import json
import random
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from include.governance.detect.bounds import ALPHA, upper_bound
from include.governance.detect.checks import is_my_number
from include.governance.detect.columns import MOST_DISTINCT
from include.governance.detect.entities import Entity
from include.governance.detect.populations import MOST_TRIALS
from include.governance.detect.recall import least_recall
from include.governance.detect.table import ColumnInfo, TableScan, TableScanner
from include.governance.detect.values import Detector
from include.governance.model.classification import Classification

EVERY = frozenset(map(str, Entity))
LUCK = random.Random(7)


def _scan(
    detector: Detector,
    name: str,
    cells: list[object],
    *,
    max_hits: int = 10_000,
    others: tuple[str, ...] = (),
) -> TableScan:
    columns = [ColumnInfo(name, "string"), *(ColumnInfo(other, "string") for other in others)]
    scanner = TableScanner(columns, detector, watch={name: EVERY}, max_hits=max_hits)
    for start in range(0, len(cells), 400):
        batch = cells[start : start + 400]
        values: dict[str, list[object]] = {name: batch}
        values |= {other: [None] * len(batch) for other in others}
        scanner.feed([(start + n,) for n in range(len(batch))], values)
    return scanner.finish()


def _my_numbers(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        body = f"{LUCK.randrange(10**11):011d}"
        found.update(body + d for d in "0123456789" if is_my_number(body + d))
    return sorted(found)


PHONES = [f"0{n % 3 + 7}0-{1000 + n}-{n:04d}" for n in range(100)]
NAMES = ["青空 陽菜", "山田 太郎", "佐藤 花子", "鈴木 一郎", "高橋 美咲", "渡辺 健", "緑川 蓮"]

RARE_NAMES = [
    f"{a} Vel-{b}o" for a in ("Xaqu", "Ybo", "Uzi", "Qem", "Wuo", "Anna") for b in "lmnrs"
]
"""Full names of which fewer than one in five is known."""

FIRMS = [f"{a} Harb{b}r" for a in ("Blue", "Green", "Gray", "Red") for b in "aeiouy"]

GIVEN = ("太郎", "加奈", "充", "裕美子", "浩")
PLACES = ("渋谷", "山口", "福島", "千葉", "秋田")
SHOPS = ("本店", "西口店", "新館", "倉庫", "支店")
GIVEN_LATIN = ("Harper", "Oliver", "Olivia", "Grace", "Mason", "Stella", "Hugo", "Clara")

COLUMNS: list[tuple[str, list[object], str, Entity | None, str | None]] = [
    ("email", [f"u{n}@m.example" for n in range(50)], "column", Entity.EMAIL_ADDRESS, "email"),
    ("c1", [f"u{n}@m.example" for n in range(50)], "column", Entity.EMAIL_ADDRESS, "email"),
    ("電話番号", list(PHONES), "column", Entity.PHONE_NUMBER, "phone"),
    ("phone", [p.replace("-", "") for p in PHONES], "column", Entity.PHONE_NUMBER, "phone"),
    ("phone", [int(p.replace("-", "")) for p in PHONES], "column", Entity.PHONE_NUMBER, "phone"),
    ("last_ip", [f"198.51.100.{n + 1}" for n in range(50)], "column", Entity.IP_ADDRESS, "ip"),
    ("氏名", list(NAMES), "column", Entity.PERSON, "name"),
    ("c2", list(NAMES), "column", Entity.PERSON, "name"),
    ("given_name", ["蓮", "葵", "凛", "樹", "湊"], "column", Entity.PERSON, "name"),
    ("family_name_kana", ["アオゾラ", "ユキノ", "シライ"], "column", Entity.PERSON, "kana"),
    (
        "date_of_birth",
        [f"19{n}-03-01" for n in range(50, 99)],
        "column",
        Entity.DATE_OF_BIRTH,
        "date_of_birth",
    ),
    (
        "birth_date",
        [date(1980, 1, n) for n in range(1, 20)],
        "column",
        Entity.DATE_OF_BIRTH,
        "date_of_birth",
    ),
    (
        "postal_code",
        [f"150-{n:04d}" for n in range(50)],
        "column",
        Entity.JP_POSTAL_CODE,
        "postal_code",
    ),
    ("street", [f"{n}-2-3" for n in range(1, 50)], "column", Entity.ADDRESS, "address"),
    (
        "card_no_legacy",
        ["4111111111111111", "5555555555554444"],
        "column",
        Entity.CREDIT_CARD,
        "card_number",
    ),
    ("カード番号", ["4111111111111112"] * 9, "column", Entity.CREDIT_CARD, "card_number"),
    ("security_code", ["123"], "column", Entity.CARD_SECURITY_CODE, "card_security_code"),
    ("マイナンバー", ["123456789018"], "column", Entity.JP_MY_NUMBER, "my_number"),
    ("ﾏｲﾅﾝﾊﾞｰ", ["123456789018"], "column", Entity.JP_MY_NUMBER, "my_number"),
    ("legacy_no", list(_my_numbers(30)), "column", Entity.JP_MY_NUMBER, "my_number"),
    (
        "legacy_no",
        [int(n) for n in _my_numbers(30) if n[0] != "0"],
        "column",
        Entity.JP_MY_NUMBER,
        "my_number",
    ),
    ("運転免許", ["305012345630"] * 5, "column", Entity.JP_DRIVER_LICENSE, "identity_document"),
    ("口座番号", ["1234567", "7654321"], "column", Entity.JP_BANK_ACCOUNT, "bank_account"),
    ("備考", ["特になし"] * 9 + ["090-1234-5678 へ連絡"], "free_text", None, None),
    ("order_no", [f"202611{n:06d}" for n in range(1000)], "none", None, None),
    ("order_id", [LUCK.randrange(10**11, 10**12) for _ in range(1000)], "none", None, None),
    ("tracking_no", [str(LUCK.randrange(10**15, 10**16)) for _ in range(1000)], "none", None, None),
    ("jan", [f"49{LUCK.randrange(10**11):011d}" for _ in range(1000)], "none", None, None),
    ("code", [f"4{LUCK.randrange(10**12):012d}" for _ in range(1000)], "none", None, None),
    (
        "product_name",
        ["ポール・スミス 財布", "山田 太郎モデル", "花子ワンピース"] * 10,
        "none",
        None,
        None,
    ),
    ("brand", list(NAMES), "none", None, None),
    ("prefecture", ["東京都", "大阪府", "福岡県"] * 100, "none", None, None),
    ("status", ["active", "withdrawn"] * 100, "none", None, None),
    ("registered_at", ["2025-05-20 07:54:18"] * 50, "none", None, None),
    ("created_at", [datetime(2025, 5, 20, tzinfo=UTC)] * 50, "none", None, None),
    ("newsletter", [True, False] * 20, "none", None, None),
    ("price", [30_300, 29_800, Decimal("12.5"), 1.5, float("nan")] * 10, "none", None, None),
    ("version", [f"4.{n % 30}.{n}.1" for n in range(50)], "none", None, None),
    ("c3", [f"198.51.100.{n + 1}" for n in range(50)], "column", Entity.IP_ADDRESS, "ip"),
    ("zip", ["2139", "02139", "02139-1234"], "column", Entity.US_ZIP_CODE, "postal_code"),
    ("postcode", ["SW1A 2AA", "B1 1AA"], "column", Entity.US_ZIP_CODE, "postal_code"),
    ("SOC_SEC_NO", ["123456789"] * 3, "column", Entity.US_SSN, "identity_document"),
    ("allergies", ["none"] * 3 + ["Latex"], "column", Entity.SPECIAL_CARE, "special_care"),
    ("既往歴", ["高血圧症", "なし"], "column", Entity.SPECIAL_CARE, "special_care"),
    ("allergies", ["none", "no", "N/A"], "none", None, None),
    ("アレルギー物質", ["小麦", "卵"], "none", None, None),
    ("障害番号", ["システム停止"], "none", None, None),
    ("保険証記号番号", ["1234-5678"], "column", Entity.JP_HEALTH_INSURER, "social_insurance"),
    ("ゆうちょ記号番号", ["10120-12345671"], "column", Entity.JP_BANK_ACCOUNT, "bank_account"),
    (
        "振込先口座",
        ["みずほ銀行 渋谷支店 普通 1234567"],
        "column",
        Entity.JP_BANK_ACCOUNT,
        "bank_account",
    ),
    ("b_day", ["27 Apr 1979"], "column", Entity.DATE_OF_BIRTH, "date_of_birth"),
    ("ship_to_line1", ["Rosewood Crescent", "Flat 2"], "column", Entity.ADDRESS, "address"),
    (
        "c4",
        [f"{n} Oak St Apt 4, Austin, TX 78701" for n in range(1, 9)],
        "column",
        Entity.ADDRESS,
        "address",
    ),
    ("assignee", list(RARE_NAMES), "column", Entity.PERSON, "name"),
    ("customer_name", list(RARE_NAMES), "column", Entity.PERSON, "name"),
    ("name", list(RARE_NAMES), "none", None, None),
    ("owner", list(FIRMS), "none", None, None),
    ("customer_name", list(FIRMS), "none", None, None),
    ("mynumber", ["923456789018"] * 5, "column", Entity.JP_MY_NUMBER, "my_number"),
    (
        "card_cvv",
        [12, 123, 456, 7, 890, 999],
        "column",
        Entity.CARD_SECURITY_CODE,
        "card_security_code",
    ),
    ("card_last4", ["1234"] * 50, "none", None, None),
    ("card_token", ["tok_0a1b2c3d4e5f6071"] * 50, "none", None, None),
    ("password_hash", ["5e884898da28047151d0e56f8dc6292773603d0d"] * 50, "none", None, None),
    (
        "author",
        ["John Smith", "Mary Jones", "Ann Lee", "Bob Stone", "Joe Hill"],
        "column",
        Entity.PERSON,
        "name",
    ),
    (
        "author",
        ["Oak Table", "Blue Lamp", "Garden Hose", "Red Mug", "Sofa Bed"],
        "none",
        None,
        None,
    ),
    (
        "c4",
        ["Smith, John", "Jones, Mary", "Lee, Ann", "Stone, Bob", "Hill, Joe"],
        "column",
        Entity.PERSON,
        "name",
    ),
    (
        "lname",
        ["SMITH", "O'Brien", "Müller", "de la Cruz", "Van-Dyke"],
        "column",
        Entity.PERSON,
        "name",
    ),
    ("shohin_kana", ["ワンピース", "スカート", "サトウ タロウ"], "none", None, None),
    (
        "home_phone",
        ["(415) 555-0199", "415.555.0123", "408 496-7223 x12"],
        "column",
        Entity.PHONE_NUMBER,
        "phone",
    ),
    (
        "c5",
        [f"({200 + n}) 555-{1000 + n}" for n in range(50)],
        "column",
        Entity.PHONE_NUMBER,
        "phone",
    ),
    ("c6", [f"1{n:02d} 055-{1000 + n}" for n in range(50)], "none", None, None),
    (
        "c7",
        [f"{n:03d}-{n * 91:04d}" for n in range(100)],
        "column",
        Entity.JP_POSTAL_CODE,
        "postal_code",
    ),
    ("part", [*(f"{n:03d}-{n * 91:04d}" for n in range(30)), *["A-1"] * 30], "none", None, None),
    (
        "bday",
        ["03/21/1980", "12/1/1975", "Mar 3, 1990"],
        "column",
        Entity.DATE_OF_BIRTH,
        "date_of_birth",
    ),
    ("recipient_name", ["Sora DMP", "Furui Ads", "Hoshi DMP", "Oka CRM", "x"], "none", None, None),
    ("host_name", ["Mary", "John", "Anna", "Xq", "Peter"], "column", Entity.PERSON, "name"),
    (
        "street",
        ["宮町5-15-13", "猿楽町5-23-16 コーポさくら401"],
        "column",
        Entity.ADDRESS,
        "address",
    ),
    (
        "Address",
        ["2009 W. 6th St.", "Main & College streets", "PO Box 12"],
        "column",
        Entity.ADDRESS,
        "address",
    ),
    (
        "full_name",
        ["john smith", "mary jones", "ann lee", "bob stone", "joe hill"],
        "column",
        Entity.PERSON,
        "name",
    ),
    (
        "Passport No",
        ["483920184", "517204938", "X1234567"],
        "column",
        Entity.JP_PASSPORT,
        "identity_document",
    ),
    ("Social Security", ["123456789", "219-09-9999"], "column", Entity.US_SSN, "identity_document"),
    ("birthday", ["3/21", "12-1", "7/4"], "column", Entity.DATE_OF_BIRTH, "date_of_birth"),
    (
        "mailing_address",
        [f"{n} Elm St Apt {n}, Springfield IL 62704" for n in range(9)],
        "column",
        Entity.ADDRESS,
        "address",
    ),
    ("animal_names", ["Cow", "Goat", "Mary Smith", "Owl", "Jaguar", "Cat"] * 3, "none", None, None),
    ("c8", [f"{n} Maple Street" for n in range(10, 60)], "column", Entity.ADDRESS, "address"),
    ("c9", ["12 Maple Street", *["spare part"] * 30], "none", None, None),
    (
        "商品コード",
        [f"{name} {given}" for name in ("森", "後藤", "橋本", "山田") for given in GIVEN],
        "column",
        Entity.PERSON,
        "name",
    ),
    (
        "店舗名",
        [f"{name} {kind}" for name in PLACES for kind in SHOPS],
        "none",
        None,
        None,
    ),
    ("product", [f"{n} {t}" for n in GIVEN_LATIN for t in ("Kettle", "Sofa")], "none", None, None),
    (
        "name",
        [f"{n} {t}" for n in GIVEN_LATIN for t in ("Kettle", "Sofa", "Desk")],
        "none",
        None,
        None,
    ),
    ("連絡先1", ["0312345678", "0667891234", "0521234567"], "column", Entity.PHONE_NUMBER, "phone"),
    ("連絡先住所", ["なし"], "none", None, None),
    ("店舗TEL", ["03-5257-1527", "0646468288", "(03)5108-1670"], "none", None, None),
    ("store_tel", PHONES[:9], "column", Entity.PHONE_NUMBER, "phone"),
    ("障がい者手帳", ["1級", "なし", "2級"], "column", Entity.SPECIAL_CARE, "special_care"),
    ("recv_nm_kn", ["オオグロヒトミ", "コガリオ"], "column", Entity.PERSON, "kana"),
    ("kigou_bangou", ["12340-1234567"], "column", Entity.JP_BANK_ACCOUNT, "bank_account"),
    ("氏名区分", ["個人", "法人"], "none", None, None),
    ("障害者区分", ["視覚障害", "なし"], "column", Entity.SPECIAL_CARE, "special_care"),
    ("tel_free", [f"0120-{n:03d}-456" for n in range(100, 150)], "none", None, None),
    ("email_count", [1, 2, 3], "none", None, None),
    ("phone_type", ["home", "work"] * 5, "none", None, None),
    ("addr1", [f"{n} Maple Street" for n in range(10, 60)], "column", Entity.ADDRESS, "address"),
    ("empty", [None, None, "", "  "], "none", None, None),
]


@pytest.mark.parametrize(
    ("name", "cells", "outcome", "entity", "category"),
    COLUMNS,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(COLUMNS)],
)
def test_a_column_gets_its_verdict(
    detector: Detector,
    name: str,
    cells: list[object],
    outcome: str,
    entity: Entity | None,
    category: str | None,
) -> None:
    (verdict,) = _scan(detector, name, cells).classifications
    assert (verdict.outcome, verdict.entity, verdict.data_category) == (outcome, entity, category)


@pytest.mark.parametrize(
    ("others", "outcome"),
    [((), "none"), (("email",), "column"), (("email", "price"), "none")],
    ids=["alone", "beside-contact", "beside-things"],
)
def test_few_known_names_under_a_general_header_count_in_tables_of_persons(
    detector: Detector, others: tuple[str, ...], outcome: str
) -> None:
    cells: list[object] = [
        "John Smith",
        "Zorba Jones",
        "Xanthe Crane",
        "Quill Stone",
        "Ottoline Hill",
    ]
    assert _scan(detector, "name", cells, others=others).classifications[0].outcome == outcome


def test_a_card_number_in_a_phone_column_is_found(detector: Detector) -> None:
    cells: list[object] = [*PHONES, "4111-1111-1111-1111"]
    scan = _scan(detector, "phone", cells)
    (verdict,) = scan.classifications
    assert verdict.entity is Entity.PHONE_NUMBER
    assert "exceptions" in verdict.reasons
    assert [hit.key for hit in scan.hits if hit.entity is Entity.CREDIT_CARD] == [(100,)]


def test_random_order_numbers_give_no_row(detector: Detector) -> None:
    scan = _scan(detector, "order_id", [LUCK.randrange(10**11, 10**12) for _ in range(1000)])
    assert scan.hits == ()
    assert scan.classifications[0].reasons == ("unproven_numbers", "nothing_found")


def test_a_proven_population_gives_its_rows(detector: Detector) -> None:
    cells: list[object] = [None, *_my_numbers(20), "別件"]
    scan = _scan(detector, "legacy_no", cells)
    assert [hit.key for hit in scan.hits] == [(n,) for n in range(1, 21)]
    assert "check_digit_population" in scan.classifications[0].reasons


def test_rows_are_given_only_for_watched_kinds(detector: Detector) -> None:
    scanner = TableScanner(
        [ColumnInfo("body", "string")],
        detector,
        watch={"body": frozenset({"SPECIAL_CARE"})},
    )
    scanner.feed([(1,), (2,)], {"body": ["うつ病です a@b.example", "a@b.example"]})
    assert [(hit.column, hit.entity, hit.key) for hit in scanner.finish().hits] == [
        ("body", Entity.SPECIAL_CARE, (1,))
    ]


def test_row_hits_stop_at_the_limit_and_the_rest_is_counted(detector: Detector) -> None:
    scan = _scan(detector, "email", [f"u{n}@m.example" for n in range(1000)], max_hits=30)
    assert (len(scan.hits), scan.rows_with({"EMAIL_ADDRESS"}), scan.rows) == (30, 1000, 1000)


def test_a_row_hit_twice_is_one_row_beyond_the_limit_too(detector: Detector) -> None:
    scanner = TableScanner(
        [ColumnInfo("a", "string"), ColumnInfo("b", "string"), ColumnInfo("legacy_no", "string")],
        detector,
        watch=dict.fromkeys(("a", "b", "legacy_no"), EVERY),
        max_hits=2,
    )
    both = [f"u{n}@m.example / 090-1234-{n:04d}" for n in range(40)]
    alone = [f"u{n}@m.example" if n % 2 else None for n in range(40)]
    scanner.feed(
        [(n,) for n in range(40)], {"a": both, "b": alone, "legacy_no": _my_numbers(40)[:40]}
    )
    found = scanner.finish()
    assert found.rows_with({"EMAIL_ADDRESS", "PHONE_NUMBER"}) == 40
    assert found.rows_with({"EMAIL_ADDRESS"}) == 40
    assert found.rows_with({"JP_MY_NUMBER"}) == 40
    assert found.rows_with({"JP_PASSPORT"}) == 0
    assert found.columns_with({"EMAIL_ADDRESS"}) == ("a", "b")


def test_a_table_without_keys_is_scanned(detector: Detector) -> None:
    scanner = TableScanner([ColumnInfo("m", "string")], detector, watch={"m": EVERY})
    scanner.feed([(), ()], {"m": ["a@b.example", None]})
    assert [hit.key for hit in scanner.finish().hits] == [()]


def test_batches_of_unequal_length_are_refused(detector: Detector) -> None:
    scanner = TableScanner([ColumnInfo("m", "string")], detector, watch={})
    with pytest.raises(ValueError, match="differ in number"):
        scanner.feed([(1,)], {"m": ["秘密の値", "x"]})


@pytest.mark.parametrize(
    "cell",
    [
        {"tel": "090-1234-5678"},
        json.dumps({"メモ": "０９０－１２３４－５６７８"}),
        json.dumps({"memo": "電話は０９０－１２３４－５６７８"}, ensure_ascii=True),
        "電話 090-1234-5678".encode(),
        b"\xff\xfe tel 090-1234-5678",
        ["090-1234-5678"],
    ],
)
def test_json_and_bytes_are_read_as_text(detector: Detector, cell: object) -> None:
    verdict = _scan(detector, "payload", [cell] * 3 + ["x"] * 7).classifications[0]
    assert verdict.prevalence[0].entity == Entity.PHONE_NUMBER
    assert verdict.prevalence[0].rows == 3


def test_nothing_found_says_what_that_proves(detector: Detector) -> None:
    (verdict,) = _scan(detector, "memo", ["在庫確認"] * 299).classifications
    assert verdict.bound == pytest.approx(0.01 / least_recall(frozenset(Entity)), rel=0.01)
    among_ten = _scan(detector, "memo", ["在庫確認"] * 299, others=tuple("abcdefghi"))
    assert among_ten.classifications[0].bound == pytest.approx(
        upper_bound(0, 299, ALPHA / 10, recall=least_recall(frozenset(Entity)))
    )
    (empty,) = _scan(detector, "memo", [None]).classifications
    assert (empty.bound, empty.confidence, empty.reasons) == (1.0, 0.0, ("no_rows",))


def test_a_classification_holds_counts_and_no_value(detector: Detector) -> None:
    scan = _scan(detector, "備考", ["山田太郎様 canary@leak.example"] * 3)
    (record,) = scan.classified("shop", "members")
    assert isinstance(record, Classification)
    assert (record.source, record.table, record.rows) == ("shop", "members", 3)
    assert "canary" not in record.model_dump_json()
    assert "山田" not in record.model_dump_json()


def test_memory_does_not_grow_with_the_table(detector: Detector) -> None:
    scanner = TableScanner(
        [ColumnInfo("code", "string")], detector, watch={"code": EVERY}, max_hits=10
    )
    rows = 2_000

    def feed(batch: int) -> None:
        numbers: list[object] = [f"4{batch:03d}{n:012d}" for n in range(rows)]
        scanner.feed([(n,) for n in range(rows)], {"code": numbers})

    for batch in range(4 * MOST_TRIALS // rows + 2):
        feed(batch)
    tracemalloc.start()
    for batch in range(100, 120):
        feed(batch)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 600_000  # the sample of numbers is rebuilt, not added to
    assert scanner.finish().classifications[0].rows > 20 * rows > MOST_DISTINCT
