"""What a view shows, by definitions as the databases write them."""

from __future__ import annotations

import pytest

from include.governance.source.lineage import DefinitionUnread, shown

TABLES = {"members": ("id", "Mail", "shop"), "orders": ("id", "member_id", "total")}

#: For each column of the view, the columns of tables in it.
SHOWN: dict[str, tuple[str, str, list[str]]] = {
    "every column": ("postgresql", "SELECT * FROM members", ["id", "Mail", "shop"]),
    "as the server writes it": (
        "mysql",
        "CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`127.0.0.1` SQL SECURITY DEFINER VIEW `v` AS"
        " select `s`.`members`.`Mail` AS `m` from (`s`.`members` join `s`.`orders`"
        " on(`s`.`members`.`id` = `s`.`orders`.`member_id`))",
        ["mail"],
    ),
    "by names of its own": (
        "sqlite",
        "CREATE VIEW v(a, b) AS SELECT MAIL, Shop FROM Members",
        ["mail", "shop"],
    ),
    "a number shows nothing": (
        "postgresql",
        'SELECT shop, count("Mail") AS n, count(*) FROM members GROUP BY shop',
        ["shop", "", ""],
    ),
    "nor does a condition": (
        "postgresql",
        'SELECT m.id FROM members m WHERE m."Mail" LIKE \'a%\' ORDER BY m."Mail"',
        ["id"],
    ),
    "through a function": ("mysql", "SELECT lower(trim(Mail)) AS x FROM members", ["mail"]),
    "through a named subquery": (
        "postgresql",
        'WITH a AS (SELECT id, upper("Mail") u FROM members)'
        " SELECT u, total FROM a JOIN orders ON member_id = a.id",
        ["Mail", "total"],
    ),
    "through a value of one row": (
        "sqlite",
        "SELECT (SELECT max(mail) FROM members m WHERE m.id = o.member_id) AS who FROM orders o",
        ["mail"],
    ),
    "of two together": (
        "postgresql",
        "SELECT shop FROM members UNION ALL SELECT total FROM orders",
        ["shop total"],
    ),
    "what is the same for all": ("sqlite", "SELECT 1 AS one, '氏名' AS label", ["", ""]),
}
#: Nobody can say what these show.
UNREAD = {
    "a whole row": ("postgresql", "SELECT row_to_json(m) AS r FROM members m"),
    "every column as one": ("postgresql", "SELECT to_jsonb(m.*) AS r FROM members m"),
    "what a function gives": ("postgresql", "SELECT x.y FROM leads() x(y)"),
    "out of a document": (
        "sqlite",
        "CREATE VIEW v AS SELECT j.value FROM members, json_each(members.shop) j",
    ),
    "two tables of one name": ("mysql", "SELECT a.members.shop FROM a.members JOIN b.members"),
    "two columns of one name": ("sqlite", "SELECT m.id, o.id FROM members m, orders o"),
    "by itself": (
        "postgresql",
        "WITH RECURSIVE r AS (SELECT shop FROM members UNION SELECT shop FROM r) SELECT * FROM r",
    ),
    "an unknown table": ("sqlite", "SELECT * FROM elsewhere"),
    "an unknown column": ("postgresql", "SELECT mail FROM members"),
    "no SQL": ("mysql", "SELEKT * FROM members"),
    "nothing": ("mysql", ""),
}


def _columns(_schema: str | None, table: str) -> tuple[str, ...]:
    return TABLES[table]


@pytest.mark.parametrize("name", SHOWN)
def test_each_column_is_traced(name: str) -> None:
    dialect, definition, expected = SHOWN[name]
    found = shown(definition, dialect, _columns)
    assert [" ".join(sorted(cell[2] for cell in cells)) for cells in found] == expected


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_traced_is_said(name: str) -> None:
    dialect, definition = UNREAD[name]
    with pytest.raises(DefinitionUnread):
        shown(definition, dialect, _columns)
