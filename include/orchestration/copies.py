"""What the task about copies does: an erasure is over when its last copy is."""

from __future__ import annotations

from include.governance.disposal.levels_reached import close_expired
from include.governance.disposal.tombstone import destroy_expired
from include.orchestration.disposal import open_desk
from include.orchestration.tasks import at_the_edge


@at_the_edge
def expire() -> dict[str, int]:
    """Level 4 for plans whose copies are gone, and the end of keys that nobody needs; as counts."""
    desk = open_desk()
    return {"closed": len(close_expired(desk)), "keys_destroyed": len(destroy_expired(desk))}
