"""Whether the value of a condition is of the type of the column that it is compared with."""

from __future__ import annotations

from typing import Literal

from include.governance.model.contract import Column, Where

Wanted = Literal["string", "integer", "boolean"]


def wrong_type(where: Where, column: Column | None) -> Wanted | None:
    """What ``equals`` must be and is not; None where it fits, or nothing was promised.

    YAML's true and false are read as 1 and 0.
    """
    if where.equals is None or column is None or column.logical_type is None:
        return None
    match column.logical_type:
        case "integer" | "number":
            return None if isinstance(where.equals, int) else "integer"
        case "boolean":
            return None if where.equals in (0, 1) else "boolean"
        case _:
            return None if isinstance(where.equals, str) else "string"
