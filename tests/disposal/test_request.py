"""A person's request accounts for every row of theirs; what names it holds nothing of a person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from include.governance.settings import ROOT
from tests.disposal.office import Done, Office, office

OF_A_MEMBER = (
    "family_name", "given_name", "family_name_kana", "given_name_kana", "email", "phone",
    "postal_code", "prefecture", "city", "street", "password_hash",
)  # fmt: skip
BUNDLED = """
      - name: bundled_with
        businessName: 同梱注文ID
        logicalType: integer
        customProperties:
          - {property: dataCategory, value: none, vendor: daicho}
        relationships:
          - {type: foreignKey, to: shop_orders.order_id}"""
OF_151 = "order_id IN (SELECT order_id FROM shop_orders WHERE member_id = 151)"
CARTS = "shop_carts"
WHY = ("--reason", "no_longer_needed", "--ticket", "DSR-31")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Q31 is of a member disposed of before, most of whose carts are of no class; Q99 of nobody.

    A delivery may name two orders: one of that member goes with an order of somebody else's.
    """
    folder = tmp_path_factory.mktemp("office")
    with office("sqlite", folder, max_percent=100) as found, pytest.MonkeyPatch.context() as patch:
        contracts = folder / "contracts"
        shutil.copytree(ROOT / "include" / "contracts", contracts)
        carts = contracts / "shop_carts.odcs.yaml"
        some = "{record_class: cart, when: {column: cart_id, equals: 990001}}"
        carts.write_text(carts.read_text("utf-8").replace("{record_class: cart}", some), "utf-8")
        deliveries = contracts / "shop_deliveries.odcs.yaml"
        text = deliveries.read_text("utf-8")
        deliveries.write_text(
            text.replace("    properties:", f"    properties:{BUNDLED}", 1), "utf-8"
        )
        patch.setenv("DAICHO_CONTRACTS", str(contracts))
        found.execute(
            "gov",
            "UPDATE gov_dsr SET decision = 'granted' WHERE request_id = 'Q31'",
            "CREATE TEMPORARY TABLE other AS SELECT * FROM gov_dsr WHERE request_id = 'Q31'",
            "UPDATE other SET request_id = 'Q99', member_id = 999999",
            "INSERT INTO gov_dsr SELECT * FROM other",
        )
        emptied = ", ".join(f"{name} = NULL" for name in OF_A_MEMBER)
        found.execute(
            "shop",
            *(
                f"INSERT INTO shop_carts VALUES ({cart}, 151, '2026-01-01')"
                for cart in (990001, 990002, 990003)
            ),
            f"UPDATE shop_members SET {emptied} WHERE member_id = 151",
            "ALTER TABLE shop_deliveries ADD COLUMN bundled_with INTEGER"
            " REFERENCES shop_orders (order_id)",
            "UPDATE shop_deliveries SET bundled_with ="
            " (SELECT min(order_id) FROM shop_orders WHERE member_id <> 151)"
            f" WHERE delivery_id = (SELECT min(delivery_id) FROM shop_deliveries WHERE {OF_151})",
        )
        yield found


def asked(company: Office, *words: str) -> Done:
    day = str(company.day)
    return company.run("plan", "request", *words, "--as", "tanaka", "--as-of", day, "--json", "-")


