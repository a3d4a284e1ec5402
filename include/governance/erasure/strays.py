"""Plans beside the data whose process was killed while it wrote or ended them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, inspect, select

from include.governance.erasure.tables import DONE, PLAN


def strays(connection: Connection, wanted: Collection[str], before: datetime) -> tuple[str, ...]:
    """Plans made before a moment that nobody wants and of which nothing was applied."""
    if not inspect(connection).has_table(PLAN.name):
        return ()
    begun = select(DONE.c.plan_id)
    query = select(PLAN.c.plan_id, PLAN.c.spec).where(PLAN.c.plan_id.not_in(begun))
    return tuple(
        plan_id
        for plan_id, spec in connection.execute(query)
        if plan_id not in wanted and datetime.fromisoformat(json.loads(spec)["made_at"]) < before
    )
