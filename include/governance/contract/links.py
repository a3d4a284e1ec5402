"""Find the tables and columns that a contract's foreign keys and words name.

The standard lets a reference use a logical name (``members.member_id``) or identifiers
(``/schema/members_tbl/properties/member_id``, with a file before ``#``), while the database knows
physical names. What is found is always physical; what is not found stays as it was written, and
lint reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.governance.model.contract import DataContract, Dataset, Relationship


@dataclass(frozen=True)
class Target:
    """A table and its columns, under every name a reference may use."""

    table: str
    columns: Mapping[str, str]


Index = Mapping[str, Target]


def physical(item: Mapping[str, Any]) -> str:
    """The name in the database."""
    return str(item.get("physicalName") or item["name"])


def stored(table: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The properties that are columns, with their places; measures and dimensions are computed."""
    items = enumerate(table.get("properties") or ())
    return [(at, item) for at, item in items if item.get("semanticType", "column") == "column"]


def index(data: Mapping[str, Any]) -> dict[str, Target]:
    """Every table of a parsed contract by identifier, logical name and physical name."""
    found: dict[str, Target] = {}
    for table in data.get("schema") or ():
        columns: dict[str, str] = {}
        for _, column in stored(table):
            columns |= dict.fromkeys(_names(column), physical(column))
        found |= dict.fromkeys(_names(table), Target(physical(table), columns))
    return found


def _names(item: Mapping[str, Any]) -> list[str]:
    names = (item.get("id"), item.get("physicalName"), item["name"])
    return [str(name) for name in names if name]


def relationship(here: Sequence[str], to: str | Sequence[str], known: Index) -> Relationship:
    """A foreign key with the names of the database, where this contract knows them."""
    parts = [split(reference) for reference in ([to] if isinstance(to, str) else to)]
    table = parts[0][0]
    same = {name for name, _ in parts} == {table}
    there = tuple(column for _, column in parts)
    link = Relationship(here=tuple(here), table=table if same else ", ".join(to), there=there)
    return resolved(link, known)


def resolved(link: Relationship, known: Index) -> Relationship:
    """The same foreign key with physical names, if they are known here."""
    if (target := known.get(link.table)) is None:
        return link
    there = tuple(target.columns.get(name, name) for name in link.there)
    return link.model_copy(update={"table": target.table, "there": there})


def split(reference: str) -> tuple[str, str]:
    """The table and the column that a reference names, as written."""
    inside = reference.rsplit("#", 1)[-1]
    if "/" not in inside:
        table, _, column = inside.partition(".")
        return table, column.split(".")[0]
    parts = inside.strip("/").split("/")
    named = dict(zip(parts[::2], parts[1::2], strict=False))
    return named.get("schema", parts[0]), named.get("properties", parts[-1])


def linked(contracts: Iterable[DataContract]) -> tuple[DataContract, ...]:
    """Contracts with the foreign keys that lead into another contract of the same source."""
    everything = tuple(contracts)
    known: dict[str, dict[str, Target]] = {}
    for contract in everything:
        known.setdefault(contract.source, {}).update(index(contract.document))
    return tuple(
        contract.model_copy(
            update={
                "datasets": tuple(_linked(d, known[contract.source]) for d in contract.datasets)
            }
        )
        for contract in everything
    )


def _linked(dataset: Dataset, known: Index) -> Dataset:
    if not dataset.relationships:
        return dataset
    links = tuple(resolved(link, known) for link in dataset.relationships)
    return dataset.model_copy(update={"relationships": links})
