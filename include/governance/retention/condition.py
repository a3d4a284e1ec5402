"""The value of a condition that a contract writes as data, as its column compares it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Boolean, literal

from include.governance.model.contract import Where
from include.governance.source.types import Stored


def compared(where: Where, stored: Mapping[str, Stored]) -> object:
    """What the column is compared with: PostgreSQL takes nothing but a boolean for a boolean."""
    if stored.get(where.column) == "boolean":
        return literal(bool(where.equals), Boolean())
    return where.equals