def test_every_row_of_the_person_is_planned_or_left_with_a_reason(company: Office) -> None:
    done = asked(company, "Q31", *WHY)
    left = {(each["table"], each["reason"]): each["rows"] for each in done.json["left"]}
    planned = {plan["table"]: plan["erasure"]["roots"] for plan in done.json["plans"]}
    carts = company.count("shop", "shop_carts", "member_id = 151")
    assert (planned["shop_carts"], left["shop.shop_carts", "no_rule"]) == (1, carts - 1)
    assert left["shop.shop_members", "disposed"] == 1
    assert "shop_members" not in planned
    assert left["shop.shop_order_items", "no_rule"] == company.count(
        "shop",
        "shop_order_items",
        OF_151,
    )
    assert left["shop.shop_deliveries", "shared"] == 1
    of_deliveries = (rows for (table, _), rows in left.items() if table == "shop.shop_deliveries")
    assert planned.get("shop_deliveries", 0) + sum(of_deliveries) == company.count(
        "shop", "shop_deliveries", OF_151
    )
    assert left["gov.gov_dsr", "register"] == company.count("gov", "gov_dsr", "member_id = 151")
    assert done.code == 1


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "not one row of this person was found"), ("ja", "本人の行はありませんでした")],
)
def test_that_nobody_is_found_is_an_answer(company: Office, language: str, says: str) -> None:
    done = asked(company, "Q99", *WHY, "--lang", language)
    assert (done.code, done.json["request"], done.json["plans"]) == (1, "Q99", [])
    assert {each["reason"] for each in done.json["left"]} == {"register"}
    assert "shop.shop_members" in done.json["searched"]
    assert says in done.err
    assert "shop.shop_members" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("taro@example.jp", *WHY), "no id of the form"),
        (("09012345678", *WHY), "no id of the form"),
        (("山田太郎", *WHY), "no id of the form"),
        (("Q31", "--reason", "because", "--ticket", "DSR-31"), "Allowed: beyond_purpose"),
        (("Q31", "--reason", "test_data", "--ticket", "taro@example.jp"), "at most six digits"),
        (("Q31", "--reason", "test_data", "--ticket", "TEL09012345678"), "at most six digits"),
    ],
    ids=["mail", "phone", "name", "reason", "mail as ticket", "phone as ticket"],
)
def test_what_names_a_request_shows_nobody(
    company: Office, words: tuple[str, ...], says: str
) -> None:
    done = asked(company, *words)
    assert (done.code, done.out) == (3, "")
    assert says in done.err
    assert not {"taro", "09012345678", "山田"} & set(done.err.split())
    assert "taro@" not in done.err


def test_a_request_that_is_taken_back_stands_in_the_way_of_its_plans(company: Office) -> None:
    plan = asked(company, "Q31", *WHY).json["plans"][0]
    company.well("plan", "show", plan["plan_id"])
    company.execute("gov", "UPDATE gov_dsr SET decision = 'refused' WHERE request_id = 'Q31'")
    try:
        for language, says in (
            ("en", "is not decided, or not granted"),
            ("ja", "決定されていない"),
        ):
            shown = company.run("plan", "show", plan["plan_id"], "--lang", language)
            assert (shown.code, says in shown.out) == (1, True)
        words = ("approve", plan["plan_id"], "--digest", plan["digest"], "--as", "owner.ec")
        company.refused(*words, says="is not decided, or not granted")
    finally:
        granted = "UPDATE gov_dsr SET decision = 'granted' WHERE request_id = 'Q31'"
        company.execute("gov", granted)


def test_what_a_plan_did_is_measured_by_what_was_approved_not_by_the_register_of_today(
    company: Office,
) -> None:
    """Q31 becomes somebody else's, then nobody's: keys and receipts still tell, and say so."""
    [plan] = [each for each in asked(company, "Q31", *WHY).json["plans"] if each["table"] == CARTS]
    company.approve(plan)
    company.apply(plan)
    back = f"INSERT INTO {CARTS} VALUES (990001, 151, '2026-01-01')"
    verify = ("dispose", "verify", plan["plan_id"], "--as", "runner", "--json", "-")
    try:
        assert company.verify(plan).json["due_anew"] == 0
        for change in ("member_id = 152", "member_id = NULL", "decision = 'refused'"):
            company.execute("gov", f"UPDATE gov_dsr SET {change} WHERE request_id = 'Q31'")
            done = company.run(*verify)
            assert (done.code, done.json["due_anew"]) == (0, None)
            assert "keys and receipts alone" in done.err
        company.execute("shop", back)
        done = company.run(*verify)
        assert (done.code, done.json["verification"]["left"]) == (1, 1)
        company.execute("shop", f"DELETE FROM {CARTS} WHERE cart_id = 990001")
        company.verify(plan)
        company.well("certificate", "issue", plan["plan_id"])
    finally:
        company.execute(
            "gov",
            "UPDATE gov_dsr SET decision = 'granted', member_id = 151 WHERE request_id = 'Q31'",
        )
    [certificate] = (company.home / "certificates").glob("*.json")
    checks = json.loads(certificate.read_text("utf-8"))["checks"]
    assert {each["name"] for each in checks if each["outcome"] == "by_keys"} == {
        "none_left", "second_plan_empty",
    }  # fmt: skip
    page = certificate.with_name(f"{certificate.stem}.en.html").read_text("utf-8")
    assert "compared by keys and receipts alone" in page
