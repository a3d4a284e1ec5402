"""The closure of a table and the order in which its rows can go."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.graph import Edge, OnDelete, closure
from include.governance.erasure.reflect import read_closure
from include.governance.errors import PlanError
from include.governance.model.contract import Relationship
from tests.erasure.bench import Bench, dataset, links
from tests.erasure.shop import shop

ROOT = (None, "root")


def edge(child: str, parent: str, on_delete: OnDelete = "no action", nullable: bool = True) -> Edge:
    return Edge((None, child), (f"{parent}_id",), (None, parent), ("id",), on_delete, nullable)


def order(*edges: Edge) -> list[str]:
    return [name for _, name in closure(ROOT, edges, self_reference_in_one_go=True).order]


def test_children_go_before_their_parents() -> None:
    found = order(edge("b", "a"), edge("a", "root"), edge("c", "root"), edge("c", "b"))
    assert found[-1] == "root"
    assert found.index("c") < found.index("b") < found.index("a")


def test_what_no_root_delete_reaches_is_left_out() -> None:
    assert order(edge("a", "root"), edge("elsewhere", "other"), edge("root", "above")) == [
        "a",
        "root",
    ]


def test_a_row_that_forgets_its_parent_stays() -> None:
    graph = closure(ROOT, [edge("a", "root", "set null"), edge("b", "a")], True)
    assert graph.order == (ROOT,)
    assert (None, "a") in graph.places


def test_two_edges_between_the_same_tables_are_two_ways() -> None:
    one = Edge((None, "m"), ("sender",), ROOT, ("id",))
    two = Edge((None, "m"), ("receiver",), ROOT, ("id",))
    graph = closure(ROOT, [one, two], True)
    assert len(graph.into((None, "m"))) == 2
    assert not graph.is_tree


def test_a_cycle_is_broken_where_a_column_may_be_empty() -> None:
    down, up = edge("a", "root", nullable=False), edge("root", "a")
    graph = closure(ROOT, [down, up], True)
    assert graph.breaks == (up,)
    assert graph.order == ((None, "a"), ROOT)


def test_a_cycle_that_nothing_breaks_is_refused() -> None:
    edges = [edge("a", "root", nullable=False), edge("root", "a", nullable=False)]
    with pytest.raises(PlanError, match="cycle"):
        closure(ROOT, edges, True)


@pytest.mark.parametrize(("at_once", "breaks"), [(True, 0), (False, 1)])
def test_a_self_reference_is_broken_only_where_the_engine_needs_it(
    at_once: bool, breaks: int
) -> None:
    graph = closure(ROOT, [edge("root", "root")], at_once)
    assert len(graph.breaks) == breaks
    assert not graph.is_tree


@pytest.mark.parametrize(("action", "nullable"), [("set default", True), ("set null", False)])
def test_what_would_leave_wrong_rows_is_refused(action: OnDelete, nullable: bool) -> None:
    with pytest.raises(PlanError):
        closure(ROOT, [edge("a", "root", action, nullable)], True)


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "NO ACTION"])
def test_a_reachable_table_that_no_contract_names_is_refused(
    any_database: URL, action: str
) -> None:
    bench = shop(any_database)
    bench.execute(
        "CREATE TABLE loyalty (id INTEGER PRIMARY KEY, customer BIGINT NULL, "
        f"FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE {action})"
    )
    with pytest.raises(PlanError, match="loyalty"):
        bench.plan()


def test_a_missing_index_is_refused_with_its_cost(any_database: URL) -> None:
    bench = shop(any_database)
    if any_database.get_backend_name() == "mysql":
        with pytest.raises(sa.exc.OperationalError, match="needed in a foreign key"):
            bench.execute("DROP INDEX ix_orders_customer ON orders")
        return  # InnoDB keeps one for every foreign key
    bench.execute("DROP INDEX ix_orders_customer")
    with pytest.raises(PlanError, match=r"shop\.orders: no index leads with customer.* 40 rows"):
        bench.plan()


def test_a_key_that_only_the_contract_declares_counts(any_database: URL) -> None:
    metadata = sa.MetaData()
    above = sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True))
    below = sa.Table(
        "b", metadata, sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a_id", sa.Integer, index=True),
    )  # fmt: skip
    relation = Relationship(here=("a_id",), table="a", there=("id",))
    bench = Bench(
        any_database, metadata, "a", lambda c: c.id == 1,
        datasets=[dataset(above), dataset(below, relation)],
    )  # fmt: skip
    bench.create({"a": [{"id": 1}, {"id": 2}], "b": [{"id": 5, "a_id": 1}, {"id": 6, "a_id": 2}]})
    with bench.target.snapshot() as connection:
        found = read_closure(connection, bench.target.kind, bench.of("a"), bench.datasets, False)
    # of rows that stay, it may not be changed either
    assert (found.graph.edges, found.root.referenced) == ((), {"id"})
    _, _, verified = bench.run()
    assert (bench.keys("a"), bench.keys("b")) == ([2], [6])
    assert verified.holds
    bench.execute("INSERT INTO b VALUES (7, 99)")
    assert sum(bench.verify(bench.plan()).orphans.values()) == 1


def test_a_trigger_is_refused(any_database: URL) -> None:
    bench = shop(any_database)
    match any_database.get_backend_name():
        case "postgresql":
            bench.execute(
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
            )
            made = "CREATE TRIGGER t BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION f()"
        case "mysql":
            made = "CREATE TRIGGER t BEFORE DELETE ON items FOR EACH ROW SET @x = 1"
        case _:
            made = "CREATE TRIGGER t BEFORE DELETE ON items BEGIN SELECT 1; END"
    bench.execute(made)
    with pytest.raises(PlanError, match="trigger"):
        bench.plan()


def test_row_security_partitions_and_views_are_refused(postgres_database: URL) -> None:
    bench = shop(postgres_database)
    bench.execute("CREATE TABLE later () INHERITS (items)")
    with pytest.raises(PlanError, match="partitioned"):
        bench.plan()
    bench.execute("DROP TABLE later")
    bench.execute("CREATE ROLE daicho_test_rls LOGIN PASSWORD 'x'")
    try:
        _with_row_security(bench)
    finally:
        bench.execute("DROP OWNED BY daicho_test_rls")
        bench.execute("DROP ROLE daicho_test_rls")


def _with_row_security(bench: Bench) -> None:
    bench.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO daicho_test_rls")
    bench.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
    other = Bench(
        bench.url.set(username="daicho_test_rls", password="x"),
        bench.metadata, "customers", lambda c: c.seen == 0,
    )  # fmt: skip
    with pytest.raises(PlanError, match="row-level security"):
        other.plan()


def test_links_of_a_test_table_are_its_foreign_keys() -> None:
    assert links(sa.Table("x", sa.MetaData(), sa.Column("id", sa.Integer))) == []
