"""The same deletes without governance: the floor that everything is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

ORDERS = "SELECT orders_id FROM orders WHERE customers_id {of}"
#: Children first; inquiries hang on customers and on orders.
STEPS = (
    f"DELETE FROM order_items WHERE orders_id IN ({ORDERS})",
    "DELETE FROM inquiries WHERE customers_id {of}",
    f"DELETE FROM inquiries WHERE orders_id IN ({ORDERS})",
    "DELETE FROM orders WHERE customers_id {of}",
    "DELETE FROM mail_events WHERE customers_id {of}",
    "DELETE FROM consents WHERE customers_id {of}",
    "DELETE FROM customers WHERE customers_id {of}",
)
#: MariaDB follows a key in a DELETE only where it is joined.
JOINED = {
    step: f"DELETE t FROM {table} t JOIN orders o ON o.orders_id = t.orders_id"
    " WHERE o.customers_id {of}"
    for step, table in ((0, "order_items"), (2, "inquiries"))
}
GUARD = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")


def careful(connection: sa.Connection) -> None:
    """Keep the planner from reading whole tables, as every batch deleter has to."""
    if connection.dialect.name == "postgresql":
        for switch in GUARD:
            connection.exec_driver_sql(f"SET {switch} = off")
    elif connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET in_predicate_conversion_threshold = 0")
    connection.commit()


def delete_batch(connection: sa.Connection, keys: Sequence[Any]) -> int:
    """One batch, committed; how many rows went."""
    rows = 0
    of: str
    given: dict[str, Any]
    match connection.dialect.name:
        case "postgresql":
            of, given = "= ANY(%(keys)s)", {"keys": list(keys)}
        case "sqlite":
            of, given = "IN (SELECT value FROM json_each(:keys))", {"keys": json.dumps(keys)}
        case _:
            of, given = f"IN ({', '.join(str(int(key)) for key in keys)})", {}
    mariadb = connection.dialect.name == "mysql"
    for at, step in enumerate(STEPS):
        statement = JOINED.get(at, step) if mariadb else step
        rows += connection.exec_driver_sql(statement.format(of=of), given).rowcount
    connection.commit()
    return rows


def delete_at_once(connection: sa.Connection, condition: str) -> int:
    """Everything in one transaction that holds all its locks to the end."""
    rows = 0
    for at, step in enumerate(STEPS):
        of = f"IN (SELECT customers_id FROM customers WHERE {condition})"
        if step is STEPS[-1]:
            statement = f"DELETE FROM customers WHERE {condition}"
        elif connection.dialect.name == "mysql":
            statement = JOINED.get(at, step).format(of=of)
        else:
            statement = step.format(of=of)
        rows += connection.exec_driver_sql(statement).rowcount
    connection.commit()
    return rows
