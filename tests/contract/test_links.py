"""Foreign keys, however the standard lets them be written, come out with the database's names."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.governance.contract.load import load_folder
from tests.contract.texts import HEAD, contract, dataset

MEMBERS = """\
schema:
  - id: members_tbl
    name: members
    physicalName: shop_members
    properties:
      - {id: key, name: member, physicalName: member_id, primaryKey: true}
      - {name: shop}
"""
ORDERS = """\
  - name: orders
    physicalName: shop_orders
    properties:
      - name: buyer
        physicalName: member_no
        relationships:
          - {to: "%s"}
"""


@pytest.mark.parametrize(
    "to",
    ["members.member", "shop_members.member_id", "members_tbl.key",
     "/schema/members_tbl/properties/key", "schema/members_tbl/properties/key"],
)  # fmt: skip
def test_every_way_to_name_a_column_leads_to_it(to: str) -> None:
    link = dataset(HEAD + MEMBERS + ORDERS % to, 1).relationships[0]
    assert (link.here, link.table, link.there) == (("member_no",), "shop_members", ("member_id",))


def test_a_key_over_two_columns_stands_at_the_table() -> None:
    text = HEAD + MEMBERS + (
        "  - name: orders\n    properties:\n      - {name: buyer, physicalName: member_no}\n"
        "      - {name: shop}\n    relationships:\n"
        "      - {from: [orders.buyer, orders.shop], to: [members.member, members.shop]}\n"
    )  # fmt: skip
    link = dataset(text, 1).relationships[0]
    assert link.here == ("member_no", "shop")
    assert (link.table, link.there) == ("shop_members", ("member_id", "shop"))


@pytest.mark.parametrize(
    "to", ["members.member", "members.odcs.yaml#/schema/members_tbl/properties/key"]
)
def test_a_foreign_key_may_lead_into_another_file(to: str, tmp_path: Path) -> None:
    (tmp_path / "members.odcs.yaml").write_text(HEAD + MEMBERS, "utf-8")
    other = HEAD.replace("id: small", "id: orders") + "schema:\n" + ORDERS % to
    (tmp_path / "orders.odcs.yaml").write_text(other, "utf-8")
    contracts, mistakes = load_folder(tmp_path, tmp_path)
    assert mistakes == []
    link = contracts[1].datasets[0].relationships[0]
    assert (link.table, link.there) == ("shop_members", ("member_id",))


def test_the_same_name_in_another_source_is_not_meant(tmp_path: Path) -> None:
    elsewhere = HEAD.replace("server: shop", "server: crm")
    (tmp_path / "members.odcs.yaml").write_text(elsewhere + MEMBERS, "utf-8")
    other = HEAD.replace("id: small", "id: orders") + "schema:\n" + ORDERS % "members.member"
    (tmp_path / "orders.odcs.yaml").write_text(other, "utf-8")
    contracts, _ = load_folder(tmp_path, tmp_path)
    assert contracts[1].datasets[0].relationships[0].table == "members"


def test_a_primary_key_is_in_the_order_of_its_positions() -> None:
    text = HEAD + (
        "schema:\n  - name: t\n    properties:\n"
        "      - {name: b, primaryKey: true, primaryKeyPosition: 2}\n      - {name: x}\n"
        "      - {name: a, primaryKey: true, primaryKeyPosition: 1}\n"
    )
    assert contract(text).datasets[0].primary_key == ("a", "b")
