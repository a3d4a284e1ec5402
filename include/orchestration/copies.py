"""What the task about copies does: an erasure is over when its last copy is."""

from __future__ import annotations

from include.governance.disposal.expiring import expire as expire_all
from include.governance.errors import PlanError
from include.orchestration.disposal import open_desk
from include.orchestration.edge import at_the_edge


@at_the_edge
def expire() -> dict[str, int]:
    """Level 4 for plans whose copies are gone, and the end of keys that nobody needs; as counts."""
    found = expire_all(open_desk())
    if found.uncertified:
        raise PlanError("certificates_wait", n=len(found.uncertified))
    return {
        "closed": len(found.closed),
        "undo_ended": len(found.ended),
        "certified": len(found.certified),
        "keys_destroyed": len(found.destroyed),
        "choices_forgotten": found.forgotten,
    }
