"""The build is repeatable and streamed, and the clean company keeps every promise."""

from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from include.demo import places, schema
from include.demo.base import base
from include.demo.build import build
from include.demo.company import Company
from include.demo.targets import open_engines, sqlite_urls
from tests.demo.conftest import Demo, fingerprint

EMAIL = re.compile(r"[\w.+-]+(@|%40)[\w-]+\.")
MOBILE = re.compile(r"(?<!\d)0[5789]0-?\d{4}-?\d{4}(?!\d)")
SPECIAL = re.compile(r"うつ病|統合失調|がん治療|通院歴|障害者手帳|身体障害|前科|逮捕歴|信仰|被差別")
KATAKANA = re.compile(r"[ァ-ヶー]+")


def built(folder: Path, **options: object) -> str:
    engines = open_engines(sqlite_urls(folder))
    build(engines, **options)  # type: ignore[arg-type]
    result = fingerprint(engines)
    for engine in engines.values():
        engine.dispose()
    return result


# ------------------------------------------------------------------ the build itself


def test_the_same_seed_gives_the_same_rows(planted: Demo, tmp_path: Path) -> None:
    assert built(tmp_path, variant="planted") == fingerprint(planted.engines)


def test_another_seed_gives_other_rows(clean: Demo, tmp_path: Path) -> None:
    assert built(tmp_path, variant="clean", seed=1) != fingerprint(clean.engines)


def test_building_again_replaces_the_rows_and_the_undeclared_table(tmp_path: Path) -> None:
    engines = open_engines(sqlite_urls(tmp_path))
    build(engines, variant="planted", seed=1)
    with engines["gov"].begin() as connection:
        connection.execute(text("CREATE TABLE ledger (entry TEXT)"))
    build(engines, variant="clean")
    assert not inspect(engines["dwh"]).has_table("dwh_adhoc_vip_2021")
    assert inspect(engines["gov"]).has_table("ledger"), "not a table of the demo"
    for engine in engines.values():
        engine.dispose()


def test_every_table_has_the_rows_the_build_reports(planted: Demo) -> None:
    assert len(planted.rows) == 36
    for name, rows in planted.rows.items():
        source, table = name.split(".")
        assert planted.column(source, f"SELECT count(*) FROM {table}") == [rows], name


def test_the_clean_company_has_the_size_of_its_specification(clean: Demo) -> None:
    sizes = {"shop.shop_members": 300, "shop.shop_orders": 700, "crm.crm_consents": 200}
    assert sizes.items() <= clean.rows.items()
    assert sum(clean.rows.values()) == 5_321


def test_a_missing_engine_or_a_scale_of_zero_is_refused(clean: Demo) -> None:
    with pytest.raises(ValueError, match="no engine for gov"):
        build({s: e for s, e in clean.engines.items() if s != "gov"}, variant="clean")
    with pytest.raises(ValueError, match="scale is 0"):
        build(clean.engines, variant="clean", scale=0)


def test_progress_hears_the_rows_of_each_table(tmp_path: Path) -> None:
    engines = open_engines(sqlite_urls(tmp_path))
    heard: dict[str, int] = {}
    rows = build(engines, variant="planted", progress=heard.__setitem__)
    for engine in engines.values():
        engine.dispose()
    assert heard == rows


def test_dates_are_iso_text_on_sqlite(clean: Demo) -> None:
    (born,) = clean.column("shop", "SELECT date_of_birth FROM shop_members LIMIT 1")
    (sent,) = clean.column("crm", "SELECT sent_at FROM crm_campaigns")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(born))
    assert sent == "2026-11-10T09:00:00"


def test_another_reference_day_moves_every_date(tmp_path: Path) -> None:
    engines = open_engines(sqlite_urls(tmp_path))
    build(engines, variant="clean", as_of=date(2026, 12, 31))
    demo = Demo(engines, {})
    assert demo.column("crm", "SELECT sent_at FROM crm_campaigns") == ["2026-12-11T09:00:00"]
    assert demo.column("gov", "SELECT review_due FROM gov_holds") == ["2027-01-30"]
    for engine in engines.values():
        engine.dispose()


@pytest.mark.slow
def test_rows_are_streamed() -> None:
    def peak(scale: int) -> int:
        tracemalloc.start()
        for _table, rows in base(Company(scale, seed=scale)):
            for _row in rows:
                pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    small, large = peak(5), peak(20)
    assert large < small + 4_000_000, "four times the rows, not four times the memory"


# ------------------------------------------------------------------ references


def test_foreign_keys_hold(planted: Demo) -> None:
    assert {key.target_fullname for t in schema.SHOP.tables.values() for key in t.foreign_keys} == {
        "shop_members.member_id",
        "shop_orders.order_id",
    }
    with planted.engines["shop"].connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_other_sources_name_members_that_exist(clean: Demo) -> None:
    members = set(clean.column("shop", "SELECT member_id FROM shop_members"))
    for source, table in (
        ("crm", "crm_consents"),
        ("crm", "crm_mail_events"),
        ("crm", "crm_surveys"),
        ("support", "support_inquiries"),
        ("dwh", "dwh_member_features"),
    ):
        assert set(clean.column(source, f"SELECT member_id FROM {table}")) <= members


