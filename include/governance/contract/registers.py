"""The registers a table may fill, with the standard names of their fields.

A column fills the field of its own name, or the one its ``registerField`` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.governance.model.register import REGISTERS as KEPT


@dataclass(frozen=True)
class Fields:
    """All fields of a register, the key without which no row can be named, and what it needs."""

    names: tuple[str, ...]
    key: tuple[str, ...]
    needed: tuple[str, ...] = ()


#: Lists that the privacy office keeps for itself; they are only compared with the contracts.
_LISTS = {
    "data_map": Fields(
        ("table_name", "column_name", "category", "purposes", "owner", "retention_rule"),
        ("table_name", "column_name"),
        ("category", "purposes"),
    ),
    "purpose_categories": Fields(("purpose", "category"), ("purpose", "category")),
    "purpose_services": Fields(("purpose", "service"), ("purpose", "service")),
    "joint_items": Fields(("category",), ("category",)),
    "policy_statements": Fields(("item", "value"), ("item",), ("value",)),
}
REGISTERS: Mapping[str, Fields] = {
    **{
        name: Fields(tuple(model.kinds()), (model.key_field,), model.required)
        for name, model in KEPT.items()
    },
    **_LISTS,
}