def test_ids_the_story_needs_stay_free_in_a_larger_company() -> None:
    company = Company(scale=40)
    ids: dict[str, set[int]] = {}
    for table, rows in base(company):
        ids.setdefault(table.name, set()).update(row[0] for row in rows)
    assert 9001 not in ids["shop_members"]
    assert not ids["shop_orders"] & {9001, 9002}
    assert not ids["support_inquiries"] & {61, 62}
    assert not ids["crm_mail_events"] & set(range(201, 208))
    assert not ids["ops_app_logs"] & {101, 102, 103}
    assert 999 not in ids["dwh_purchases_anon"]


# ------------------------------------------------------------------ clean data


def test_clean_members_have_valid_and_distinct_contacts(clean: Demo) -> None:
    emails = clean.column("shop", "SELECT lower(email) FROM shop_members")
    phones = clean.column("shop", "SELECT phone FROM shop_members")
    assert len(set(emails)) == len(set(phones)) == 300
    assert all(re.fullmatch(r"user\d{4}@mail\d\.example", str(email)) for email in emails)
    assert all(re.fullmatch(r"0[789]0-[1-9]\d{3}-\d{4}", str(phone)) for phone in phones)


def test_clean_members_live_in_towns_that_exist(clean: Demo) -> None:
    known = {(p.postal_code, p.prefecture, p.city) for p in places.PLACES}
    with clean.engines["shop"].connect() as connection:
        sql = "SELECT DISTINCT postal_code, prefecture, city FROM shop_members"
        homes = {tuple(row) for row in connection.execute(text(sql))}
    assert homes <= known
    assert len({prefecture for _, prefecture, _ in homes}) > 10


def test_a_postal_code_belongs_to_one_town() -> None:
    assert max(Counter(place.postal_code for place in places.PLACES).values()) == 1
    assert len(places.PLACES) >= 60


def test_names_have_a_katakana_reading(clean: Demo) -> None:
    kana = clean.column("shop", "SELECT family_name_kana || given_name_kana FROM shop_members")
    assert all(KATAKANA.fullmatch(str(reading)) for reading in kana)


@pytest.mark.parametrize(
    ("source", "table", "column"),
    [
        ("ops", "ops_app_logs", "message"),
        ("dwh", "dwh_web_events", "page_url"),
        ("support", "support_inquiries", "body"),
        ("shop", "shop_deliveries", "delivery_note"),
        ("crm", "crm_surveys", "answer"),
    ],
)
def test_clean_texts_hold_nothing_to_flag(
    clean: Demo, source: str, table: str, column: str
) -> None:
    texts = clean.column(source, f"SELECT coalesce({column}, '') FROM {table}")
    for pattern in (EMAIL, MOBILE, SPECIAL):
        assert not [value for value in texts if pattern.search(str(value))]


def test_clean_identifiers_hold_no_run_of_digits_like_a_card_number(clean: Demo) -> None:
    for source, sql in (
        ("shop", "SELECT password_hash FROM shop_members"),
        ("shop", "SELECT card_token FROM shop_payments"),
        ("dwh", "SELECT pseudo_id FROM dwh_members_pseudo"),
        ("dwh", "SELECT cookie_id FROM dwh_web_events"),
    ):
        values = clean.column(source, sql)
        assert not [value for value in values if re.search(r"\d{8}", str(value))]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("body", ["追跡番号 123456789018", "JAN 4901234567894", "03-0000-0000"])
def test_look_alikes_are_there_to_keep_detectors_honest(clean: Demo, body: str) -> None:
    sql = "SELECT count(*) FROM support_inquiries WHERE body LIKE :part"
    assert clean.column("support", sql, part=f"%{body}%") == [1]


def test_copies_in_the_warehouse_agree_with_the_shop(clean: Demo) -> None:
    shop = clean.column("shop", "SELECT prefecture FROM shop_members ORDER BY member_id")
    copy = clean.column("dwh", "SELECT prefecture FROM dwh_member_features ORDER BY member_id")
    assert shop == copy


def test_anonymised_cells_have_at_least_five_people(clean: Demo) -> None:
    cells = clean.column(
        "dwh",
        "SELECT count(*) FROM dwh_purchases_anon"
        " GROUP BY age_band, gender, prefecture, category, spend_band",
    )
    assert min(map(int, map(str, cells))) >= 5


def test_orders_come_after_the_registration(clean: Demo) -> None:
    sql = (
        "SELECT order_id FROM shop_orders JOIN shop_members USING (member_id)"
        " WHERE ordered_at < registered_at OR ordered_at > last_purchase_at"
    )
    assert clean.column("shop", sql) == []
